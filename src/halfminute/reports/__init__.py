"""What the log adds up to: interval facts, and the wallboard that is made of them."""
