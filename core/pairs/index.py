"""Stage 3: pairs and coffees, who is with whom, and what happens when that changes."""

from core.cohorts.model import Membership
from core.pairs import personal
from core.pairs.model import Apart, Pair, Standing
from core.pairs.partners import handlers, keeping, leaving, parting, posts, views, why
from core.pairs.partners.changing import Parting
from core.pairs.rounds import chatting, gathering
from core.pairs.rounds import handlers as rounds
from core.pairs.rounds import posts as round_posts
from core.pairs.rounds.model import SIZES, Met, Pool, Round, Sheet
from core.people.model import Person
from core.programmes.model import Kind
from core.slices import Action, Slice


def is_size(text: str) -> bool:
    """Whether a template may say so; two, where it says nothing."""
    return text in {"", *(str(size) for size in SIZES)}


SLICE = Slice(
    actions={
        "pairs.draw": Action(rounds.draw),
        "pairs.look": Action(rounds.look),
        "pairs.approve": Action(rounds.approve, at=Round),
        "pairs.redo": Action(rounds.redo, at=Round),
        "pairs.drop": Action(rounds.drop, at=Round),
        "pairs.mine": Action(handlers.mine),
        "pairs.good": Action(handlers.good),
        "pairs.why": Action(handlers.why),
        "pairs.habits": Action(handlers.habits),
        "pairs.met": Action(handlers.met),
        "pairs.no_match": Action(handlers.no_match),
        "pairs.new": Action(handlers.new),
        "pairs.trio": Action(handlers.trio),
        "pairs.alone": Action(handlers.alone),
        "pairs.wait": Action(handlers.wait),
        "pairs.apart": Action(keeping.apart),
        "pairs.apart_two": Action(keeping.apart_two),
        "pairs.keeping": Action(keeping.mine),
        "pairs.allow": Action(keeping.allow),
        "pairs.hold": Action(parting.hold),
        "pairs.tell": Action(parting.tell),
    },
    timers={
        "pairs.gather": gathering.gather,
        "pairs.match": gathering.match,
        "pairs.remind": rounds.remind,
        "pairs.stale": rounds.stale,
        "pairs.send": rounds.send,
        "pairs.settle": rounds.settle,
        "pairs.settle_one": handlers.settle_one,
        "pairs.ask_met": rounds.ask_met,
        "pairs.over": rounds.over,
        "pairs.next": handlers.next_one,
        "pairs.told": parting.told,
    },
    answers={"pairs.chat_made": chatting.chat_made},
    follows={Membership: parting.left, Person: parting.away},
    views={
        "draw": round_posts.draw_view,
        "draw-waits": round_posts.waits_view,
        "pair": views.pair_view,
        "met": views.met_view,
        "pairless": views.pairless_view,
        "parted": parting.parted_view,
    },
    records=(Pair, Standing, Apart, Parting, Round, Pool, Sheet, Met),
    examples={**round_posts.EXAMPLES, **posts.EXAMPLES, **leaving.EXAMPLES},
    exports={"pairs": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.carried,),
    tellers=(why.tell,),
    whys=(why.why,),
    desk=(round_posts.desk_corner,),
    mine=(views.my_corner,),
    steps={
        "pairs": Kind(
            run=rounds.begin("lasting"),
            options={"size": is_size},
            active=1,
            silent=1,
            late=views.late,
        ),
        "coffee": Kind(
            run=rounds.begin("coffee"),
            options={"size": is_size},
            active=1,
            silent=1,
            days=lambda options: (0, 10),
        ),
    },
)
