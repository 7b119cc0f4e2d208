"""Links that people paste, and courses that they look for."""

from core.slices import Slice

SLICE = Slice()
