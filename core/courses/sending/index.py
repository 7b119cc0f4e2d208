"""A course link on its way: what it is, whom it is for, and what became of it."""

from core.slices import Slice

SLICE = Slice()
