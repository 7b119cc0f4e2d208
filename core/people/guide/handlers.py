"""Help, status, why: what somebody asks about themselves, answered to them alone."""

from collections.abc import Awaitable, Callable, Sequence

from core.engine.gate import week_of
from core.engine.ports import Changes, Diary, Event, Moment, Say, Tally
from core.message import Button
from core.people.guide import posts
from core.people.handlers import alone, privately
from core.people.hours.model import as_of
from core.people.model import SENT, Explainer, Person, Teller, acquaint

Choices = Callable[[Moment, Person], Awaitable[Sequence[Button]]]


async def hello(event: Event, moment: Moment) -> Changes:
    """Coterie came into a private chat: says once who it is."""
    if event.by is None or not alone(event):
        return Changes()
    me, met = await acquaint(event.org, event.by, moment)
    once = f"hello/{me.id}"
    if await moment.read.counted(once):
        return met
    greeted = Tally(board="hello", subject=me.id, once=once)
    return met + Changes(tallies=(greeted,), reply=Say(posts.hello(me)))


async def guide(offers: Sequence[Button], event: Event, moment: Moment, me: Person) -> Changes:
    """What can be asked here."""
    if not alone(event):
        return Changes(reply=Say(posts.help_in_the_open(offers)))
    return Changes(reply=Say(posts.help_here(offers, as_of(me, moment.now))))


async def status(
    tellers: Sequence[Teller], choose: Choices, event: Event, moment: Moment, me: Person
) -> Changes:
    """Where somebody stands, and what comes next; with several of it, which one they mean."""
    lines = [line for tell in tellers for line in await tell(moment.read, me)]
    post = posts.status(as_of(me, moment.now), lines, await choose(moment, me))
    return privately(event, moment, me, post)


async def why(explainers: Sequence[Explainer], event: Event, moment: Moment, me: Person) -> Changes:
    """The last messages that somebody did not ask for, why they came, and why these people."""
    diary = await moment.read.get(Diary, me.id)
    board = f"{SENT}/{week_of(me.zone, moment.now)}"
    week = await moment.read.tally(board, me.id)
    lines = [line for explain in explainers for line in await explain(moment, me)]
    return privately(event, moment, me, posts.why(as_of(me, moment.now), diary, week, lines))
