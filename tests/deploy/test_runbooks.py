"""What the runbooks tell an operator to look for and to type is there, and does what they say."""

import asyncio
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import app
from core.engine.meters import Meters
from tests.deploy.recipe import ROOT
from tests.deploy.test_compose import services
from tests.process import serving, settled
from web.backlog import Backlog
from web.metrics import Watched, exposition

PAGES = sorted((ROOT / "deploy" / "runbooks").glob("*.md"))
PRODUCT = ("core", "connectors", "web")
CODE = re.compile(r"```\n(.*?)```|`([^`\n]+)`", re.DOTALL)
METRIC = re.compile(r"\bcoterie_(?!data\b)\w+")
SAID = re.compile(r"`((?:the |was |Every)[^`]*)`")
COMMANDS = r"coterie(?::local)? (doctor|serve|worker|export|import|move|package)\b"
LINE = re.compile(r"(?<=-c \")\n(.*?)\"", re.DOTALL)


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def page(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text()


@cache
def product() -> tuple[str, ...]:
    """Every file of it that says something to operators."""
    found = (path for name in PRODUCT for path in (ROOT / name).rglob("*.py"))
    return tuple(path.read_text() for path in (*ROOT.glob("*.py"), *found))


def figures() -> str:
    """All families, those of platforms too."""
    meters = Meters()
    meters.sent("teams", "later", 0.1)
    meters.held("teams", 1.0)
    meters.turned("message", "refused", 0.1)
    watched = Watched(
        meters=meters,
        events={},
        jobs={},
        doors={},
        answers={"teams": {"429": 1}},
        links={},
        waiting=0,
        in_flight=0,
        partitions=64,
    )
    return exposition(watched, Backlog(0.0, {"due": 0})).decode()


def test_every_figure_that_a_page_names_is_measured(page: str) -> None:
    measured = figures()
    assert [name for name in METRIC.findall(page) if f"\n{name}" not in measured] == []


def test_what_a_page_quotes_is_what_the_service_says(page: str) -> None:
    files = product()
    for said in SAID.findall(page):
        first = re.split(r" ?(?:…|\d)", said)[0]
        assert any(first in text for text in files), said


def test_every_command_and_service_that_a_page_names_is_there(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        app.main(["--help"])
    known = capsys.readouterr().out
    assert [word for word in re.findall(COMMANDS, page) if word not in known] == []
    for name, rest in re.findall(r"-f deploy/(compose\.(?:sqlite|mongo)\.yml) ([^\n]*)", page):
        named = set(re.findall(r"(?:stop|start|restart|exec -T) (\w+)", rest))
        assert named <= services(name).keys()


def test_every_link_leads_somewhere(page: str) -> None:
    folder = ROOT / "deploy" / "runbooks"
    links = re.findall(r"\]\(([^)#:]+)\)", page)
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_index_names_every_page() -> None:
    index = (ROOT / "deploy" / "runbooks" / "README.md").read_text()
    assert [
        path.name for path in PAGES if path.name != "README.md" and path.name not in index
    ] == []


def typed(which: int, data: Path) -> list[str]:
    """The lines of Python on the page about backups, their volume in this folder."""
    text = (ROOT / "deploy" / "runbooks" / "restore.md").read_text()
    return [sys.executable, "-c", LINE.findall(text)[which].replace("/data", str(data))]


async def test_a_backup_of_a_running_service_is_restored_as_the_page_says(tmp_path: Path) -> None:
    settings = {"COTERIE_ENV": "development"}
    async with serving(tmp_path, settings) as service:
        await service.get("/sandbox/state")
        await settled(service)
        stage = (await service.get("/sandbox/state"))[1]
        assert "Coterie" in stage
        await asyncio.to_thread(subprocess.run, typed(0, tmp_path), check=True)
        assert (await service.stop())[0] == 0
    copy = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "coterie.db").write_bytes(b"what a disk makes of a database when it dies")
    (tmp_path / "coterie.db-wal").write_bytes(b"the last turns of that one")
    await asyncio.to_thread(subprocess.run, typed(1, tmp_path), input=copy, check=True)
    async with serving(tmp_path, settings) as service:
        assert (await service.get("/sandbox/state"))[1] == stage
