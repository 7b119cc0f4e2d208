"""Workshops, by the table their lines go into."""

from core.cohorts.model import Cohort, Membership
from core.cohorts.workshops import corners, forms, handlers, personal, posts, programme, spaces
from core.cohorts.workshops.attendance import handlers as attendance
from core.cohorts.workshops.attendance import posts as attendance_posts
from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.moving import handlers as moving
from core.cohorts.workshops.moving import posts as moving_posts
from core.cohorts.workshops.moving.model import Shift
from core.cohorts.workshops.signup import handlers as signup
from core.cohorts.workshops.signup import posts as signup_posts
from core.cohorts.workshops.signup.model import Seats, Signup
from core.cohorts.workshops.thread import flagged, replies
from core.cohorts.workshops.thread import handlers as thread
from core.cohorts.workshops.thread import posts as thread_posts
from core.cohorts.workshops.thread.model import Leftover
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "workshops.look": Action(handlers.look),
        "workshops.open": Action(handlers.open_one),
        "workshops.plan": Action(handlers.plan),
        "workshops.complete": Action(handlers.complete),
        "workshops.drop": Action(handlers.drop),
        "workshops.change": Action(handlers.change),
        "workshops.sign": Action(signup.sign),
        "workshops.move": Action(moving.move),
        "workshops.cancel": Action(moving.cancel),
        "workshops.confirm": Action(moving.confirm, at=Shift),
        "workshops.keep": Action(moving.keep, at=Shift),
        "workshops.here": Action(attendance.here),
        "workshops.code": Action(attendance.code),
        "workshops.record": Action(attendance.record),
        "workshops.catch_up": Action(thread.catch_up),
        "workshops.leave": Action(thread.leave),
        "workshops.questions": Action(thread.everything),
    },
    listeners=(replies.replied,),
    happenings={"message.edited": (replies.edited,), "message.deleted": (replies.deleted,)},
    timers={
        "workshops.ask": handlers.ask,
        "workshops.remind": handlers.remind,
        "workshops.where": handlers.where,
        "workshops.begins": handlers.begins,
        "workshops.ends": handlers.end,
        "workshops.fill": signup.fill,
        "workshops.left": signup.left,
        "workshops.tell": moving.tell,
        "workshops.after": thread.ask,
        "workshops.catch": attendance.offer,
        "workshops.settle": spaces.settle,
    },
    follows={Membership: signup.follow, Cohort: spaces.follow},
    views={
        "workshop": posts.workshop_view,
        "workshop-mine": posts.mine_view,
        "workshop-ask": signup_posts.asking_view,
        "workshop-seat": signup_posts.seat_view,
        "workshop-day": signup_posts.day_view,
        "workshop-hour": signup_posts.hour_view,
        "workshop-where": signup_posts.where_view,
        "workshop-draft": programme.draft_view,
        "workshop-code": attendance_posts.code_view,
        "workshop-catch": attendance_posts.catch_view,
        "workshop-shift": moving_posts.shift_view,
        "workshop-news": moving_posts.news_view,
        "workshop-after": thread_posts.after_view,
        "workshop-left": thread_posts.left_view,
    },
    turns=dict.fromkeys(
        (
            "workshop",
            "workshop-ask",
            "workshop-seat",
            "workshop-day",
            "workshop-hour",
            "workshop-where",
            "workshop-draft",
            "workshop-shift",
            "workshop-news",
        ),
        "workshop-mine",
    ),
    records=(Workshop, Signup, Seats, Shift, Leftover),
    examples={
        **forms.EXAMPLES,
        **posts.EXAMPLES,
        **signup_posts.EXAMPLES,
        **programme.EXAMPLES,
        **attendance_posts.EXAMPLES,
        **moving_posts.EXAMPLES,
        **thread_posts.EXAMPLES,
    },
    exports={"workshops": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    desk=(corners.desk,),
    mine=(corners.mine,),
    report=(corners.report,),
    steps={"workshop": programme.KIND},
    contributions={"workshops": flagged.CONTRIBUTIONS},
)
