"""Whom a course link is for, gathered and counted before it goes out."""

from core.slices import Slice

SLICE = Slice()
