"""What happened in a town in eight weeks, as plain data to be looked at."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.moving.model import Shift
from core.cohorts.workshops.signup.model import Signup
from core.engine.ports import Job, Rhythm
from core.engine.records import ENGINE
from core.people.model import Person, by_account, rhythm
from core.product import PRODUCT
from core.programmes.model import Plan
from tests.simulation.kept import Kept, documents, kept
from tests.simulation.town import START, Letter, Town, Villager, town

WEEKS = 8
END = START + timedelta(weeks=WEEKS)
FORM = {
    "name": "Better handovers",
    "purpose": "Fewer surprises at shift change",
    "first": "2026-03-04",
    "last": "2026-05-08",
    "zone": "Europe/Berlin",
    "where": "here",
}
WORKSHOP = {
    "title": "Hard handovers",
    "purpose": "To try it once before it matters",
    "time": "10:00",
    "minutes": "60",
    "mode": "room",
    "place": "Room 1",
    "capacity": "20",
}
OUTAGES = (
    (datetime(2026, 3, 17, 9, tzinfo=UTC), datetime(2026, 3, 17, 13, tzinfo=UTC)),
    (datetime(2026, 4, 8, 22, tzinfo=UTC), datetime(2026, 4, 9, 10, tzinfo=UTC)),
)


@dataclass(frozen=True)
class CalledOff:
    """A workshop that did not take place: since when, and the persons who had signed up."""

    workshop: str
    at: datetime
    signed: frozenset[str]


@dataclass(frozen=True)
class Chronicle:
    """Letters with the job of each, how all jobs ended, what the people are like, what is kept."""

    letters: Sequence[tuple[Letter, Job, str]]
    ends: Counter[str]
    poison: list[str]
    people: dict[str, Villager]
    persons: dict[str, Person]
    plan: Plan
    pressed: Counter[str]
    refused: int
    off: "CalledOff"
    kept: Mapping[str, Kept]
    documents: int

    def to(self, account: str) -> list[tuple[Letter, Job, str]]:
        """All that one account got."""
        return [one for one in self.letters if one[0].account == account]

    def rhythm(self, account: str) -> Rhythm:
        """When somebody may be written to, their pause aside."""
        return replace(rhythm(self.persons[account]), paused_until=None)


def lived(folder: Path, size: int, seed: int = 1) -> Chronicle:
    """Lets a town live through a programme of three stages."""
    return asyncio.run(_lived(folder, size, seed))


async def _lived(folder: Path, size: int, seed: int) -> Chronicle:
    async with town(folder, size, seed) as it:
        it.phones.outages = OUTAGES
        cohort = await _begins(it)
        _fates(it, cohort)
        off = await _workshop(it, cohort)
        await it.until(END)
        return await _told(it, cohort, folder / "town.db", off)


async def _begins(it: Town) -> str:
    """The first leads, the second moderates; everybody joins in the first two days."""
    lead, keeper = it.people[:2]
    lead.habit = keeper.habit = "keen"
    for one in (lead, keeper):
        await it.press(one, "people.thanks", {})
    ids = [person.id for one in (lead, keeper) if (person := await _person(it, one))]
    values = {**FORM, "facilitator": ids[0], "moderator": ids[1]}
    await it.tell("form", "cohorts.create", lead, it.square(), args={"draft": "1"}, values=values)
    await it.until(START + timedelta(minutes=5))
    cohort = (await it.store.reader("main").find(Cohort)).items[0]
    for number, one in enumerate(it.people):
        await _joins(it, one, cohort, here=number % 2 == 0)
    await _programme(it, lead, cohort.id)
    return cohort.id


async def _joins(it: Town, one: Villager, cohort: Cohort, *, here: bool) -> None:
    """Every other person is where the cohort lives; the rest come with its code."""
    args = {"cohort": cohort.id}
    if here:
        await it.tell("press", "members.join", one, it.square(), args=args)
    else:
        values = {"code": cohort.code}
        await it.tell("form", "members.code", one, it.origin(one), values=values)
        await it.press(one, "members.join", args)


async def _programme(it: Town, lead: Villager, cohort: str) -> None:
    values = {"template": "three-stages", "first": FORM["first"], "days": "0,1,2,3,4"}
    args = {"cohort": cohort}
    await it.tell("form", "programmes.choose", lead, it.origin(lead), args=args, values=values)
    plan = await it.store.reader("main").get(Plan, cohort)
    assert plan is not None
    at = {**args, "id": plan.id, "rev": str(plan.version)}
    await it.press(lead, "programmes.start", at)
    plan = await it.store.reader("main").get(Plan, cohort)
    assert plan is not None
    assert plan.state == "running"


def _fates(it: Town, cohort: str) -> None:
    """Some leave, some pause, some block us."""
    for one in it.people:
        if one.leaves:
            it.plan(one.leaves, partial(_leaves, it, one, cohort))
        if one.pauses:
            it.plan(one.pauses, partial(it.press, one, "people.pause_until", {"weeks": "1"}))
        if one.blocks:
            it.phones.blocked.add(one.account)


async def _leaves(it: Town, who: Villager, cohort: str) -> None:
    who.gone = True
    await it.press(who, "members.left", {"cohort": cohort})


async def _person(it: Town, who: Villager) -> Person | None:
    return await by_account(it.store.reader("main"), who.account)


async def _workshop(it: Town, cohort: str) -> CalledOff:
    """One more workshop is planned, signed up for, and called off the day before."""
    read, lead = it.store.reader("main"), it.people[0]
    await it.until(START + timedelta(days=21))
    known = {one.id for one in (await read.find(Workshop, cohort=cohort)).items}
    day = f"{(START + timedelta(days=30)).date()}"
    values = {**WORKSHOP, "day": day}
    args = {"cohort": cohort, "draft": "one-more"}
    await it.tell("form", "workshops.plan", lead, it.origin(lead), args=args, values=values)
    rows = (await read.find(Workshop, cohort=cohort)).items
    (one,) = [row for row in rows if row.id not in known]
    await it.until(START + timedelta(days=29))
    coming = (await read.find(Signup, workshop=one.id, choice="room")).items
    about = {"cohort": cohort, "workshop": one.id}
    why = {"reason": "The room is closed."}
    await it.tell("form", "workshops.cancel", lead, it.origin(lead), args=about, values=why)
    shift = await read.get(Shift, one.id)
    assert shift is not None
    sure = {**about, "id": shift.id, "rev": str(shift.version)}
    await it.press(lead, "workshops.confirm", sure)
    at = it.clock.now()
    return CalledOff(one.id, at, frozenset(row.person for row in coming))


async def _told(it: Town, cohort: str, path: Path, off: CalledOff) -> Chronicle:
    letters = []
    for letter in it.phones.letters:
        due = await it.store.job("main", letter.key)
        assert due is not None, letter.key
        letters.append((letter, due.job, due.state))
    plan = await it.store.reader("main").get(Plan, cohort)
    assert plan is not None
    found = {one.account: await _person(it, one) for one in it.people}
    with sqlite3.connect(path) as db:
        ends = Counter(dict(db.execute("SELECT state, count(*) FROM jobs GROUP BY state")))
        poison = [row[0] for row in db.execute("SELECT why FROM poison")]
    return Chronicle(
        letters=letters,
        ends=ends,
        poison=poison,
        people=it.by_account,
        persons={account: person for account, person in found.items() if person},
        plan=plan,
        pressed=it.pressed,
        refused=it.phones.refused,
        off=off,
        kept=kept(path),
        documents=documents(path, (*ENGINE, *PRODUCT.records)),
    )
