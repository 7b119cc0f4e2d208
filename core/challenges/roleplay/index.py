"""What role-play brings into the tables of the product."""

from core.challenges.roleplay import handlers, personal, posts
from core.challenges.roleplay.model import Part, Play
from core.challenges.roleplay.scripts import script_of
from core.programmes.model import Kind
from core.slices import Action, Slice


def _known(script: str) -> bool:
    return script in ("", "any") or script_of(script) is not None


SLICE = Slice(
    actions={
        "roleplay.deal": Action(handlers.deal),
        "roleplay.start": Action(handlers.start),
        "roleplay.stop": Action(handlers.stop),
        "roleplay.keep": Action(handlers.keep),
        "roleplay.look": Action(handlers.look),
        "roleplay.mine": Action(handlers.mine),
    },
    timers={"roleplay.walk": handlers.walk, "roleplay.swap": handlers.swap},
    views={"roleplay": posts.play_view},
    records=(Play, Part),
    examples=posts.EXAMPLES,
    exports={"roleplay": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.merged,),
    desk=(posts.desk_corner,),
    steps={"roleplay": Kind(run=handlers.begin, options={"script": _known}, active=1, silent=1)},
)
