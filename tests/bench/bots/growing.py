"""What a turn, a send and a tick cost among ever more members, cohorts and jobs.

python -m tests.bench.bots.growing costs|presses FOLDER RESULT
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from app import NEW_THINGS
from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort, Membership
from core.engine.errors import Overloaded
from core.engine.intake import Intake
from core.engine.ports import Changes, Deliver, Event, Job, Moment, Record, ToPlace
from core.engine.worker import Worker
from parts import PRODUCT
from settings import ORG
from teams.activity import decode
from teams.parse import parse
from tests.bench.bots.backlog import POST, address, place, save
from tests.bench.bots.crowd import GROUP, Nowhere, agreed, presses, standing
from tests.bench.bots.fan import Clock
from tests.bench.bots.ringing import FAR, timer
from tests.bench.bots.sharing import person
from tests.bench.world import NOW, Speech, Who

SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
CHUNK, FIRST, CHATS = 5_000, 10_000_000, 10_000
ACTORS, TURNS, SENDS, TICKS, ROUNDS = 10, 240, 300, 300, 7
CROWD, AT_ONCE = 10_000, 1_000
"""People who press, and how many requests of theirs are there at a time."""


class Free(Nowhere):
    """A platform that allows everything."""

    windows: tuple[tuple[int, float], ...] = ()
    rate = ceiling = 1e9


@dataclass
class House:
    """An engine over a database of one size."""

    size: int
    store: SqliteStore
    intake: Intake
    worker: Worker
    speech: Speech = field(default_factory=lambda: Speech("http://127.0.0.1:1/"))
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000_000))
    costs: dict[str, list[float]] = field(default_factory=dict)

    async def measure(self, what: str, times: int, do: Callable[[], Awaitable[None]]) -> None:
        """Microseconds of CPU for each, all that follows from it included."""
        await self.worker.idle()
        cpu = time.process_time()
        await do()
        await self.worker.idle()
        self.costs.setdefault(what, []).append((time.process_time() - cpu) / times * 1e6)

    async def turns(self) -> None:
        """Members leave, ask where they stand, come back and agree; each does one at a time."""
        for _ in range(TURNS // (4 * ACTORS)):
            for action in ("members.left", "", "members.join", "agreement.agree"):
                said = [self.said(Who(number), action) for number in range(ACTORS)]
                await asyncio.gather(*map(self.intake.submit, said))

    def said(self, who: Who, action: str) -> Event:
        """As Teams would tell it."""
        keys = {"cohort": "bench", "number": "1"}
        data = {"coterie": {"a": action, "k": keys, "s": "welcome/bench"}}
        body = (
            self.speech.executed(who, {"verb": action, "data": data}, GROUP)
            if action
            else self.speech.private(who, "status")
        )
        return parse(decode(body), ORG, body).events[0]

    async def sends(self) -> None:
        """Messages that were planned go out."""
        numbers = [next(self.numbers) for _ in range(SENDS)]
        work = {number: Deliver(ToPlace(place(number % CHATS)), POST) for number in numbers}
        jobs = [Job(key=f"send/{number}", work=one, due=NOW) for number, one in work.items()]
        await save(self.store, jobs=jobs)
        self.worker.wake()

    async def ticks(self) -> None:
        """Timers ring, and find that there is nothing to do."""
        await save(self.store, jobs=[timer(next(self.numbers), NOW) for _ in range(TICKS)])
        self.worker.wake()


async def quiet(event: Event, moment: Moment) -> Changes:
    """The product, in which the bench's own timers mean nothing."""
    return Changes() if event.name == "bench.ring" else await PRODUCT.handle(event, moment)


