"""A course link on its way: what it is, whom it is for, and what became of it."""

from core.courses.model import Send
from core.courses.sending import (
    beginning,
    changing,
    clearing,
    corners,
    drafting,
    expanding,
    forms,
    going,
    grouping,
    listing,
    lists,
    notices,
    personal,
    posts,
    spreading,
    unreached,
    views,
    watching,
)
from core.people.model import Person
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "courses.send": Action(beginning.send),
        "courses.plan": Action(drafting.plan),
        "courses.group": Action(grouping.group),
        "courses.drop": Action(drafting.drop),
        "courses.me_first": Action(going.me_first),
        "courses.go": Action(going.go, at=Send),
        "courses.undo": Action(going.undo),
        "courses.stop": Action(going.stop),
        "courses.edit": Action(changing.edit),
        "courses.take": Action(changing.take),
        "courses.look": Action(listing.look),
        "courses.list": Action(listing.listed),
        "courses.unreached": Action(unreached.unreached),
        "courses.copy": Action(unreached.copy),
        "courses.mention": Action(unreached.mention),
    },
    timers={
        "courses.begin": going.begin,
        "courses.next": expanding.onward,
        "courses.watch": watching.look,
        "courses.spread": spreading.spreading,
        "courses.taking": changing.taking,
        "courses.clear": clearing.clear,
        "courses.forget": clearing.forget,
    },
    answers={
        "courses.read": beginning.read,
        "courses.checked": going.checked,
        "courses.grouped": grouping.grouped,
    },
    follows={Person: personal.erased},
    views={"send": views.desk_view},
    records=(Send,),
    examples={
        **posts.EXAMPLES,
        **forms.EXAMPLES,
        **lists.EXAMPLES,
        **listing.EXAMPLES,
        **notices.EXAMPLES,
        **grouping.EXAMPLES,
    },
    exports={"courses_sent": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    desk=(corners.on_the_desk,),
)
