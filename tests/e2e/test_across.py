"""One cohort whose members are in Teams, Slack, Workplace and the sandbox at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.cohort import PLATFORMS, PURPOSE, SKY, join, lead, start
from tests.e2e.town import Town, town

pytestmark = pytest.mark.e2e

MINE = {
    "teams": "Never hand over by heart.",
    "slack": "Ask twice when the night was long.",
    "workplace": "Three written lines have saved me.",
    "sandbox": "Say it out loud before you leave.",
}
WELL = "The first night without a call."


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as made:
        yield made


async def agree(here: Town) -> None:
    """Ada opens the agreement and closes the list; each says what they think of it."""
    await lead(here, "Open the agreement")
    await lead(here, "Close the list", form=False)
    for name in PLATFORMS:
        agreement = await here.place(name).shows("Version 1")
        await here.presses(name, here.sides[name].names.bo, agreement, "I’m in")
    await here.sandbox.says(SKY, "agreement")
    agreement = await here.sandbox.shows(f"chat-{SKY}", "Version 1")
    await here.sandbox.presses(SKY, agreement, "Not for me")
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await here.place(name).shows("3 of 4 agreed")


async def introduce(here: Town) -> None:
    """By a dialog, by a reply, question by question, and in the browser; all see all of it."""
    await lead(here, "Start introductions")
    cards = {name: await here.place(name).shows("Two sentences are plenty.") for name in PLATFORMS}
    bo = {name: here.sides[name].names.bo for name in PLATFORMS}
    await here.fills_in("teams", bo["teams"], cards["teams"], "Answer", text=MINE["teams"])
    reply = here.sides["slack"].says(bo["slack"], MINE["slack"], thread=cards["slack"].ref)
    await here.tells(reply)
    await here.presses("workplace", bo["workplace"], cards["workplace"], "Answer")
    await here.alone("workplace", bo["workplace"]).shows("Your answer, for everyone")
    await here.tells(here.sides["workplace"].says(bo["workplace"], MINE["workplace"], private=True))
    await here.sandbox.says(SKY, "introduction")
    asked = await here.sandbox.shows(f"chat-{SKY}", "Introduce yourself")
    await here.sandbox.presses(SKY, asked, "Introduce yourself", text=MINE["sandbox"])
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        for words in MINE.values():
            await here.place(name).shows(words)


async def celebrate(here: Town) -> None:
    """Told in one place, read in all; the high fives of all sides add up."""
    await here.sandbox.says(SKY, "celebrate")
    form = await here.sandbox.shows(f"chat-{SKY}", "Celebrate something")
    await here.sandbox.presses(SKY, form, "Celebrate something", text=WELL)
    await here.sandbox.an_hour_later()
    for name in ("teams", "slack"):
        card = await here.place(name).shows(WELL)
        await here.presses(name, here.sides[name].names.bo, card, "High five")
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await here.place(name).shows("High fives so far: 2")


async def test_a_cohort_lives_on_every_platform_at_once(here: Town) -> None:
    desk = await start(here)
    await join(here, desk.words.partition("Join code\n")[2].partition("\n")[0])
    await agree(here)
    await introduce(here)
    await celebrate(here)

    for name in PLATFORMS:
        placed = [one for one in here.place(name).look() if PURPOSE in one.words]
        assert len(placed) == 1
