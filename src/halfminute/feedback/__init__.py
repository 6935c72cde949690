"""What contacts say of us: the ratings of their conversations."""
