"""Every platform that there is, for one suite. A new one is one line in PLATFORMS."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.engine.ports import Address, Capabilities, Event, Sent, Viewer
from core.message import Buttons, OpenForm, Post, Press, Text, say, verbatim
from tests.contracts.hearing import Engine, listening
from tests.contracts.on_sandbox import on_sandbox
from tests.contracts.on_slack import on_slack
from tests.contracts.on_teams import on_teams
from tests.contracts.on_workplace import on_workplace
from tests.contracts.side import KEY, Side, Stands, Told

PLATFORMS: Mapping[str, Callable[[Engine], AbstractAsyncContextManager[Side]]] = {
    "teams": on_teams,
    "sandbox": on_sandbox,
    "slack": on_slack,
    "workplace": on_workplace,
}
HELLO = "Better handovers"
JOIN = Press(say("", "Join"), "members.join", {"cohort": "c1", "quoted": 'a "b" \\ é 🙂'})
ASK = OpenForm(say("", "Ask"), "members.ask", {"cohort": "c1"})


@dataclass(kw_only=True)
class World:
    """A platform, the engine behind it, and what the engine has learned by a first hello."""

    engine: Engine
    side: Side
    place: Address
    chat: Address

    @property
    def can(self) -> Capabilities:
        """What the place can do."""
        return self.side.platform.capabilities(self.place)

    async def send(
        self, words: str | Post = HELLO, *, to: Address | None = None, key: str = KEY, **more: str
    ) -> Sent:
        """Sends as the worker does."""
        platform = self.side.platform
        post = line(words) if isinstance(words, str) else words
        payload = platform.render(post, Viewer())
        return await platform.send(to or self.place, payload, key=key, **more)

    def standing(self, where: Address | None = None) -> list[Stands]:
        """What stands in a place."""
        return self.side.standing(where or self.place)

    def stands(self, ref: str, where: Address | None = None) -> Stands:
        """One of them."""
        (found,) = (one for one in self.standing(where) if one.ref == ref)
        return found

    async def hears(self, told: Told) -> list[Event]:
        """What the engine is told of one happening."""
        before = len(self.engine.heard)
        await told.once()
        await self.engine.idle()
        return self.engine.heard[before:]

    async def hears_one(self, told: Told) -> Event:
        """What somebody did; that Coterie is where they did it may be told along."""
        (event,) = [one for one in await self.hears(told) if one.source != "place"]
        return event


def line(words: str, *buttons: Press | OpenForm, slot: str = "") -> Post:
    """A message of one line."""
    rows = (Buttons(buttons),) if buttons else ()
    return Post(summary=verbatim(words), blocks=(Text(verbatim(words)), *rows), slot=slot)


@asynccontextmanager
async def world_of(name: str, home: Path) -> AsyncIterator[World]:
    """A platform where Ada has said hello in the place and in private."""
    async with listening(home / "coterie.db") as engine, PLATFORMS[name](engine) as side:
        for private in (False, True):
            await side.says(side.names.ada, "hello", private=private).once()
        await engine.idle()
        place = await engine.address(side.names.place)
        chat = await engine.address(side.names.ada)
        engine.heard.clear()
        yield World(engine=engine, side=side, place=place, chat=chat)
