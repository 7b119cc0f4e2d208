"""Tells the service what a platform tells, as a file has it, and notes what comes of it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson

from tests.contracts.hearing import Engine
from tests.contracts.on_slack import on_slack
from tests.contracts.on_teams import on_teams
from tests.contracts.on_workplace import on_workplace
from tests.fakes.activities import TENANT, Conversation
from tests.fakes.activities import Human as TeamsHuman
from tests.fakes.connector import FakeTeams
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_world import Group
from tests.fakes.graph_world import Human as WorkplaceHuman
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_client import FORM
from tests.fakes.slack_world import Channel, Way
from tests.fakes.slack_world import Human as SlackHuman

JSON = "application/json"
Json = dict[str, Any]
TRIGGER = "13345224609.738474920.8088930838d88f008e0"
NAME, PLACE = "Ada Example", "night-shift"


@dataclass(frozen=True)
class Heard:
    """What the service answered to one request."""

    status: int
    body: bytes

    @property
    def shown(self) -> Any:
        """The answer as a file can hold it."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return self.body.decode()


class Wire(Protocol):
    """One platform: what it fills in by itself, what it tells, and what reached it since."""

    @property
    def filled(self) -> Mapping[str, object]:
        """What no file can know, by its sign."""

    async def tell(self, to: str, told: Json) -> Heard:
        """One request, signed."""

    def reached(self) -> list[Any]:
        """All that the service has sent."""


@dataclass
class OnTeams:
    """Teams."""

    fake: FakeTeams

    @property
    def filled(self) -> Mapping[str, object]:
        return {"{service}": self.fake.service_url}

    async def tell(self, to: str, told: Json) -> Heard:
        answer = await self.fake.deliver(told)
        return Heard(answer.status, answer.body)

    def reached(self) -> list[Any]:
        return [
            {"to": one.conversation, "answers": one.thread != one.id, "activity": one.activity}
            for one in self.fake.chats.log
        ]


@dataclass
class OnSlack:
    """Slack."""

    fake: FakeSlack
    known: int

    @property
    def filled(self) -> Mapping[str, object]:
        self.fake.triggers[TRIGGER] = Way(self.fake.clock())
        return {"{way}": self.fake.way(), "{trigger}": TRIGGER}

    async def tell(self, to: str, told: Json) -> Heard:
        form = {"payload": orjson.dumps(told)} if to.endswith("interactivity") else told
        events = to.endswith("events")
        body = orjson.dumps(told) if events else urlencode(form).encode()
        answer = await self.fake.post(to, body, JSON if events else FORM)
        return Heard(answer.status, answer.body)

    def reached(self) -> list[Any]:
        calls = [{method: asked} for method, asked in self.fake.kept.calls[self.known :]]
        return [*calls, *({"response_url": one.payload} for one in self.fake.kept.answers)]


@dataclass
class OnWorkplace:
    """Workplace."""

    fake: FakeGraph
    known: int

    @property
    def filled(self) -> Mapping[str, object]:
        return {"{now}": int(self.fake.clock)}

    async def tell(self, to: str, told: Json) -> Heard:
        answer = await self.fake.meta.deliver(orjson.dumps(told))
        return Heard(answer.status, answer.body)

    def reached(self) -> list[Any]:
        calls = self.fake.calls[self.known :]
        return [{f"{one.method} {one.path}": one.body} for one in calls]


@asynccontextmanager
async def teams(engine: Engine) -> AsyncIterator[Wire]:
    """Ada in her own chat and in a channel."""
    async with on_teams(engine) as side:
        engine.asks.update(side.askers)
        ada = TeamsHuman(NAME)
        side.fake.directory = [ada]
        team = "19:0a1b2c3d4e5f@thread.tacv2"
        for place in (
            Conversation(f"a:{ada.aad}", people=[ada]),
            Conversation(team, "channel", [ada], team=team, group=TENANT),
        ):
            side.fake.chats.all[place.id] = place
        yield OnTeams(side.fake)


@asynccontextmanager
async def slack(engine: Engine) -> AsyncIterator[Wire]:
    """The same in Slack."""
    async with on_slack(engine) as side:
        engine.asks.update(side.askers)
        ada = side.fake.world.add(SlackHuman(NAME, id="U061F7AUR"))
        side.fake.world.new(Channel("D024BE91L", people=[ada]))
        side.fake.world.new(Channel("C0LAN2Q65", PLACE, [ada]))
        yield OnSlack(side.fake, len(side.fake.kept.calls))


@asynccontextmanager
async def workplace(engine: Engine) -> AsyncIterator[Wire]:
    """And in Workplace."""
    async with on_workplace(engine) as side:
        engine.asks.update(side.askers)
        ada = WorkplaceHuman(NAME)
        group = Group(PLACE, [ada], id="1046206382135466")
        side.graph.world.join(ada)
        side.graph.world.groups[group.id] = group
        yield OnWorkplace(side.graph, len(side.graph.calls))


PLATFORMS: Mapping[str, Callable[[Engine], AbstractAsyncContextManager[Wire]]] = {
    "slack": slack,
    "teams": teams,
    "workplace": workplace,
}


def swapped(value: Any, signs: Mapping[str, object]) -> Any:
    """The value with one thing in place of another, wherever it stands."""
    match value:
        case dict():
            return {swapped(name, signs): swapped(inner, signs) for name, inner in value.items()}
        case list():
            return [swapped(inner, signs) for inner in value]
        case str():
            return signs.get(value, value)
        case _:
            return value
