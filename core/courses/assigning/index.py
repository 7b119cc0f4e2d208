"""Courses that are due: reminders that end, enrolments, and who joins later."""

from core.slices import Slice

SLICE = Slice()
