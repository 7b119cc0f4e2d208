"""What is wrong with an installation, and what to do about it."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from teams import doctor
from teams.cloud import TeamsConfig
from teams.doctor import Check
from tests.fakes.connector import FakeTeams

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Installation:
    """The settings that the doctor looks at."""

    sqlite: Path
    port: int = 0
    host: str = "127.0.0.1"
    public_url: str = ""
    development: bool = True
    teams: TeamsConfig = field(default_factory=lambda: TeamsConfig(development=True))


@pytest.fixture
def alone(tmp_path: Path) -> Installation:
    """Just cloned, nothing set."""
    return Installation(sqlite=tmp_path / "var" / "coterie.db")


@pytest.fixture
def connected(alone: Installation, teams: FakeTeams) -> Installation:
    """With an app that Teams knows."""
    return replace(alone, development=False, teams=teams.config())


async def looked(at: Installation, now: datetime = NOW) -> Mapping[str, Check]:
    async with aiohttp.ClientSession() as session:
        return {check.name: check for check in await doctor.checks(at, session, now)}


@asynccontextmanager
async def answering(status: int) -> AsyncIterator[int]:
    """Something that listens, on a port of its own."""

    async def live(request: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_get("/live", live)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def test_a_fresh_clone_can_start(alone: Installation) -> None:
    found = await looked(alone)
    assert {check.state for check in found.values()} == {"ok"}
    assert doctor.exit_code([*found.values()]) == 0
    assert doctor.report([*found.values()]).endswith("Coterie can start.")


async def test_all_is_well_when_teams_answers(connected: Installation) -> None:
    async with answering(200) as port:
        now = datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - the fake's clock is real
        found = await looked(replace(connected, public_url=f"http://127.0.0.1:{port}"), now)
    assert {name: check.said for name, check in found.items() if check.state != "ok"} == {}
    assert f"http://127.0.0.1:{port}/api/messages" in found["public url"].said
    assert "token" in found["token"].said


async def test_a_wrong_secret_is_told_with_the_words_of_the_login(
    connected: Installation, teams: FakeTeams
) -> None:
    found = await looked(replace(connected, teams=teams.config(password="another")))
    assert found["token"].state == "fail"
    assert "AADSTS7000215" in found["token"].said
    assert "client secret" in found["token"].todo


async def test_a_login_that_is_down_is_told(connected: Installation, teams: FakeTeams) -> None:
    gone = teams.config(token_url="http://127.0.0.1:9/token")
    found = await looked(replace(connected, teams=gone))
    assert found["token"].said.endswith("TEAMS_TOKEN_URL did not answer.")
    assert found["token"].todo == "Let this machine reach 127.0.0.1."


async def test_keys_that_cannot_be_fetched_are_told(
    connected: Installation, teams: FakeTeams
) -> None:
    teams.issuer.down = True
    found = await looked(connected)
    assert found["keys"].state == "fail"
    assert "port 443" in found["keys"].todo


async def test_keys_that_may_not_sign_for_teams_are_told(
    connected: Installation, teams: FakeTeams
) -> None:
    teams.issuer.keys = {"first": ["skype"]}
    assert (await looked(connected))["keys"].state == "fail"


def test_a_clock_that_is_off_is_told() -> None:
    assert doctor.clock(NOW, NOW + timedelta(seconds=30)).state == "ok"
    assert doctor.clock(NOW, NOW - timedelta(minutes=9)).state == "fail"
    assert doctor.clock(NOW, None).state == "ok"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "COTERIE_PUBLIC_URL is not set"),
        ("http://coterie.example.org", "not https"),
        ("http://127.0.0.1:9", "does not answer"),
    ],
)
async def test_an_address_that_teams_cannot_reach_is_told(
    connected: Installation, url: str, words: str
) -> None:
    found = await looked(replace(connected, public_url=url))
    assert found["public url"].state == "fail"
    assert words in found["public url"].said
    assert found["public url"].todo


async def test_another_program_behind_the_address_is_told(connected: Installation) -> None:
    async with answering(502) as port:
        found = await looked(replace(connected, public_url=f"http://127.0.0.1:{port}"))
    assert "status 502" in found["public url"].said


async def test_a_port_that_another_program_has_is_told(alone: Installation) -> None:
    async with answering(404) as port:
        found = await looked(replace(alone, port=port))
    assert found["port"].state == "fail"
    assert "COTERIE_PORT" in found["port"].todo


async def test_a_port_that_coterie_itself_has_is_fine(alone: Installation) -> None:
    async with answering(200) as port:
        found = await looked(replace(alone, port=port))
    assert found["port"].said == f"Coterie is running on 127.0.0.1:{port}."


def test_a_database_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder, and no database either")
    assert doctor.database(tmp_path / "file" / "coterie.db").state == "fail"
    assert doctor.database(tmp_path / "file").state == "fail"
    assert doctor.database(tmp_path).state == "fail"


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    assert doctor.database(tmp_path / "var" / "coterie.db").state == "ok"
    assert list(tmp_path.iterdir()) == []


def test_the_report_says_what_is_wrong_and_what_to_do() -> None:
    bad = Check(name="token", state="fail", said="No token.", todo="Make a new secret.")
    good = Check(name="port", state="ok", said="Free.")
    text = doctor.report([good, bad])
    assert text.splitlines() == [
        "ok    port         Free.",
        "FAIL  token        No token.",
        "                   Make a new secret.",
        "",
        "1 to put right.",
    ]
    assert doctor.exit_code([good, bad]) == 1
