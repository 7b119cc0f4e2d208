"""Processes of the bench: each started on its core, watched through /proc, ended by its id."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.bench.wire import Client, get

ROOT = Path(__file__).parent.parent.parent
TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE") / 1e6
CORES = sorted(os.sched_getaffinity(0))
START_SECONDS = 30.0
QUIET_SECONDS = 0.25


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        port: int = it.getsockname()[1]
        return port


class Bot:
    """A process on the first core, or on those it is given; the bench stays on the last one."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        port: int = 0,
        log: Path | None = None,
        *,
        cores: Sequence[int] = CORES[:1],
    ) -> None:
        self.port = port
        self.started = time.perf_counter()
        self.log = log or Path(os.devnull)
        with self.log.open("ab") as out:
            os.sched_setaffinity(0, cores)
            try:
                self._process = subprocess.Popen(
                    [str(part) for part in command],
                    cwd=ROOT,
                    env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **env},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                )
            finally:
                os.sched_setaffinity(0, CORES[-1:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the process has used, in all its threads."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    @property
    def rss(self) -> float:
        """Megabytes of memory that it holds."""
        return int(self._proc("statm").split()[1]) * PAGE

    async def ready(self, path: str) -> float:
        """Seconds from its start until it answered 200 there."""
        while time.perf_counter() - self.started < START_SECONDS:
            if not self.running:
                raise RuntimeError(f"{self._process.args!r} ended: {self.tail()}")
            if await _answers(self.port, path):
                return time.perf_counter() - self.started
            await asyncio.sleep(0.002)
        raise RuntimeError(f"{self._process.args!r} was not ready in time: {self.tail()}")

    async def quiet(self, seconds: float = QUIET_SECONDS) -> float:
        """Waits until it has nothing more to do; answers the CPU used so far."""
        used, since = self.cpu, time.perf_counter()
        while time.perf_counter() - since < seconds:
            await asyncio.sleep(0.05)
            if self.cpu - used > TICK:
                used, since = self.cpu, time.perf_counter()
        return used

    async def over(self) -> int:
        """Waits until it ends by itself; answers its exit code."""
        while self.running:  # noqa: ASYNC110 - a process rings nobody
            await asyncio.sleep(0.02)
        return self._process.wait()

    def tail(self) -> str:
        """The last words of its log."""
        return self.log.read_text(errors="replace")[-2000:]

    def kill(self) -> None:
        """At once, without a word."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Politely, then at once."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text()


async def _answers(port: int, path: str) -> bool:
    try:
        client = await Client.connect(port)
    except OSError:
        return False
    try:
        return (await client.send(get(path))).status == 200
    except OSError:
        return False
    finally:
        client.close()


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of the bench in our own environment."""
    return [sys.executable, "-m", module, *map(str, arguments)]
