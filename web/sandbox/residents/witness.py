"""What came of a step of the clock, in words: who was told what, and what is no longer sent."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from cards import plain
from core.engine.ports import Due, Raise, Show
from web.sandbox.coming import SLOTS, TIMERS, goes_round, ours, whom
from web.sandbox.model import PLAYERS, ROOMS, Screen, key_of
from web.sandbox.residents.living import Residents
from web.sandbox.residents.model import Line

QUIET: Mapping[str, str] = {
    "silent": "Not sent: three messages had no answer, so Coterie is quiet",
    "stopped": "Not sent: they asked Coterie to stop writing",
    "nothing to show": "No longer sent: it does not matter any more",
}
NAMED = 3


class Queue(Protocol):
    """The store, as far as the clock needs it."""

    async def next_due(self, after: datetime) -> datetime | None: ...

    async def jobs(self, org: str, *, lane: str = "", limit: int = 200) -> list[Due]: ...

    async def job(self, org: str, key: str) -> Due | None: ...


class Witness:
    """Looks at what is due before, and at what came of it after."""

    def __init__(self, residents: Residents, queue: Queue) -> None:
        self._residents, self._queue = residents, queue
        self._wall = residents.wall
        self._told = -1

    @asynccontextmanager
    async def watching(self, at: datetime) -> AsyncIterator[None]:
        """Tells what happens meanwhile, where there is a story."""
        if await self._residents.tale() is None:
            yield
            return
        before = await self._jobs()
        hung = {screen.id: screen.edits for screen in self._wall.all()}
        yield
        due = [one for one in before if one.job.due and one.job.due <= at]
        known = {one.job.key for one in before}
        idle = self._same(hung) and all(one.job.key in known for one in await self._jobs())
        lines = [line for one in due for line in await self._quiet(one, idle=idle)]
        await self.tell()
        await self._residents.note(list({line.words: line for line in lines}.values()))

    async def tell(self) -> None:
        """Tells of the messages that came since the last time."""
        screens, told = self._wall.all(), self._told
        self._told = max((screen.n for screen in screens), default=0)
        if told >= 0:
            await self._residents.note(lines_of([one for one in screens if one.n > told]))

    async def _jobs(self) -> list[Due]:
        stage = await self._wall.stage()
        jobs = await self._queue.jobs(self._wall.org)
        return await ours(jobs, self._wall.reader, stage.tenant) if stage else []

    def _same(self, hung: Mapping[str, int]) -> bool:
        """Whether every message stands as it stood."""
        return all(hung.get(screen.id) == screen.edits for screen in self._wall.all())

    async def _quiet(self, due: Due, *, idle: bool) -> list[Line]:
        """What was not sent, and why; a timer of which nothing came says so as well."""
        work, read = due.job.work, self._wall.reader
        if isinstance(work, Raise):
            if not idle or work.event.name not in TIMERS or goes_round(due.job):
                return []
            what = TIMERS[work.event.name]
            words = f"No longer needed, nothing is sent: {what[0].lower()}{what[1:]}"
            return [self._residents.line("quiet", f"{words} ({await whom(work, read)})")]
        ended = await self._queue.job(due.org, due.job.key)
        why = QUIET.get(ended.why, "") if ended and ended.state == "skipped" else ""
        if not why or (isinstance(work, Show) and ended and ended.why == "not shown"):
            return []
        what = SLOTS.get(work.slot.partition("/")[0], "A card") if isinstance(work, Show) else ""
        about = f" ({what})" if what else ""
        name = await whom(work, read)
        key = next((player.key for player in PLAYERS.values() if player.name == name), "")
        return [self._residents.line("quiet", f"{why}{about}", key)]


def lines_of(screens: list[Screen]) -> list[Line]:
    """New messages in words; the same one to many is one line."""
    found: dict[str, list[Screen]] = {}
    for screen in screens:
        if screen.post is not None and not screen.by:
            slot = screen.post.slot.partition("/")[0]
            usual = SLOTS.get(slot, "") or plain.summary(screen.post, screen.viewer)
            found.setdefault(usual.removesuffix(", brought up to date"), []).append(screen)
    return [
        Line(at=those[0].at, sort="told", words=f"{_names(those)}: {what}")
        for what, those in found.items()
    ]


def _who(place: str) -> str:
    player = PLAYERS.get(place.removeprefix("chat-"))
    return f"to {player.name.split()[0]}" if player else f"in #{ROOMS[place].title}"


def _names(screens: list[Screen]) -> str:
    """The first few, and how many more."""
    once = list(dict.fromkeys(_who(key_of(screen.place)) for screen in screens))
    more = len(once) - NAMED
    first = [name if n == 0 else name.removeprefix("to ") for n, name in enumerate(once[:NAMED])]
    told = ", ".join(first) + (f" and {more} more" if more > 0 else "")
    return told[0].upper() + told[1:]
