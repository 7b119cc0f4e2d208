"""The points that a provider keeps for somebody, shown to them alone."""

from core.courses.points import handlers, posts
from core.slices import Action, Slice

SLICE = Slice(
    actions={"courses.points": Action(handlers.ask)},
    answers={"courses.points_told": handlers.told},
    examples=posts.EXAMPLES,
)
