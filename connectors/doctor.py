"""What is wrong with this machine and its address, and what to do about it."""

import asyncio
import os
import shutil
import socket
from contextlib import closing
from pathlib import Path
from typing import Protocol

import aiohttp

from core.addresses import secure
from core.checks import Check, fail, ok

TIMEOUT = aiohttp.ClientTimeout(total=5)
ROOM = 200 * 1024 * 1024
HEAD = b"SQLite format 3\0"


class Settings(Protocol):
    """What is looked at; `connected` names the platforms that have to reach us."""

    @property
    def host(self) -> str:
        """Where we listen."""

    @property
    def port(self) -> int:
        """Where we listen."""

    @property
    def public_url(self) -> str:
        """Where the platforms reach us."""

    @property
    def sqlite(self) -> Path:
        """The file of the database."""

    @property
    def connected(self) -> tuple[str, ...]:
        """The platforms that are set up."""


async def checks(settings: Settings, session: aiohttp.ClientSession) -> list[Check]:
    """Looks at all of it."""
    return [
        mode(settings),
        await asyncio.to_thread(database, settings.sqlite),
        await port(settings, session),
        await public(settings, session),
    ]


def mode(settings: Settings) -> Check:
    """For whom this installation is; the settings themselves were read before we are called."""
    if settings.connected:
        return ok("settings", f"Complete, for {', '.join(settings.connected)}.")
    said = "Development without a platform: the sandbox, and programs on this machine only."
    return ok("settings", said)


def database(path: Path) -> Check:
    """Whether the file is ours to write, with some room around it."""
    folder = next(part for part in path.absolute().parents if part.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        said = f"{folder} is no folder that we may write to."
        return fail("database", said, "Name another file in COTERIE_DATABASE, or allow it.")
    if path.exists() and not _ours(path):
        said = f"{path} is no SQLite database that we may write to."
        return fail("database", said, "Name another file in COTERIE_DATABASE.")
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        said = f"Only {free >> 20} MB are left where {path} is."
        return Check(name="database", state="warn", said=said, todo="Make some room soon.")
    return ok("database", f"{path} can be written.")


def _ours(path: Path) -> bool:
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        return False
    with path.open("rb") as file:
        return file.read(len(HEAD)) in {HEAD, b""}


async def port(settings: Settings, session: aiohttp.ClientSession) -> Check:
    """Whether we can listen, or do so already."""
    where = f"{settings.host}:{settings.port}"
    wrong = _taken(settings.host, settings.port)
    if wrong is None:
        return ok("port", f"{where} is free.")
    if await _lives(f"http://{_own(settings.host)}:{settings.port}", session) is None:
        return ok("port", f"Coterie is running on {where}.")
    said = f"We cannot listen on {where}: {wrong}."
    return fail("port", said, "Stop the other program, or choose another port with COTERIE_PORT.")


def _taken(host: str, number: int) -> str | None:
    """Why we cannot listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind((host, number))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _own(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - it is compared


async def public(settings: Settings, session: aiohttp.ClientSession) -> Check:
    """Whether the platforms reach us."""
    url = settings.public_url.rstrip("/")
    if not url and not settings.connected:
        return ok("public url", "Not needed before a platform is connected.")
    if not url:
        said = "COTERIE_PUBLIC_URL is not set, so that nobody can be told where we are."
        return fail("public url", said, "Set it to the https address of your proxy or tunnel.")
    if not secure(url):
        said = f"{url} is not https, and no platform speaks to another address."
        return fail("public url", said, "Put a proxy with a certificate in front of Coterie.")
    wrong = await _lives(url, session)
    if wrong is None:
        return ok("public url", f"{url} answers.")
    said = f"{url}/live does not answer: {wrong}."
    return fail("public url", said, "Start Coterie, then see that the proxy or tunnel leads to it.")


async def _lives(url: str, session: aiohttp.ClientSession) -> str | None:
    """Why there is no Coterie at this address."""
    try:
        async with session.get(f"{url}/live", timeout=TIMEOUT, allow_redirects=False) as answer:
            return None if answer.status == 200 else f"status {answer.status}"  # noqa: PLR2004
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return str(error) or type(error).__name__
