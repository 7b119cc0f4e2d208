"""The messages on the screens of this generation: kept in the store, told to whoever looks on."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec
from msgspec.structs import replace

from core.engine.errors import Gone
from core.engine.ports import PAGE, Changes, Commit, Reader, Record, Viewer
from core.message import Post
from web.sandbox.model import Screen, Stage

BEHIND = 500


class Keeper(Protocol):
    """The store, as far as the wall needs it."""

    def reader(self, org: str) -> Reader: ...

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]: ...


class Timepiece(Protocol):
    """A clock that the sandbox moves."""

    def now(self) -> datetime: ...

    def set(self, to: datetime) -> None: ...


class Told(msgspec.Struct, frozen=True):
    """What is told to those who look on: a message, the clock, the residents, or everything."""

    what: Literal["message", "clock", "show", "stage"]
    id: str = ""


class Wall:
    """Puts messages up, edits them in place and takes them down."""

    def __init__(self, store: Keeper, clock: Timepiece, org: str) -> None:
        self.org = org
        self.clock = clock
        self.reader = store.reader(org)
        self._store = store
        self._stage: Stage | None = None
        self._screens: dict[str, Screen] = {}
        self._loading = asyncio.Lock()
        self._began = (clock.now(), time.monotonic())
        self._watchers: set[asyncio.Queue[Told | None]] = set()

    async def stage(self) -> Stage | None:
        """What plays now; None before the first visit."""
        async with self._loading:
            if self._stage is None:
                await self._load()
        return self._stage

    async def raise_curtain(self, stage: Stage) -> None:
        """Begins a new generation: what hung here before is no longer shown."""
        async with self._loading:
            old = tuple(self._screens.values())
            self._stage, self._screens = stage, {}
            await self.keep(stage)
            for start in range(0, len(old), PAGE):
                await self._commit(Changes(deletes=old[start : start + PAGE]))
        self.tell(Told("stage"))

    def today(self) -> datetime:
        """What time it is outside, where nobody moves the clock."""
        began, at = self._began
        return began + timedelta(seconds=time.monotonic() - at)

    async def change(self, stage: Stage) -> None:
        """Keeps what changed about the stage."""
        self._stage = stage
        await self.keep(stage)

    async def keep(self, record: Record) -> None:
        """Keeps something of the sandbox's own."""
        await self._commit(Changes(saves=(record,)))

    def all(self) -> list[Screen]:
        """Every message of this generation in its order."""
        return list(self._screens.values())

    def get(self, id: str) -> Screen | None:
        """The message, unless it is of an earlier generation."""
        return self._screens.get(id)

    async def add(self, screen: Screen) -> Screen:
        """Puts a new message up, after all others. Raises Gone before the first visit."""
        stage = await self.stage()
        if stage is None:
            raise Gone("the sandbox has not begun")
        n = 1 + max((s.n for s in self._screens.values()), default=0)
        new = replace(screen, id=f"{stage.tenant}-{n:06d}", tenant=stage.tenant, n=n)
        await self._put(new)
        return new

    async def edit(self, id: str, post: Post, viewer: Viewer) -> None:
        """Draws a message anew where it stands. Raises Gone when it was taken down."""
        screen = self._standing(id)
        if screen.post != post or screen.viewer != viewer:
            await self._put(replace(screen, post=post, viewer=viewer, edits=screen.edits + 1))

    async def take_down(self, id: str) -> None:
        """Leaves a note that something stood here. Raises Gone when there is nothing."""
        screen = self._standing(id)
        await self._put(replace(screen, post=None, text="", removed=True))

    def tell(self, told: Told) -> None:
        """Tells all who look on; one who cannot keep up is let go and comes back."""
        for queue in list(self._watchers):
            try:
                queue.put_nowait(told)
            except asyncio.QueueFull:
                self._watchers.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)

    async def watch(self, breath: float) -> AsyncIterator[Told | None]:
        """What is told from now on; None after every `breath` seconds of silence."""
        queue: asyncio.Queue[Told | None] = asyncio.Queue(BEHIND)
        self._watchers.add(queue)
        try:
            while True:
                told: Told | None = None
                with suppress(TimeoutError):
                    async with asyncio.timeout(breath):
                        told = await queue.get()
                    if told is None:
                        return
                yield told
        finally:
            self._watchers.discard(queue)

    def let_go(self) -> None:
        """Ends all watching, so that the service can stop."""
        for queue in self._watchers:
            with suppress(asyncio.QueueFull):
                queue.put_nowait(None)

    async def _put(self, screen: Screen) -> None:
        self._screens[screen.id] = screen
        await self.keep(screen)
        self.tell(Told("message", screen.id))

    def _standing(self, id: str) -> Screen:
        screen = self._screens.get(id)
        if screen is None or screen.removed:
            raise Gone("the message is no longer there")
        return screen

    async def _load(self) -> None:
        stage = await self.reader.get(Stage, "stage")
        if stage is None:
            return
        cursor = ""
        screens: list[Screen] = []
        while True:
            page = await self.reader.find(Screen, after=cursor, tenant=stage.tenant)
            screens += page.items
            if not (cursor := page.cursor):
                break
        self._screens = {s.id: s for s in sorted(screens, key=lambda s: s.n)}
        self._stage = stage
        if self.clock.now() < stage.at:
            self.clock.set(stage.at)

    async def _commit(self, changes: Changes) -> None:
        at = self.clock.now()
        await self._store.commit([Commit(org=self.org, event="", at=at, changes=changes)])
