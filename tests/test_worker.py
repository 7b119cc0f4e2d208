"""`python app.py worker`: it does what is due, and nothing comes in by it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.engine.machine import until
from tests.fakes.activities import Human, message
from tests.fakes.connector import FakeTeams
from tests.process import ROOT, Service, serving, settled, teams_settings

ADA = Human("Ada Example")


async def asks_for_help(service: Service, teams: FakeTeams) -> int:
    teams.bot = f"{service.url}/api/messages"
    return (await teams.deliver(message(ADA, teams.chats.chat(ADA), "help"))).status


async def test_a_worker_says_how_it_is_and_takes_nothing_in(tmp_path: Path) -> None:
    async with (
        FakeTeams() as teams,
        serving(tmp_path, teams_settings(teams), "worker") as worker,
    ):
        told = [await worker.get(path) for path in ("/live", "/ready", "/metrics")]
        assert [status for status, _ in told] == [200, 200, 200]
        for path in ("/", "/console", "/j/anything", "/l/anything"):
            assert (await worker.get(path))[0] == 404
        assert await asks_for_help(worker, teams) == 404


async def test_a_worker_sends_what_another_process_has_planned(tmp_path: Path) -> None:
    async with FakeTeams() as teams:
        async with serving(tmp_path, teams_settings(teams)) as service:
            teams.fail(429, after=3, times=99)
            assert await asks_for_help(service, teams) == 200
            await until(lambda: bool(teams.requests))
        assert not teams.sent
        teams.faults.clear()
        async with serving(tmp_path, teams_settings(teams), "worker") as worker:
            await settled(worker)
            async with asyncio.timeout(20):
                await until(lambda: bool(teams.sent))
        assert len(teams.sent) == 1


async def test_beside_another_process_on_a_file_it_says_what_is_needed(tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path / 'coterie.db'}"
    async with FakeTeams() as teams, serving(tmp_path, teams_settings(teams)):
        env = {"PATH": os.defpath, "COTERIE_DATABASE": file, "COTERIE_PORT": "0"}
        second = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "app.py", "worker"],
            cwd=ROOT,
            env=env | dict(teams_settings(teams)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert second.returncode == 1
    assert "another Coterie is running on this database" in second.stderr
    assert "Several processes need MongoDB" in second.stderr
