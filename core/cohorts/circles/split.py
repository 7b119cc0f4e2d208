"""Who is in a circle with whom: even sizes, different teams and titles, near time zones."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from random import Random
from typing import NamedTuple

from core.engine.gate import zone_of
from core.people.model import Person

LEAST, MOST = 6, 12
NEAR = 3
DAY = 24
TRIES = 20
CLASH, TEAM, TITLE, FAR = 1000.0, 3.0, 1.0, 0.5


class Candidate(NamedTuple):
    """Somebody, as far as it matters here; who has the same manager is of the same team."""

    id: str
    accounts: tuple[str, ...] = ()
    manager: str = ""
    title: str = ""
    offset: float = 0.0


class Reasons(NamedTuple):
    """What can be said of a circle; `clash`: somebody is there with their manager."""

    teams: int = 0
    hours: int = 0
    clash: bool = False


def candidate(person: Person, now: datetime) -> Candidate:
    """A person on the day of the draw."""
    offset = now.astimezone(zone_of(person.zone or "UTC")).utcoffset()
    return Candidate(
        id=person.id,
        accounts=person.accounts,
        manager=person.manager,
        title=person.title.casefold(),
        offset=offset.total_seconds() / 3600 if offset else 0.0,
    )


def sizes(people: int, wished: int) -> tuple[int, ...]:
    """How many in each: as near to the wish as can be, and none two larger than another."""
    if people < LEAST:
        return (people,) if people else ()
    most, least = max(1, people // LEAST), -(-people // MOST)
    count = min(max(round(people / wished), least), most)
    each, more = divmod(people, count)
    return tuple(each + (n < more) for n in range(count))


def split(people: Sequence[Candidate], wished: int, dice: Random) -> list[tuple[Candidate, ...]]:
    """Everyone in one circle; the same people and dice always give the same."""
    found = sorted(people)
    dice.shuffle(found)
    found.sort(key=lambda one: one.offset)
    circles, start = list[list[int]](), 0
    for size in sizes(len(found), wished):
        circles.append(list(range(start, start + size)))
        start += size
    if len(circles) > 1:
        worth = [[against(one, other) for other in found] for one in found]
        _traded(circles, worth, dice)
    for circle in circles:
        dice.shuffle(circle)
    return [tuple(found[n] for n in circle) for circle in circles]


def _traded(circles: list[list[int]], worth: Sequence[Sequence[float]], dice: Random) -> None:
    """Two change places whenever both circles together gain by it; clashes first of all."""
    for _ in range(len(worth) * TRIES):
        one, other = dice.sample(range(len(circles)), 2)
        here, there = circles[one], circles[other]
        i, j = dice.randrange(len(here)), dice.randrange(len(there))
        a, b = here[i], there[j]
        mine, yours, between = worth[a], worth[b], worth[a][b]
        before = sum([mine[n] for n in here]) + sum([yours[n] for n in there])
        after = sum([yours[n] for n in here]) + sum([mine[n] for n in there])
        if before - mine[a] - yours[b] > after - 2 * between:
            here[i], there[j] = b, a


def against(one: Candidate, other: Candidate) -> float:
    """What speaks against two people in one circle, 0 for one and the same."""
    if one.id == other.id:
        return 0.0
    cost = CLASH if clash(one, other) else 0.0
    cost += TEAM if one.manager and one.manager == other.manager else 0.0
    cost += TITLE if one.title and one.title == other.title else 0.0
    return cost + FAR * max(0.0, apart(one, other) - NEAR)


def clash(one: Candidate, other: Candidate) -> bool:
    """Whether one reports to the other."""
    return one.manager in other.accounts or other.manager in one.accounts


def apart(one: Candidate, other: Candidate) -> float:
    """How many hours lie between their clocks."""
    hours = abs(one.offset - other.offset) % DAY
    return min(hours, DAY - hours)


def reasons(circle: Sequence[Candidate]) -> Reasons:
    """What can be said of the people in a circle."""
    pairs = list(combinations(circle, 2))
    return Reasons(
        teams=len({one.manager for one in circle if one.manager}),
        hours=round(max((apart(a, b) for a, b in pairs), default=0.0)),
        clash=any(clash(a, b) for a, b in pairs),
    )
