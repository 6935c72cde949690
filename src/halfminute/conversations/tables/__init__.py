"""The SQL of conversations, by what it serves."""
