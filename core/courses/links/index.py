"""Links that people paste, and courses that they look for."""

from core.courses.links import finding, handlers, posts, queries
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.from_message": Action(handlers.from_message),
        "courses.pick": Action(handlers.pick),
        "courses.find": Action(finding.find),
    },
    answers={"courses.found": finding.found},
    listeners=(handlers.pasted,),
    queries={"link.preview": queries.preview, "courses.search": queries.search},
    examples=posts.EXAMPLES,
)
