"""One service with every platform around it, and people on all of them at once."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from core.engine.ports import Address
from tests.contracts.on_sandbox import OWN, Page
from tests.contracts.on_slack import around_slack
from tests.contracts.on_teams import around_teams
from tests.contracts.on_workplace import around_workplace
from tests.contracts.side import Answered, Settled, Stands, Told
from tests.e2e.house import free_port, serving

PATIENCE = 20.0
BREATH = 0.05
BUSY = 503
Json = dict[str, Any]
Settings = Mapping[str, str]

AROUND: Mapping[str, Callable[[], AbstractAsyncContextManager[Settled]]] = {
    "teams": around_teams,
    "slack": around_slack,
    "workplace": around_workplace,
}


@dataclass(frozen=True)
class Corner:
    """Where people of one platform see things: their place, or somebody's private chat."""

    look: Callable[[], Iterable[Stands]]

    def newest(self, words: str) -> Stands | None:
        """The newest message with these words, as it stands now."""
        return next((one for one in reversed([*self.look()]) if words in one.words), None)

    async def shows(self, words: str, gone: str = "") -> Stands:
        """The same, as soon as it is there and these other words are not."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = self.newest(words)
                    if found and not (gone and gone in found.words):
                        return found
                    await asyncio.sleep(BREATH)
        except TimeoutError:
            stands = "\n---\n".join(one.words for one in self.look())
            raise AssertionError(f"{words!r} never stood there; instead:\n{stands}") from None


@dataclass
class Sandbox:
    """The sandbox over HTTP, as its page uses it. What stands there is what was fetched last."""

    url: str
    session: aiohttp.ClientSession
    messages: list[Json] = field(default_factory=list)
    _nonces: Iterable[int] = field(default_factory=count)

    async def refresh(self) -> None:
        """Looks at all screens."""
        async with self.session.get(f"{self.url}/sandbox/state?look=browser") as answer:
            self.messages = (await answer.json())["messages"]

    def corner(self, place: str) -> Corner:
        """What stands in a place."""
        return Corner(lambda: [stands(one) for one in self.messages if one["place"] == place])

    async def shows(self, place: str, words: str) -> Stands:
        """A message with these words, as soon as it is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.refresh()
                if found := self.corner(place).newest(words):
                    return found
                await asyncio.sleep(BREATH)

    async def says(self, person: str, text: str) -> None:
        """Somebody writes to Coterie alone."""
        await self._post("say", {"person": person, "place": f"chat-{person}", "text": text})

    async def presses(self, person: str, on: Stands, label: str, /, **values: str) -> Json:
        """Somebody presses a button of a message in their chat, and sends the form off."""
        page = Page(next(one["html"] for one in self.messages if one["id"] == on.ref))
        told = await self._press(person, on, orjson.loads(page.buttons[label]))
        if told["do"] != "form":
            return told
        form = Page(told["html"])
        carried = orjson.loads(form.values.pop("coterie"))
        return await self._press(person, on, carried, values={**form.values, **values})

    async def an_hour_later(self) -> None:
        """What is redrawn often is drawn ever less often: this is when it comes at the latest."""
        await self.later("hour")

    async def later(self, by: str) -> None:
        """The clock of the service moves on: an hour, a day, to Monday morning."""
        await self._post("clock", {"by": by})

    async def _press(self, person: str, on: Stands, carried: Json, **more: object) -> Json:
        body = {
            "person": person,
            "place": f"chat-{person}",
            "message": on.ref,
            "action": carried["a"],
            "args": carried["k"],
            "nonce": f"nonce-{next(iter(self._nonces)):05d}",
        }
        return await self._post("press", body | more)

    async def _post(self, path: str, body: Json) -> Json:
        url = f"{self.url}/sandbox/{path}"
        async with self.session.post(url, json=body, headers=OWN) as answer:
            assert answer.status == 200, await answer.text()
            told: Json = await answer.json()
            return told


def stands(one: Json) -> Stands:
    """A message of the sandbox."""
    page = Page(one["html"])
    return Stands(ref=one["id"], words=" ".join(page.words), labels=tuple(page.buttons))


@dataclass
class Town:
    """All of it."""

    url: str
    sides: Mapping[str, Settled]
    sandbox: Sandbox

    def place(self, name: str) -> Corner:
        """The place of a platform that the cohort lives in."""
        side = self.sides[name]
        id = side.names.place
        ref = {"conversation": id.split(":", 2)[2]}
        return Corner(lambda: side.standing(Address(id=id, ref=ref)))

    def alone(self, name: str, account: str) -> Corner:
        """Somebody's private chat."""
        side = self.sides[name]
        return Corner(lambda: side.standing(side.alone(account)))

    async def brings(self, corner: Corner, words: str, by: str = "hour", steps: int = 40) -> Stands:
        """A message with these words, as time goes by."""
        for _ in range(steps):
            if found := corner.newest(words):
                return found
            await self.sandbox.later(by)
        return await corner.shows(words)

    async def tells(self, told: Told) -> Answered:
        """Something happens; until the service is ready for it, it is told again."""
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await told.once()
                if answer.status != BUSY:
                    break
                await asyncio.sleep(BREATH)
        assert answer.status < 300, answer
        return answer

    async def presses(
        self, name: str, by: str, on: Stands, label: str, *, private: bool = False
    ) -> Answered:
        """Somebody presses a button, or answers with its number where there are none."""
        side = self.sides[name]
        cut = (one for one in on.labels if one.endswith("…") and label.startswith(one[:-1]))
        if found := label if label in on.labels else next(cut, ""):
            return await self.tells(side.presses(by, on.ref, found, private=private))
        choice = re.compile(rf"\W*(\d+)\. {re.escape(label)}\W*")
        numbers = [line[1] for line in map(choice.fullmatch, on.words.splitlines()) if line]
        assert numbers, f"{label!r} is no choice of:\n{on.words}\n{on.labels}"
        return await self.tells(side.says(by, numbers[0], thread=on.ref))

    async def fills_in(
        self, name: str, by: str, on: Stands, label: str, /, **values: str
    ) -> Answered:
        """Somebody opens the form behind a button of a place, and sends it off."""
        return await self.sends_off(name, by, await self.presses(name, by, on, label), values)

    async def sends_off(
        self, name: str, by: str, opened: Answered, values: Mapping[str, str]
    ) -> Answered:
        """Somebody sends the form off that has opened; it is taken."""
        assert opened.form, opened
        answer = await self.tells(self.sides[name].submits(by, opened.form, values))
        assert answer.form is None, answer.form.words
        return answer


@asynccontextmanager
async def town(folder: Path, more: Settings | None = None) -> AsyncIterator[Town]:
    """The service as somebody starts it, told of three platforms and more, in development."""
    async with AsyncExitStack() as stack:
        sides = {name: await stack.enter_async_context(around()) for name, around in AROUND.items()}
        settings = {name: value for side in sides.values() for name, value in side.settings.items()}
        settings |= more or {}
        service = serving(folder, free_port(), settings)
        url = await asyncio.to_thread(service.__enter__)
        stack.push_async_callback(asyncio.to_thread, service.__exit__, None, None, None)
        for side in sides.values():
            side.found_at(url)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Town(url, sides, Sandbox(url, session))
