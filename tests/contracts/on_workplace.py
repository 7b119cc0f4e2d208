"""Workplace from Meta: a group, in front of a Graph server that checks everything."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from markdown_it import MarkdownIt

from core.engine.ports import Address, Asker
from tests.contracts.hearing import Engine
from tests.contracts.side import Answered, Asked, Call, Facts, Json, Names, Stands, Told, Trouble
from tests.fakes import graph_rules
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_meta import Happening, deliveries
from tests.fakes.graph_world import BOT_NAME, COMMUNITY, PAGE, Group, Human, Said, Standing
from workplace.ask import Questions
from workplace.client import Client
from workplace.errors import GATE
from workplace.routes import routes
from workplace.send import WorkplacePlatform
from workplace.standing import Standing as Ourselves

ADA, BO, CEM = Human("Ada Example"), Human("Wim Sample"), Human("Cem Nobody")
PEOPLE = {human.account: human for human in (ADA, BO, CEM)}
FOREIGN = "999999999999999"
SHORTLY = aiohttp.ClientTimeout(total=2)
READ = MarkdownIt("commonmark")
FAULTS: Mapping[Trouble, Mapping[str, Any]] = {
    "throttled": {"status": 403, "code": 4},
    "blocked": {"code": 551},
    "hangs": {"hang": True},
    "accepted": {"status": 502, "html": True, "accepted": True},
    "not_allowed": {"status": 403, "code": 200},
    "revoked": {"status": 401, "code": 190},
    "too_big": {"code": 100, "message": "Longer than 60000 characters"},
}
FACTS = Facts(
    finds=True,
    dialogs=False,
    patience=GATE,
    suffers=frozenset(FAULTS),
    hostile=(f"@[{BO.id}]", "@[", "](https://evil.example)", "[win](https://evil.example)"),
)


@dataclass
class Workplace:
    """Workplace as the suite uses it."""

    graph: FakeGraph
    group: Group
    client: Client
    ourselves: Ourselves
    platform: WorkplacePlatform
    facts: Facts = FACTS

    @property
    def names(self) -> Names:
        return Names(
            place=self.group.place,
            ada=ADA.account,
            bo=BO.account,
            stranger=CEM.account,
            bo_mail=BO.email,
        )

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "COTERIE_WORKPLACE_ACCESS_TOKEN": self.graph.token,
            "COTERIE_WORKPLACE_APP_SECRET": self.graph.secret,
            "COTERIE_WORKPLACE_VERIFY_TOKEN": self.graph.verify,
            "COTERIE_WORKPLACE_GRAPH_URL": self.graph.address,
        }

    def found_at(self, url: str) -> None:
        self.graph.meta.hook = f"{url}/workplace/webhook"

    @property
    def askers(self) -> Mapping[str, Asker]:
        return Questions(self.client, self.ourselves).askers()

    def alone(self, account: str) -> Address:
        return Address(id=account)

    def met(self, account: str) -> Address:
        return Address(id=account)

    def standing(self, address: Address) -> list[Stands]:
        if address.id == self.names.place:
            found = self.graph.world.standing(self.group, None)
            return [stands(one) for one in found if one.by == PAGE]
        who = PEOPLE[address.id].id if address.id in PEOPLE else address.ref["user"]
        return [said(one) for one in self.graph.world.said if one.to == who]

    async def suffer(self, trouble: Trouble) -> None:
        self.graph.fail(**FAULTS[trouble])

    def says(self, who: str, text: str, *, private: bool = False, thread: str = "") -> Told:
        meta, human = self.graph.meta, PEOPLE[who]
        if private:
            return self._told(meta.message(human, text))
        if thread:
            return self._told(meta.comment(human, self.group, thread, text, mention=True))
        return self._told(meta.post(human, self.group, text, mention=True))

    def edits(self, who: str, message: str, text: str) -> Told:
        told = self.graph.meta.post(PEOPLE[who], self.group, text, mention=True)
        return self._told(about(told, message, "edit"))

    def deletes(self, who: str, message: str) -> Told:
        told = self.graph.meta.post(PEOPLE[who], self.group, "")
        return self._told(about(told, message, "delete"))

    def presses(self, who: str, ref: str, label: str, *, private: bool = False) -> Told:
        message = next(one.message for one in self.graph.world.said if one.id == ref)
        button = next(one for one in graph_rules.buttons(message) if one["title"] == label)
        return self._told(self.graph.meta.pressed(PEOPLE[who], button))

    def submits(self, who: str, form: Asked, values: Mapping[str, str]) -> Told:
        return Told()

    def joins(self, who: str) -> Told:
        return self._told(self.graph.meta.member(PEOPLE[who], self.group))

    def leaves(self, who: str) -> Told:
        return self._told(self.graph.meta.member(PEOPLE[who], self.group, "remove"))

    def arrives(self, by: str) -> Told:
        return self._told(self.graph.meta.member(None, self.group))

    def echoes(self, ref: str) -> Told:
        told = self.graph.meta.post(ADA, self.group, "hello", mention=True)
        chat = self.graph.meta.message(ADA, "hello", is_echo=True)
        page = {"from": {"id": PAGE, "name": BOT_NAME}}
        return self._told([*about(told, ref, "add", page), *chat])

    def strangers(self) -> Told:
        told = self.graph.meta.post(ADA, self.group, "hello", mention=True)
        chats = self.graph.meta.message(ADA, "hello")
        for one in told:
            one.value["community"] = {"id": FOREIGN}
        chats[0].value["sender"]["community"] = {"id": FOREIGN}
        return self._told([*told, *chats])

    async def raw(self, body: bytes) -> list[int]:
        return [(await self.graph.meta.deliver(body)).status]

    def samples(self) -> list[Json]:
        meta = self.graph.meta
        told = [
            *meta.post(ADA, self.group, "hello", mention=True),
            *meta.comment(ADA, self.group, f"{self.group.id}_1", "hello", mention=True),
            *meta.member(BO, self.group),
            *meta.message(ADA, "hello", quick_reply={"payload": '{"a":"join","k":{},"s":""}'}),
        ]
        (body,) = deliveries([Happening("page", one.entry, one.field, one.value) for one in told])
        return [orjson.loads(body)]

    def _told(self, happenings: list[Happening]) -> Told:
        def deliver(body: bytes) -> Call:
            async def send() -> Answered:
                answer = await self.graph.meta.deliver(body)
                return Answered(status=answer.status, words=answer.body.decode())

            return send

        return Told(calls=tuple(map(deliver, deliveries(happenings))))


def about(
    told: list[Happening], message: str, verb: str, said: Json | None = None
) -> list[Happening]:
    """The same, as something that happens to a message that stands there."""
    more = {"post_id": message, "verb": verb, "updated_time": "2026-03-02T09:01:00+0000"}
    values = [one.value | more | (said or {}) for one in told]
    return [
        Happening(one.topic, one.entry, one.field, value)
        for one, value in zip(told, values, strict=True)
    ]


def stands(one: Standing) -> Stands:
    """A post as Workplace shows it, or a comment, which has no markup."""
    post = one.fields.get("formatting") == "MARKDOWN"
    called = graph_rules.mentions(one.message)
    return Stands(
        ref=one.id,
        words=one.message,
        thread=one.above,
        mentions=frozenset(f"workplace:{COMMUNITY}:{id}" for id in called),
        links=frozenset(links(one.message)) if post else frozenset(),
    )


def said(one: Said) -> Stands:
    """A message of a chat: nobody is called there, and nothing is marked up."""
    buttons = graph_rules.buttons(one.message)
    labels = tuple(button["title"] for button in buttons)
    return Stands(ref=one.id, words=graph_rules.words(one.message), labels=labels)


def links(text: str) -> Iterator[str]:
    """What a post links with other words."""
    for token in READ.parse(text):
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])


@asynccontextmanager
async def around_workplace() -> AsyncIterator[Workplace]:
    """Workplace, where nobody has seen Coterie yet."""
    async with FakeGraph() as graph, aiohttp.ClientSession() as session:
        graph.clock = time.time()  # noqa: TID251 - a service that runs elsewhere has the real clock
        client = Client(graph.config(), session, graph.wall, SHORTLY)
        ourselves = Ourselves(client)
        group = graph.world.group(ADA, BO)
        yield Workplace(graph, group, client, ourselves, WorkplacePlatform(client, ourselves))


@asynccontextmanager
async def on_workplace(engine: Engine) -> AsyncIterator[Workplace]:
    """An integration that knows its community."""
    async with around_workplace() as workplace:
        await workplace.ourselves.look()
        engine.platforms["workplace"] = workplace.platform
        app = web.Application()
        config, counts = workplace.graph.config(), Counter[str]()
        app.add_routes(routes(config, engine.intake, workplace.ourselves, counts))
        runner = web.AppRunner(app, shutdown_timeout=1, auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        workplace.found_at(f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield workplace
        await runner.cleanup()
