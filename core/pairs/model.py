"""Who is with whom: a pair (or a trio, or a coffee), and where one person stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from core.engine.ports import Reader, Record, Tally
from core.pairs.matching.people import Reasons

State = Literal["proposed", "accepted", "running", "ended"]
Style = Literal["lasting", "coffee"]
Ended = Literal["", "match", "left", "over", "changed", "cancelled"]
Said = Literal["yes", "soon", "no"]

PAIR, TRIO = 2, 3
SETTLES = timedelta(days=3)
WAITING, ODD, MET = "pairs.waiting", "pairs.odd", "pairs.met"


class Habits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The small agreement of a pair: how often, on which channel, what they expect."""

    often: str = ""
    channel: str = ""
    expect: str = ""


class Pair(Record, frozen=True, kw_only=True):
    """Two to five people who were put together: for good, or for one coffee.

    It is proposed until somebody is glad of it, accepted until all are or nobody minded in time,
    and then runs. `said` are those who were glad, `round` the draw that it came from ("" for one
    made by hand), `chat` a place where only they talk, `met` who said that they met.
    """

    kind: ClassVar[str] = "pair"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "round", "state")

    cohort: str
    people: tuple[str, ...]
    state: State = "proposed"
    style: Style = "lasting"
    round: str = ""
    said: tuple[str, ...] = ()
    why: Ended = ""
    reasons: Reasons = Reasons()
    habits: Habits = Habits()
    met: Mapping[str, Said] = {}
    chat: str = ""
    at: datetime


class Standing(Record, frozen=True, kw_only=True):
    """Where somebody stands in a cohort; the id is `<cohort>/<person>`.

    `pair` and `coffee` are the last ones they were put into. `alone`: they chose to go on alone.
    `waiting` is "yes" while they wait for somebody new. `left` says why the round `missed` left
    them out. `turn` counts how often they were without anybody.
    """

    kind: ClassVar[str] = "pairing"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "waiting")

    cohort: str
    person: str
    pair: str = ""
    coffee: str = ""
    alone: bool = False
    waiting: str = ""
    left: str = ""
    missed: str = ""
    turn: int = 0


class Apart(Record, frozen=True, kw_only=True):
    """Two who are not to be put together, and whose wish that is: nobody else hears of it."""

    kind: ClassVar[str] = "apart"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "by", "one", "other")

    cohort: str
    by: str
    one: str
    other: str


def standing_id(cohort: str, person: str) -> str:
    """One for each person and cohort."""
    return f"{cohort}/{person}"


def apart_id(cohort: str, by: str, one: str, other: str) -> str:
    """The same, however often it is wished."""
    return "/".join((cohort, by, *sorted((one, other))))


# --- reading ------------------------------------------------------------------------------------


async def standing_of(read: Reader, cohort: str, person: str) -> Standing:
    """Where somebody stands; nowhere yet, if nothing is known."""
    id = standing_id(cohort, person)
    return await read.get(Standing, id) or Standing(id=id, cohort=cohort, person=person)


async def pair_of(read: Reader, cohort: str, person: str) -> Pair | None:
    """The lasting pair that somebody is in, if it has not ended."""
    standing = await read.get(Standing, standing_id(cohort, person))
    return await _live(read, standing.pair if standing else "", person)


async def coffee_of(read: Reader, cohort: str, person: str) -> Pair | None:
    """The coffee that somebody is to have, if it is not over."""
    standing = await read.get(Standing, standing_id(cohort, person))
    return await _live(read, standing.coffee if standing else "", person)


async def partners_of(read: Reader, cohort: str, person: str) -> tuple[str, ...]:
    """Whom somebody is accountable to: nobody, before their pair is accepted or once it ended."""
    pair = await pair_of(read, cohort, person)
    return () if pair is None or pair.state == "proposed" else others(pair, person)


async def kept_apart(read: Reader, cohort: str, one: str, other: str) -> bool:
    """Whether anybody wished that these two are not put together."""
    for first, second in ((one, other), (other, one)):
        if (await read.find(Apart, cohort=cohort, one=first, other=second, limit=1)).items:
            return True
    return False


async def _live(read: Reader, id: str, person: str) -> Pair | None:
    pair = await read.get(Pair, id) if id else None
    return None if pair is None or pair.state == "ended" or person not in pair.people else pair


# --- rules --------------------------------------------------------------------------------------


def others(pair: Pair, person: str) -> tuple[str, ...]:
    """Everybody in it but this one."""
    return tuple(other for other in pair.people if other != person)


def glad(pair: Pair, person: str) -> Pair:
    """Somebody says that it is a good match: it runs once all have."""
    if pair.state == "ended" or person not in pair.people or person in pair.said:
        return pair
    said = (*pair.said, person)
    everyone = set(pair.people) <= set(said)
    running = everyone or pair.state == "running"
    return replace(pair, said=said, state="running" if running else "accepted")


def settled(pair: Pair) -> Pair:
    """Nobody minded in time: it runs."""
    return pair if pair.state == "ended" else replace(pair, state="running")


def ended(pair: Pair, why: Ended) -> Pair:
    """It is over, and does not begin again."""
    return pair if pair.state == "ended" else replace(pair, state="ended", why=why)


def without(pair: Pair, person: str, why: Ended) -> Pair:
    """Somebody goes: a trio goes on as a pair, and a pair ends."""
    left = others(pair, person)
    if len(left) < PAIR:
        return ended(pair, why)
    said = tuple(one for one in pair.said if one != person)
    met = {one: word for one, word in pair.met.items() if one != person}
    return replace(pair, people=left, said=said, met=met)


def answered(pair: Pair, person: str, said: Said) -> Pair:
    """Somebody says whether they met."""
    return replace(pair, met={**pair.met, person: said})


def placed(standing: Standing, pair: Pair) -> Standing:
    """Somebody has been put together with others."""
    if pair.style == "coffee":
        return replace(standing, coffee=pair.id, left="", missed="")
    return replace(standing, pair=pair.id, alone=False, waiting="", left="", missed="")


def waited(new: Standing, was: Standing) -> tuple[Tally, ...]:
    """How many wait for somebody, by this change."""
    if bool(new.waiting) == bool(was.waiting):
        return ()
    return (Tally(board=WAITING, subject=new.cohort, by=1 if new.waiting else -1),)


def paired(id: str, cohort: str, people: tuple[str, ...], style: Style, now: datetime) -> Pair:
    """A new one."""
    return Pair(id=id, cohort=cohort, people=people, style=style, at=now)
