"""What follows a course: a thought, a promise, and whether it worked."""

from core.slices import Slice

SLICE = Slice()
