"""What learners see of a course link, and how far each has come with it."""

from core.courses.learning import (
    confirming,
    corners,
    handlers,
    opening,
    people,
    personal,
    policy,
    polling,
    posts,
    views,
)
from core.courses.learning.model import Polling, Watched
from core.courses.model import Learning, Send
from core.engine.ports import Delivery
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.done": Action(handlers.done),
        "courses.undone": Action(handlers.undone),
        "courses.later": Action(handlers.later),
        "courses.people": Action(people.people),
    },
    happenings={
        "course.opened": (opening.opened,),
        "course.confirmed": (confirming.confirmed,),
    },
    timers={
        "courses.again": handlers.again,
        "courses.poll": polling.poll,
        "courses.confirm": confirming.confirmed,
        "courses.policy": policy.told,
        "courses.unname": policy.unname,
    },
    answers={"courses.progressed": polling.progressed},
    follows={Send: polling.followed, Delivery: handlers.taken},
    views={"course": views.card_view},
    records=(Learning, Watched, Polling, policy.Policy),
    examples={**posts.EXAMPLES, **people.EXAMPLES},
    exports={"learning": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    tellers=(corners.status,),
    mine=(corners.mine,),
)
