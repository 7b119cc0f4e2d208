"""What learners see of a course link, and how far each has come with it."""

from core.slices import Slice

SLICE = Slice()
