"""The whole product over a real store, without a chat window: events in, Changes out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.engine.ports import (
    Actor,
    Card,
    Changes,
    Commit,
    Deliver,
    Done,
    Event,
    Moment,
    Origin,
    Reader,
    Say,
    Source,
    Tally,
)
from core.message import Form, Phrase, Post, plain
from core.people.model import Person, by_account
from core.product import PRODUCT, handle

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ADA = Actor(
    account="teams:t1:ada", name="Ada Example", email="Ada@Example.org", zone="Europe/Berlin"
)
BO = Actor(account="teams:t1:bo", name="Bo Example", zone="Europe/Berlin")
CHAT = Origin(place="teams:t1:chat-ada", private=True)
CHANNEL = Origin(place="teams:t1:channel")


@dataclass
class World:
    """Where things happen one after another."""

    store: SqliteStore
    now: datetime = MONDAY
    count: int = 0

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    def moment(self, seed: str = "test") -> Moment:
        return Moment(self.read, self.now, seed)

    async def happens(self, event: Event) -> Changes:
        changes = await handle(event, self.moment(event.id))
        await self.commit(changes, event.id)
        return changes

    async def commit(self, changes: Changes, event: str = "") -> None:
        if changes:
            commit = Commit(org="main", event=event, at=self.now, changes=changes)
            await self.store.commit([commit])

    async def press(
        self, action: str, /, by: Actor = ADA, origin: Origin = CHAT, **args: str
    ) -> Changes:
        return await self.happens(replace(self.event("press", action, by, origin), args=args))

    async def submit(self, action: str, /, origin: Origin = CHAT, **values: str) -> Changes:
        event = self.event("form", action, ADA, origin)
        return await self.happens(replace(event, values=values))

    async def write(
        self, text: str, by: Actor = ADA, origin: Origin = CHAT, *, mentioned: bool = False
    ) -> Changes:
        event = self.event("message", "message", by, origin)
        return await self.happens(replace(event, text=text, mentioned=mentioned))

    def event(
        self, source: Source, name: str, by: Actor | None = ADA, origin: Origin | None = CHAT
    ) -> Event:
        self.count += 1
        id = f"e{self.count}"
        return Event(id=id, org="main", source=source, name=name, by=by, origin=origin)

    async def known(self, by: Actor = ADA) -> Person:
        person = await by_account(self.read, by.account)
        assert person is not None
        return person

    async def sent(self, person: Person, messages: int, board: str = "sent") -> None:
        """So many messages went to this person without their having asked."""
        tally = Tally(board=board, subject=person.id, by=messages)
        await self.commit(Changes(tallies=(tally,)))


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    async with SqliteStore(
        folder / "test.db", records=PRODUCT.records, ranked=PRODUCT.ranked
    ) as store:
        yield World(store)


def said(changes: Changes) -> str:
    """All words of the answer, in one line."""
    match changes.reply:
        case Say(post) | Card(post, None):
            return words(post)
        case Card(post, note):
            return f"{plain(note) if note else ''} {words(post)}"
        case Done(phrase):
            return plain(phrase)
        case _:
            return ""


def told(changes: Changes) -> str:
    """All words of what is sent to people in private."""
    works = [job.work for job in changes.jobs]
    return " ".join(words(work.post) for work in works if isinstance(work, Deliver))


def words(shown: object) -> str:
    """All words in a Post, Form or part of one."""
    match shown:
        case Phrase():
            return plain(shown)
        case str() | int() | bool() | None:
            return ""
        case tuple() | list():
            return " ".join(filter(None, map(words, shown)))
        case Post() | Form():
            return " ".join(filter(None, (words(part) for part in _parts(shown))))
        case _:
            return " ".join(filter(None, (words(part) for part in _parts(shown))))


def _parts(shown: object) -> list[object]:
    return [getattr(shown, name) for name in getattr(shown, "__struct_fields__", ())]
