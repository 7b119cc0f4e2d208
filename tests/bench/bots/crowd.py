"""Two thousand presses handed to the running engine at once: strangers who join, then all agree.

python -m tests.bench.bots.crowd DATABASE RESULT
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from app import NEW_THINGS
from connectors.loop import quick_loop
from connectors.stores.sqlite import SqliteStore
from core.cohorts.agreement.model import Agreement, Line
from core.cohorts.model import Cohort, Space
from core.engine.intake import Intake
from core.engine.ports import Address, Capabilities, Event, Payload, Platform, Reader, Sent, Viewer
from core.engine.worker import Worker
from core.message import Post
from core.people.model import Person
from parts import PRODUCT
from settings import ORG
from teams.activity import decode
from teams.parse import parse
from tests.bench.bots.backlog import save
from tests.bench.bots.fan import Clock
from tests.bench.world import NOW, TENANT, Speech, Who

PEOPLE = 2000
GROUP = "19:bench@thread.v2"
PLACE = f"teams:{TENANT}:{GROUP}"
OWNER = "owner"


class Nowhere:
    """A platform that takes everything at once and keeps nothing."""

    name = "teams"
    windows: tuple[tuple[int, float], ...] = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
    rate: float = 50.0
    ceiling: float = 50.0

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities()

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        return Sent(ref=replace or "1")

    async def withdraw(self, address: Address, ref: str) -> None:
        """There is nothing to take away."""

    async def find(self, address: Address, key: str) -> str | None:
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        return Address(id=account, ref={"conversation": account})


async def main(database: Path) -> dict[str, float]:
    clock = Clock()
    platforms: dict[str, Platform] = {"teams": Nowhere()}
    async with SqliteStore(database, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        await save(store, saves=standing())
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms=platforms, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(work) for work in (intake.run(), worker.run())]
        await worker.idle()
        told: dict[str, float] = {}
        for what, action in (("join", "members.join"), ("agree", "agreement.agree")):
            events = presses(action)
            gc.collect()
            gc.freeze()
            gc.set_threshold(*NEW_THINGS)
            told |= {
                f"{what} {name}": found for name, found in (await storm(intake, events)).items()
            }
        told["members"] = await store.reader(ORG).tally("cohorts.member", "bench")
        told["agreed"] = await agreed(store.reader(ORG))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await worker.stop(0.5)
    return told


async def storm(intake: Intake, events: Sequence[Event]) -> dict[str, float]:
    """All at once; a press is answered once it is committed."""
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(intake.submit, events))
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def presses(action: str, people: int = PEOPLE) -> list[Event]:
    """Everybody presses the same button of the card in the group."""
    speech = Speech("http://127.0.0.1:1/", run=action)
    data = {"coterie": {"a": action, "k": {"cohort": "bench", "number": "1"}, "s": "welcome/bench"}}
    button: dict[str, object] = {"verb": action, "data": data}
    bodies = [speech.executed(Who(number), button, GROUP) for number in range(people)]
    return [parse(decode(body), ORG, body).events[0] for body in bodies]


def standing() -> tuple[Person | Cohort | Space | Agreement, ...]:
    """A cohort in a group, whose agreement is closed."""
    first = date.fromisoformat(f"{NOW:%Y-%m-%d}")
    cohort = Cohort(
        id="bench",
        name="Bench",
        purpose="To see how fast everybody is in",
        first=first,
        last=first + timedelta(days=60),
        zone="UTC",
        owner=OWNER,
        facilitator=OWNER,
        moderator=OWNER,
        code="BENCH23",
        spaces=(PLACE,),
    )
    space = Space(id=PLACE, since=NOW, cohort="bench", title="Bench")
    lines = (Line("We answer each other"),)
    agreement = Agreement(id="bench", cohort="bench", number=1, state="closed", lines=lines, at=NOW)
    return (Person(id=OWNER, name="Owner"), cohort, space, agreement)


async def agreed(read: Reader) -> int:
    """How many have said that they are in."""
    return await read.tally("agreement.agree", "bench/1")


if __name__ == "__main__":
    loop = quick_loop() or asyncio.new_event_loop()
    figures = loop.run_until_complete(main(Path(sys.argv[1])))
    loop.close()
    Path(sys.argv[2]).write_text(json.dumps(figures))
