"""Courses that are due: reminders that end, enrolments, and who joins later."""

from core.cohorts.model import Membership
from core.courses.assigning import (
    enrolling,
    following,
    joining,
    mine,
    personal,
    posts,
    reminding,
    step,
)
from core.courses.assigning.model import Enrolment, Reminding
from core.courses.model import Learning, Send
from core.engine.ports import Delivery
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.mine": Action(mine.look),
        "courses.bring": Action(mine.bring),
        "courses.quiet": Action(reminding.quiet),
        "courses.assign": Action(joining.assign),
    },
    timers={
        "courses.remind": reminding.remind,
        "courses.redue": reminding.redue,
        "courses.joined": joining.joined,
        "courses.left": joining.left,
        "courses.assigned": joining.assigned,
        "courses.enrol": enrolling.walk,
        "courses.enrol_one": enrolling.one,
        "courses.lay": step.lay,
    },
    answers={"courses.enrolled": enrolling.answered},
    follows={
        Delivery: following.brought,
        Send: following.changed,
        Membership: joining.follow,
        Learning: following.learned,
    },
    views={"course-remind": posts.remind_view, "courses-mine": mine.mine_view},
    records=(Reminding, Enrolment),
    examples=posts.EXAMPLES,
    exports={"reminders": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    steps={"course": step.KIND},
)
