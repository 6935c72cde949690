"""Every write of conversations, one verb a file."""
