"""An office: the whole product at work over a real store, on a chat system in memory."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from cards.words import spoken
from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort, Membership, Space
from core.courses.model import Course, Send, packed
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Answer,
    Capabilities,
    Changes,
    Commit,
    Delivery,
    Event,
    Origin,
    Payload,
    Reader,
    Record,
    Reply,
    Sent,
    Shown,
    Tally,
    Viewer,
)
from core.engine.worker import Worker
from core.message import Button, Buttons, Link, Post
from core.people.model import Account, Person
from core.product import PRODUCT as SILENT
from tests.people.world import words

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
LINK = "https://learn.example.org/feedback"
COURSE = Course(
    catalogue="demo",
    id="feedback",
    url=LINK,
    title="Feedback that lands",
    minutes=12,
    provider="Example Learning",
    kind="video",
)
PRODUCT = dataclasses.replace(SILENT, words=spoken)


class Clock:
    """A clock that is moved."""

    def __init__(self) -> None:
        self.time = MONDAY

    def now(self) -> datetime:
        return self.time


@dataclass
class Phones:
    """The chat system: what stands where, and who cannot be reached."""

    name: str = "fake"
    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 1e9
    ceiling: float = 1e9
    posts: dict[str, tuple[str, Post]] = field(default_factory=dict)
    news: list[tuple[str, str]] = field(default_factory=list)
    lost: dict[str, Exception] = field(default_factory=dict)
    shut: asyncio.Event | None = None

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {"post": post}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities()

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        await (self.shut.wait() if self.shut else asyncio.sleep(0))
        if address.id in self.lost:
            raise self.lost[address.id]
        post = payload["post"]
        assert isinstance(post, Post)
        ref = replace or f"m{len(self.news)}"
        if not replace:
            self.news.append((address.id, post.slot))
        self.posts[ref] = (address.id, post)
        return Sent(ref=ref)

    async def withdraw(self, address: Address, ref: str) -> None:
        del self.posts[ref]

    async def find(self, address: Address, key: str) -> str | None:
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        if account in self.lost:
            raise self.lost[account]
        return Address(id=account, ref={"conversation": account})

    def close(self) -> None:
        """Nothing gets through until it opens."""
        self.shut = asyncio.Event()

    def open(self) -> None:
        """Everything gets through again."""
        assert self.shut
        self.shut.set()
        self.shut = None

    def of(self, account: str, kind: str = "") -> list[Post]:
        """What stands in somebody's chat, the oldest first."""
        there = [post for where, post in self.posts.values() if where == account]
        return [post for post in there if post.slot.partition("/")[0] == kind or not kind]


@dataclass
class House:
    """Who is there."""

    store: SqliteStore
    clock: Clock

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    async def keep(self, *records: Record) -> None:
        """These records are there from now on."""
        for at in range(0, len(records), 5000):
            await self.commits(Changes(saves=tuple(records[at : at + 5000])))

    async def hire(self, *names: str, **other: object) -> None:
        await self.keep(*(record for name in names for record in hired(name, **other)))

    async def turns(self, who: str, **into: object) -> None:
        """Somebody is different from now on."""
        person = await self.read.get(Person, who)
        assert person is not None
        await self.keep(replace(person, **into))

    async def team(self, names: Iterable[str], **other: object) -> Cohort:
        """A cohort that Ada leads, with these members; they are hired, too."""
        names = list(names)
        await self.hire("ada", *names)
        cohort = replace(COHORT, **other)
        rows = [joined(cohort, name) for name in names]
        await self.keep(cohort, *rows)
        for place in cohort.spaces:
            await self.at_home(place, "Nights", cohort.id)
        return cohort

    async def commits(self, changes: Changes) -> None:
        """What was decided elsewhere."""
        commit = Commit(org="main", event="", at=self.clock.now(), changes=changes)
        await self.store.commit([commit])

    async def joins(self, *names: str) -> None:
        """They are members from now on."""
        await self.keep(*(joined(COHORT, name) for name in names))

    async def counts(self, board: str, subject: str, by: int) -> None:
        """So much more stands on a board."""
        tally = Tally(board=board, subject=subject, by=by)
        await self.commits(Changes(tallies=(tally,)))

    async def at_home(self, place: str, title: str, cohort: str = "") -> None:
        """Coterie is in a place."""
        await self.keep(
            Space(id=place, since=MONDAY, cohort=cohort, title=title),
            Address(id=place, ref={"conversation": place}),
        )


