"""Sets of stickers that agents choose from: listed by their provider, kept as our own copies."""
