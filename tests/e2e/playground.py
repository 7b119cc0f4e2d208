"""Drives Microsoft's own Playground, as a client that nobody here wrote.

async with playing(folder) as play:
    await play.install(GROUP)
    card = await play.shown(PERSONAL, "Hi Brook")
    await play.press(BROOK, card, "Help")
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.e2e.house import free_port, serving
from tests.e2e.wire import Json, Message, Wire

HERE = Path(__file__).parent
CLI = HERE / "node_modules/@microsoft/m365agentsplayground/cli.js"
TENANT = "00000000-0000-4000-8000-000000000001"
BOT = "00000000-0000-4000-8000-0000000000b0"
TAG = "<at>Coterie</at>"
PERSONAL, GROUP, TEAM = "chat-of-brook", "group-of-six", "team-of-six"
NUMBERS = count(1)


@dataclass(frozen=True)
class Human:
    """Somebody who does not exist."""

    id: str
    name: str
    aad: str

    def told(self) -> Json:
        """As the Playground wants to know them; the spelling of the second key is its own."""
        first, last = self.name.split()
        mail = f"{first.lower()}@example.com"
        return {
            "id": self.id,
            "name": self.name,
            "userPrincipleName": mail,
            "aadObjectId": self.aad,
            "givenName": first,
            "surname": last,
            "email": mail,
        }


def _human(number: int, name: str) -> Human:
    return Human(f"user-{number}", name, f"00000000-0000-4000-8000-0000000000a{number}")


BROOK = _human(0, "Brook Invented")
ADA = _human(1, "Ada Example")
BO = _human(2, "Bo Sample")
CEM = _human(3, "Cem Fictional")
DEE = _human(4, "Dee Nobody")
ELI = _human(5, "Eli Madeup")


def _configuration() -> str:
    """What the Playground is told: five users, a group chat and a team, no more and no less."""
    return json.dumps(
        {
            "version": "0.1.1",
            "tenantId": TENANT,
            "bot": {"id": BOT, "name": "Coterie"},
            "currentUser": BROOK.told(),
            "users": [human.told() for human in (ADA, BO, CEM, DEE, ELI)],
            "personalChat": {"id": PERSONAL},
            "groupChat": {"id": GROUP, "name": "Better handovers"},
            "team": {
                "id": TEAM,
                "name": "A made-up team",
                "aadGroupId": "00000000-0000-4000-8000-0000000000c0",
                "channels": [{"id": "channel-of-six", "name": "Learning"}],
            },
        }
    )


@dataclass(eq=False)
class Play:
    """What people do there, and what they see."""

    wire: Wire
    url: str
    session: aiohttp.ClientSession
    home: str

    async def install(self, place: str) -> None:
        """Coterie is added to a place."""
        await self._ask(f"/_debug/conversation/{place}/installation", {})

    async def write(self, who: Human, place: str, text: str, *, mention: bool = False) -> None:
        """Somebody writes; only Brook's words show on the page, for it is hers."""
        said = f"{TAG} {text}" if mention else text
        if who == BROOK:
            tagged = [{"mentioned": {"id": BOT}, "text": TAG}] if mention else []
            told = {"from": {"id": who.id}, "text": said, "mentions": tagged}
            path = f"/_conversation/v1/conversations/{place}/messages"
            await self._ask(path, told | {"textFormat": "xml" if mention else "plain"})
            return
        tag = {"type": "mention", "text": TAG, "mentioned": {"id": BOT, "name": "Coterie"}}
        more = {"text": said, "textFormat": "xml", "entities": [tag] if mention else []}
        await self._happen(who, place, "message", **more)

    async def press(self, who: Human, message: Message, title: str) -> Json:
        """The answer to a button: the card anew, or a sentence."""
        action = button(message.card, title)
        value = {"action": {key: action[key] for key in ("type", "verb", "data")}}
        if who == BROOK:
            told = {
                "name": "adaptiveCard/action",
                "conversation": {"id": message.thread},
                "from": {"id": who.id},
                "replyToId": message.id,
                "value": value | {"trigger": "manual"},
            }
            answer: Json = await self._ask("/_conversation/v1/invoke", told)
            return answer
        more = {"name": "adaptiveCard/action", "value": value, "replyToId": message.id}
        return await self._happen(who, message.thread, "invoke", **more)

    async def open(self, who: Human, message: Message, title: str) -> Json:
        """The card of the dialog that a button opens."""
        data = button(message.card, title)["data"]
        answer = await self.dialog(who, message, "task/fetch", data)
        found: Json = answer["task"]["value"]["card"]["content"]
        return found

    async def fill_in(self, who: Human, message: Message, form: Json, **values: str) -> Json:
        """The answer to a dialog that was filled in: it again, a sentence, or nothing."""
        data = form["actions"][0]["data"] | prefilled(form) | values
        return await self.dialog(who, message, "task/submit", data)

    async def dialog(self, who: Human, message: Message, name: str, data: Json) -> Json:
        """Its page has no dialogs, so the invoke is sent as what it calls a custom activity."""
        value = {"data": data, "context": {"theme": "default"}}
        more = {"name": name, "value": value, "replyToId": message.id}
        return await self._happen(who, message.thread, "invoke", **more)

    async def flag(self, who: Human, place: str, wrote: Json, data: Json | None = None) -> Json:
        """The answer to the menu of a message, or, with `data`, to the dialog that it opened."""
        name = "composeExtension/submitAction" if data else "composeExtension/fetchTask"
        value = {"commandId": "flagMessage", "commandContext": "message", "messagePayload": wrote}
        more = {"name": name, "value": value | ({"data": data} if data else {})}
        return await self._happen(who, place, "invoke", **more)

    async def shown(self, place: str, words: str) -> Message:
        """The newest message in a place, or in a thread of it, that has these words now."""
        return await self.wire.until(lambda: next(self.in_place(place, words), None))

    async def changed(self, message: Message, words: str, *, gone: str = "") -> None:
        """The message is edited until it has some words, and others no more."""

        def look() -> bool:
            return words in message.words and not (gone and gone in message.words)

        await self.wire.until(look)

    async def chat(self, who: Human) -> str:
        """Somebody's own chat with Coterie, which they have installed."""
        wanted = {"members": [{"id": who.id}], "tenantId": TENANT, "isGroup": False}
        made = await self._ask("/_connector/v3/conversations", wanted | {"bot": {"id": BOT}}, 201)
        place: str = made["id"]
        await self._happen(who, place, "installationUpdate", action="add")
        return place

    async def an_hour_later(self) -> None:
        """The clock of the service moves on, so that what was folded together is shown."""
        await self.later("hour")

    async def later(self, by: str) -> None:
        """The clock of the service moves on: an hour, a day."""
        path, origin = f"{self.home}/sandbox/clock", {"Origin": self.home}
        async with self.session.post(path, json={"by": by}, headers=origin) as got:
            assert got.status == 200, await got.text()

    async def brought(self, place: str, words: str, by: str = "hour", steps: int = 40) -> Message:
        """The newest message in a place with these words, as time goes by."""
        for _ in range(steps):
            if found := next(self.in_place(place, words), None):
                return found
            await self.later(by)
        return await self.shown(place, words)

    def in_place(self, place: str, words: str = "") -> Iterator[Message]:
        """Messages of the service with these words, newest first."""
        for message in reversed([*self.wire.messages.values()]):
            if message.place == place and words in message.words:
                yield message

    async def page_saw(self, action: str, message: Message) -> None:
        """The page of the Playground was told to show a message, or to show it anew."""

        def look() -> bool:
            return any(
                event.get("action") == action
                and event.get("message", {}).get("messageId") == message.id
                for event in self.wire.seen
            )

        await self.wire.until(look)

    def failed(self) -> list[str]:
        """What either side refused, and should not have."""
        heard = (call for call in self.wire.heard if call.method == "POST")
        calls = (*heard, *self.wire.said)
        return [f"{c.method} {c.path} {c.status} {c.answer}" for c in calls if c.status >= 400]

    async def _happen(self, who: Human, place: str, kind: str, **more: Any) -> Json:
        """The Playground delivers an activity of anybody; the answer is taken from the wire."""
        path = f"/_internal/v1/customActivities/template?conversationId={place}"
        async with self.session.get(self.url + path) as got:
            activity = await got.json()
        activity["id"] = f"activity-{next(NUMBERS)}"
        activity["from"] = {"id": who.id, "name": who.name, "aadObjectId": who.aad}
        activity["channelData"] = {"tenant": {"id": TENANT}} | activity.get("channelData", {})
        await self._ask("/_internal/v1/customActivities", activity | {"type": kind} | more)
        heard = await self.wire.until(lambda: self.wire.answer_to(activity["id"]))
        assert heard.status == 200, heard
        answer: Json = heard.answer
        return answer

    async def _ask(self, path: str, body: Json, status: int = 200) -> Any:
        async with self.session.post(self.url + path, json=body) as got:
            text = await got.text()
        assert got.status == status, f"{path} {got.status} {text}"
        return json.loads(text) if text else {}


