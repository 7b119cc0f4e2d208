"""Weeks of a cohort: what is due happens at its own time, and people get what may be sent them.

It does what the engine does with jobs, in memory and one after another, with the real gate.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from core.actions import FOLLOWERS
from core.cohorts.model import Cohort
from core.courses.model import Audience, Course, Learning, Send, Step, given
from core.engine.gate import Go, Later, gate, week_of
from core.engine.ports import (
    Actor,
    Ask,
    Changes,
    Delivery,
    Event,
    Job,
    Raise,
    Record,
    Show,
    Shown,
    ToPerson,
    Viewer,
    counted,
)
from core.message import Post
from core.people.model import Person, recipient
from core.product import view
from tests.cohorts.story import TEAM, Story, chat, story
from tests.people.world import ADA

FAR = datetime(2027, 1, 1, tzinfo=UTC)
COURSE = Course(
    catalogue="demo",
    id="feedback",
    url="https://courses.example.org/feedback",
    title="Feedback that lands",
    minutes=12,
    provider="Demo catalogue",
)
Answering = Callable[[Mapping[str, str]], Mapping[str, object]]


def enrols(asked: Mapping[str, str]) -> Mapping[str, object]:
    return {"values": {"state": "enrolled"}}


def films(count: int) -> tuple[Course, ...]:
    """So many films that are no provider's."""
    return tuple(
        Course(
            catalogue="link",
            id=f"film{n}",
            url=f"https://videos.example.org/{n}",
            title=f"Film {n}",
        )
        for n in range(count)
    )


@dataclass(frozen=True)
class Letter:
    """What somebody got, and when."""

    at: datetime
    person: str
    slot: str
    post: Post | None

    @property
    def kind(self) -> str:
        return self.slot.partition("/")[0]


@dataclass
class Flow:
    """Jobs as the engine does them, over a story."""

    life: Story
    jobs: dict[str, Job] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    letters: list[Letter] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    provider: Answering = enrols

    async def happens(self, event: Event) -> Changes:
        changes = await self.life.happens(event)
        self.takes(changes)
        return changes

    async def until(self, day: date | datetime) -> None:
        """Everything that is due by then happens, each at its time."""
        to = (
            day
            if isinstance(day, datetime)
            else datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        )
        while True:
            due = [job for job in self.jobs.values() if (job.due or self.life.now) <= to]
            if not due:
                break
            job = min(due, key=lambda one: one.due or self.life.now)
            self.life.now = max(self.life.now, job.due or self.life.now)
            await self._does(job)
        self.life.now = max(self.life.now, to)

    async def at_once(self) -> None:
        """What needs no waiting."""
        await self.until(self.life.now + timedelta(seconds=1))

    def takes(self, changes: Changes) -> None:
        for job in changes.jobs:
            if job.plan == "replace":
                self.jobs[job.key] = job
            elif job.key not in self.done:
                self.jobs.setdefault(job.key, job)

    async def _does(self, job: Job) -> None:
        del self.jobs[job.key]
        if job.until and job.until < self.life.now:
            return await self._ends(job, "expired")
        match job.work:
            case Raise(event):
                self.done.add(job.key)
                await self.happens(event)
            case Ask(_, question, then) if then == "courses.enrolled":
                self.done.add(job.key)
                self.asked.append(question)
                event = self.life.event("answer", then, None, None)
                answer = self.provider(question)
                await self.happens(replace(event, args=question, **answer))
            case Show(ToPerson(person), slot) if slot.startswith("course"):
                await self._tells(job, person, slot)
            case _:
                self.done.add(job.key)
        return None

    async def _tells(self, job: Job, person: str, slot: str) -> None:
        them = await recipient(self.life.read, person)
        assert them is not None
        week = week_of(them.rhythm.zone, self.life.now)
        sent = [it for it in self.letters if it.person == person]
        heard = sum(week_of(them.rhythm.zone, it.at) == week for it in sent)
        verdict = gate(them.rhythm, self.life.now, sent_this_week=heard, unanswered=0)
        if job.weight == "nudge" and isinstance(verdict, Later):
            self.jobs[job.key] = replace(job, due=verdict.at)
            return await self._ends(job, "held")
        if job.weight == "nudge" and not isinstance(verdict, Go):
            return await self._ends(job, "skipped")
        card = slot.partition("/")[0] == "course"
        post = None if card else await view(self.life.moment(), slot, Viewer(person=person))
        if post is None and not card:
            return await self._ends(job, "skipped")
        self.letters.append(Letter(self.life.now, person, slot, post))
        there = f"chat-{person}"
        shown = Shown(id=f"{there}|{slot}", address=there, slot=slot, ref="1", at=self.life.now)
        await self.life.commit(Changes(saves=(shown,)))
        return await self._ends(job, "sent")

    async def _ends(self, job: Job, state: str) -> None:
        """What the engine notes of a campaign's message."""
        was = await self.life.read.get(Delivery, job.report) if job.report else None
        if was is not None:
            now = replace(was, state=state, at=self.life.now)
            await self.life.commit(Changes(saves=(now,), tallies=(counted(was, -1), counted(now))))


