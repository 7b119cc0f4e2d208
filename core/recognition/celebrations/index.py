"""What went well: told in every place where a cohort meets, with high fives from all of them."""

from core.recognition.celebrations import flagged, handlers, personal, posts, views
from core.recognition.celebrations.model import Celebration
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "celebrations.make": Action(handlers.make),
        "celebrations.five": Action(handlers.high_five),
        "celebrations.take": Action(handlers.take),
        "celebrations.look": Action(handlers.look),
    },
    views={"celebration": views.card_view, "celebrations": views.latest_view},
    records=(Celebration,),
    examples=posts.EXAMPLES,
    exports={"celebrations": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    contributions={"celebrations": flagged.CONTRIBUTIONS},
    mine=(views.my_corner,),
)
