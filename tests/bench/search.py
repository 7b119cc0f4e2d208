"""Courses by words, among thirty thousand that are kept: how long, and how much it holds up."""

import asyncio
import random
import time
from collections.abc import Sequence

from connectors.catalogues.shelf import Part, Row, Shelf
from core.courses.model import Course
from tests.bench.report import Report, middle

COURSES, PAGE = 30_000, 100
TIMES = 9
COMMON = """
feedback leading difficult conversations python data excel sales project management agile
communication negotiating basics advanced introduction complete masterclass beginners security
cloud design thinking coaching teams remote meetings writing english german safety hygiene
onboarding time stress finance accounting for the of and with your in to how
"""
ASKED = {
    "one word": "feedback",
    "the beginning of one": "conv",
    "two slips": "dificult conversatons",
    "a slip while typing": "dificul",
    "a sentence": "how to lead difficult conversations in remote teams",
    "one letter": "a",
    "nothing like it": "xyzzyqwert plugh",
    "eight slips": "leadin manajement pythn excell negociating introducton masterclas begginers",
    "no words": "",
}


async def run() -> Report:
    """Fills a shelf page by page beside a loop that is watched, and searches it."""
    report = Report("Courses by words")
    shelf = Shelf(Lender().page, keep=3600.0)
    filling = asyncio.create_task(_filled(shelf))
    late, seconds = await _held_up(filling), await filling
    report.say(f"{COURSES:,} courses; fetched and sorted in beside everything in {seconds:.1f} s")
    report.say(
        f"Others on the loop come {late[len(late) // 2]:.1f} ms late, {late[-1]:.0f} at most"
    )
    report.target("late meanwhile, p99", late[len(late) * 99 // 100], 20, "ms")
    rows = []
    for name, words in ASKED.items():
        times = [await _timed(shelf, words) for _ in range(TIMES)]
        rows.append((name, f"{middle(times):.1f}", f"{max(times):.1f}"))
        report.target(f"a search: {name}", middle(times), 30, "ms of CPU")
    report.table(("asked", "ms of CPU", "at most"), rows)
    await shelf.close()
    return report


class Lender:
    """A provider with titles as people write them: common words, and many that are rare."""

    def __init__(self) -> None:
        dice, common = random.Random(COURSES), COMMON.split()
        letters = "abcdefghiklmnoprstuvwz"
        rare = ["".join(dice.choices(letters, k=dice.randint(4, 11))) for _ in range(20_000)]

        def words(many: int) -> str:
            return " ".join(
                dice.choice(common if dice.random() < 0.6 else rare) for _ in range(many)
            )

        self._rows = [
            Row(
                Course(
                    catalogue="bench",
                    id=str(n),
                    url=f"https://example.org/{n}",
                    title=words(dice.randint(4, 9)),
                    summary=words(40),
                    provider="Example Academy",
                )
            )
            for n in range(COURSES)
        ]

    async def page(self, number: int) -> Part:
        """So many at a time, as from a server that is near."""
        await asyncio.sleep(0.001)
        begin = (number - 1) * PAGE
        return Part(self._rows[begin : begin + PAGE], last=begin + PAGE >= COURSES)


async def _filled(shelf: Shelf) -> float:
    """How long it takes until the last course is there."""
    began = time.perf_counter()
    shelf.begin()
    for _ in range(5_000):
        if len(await shelf.known()) >= COURSES:
            break
        await asyncio.sleep(0.05)
    return time.perf_counter() - began


async def _held_up(filling: asyncio.Task[float]) -> Sequence[float]:
    """By how many ms others on the loop come late meanwhile, sorted."""
    late = []
    while not filling.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append(1000 * (time.perf_counter() - before) - 1)
    return sorted(late)


async def _timed(shelf: Shelf, words: str) -> float:
    began = time.thread_time()
    await shelf.search(words)
    return 1000 * (time.thread_time() - began)
