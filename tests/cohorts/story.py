"""A cohort and its people, over the whole product and a real store."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort, Membership, membership_id
from core.engine.ports import (
    Actor,
    Ask,
    Card,
    Changes,
    Deliver,
    Event,
    Invalid,
    Job,
    Open,
    Origin,
    Raise,
    Say,
    Show,
    ToPerson,
    ToPlace,
    Viewer,
)
from core.message import Button, Buttons, Form, Link, Post, Quote
from core.people.model import Person, by_account
from core.product import PRODUCT, handle, view
from tests.people.world import ADA, BO, CHANNEL, World
from tests.people.world import words as plain_words

TEAM = replace(CHANNEL, team="nights", title="Nights")
CEM = Actor(account="teams:t1:cem", name="Cem Sample", zone="Europe/Berlin")
DEE = Actor(account="teams:t1:dee", name="Dee Sample", zone="Europe/Berlin", guest=True)
GIVEN = {
    "name": "Better handovers",
    "purpose": "Fewer surprises at shift change",
    "first": "2026-03-09",
    "last": "2026-04-17",
    "zone": "Europe/Berlin",
    "where": "here",
}


def chat(who: Actor) -> Origin:
    return Origin(place=f"{who.account}-chat", private=True)


@dataclass
class Story(World):
    """A world in which Ada leads a cohort and Bo keeps it fair."""

    timers: dict[str, Event] = field(default_factory=dict)
    rung: set[str] = field(default_factory=set)

    async def fill(
        self,
        name: str,
        values: Mapping[str, str],
        by: Actor = ADA,
        origin: Origin = TEAM,
        **args: str,
    ) -> Changes:
        return await self.hands_in(name, values, args, by, origin)

    async def hands_in(
        self,
        name: str,
        values: Mapping[str, str],
        args: Mapping[str, str],
        by: Actor = ADA,
        origin: Origin = TEAM,
    ) -> Changes:
        event = self.event("form", name, by, origin)
        return await self.happens(replace(event, values=values, args=args))

    async def hits(
        self, name: str, args: Mapping[str, str], by: Actor = ADA, origin: Origin = TEAM
    ) -> Changes:
        """Presses a button that was found on a card."""
        return await self.happens(replace(self.event("press", name, by, origin), args=args))

    async def place(self, name: str, *people: Actor, origin: Origin = TEAM) -> Changes:
        event = self.event("place", name, None, origin)
        return await self.happens(replace(event, people=people))

    async def answer(self, job: Job, **fields: object) -> Changes:
        """What the outside says to an Ask."""
        assert isinstance(job.work, Ask)
        event = self.event("answer", job.work.then, None, None)
        return await self.happens(replace(event, args=job.work.question, **fields))

    async def happens(self, event: Event) -> Changes:
        changes = await super().happens(event)
        raised = (job.work.event for job in changes.jobs if isinstance(job.work, Raise))
        self.timers |= {timer.id: timer for timer in raised if timer.id not in self.rung}
        return changes

    async def ring(self, name: str) -> Changes:
        """The timers of this name ring, each once, whenever they are due."""
        changes = Changes()
        for timer in [timer for timer in self.timers.values() if timer.name == name]:
            self.rung.add(timer.id)
            del self.timers[timer.id]
            changes += await self.happens(timer)
        return changes

    async def meets(self, *people: Actor) -> list[Person]:
        """People whom Coterie has met before."""
        for actor in people:
            await self.press("people.thanks", actor, chat(actor))
        return [await self.known(actor) for actor in people]

    async def begins(self, origin: Origin = TEAM, **other: str) -> Cohort:
        """Ada starts a cohort; she facilitates, Bo moderates."""
        ada, bo = await self.meets(ADA, BO)
        values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id, **other}
        await self.fill("cohorts.create", values, origin=origin, draft="1")
        return await self.cohort()

    async def cohort(self) -> Cohort:
        return (await self.read.find(Cohort)).items[0]

    async def joins(self, *people: Actor, origin: Origin = TEAM) -> Cohort:
        cohort = await self.cohort()
        for actor in people:
            await self.press("members.join", actor, origin, cohort=cohort.id)
        return cohort

    async def standing(self, who: Actor) -> str:
        person = await by_account(self.read, who.account)
        id = membership_id((await self.cohort()).id, person.id) if person else ""
        found = await self.read.get(Membership, id)
        return found.state if found else ""

    async def see(self, slot: str, who: Actor | None = None) -> Post | None:
        viewer = Viewer(person=(await self.known(who)).id) if who else Viewer()
        return await view(self.moment(), slot, viewer)

    async def seen(self, slot: str, who: Actor | None = None) -> Post:
        post = await self.see(slot, who)
        assert post is not None
        return post

    async def find(self, slot: str, label: str, who: Actor | None = None) -> Mapping[str, str]:
        """The args of a button that is on a card now."""
        post = await self.see(slot, who)
        assert post is not None
        return next(args_of(b) for b in buttons(post) if label in str(b.label))

    async def again(self, event: Event) -> Changes:
        return await handle(event, self.moment(event.id))


@asynccontextmanager
async def story(path: Path) -> AsyncIterator[Story]:
    async with SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        yield Story(store)


def buttons(post: Post) -> list[Button]:
    return [b for block in post.blocks if isinstance(block, Buttons) for b in block.buttons]


def args_of(button: Button) -> Mapping[str, str]:
    return {} if isinstance(button, Link) else button.args


def actions(post: Post) -> list[str]:
    return [button.action for button in buttons(post) if not isinstance(button, Link)]


def form(changes: Changes) -> Form:
    assert isinstance(changes.reply, Open | Invalid)
    return changes.reply.form


def value(form: Form, name: str) -> object:
    return next(field.value for field in form.fields if field.name == name)


def asks(changes: Changes, port: str) -> list[Job]:
    return [job for job in changes.jobs if isinstance(job.work, Ask) and job.work.port == port]


def shown(changes: Changes) -> set[tuple[str, str]]:
    """Where which things are brought up to date."""
    return {
        (
            job.work.target.person
            if isinstance(job.work.target, ToPerson)
            else job.work.target.place,
            job.work.slot,
        )
        for job in changes.jobs
        if isinstance(job.work, Show)
    }


def nudged(changes: Changes) -> list[tuple[str, str]]:
    """Who is asked for what, unasked."""
    return [
        (job.work.target.person, job.work.slot)
        for job in changes.jobs
        if isinstance(job.work, Show)
        and isinstance(job.work.target, ToPerson)
        and job.weight == "nudge"
    ]


def posted(changes: Changes, place: str = TEAM.place) -> list[Post]:
    """What is said to everyone in a place."""
    return [
        job.work.post
        for job in changes.jobs
        if isinstance(job.work, Deliver) and job.work.target == ToPlace(place)
    ]


def words(post: Post | None) -> str:
    """All words of a card, also those that people wrote."""
    assert post is not None
    quotes = [block.text for block in post.blocks if isinstance(block, Quote)]
    return " ".join((plain_words(post), *quotes))


def said(changes: Changes) -> str:
    """All words of the answer."""
    match changes.reply:
        case Say(post) | Card(post, None):
            return words(post)
        case Card(post, note):
            return f"{plain_words(note)} {words(post)}"
        case reply:
            return plain_words(reply)


def told(changes: Changes) -> str:
    """All words of what is sent to people in private."""
    works = [job.work for job in changes.jobs]
    return " ".join(
        words(work.post)
        for work in works
        if isinstance(work, Deliver) and isinstance(work.target, ToPerson)
    )


def unchanged(changes: Changes) -> bool:
    """Nothing but, perhaps, a sentence."""
    return not changes
