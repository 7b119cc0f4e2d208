"""kill -9 at random moments under load, and on again with the same database."""

import asyncio
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Membership, board
from core.product import PRODUCT
from tests.bench.bots import launch
from tests.bench.cohort import Cohort
from tests.bench.host import Bot
from tests.bench.outside import Outside
from tests.bench.report import Report
from tests.bench.wire import Client
from tests.bench.world import Who, now

ROUNDS = 8
FLYING = 32
SECONDS = 30.0
MARK = b"You may have had this already"


@dataclass
class Crowd:
    """Even numbers press Join, odd ones ask for help; nobody gives up before it is taken."""

    cohort: Cohort
    taken: list[Who] = field(default_factory=list)
    open: list[Who] = field(default_factory=list)
    met: int = 0
    again: int = 0

    def request(self, who: Who) -> bytes:
        """The same activity, however often it is sent."""
        id = f"crowd-{who.number}"
        if who.number % 2:
            return self.cohort.request(self.cohort.speech.private(who, "help", id))
        return self.cohort.press(who, id)

    def next(self) -> Who:
        """Somebody who was not answered before a kill, else somebody new."""
        if self.open:
            self.again += 1
            return self.open.pop()
        self.met += 1
        return Who(self.met)

    async def speak(self, port: int) -> None:
        """One after another on one connection, until it breaks."""
        client = await Client.connect(port)
        while True:
            await self._one(client)

    async def finish(self, port: int) -> None:
        """Those who are still waiting."""
        client = await Client.connect(port)
        while self.open:
            await self._one(client)
        client.close()

    async def _one(self, client: Client) -> None:
        who = self.next()
        try:
            answer = await client.send(self.request(who))
        except OSError:
            self.open.append(who)
            raise
        (self.taken if answer.status == 200 else self.open).append(who)


async def run() -> Report:
    """Kills, restarts, counts."""
    report = Report("kill -9 under load")
    dice = random.Random(9)
    with tempfile.TemporaryDirectory() as folder:
        async with Outside(Path(folder)) as outside:
            database = Path(folder) / "kill.db"
            cohort = Cohort(outside)
            crowd = Crowd(cohort)
            with launch.ours(outside, database) as bot:
                await bot.ready("/ready")
                await cohort.begin(bot.port)
            kills = await _kills(crowd, outside, database, dice)
            with launch.ours(outside, database) as bot:
                await bot.ready("/ready")
                await crowd.finish(bot.port)
                await bot.quiet(3.0)
            await _tell(report, crowd, kills, database)
    return report


async def _kills(crowd: Crowd, outside: Outside, database: Path, dice: random.Random) -> int:
    ends = time.perf_counter() + SECONDS
    kills = 0
    while kills < ROUNDS and time.perf_counter() < ends:
        with launch.ours(outside, database) as bot:
            await bot.ready("/ready")
            await _round(crowd, bot, dice.uniform(0.2, 1.5))
        kills += 1
    return kills


async def _round(crowd: Crowd, bot: Bot, seconds: float) -> None:
    speakers = [asyncio.create_task(crowd.speak(bot.port)) for _ in range(FLYING)]
    await asyncio.sleep(seconds)
    bot.kill()
    await asyncio.gather(*speakers, return_exceptions=True)


async def _tell(report: Report, crowd: Crowd, kills: int, database: Path) -> None:
    joined = sum(who.number % 2 == 0 for who in crowd.taken)
    cards = [crowd.cohort.private.get(who.chat, []) for who in crowd.taken]
    plain = [sum(MARK not in card for card in got) for got in cards]
    marked = sum(map(len, cards)) - sum(plain)
    tally, members, late, unsure = await _stored(crowd.cohort, database)
    missing = sum(not got for got in cards)
    report.say(f"{kills} kills at random moments, {FLYING} in flight; {len(crowd.taken):,} events")
    report.say(f"taken, {crowd.again} of them sent again because a kill swallowed the answer.")
    report.say(f"Half of them press Join: {joined:,}, tally {tally:,}, memberships {members:,}.")
    report.say(f"Each has a card to get: {sum(plain):,} came, and {marked} marked as perhaps a")
    report.say("repeat, for nobody knows whether the first had left when the process died. What")
    report.say(f"two kills interrupted is not sent a third time but told as unconfirmed: {unsure},")
    report.say(f"of which {missing} never came.")
    lost = max(0, missing - unsure) + abs(joined - tally) + abs(joined - members)
    report.target("lost", float(lost), 0, "events")
    report.target("twice, not marked", float(sum(count > 1 for count in plain)), 0, "cards")
    report.target("left undone", float(late), 0, "jobs")
    report.figures |= {"kills": kills, "taken": len(crowd.taken), "marked": marked}


async def _stored(cohort: Cohort, database: Path) -> tuple[int, int, int, int]:
    """What the database says: the tally, the memberships, and jobs that are late or in doubt."""
    async with SqliteStore(database, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        read = store.reader("main")
        members, after = 0, ""
        while True:
            page = await read.find(Membership, cohort=cohort.id, state="member", after=after)
            members, after = members + len(page.items), page.cursor
            if not after:
                break
        late = await store.due(now(), limit=100)
        tally = await read.tally(board("member"), cohort.id)
    return tally, members, len(late), unconfirmed(database)


def unconfirmed(database: Path) -> int:
    """Jobs that may have been done: no look-up of the store counts finished ones."""
    with closing(sqlite3.connect(database)) as db:
        found = db.execute("SELECT count(*) FROM jobs WHERE state = 'unconfirmed'").fetchone()
        return int(found[0])
