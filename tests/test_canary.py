"""What people write, who they are and what is secret is never logged, whatever goes wrong.

The service runs as a process of its own, at its most talkative; Ada writes the words that nobody
may find in what it says, through every door, while the platforms suffer all that they can.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from connectors import logs
from tests.contracts.hearing import Engine, listening
from tests.contracts.on_slack import on_slack
from tests.contracts.on_teams import on_teams
from tests.contracts.on_workplace import on_workplace
from tests.contracts.side import Settled, Side
from tests.process import Service, serving, settled

PLATFORMS: Mapping[str, Callable[[Engine], AbstractAsyncContextManager[Settled]]] = {
    "teams": on_teams,
    "slack": on_slack,
    "workplace": on_workplace,
}
WORDS = "canarywords"
LINK = f"https://127.0.0.1:9/{WORDS}-course?token={WORDS}"
DOORS = (
    "/api/messages",
    "/slack/events",
    "/slack/interactivity",
    "/workplace/webhook",
    "/api/v1/me",
)
NAMES = re.compile(r"\b(ada|bo) (example|sample)\b", re.IGNORECASE)
MAIL = re.compile(r"[\w.]+@example\.\w+")
HIDDEN = re.compile("SECRET|PASSWORD|TOKEN$")


@asynccontextmanager
async def house(name: str, folder: Path) -> AsyncIterator[tuple[Service, Settled]]:
    """The service with one platform."""
    async with (
        listening(folder / "other.db") as engine,
        PLATFORMS[name](engine) as side,
        serving(folder, side.settings) as service,
    ):
        side.found_at(service.url)
        yield service, side


async def everything(service: Service, side: Side) -> None:
    """Says the words in public and in private, with a link, and once for each kind of trouble."""
    ada = side.names.ada
    for private in (False, True):
        await side.says(ada, f"{WORDS} help", private=private).once()
        await side.says(ada, f"look at {LINK}", private=private).once()
    for trouble in sorted(side.facts.suffers - {"hangs", "revoked"}):
        await settled(service)
        await side.suffer(trouble)
        await side.says(ada, f"{WORDS} {trouble}", private=True).once()
    await settled(service)
    for sample in side.samples():
        for wrong in (WORDS, [WORDS], {WORDS: WORDS}, 1):
            await side.raw(msgspec.json.encode(dict.fromkeys(sample, wrong)))
            await side.raw(msgspec.json.encode(sample | {WORDS: wrong}))
    await side.raw(WORDS.encode())
    await forged(service)


async def forged(service: Service) -> None:
    """Requests that nobody should have sent."""
    bodies = (f'{{"text": "{WORDS}"}}', f"{WORDS}", f'{{"{WORDS}": [', f"payload={WORDS}")
    for door in DOORS:
        for body in bodies:
            headers = {
                "Authorization": f"Bearer {WORDS}",
                "X-Slack-Signature": WORDS,
                "Cookie": WORDS,
            }
            async with service.session.post(
                service.url + door, data=body.encode(), headers=headers
            ) as answer:
                assert answer.status < 500


@pytest.mark.parametrize("name", PLATFORMS)
async def test_nothing_of_what_people_write_or_of_secrets_is_logged(
    name: str, tmp_path: Path
) -> None:
    async with house(name, tmp_path) as (service, side):
        await everything(service, side)
        figures = (await service.get("/metrics"))[1]
        secrets = [value for key, value in side.settings.items() if HIDDEN.search(key)]
        await service.stop()
    said = service.said()
    assert (len(service.lines()) > 10, len(secrets) > 0) == (True, True)
    for text in (said, figures):
        assert [secret for secret in (WORDS, *secrets) if secret in text] == []
        assert NAMES.findall(text) == MAIL.findall(text) == []
    assert logs.CROSSED not in said  # nothing had to be crossed out