def button(card: Json, title: str) -> Json:
    """A button of a card by its label."""
    found = {action["title"]: action for action in _actions(card)}
    assert title in found, f"{title!r} is none of {[*found]}"
    return found[title]


def labels(card: Json) -> list[str]:
    """The labels of all buttons."""
    return [action["title"] for action in _actions(card)]


def inputs(of: Any) -> Iterator[Json]:
    """The inputs of a card, in their order."""
    if isinstance(of, list):
        for one in of:
            yield from inputs(one)
    if isinstance(of, dict):
        if str(of.get("type", "")).startswith("Input."):
            yield of
        for value in of.values():
            yield from inputs(value)


def prefilled(form: Json) -> dict[str, str]:
    """What a form holds before anything is typed."""
    return {one["id"]: one["value"] for one in inputs(form) if one.get("value")}


def choice(form: Json, id: str, title: str) -> str:
    """What a choice with this label is worth."""
    (asked,) = (one for one in inputs(form) if one["id"] == id)
    found: str = {one["title"]: one["value"] for one in asked["choices"]}[title]
    return found


def _actions(of: Any) -> Iterator[Json]:
    if isinstance(of, list):
        for one in of:
            yield from _actions(one)
    if isinstance(of, dict):
        if str(of.get("type", "")).startswith("Action."):
            yield of
            return
        for value in of.values():
            yield from _actions(value)


