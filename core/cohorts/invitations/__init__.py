"""Inviting many at once: by list, by being in the team."""
