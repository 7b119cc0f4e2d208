"""What lets us in at Go1: one token for everybody who asks, renewed shortly before it ends."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

import aiohttp
from msgspec import Struct

from connectors.catalogues.config import Go1Config
from connectors.catalogues.port import NoCourse
from connectors.http.provider import Key, Provider

log = logging.getLogger("coterie.catalogues")

MARGIN = 60.0
REFUSED = 30.0  # seconds until wrong credentials are tried again
UNSAID = 600.0
WRONG = frozenset({400, 401, 403, 404, 405})


class Given(Struct, frozen=True):
    """A token, and for how many seconds it is good."""

    access_token: str
    expires_in: float = UNSAID


class Tokens:
    """Fetches a token when there is none, once for all who wait; `clock` counts seconds."""

    def __init__(
        self,
        config: Go1Config,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = Provider("go1", config.auth_url, session, Key({}))
        self._config, self._clock = config, clock
        self._token, self._until, self._refused_until = "", 0.0, 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def headers(self) -> Mapping[str, str]:
        """The token that is good now. Raises NoCourse."""
        if not self._token or self._clock() >= self._until:
            await asyncio.shield(self._fetched())
        return {"Authorization": f"Bearer {self._token}"}

    def refused(self, used: Mapping[str, str]) -> bool:
        """The token was withdrawn: the next request gets another one."""
        if used == {"Authorization": f"Bearer {self._token}"}:
            self._token = ""
        return True

    async def close(self) -> None:
        """Waits for nothing any more."""
        if self._fetching:
            self._fetching.cancel()

    def _fetched(self) -> asyncio.Task[None]:
        """The one fetch on its way; who asked for it first may go away meanwhile."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(_heard)
        return self._fetching

    async def _fetch(self) -> None:
        if self._clock() < self._refused_until:
            raise NoCourse("refused", "go1 does not take our credentials")
        form = {
            "grant_type": "client_credentials",
            "client_id": self._config.client_id,
            "client_secret": self._config.client_secret,
        }
        answer = await self._door.send("POST", "/oauth/token", form=form, fine=WRONG)
        if answer.status in WRONG:
            self._refused_until = self._clock() + REFUSED
            log.error("Go1 does not take COTERIE_GO1_CLIENT_ID and COTERIE_GO1_CLIENT_SECRET.")
            raise NoCourse("refused", "go1 does not take our credentials")
        given = self._door.read(answer, Given)
        if not _plain(given.access_token):
            raise NoCourse("unreadable", "go1 gave a token that is none")
        life = max(given.expires_in, 1.0)
        self._token, self._until = given.access_token, self._clock() + life - min(MARGIN, life / 5)


def _plain(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token and bool(token)


def _heard(task: asyncio.Task[None]) -> None:
    """Nobody may be waiting any more for what went wrong."""
    if not task.cancelled():
        task.exception()
