"""Circles in large cohorts: proposed, started, hosted by turns."""

from core.cohorts.circles import (
    drawing,
    flagged,
    forms,
    handlers,
    moving,
    personal,
    posts,
    steps,
)
from core.cohorts.circles.model import Arrangement, Circle, Seat
from core.cohorts.model import Membership
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "circles.draw": Action(drawing.draw),
        "circles.redo": Action(drawing.redo, at=Arrangement),
        "circles.approve": Action(drawing.approve, at=Arrangement),
        "circles.see": Action(drawing.see),
        "circles.mine": Action(handlers.mine),
        "circles.say": Action(handlers.answer),
        "circles.ask": Action(handlers.ask),
        "circles.pass": Action(handlers.passing),
        "circles.merge": Action(moving.merge, at=Circle),
        "circles.keep": Action(moving.keep, at=Circle),
    },
    timers={
        "circles.drawn": drawing.drawn,
        "circles.begin": drawing.begin,
        "circles.seat": moving.latecomers,
        "circles.join": moving.join,
        "circles.left": moving.left,
        "circles.week": handlers.week,
    },
    answers={"circles.made": handlers.made},
    follows={Membership: moving.followed},
    views={
        "circle": posts.circle_view,
        "circle-host": posts.host_view,
        "circle-small": posts.small_view,
        "circles": posts.dry_view,
    },
    turns={"circle-host": "me", "circle-small": "desk"},
    records=(Arrangement, Circle, Seat),
    examples={**posts.EXAMPLES, **forms.EXAMPLES},
    exports={"circles": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    contributions={"circles": flagged.CONTRIBUTIONS},
    desk=(moving.on_the_desk,),
    mine=(moving.on_my_card,),
    steps=steps.STEPS,
)
