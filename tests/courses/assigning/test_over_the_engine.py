"""The whole way over the real engine: sent, enrolled, reminded, joined late, and then quiet."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.courses.assigning.lines import lines
from core.courses.model import Course, Learning, Send, packed
from core.engine.intake import Intake
from core.engine.ports import Actor, Answer, Event, Moment, Origin, Reader
from core.engine.worker import Worker
from core.message import plain
from core.people.model import by_account
from core.product import PRODUCT
from tests.cohorts.story import GIVEN
from tests.engine.machine import Chat, Clock

URL = "https://learn.example.org/handovers"
FOUND = Course(catalogue="demo", id="h", url=URL, title="Handovers that hold", minutes=9)
LEAD, BO, CEM, DEE = (
    Actor(
        account=f"fake:t1:{name}",
        name=f"{name.title()} Sample",
        email=f"{name}@example.org",
        zone="Europe/Berlin",
    )
    for name in ("lead", "bo", "cem", "dee")
)


class House:
    """The running product, and who does what in it."""

    def __init__(self, store: SqliteStore, intake: Intake, worker: Worker, clock: Clock) -> None:
        self.store, self.intake, self.worker, self.clock = store, intake, worker, clock
        self.chat = Chat()
        self.enrolled: list[str] = []
        self.count = 0

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    async def does(
        self, name: str, by: Actor, values: Mapping[str, str] | None = None, **args: str
    ) -> None:
        self.count += 1
        event = Event(
            id=f"e{self.count}",
            org="main",
            source="press" if values is None else "form",
            name=name,
            by=by,
            origin=Origin(place=f"{by.account}-chat", private=True),
            args=args,
            values=values or {},
            inline=True,
        )
        await self.intake.submit(event)
        await self.settled()

    async def settled(self) -> None:
        async with asyncio.timeout(20):
            await self.worker.idle()

    async def days(self, days: float) -> None:
        """Time passes, a few hours at a time."""
        end = self.clock.time + timedelta(days=days)
        while self.clock.time < end:
            self.clock.forward(hours=3)
            self.worker.wake()
            await self.settled()

    async def send(self) -> Send:
        return (await self.read.find(Send)).items[0]

    async def cohort(self) -> Cohort:
        return (await self.read.find(Cohort)).items[0]

    async def id(self, who: Actor) -> str:
        person = await by_account(self.read, who.account)
        assert person is not None
        return person.id

    def got(self, who: Actor, words: str) -> int:
        return sum(at == who.account and words in text for at, text in self.chat.sent)

    async def told(self) -> str:
        moment = Moment(self.read, self.clock.now(), "x")
        return " ".join(map(plain, await lines(moment, await self.send())))


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    async with SqliteStore(folder / "test.db", records=PRODUCT.records, ranked=PRODUCT.ranked) as s:
        clock, box = Clock(), list[House]()

        async def resolve(asked: Mapping[str, str], read: Reader) -> Answer:
            return Answer(values={"course": packed(FOUND)})

        async def enrol(asked: Mapping[str, str], read: Reader) -> Answer:
            box[0].enrolled.append(asked["email"])
            return Answer(values={"state": "enrolled"})

        asks = {"catalogues.resolve": resolve, "catalogues.enrol": enrol}
        chat = Chat()
        intake = Intake(s, PRODUCT, clock)
        worker = Worker(s, PRODUCT, clock, intake=intake, platforms={"fake": chat}, asks=asks)
        intake.connect(worker, asks)
        box.append(House(s, intake, worker, clock))
        box[0].chat = chat
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            yield box[0]
        finally:
            await worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def began(h: House) -> None:
    """A cohort of Cem, and a link that is sent to it, due in twelve days, for later members too."""
    for who in (LEAD, BO, CEM, DEE):
        await h.does("people.thanks", who)
    runs = {"facilitator": await h.id(LEAD), "moderator": await h.id(BO)}
    values = {**GIVEN, **runs, "first": "2026-03-02", "last": "2026-06-30"}
    await h.does("cohorts.create", LEAD, values, draft="1")
    cohort = await h.cohort()
    await h.does("members.code", CEM, {"code": cohort.code})
    await h.does("members.join", CEM, cohort=cohort.id)
    await h.does("courses.send", LEAD, {"url": URL}, cohort=cohort.id)
    it = await h.send()
    plan = {
        "purpose": "Fewer surprises",
        "question": "What would you try?",
        "to": f"cohort:{cohort.id}",
        "due": "2026-03-14",
        "assigned": "true",
    }
    await h.does("courses.plan", LEAD, plan, id=it.id, send=it.id)
    it = await h.send()
    await h.does("courses.go", LEAD, id=it.id, send=it.id, rev=str(it.version))


async def test_from_the_link_to_the_last_reminder(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await began(h)
        await h.days(1)
        assert (await h.send()).state == "sent"
        assert h.enrolled == ["cem@example.org"]
        assert "Enrolled there: 1." in await h.told()
        await h.does("members.code", DEE, {"code": (await h.cohort()).code})
        await h.does("members.join", DEE, cohort=(await h.cohort()).id)
        await h.days(1)
        assert h.enrolled == ["cem@example.org", "dee@example.org"]
        it = await h.send()
        await h.does("courses.done", CEM, send=it.id, step="0")
        assert await h.read.get(Learning, f"{it.id}/{await h.id(CEM)}")
        await h.days(24)
        assert h.got(CEM, "A course that is open for you") == 0
        assert h.got(DEE, "A course that is open for you") == 2  # and after three unanswered: none
        assert h.got(DEE, "A course for you") == h.got(CEM, "A course for you") > 0


async def test_a_stop_holds_to_the_end(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await began(h)
        await h.days(6)
        assert h.got(CEM, "A course that is open for you") == 1
        await h.does("courses.quiet", CEM, send=(await h.send()).id)
        await h.days(20)
        assert h.got(CEM, "A course that is open for you") == 1
