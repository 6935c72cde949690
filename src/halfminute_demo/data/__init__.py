"""What the subscribers are called and what they say: TOML and pictures, read as package data."""
