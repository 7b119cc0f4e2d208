"""A hundred thousand people, a platform that enforces its limit, and one to sixteen processes.

In virtual time: the real pace of each process, everything else a model (tests/engine/fleet.py). A
quarter of the people never met us, which takes two requests. What a process learns from a 429 the
others read from the store within a second or two; their clocks differ by some milliseconds, and
each request arrives up to five milliseconds later than another would.

The rows with a star are the whole engine over one SQLite file, in virtual time too, for fewer
people and from a rate that is nearer: a hundred thousand would take it most of an hour here.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from tests.bench.report import Report
from tests.engine import jumping
from tests.engine.fleet import Enforcer, Fleet, Message
from tests.engine.test_rate import sent
from tests.fakes import limits

PEOPLE = 100_000
LIMIT = 50
PROBE = 120.0
PROCESSES = (1, 4, 16)
WHOLE = (1, 4)
SENDS = 3_000
SHORT = 10.0


def window(clock: Callable[[], float]) -> Enforcer:
    """Fifty in any second."""
    return limits.Limits(clock)


def bucket(clock: Callable[[], float]) -> Enforcer:
    """Fifty a second, of which a second's worth may be saved."""
    return limits.Bucket(LIMIT, clock)


async def run() -> Report:
    """Both ways of counting, for each number of processes."""
    report = Report(
        "The rate of a platform that allows fifty requests a second, for 100,000 people"
    )
    report.say("The probe: the first 429 and two minutes after it, in which a bucket shows what it")
    report.say("had saved. Held: of the allowed rate, after the probe and while every process has")
    report.say("people left; to the end: until the last process is through with its part.")
    rows: list[tuple[object, ...]] = []
    worst, more = 1.0, 0
    for name, enforcer in (("window", window), ("bucket", bucket)):
        for processes in PROCESSES:
            told = Fleet(processes, enforcer).send(_people())
            first = told.refused[0]
            late = sum(at > first + PROBE for at in told.refused)
            held = told.held(LIMIT, first + PROBE, told.dry)
            whole = told.held(LIMIT, first + PROBE, told.passed[-1])
            probed = len(told.refused) - late
            rows.append(
                (name, processes, f"{first:.0f} s", probed, late, share(held), share(whole))
            )
            worst, more = min(worst, held), more + late
    for engines in WHOLE:
        with tempfile.TemporaryDirectory() as folder:
            chat = await asyncio.to_thread(jumping.run, sent(engines, Path(folder), SENDS))
        since, until = chat.refused[0] + SHORT, chat.passed[-1]
        late = sum(at > since for at in chat.refused)
        used = sum(since <= at < until for at in chat.passed) / LIMIT / (until - since)
        probed = len(chat.refused) - late
        began = chat.refused[0] - chat.passed[0]
        rows.append(("window*", engines, f"{began:.0f} s", probed, late, "", share(used)))
        more += late
    heads = (
        "limit",
        "processes",
        "found after",
        "429s to find it",
        "429s later",
        "held",
        "to the end",
    )
    report.table(heads, rows)
    report.target("of the allowed rate, the least", worst * 100, 97, "%", least=True)
    report.target("429s after the probe", more, 0, "")
    return report


def share(of: float) -> str:
    """In per cent."""
    return f"{100 * of:.1f} %"


def _people() -> list[Message]:
    return [Message(uuid5(NAMESPACE_OID, str(n)).hex, meets=n % 4 == 0) for n in range(PEOPLE)]
