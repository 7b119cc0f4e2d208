"""What is wrong with this machine and its address, and what to do about it."""

import asyncio
import socket
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Protocol

import aiohttp

from connectors.stores import sqlite_doctor
from core.addresses import secure
from core.checks import Check, fail, ok

TIMEOUT = aiohttp.ClientTimeout(total=5)


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
    def sqlite(self) -> Path | None:
        """The file of the database; one that is no file has a doctor of its own."""

    @property
    def connected(self) -> tuple[str, ...]:
        """The platforms that are set up."""


async def checks(settings: Settings, session: aiohttp.ClientSession, now: datetime) -> list[Check]:
    """Looks at all of it."""
    path = settings.sqlite
    return [
        mode(settings),
        *(await asyncio.to_thread(sqlite_doctor.checks, path, now) if path else ()),
        await port(settings, session),
        await public(settings, session),
    ]


def mode(settings: Settings) -> Check:
    """For whom this installation is; the settings themselves were read before we are called."""
    if settings.connected:
        return ok("settings", f"Complete, for {', '.join(settings.connected)}.")
    said = "Development without a platform: the sandbox, and programs on this machine only."
    return ok("settings", said)


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
