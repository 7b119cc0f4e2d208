"""A week with course links: whatever people and platforms do, what was promised holds."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from msgspec.structs import replace

from core.cohorts.model import Membership
from core.courses.audience import gathering
from core.courses.learning.model import COLUMNS
from core.courses.model import Learning, Progress, Send
from core.courses.sending import expanding
from core.courses.sending.figures import figures
from core.engine.gate import opening, week_of
from core.engine.ports import Actor, Card, Delivery, Moment, Shown, State
from core.people.model import rhythm
from tests.courses.living.quarter import (
    HOURS,
    NUDGES,
    SITE,
    START,
    ZONES,
    Clock,
    Letter,
    Phones,
    Quarter,
    process,
)

SIZE = 40
ROLL = 8
LEAD, KEEPER, STRANGER = (
    Actor(account=f"town:t1:{name}", name=f"{name.title()} Example", zone="Europe/Berlin")
    for name in ("lead", "keeper", "stranger")
)
PEOPLE = tuple(
    Actor(
        account=f"town:t1:p{n:02}",
        name=f"Quentin{n:02} Sample",
        email=f"quentin{n:02}@example.org",
        zone=ZONES[n % len(ZONES)],
    )
    for n in range(SIZE)
)
BLOCKED, SILENT, STOPPED, PAUSED = PEOPLE[3], PEOPLE[4], PEOPLE[5], PEOPLE[6]
LEAVING, LATE = PEOPLE[7:11], PEOPLE[30:]
ERASED = (PEOPLE[11], PEOPLE[12])


@dataclass
class Term:
    """What the test knows of what happened."""

    clock: Clock
    phones: Phones
    dice: Random
    path: Path
    quits: dict[str, datetime] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    sends: list[Send] = field(default_factory=list)
    meant: dict[str, set[str]] = field(default_factory=dict)

    @asynccontextmanager
    async def process(self) -> AsyncIterator[Quarter]:
        async with process(self.path, self.clock, self.phones, self.dice) as it:
            it.numbers = self.numbers
            yield it

    numbers: "count[int]" = field(default_factory=count)

    def names_erased(self) -> set[str]:
        return {one.name.split()[0] for one in ERASED if one.account in self.quits}


# --- the story ------------------------------------------------------------------------------------


async def begins(it: Quarter, people: Sequence[Actor] = PEOPLE[:30]) -> None:
    """A cohort of these people, each with their own hours."""
    for who in (LEAD, KEEPER, STRANGER, *PEOPLE):
        await it.does("people.thanks", who)
    for n, who in enumerate(PEOPLE):
        start, end = HOURS[n % len(HOURS)]
        await it.lives(who, start=start, end=end)
    runs = {"facilitator": (await it.person(LEAD)).id, "moderator": (await it.person(KEEPER)).id}
    values = {
        "name": "Better handovers",
        "purpose": "Fewer surprises",
        "first": "2026-03-02",
        "last": "2026-06-30",
        "zone": "Europe/Berlin",
        "where": "here",
        **runs,
    }
    await it.does("cohorts.create", LEAD, values, draft="1")
    for who in people:
        await joins(it, who)


async def joins(it: Quarter, who: Actor) -> None:
    cohort = await it.cohort()
    await it.does("members.code", who, {"code": cohort.code})
    await it.does("members.join", who, cohort=cohort.id)


async def sends(it: Quarter, *ids: str, **plan: str) -> Send:
    """The lead sends these to the cohort; they are ready."""
    known = {one.id for one in (await it.read.find(Send)).items}
    cohort = await it.cohort()
    url = "\n".join(f"{SITE}/{id}" for id in ids)
    await it.does("courses.send", LEAD, {"url": url}, cohort=cohort.id, draft=ids[0])
    await it.settle()
    (new,) = [one for one in (await it.read.find(Send)).items if one.id not in known]
    values = {
        "purpose": "Fewer surprises",
        "question": "What would you try?",
        "to": f"cohort:{cohort.id}",
        **plan,
    }
    await it.does("courses.plan", LEAD, values, id=new.id, send=new.id)
    await it.settle()
    return await now(it, new)


async def now(it: Quarter, send: Send) -> Send:
    found = await it.read.get(Send, send.id)
    assert found is not None
    return found


async def goes(it: Quarter, send: Send) -> Send:
    new = await now(it, send)
    assert new.state in ("ready", "stopped"), new
    await it.does("courses.go", LEAD, id=new.id, send=new.id, rev=str(new.version))
    return await now(it, send)


async def is_out(it: Quarter, send: Send) -> None:
    """All rolls of it have gone out, one after another."""
    for _ in range(12):
        await it.wait(hours=1)
        if (await now(it, send)).state == "sent":
            return
    raise AssertionError(await now(it, send))


async def a_day(it: Quarter, term: Term, sends: list[Send]) -> None:
    """People do this and that with what they have got."""
    for who in PEOPLE:
        if who is SILENT or (who in ERASED and who.account in term.quits):
            continue
        for send in sends:
            if term.dice.random() < 0.3:
                await reacts(it, term, who, await now(it, send))
    await it.late()
    await it.settle()
    await forged(it, term.dice.choice(sends))


async def reacts(it: Quarter, term: Term, who: Actor, send: Send) -> None:
    person = await it.person(who)
    got = await it.read.get(Delivery, f"{send.id}/{person.id}")
    if got is None or got.state != "sent":
        return
    step = str(term.dice.randrange(len(send.courses)))
    course = send.courses[int(step)]
    match term.dice.randrange(9):
        case 0 | 1 | 2:
            await it.opens(who, send, int(step))
        case 3 | 4:
            await it.does("courses.done", who, send=send.id, step=step, slot=f"course/{send.id}")
            await it.does("courses.done", who, send=send.id, step=step)
        case 5:
            await it.does("courses.undone", who, send=send.id, step=step)
        case 6:
            done = it.clock.now() - timedelta(days=term.dice.randrange(5))
            told = Progress(catalogue="demo", course=course.id, email=who.email, done=done)
            await it.confirms(told, replace(told, done=done - timedelta(days=3)))
            await it.confirms(replace(told, percent=40, done=None))
        case 7:
            await it.does("courses.later", who, send=send.id)
        case _:
            args = {"sight": "me", "text": "Names first, then numbers."}
            await it.does("courses.reflect", who, args, send=send.id)


async def forged(it: Quarter, send: Send) -> None:
    """Whoever has nothing to do with it presses every button there is; nothing moves."""
    before = records(it)
    send = await now(it, send)
    about = {"id": send.id, "send": send.id, "rev": str(send.version), "sure": "yes"}
    plan = {"purpose": "Mine", "question": "Mine?", "to": "me", "url": f"{SITE}/mine"}
    for name in sorted(PRODUCT_ACTIONS):
        for values in (None, {**plan, "title": "Mine", "text": "x", "sight": "me"}):
            reply = await it.does(name, STRANGER, values, **about)
            assert not isinstance(reply, Card) or "Course" not in repr(reply), name
    it.repeats.clear()
    await it.settle()
    assert records(it) == before


PRODUCT_ACTIONS = (
    "courses.plan",
    "courses.go",
    "courses.me_first",
    "courses.undo",
    "courses.stop",
    "courses.take",
    "courses.edit",
    "courses.look",
    "courses.drop",
    "courses.unreached",
    "courses.copy",
    "courses.mention",
    "courses.people",
    "courses.done",
    "courses.undone",
    "courses.later",
    "courses.reflect",
    "courses.worked",
    "courses.quiet",
    "courses.assign",
    "courses.bring",
    "courses.add",
    "courses.order",
)
KINDS = ("send", "delivery", "learning", "roll", "count", "reminding", "reflection", "worked")


def records(it: Quarter) -> Mapping[str, object]:
    tables = [name for name in it.tables() if any(name.endswith(kind) for kind in KINDS)]
    assert len(tables) >= len(KINDS), it.tables()
    return {name: sorted(map(repr, it.whole(name))) for name in tables}


# --- what was promised ----------------------------------------------------------------------------


async def adds_up(it: Quarter, send: Send, *, everybody: set[str]) -> None:
    """The states of a send add up to its audience, and the tallies are the records."""
    rows = await it.deliveries(send.id)
    by = Counter(one.state for one in rows)
    states = get_args(State)
    tallies = {one: await it.read.tally(f"delivery.{one}", send.id) for one in states}
    assert {one: n for one, n in tallies.items() if n} == dict(by), send.id
    told = await figures(Moment(it.read, it.clock.now(), "x"), await now(it, send))
    assert sum(told.by.values()) == len(rows)
    assert told.all == told.arrived + told.coming + told.held + told.lost + by["withdrawn"]
    missing = everybody - {one.person for one in rows}
    assert not missing, (send.id, missing)
    assert max(Counter(one.person for one in rows if one.person).values()) == 1


async def columns_are_true(it: Quarter, send: Send) -> None:
    rows = (await it.read.find(Learning, send=send.id)).items
    for column, board in COLUMNS.items():
        for n in range(len(send.courses)):
            kept = sum(1 for one in rows if n < len(one.steps) and getattr(one.steps[n], column))
            assert await it.read.tally(board, f"{send.id}/{n}") == kept, (send.id, column, n)


async def nobody_is_bothered(it: Quarter, term: Term) -> None:
    """In their hours, three a week, nothing after they have gone, each card once."""
    for who in PEOPLE:
        mine = [one for one in term.phones.letters if one.account == who.account]
        doubted = [one for one in term.phones.doubted if not asked_for_nothing(one)]
        once = Counter(one.key for one in mine if one not in doubted)  # what they wanted comes
        twice = [key for key, n in once.items() if n > 1]
        assert not twice, [one for one in mine if one.key in twice]
        if who in ERASED:
            continue
        own = replace(rhythm(await it.person(who)), paused_until=None)
        nudges = [one for one in mine if asked_for_nothing(one)]
        for one in nudges:
            assert opening(own, one.at) == one.at, (who.account, one)
            assert who.account not in term.quits or one.at <= term.quits[who.account], one
        sure = [one for one in nudges if one not in term.phones.doubted]
        weeks = Counter(week_of(own.zone, one.at) for one in sure)
        assert max(weeks.values(), default=0) <= own.budget, [(one.at, one.key) for one in nudges]
        reminders = Counter(one.slot.split("/")[1] for one in mine if "course-remind" in one.key)
        assert max(reminders.values(), default=0) <= 3


def asked_for_nothing(one: Letter) -> bool:
    kind, _, rest = one.slot.partition("/")
    return kind in NUDGES and not (kind == "course" and "/" in rest)


async def nothing_stands(it: Quarter, send: Send) -> None:
    """What was taken back is nowhere any more."""
    left = [
        (ref, account, post.slot)
        for ref, (account, post) in it.phones.stands.items()
        if send.id in post.slot and not post.slot.startswith(("send/", "courses-mine"))
        if account not in it.phones.blocked
    ]
    known = {one.ref for one in (await it.read.find(Shown)).items}
    assert not [one for one in left if one[0] in known], left


def nothing_is_kept(it: Quarter, ids: set[str], names: set[str]) -> None:
    """Of somebody who was erased no record names them: they keep an empty one."""
    for table in it.tables():
        for row in it.whole(table):
            text = repr(row)
            assert not [name for name in names if name in text], (table, row)
            if table.startswith("r_") and table not in ("r_shown", "r_person"):
                assert not [id for id in ids if id in text], (table, row)


# --- a week --------------------------------------------------------------------------------------


SEED = 1


@pytest.fixture
def term(tmp_path: Path) -> Iterator[Term]:
    """Short rolls, so that so few people are several; the next once nobody waits for senders."""
    dice, clock, was = Random(SEED), Clock(), vars(gathering)["ROLL"]
    vars(gathering)["ROLL"], vars(expanding)["ROLL"] = ROLL, 0
    yield Term(clock, Phones(clock, SEED), dice, tmp_path / "quarter.db")
    vars(gathering)["ROLL"] = vars(expanding)["ROLL"] = was


async def members(it: Quarter) -> set[str]:
    cohort = await it.cohort()
    rows = (await it.read.find(Membership, cohort=cohort.id, state="member")).items
    return {one.person for one in rows}


async def leaves(it: Quarter, term: Term, who: Actor) -> None:
    cohort = await it.cohort()
    await it.does("members.left", who, cohort=cohort.id)
    term.quits[who.account] = it.clock.now()


async def erases(it: Quarter, term: Term, who: Actor) -> None:
    person = await it.person(who)
    term.erased.add(person.id)
    term.quits[who.account] = it.clock.now()
    it.repeats = [one for one in it.repeats if one.by != who]
    await it.does("people.erase_now", who)
    it.repeats = [one for one in it.repeats if one.by != who]


async def day_ends(it: Quarter, term: Term) -> None:
    for send in term.sends:
        new = await now(it, send)
        everybody = term.meant[send.id] - term.erased
        await adds_up(it, send, everybody=everybody if new.state == "sent" else set())
        await columns_are_true(it, send)
    await nobody_is_bothered(it, term)
    nothing_is_kept(it, term.erased, term.names_erased())


async def a_path(it: Quarter, term: Term) -> None:
    """Sent to all and to who comes later; two leave and some come before it is out."""
    send = await sends(it, "one", "two", "three", due="2026-03-12", assigned="true")
    term.sends.append(send)
    term.meant[send.id] = await members(it)
    await goes(it, send)
    await leaves(it, term, LEAVING[0])
    for who in LATE[:2]:
        await joins(it, who)
    with term.phones.outage():
        await it.wait(seconds=60)
        assert (await now(it, send)).state == "going"
        await leaves(it, term, LEAVING[1])
        for who in LATE[2:4]:
            await joins(it, who)
    await is_out(it, send)
    term.meant[send.id] |= await members(it)


async def one_course(it: Quarter, term: Term) -> None:
    """Stopped half-way; the service dies before it goes on."""
    send = await sends(it, "single", due="2026-03-12")
    term.sends.append(send)
    term.meant[send.id] = await members(it)
    await goes(it, send)
    with term.phones.outage():
        await it.wait(seconds=60)
        assert (await now(it, send)).state == "going"
        await it.does("courses.stop", LEAD, id=send.id, send=send.id)
    assert (await now(it, send)).state == "stopped"
    await leaves(it, term, LEAVING[2])


async def goes_on(it: Quarter, term: Term) -> None:
    send = term.sends[-1]
    assert (await now(it, send)).state == "stopped"
    await goes(it, send)
    await is_out(it, send)


async def one_more(it: Quarter, term: Term) -> None:
    send = await sends(it, "regret", due="2026-03-11", assigned="true")
    term.sends.append(send)
    term.meant[send.id] = await members(it)
    await goes(it, send)
    await is_out(it, send)


async def changes(it: Quarter, path: Send) -> None:
    """What it is for is said in other words, on every card."""
    url = "\n".join(course.url for course in path.courses)
    edited = {"purpose": "Calmer mornings", "question": "What else?", "url": url}
    await it.does("courses.edit", LEAD, edited, id=path.id, send=path.id)
    assert (await now(it, path)).edition == 1


async def takes_back(it: Quarter, send: Send) -> None:
    await it.does("courses.take", LEAD, id=send.id, send=send.id, sure="yes")
    await it.wait(hours=3)
    await nothing_stands(it, send)


async def test_a_week_with_three_links(term: Term) -> None:
    async with term.process() as it:
        await begins(it)
        await it.lives(STOPPED, stopped=True)
        await it.lives(PAUSED, paused_until=START + timedelta(days=9))
        it.phones.blocked.add(BLOCKED.account)
        term.phones.failing = 0.04
        await a_path(it, term)
        await lives_on(it, term, days=1)
        await one_course(it, term)
    async with term.process() as it:
        await goes_on(it, term)
        await lives_on(it, term, days=1)
        await one_more(it, term)
        await lives_on(it, term, days=1)
        await changes(it, term.sends[0])
        for who in LATE[4:]:
            await joins(it, who)
        term.meant[term.sends[0].id] |= await members(it)
        await lives_on(it, term, days=2)
        await leaves(it, term, LEAVING[3])
        await takes_back(it, term.sends[-1])
        for who in ERASED:
            await erases(it, term, who)
            await lives_on(it, term, days=1)
        assert not it.rows("SELECT why FROM poison")
        assert {"later", "doubt"} <= set(term.phones.fails)


async def lives_on(it: Quarter, term: Term, days: int) -> None:
    for _ in range(days):
        hours = term.dice.randrange(6, 18)
        await it.wait(hours=hours)
        await a_day(it, term, term.sends)
        await it.wait(hours=24 - hours)
        await day_ends(it, term)


# --- what it has taught us ------------------------------------------------------------------------


async def test_what_may_have_arrived_does_not_come_again_when_it_changes(term: Term) -> None:
    async with term.process() as it:
        await begins(it, PEOPLE[:2])
        with term.phones.doubt():
            send = await goes(it, await sends(it, "unsure"))
            await it.wait(hours=30)
        rows = await it.deliveries(send.id)
        assert [one.state for one in rows] == ["unconfirmed"] * 2
        first = len(cards(term, send))
        edited = {"purpose": "Calm", "question": "What?", "title": "New", "url": f"{SITE}/unsure"}
        await it.does("courses.edit", LEAD, edited, id=send.id, send=send.id)
        told = Progress(catalogue="demo", course="unsure", email=PEOPLE[0].email, done=START)
        await it.confirms(told)
        await it.wait(hours=30)
        assert len(cards(term, send)) == first == 2
        await adds_up(it, send, everybody={one.person for one in rows})


def cards(term: Term, send: Send) -> list[Letter]:
    return [one for one in term.phones.letters if one.slot == f"course/{send.id}"]


async def test_who_is_erased_is_no_audience_either(term: Term) -> None:
    async with term.process() as it:
        await begins(it, ())
        send = await sends(it, "alone", to="me")
        await goes(it, send)
        await it.wait(hours=3)
        assert (await now(it, send)).state == "sent"
        lead = await it.person(LEAD)
        await it.does("people.erase_now", LEAD)
        await it.settle()
        assert lead.id not in repr(await now(it, send))
