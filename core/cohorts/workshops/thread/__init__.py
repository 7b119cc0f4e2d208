"""What is left open when a workshop ends."""
