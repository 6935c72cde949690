"""What administrators do with channel accounts."""
