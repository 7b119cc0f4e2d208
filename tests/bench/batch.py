"""A thousand messages in one delivery of Workplace: taken at once, worked off in their order."""

import asyncio
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.bots import launch
from tests.bench.host import Bot
from tests.bench.platforms import Platforms, Talk, delivery, messaging, workplace
from tests.bench.report import Report, middle
from tests.bench.wire import Client
from tests.bench.world import Who

ITEMS, PEOPLE, ROUNDS = 1000, 100, 5
EACH = ITEMS // PEOPLE
WORDS = ("status", "help", "privacy", "settings", "resume")
PATIENCE = 30.0


@dataclass
class Deliveries:
    """Sends batches and keeps what was answered in each chat, in the order in which it came."""

    outside: Platforms
    bot: Bot
    answers: dict[bytes, str] = field(default_factory=dict)
    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    disordered: int = 0
    lost: int = 0

    async def learn(self) -> None:
        """Which answer belongs to which word; everybody has been seen once then."""
        talk = Talk(self.outside, self.bot.port, PEOPLE, "workplace")
        for word in WORDS:
            await talk.run(talk.says(word), flying=16, turns=PEOPLE)
            await self.bot.quiet()
            await talk.run(talk.says(word), flying=1, turns=1)
            self.answers[_gist(talk.heard)] = word

    async def send(self, number: int) -> None:
        """One batch."""
        self.heard.clear()
        self.outside.arrived = self._arrived
        items = [
            messaging(Who(n % PEOPLE), _word(n), number * ITEMS + n, self.bot.port)
            for n in range(ITEMS)
        ]
        client = await Client.connect(self.bot.port)
        began = time.perf_counter()
        answer = await client.send(workplace(delivery(items)))
        self.acknowledged.append((time.perf_counter() - began) * 1000)
        client.close()
        assert answer.status == 200, answer
        await self._all_there(began)

    async def _all_there(self, began: float) -> None:
        while time.perf_counter() - began < PATIENCE and self._count() < ITEMS:  # noqa: ASYNC110 - nobody rings
            await asyncio.sleep(0.01)
        self.worked.append(time.perf_counter() - began)
        await self.bot.quiet()
        self.lost += ITEMS - self._count()
        for n in range(PEOPLE):
            expected = [_word(n + PEOPLE * i) for i in range(EACH)]
            self.disordered += self.heard[Who(n).chat] != expected

    def _count(self) -> int:
        return sum(map(len, self.heard.values()))

    def _arrived(self, place: str, ref: str, body: bytes) -> None:
        self.heard[place].append(self.answers.get(_gist(body), "?"))


def _word(number: int) -> str:
    """What the message of this number says: never twice the same in a row in one chat."""
    return WORDS[(number // PEOPLE + number) % len(WORDS)]


def _gist(body: bytes) -> bytes:
    """What tells one answer from another, whoever it is for."""
    return body.partition(b'"message"')[2][:300]


async def run() -> Report:
    """Several batches, one after another."""
    report = Report(f"{ITEMS:,} items in one delivery of Workplace")
    with tempfile.TemporaryDirectory() as folder:
        async with Platforms(Path(folder)) as outside:
            with launch.chats(outside, Path(folder) / "batch.db") as bot:
                await bot.ready("/ready")
                deliveries = Deliveries(outside, bot)
                await deliveries.learn()
                for number in range(1, ROUNDS + 1):
                    await deliveries.send(number)
    report.say(
        f"{PEOPLE} people write {EACH} messages each, all in one signed request; each message is"
    )
    report.say("answered, and the answers in a chat come in the order of its messages.")
    report.say("Worked off within, s: " + ", ".join(f"{one:.1f}" for one in deliveries.worked))
    report.target("acknowledged", middle(deliveries.acknowledged), 300, "ms")
    report.target("acknowledged at worst", max(deliveries.acknowledged), 300, "ms")
    report.target("answers that did not come", float(deliveries.lost), 0, "")
    report.target("chats out of order", float(deliveries.disordered), 0, "")
    return report
