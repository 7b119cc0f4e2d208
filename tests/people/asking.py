"""The whole product in a chat system without dialogs: what people write, and what they read."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from msgspec.structs import replace as other

from cards.words import spoken
from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    QUESTIONS,
    Actor,
    Address,
    Capabilities,
    Choices,
    Event,
    Origin,
    Payload,
    Reader,
    Reply,
    Sent,
    Source,
    Viewer,
)
from core.engine.worker import Worker
from core.message import Buttons, Link, OpenForm, Post, Press
from core.people.model import Person, by_account
from core.people.questions.model import Session
from core.product import PRODUCT
from tests.engine.machine import Chat, Clock
from tests.people.world import words

ADA = Actor(account="fake:t1:ada", name="Ada Example", zone="Europe/Berlin", email="ada@x.org")
BO = Actor(account="fake:t1:bo", name="Bo Sample", zone="Europe/Berlin", email="bo@x.org")
GROUP = Origin(place="fake:t1:group", title="Nights")


def chat(who: Actor) -> Origin:
    return Origin(place=who.account.replace("t1:", "t1:chat-"), private=True)


def home(who: Actor) -> Origin:
    return Origin(place=who.account.replace("t1:", "t1:home-"))


@dataclass
class Window(Chat):
    """A chat system whose groups have no buttons; it remembers whole messages."""

    posts: list[tuple[str, Post, Viewer]] = field(default_factory=list)
    fixed: bool = False

    def render(self, post: Post, viewer: Viewer) -> Payload:
        self.posts.append(("", post, viewer))
        return {"text": words(post)}

    def capabilities(self, address: Address) -> Capabilities:
        group = "group" in address.id
        return Capabilities(threads=True, edits=group or not self.fixed, buttons=not group)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        _, post, viewer = self.posts.pop()
        self.posts.append((address.id, post, viewer))
        return await super().send(address, payload, thread=thread, replace=replace, key=key)


@dataclass
class Talk:
    """People who write, press, and read."""

    store: SqliteStore
    intake: Intake
    worker: Worker
    clock: Clock
    window: Window
    count: int = 0

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    async def happens(
        self, source: Source, name: str, by: Actor, origin: Origin, **more: object
    ) -> Reply | None:
        return await self.submit(other(self.event(source, name, by, origin), **more))

    def event(self, source: Source, name: str, by: Actor, origin: Origin) -> Event:
        self.count += 1
        place = Address(id=origin.place, ref={"conversation": origin.place})
        known = Address(id=by.account, ref={"conversation": chat(by).place})
        return Event(
            id=f"e{self.count}",
            org="main",
            source=source,
            name=name,
            by=by,
            origin=origin,
            opener=QUESTIONS,
            learned=(place, known),
        )

    async def submit(self, event: Event) -> Reply | None:
        reply = await self.intake.submit(event)
        async with asyncio.timeout(10):
            await self.worker.idle()
        return reply

    async def writes(
        self, text: str, by: Actor = ADA, origin: Origin | None = None, **more: object
    ) -> str:
        """What is read last by whoever wrote, or in the place where they wrote."""
        before = len(self.window.posts)
        await self.happens("message", "message", by, origin or chat(by), text=text, **more)
        return self.since(before)

    async def presses(
        self,
        action: str,
        args: Mapping[str, str] | None = None,
        by: Actor = ADA,
        origin: Origin | None = None,
    ) -> str:
        before = len(self.window.posts)
        await self.happens("press", action, by, origin or chat(by), args=args or {})
        return self.since(before)

    async def hits(self, label: str, by: Actor = ADA) -> str:
        """Presses a button of the last message."""
        button = self.button(label)
        return await self.presses(button.action, button.args, by)

    def button(self, label: str) -> Press | OpenForm:
        _, post, viewer = self.window.posts[-1]
        found = [b for block in post.blocks if isinstance(block, Buttons) for b in block.buttons]
        return next(
            b for b in found if not isinstance(b, Link) and spoken(b.label, viewer.locale) == label
        )

    def labels(self) -> list[str]:
        _, post, viewer = self.window.posts[-1]
        found = [b for block in post.blocks if isinstance(block, Buttons) for b in block.buttons]
        return [spoken(b.label, viewer.locale) for b in found]

    def since(self, before: int) -> str:
        return " / ".join(words(post) for _, post, _ in self.window.posts[before:])

    def places(self, last: int) -> list[str]:
        return [place for place, _, _ in self.window.posts[-last:]]

    async def later(self, **by: float) -> str:
        before = len(self.window.posts)
        self.clock.forward(**by)
        async with asyncio.timeout(10):
            await self.worker.idle()
        return self.since(before)

    async def person(self, who: Actor = ADA) -> Person:
        found = await by_account(self.read, who.account)
        assert found is not None
        return found

    async def session(self, who: Actor = ADA) -> Session | None:
        return await self.read.get(Session, (await self.person(who)).id)

    async def choices(self, place: str, ref: str) -> Choices | None:
        return await self.read.get(Choices, f"{place}|{ref}")


@asynccontextmanager
async def talking(folder: Path) -> AsyncIterator[Talk]:
    """The product with a real store, intake and worker."""
    product = replace(PRODUCT, words=spoken)
    clock, window = Clock(), Window()
    async with SqliteStore(
        folder / "talk.db", records=product.records, ranked=product.ranked
    ) as store:
        intake = Intake(store, product, clock)
        worker = Worker(store, product, clock, intake=intake, platforms={"fake": window}, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            yield Talk(store, intake, worker, clock, window)
        finally:
            await worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
