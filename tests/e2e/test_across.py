"""One cohort whose members are in Teams, Slack, Workplace and the sandbox at once."""

import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contracts.side import Stands
from tests.e2e.town import Town, town

pytestmark = pytest.mark.e2e

NAME, PURPOSE = "Better handovers", "Fewer surprises at shift change"
TODAY = datetime.fromtimestamp(time.time(), UTC).date()  # noqa: TID251 - the service's clock is real
DAYS = {
    "first": (TODAY + timedelta(days=7)).isoformat(),
    "last": (TODAY + timedelta(days=49)).isoformat(),
}
PLATFORMS = ("teams", "slack", "workplace")
SKY = "sky"  # who is in the sandbox
MINE = {
    "teams": "Never hand over by heart.",
    "slack": "Ask twice when the night was long.",
    "workplace": "Three written lines have saved me.",
    "sandbox": "Say it out loud before you leave.",
}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as made:
        yield made


async def start(here: Town) -> Stands:
    """Ada starts a cohort in Teams, and brings it to her other places; answers her desk."""
    teams = here.sides["teams"]
    await arrive(here, "teams")
    hello = await here.place("teams").shows("Start a cohort")
    values = {"name": NAME, "purpose": PURPOSE, **DAYS, "moderator": teams.names.bo.split(":")[2]}
    await here.fills_in("teams", teams.names.ada, hello, "Start a cohort", **values)
    await here.place("teams").shows(PURPOSE)
    desk = await here.alone("teams", teams.names.ada).shows("Join code")
    await here.sandbox.an_hour_later()
    await known_by_mail(here)
    await known_by_code(here)
    for name in PLATFORMS[1:]:
        side = here.sides[name]
        await here.tells(side.says(side.names.ada, f"cohort here {NAME}"))
        await here.place(name).shows(PURPOSE)
    return desk


async def arrive(here: Town, name: str) -> None:
    """Coterie comes to a place, and people there have met it."""
    side = here.sides[name]
    await here.tells(side.arrives(side.names.ada))
    for account in (side.names.ada, side.names.bo):
        await here.tells(side.says(account, "hello", private=True))
        await here.alone(name, account).shows("What can I do for you?")


async def known_by_mail(here: Town) -> None:
    """Slack vouches for an e-mail that Teams has told too: Ada is Ada."""
    await arrive(here, "slack")
    await here.alone("slack", here.sides["slack"].names.ada).shows("I know you already")


async def known_by_code(here: Town) -> None:
    """Workplace vouches for nothing: Ada types a code there."""
    await arrive(here, "workplace")
    teams, workplace = here.sides["teams"].names.ada, here.sides["workplace"].names.ada
    await here.tells(here.sides["teams"].says(teams, "link", private=True))
    told = await here.alone("teams", teams).shows("Within 15 minutes")
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", told.words)
    assert code
    await here.tells(here.sides["workplace"].says(workplace, f"link {code[0]}", private=True))
    asked = await here.alone("workplace", workplace).shows("Is this account yours as well?")
    await here.presses("workplace", workplace, asked, "Both are mine", private=True)
    await here.alone("workplace", workplace).shows("is connected")


async def join(here: Town, code: str) -> None:
    """Each where they are: a button, a button, a number, and a code."""
    for name in PLATFORMS:
        welcome = await here.place(name).shows(PURPOSE)
        await here.presses(name, here.sides[name].names.bo, welcome, "Join")
    await here.sandbox.says(SKY, f"join {code}")
    welcome = await here.sandbox.shows(f"chat-{SKY}", PURPOSE)
    await here.sandbox.presses(SKY, welcome, "Join")
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await seen(here, name, PURPOSE, r"Joined\W*4")


async def seen(here: Town, name: str, words: str, pattern: str) -> None:
    """The message with these words also says this, on that platform."""
    shown = await here.place(name).shows(words)
    assert re.search(pattern, shown.words), shown.words


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


async def lead(here: Town, label: str, *, form: bool = True) -> None:
    """Ada presses a button of her desk, and sends its form off as it is."""
    await here.sandbox.an_hour_later()
    ada = here.sides["teams"].names.ada
    desk = await here.alone("teams", ada).shows(label)
    answer = await here.presses("teams", ada, desk, label, private=True)
    if form:
        await here.sends_off("teams", ada, answer, {})
    await here.sandbox.an_hour_later()


async def test_a_cohort_lives_on_every_platform_at_once(here: Town) -> None:
    desk = await start(here)
    await join(here, desk.words.partition("Join code\n")[2].partition("\n")[0])
    await agree(here)
    await introduce(here)

    for name in PLATFORMS:
        placed = [one for one in here.place(name).look() if PURPOSE in one.words]
        assert len(placed) == 1
