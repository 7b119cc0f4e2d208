"""Groups as providers have them, beside cohorts."""

from core.courses.groups import forms, going, handlers, matching, personal, posts
from core.courses.groups.model import Fit, Mails, Offer, Sync
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.groups": Action(handlers.groups),
        "courses.sync": Action(handlers.sync),
        "courses.sync_go": Action(going.go),
        "courses.sync_drop": Action(handlers.drop),
        "courses.sync_who": Action(handlers.missing),
        "courses.sync_courses": Action(handlers.courses),
    },
    timers={
        "courses.match": matching.match,
        "courses.sync_on": going.on,
        "courses.sync_forget": going.forget,
    },
    answers={
        "courses.groups_read": handlers.groups_read,
        "courses.group_read": handlers.group_read,
        "courses.added": going.added,
    },
    views={"group-offer": posts.offer_view, "group-sync": posts.sync_view},
    records=(Offer, Sync, Mails, Fit),
    examples={**posts.EXAMPLES, **forms.EXAMPLES},
    exports={"course_groups": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    desk=(posts.on_the_desk,),
)
