"""What the people of a pair can do."""

from collections.abc import Awaitable, Callable
from functools import wraps

from msgspec.structs import replace

from core.cohorts.access import (
    Handler,
    closed,
    copy,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import Cohort, awake, belongs, lines, timer
from core.engine.ports import Changes, Deliver, Event, Invalid, Job, Moment, ToPerson, show
from core.pairs.model import (
    TRIO,
    Habits,
    Pair,
    answered,
    coffee_of,
    glad,
    others,
    pair_of,
    settled,
    standing_of,
    waited,
)
from core.pairs.partners import leaving, posts, views
from core.pairs.partners.changing import (
    a_pair_to_join,
    asked,
    first_waiting,
    gone_from,
    joined,
    together,
    unreached,
)
from core.pairs.partners.keeping import wishes
from core.pairs.partners.telling import shown_to
from core.pairs.words import because
from core.people.model import Person

Ours = Callable[[Event, Moment, Person, Cohort, Pair], Awaitable[Changes]]
Chosen = Callable[[Event, Moment, Person, Cohort], Awaitable[Changes]]


def for_ours(do: Ours) -> Handler:
    """Whoever is in the pair that a button names, while it goes on."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person) -> Changes:
        pair = await moment.read.get(Pair, event.args.get("pair", ""))
        cohort = await moment.read.get(Cohort, pair.cohort) if pair else None
        if pair is None or cohort is None:
            return refused(posts.GONE)
        if me.id not in pair.people or not await belongs(moment.read, cohort, me.id):
            return refused(posts.NOT_YOURS)
        if pair.state == "ended" or closed(cohort, moment):
            return redrawn(Changes(), posts.OVER)
        return await do(event, moment, me, cohort, pair)

    return checked


@for_ours
async def good(event: Event, moment: Moment, me: Person, cohort: Cohort, pair: Pair) -> Changes:
    """A good match, says one of them."""
    new = glad(pair, me.id)
    if new == pair:
        return redrawn(Changes(), posts.GLAD_ALREADY)
    return redrawn(Changes(saves=(new,)), posts.GLAD)


@for_ours
async def why(event: Event, moment: Moment, me: Person, cohort: Cohort, pair: Pair) -> Changes:
    """What spoke for these people."""
    told = because(pair.reasons, me.zone or cohort.zone, moment.now)
    return privately(event, me, posts.reasons(cohort, pair, told))


@for_ours
async def habits(event: Event, moment: Moment, me: Person, cohort: Cohort, pair: Pair) -> Changes:
    """Opens their own small agreement, then shows it to all of them."""
    if event.source != "form":
        return Changes(reply=opened_form(posts.habits_form(pair, pair.habits)))
    said = event.values
    expect = said.get("expect", "")
    chosen = Habits(
        often=said.get("often", "") if said.get("often", "") in posts.OFTEN else "",
        channel=said.get("channel", "") if said.get("channel", "") in posts.CHANNEL else "",
        expect=lines(expect, posts.TEXT),
    )
    if len(expect.strip()) > posts.TEXT:
        return Changes(reply=Invalid(posts.habits_form(pair, chosen, wrong=True)))
    new = replace(pair, habits=chosen)
    cards = await shown_to(moment, new, others(new, me.id))
    mine = show(ToPerson(me.id), f"pair/{pair.id}", weight="answer")
    return redrawn(Changes(saves=(new,), jobs=(*cards, mine)), posts.KEPT)


@for_ours
async def met(event: Event, moment: Moment, me: Person, cohort: Cohort, pair: Pair) -> Changes:
    """Whether they met."""
    said = next((key for key in posts.MEETINGS if key == event.args.get("said")), None)
    if said is None or pair.style != "coffee":
        return refused(posts.GONE)
    new = answered(pair, me.id, said)
    return redrawn(Changes(saves=(new,)), posts.NOTED)


@for_ours
async def no_match(event: Event, moment: Moment, me: Person, cohort: Cohort, pair: Pair) -> Changes:
    """Not a good match: nobody hears it, and both are found somebody else or asked."""
    apart = await wishes(moment, cohort, me.id, others(pair, me.id))
    changes = Changes(saves=apart) + await gone_from(moment, pair, me.id, "changed")
    if pair.style == "coffee":
        return redrawn(changes, leaving.OFF)
    trio = len(pair.people) >= TRIO
    people = (me.id,) if trio else pair.people
    jobs = tuple(_next(event, pair, one) for one in people)
    return redrawn(changes + Changes(jobs=jobs), leaving.CHANGED)


def _next(event: Event, pair: Pair, person: str) -> Job:
    args = {"cohort": pair.cohort, "person": person, "pair": pair.id}
    return timer("pairs.next", event.org, None, **args)


async def next_one(event: Event, moment: Moment) -> Changes:
    """Somebody is without a partner: finds them one who waits, or asks them."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    me = event.args["person"]
    if cohort is None or not awake(cohort, moment.now):
        return Changes()
    if await pair_of(moment.read, cohort.id, me) is not None:
        return Changes()
    other = await first_waiting(moment, cohort, me)
    if other:
        return await together(event.org, moment, cohort, (me, other))
    return await asked(moment, cohort, (me,))


async def settle_one(event: Event, moment: Moment) -> Changes:
    """Nobody minded: the pair runs."""
    pair = await moment.read.get(Pair, event.args["pair"])
    if pair is None or settled(pair) == pair:
        return Changes()
    return Changes(saves=(settled(pair),)) + await unreached(event.org, moment, pair)


# --- how to go on ---------------------------------------------------------------------------------


@for_members
async def mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Whom I am with; or what I may choose."""
    read = moment.read
    found = [await pair_of(read, cohort.id, me.id), await coffee_of(read, cohort.id, me.id)]
    pairs = [pair for pair in found if pair is not None]
    if not pairs:
        standing = await standing_of(read, cohort.id, me.id)
        card = leaving.choices(cohort, standing, copy("pairless", cohort, moment))
        return privately(event, me, card)
    cards = [posts.card(await views.seen(moment, cohort, pair, me.id)) for pair in pairs]
    first, *more = [replace(card, slot="") for card in cards]
    jobs = tuple(
        Job(key=f"partner/{event.id}", work=Deliver(ToPerson(me.id), card), weight="answer")
        for card in more
    )
    return privately(event, me, first) + Changes(jobs=jobs)


def freely(do: Chosen) -> Handler:
    """Whoever has no partner; whose partner is away lets the pair go first."""

    @for_members
    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        pair = await pair_of(moment.read, cohort.id, me.id)
        if pair is None:
            return await do(event, moment, me, cohort)
        if not await views.somebody_away(moment, pair, me.id):
            return redrawn(Changes(), leaving.HAS_ONE)
        changes = await gone_from(moment, pair, me.id, "changed")
        again = _next(event, pair, me.id)
        return redrawn(changes + Changes(jobs=(again,)), leaving.LET_GO)

    return checked


@freely
async def new(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Somebody new: at once if somebody waits, else as soon as there is one."""
    other = await first_waiting(moment, cohort, me.id)
    if other:
        found = await together(event.org, moment, cohort, (me.id, other))
        return redrawn(found, leaving.FOUND)
    was = await standing_of(moment.read, cohort.id, me.id)
    now = replace(was, waiting="yes", alone=False)
    return redrawn(Changes(saves=(now,), tallies=waited(now, was)), leaving.WAITS)


@freely
async def trio(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Joins two others who go on well."""
    pair = await a_pair_to_join(moment, cohort, me.id)
    if pair is None:
        return redrawn(Changes(), leaving.NO_TRIO)
    return redrawn(await joined(moment, cohort, pair, me.id), leaving.TRIO)


@freely
async def alone(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Going alone is a choice too."""
    was = await standing_of(moment.read, cohort.id, me.id)
    now = replace(was, waiting="", alone=True)
    return redrawn(Changes(saves=(now,), tallies=waited(now, was)), leaving.ALONE)


@for_members
async def wait(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Their partner comes back: nothing changes."""
    return redrawn(Changes(), leaving.WAITED)
