"""What follows a course: what somebody took from it, and whether it worked."""

from core.courses.after import flagged, handlers, personal, posts, views
from core.courses.after.model import Reflection, Worked
from core.courses.model import Learning
from core.engine.ports import Delivery
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.reflect": Action(handlers.reflect),
        "courses.worked": Action(handlers.worked),
    },
    timers={"courses.ask": handlers.ask},
    follows={Learning: handlers.finished, Delivery: handlers.taken},
    views={
        "reflected": views.reflected_view,
        "course-said": views.together_view,
        "course-worked": views.worked_view,
    },
    records=(Reflection, Worked),
    examples=posts.EXAMPLES,
    exports={"after_courses": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    contributions={"reflections": flagged.CONTRIBUTIONS},
)
