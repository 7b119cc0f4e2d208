"""Several courses, one after the other."""

from core.courses.model import Learning
from core.courses.paths import following, handlers, posts
from core.engine.ports import Delivery
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.add": Action(handlers.add),
        "courses.order": Action(handlers.order),
    },
    timers={"courses.opens": following.opens},
    follows={Learning: following.learned, Delivery: following.brought},
    views={"course-next": posts.next_view},
    examples=posts.EXAMPLES,
)
