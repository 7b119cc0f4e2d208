"""The running product with a clock that tests move: what arrives, when, and what is pressed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import msgspec

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Capabilities,
    Card,
    Changes,
    Commit,
    Done,
    Event,
    Invalid,
    Open,
    Origin,
    Payload,
    Reader,
    Record,
    Reply,
    Sent,
    Viewer,
)
from core.engine.worker import Worker
from core.message import OpenForm, Post, Press, plain
from core.pairs.commitments.model import Commitment
from core.pairs.model import Pair, Standing, standing_id
from core.people.model import Person, by_account
from core.product import PRODUCT
from tests.cohorts.story import CEM, GIVEN, buttons
from tests.cohorts.story import words as all_words
from tests.engine.machine import Clock
from tests.people.world import ADA, BO

ROOM = "teams:t1:channel"
START = datetime(2026, 3, 9, 9, tzinfo=UTC)  # a Monday
RECORDS: tuple[type[Record], ...] = (
    *(kind for kind in PRODUCT.records if kind not in (Pair, Standing)),
    Pair,
    Standing,
)
WORDS = {
    "when": "a shift ends late",
    "then": "write three lines before I leave",
    "until": "2026-04-10",
    "sight": "pair",
}


@dataclass
class Arrived:
    """A message that somebody got."""

    at: datetime
    to: str
    post: Post
    slot: str
    ref: str

    @property
    def text(self) -> str:
        return all_words(self.post)


@dataclass
class Desktop:
    """A chat system that keeps what it is given."""

    clock: Clock
    name: str = "teams"
    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 1e9
    ceiling: float = 1e9
    arrived: list[Arrived] = field(default_factory=list)
    edited: list[Arrived] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)

    def render(self, post: Post, viewer: Viewer) -> Payload:
        key = msgspec.json.encode(post).decode()
        self.posts[key] = post
        return {"post": key}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities(threads=True)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        await asyncio.sleep(0)
        post = self.posts[str(payload["post"])]
        ref = replace or f"m{len(self.arrived)}"
        found = Arrived(self.clock.now(), address.id, post, post.slot, ref)
        (self.edited if replace else self.arrived).append(found)
        return Sent(ref=ref)

    async def withdraw(self, address: Address, ref: str) -> None:
        self.gone.append(ref)

    async def find(self, address: Address, key: str) -> str | None:
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        return Address(id=account, ref={"conversation": f"chat-{account}"})


@dataclass
class Running:
    """The product while time goes by: what happens, what is pressed, what arrived."""

    store: SqliteStore
    intake: Intake
    worker: Worker
    clock: Clock
    chat: Desktop
    count: int = 0

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    async def to(self, moment: datetime) -> None:
        """Everything that is due until then happens, each at its time."""
        await self.settle()
        while True:
            ahead = await self.store.next_due(self.clock.now())
            if ahead is None or ahead > moment:
                break
            self.clock.time = ahead
            await self.settle()
        self.clock.time = moment
        await self.settle()

    async def on(self, month: int, day: int, hour: int = 12) -> None:
        await self.to(datetime(2026, month, day, hour, tzinfo=UTC))

    async def settle(self) -> None:
        self.worker.wake()
        async with asyncio.timeout(10):
            await self.worker.idle()

    async def happens(self, event: Event) -> Reply | None:
        reply = await self.intake.submit(event)
        await self.settle()
        return reply

    async def does(
        self,
        name: str,
        args: Mapping[str, str],
        by: Actor,
        values: Mapping[str, str] | None = None,
        slot: str = "",
    ) -> Reply | None:
        """Presses a button in private, or hands a form in."""
        self.count += 1
        return await self.happens(
            Event(
                id=f"e{self.count}",
                org="main",
                source="press" if values is None else "form",
                name=name,
                by=by,
                origin=Origin(place=by.account, private=True, slot=slot),
                opener="dialog",
                inline=True,
                args=args,
                values=values or {},
            )
        )

    async def writes(self, text: str, by: Actor) -> Reply | None:
        self.count += 1
        origin = Origin(place=by.account, private=True)
        return await self.happens(
            Event(
                id=f"e{self.count}",
                org="main",
                source="message",
                name="message",
                by=by,
                origin=origin,
                text=text,
            )
        )

    async def presses(self, label: str, on: Arrived, by: Actor) -> Reply | None:
        """Presses the button with this label on a card that somebody got."""
        button = button_of(on.post, label)
        return await self.does(button.action, button.args, by, slot=on.slot)

    async def fills(self, label: str, on: Arrived, by: Actor, **values: str) -> Reply | None:
        """Opens the form behind a button, and hands it in with these values."""
        reply = await self.presses(label, on, by)
        assert isinstance(reply, Open)
        form = reply.form
        given = {one.name: str(one.value) for one in form.fields} | values
        return await self.does(form.action, form.args, by, given, slot=on.slot)

    async def person(self, who: Actor) -> Person:
        found = await by_account(self.read, who.account)
        assert found is not None
        return found

    async def keeps(self, *records: Record) -> None:
        changes = Changes(saves=records)
        at = self.clock.now()
        await self.store.commit([Commit(org="main", event="", at=at, changes=changes)])

    def got(self, who: Actor | str, kind: str = "") -> list[Arrived]:
        """What somebody got, or only such cards."""
        to = who if isinstance(who, str) else who.account
        return [
            one
            for one in self.chat.arrived
            if one.to == to and (not kind or one.slot.partition("/")[0] == kind)
        ]

    def latest(self, who: Actor | str, kind: str = "") -> Arrived:
        return self.got(who, kind)[-1]


@dataclass
class Weeks(Running):
    """A cohort whose weeks go by."""

    async def cohort(self) -> Cohort:
        return (await self.read.find(Cohort)).items[0]

    async def begins(self, *members: Actor) -> Cohort:
        """Ada leads a cohort that these people have joined."""
        for who in (ADA, BO, *members):
            await self.writes("thanks", who)
        ada, bo = await self.person(ADA), await self.person(BO)
        values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
        origin = Origin(place=ROOM, team="nights", title="Nights")
        event = Event(
            id="begins",
            org="main",
            source="form",
            name="cohorts.create",
            by=ADA,
            origin=origin,
            args={"draft": "1"},
            values=values,
            learned=(Address(id=ROOM, ref={"conversation": "room"}),),
        )
        await self.happens(event)
        cohort = await self.cohort()
        for who in members:
            event = Event(
                id=f"joins-{who.account}",
                org="main",
                source="press",
                name="members.join",
                by=who,
                origin=origin,
                args={"cohort": cohort.id},
            )
            await self.happens(event)
        return cohort

    async def pairs(self, *people: Actor) -> None:
        """These are accountable to each other from now on."""
        cohort = await self.cohort()
        ids = tuple([(await self.person(who)).id for who in people])
        pair = Pair(
            id="pair-" + ids[0],
            cohort=cohort.id,
            people=ids,
            state="running",
            at=self.clock.now(),
        )
        stands = [
            Standing(id=standing_id(cohort.id, id), cohort=cohort.id, person=id, pair=pair.id)
            for id in ids
        ]
        await self.keeps(pair, *stands)

    async def promises(self, who: Actor, **other: str) -> Reply | None:
        cohort = await self.cohort()
        args = {"cohort": cohort.id, "draft": other.pop("draft", "1")}
        return await self.does("commitments.make", args, who, {**WORDS, **other})


async def a_pair(life: Weeks, **other: str) -> None:
    """Cem promises something, and Ada, who leads, is the partner."""
    await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM, **other)


async def promise(life: Weeks, who: Actor = CEM) -> Commitment:
    """The open or only promise of somebody."""
    person = (await life.person(who)).id
    found = (await life.read.find(Commitment, person=person)).items
    return next((one for one in found if one.state == "open"), found[0])


def button_of(post: Post, label: str) -> Press | OpenForm:
    """The button on a card with these words."""
    found = [b for b in buttons(post) if isinstance(b, Press | OpenForm) and b.label.words == label]
    assert found, f"no {label} among {[b.label.words for b in buttons(post)]}"
    return found[0]


def labels(post: Post) -> list[str]:
    return [button.label.words for button in buttons(post)]


def card(reply: Reply | None) -> Post:
    """The card that came back."""
    post = getattr(reply, "post", None)
    assert isinstance(post, Post), reply
    return post


def words_of(reply: Reply | None) -> str:
    """All words that came back."""
    match reply:
        case Card(post, note):
            return f"{plain(note) if note else ''} {all_words(post)}"
        case Done(phrase):
            return plain(phrase)
        case _:
            return all_words(card(reply))


def errors(reply: Reply | None) -> set[str]:
    """The fields that were not in order."""
    assert isinstance(reply, Invalid), reply
    return set(reply.form.errors)


async def emptied(folder: Path) -> Path:
    """A copy of an empty store, which is made once for all tests."""
    empty, mine = folder.parent / "weeks-empty.db", folder / "weeks.db"
    if not empty.exists():
        async with SqliteStore(empty, records=RECORDS, ranked=PRODUCT.ranked):
            pass
    copyfile(empty, mine)
    return mine


@asynccontextmanager
async def weeks(folder: Path) -> AsyncIterator[Weeks]:
    """Starts everything; stops it in the right order."""
    clock = Clock()
    clock.time = START
    chat = Desktop(clock)
    path = await emptied(folder)
    async with SqliteStore(path, records=RECORDS, ranked=PRODUCT.ranked) as store:
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms={"teams": chat}, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            yield Weeks(store, intake, worker, clock, chat)
        finally:
            await worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
