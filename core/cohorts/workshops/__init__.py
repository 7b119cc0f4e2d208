"""Workshops: planned, signed up for, moved, attended or caught up with, and what they left open."""
