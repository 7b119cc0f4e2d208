"""Naming a challenge, with or without a name."""
