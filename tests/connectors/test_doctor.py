"""What is wrong with a machine and its address, and what to do about it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from connectors import doctor
from core.checks import Check, clock, exit_code, report

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Installation:
    """The settings that the doctor looks at."""

    sqlite: Path
    port: int = 0
    host: str = "127.0.0.1"
    public_url: str = ""
    connected: tuple[str, ...] = ()


@pytest.fixture
def alone(tmp_path: Path) -> Installation:
    """Just cloned, nothing set."""
    return Installation(sqlite=tmp_path / "var" / "coterie.db")


@pytest.fixture
def connected(alone: Installation) -> Installation:
    """With an app that a platform knows."""
    return replace(alone, connected=("Teams",))


async def looked(at: Installation) -> Mapping[str, Check]:
    async with aiohttp.ClientSession() as session:
        return {check.name: check for check in await doctor.checks(at, session, NOW)}


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
    assert exit_code([*found.values()]) == 0
    assert report([*found.values()]).endswith("Coterie can start.")


async def test_all_is_well_when_the_address_leads_to_us(connected: Installation) -> None:
    async with answering(200) as port:
        found = await looked(replace(connected, public_url=f"http://127.0.0.1:{port}"))
    assert {name: check.said for name, check in found.items() if check.state != "ok"} == {}
    assert "Teams" in found["settings"].said


def test_a_clock_that_is_off_is_told() -> None:
    assert clock("clock", NOW, NOW + timedelta(seconds=30)).state == "ok"
    assert clock("clock", NOW, NOW - timedelta(minutes=2)).said.startswith("120 s ahead of")
    assert clock("clock", NOW, NOW + timedelta(minutes=2)).said.startswith("120 s behind")
    assert clock("clock", NOW, NOW + timedelta(minutes=2)).state == "fail"
    assert clock("clock", NOW, None).state == "ok"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "COTERIE_PUBLIC_URL is not set"),
        ("http://coterie.example.org", "not https"),
        ("http://127.0.0.1:9", "does not answer"),
    ],
)
async def test_an_address_that_no_platform_can_reach_is_told(
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


def test_the_report_says_what_is_wrong_and_what_to_do() -> None:
    bad = Check(name="token", state="fail", said="No token.", todo="Make a new secret.")
    good = Check(name="port", state="ok", said="Free.")
    text = report([good, bad])
    assert text.splitlines() == [
        "ok    port   Free.",
        "FAIL  token  No token.",
        "             Make a new secret.",
        "",
        "1 to put right.",
    ]
    assert exit_code([good, bad]) == 1
