"""The SQL of files, by what it serves."""
