"""What is wrong with this installation, and what to do about it: one sentence each."""

import asyncio
import os
import shutil
import socket
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import aiohttp

from core.engine.errors import DeliveryError, NotAllowed
from teams import auth
from teams.cloud import TeamsConfig, secure
from teams.door import CHANNEL

TIMEOUT = aiohttp.ClientTimeout(total=5)
LEEWAY = 120
ROOM = 200 * 1024 * 1024
HEAD = b"SQLite format 3\0"
FAULTS = (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError)
REGISTRATION = (
    "See the app registration: its id, its tenant, and a client secret that has not expired (the"
    " value, not its id)."
)
MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


class Settings(Protocol):
    """What the doctor looks at."""

    @property
    def development(self) -> bool:
        """Whether this is a developer's machine."""

    @property
    def host(self) -> str:
        """Where we listen."""

    @property
    def port(self) -> int:
        """Where we listen."""

    @property
    def public_url(self) -> str:
        """Where Teams reaches us."""

    @property
    def sqlite(self) -> Path:
        """The file of the database."""

    @property
    def teams(self) -> TeamsConfig:
        """What we know of Teams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `todo` says what would put it right."""

    name: str
    state: Literal["ok", "warn", "fail"]
    said: str
    todo: str = ""


async def checks(settings: Settings, session: aiohttp.ClientSession, now: datetime) -> list[Check]:
    """Looks at everything, at once."""
    keys, date = await _keys(settings.teams, session)
    return [
        mode(settings),
        await asyncio.to_thread(database, settings.sqlite),
        await port(settings, session),
        await public(settings, session),
        keys,
        clock(now, date),
        await token(settings.teams, session),
    ]


def report(found: Sequence[Check]) -> str:
    """All of it as lines of text, and what to do first."""
    lines = [line for check in found for line in _lines(check)]
    failed = sum(check.state == "fail" for check in found)
    last = f"{failed} to put right." if failed else "Coterie can start."
    return "\n".join([*lines, "", last])


def exit_code(found: Sequence[Check]) -> int:
    """1 if something keeps Coterie from working, else 0."""
    return int(any(check.state == "fail" for check in found))


def _lines(check: Check) -> list[str]:
    lines = [f"{MARKS[check.state]}  {check.name:<11}  {check.said}"]
    return [*lines, f"{'':<19}{check.todo}"] if check.todo else lines


# --- this machine -------------------------------------------------------------------------------


def mode(settings: Settings) -> Check:
    """For whom this installation is; the settings themselves were read before we are called."""
    if settings.teams.app_id:
        tenants = len(settings.teams.tenants)
        said = f"Complete. Teams may speak to us from {tenants} tenant{'s'[: tenants != 1]}."
        return Check(name="settings", state="ok", said=said)
    return Check(
        name="settings",
        state="ok",
        said="Development without Teams: the sandbox, and programs on this machine only.",
    )


