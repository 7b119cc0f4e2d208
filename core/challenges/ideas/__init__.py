"""Ideas for a challenge: by form, by reply, on one card."""
