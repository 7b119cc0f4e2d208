"""The API over the real product, engine and store; only catalogues and chats are ours."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.courses.model import Course, packed
from core.engine.intake import Intake
from core.engine.ports import Actor, Answer, Asker, Event, Reader
from core.engine.worker import Worker
from core.people.model import Person, by_account
from core.product import PRODUCT
from tests.cohorts.story import GIVEN, TEAM, chat
from tests.engine.machine import Chat, Clock
from tests.people.world import ADA, BO
from web import api
from web.api.openapi import DOCUMENT

ORG = "main"
TOKEN, OTHER, STRANGER = "a-token-of-ada-0001", "a-token-of-cem-0002", "a-token-of-nobody-3"
CEM = Actor(account="teams:t1:cem", name="Cem Sample", email="cem@example.org")
TOKENS = {TOKEN: "ada@example.org", OTHER: "cem@example.org", STRANGER: "nobody@example.org"}
LINK = "https://courses.example/feedback"
Json = dict[str, Any]


@dataclass
class Catalogue:
    """Knows one course; `trouble` says why it does not today."""

    trouble: str = ""
    asked: list[str] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.ready.set()

    async def resolve(self, question: Mapping[str, str], read: Reader) -> Answer:
        self.asked.append(question["url"])
        await self.ready.wait()
        found = Course(
            catalogue="demo", id="7", url=question["url"], title="Feedback that lands", minutes=12
        )
        given = {"course": packed(found)}
        return Answer(error=self.trouble, values={} if self.trouble else given)

    async def search(self, question: Mapping[str, str], read: Reader) -> Answer:
        found = Course(catalogue="demo", id="7", url=LINK, title=f"About {question['words']}")
        if self.trouble:
            return Answer(error=self.trouble)
        return Answer(values={"courses": packed((found,))}, cursor="next")

    def asks(self) -> dict[str, Asker]:
        return {"catalogues.resolve": self.resolve, "catalogues.search": self.search}


@dataclass
class Answered:
    """What the API said."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Service:
    """The running service, and a program that talks to it."""

    client: TestClient[web.Request, web.Application]
    store: SqliteStore
    intake: Intake
    worker: Worker
    clock: Clock
    chat: Chat
    catalogue: Catalogue
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def read(self) -> Reader:
        return self.store.reader(ORG)

    async def settled(self) -> None:
        async with asyncio.timeout(60):
            await self.worker.idle()

    async def happens(self, source: str, name: str, by: Actor, **more: Any) -> None:
        id = f"e{next(self.numbers)}"
        event = Event(id=id, org=ORG, source=source, name=name, by=by, **more)  # type: ignore[arg-type] # a test's own words
        await self.intake.submit(event)

    async def meets(self, *people: Actor) -> None:
        for who in people:
            await self.happens("press", "people.thanks", who, origin=chat(who), inline=True)

    async def known(self, who: Actor) -> Person:
        found = await by_account(self.read, who.account)
        assert found is not None
        return found

    async def cohort(self) -> Cohort:
        """Ada leads one; she and Bo are in it."""
        await self.meets(ADA, BO)
        ada, bo = await self.known(ADA), await self.known(BO)
        values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
        await self.happens(
            "form", "cohorts.create", ADA, values=values, args={"draft": "1"}, origin=TEAM
        )
        (made,) = (await self.read.find(Cohort)).items
        for who in (ADA, BO):
            args = {"cohort": made.id}
            await self.happens("press", "members.join", who, args=args, origin=TEAM)
        await self.settled()
        (made,) = (await self.read.find(Cohort)).items
        return made

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = TOKEN,
        key: str = "",
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """One request; its answer is as the document says."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {"Idempotency-Key": key} if key else {}
        data = raw if raw is not None else None if body is None else msgspec.json.encode(body)
        sent |= {"Content-Type": "application/json"} if data is not None else {}
        sent |= headers or {}
        async with self.client.request(
            method, f"/api/v1/{path}", data=None if data is None else BytesIO(data), headers=sent
        ) as answer:
            told = await answer.json(content_type=None)
            found = Answered(answer.status, told, dict(answer.headers))
            fits(method, path, found)
            return found

    async def asks(self, to: Json, *, key: str = "k1", token: str = TOKEN, **more: Any) -> Answered:
        """Asks for a send."""
        body = {"link": LINK, "to": to, **more}
        return await self.call("POST", "sends", body, token=token, key=key)


def fits(method: str, path: str, found: Answered) -> None:
    """Every answer of every test is one that the document describes."""
    paths: Any = DOCUMENT["paths"]
    parts = path.partition("?")[0].split("/")
    if len(parts) > 1 and parts[0] == "sends":
        parts[1] = "{id}"
    told = paths.get("/api/v1/" + "/".join(parts), {}).get(method.lower())
    described = told["responses"].get(str(found.status)) if told else None
    if told is None:
        schema: Any = {"$ref": "#/components/schemas/Problem"}
    else:
        assert described is not None, f"{method} {path} answered {found.status}: {found.body}"
        (content,) = described["content"].values()
        schema = content["schema"]
    jsonschema.validate(found.body, {**schema, "components": DOCUMENT["components"]})
    if found.status >= 400:
        assert found.headers["Content-Type"].startswith("application/problem+json")
        assert found.body["status"] == found.status
        assert found.body["detail"].endswith((".", "!", "?"))


@cache
def empty() -> bytes:
    """A store in which nothing has happened, made once."""

    async def made(path: Path) -> None:
        async with SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked):
            pass

    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as aside:
        path = Path(folder) / "empty.db"
        aside.submit(asyncio.run, made(path)).result()
        return path.read_bytes()


@asynccontextmanager
async def service(
    path: Path,
    tokens: Mapping[str, str],
    more: Mapping[str, Asker] | None = None,
    *,
    known: bool = False,
) -> AsyncIterator[Service]:
    """All of it, on a clock that stands until it is moved."""
    async with AsyncExitStack() as stack:
        if not known:
            await asyncio.to_thread(path.write_bytes, empty())
        clock, talk, catalogue = Clock(), Chat(name="teams"), Catalogue()
        opened = SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked)
        store = await stack.enter_async_context(opened)
        intake, asks = Intake(store, PRODUCT, clock), catalogue.asks() | dict(more or {})
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms={"teams": talk}, asks=asks)
        intake.connect(worker, asks)
        running = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        app = web.Application(client_max_size=1024 * 1024)
        if tokens:
            reader = store.reader(ORG)
            api.add(
                app, engine=intake, reader=reader, clock=clock, asks=asks, org=ORG, tokens=tokens
            )
        client = await stack.enter_async_context(TestClient(TestServer(app)))
        yield Service(client, store, intake, worker, clock, talk, catalogue)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
