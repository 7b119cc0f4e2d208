"""What programmes bring into the tables of the product.

What has to know every kind of step is put together in `core/actions.py`.
"""

from collections.abc import Mapping
from functools import partial

from core.cohorts.model import Cohort
from core.programmes import changing, handlers, running
from core.programmes.corners import desk_corner, my_corner
from core.programmes.messages import MESSAGE
from core.programmes.model import Kind, Plan
from core.programmes.views import late_view, missed_view, programme_view
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "programmes.choose": Action(handlers.choose),
        "programmes.start": Action(handlers.start, at=Plan),
        "programmes.end": Action(handlers.end, at=Plan),
        "programmes.change": Action(changing.change, at=Plan),
        "programmes.shift": Action(changing.shift, at=Plan),
    },
    timers={
        "programmes.wake": running.wake,
        "programmes.moved": running.moved,
        "programmes.stopped": running.stopped,
    },
    follows={Cohort: running.followed},
    views={"programme-missed": missed_view},
    records=(Plan,),
    desk=(desk_corner,),
    steps={"message": MESSAGE},
)


def knowing(kinds: Mapping[str, Kind]) -> Slice:
    """The rest, which has to know every kind of step there is."""
    look = Action(handlers.look(kinds))
    return Slice(
        actions={
            "programmes.look": look,
            "programmes.page": look,
            "programmes.see_as": Action(handlers.see_as(kinds)),
            "programmes.catch_up": Action(handlers.catch_up(kinds)),
        },
        timers={"programmes.step": partial(running.step, kinds)},
        views={
            "programme": partial(programme_view, kinds),
            "programme-late": partial(late_view, kinds),
        },
        mine=(partial(my_corner, kinds),),
    )