# --- starting and stopping ----------------------------------------------------------------------


@asynccontextmanager
async def playing(folder: Path, settings: Mapping[str, str] | None = None) -> AsyncIterator[Play]:
    """The service on an empty database, the Playground, and the wire between them."""
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(Wire())
        wire.bot = stack.enter_context(serving(folder, settings=settings))
        wire.playground = await stack.enter_async_context(_playground(folder, wire.address))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await stack.enter_async_context(_watching(wire, session))
        yield Play(wire, wire.playground, session, wire.bot)
    log = await asyncio.to_thread((folder / "service.log").read_text)
    assert "Traceback" not in log, log


@asynccontextmanager
async def _playground(folder: Path, wire: str) -> AsyncIterator[str]:
    port = free_port()
    (folder / "playground.yml").write_text(_configuration())
    theirs = {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(folder / "playground.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground-tool.log"),
    }
    options = ("-e", f"{wire}/api/messages", "--su", f"{wire}/_connector", "-p", str(port))
    command = ("node", str(CLI), "start", "-c", "msteams", "--dt", *options)
    ready = f"Listening on {port}"
    async with _running(command, theirs, folder, ready):
        yield f"http://localhost:{port}"


@asynccontextmanager
async def _running(
    command: tuple[str, ...], settings: dict[str, str], folder: Path, ready: str
) -> AsyncIterator[None]:
    """A program, from the line by which it says that it is ready until we are done with it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=os.environ | settings,  # noqa: TID251 - a child needs its PATH
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    up, log = asyncio.Event(), folder / "playground.log"
    reading = asyncio.create_task(_follow(process.stdout, ready, up, log))
    try:
        async with asyncio.timeout(30):
            await up.wait()
        assert process.returncode is None, f"{command} has ended, see {log}"
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def _follow(out: asyncio.StreamReader, ready: str, up: asyncio.Event, log: Path) -> None:
    with log.open("wb") as file:
        async for line in out:
            file.write(line)
            file.flush()
            if ready in line.decode(errors="replace"):
                up.set()
    up.set()


@asynccontextmanager
async def _watching(wire: Wire, session: aiohttp.ClientSession) -> AsyncIterator[None]:
    """Sees what the page of the Playground sees."""
    stream = f"{wire.playground.replace('http', 'ws')}/_ws_conversation/v1/conversations/stream"
    async with session.ws_connect(stream) as socket:

        async def read() -> None:
            async for news in socket:
                if news.type == aiohttp.WSMsgType.TEXT:
                    await wire.show(json.loads(news.data))

        reading = asyncio.create_task(read())
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
