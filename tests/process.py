"""The service as an operator runs it: a process of its own, its settings, what it logs."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.activities import TENANT
from tests.fakes.connector import FakeTeams

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0
QUIET = ('coterie_jobs_open{state="due"} 0.0', "coterie_jobs_in_flight 0.0")


@dataclass(kw_only=True)
class Service:
    """A running one."""

    url: str
    process: Process
    log: Path
    session: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def stop(self) -> tuple[int, float]:
        """Asks it to stop; answers its exit code, and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
        return code, time.monotonic() - began

    def said(self) -> str:
        """All it has written anywhere."""
        return self.log.read_text()

    def lines(self) -> list[dict[str, Any]]:
        """What it has logged."""
        return [json.loads(line) for line in self.said().splitlines()]


@asynccontextmanager
async def serving(
    folder: Path, settings: Mapping[str, str], command: str = "serve", *, root: Path = ROOT
) -> AsyncIterator[Service]:
    """Starts it in production from `root`, its data in `folder`, and ends it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    env = {
        "PATH": os.defpath,
        "COTERIE_PORT": str(port),
        "COTERIE_PUBLIC_URL": "https://coterie.example.org",
        "COTERIE_DATABASE": f"sqlite:///{folder / 'coterie.db'}",
        "COTERIE_LOG": "debug",
        **settings,
    }
    log = folder / "service.log"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "app.py", command, cwd=root, env=env, stdout=out, stderr=out
        )
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}"
        service = Service(url=url, process=process, log=log, session=session)
        try:
            await _ready(service)
            yield service
        finally:
            if process.returncode is None:
                await service.stop()


def teams_settings(teams: FakeTeams) -> Mapping[str, str]:
    """Those of an installation that speaks with this fake."""
    return {
        "COTERIE_TEAMS_APP_ID": teams.issuer.app_id,
        "COTERIE_TEAMS_APP_PASSWORD": teams.issuer.password,
        "COTERIE_TEAMS_APP_TENANT_ID": TENANT,
        "COTERIE_TEAMS_APP_TYPE": "SingleTenant",
        "COTERIE_TEAMS_OPENID_METADATA": f"{teams.address}/metadata",
        "COTERIE_TEAMS_TOKEN_URL": f"{teams.address}/token",
    }


async def settled(service: Service) -> None:
    """All that is due is done; what has to wait until later may wait."""
    figures = ""
    async with asyncio.timeout(PATIENCE):
        while not all(line in figures for line in QUIET):
            await asyncio.sleep(0.05)
            figures = (await service.get("/metrics"))[1]


async def _ready(service: Service) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and service.process.returncode is None:
        try:
            if (await service.get("/ready"))[0] == 200:
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    raise AssertionError(service.said())
