"""A Teams with teeth: it checks tokens, counts requests, and can be made to fail in every way.

async with FakeTeams() as teams:
    teams.bot = "http://127.0.0.1:3978/api/messages"
    chat = teams.chat(Human("Ada Example"))
    answer = await teams.deliver(message(chat.people[0], chat, "help"))
"""

import asyncio
import json
import re
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson
from aiohttp import web
from aiohttp.typedefs import Middleware

from teams.cloud import TeamsConfig
from tests.fakes.activities import TENANT, Conversation, Human, Json, number, pressed
from tests.fakes.installs import Installs
from tests.fakes.issuer import ISSUER, Issuer
from tests.fakes.limits import Limits

LARGEST_UTF16 = 100 * 1024
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
GRAPH = "https://graph.microsoft.com"


@dataclass
class Message:
    """What the bot posted, as it stands now."""

    id: str
    conversation: str
    thread: str
    activity: Json
    edits: int = 0
    deleted: bool = False

    @property
    def card(self) -> Json:
        """The first card."""
        content: Json = self.activity["attachments"][0]["content"]
        return content


@dataclass
class Fault:
    """What goes wrong, and with how many of the next requests."""

    status: int = 0
    code: str = ""
    after: int | None = None
    times: int = 1
    accepted: bool = False
    hang: bool = False


@dataclass
class Delivered:
    """What the bot answered to an activity."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Wrong(Exception):
    """An answer of Teams that is no success."""

    def __init__(self, status: int, code: str, after: int | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.after = status, code, after

    def response(self) -> web.Response:
        told = {"error": {"code": self.code, "message": f"said the fake: {self.code}"}}
        headers = {} if self.after is None else {"Retry-After": str(self.after)}
        return web.json_response(told, status=self.status, headers=headers)


class Chats:
    """Conversations and what was posted there."""

    def __init__(self) -> None:
        self.all: dict[str, Conversation] = {}
        self.messages: dict[str, Message] = {}
        self.log: list[Message] = []

    def chat(self, human: Human, *, installed: bool = True) -> Conversation:
        """The private conversation with somebody."""
        id = f"a:{human.aad}"
        known = self.all.get(id) or Conversation(id=id, people=[human], installed=installed)
        return self.all.setdefault(id, known)

    def group(self, *people: Human) -> Conversation:
        """A group chat."""
        return self._new(Conversation(f"19:{number()}@thread.v2", "groupChat", [*people]))

    def channel(self, *people: Human) -> Conversation:
        """The General channel of a new team."""
        id = f"19:{number()}@thread.tacv2"
        return self._new(Conversation(id, "channel", [*people], team=id, group=f"group-{number()}"))

    def everyone(self) -> Iterator[tuple[Human, Conversation]]:
        """All people, with a place where each is."""
        return ((human, place) for place in self.all.values() for human in place.people)

    def owner(self, aad: str) -> tuple[Human, Conversation] | None:
        """Somebody of the directory, with their private chat."""
        chats = ((one, place) for one, place in self.everyone() if place.kind == "personal")
        return next(((one, place) for one, place in chats if one.aad == aad), None)

    def find(self, id: str) -> Conversation:
        """Where the bot may speak. Raises Wrong."""
        place = self.all.get(id.partition(";messageid=")[0])
        if place is None:
            raise Wrong(404, "ConversationNotFound")
        if not place.installed:
            raise Wrong(403, "BotNotInConversationRoster")
        return place

    def posted(self, conversation: str, activity: Json, thread: str = "") -> Message:
        """A new message."""
        base, _, root = conversation.partition(";messageid=")
        id = number()
        made = Message(id, base, thread or root or id, activity)
        self.messages[id] = made
        self.log.append(made)
        return made

    def message(self, id: str) -> Message:
        """One of the bot's own that still stands. Raises Wrong."""
        found = self.messages.get(id)
        if found is None or found.deleted:
            raise Wrong(404, "ActivityNotFoundInConversation")
        return found

    def _new(self, place: Conversation) -> Conversation:
        return self.all.setdefault(place.id, place)


def checked(activity: Any) -> Json:
    """The activity, if Teams would take it. Raises Wrong."""
    if not isinstance(activity, dict) or activity.get("type") != "message":
        raise Wrong(400, "BadSyntax")
    if len(orjson.dumps(activity).decode().encode("utf-16-le")) > LARGEST_UTF16:
        raise Wrong(413, "MessageSizeTooBig")
    for attachment in activity.get("attachments") or ():
        card = attachment["content"]
        fine = card.get("type") == "AdaptiveCard" and card.get("version") in VERSIONS
        if not fine or not isinstance(card.get("body"), list):
            raise Wrong(400, "BadArgument")
        words = orjson.dumps(card["body"]).decode()
        entities = card.get("msteams", {}).get("entities", ())
        if not all(orjson.dumps(one["text"]).decode()[1:-1] in words for one in entities):
            raise Wrong(400, "BadArgument")
    return activity