@asynccontextmanager
async def house(folder: Path, size: int, platform: Nowhere) -> AsyncIterator[House]:
    """An engine on a new database, with one cohort in a group."""
    product, clock = replace(PRODUCT, handle=quiet), Clock()
    path = folder / f"{size}.db"
    async with SqliteStore(path, records=product.records, ranked=product.ranked) as store:
        await save(store, saves=standing())
        intake = Intake(store, product, clock)
        platforms = {"teams": platform}
        worker = Worker(store, product, clock, intake=intake, platforms=platforms, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(work) for work in (intake.run(), worker.run())]
        try:
            yield House(size, store, intake, worker)
        finally:
            await worker.stop(1.0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def fill(it: House) -> None:
    """As many members and jobs that wait as the size says, and a cohort for every ten."""
    await save(it.store, saves=[address(number, "") for number in range(CHATS)])
    for number in range(ACTORS):
        await it.intake.submit(it.said(Who(number), "members.join"))
    for start in range(0, it.size - ACTORS, CHUNK):
        numbers = range(start, min(start + CHUNK, it.size - ACTORS))
        rows = [row for number in numbers for row in around(number)]
        due = [NOW + FAR + timedelta(seconds=number % 86_400) for number in numbers]
        far = [timer(FIRST + number, at) for number, at in zip(numbers, due, strict=True)]
        await save(it.store, saves=rows, jobs=far)


def around(number: int) -> tuple[Record, ...]:
    """A member of the cohort that all are in; every tenth leads one of their own."""
    name = f"p{number:07}"  # in the order of the index: filling is quick, finding is the same
    here = Membership(
        id=f"bench/{name}", cohort="bench", person=name, state="member", way="list", at=NOW
    )
    own = Cohort(
        id=f"own-{name}",
        name="One of many",
        purpose="To be there",
        first=NOW.date(),
        last=NOW.date() + timedelta(days=60),
        zone="UTC",
        owner=name,
        facilitator=name,
        moderator=name,
        code=f"C{number:07}",
    )
    return (*person(name)[:2], here, *((own,) if number % 10 == 0 else ()))


async def costs(folder: Path) -> Mapping[str, object]:
    """Every size in turn, so that a slow moment of the machine hits all of them."""
    async with AsyncExitStack() as stack:
        began = time.perf_counter()
        houses = [await stack.enter_async_context(house(folder, n, Free())) for n in SIZES]
        for it in houses:
            await fill(it)
        filled = time.perf_counter() - began
        gc.collect()
        gc.freeze()
        gc.set_threshold(*NEW_THINGS)
        for _ in range(ROUNDS):
            for it in houses:
                await it.measure("turn", TURNS, it.turns)
                await it.measure("send", SENDS, it.sends)
                await it.measure("tick", TICKS, it.ticks)
        return {"filled": filled, "costs": [it.costs for it in houses]}


async def pressed(folder: Path) -> Mapping[str, object]:
    """Everybody presses one button of one card, twice: as Teams does when it got no answer."""
    async with house(folder, 0, Nowhere()) as it:
        took = [await storm(it.intake, one) for one in ("members.join", "agreement.agree")]
        read = it.store.reader(ORG)
        members = await read.tally("cohorts.member", "bench")
        return {"seconds": max(took), "members": members, "agreed": await agreed(read)}


async def storm(intake: Intake, action: str) -> float:
    """Seconds until all of it is committed."""
    began, events = time.perf_counter(), presses(action, CROWD)
    for start in range(0, CROWD, AT_ONCE):
        some = events[start : start + AT_ONCE]
        await asyncio.gather(*(sure(intake, event) for event in (*some, *some)))
    return time.perf_counter() - began


async def sure(intake: Intake, event: Event) -> None:
    """Who is asked to come again does so."""
    while True:
        try:
            await intake.submit(event)
        except Overloaded as later:
            await asyncio.sleep(later.after)
        else:
            return


if __name__ == "__main__":
    run = {"costs": costs, "presses": pressed}[sys.argv[1]]
    Path(sys.argv[3]).write_text(json.dumps(asyncio.run(run(Path(sys.argv[2])))))
