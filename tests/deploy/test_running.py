"""The service runs from the image's tree, which it leaves as it is, and stops when it is told."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deploy.recipe import command, environment, lay_out
from tests.process import PATIENCE, Service, serving

NOWHERE = "http://127.0.0.1:9"
TEAMS = {
    "COTERIE_TEAMS_APP_ID": "00000000-0000-4000-8000-000000000001",
    "COTERIE_TEAMS_APP_PASSWORD": "not-a-password",
    "COTERIE_TEAMS_APP_TENANT_ID": "00000000-0000-4000-8000-000000000002",
    "COTERIE_TEAMS_OPENID_METADATA": f"{NOWHERE}/keys",
    "COTERIE_TEAMS_TOKEN_URL": f"{NOWHERE}/token",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """/app, which nobody may write to."""
    folder = tmp_path_factory.mktemp("app")
    lay_out(folder)
    writable(folder, yes=False)
    yield folder
    writable(folder, yes=True)


def writable(folder: Path, *, yes: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o200 if yes else mode & ~0o222)


def stands(tree: Path) -> dict[str, tuple[int, int]]:
    """What is in a tree, to see whether anybody wrote there: who tests as root may do so."""
    found = ((path, path.stat()) for path in tree.rglob("*"))
    return {str(path): (stat.st_size, stat.st_mtime_ns) for path, stat in found}


def watched(service: Service) -> int:
    """What the health check of the image says."""
    env = {"PATH": os.defpath, "COTERIE_PORT": str(urlsplit(service.url).port)}
    check = [sys.executable, *command("HEALTHCHECK")[1:]]
    return subprocess.run(check, env=env, capture_output=True, check=False).returncode  # noqa: S603 - it is our own


def given(**settings: str) -> dict[str, str]:
    """What the image tells Python, and these settings."""
    python = {name: value for name, value in environment().items() if name.startswith("PYTHON")}
    return {**python, **settings}


async def test_it_serves_takes_a_turn_and_stops_leaving_its_tree_as_it_was(
    tree: Path, tmp_path: Path
) -> None:
    before = stands(tree)
    async with serving(tmp_path, given(COTERIE_ENV="development"), root=tree) as service:
        assert await asyncio.to_thread(watched, service) == 0
        assert "Coterie" in (await service.get("/"))[1]
        assert "coterie_turns_total" in (await service.get("/metrics"))[1]
        await says(service, "help")
        async with asyncio.timeout(PATIENCE):
            while len(await chat(service)) < 2:  # noqa: ASYNC110 - a process rings nobody
                await asyncio.sleep(0.05)
        assert (await service.stop())[0] == 0, service.said()
        assert await asyncio.to_thread(watched, service) != 0
    assert stands(tree) == before
    assert (tmp_path / "coterie.db").exists()


async def says(service: Service, text: str) -> None:
    said = {"person": "sky", "place": "chat-sky", "text": text}
    headers = {"Origin": service.url}
    async with service.session.post(f"{service.url}/sandbox/say", json=said, headers=headers) as it:
        assert it.status == 200


async def chat(service: Service) -> list[str]:
    """Who has written in that chat; Coterie has no name there."""
    shown = json.loads((await service.get("/sandbox/state"))[1])["messages"]
    return [one["by"] for one in shown if one["place"] == "chat-sky"]


async def test_a_worker_runs_from_it_too(tree: Path, tmp_path: Path) -> None:
    before = stands(tree)
    async with serving(tmp_path, given(**TEAMS), "worker", root=tree) as service:
        assert await asyncio.to_thread(watched, service) == 0
        assert "coterie_partitions_held 64" in (await service.get("/metrics"))[1]
        assert (await service.get("/"))[0] == 404
        assert (await service.stop())[0] == 0, service.said()
    assert stands(tree) == before


def test_an_app_package_is_made_from_what_is_in_it(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "teams.zip"
    where = {"PATH": os.defpath, "COTERIE_PUBLIC_URL": "https://coterie.example.org"}
    done = subprocess.run(  # noqa: S603 - it is our own
        [sys.executable, "app.py", "package", "teams", "--out", str(out)],
        cwd=tree,
        env=given(**TEAMS, **where),
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 1000
