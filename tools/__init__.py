"""What builds and checks this house."""
