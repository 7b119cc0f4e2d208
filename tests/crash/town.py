"""A Teams with a channel of thousands, and its wire: what is on the way when somebody is killed."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from random import Random

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from tests.fakes.activities import (
    Conversation,
    Human,
    Json,
    added,
    asked,
    carries,
    message,
    pressed,
)
from tests.fakes.connector import Delivered, FakeTeams

TITLE = "Feedback that lands"
COHORT = "Better handovers"
MARK = "You may have had this already."
SETTLING = 0.1
"""Seconds within which an answer that came is written down: ten to gather it, and the commit."""
Settings = dict[str, str]


@dataclass
class Flight:
    """One request of the service to a conversation; `made`: it was the one that made it."""

    place: str
    began: float
    ended: float = inf
    made: bool = False


@dataclass
class Wire:
    """Takes its time for each request, and remembers how long."""

    dice: Random
    slow: tuple[float, float] = (0.01, 0.12)
    flights: list[Flight] = field(default_factory=list)

    @web.middleware
    async def between(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """To be given to the fake."""
        if not request.path.startswith("/emea/"):
            return await handler(request)
        try:
            await request.read()  # what has come as a whole counts, whoever sent it
        except ConnectionError:
            return web.Response(status=400)
        flight = Flight(request.match_info.get("id", ""), time.monotonic())
        self.flights.append(flight)
        try:
            await asyncio.sleep(self.dice.uniform(*self.slow))
            answer = await handler(request)
            if not flight.place and isinstance(answer, web.Response):
                flight.place, flight.made = made(answer), True
            await asyncio.sleep(self.dice.uniform(*self.slow))
            return answer
        finally:
            flight.ended = time.monotonic()

    def flying(self, began: float, killed: float, after: float) -> int:
        """How many messages of a process that was killed were on their way, and not written down.

        What it had written to its socket before may be read later, until the next one begins. The
        first message to somebody is two requests: it is on its way between them as well.
        """
        lived = [it for it in self.flights if began < it.began < after]
        written = {it.place for it in lived if not it.made}
        return sum(
            it.ended > killed - SETTLING or (it.made and it.place not in written) for it in lived
        )


def made(answer: web.Response) -> str:
    """The conversation that this answer tells of."""
    told = orjson.loads(answer.body) if isinstance(answer.body, bytes) else {}
    return str(told.get("id", ""))


@dataclass
class Town:
    """The place, its people, and what they see."""

    teams: FakeTeams
    wire: Wire
    people: int

    def __post_init__(self) -> None:
        self.lead, self.moderator = Human("Lia Lead"), Human("Mo Moderator")
        self.crowd = [Human(f"Sample {number}") for number in range(self.people)]
        self.channel = self.teams.chats.channel(self.lead, self.moderator, *self.crowd)
        for human in self.crowd:
            self.teams.chats.chat(human)

    @property
    def everybody(self) -> list[Human]:
        """All who are in the channel."""
        return self.channel.people

    def settings(self, database: str, port: int, **more: str) -> Settings:
        """As an operator writes them."""
        config = self.teams.config()
        return {
            "COTERIE_PORT": str(port),
            "COTERIE_DATABASE": database,
            "COTERIE_API_TOKENS": f"{self.mail}={TOKEN}",
            "COTERIE_SECRET": "a secret of the crash test",
            "COTERIE_TEAMS_APP_ID": config.app_id,
            "COTERIE_TEAMS_APP_PASSWORD": config.password,
            "COTERIE_TEAMS_APP_TENANT_ID": config.tenant_id,
            "COTERIE_TEAMS_APP_TYPE": config.app_type,
            "COTERIE_TEAMS_OPENID_METADATA": config.openid_metadata,
            "COTERIE_TEAMS_TOKEN_ISSUER": config.token_issuer,
            "COTERIE_TEAMS_TOKEN_URL": config.token_url,
            **more,
        }

    @property
    def mail(self) -> str:
        """The lead’s address."""
        return str(self.lead.listed()["email"])

    async def found(self, today: datetime) -> None:
        """Coterie is added to the channel, and a cohort begins there."""
        await self._said(added(self.channel, by=self.lead))
        for human in (self.lead, self.moderator):
            await self._said(message(human, self.teams.chats.chat(human), "help"))
        values = {
            "name": COHORT,
            "purpose": "Fewer surprises at shift change",
            "first": f"{today:%Y-%m-%d}",
            "last": f"{today.replace(year=today.year + 1):%Y-%m-%d}",
            "zone": "Europe/Lisbon",
            "facilitator": self.lead.aad,
            "moderator": self.moderator.aad,
            "where": "here",
            "guests": "true",
        }
        form = carries("cohorts.create", draft="1") | values
        await self._said(asked(self.lead, self.channel, form, "task/submit"))
        await self.until(lambda: bool(self.button("members.join")))

    async def _said(self, activity: Json) -> Delivered:
        answer = await self.teams.deliver(activity)
        if answer.status != 200:
            raise RuntimeError(f"{activity['type']} was answered {answer.status}: {answer.body!r}")
        return answer

    async def until(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Waits for something to become true. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - it may become true anywhere
                await asyncio.sleep(0.01)

    def button(self, action: str) -> Json:
        """What a button of the newest card that has it carries; {} while there is none."""
        for one in reversed(self.teams.sent):
            if found := carried(one.activity, action):
                return found
        return {}

    def joins(self, human: Human, button: Json) -> Json:
        """Somebody presses Join in the channel."""
        return pressed(human, self.channel, button)

    def asks(self, human: Human) -> Json:
        """Somebody writes to Coterie alone."""
        return message(human, self.teams.chats.chat(human), "help")

    def cards(self) -> dict[str, list[str]]:
        """By private conversation, all that ever came there."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.teams.chats.log:
            found[one.conversation].append(orjson.dumps(one.activity).decode())
        return found


TOKEN = "a-token-of-the-crash-test"


def carried(value: object, action: str) -> Json:
    """The first button with this action."""
    inner: object
    if isinstance(value, dict):
        mine = value.get("coterie")
        if isinstance(mine, dict) and mine.get("a") == action:
            return {"coterie": mine}
        value = [*value.values()]
    for inner in value if isinstance(value, list) else ():
        if found := carried(inner, action):
            return found
    return {}


def chat_of(town: Town, human: Human) -> Conversation:
    """Their private conversation."""
    return town.teams.chats.chat(human)
