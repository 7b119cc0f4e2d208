"""Processes of the service: born of one that has everything imported, killed without a word."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from tests.bench.world import now
from tests.crash.serving import AHEAD, LEASE

ROOT = Path(__file__).parent.parent.parent
START_SECONDS, END_SECONDS, KILL_SECONDS = 60.0, 15.0, 5.0
MEGABYTE = 1e6


@dataclass
class Process:
    """One of them."""

    pid: int
    port: int
    log: Path
    born: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._fd = os.pidfd_open(self.pid)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return not select.select([self._fd], [], [], 0)[0]

    @property
    def megabytes(self) -> float:
        """What it holds in memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE

    @property
    def handles(self) -> int:
        """Files and sockets that it has open."""
        return len([*Path(f"/proc/{self.pid}/fd").iterdir()])

    def kill(self) -> None:
        """At once, whatever it does."""
        if self.running:
            signal.pidfd_send_signal(self._fd, signal.SIGKILL)
            select.select([self._fd], [], [], KILL_SECONDS)

    async def end(self) -> None:
        """As whoever runs it ends it: it may finish what is in hand."""
        if self.running:
            signal.pidfd_send_signal(self._fd, signal.SIGTERM)
        began = time.monotonic()
        while self.running and time.monotonic() - began < END_SECONDS:  # noqa: ASYNC110 - a process rings nobody
            await asyncio.sleep(0.01)
        self.kill()

    def close(self) -> None:
        """It is over, and forgotten."""
        self.kill()
        os.close(self._fd)

    async def ready(self, path: str = "/ready") -> float:
        """Seconds from its birth until it said that it is ready. Raises RuntimeError."""
        async with aiohttp.ClientSession() as session:
            ends = time.monotonic() + START_SECONDS
            while time.monotonic() < ends and self.running:
                if await status_of(session, self.url + path) == 200:
                    return time.monotonic() - self.born
                await asyncio.sleep(0.005)
        raise RuntimeError(f"it did not start: {self.tail()}")

    def tail(self) -> str:
        """The last words of its log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


async def status_of(session: aiohttp.ClientSession, url: str) -> int:
    """What is answered there; 0 for nothing."""
    try:
        async with session.get(url) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError):
        return 0


class Nursery:
    """Where they are born. `now` is the time that all of them go by, `forward` moves it."""

    def __init__(self, folder: Path, begin: datetime, lease: float = LEASE) -> None:
        self._clock = folder / "clock"
        self._log = folder / "service.log"
        self._ahead = begin.timestamp() - now().timestamp()
        self._lease = lease
        self._born: list[Process] = []

    def __enter__(self) -> Self:
        self._clock.write_bytes(AHEAD.pack(self._ahead))
        command = [sys.executable, "-m", "tests.crash.serving", str(self._clock), str(self._lease)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._heard() != "ready":
            raise RuntimeError("the service could not be imported")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._born:
            one.close()
        with self._process:
            if self._process.stdin:
                self._process.stdin.close()
            self._process.wait(15)

    @property
    def today(self) -> datetime:
        """What time it is there."""
        return now() + timedelta(seconds=self._ahead)

    def at(self, time_of_day: datetime) -> None:
        """For all of them it is this time now."""
        self.forward(time_of_day.timestamp() - self.today.timestamp())

    def forward(self, seconds: float) -> None:
        """For all of them it is so much later at once, or earlier."""
        self._ahead += seconds
        with self._clock.open("r+b") as file:  # in place: it is mapped
            file.write(AHEAD.pack(self._ahead))

    def start(self, settings: Mapping[str, str], port: int, *command: str) -> Process:
        """A new one."""
        asked = {"command": command or ("serve",), "settings": settings, "log": str(self._log)}
        if self._process.stdin is None:
            raise RuntimeError("nobody listens")
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        made = Process(int(self._heard()), port, self._log)
        self._born.append(made)
        return made

    def _heard(self) -> str:
        if self._process.stdout is None:
            raise RuntimeError("nobody speaks")
        return self._process.stdout.readline().strip()
