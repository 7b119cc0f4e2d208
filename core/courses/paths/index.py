"""Several courses, one after the other."""

from core.slices import Slice

SLICE = Slice()
