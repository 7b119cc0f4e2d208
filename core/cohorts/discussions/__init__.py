"""Discussions: an open question, everybody's answers on one card, and what came out of it."""