@dataclass
class Term(Flow):
    """A story whose time passes."""

    async def press(self, name: str, by: Actor, /, **args: str) -> Changes:
        changes = await self.life.hits(name, args, by, chat(by))
        self.takes(changes)
        return changes

    async def fill(self, name: str, by: Actor, values: Mapping[str, str], **args: str) -> Changes:
        event = self.life.event("form", name, by)
        return await self.happens(replace(event, values=values, args=args))

    async def saves(self, *records: Record, also: Changes | None = None) -> None:
        """Another slice's handler saves these; who follows them hears of it."""
        event = self.life.event("timer", "elsewhere", None, None)
        moment = self.life.moment(event.id)
        changes = Changes(saves=records) + (also or Changes())
        more = Changes()
        for record in changes.saves:
            was = await self.life.read.get(type(record), record.id)
            for follow in FOLLOWERS.get(type(record), ()):
                more += await follow(was, record, event, moment)
        await self.life.commit(changes + more)
        self.takes(changes + more)

    # --- a cohort and what is sent to it ------------------------------------------------------

    async def cohort(self, *people: Actor) -> Cohort:
        await self.life.begins(last="2026-09-30")
        return await self.joins(*people)

    async def joins(self, *people: Actor) -> Cohort:
        cohort = await self.life.cohort()
        for actor in people:
            self.takes(await self.life.press("members.join", actor, TEAM, cohort=cohort.id))
        return cohort

    async def leaves(self, who: Actor) -> None:
        cohort = await self.life.cohort()
        self.takes(await self.life.press("members.left", who, cohort=cohort.id))

    async def sends(self, id: str = "s1", *people: Actor, **fields: object) -> Send:
        """Ada sends it to these members of her cohort, or to nobody yet."""
        cohort, ada = await self.life.cohort(), await self.life.known(ADA)
        send = Send(
            id=id,
            by=ada.id,
            made=self.life.now,
            rank=id,
            courses=(COURSE,),
            course=COURSE.key,
            state="going",
            cohort=cohort.id,
            purpose="For Thursday’s workshop",
            audience=Audience(kind="cohort", ids=(cohort.id,)),
        )
        send = replace(send, **fields)
        await self.saves(send)
        for actor in people:
            person = await self.life.known(actor)
            await self.saves(also=given(send, person.id, self.life.now))
        await self.changes(send.id, state="sent")
        return await self.send(send.id)

    async def send(self, id: str = "s1") -> Send:
        found = await self.life.read.get(Send, id)
        assert found is not None
        return found

    async def changes(self, id: str = "s1", **fields: object) -> None:
        send = await self.send(id)
        await self.saves(replace(send, **fields))

    async def learns(self, who: Actor, *done: int, send: str = "s1", by: str = "declared") -> None:
        """They, or the provider, say so of these steps."""
        it, person = await self.send(send), await self.life.known(who)
        id = f"{send}/{person.id}"
        fresh = Learning(id=id, send=send, person=person.id, steps=(Step(),) * len(it.courses))
        was = await self.life.read.get(Learning, id) or fresh
        at = self.life.now
        steps = tuple(
            replace(step, **{by: at}) if n in done else step for n, step in enumerate(was.steps)
        )
        await self.saves(replace(was, steps=steps))

    async def learning(self, who: Actor, send: str = "s1") -> Learning:
        person = await self.life.known(who)
        found = await self.life.read.get(Learning, f"{send}/{person.id}")
        assert found is not None
        return found

    async def sets(self, who: Actor, **fields: object) -> Person:
        """Their hours, their zone, a pause."""
        person = replace(await self.life.known(who), **fields)
        await self.life.commit(Changes(saves=(person,)))
        return await self.life.known(who)

    async def got(self, who: Actor, kind: str = "") -> list[Letter]:
        person = await self.life.known(who)
        return [
            one
            for one in self.letters
            if one.person == person.id and one.kind.startswith(kind or "course")
        ]


@asynccontextmanager
async def lived(empty: Path) -> AsyncIterator[Term]:
    """A term of its own, over a copy of an empty store."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.db"
        copyfile(empty, path)
        async with story(path) as life:
            yield Term(life)
