"""A cohort of people on every platform at once: how it begins, and how it is led."""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.contracts.side import Stands
from tests.e2e.town import Corner, Town

NAME, PURPOSE = "Better handovers", "Fewer surprises at shift change"
TODAY = datetime.fromtimestamp(time.time(), UTC).date()  # noqa: TID251 - the service's clock is real
DAYS = {
    "first": (TODAY + timedelta(days=7)).isoformat(),
    "last": (TODAY + timedelta(days=49)).isoformat(),
}
Values = Mapping[str, str] | None
PLATFORMS = ("teams", "slack", "workplace")
DESK = "Join code"
SKIP = "skip"
SKY = "sky"  # who is in the sandbox


async def start(here: Town, also: Sequence[str] = PLATFORMS[1:]) -> Stands:
    """Ada starts a cohort in Teams, and brings it to her other places; answers her desk."""
    teams = here.sides["teams"]
    await arrive(here, "teams")
    hello = await here.place("teams").shows("Start a cohort")
    values = {"name": NAME, "purpose": PURPOSE, **DAYS, "moderator": teams.names.bo.split(":")[2]}
    await here.fills_in("teams", teams.names.ada, hello, "Start a cohort", **values)
    await here.place("teams").shows(PURPOSE)
    desk = await here.alone("teams", teams.names.ada).shows("Join code")
    await here.sandbox.an_hour_later()
    for name in also:
        await KNOWN[name](here)
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


KNOWN = {"slack": known_by_mail, "workplace": known_by_code}


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


async def lead(here: Town, label: str, /, *, form: bool = True, values: Values = None) -> None:
    """Ada presses a button of her desk, or behind it, and sends its form off."""
    await here.sandbox.an_hour_later()
    ada = here.sides["teams"].names.ada
    desk = await here.alone("teams", ada).shows(DESK)
    if label not in desk.labels:
        await here.presses("teams", ada, desk, "More", private=True)
        desk = await here.alone("teams", ada).shows(label)
    answer = await here.presses("teams", ada, desk, label, private=True)
    if form:
        await here.sends_off("teams", ada, answer, values or {})
    await here.sandbox.an_hour_later()


async def fills(
    here: Town, name: str, on: Stands, label: str, values: Mapping[str, str], **more: bool
) -> None:
    """Bo fills a form in: in a dialog, or question by question where there are none."""
    side, bo = here.sides[name], here.sides[name].names.bo
    if side.facts.dialogs:
        opened = await here.presses(name, bo, on, label, **more)
        given = {field: value for field, value in values.items() if value != SKIP}
        await here.sends_off(name, bo, opened, given)
        return
    known = {one.ref for one in here.alone(name, bo).look()}
    await here.presses(name, bo, on, label, **more)
    await replies(here, name, known, [*values.values()])


async def replies(here: Town, name: str, known: set[str], told: Sequence[str]) -> None:
    """Bo answers one question after the other."""
    bo = here.sides[name].names.bo
    alone = here.alone(name, bo)
    fresh = Corner(lambda: [one for one in alone.look() if one.ref not in known])
    for n, words in enumerate(told, 1):
        asked = "One question" if len(told) == 1 else f"question {n} of {len(told)}"
        await fresh.shows(asked)
        await here.tells(here.sides[name].says(bo, words, private=True))
