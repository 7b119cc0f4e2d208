"""Discussions: anyone who joined may ask; closing one leaves a summary that can be found."""

from core.cohorts.discussions import flagged, forms, handlers, personal, posts, replies, steps
from core.cohorts.discussions.listing import handlers as listing
from core.cohorts.discussions.listing import posts as listing_posts
from core.cohorts.discussions.model import Contribution, Discussion
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "discussions.start": Action(handlers.start),
        "discussions.answer": Action(handlers.answer),
        "discussions.mine": Action(handlers.mine),
        "discussions.close": Action(handlers.close),
        "discussions.reopen": Action(handlers.reopen),
        "discussions.look": Action(handlers.look),
        "discussions.list": Action(listing.listed),
    },
    listeners=(replies.replied,),
    happenings={"message.edited": (replies.edited,), "message.deleted": (replies.deleted,)},
    timers={"discussions.ask": steps.ask},
    views={
        "discussion": posts.card_view,
        "discussion-ask": posts.asking_view,
        "said": posts.said_view,
    },
    turns={"discussion-ask": "me"},
    records=(Discussion, Contribution),
    examples={**posts.EXAMPLES, **forms.EXAMPLES, **listing_posts.EXAMPLES},
    exports={"discussions": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    desk=(listing.on_the_desk,),
    mine=(listing.on_my_card,),
    steps=steps.STEPS,
    contributions={"discussions": flagged.CONTRIBUTIONS, "questions": flagged.QUESTIONS},
)
