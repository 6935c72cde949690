"""What happens to contacts and their addresses."""
