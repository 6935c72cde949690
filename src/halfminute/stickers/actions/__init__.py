"""What administrators do with sets of stickers."""
