"""A campaign is told what became of each of its messages, and the counts always add up."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.engine.errors import DeliveryError, NotAllowed, RetryLater, Uncertain, Unreachable
from core.engine.ports import Changes, Delivery, Event, Job, Moment, Rhythm, ToPerson, counted
from core.engine.route import SENT
from tests.engine.machine import MONDAY, Chat, Machine, machine, post_to

ADA = ToPerson("ada")
STATES = ("planned", "held", "sent", "skipped", "blocked", "not_installed", "failed", "expired")


async def begun(event: Event, moment: Moment) -> Changes:
    """One message of a campaign to one person."""
    new = Delivery(id="news/ada", campaign="news", person="ada", at=moment.now)
    job = replace(_job(), report=new.id)
    return Changes(saves=(new,), tallies=(counted(new),), jobs=(job,))


def _job() -> Job:
    return post_to(ADA, "news", weight="nudge", until=MONDAY + timedelta(days=9))


async def told(m: Machine) -> tuple[str, str]:
    found = await m.store.reader("main").get(Delivery, "news/ada")
    assert found
    return found.state, found.why


async def counts(m: Machine) -> dict[str, int]:
    read = m.store.reader("main")
    found = {state: await read.tally(f"delivery.{state}", "news") for state in STATES}
    return {state: n for state, n in found.items() if n}


async def test_what_was_sent_is_counted_as_sent(tmp_path: Path) -> None:
    async with machine(tmp_path, begun) as m:
        await m.do()
        await m.settled()
        assert await told(m) == ("sent", "")
        assert await counts(m) == {"sent": 1}


async def test_what_waits_for_better_hours_says_so_and_then_is_sent(tmp_path: Path) -> None:
    async with machine(tmp_path, begun) as m:
        m.people.rhythm = Rhythm(start=14, end=15)
        await m.do()
        await m.settled()
        assert await told(m) == ("held", "hours")
        assert await counts(m) == {"held": 1}
        m.clock.forward(hours=4)
        await m.settled()
        assert await counts(m) == {"sent": 1}


async def test_what_is_held_past_its_time_is_counted_as_expired(tmp_path: Path) -> None:
    async with machine(tmp_path, begun) as m:
        m.people.rhythm = Rhythm(paused_until=MONDAY + timedelta(days=30))
        await m.do()
        await m.settled()
        assert await told(m) == ("held", "paused")
        m.clock.forward(hours=24 * 10)
        await m.settled()
        assert await counts(m) == {"expired": 1}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unreachable(state="blocked"), "blocked"),
        (NotAllowed("no permission"), "blocked"),
        (RetryLater(60), "planned"),
    ],
)
async def test_what_a_platform_refuses_has_its_reason(
    tmp_path: Path, error: DeliveryError, state: str
) -> None:
    chat = Chat()
    async with machine(tmp_path, begun, chat=chat) as m:
        chat.errors.append(error)
        await m.do()
        await m.settled()
        assert (await told(m))[0] == state
        assert await counts(m) == {state: 1}


async def test_what_may_have_arrived_counts_against_the_week(tmp_path: Path) -> None:
    chat = Chat()
    async with machine(tmp_path, begun, chat=chat) as m:
        chat.errors.append(Uncertain("no answer"))
        await m.do()
        await m.settled()
        assert (await told(m))[0] == "unconfirmed"
        assert await m.store.reader("main").tally(SENT, "ada") == 1
