"""What the closing brings into the tables of the product."""

from core.cohorts.closing import flagged, handlers, personal, posts
from core.cohorts.closing.after import handlers as after
from core.cohorts.closing.after import posts as after_posts
from core.cohorts.closing.model import Closing, Farewell, Thanks
from core.programmes.model import Kind
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "closing.open": Action(handlers.open_round),
        "closing.answer": Action(handlers.answer),
        "closing.thank": Action(handlers.thank),
        "closing.again": Action(after.again),
    },
    timers={
        "closing.ask": handlers.ask,
        "closing.nudge": handlers.nudge,
        "closing.end": handlers.end,
    },
    views={
        "closing": posts.closing_view,
        "closing-ask": posts.asking_view,
        "closing-nudge": posts.asking_view,
        "closing-thanks": posts.thanks_view,
    },
    turns=dict.fromkeys(("closing-ask", "closing-nudge"), "me"),
    records=(Closing, Farewell, Thanks),
    examples={**posts.EXAMPLES, **after_posts.EXAMPLES},
    exports={"closing": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    contributions={"thanks": flagged.CONTRIBUTIONS},
    desk=(after_posts.desk_corner,),
    mine=(posts.my_corner,),
    steps={"closing": Kind(run=handlers.begin, active=1, silent=1)},
)
