"""Keeping it safe: somebody flags what others wrote, a moderator decides, both sides hear of it."""