class FakeTeams:
    """The service: connector, login and a little of Graph, at one address."""

    def __init__(self, *, bot: str = "", issuer: Issuer | None = None) -> None:
        self.bot = bot
        self.issuer = issuer or Issuer()
        self.chats = Chats()
        self.limits = Limits()
        self.installs = Installs(self.issuer.app_id, self.chats.owner)
        self.faults: deque[Fault] = deque()
        self.requests: list[tuple[str, str]] = []
        self.refreshed: list[Delivered] = []
        self.may_make_channels = False
        self.directory: list[Human] | None = None
        self.address = ""
        self.between: list[Middleware] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024, middlewares=self.between)
        app.add_routes([*self.issuer.routes(), *Connector(self).routes()])
        app.add_routes(self.installs.routes())
        self.closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(auto_decompress=True)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    @property
    def service_url(self) -> str:
        """As activities name it."""
        return f"{self.address}/emea/"

    @property
    def sent(self) -> list[Message]:
        """What the bot posted and did not take away."""
        return [message for message in self.chats.log if not message.deleted]

    def config(self, **more: Any) -> TeamsConfig:
        """The settings of a bot that lives here."""
        ours = {
            "app_id": self.issuer.app_id,
            "password": self.issuer.password,
            "tenant_id": TENANT,
            "app_type": "SingleTenant",
            "openid_metadata": f"{self.address}/metadata",
            "token_issuer": ISSUER,
            "token_url": f"{self.address}/token",
            "graph_url": f"{self.address}/graph",
        }
        return TeamsConfig(**(ours | more))

    def fail(self, status: int, code: str = "", **more: Any) -> None:
        """The next requests of the bot get this answer."""
        self.faults.append(Fault(status, code, **more))

    async def deliver(
        self, activity: Json, *, header: str | None = None, **claims: Any
    ) -> Delivered:
        """Sends an activity to the bot, signed unless another header is given."""
        told = {"serviceUrl": self.service_url} | activity
        if header is None:
            header = f"Bearer {self.issuer.token(str(told['serviceUrl']), **claims)}"
        return await self.post(json.dumps(told).encode(), header)

    async def post(self, body: bytes, header: str, **headers: str) -> Delivered:
        """Sends any bytes to the bot."""
        sent = {"Authorization": header, "Content-Type": "application/json"} | headers
        async with self._session.post(
            self.bot, data=BytesIO(body), headers={k: v for k, v in sent.items() if v}
        ) as answer:
            return Delivered(answer.status, await answer.read(), dict(answer.headers))

    async def redeliver(self, activity: Json, times: int) -> list[Delivered]:
        """The same activity several times at once, as Teams does when it is impatient."""
        return await asyncio.gather(*(self.deliver(activity) for _ in range(times)))

    async def deliver_anew(self, activity: Json) -> Delivered:
        """The same press half a minute later: with another id and time."""
        return await self.deliver(activity | {"id": number(), "timestamp": "2026-03-02T09:00:31Z"})

    def refresh(self, message: Message) -> None:
        """Clients that show a card ask for it anew, each on its own."""
        refresh = message.card.get("refresh") if message.activity.get("attachments") else None
        if not refresh or not self.bot:
            return
        place = self.chats.all[message.conversation]
        users = refresh.get("userIds", [human.id for human in place.people])
        for human in place.people:
            if human.id in users:
                task = asyncio.create_task(self._refresh(human, place, message, refresh))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Waits until all clients have their refreshed cards."""
        await asyncio.gather(*self._tasks)

    async def _refresh(
        self, human: Human, place: Conversation, message: Message, refresh: Json
    ) -> None:
        data = refresh["action"]["data"]
        ask = pressed(human, place, data, card=message.id, trigger="automatic")
        self.refreshed.append(await self.deliver(ask))


class Connector:
    """What the bot may ask for."""

    def __init__(self, fake: FakeTeams) -> None:
        self._fake = fake
        self._busy: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """The connector of one region, and Graph."""
        at = "/emea/v3/conversations"
        return [
            web.post(at, self._guarded(self._create)),
            web.post(at + "/{id}/activities", self._guarded(self._post)),
            web.put(at + "/{id}/activities/{message}", self._guarded(self._put)),
            web.delete(at + "/{id}/activities/{message}", self._guarded(self._delete)),
            web.get(at + "/{id}/pagedmembers", self._guarded(self._members)),
            web.get("/emea/v3/teams/{id}", self._guarded(self._team)),
            web.post("/graph/v1.0/teams/{id}/channels", self._graph),
            web.get("/graph/v1.0/users", self._users),
        ]

    def _guarded(
        self, do: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            self._fake.requests.append((request.method, request.path))
            if not self._fake.issuer.allows(request, ISSUER):
                return Wrong(401, "Unauthorized").response()
            fault = self._fault()
            try:
                if fault and not fault.accepted:
                    await self._suffer(fault)
                answer = await do(request)
                if fault:
                    await self._suffer(fault)
            except Wrong as wrong:
                return wrong.response()
            return answer

        return handler

    def _fault(self) -> Fault | None:
        faults = self._fake.faults
        if not faults:
            return None
        fault = faults[0]
        fault.times -= 1
        if fault.times <= 0:
            faults.popleft()
        return fault

    async def _suffer(self, fault: Fault) -> None:
        if fault.hang:
            await self._fake.closing.wait()
        raise Wrong(fault.status, fault.code, fault.after)

    def _paced(self, conversation: str) -> None:
        wait = self._fake.limits.wait(conversation, TENANT)
        if wait:
            raise Wrong(429, "Throttled", wait)

    async def _create(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        data = asked.get("channelData") or {}
        if (data.get("tenant") or {}).get("id") != TENANT or asked.get("tenantId") != TENANT:
            raise Wrong(400, "BadArgument")
        if asked.get("isGroup"):
            return self._begin(asked, data["channel"]["id"])
        wanted = asked["members"][0]["id"]
        self._paced(f"create {wanted}")
        chats = self._fake.chats
        for human, place in [*chats.everyone()]:
            if wanted in (human.id, human.aad):
                mine = chats.chat(human, installed=place.installed)
                if wanted == human.aad and not mine.installed:
                    break
                return web.json_response({"id": chats.find(mine.id).id}, status=201)
        raise Wrong(403, "BotNotInConversationRoster")

    def _begin(self, asked: Json, channel: str) -> web.Response:
        place = self._fake.chats.find(channel)
        self._paced(place.id)
        made = self._fake.chats.posted(place.id, checked(asked.get("activity")))
        self._fake.refresh(made)
        told = {"id": f"{place.id};messageid={made.id}", "activityId": made.id}
        return web.json_response(told, status=201)

    async def _post(self, request: web.Request) -> web.Response:
        place = self._fake.chats.find(request.match_info["id"])
        if place.id in self._busy:
            raise Wrong(412, "PreconditionFailed")
        self._busy.add(place.id)
        try:
            self._paced(place.id)
            activity = checked(await _asked(request))
            made = self._fake.chats.posted(request.match_info["id"], activity)
        finally:
            self._busy.discard(place.id)
        self._fake.refresh(made)
        return web.json_response({"id": made.id}, status=201)

    async def _put(self, request: web.Request) -> web.Response:
        place = self._fake.chats.find(request.match_info["id"])
        self._paced(place.id)
        message = self._fake.chats.message(request.match_info["message"])
        message.activity = checked(await _asked(request))
        message.edits += 1
        self._fake.refresh(message)
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request) -> web.Response:
        self._fake.chats.find(request.match_info["id"])
        self._fake.chats.message(request.match_info["message"]).deleted = True
        return web.Response()

    async def _members(self, request: web.Request) -> web.Response:
        people = self._fake.chats.find(request.match_info["id"]).people
        size = min(int(request.query.get("pageSize", "50")), 500)
        start = int(request.query.get("continuationToken", "0"))
        page: Json = {"members": [human.listed() for human in people[start : start + size]]}
        if start + size < len(people):
            page["continuationToken"] = str(start + size)
        return web.json_response(page)

    async def _team(self, request: web.Request) -> web.Response:
        place = self._fake.chats.find(request.match_info["id"])
        return web.json_response({"id": place.team, "name": "A team", "aadGroupId": place.group})

    async def _users(self, request: web.Request) -> web.Response:
        self._fake.requests.append((request.method, request.path))
        if not self._fake.issuer.allows(request, GRAPH):
            return Wrong(401, "InvalidAuthenticationToken").response()
        if self._fake.directory is None:
            return Wrong(403, "Authorization_RequestDenied").response()
        if fault := self._fault():
            return Wrong(fault.status, fault.code, fault.after).response()
        mail = _wanted(request.query["$filter"])
        found = [one for one in self._fake.directory if one.listed()["email"] == mail]
        users = [{"id": one.aad, "displayName": one.name, "mail": mail} for one in found]
        return web.json_response({"value": users})

    async def _graph(self, request: web.Request) -> web.Response:
        self._fake.requests.append((request.method, request.path))
        if not self._fake.issuer.allows(request, GRAPH):
            return Wrong(401, "InvalidAuthenticationToken").response()
        if not self._fake.may_make_channels:
            return Wrong(403, "Forbidden").response()
        asked = await _asked(request)
        made = self._fake.chats.channel()
        made.group = request.match_info["id"]
        return web.json_response({"id": made.id, "displayName": asked["displayName"]}, status=201)


def _wanted(filtered: str) -> str:
    """The e-mail that a filter asks for."""
    found = re.match(r"mail eq '((?:[^']|'')*)' or userPr", filtered)
    return found[1].replace("''", "'") if found else ""


async def _asked(request: web.Request) -> Json:
    try:
        found = orjson.loads(await request.read())
    except ValueError:
        raise Wrong(400, "BadSyntax") from None
    if not isinstance(found, dict):
        raise Wrong(400, "BadSyntax")
    return found


@contextmanager
def in_a_thread(**more: Any) -> Iterator[FakeTeams]:
    """The fake in a thread of its own, for whoever measures or has another loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, loop).result(30)

    fake = FakeTeams(**more)
    run(fake.__aenter__())
    try:
        yield fake
    finally:
        run(fake.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
