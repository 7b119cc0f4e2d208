"""A Slack with teeth: it checks tokens, counts calls, and can be made to fail in every way.

async with FakeSlack() as slack:
    slack.bot = "http://127.0.0.1:3978"
    ada = slack.world.human("Ada Example")
    answer = await slack.says(ada, slack.world.chat(ada), "help")
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson
from aiohttp import web

from slack.config import SlackConfig
from slack.package import scopes
from tests.fakes import slack_scopes
from tests.fakes.slack_api import METHODS
from tests.fakes.slack_client import Client
from tests.fakes.slack_world import (
    ANSWER_SECONDS,
    ANSWER_USES,
    TRIGGER_SECONDS,
    Human,
    Json,
    Limits,
    Message,
    Way,
    Window,
    World,
    Wrong,
    number,
)

TOKEN, SECRET = "xoxb-fictional-token", "fictional-signing-secret"
PAGE = "<html><body>Bad gateway</body></html>"


@dataclass
class Fault:
    """What goes wrong, with how many of the next calls, of any method or of one.

    So many are `spared` before.
    """

    error: str = ""
    status: int = 200
    after: int | None = None
    times: int = 1
    method: str = ""
    accepted: bool = False
    hang: bool = False
    spared: int = 0


@dataclass
class Shown:
    """What a person was shown and nobody else, by a response_url."""

    url: str
    payload: Json


@dataclass
class Kept:
    """What happened so far."""

    calls: list[tuple[str, Json]] = field(default_factory=list)
    answers: list[Shown] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    unfurls: list[Json] = field(default_factory=list)
    invited: list[tuple[str, str]] = field(default_factory=list)


class FakeSlack(Client):
    """The Web API and the people who use Slack, at one address."""

    def __init__(self, *, bot: str = "") -> None:
        super().__init__(bot, SECRET)
        self.world, self.limits, self.kept = World(), Limits(), Kept()
        self.faults: deque[Fault] = deque()
        self.scopes = scopes(make_channels=True)
        self.revoked = False
        self.clock: Callable[[], float] = time.monotonic
        self.triggers: dict[str, Way] = {}
        self.ways: dict[str, Way] = {}
        self.address = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes([web.route("*", "/api/{method}", self._called)])
        app.add_routes([web.post("/respond/{id}", self._answered)])
        self.closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        await self.session.close()
        await self._runner.cleanup()

    @property
    def sent(self) -> list[Message]:
        """What the bot posted and did not take away."""
        return [message for message in self.world.log if not message.deleted]

    def config(self, **more: Any) -> SlackConfig:
        """The settings of an app that is installed here."""
        ours = {"bot_token": TOKEN, "signing_secret": SECRET, "api_url": f"{self.address}/api/"}
        return SlackConfig(**(ours | more))

    def fail(self, error: str = "", status: int = 200, **more: Any) -> None:
        """The next calls of the bot get this answer."""
        self.faults.append(Fault(error, status, **more))

    def trigger(self) -> str:
        """What lets a form open, once and soon."""
        made = f"{number()}.1772442000.abcdef"
        self.triggers[made] = Way(self.clock())
        return made

    def way(self) -> str:
        """A response_url: five times, for half an hour."""
        made = number()
        self.ways[made] = Way(self.clock())
        return f"{self.address}/respond/{made}"

    def open_window(self, trigger: str, view: Json) -> Window:
        """A modal opens before nobody in particular: Slack knows whose trigger it was."""
        way = self.triggers.get(trigger)
        if way is None:
            raise Wrong("invalid_trigger_id")
        if way.used:
            raise Wrong("exchanged_trigger_id")
        if self.clock() - way.at > TRIGGER_SECONDS:
            raise Wrong("expired_trigger_id")
        way.used = 1
        made = Window(f"V0{number()}", self.owners.get(trigger, Human("Somebody")), view)
        self.kept.windows.append(made)
        return made

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        asked = await _asked(request)
        self.kept.calls.append((method, asked))
        try:
            fault = self._fault(method)
            if fault and not fault.accepted:
                await self._suffer(fault)
            if self.revoked or request.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise Wrong("token_revoked" if self.revoked else "invalid_auth")  # noqa: TRY301
            self.limits.check(method, str(asked.get("channel", "")))
            slack_scopes.check(method, asked, self.scopes)
            told = METHODS[method](self, asked) if method in METHODS else None
            if fault:
                await self._suffer(fault)
        except Wrong as wrong:
            return _refused(wrong)
        found = {"ok": False, "error": "unknown_method"} if told is None else {"ok": True, **told}
        headers = {"X-OAuth-Scopes": ",".join(self.scopes)}
        return web.json_response(found, headers=headers, dumps=_dumps)

    def _fault(self, method: str) -> Fault | None:
        fault = next((one for one in self.faults if one.method in {"", method}), None)
        if fault is None:
            return None
        if fault.spared:
            fault.spared -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self.faults.remove(fault)
        return fault

    async def _suffer(self, fault: Fault) -> None:
        if fault.hang:
            await self.closing.wait()
        raise Wrong(fault.error, fault.status, fault.after)

    async def _answered(self, request: web.Request) -> web.Response:
        way = self.ways.get(request.match_info["id"])
        if way is None or way.used >= ANSWER_USES or self.clock() - way.at > ANSWER_SECONDS:
            return web.Response(status=404, text="expired_url")
        way.used += 1
        url = f"{self.address}/respond/{request.match_info['id']}"
        self.kept.answers.append(Shown(url, orjson.loads(await request.read())))
        return web.Response(text="ok")


def _refused(wrong: Wrong) -> web.Response:
    headers = {} if wrong.after is None else {"Retry-After": str(wrong.after)}
    if wrong.status >= 500:
        return web.Response(status=wrong.status, text=PAGE, content_type="text/html")
    told = {"ok": False, "error": wrong.error}
    return web.json_response(told, status=wrong.status, headers=headers)


async def _asked(request: web.Request) -> Json:
    """What was asked: as JSON, as a form, or in the address."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= orjson.loads(await request.read())
    else:
        found |= {name: str(value) for name, value in (await request.post()).items()}
    return found


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
