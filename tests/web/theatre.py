"""A sandbox with the real engine and store, playing a product of a few lines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.engine.intake import Intake
from core.engine.ports import (
    Asker,
    Card,
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Open,
    Product,
    Reply,
    Say,
    Tally,
    ToPerson,
    ToPlace,
    Viewer,
    Withdraw,
    show,
)
from core.engine.worker import Worker
from core.message import (
    Buttons,
    Form,
    Heading,
    OpenForm,
    PeopleField,
    Post,
    Press,
    Text,
    TextField,
    ToggleField,
    say,
    verbatim,
)
from core.people import model as people
from web import pages, sandbox
from web.sandbox.wall import Wall

ORG = "main"
FRIDAY = datetime(2027, 3, 5, 14, 0, tzinfo=UTC)
OWN = {"Sec-Fetch-Site": "same-origin"}
Body = dict[str, Any]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = FRIDAY

    def now(self) -> datetime:
        return self.at

    def set(self, to: datetime) -> None:
        self.at = to


class Theatre:
    """What a test does with the sandbox, over HTTP."""

    def __init__(self, client: TestClient[web.Request, web.Application], wall: Wall) -> None:
        self.client, self.wall = client, wall
        self.nonces = 0
        self.worker: Worker
        self.store: SqliteStore
        self.clock: Clock

    async def messages(self, place: str = "channel", look: str = "browser") -> list[Body]:
        await self.worker.idle()
        state = await self.get(f"state?look={look}")
        return [one for one in state["messages"] if one["place"] == place]

    async def get(self, path: str) -> Body:
        async with self.client.get(f"/sandbox/{path}") as response:
            assert response.status == 200, await response.text()
            told: Body = await response.json()
            return told

    async def post(self, path: str, body: object, status: int = 200) -> Body:
        async with self.client.post(f"/sandbox/{path}", json=body, headers=OWN) as response:
            assert response.status == status, await response.text()
            told: Body = (
                await response.json() if status == 200 else {"words": await response.text()}
            )
            return told

    async def press(
        self, message: Body, action: str, *, by: str = "sky", status: int = 200, **more: object
    ) -> Body:
        self.nonces += 1
        body = {
            "person": by,
            "place": message["place"],
            "message": message["id"],
            "action": action,
            "nonce": f"nonce-{self.nonces:04d}",
            **more,
        }
        return await self.post("press", body, status)


@asynccontextmanager
async def theatre(path: Path, product: Product | None = None) -> AsyncIterator[Theatre]:
    """The sandbox, served; what it keeps is in `path`. Without a product, one of a few lines."""
    async with AsyncExitStack() as stack:
        clock, play = Clock(), product or PLAY
        records = (*play.records, *sandbox.RECORDS)
        opened = SqliteStore(path, records=records, ranked=play.ranked)
        store = await stack.enter_async_context(opened)
        intake, wall = Intake(store, play, clock), Wall(store, clock, ORG)
        platforms = {"sandbox": sandbox.Sandbox(wall)}
        worker = Worker(store, play, clock, intake=intake, platforms=platforms, asks=sandbox.ASKERS)
        intake.connect(worker, sandbox.ASKERS)
        running = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        app = web.Application()
        pages.add_static(app)
        sandbox.add(app, engine=intake, worker=worker, queue=store, wall=wall, a_day=0.0)
        client = await stack.enter_async_context(TestClient(TestServer(app)))
        made = Theatre(client, wall)
        made.worker, made.store, made.clock = worker, store, clock
        yield made
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


# --- the product that plays -------------------------------------------------------------------


def card(joined: int = 0) -> Post:
    return Post(
        slot="welcome/1",
        summary=say("", "You are invited"),
        blocks=(
            Heading(verbatim("Better handovers")),
            Text(say("", "{n} joined, <b>so far</b>.", n=joined)),
            Buttons(
                (Press(say("", "Join"), "join", {"cohort": "1"}), OpenForm(say("", "Ask"), "ask"))
            ),
        ),
    )


def words(text: str) -> Post:
    return Post(summary=verbatim(text), blocks=(Text(verbatim(text)),))


def form(wrong: str = "") -> Form:
    errors = {"words": verbatim(wrong)} if wrong else {}
    return Form(
        title=verbatim("What is it?"),
        action="ask",
        submit=verbatim("Send"),
        errors=errors,
        fields=(
            TextField(name="words", label=verbatim("Words")),
            PeopleField(name="who", label=verbatim("Who")),
            ToggleField(name="open", label=verbatim("Open")),
        ),
    )


Play = Callable[[Event, Moment], Awaitable[Changes]]


async def handle(event: Event, moment: Moment) -> Changes:
    return await _meet(event, moment) + await PLAYS.get(event.name, _nothing)(event, moment)


async def _nothing(event: Event, moment: Moment) -> Changes:
    return Changes()


async def _added(event: Event, moment: Moment) -> Changes:
    if event.origin is None or event.origin.private:
        return Changes()
    return Changes(jobs=(show(ToPlace(event.origin.place), "welcome/1"),))


async def _join(event: Event, moment: Moment) -> Changes:
    account = event.by.account if event.by else ""
    counted = Tally(board="joined", subject="1", once=f"joined/{account}")
    count = await moment.read.tally("joined", "1") + 1
    jobs = (show(ToPlace(_place(event)), "welcome/1"),)
    return Changes(tallies=(counted,), jobs=jobs, reply=Card(card(count), verbatim("Welcome.")))


async def _heard(event: Event, moment: Moment) -> Changes:
    return Changes(reply=Say(words(f"heard: {event.text}")))


async def _ask(event: Event, moment: Moment) -> Changes:
    if event.source == "press":
        return Changes(reply=Open(form()))
    if not event.values["words"]:
        return Changes(reply=Invalid(form("A word is missing.")))
    told = ", ".join(f"{name}={value}" for name, value in sorted(event.values.items()))
    return Changes(reply=Done(verbatim(told)))


async def _whisper(event: Event, moment: Moment) -> Changes:
    return Changes(reply=Say(words("for you alone")))


async def _hide(event: Event, moment: Moment) -> Changes:
    away = Withdraw(ToPlace(_place(event)), "welcome/1")
    return Changes(jobs=(Job(key=event.id, work=away),))


async def _remind(event: Event, moment: Moment) -> Changes:
    return Changes(jobs=tuple(_reminder(event, moment, day) for day in (1, 3)))


PLAYS: Mapping[str, Play] = {
    "place.added": _added,
    "join": _join,
    "message": _heard,
    "ask": _ask,
    "whisper": _whisper,
    "hide": _hide,
    "remind": _remind,
}


def _place(event: Event) -> str:
    return event.origin.place if event.origin else ""


def _reminder(event: Event, moment: Moment, day: int) -> Job:
    me = people.person_id(ORG, event.by.account if event.by else "")
    work = Deliver(ToPerson(me), words(f"day {day}"))
    due = moment.now + timedelta(days=day)
    return Job(key=f"{event.id}/{day}", work=work, due=due, weight="essential")


async def _meet(event: Event, moment: Moment) -> Changes:
    met = Changes()
    for actor in (*event.people, *((event.by,) if event.by else ())):
        met += (await people.acquaint(event.org, actor, moment))[1]
    return met


async def view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    return card(await moment.read.tally("joined", "1"))


async def query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    return None


def first(posts: Sequence[Post]) -> Post:
    return posts[0]


def silent(org: str, person: str, times: int) -> Event:
    return Event(id=f"silent/{person}/{times}", org=org, source="timer", name="silent")


PLAY = Product(
    handle=handle,
    query=query,
    view=view,
    recipient=people.recipient,
    bundle=first,
    marked=lambda post: post,
    silent=silent,
    records=(people.Person, people.Account, Cohort),
)
