"""Whom a course link is for, gathered and counted before it goes out."""

from core.courses.audience import gathering, groups
from core.courses.audience.groups import Directory
from core.courses.audience.model import Count
from core.courses.model import Roll
from core.slices import Slice

SLICE = Slice(
    timers={"courses.gather": gathering.gathering, "courses.gathered": gathering.gathered},
    answers={"courses.gathered": gathering.gathered, "courses.directory": groups.probed},
    records=(Count, Roll, Directory),
)