@dataclass
class Office(House):
    """Ada leads a cohort and sends links."""

    intake: Intake
    worker: Worker
    chat: Phones
    asked: list[Mapping[str, str]] = field(default_factory=list)
    count: int = 0
    account: str = "fake:t1:ada"
    says: Answer = field(default_factory=lambda: Answer(values={"course": packed(COURSE)}))
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    members: list[Answer] = field(default_factory=list)
    directory: Answer = field(default_factory=lambda: Answer(error="off"))

    # --- what Ada does ---

    async def does(
        self,
        action: str,
        values: Mapping[str, str] | None = None,
        by: str = "",
        origin: Origin | None = None,
        /,
        **args: str,
    ) -> Reply | None:
        """A press, or with values a form; everything that is due is done after it."""
        reply = await self.submit(action, values, by, origin, **args)
        await self.settled()
        return reply

    async def submit(
        self,
        action: str,
        values: Mapping[str, str] | None = None,
        by: str = "",
        origin: Origin | None = None,
        /,
        **args: str,
    ) -> Reply | None:
        self.count += 1
        account = f"fake:t1:{by}" if by else self.account
        event = Event(
            id=f"e{self.count}",
            org="main",
            source="press" if values is None else "form",
            name=action,
            by=self.actor(account),
            origin=origin or self.chat_of(account),
            inline=True,
            args=args,
            values=values or {},
        )
        return await self.intake.submit(event)

    def actor(self, account: str = "") -> Actor:
        account = account or self.account
        return Actor(account=account, name=account.rpartition(":")[2].capitalize())

    def chat_of(self, account: str = "") -> Origin:
        return Origin(place=f"{account or self.account}-chat", private=True)

    async def drafts(self, url: str = LINK, **args: str) -> Send:
        """A link that was read and waits to be told whom it is for."""
        await self.does("courses.send", {"url": url}, **args)
        return await self.send()

    async def plans(self, it: Send, **values: str) -> Send:
        """Says what and whom it is for; its audience is gathered."""
        await self.does("courses.plan", {**PLAN, **values}, id=it.id)
        return await self.send(it.id)

    async def goes(self, it: Send, by: str = "", **values: str) -> Reply | None:
        it = await self.send(it.id)
        typed = values or None
        return await self.does("courses.go", typed, by, id=it.id, rev=str(it.version))

    async def sends(self, url: str = LINK, **values: str) -> Send:
        """All of it: a link, its audience, a minute to undo, and out it goes."""
        it = await self.plans(await self.drafts(url), **values)
        await self.goes(it)
        await self.passes(seconds=61)
        await self.passes(seconds=120)
        return await self.send(it.id)

    # --- what there is to see ---

    async def send(self, id: str = "") -> Send:
        found = await self.read.get(Send, id) if id else None
        if found is None:
            found = (await self.read.find(Send)).items[0]
        return found

    async def desk(self, it: Send, by: str = "") -> Post:
        """The sender's card in their chat, a minute later."""
        await self.passes(seconds=60)
        return await self.standing(it, by)

    async def standing(self, it: Send, by: str = "") -> Post:
        """The sender's card as it stands in their chat now."""
        account = f"fake:t1:{by}" if by else self.account
        shown = await self.read.get(Shown, f"{account}|send/{it.id}")
        assert shown is not None
        return self.chat.posts[shown.ref][1]

    async def state(self, it: Send, person: str) -> str:
        found = await self.read.get(Delivery, f"{it.id}/{person}")
        return f"{found.state} {found.why}".strip() if found else ""

    # --- time ---

    async def passes(self, **by: float) -> None:
        self.clock.time += timedelta(**by)
        self.worker.wake()
        await self.settled()

    async def moves(self, **by: float) -> None:
        """Time passes, though nothing gets through to anybody."""
        self.clock.time += timedelta(**by)
        self.worker.wake()
        await asyncio.sleep(0.15)

    async def breathes(self) -> None:
        await asyncio.sleep(0.002)

    def answered(self, it: Send) -> Event:
        """That its link was read, once more."""
        self.count += 1
        args = {"send": it.id, "n": "0", "url": LINK}
        id = f"late{self.count}"
        return Event(id=id, org="main", source="answer", name="courses.read", args=args)

    async def settled(self) -> None:
        """Everything that is due is done; what looks again within a second, as well."""
        async with asyncio.timeout(60):
            await self.worker.idle()
            for _ in range(4):
                self.clock.time += timedelta(seconds=0.3)
                self.worker.wake()
                await self.worker.idle()


PLAN = {
    "purpose": "So that Friday is calmer",
    "question": "What could you try this week?",
    "to": "cohort:c1",
    "open": "false",
}
COHORT = Cohort(
    id="c1",
    name="Better handovers",
    purpose="Fewer surprises at shift change",
    first=date(2026, 2, 2),
    last=date(2026, 6, 30),
    zone="UTC",
    owner="ada",
    facilitator="ada",
    moderator="bo",
    code="ABCDEFG",
)


def hired(name: str, **other: object) -> tuple[Record, ...]:
    account = f"fake:t1:{name}"
    person = Person(
        id=name,
        name=name.capitalize(),
        email=f"{name}@example.org",
        accounts=(account,),
        zone="UTC",
        zone_from="own",
    )
    return (replace(person, **other), Account(id=account, person=name))


def joined(cohort: Cohort, name: str) -> Membership:
    id = f"{cohort.id}/{name}"
    return Membership(id=id, cohort=cohort.id, person=name, state="member", way="list", at=MONDAY)


def seen(post: Post) -> str:
    """All words of a card."""
    return words(post)


def labels(post: Post) -> list[str]:
    return [words(button.label) for button in buttons(post)]


def buttons(post: Post) -> list[Button]:
    return [b for block in post.blocks if isinstance(block, Buttons) for b in block.buttons]


def button(post: Post, label: str) -> Mapping[str, str]:
    """The args of a button."""
    found = next(one for one in buttons(post) if words(one.label) == label)
    return {} if isinstance(found, Link) else found.args


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    """Starts everything; stops it in the right order."""
    clock, chat = Clock(), Phones()
    box: list[Office] = []

    async def resolve(question: Mapping[str, str], read: Reader) -> Answer:
        box[0].asked.append(question)
        await box[0].answering.wait()
        return box[0].says

    async def listed(question: Mapping[str, str], read: Reader) -> Answer:
        return box[0].members.pop(0)

    async def groups(question: Mapping[str, str], read: Reader) -> Answer:
        return box[0].directory

    asks = {
        "catalogues.resolve": resolve,
        "fake.members": listed,
        "directory.members": listed,
        "directory.groups": groups,
    }
    store = SqliteStore(folder / "test.db", records=PRODUCT.records, ranked=PRODUCT.ranked)
    async with store:
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms={"fake": chat}, asks=asks)
        intake.connect(worker, asks)
        box.append(Office(store, clock, intake, worker, chat))
        box[0].answering.set()
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            yield box[0]
        finally:
            await worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert not intake.counts["handler_error"]
