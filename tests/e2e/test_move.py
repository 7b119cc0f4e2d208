"""`python app.py move` as an L&D lead types it, beside the service as somebody starts it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.on_teams import spoken
from tests.e2e.exodus import ADA, EVERYONE, LOOKUP, LOST, NEW_MAIL, RENAMED, Exodus, exodus
from tests.fakes.slack import Fault

pytestmark = pytest.mark.e2e

REACHED = {human.name: 1 for human in EVERYONE if human is not LOST}
GO = ("--to", "slack", "--go", "--yes")
HANGS = 3


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Exodus]:
    async with exodus(tmp_path) as made:
        yield made


@pytest.fixture
def mails(tmp_path: Path) -> str:
    """The one whose address is another one there."""
    path = tmp_path / "mails.csv"
    path.write_text(f"old,new\n{RENAMED.listed()['email']},{NEW_MAIL}\n")
    return str(path)


async def test_a_cohort_moves_and_everybody_hears_of_it_once(here: Exodus, mails: str) -> None:
    dry = await here.runs("--to", "slack")
    assert (dry.code, here.told()) == (0, {})
    assert "10    can be reached: 10 found by e-mail" in dry.text
    assert "2    cannot be reached: 2 not found" in dry.text
    assert f"    {LOST.name}, {LOST.listed()['email']}" in dry.text
    assert "Coterie writes to 10 in Slack, once each." in dry.text

    unsure = await here.runs("--to", "slack", "--emails", mails, "--go")
    assert (unsure.code, here.told()) == (2, {})
    assert "Nothing has changed." in unsure.text

    done = await here.runs(*GO, "--emails", mails)
    assert (done.code, here.told()) == (0, REACHED)
    assert "Better handovers to Slack: done" in done.text
    assert "11    reached" in done.text
    assert max(here.looked_up().values()) == 1

    last = here.teams.fake.sent[-1]
    assert "goes on in better-handovers (Slack)" in spoken(last.activity)
    assert "has moved already" in (await here.runs("--cancel")).text
    again = await here.runs(*GO, "--emails", mails)
    assert "11    can be reached: 11 told already" in again.text
    assert here.told() == REACHED


async def test_it_goes_on_wherever_it_was_interrupted(here: Exodus, mails: str) -> None:
    for by in (signal.SIGINT, signal.SIGKILL):
        here.slack.fake.fail(method=LOOKUP, hang=True, times=1, spared=HANGS)
        running = await here.types("--to", "slack", "--emails", mails)
        await here.until(lambda: not here.slack.fake.faults)
        stopped = await here.interrupted(running, by)
        assert by is signal.SIGKILL or "Nothing is lost: run the same command again" in stopped.text
    assert here.looked_up().total() == 2 * (HANGS + 1)
    quiet = here.private()
    twice = [await here.types(*GO, "--emails", mails) for _ in range(2)]
    here.slack.fake.faults += [
        Fault(method="chat.postMessage", hang=True, times=3),
        Fault(method="chat.postMessage", hang=True, accepted=True, times=2),
    ]
    await here.until(lambda: len(here.told()) > HANGS)
    await here.kill()
    here.slack.fake.faults.clear()
    stopped = await here.interrupted(twice.pop(), signal.SIGINT)
    assert "The move goes on in the service" in stopped.text

    await here.serve()
    assert "done" in (await twice.pop().ended()).text
    await here.until(lambda: here.told().total() >= len(REACHED))
    await asyncio.sleep(1)
    assert here.told() == REACHED
    assert here.said_to(ADA, "Your cohort has moved") == 1
    assert here.private() == quiet
    assert "11    reached" in (await here.runs("--status")).text


async def test_a_move_is_called_off_before_anybody_is_told(here: Exodus) -> None:
    await here.kill()
    begun = await here.runs(*GO)
    assert "The service is not running. The move begins when it starts" in begun.text
    assert "stays where it is" in (await here.runs("--cancel")).text

    await here.serve()
    await asyncio.sleep(1)
    assert here.told() == {}
    assert "called off" in (await here.runs("--status")).text