def database(path: Path) -> Check:
    """Whether the file is ours to write, with some room around it."""
    folder = next(part for part in path.absolute().parents if part.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        said = f"{folder} is no folder that we may write to."
        return _fail("database", said, "Name another file in COTERIE_DATABASE, or allow it.")
    if path.exists() and not _ours(path):
        said = f"{path} is no SQLite database that we may write to."
        return _fail("database", said, "Name another file in COTERIE_DATABASE.")
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        said = f"Only {free >> 20} MB are left where {path} is."
        return Check(name="database", state="warn", said=said, todo="Make some room soon.")
    return Check(name="database", state="ok", said=f"{path} can be written.")


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
        return Check(name="port", state="ok", said=f"{where} is free.")
    if await _lives(f"http://{_own(settings.host)}:{settings.port}", session) is None:
        return Check(name="port", state="ok", said=f"Coterie is running on {where}.")
    return _fail(
        "port",
        f"We cannot listen on {where}: {wrong}.",
        "Stop the other program, or choose another port with COTERIE_PORT.",
    )


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


def clock(now: datetime, told: datetime | None) -> Check:
    """Whether our time is that of the others: tokens are good for a while only."""
    if told is None:
        return Check(name="clock", state="ok", said=f"{now:%Y-%m-%d %H:%M} UTC, not compared.")
    apart = abs((now - told).total_seconds())
    if apart <= LEEWAY:
        return Check(name="clock", state="ok", said=f"Right to {apart:.0f} s.")
    said = f"{apart:.0f} s away from the time of the server that signs for Teams."
    return _fail("clock", said, "Let the machine set its clock by NTP: tokens fail otherwise.")


# --- the outside --------------------------------------------------------------------------------


async def public(settings: Settings, session: aiohttp.ClientSession) -> Check:
    """Whether Teams reaches us."""
    url = settings.public_url.rstrip("/")
    if not url and not settings.teams.app_id:
        return Check(name="public url", state="ok", said="Not needed before Teams is connected.")
    if not url:
        said = "COTERIE_PUBLIC_URL is not set, so that Teams cannot be told where we are."
        return _fail("public url", said, "Set it to the https address of your proxy or tunnel.")
    if not secure(url):
        said = f"{url} is not https, and Teams speaks to no other address."
        return _fail("public url", said, "Put a proxy with a certificate in front of Coterie.")
    wrong = await _lives(url, session)
    if wrong is None:
        said = f"{url} answers. The messaging endpoint is {url}/api/messages."
        return Check(name="public url", state="ok", said=said)
    return _fail(
        "public url",
        f"{url}/live does not answer: {wrong}.",
        "Start Coterie, then see that the proxy or tunnel leads to it.",
    )


async def _lives(url: str, session: aiohttp.ClientSession) -> str | None:
    """Why there is no Coterie at this address."""
    try:
        async with session.get(f"{url}/live", timeout=TIMEOUT, allow_redirects=False) as answer:
            return None if answer.status == 200 else f"status {answer.status}"  # noqa: PLR2004
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return _reason(error)


async def _keys(
    config: TeamsConfig, session: aiohttp.ClientSession
) -> tuple[Check, datetime | None]:
    """Whether we can tell that a message is from Teams, and what time it is there."""
    if not config.app_id:
        return Check(name="keys", state="ok", said="Not needed before Teams is connected."), None
    try:
        told, date = await _json(config.metadata, session)
        found, _ = await _json(told["jwks_uri"], session)
        keys = [key for key in found["keys"] if CHANNEL in key.get("endorsements", (CHANNEL,))]
    except FAULTS as error:
        said = f"The signing keys cannot be fetched by way of {config.metadata}: {_reason(error)}."
        todo = f"Let this machine reach {urlsplit(config.metadata).hostname} on port 443."
        return _fail("keys", said, todo), None
    if not keys:
        said = f"{config.metadata} leads to no key that may sign for Teams."
        return _fail("keys", said, "See COTERIE_TEAMS_CLOUD and _OPENID_METADATA."), date
    said = f"{len(keys)} keys that may sign for Teams."
    return Check(name="keys", state="ok", said=said), date


async def _json(
    url: str, session: aiohttp.ClientSession
) -> tuple[Mapping[str, Any], datetime | None]:
    async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as answer:
        answer.raise_for_status()
        date = answer.headers.get("Date")
        found: Mapping[str, Any] = await answer.json(content_type=None)
        return found, parsedate_to_datetime(date) if date else None


async def token(config: TeamsConfig, session: aiohttp.ClientSession) -> Check:
    """Whether we are given what we need to answer."""
    if not config.app_id:
        return Check(name="token", state="ok", said="Not needed before Teams is connected.")
    held = auth.tokens(config, session)
    try:
        await held.get(config.scope)
    except NotAllowed as error:
        return _fail("token", f"We are given no token to answer with. {error.why}", REGISTRATION)
    except DeliveryError as error:
        host = urlsplit(config.token_url or config.authority).hostname
        said = f"We are given no token to answer with: {error.why.partition(':')[0]}."
        return _fail("token", said, f"Let this machine reach {host}.")
    finally:
        await held.close()
    return Check(name="token", state="ok", said="Microsoft gives us a token to answer with.")


def _fail(name: str, said: str, todo: str) -> Check:
    return Check(name=name, state="fail", said=said, todo=todo)


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
