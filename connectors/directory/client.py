"""One look into the directory, and what its errors mean. Our token goes to its own host only."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

import aiohttp
from yarl import URL

from core.engine.courier import retry_after, whole
from core.engine.errors import Gone, NotAllowed, Rejected, RetryLater

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5, sock_connect=5)
LARGEST = 8 * 1024 * 1024
LONGEST = 8000
BUSY = frozenset({429, 500, 502, 503, 504})
COUNTED = {"ConsistencyLevel": "eventual"}  # asked for by searches, casts and counts
READ_GROUPS, READ_USERS = "GroupMember.Read.All", "User.Read.All"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphConfig:
    """Where the directory answers, for what a token is asked, and whose people are in it."""

    url: str
    scope: str
    tenant: str


class TokenSource(Protocol):
    """Gives out our own tokens."""

    async def get(self, scope: str) -> str:
        """A token that is good now. Raises NotAllowed or RetryLater."""

    def forget(self, scope: str) -> None:
        """It was refused: the next one is a new one."""


class Graph:
    """Reads the directory with our token, and never follows it to another host."""

    def __init__(
        self, config: GraphConfig, tokens: TokenSource, session: aiohttp.ClientSession
    ) -> None:
        self._config, self._tokens, self._session = config, tokens, session
        self._home = urlsplit(f"{config.url}/v1.0/groups")

    async def get(self, url: str) -> bytes:
        """What is there. Raises RetryLater, NotAllowed, Gone or Rejected."""
        if not self.ours(url):
            raise Rejected("the directory leads elsewhere")
        status, headers, answer = await self._asked(url)
        if status == HTTPStatus.UNAUTHORIZED:
            self._tokens.forget(self._config.scope)
            status, headers, answer = await self._asked(url)
        if status == HTTPStatus.OK:
            return answer
        if status in BUSY:
            raise RetryLater(retry_after(headers), f"{status} from the directory", "tenant")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise NotAllowed(READ_GROUPS)
        if status == HTTPStatus.NOT_FOUND:
            raise Gone(f"{status} from the directory")
        raise Rejected(f"{status} from the directory")

    def ours(self, url: str) -> bool:
        """Whether an address is one of groups, where the directory lives."""
        try:
            parts = urlsplit(url)
            same = len(url) <= LONGEST and url.isascii() and url.isprintable()
            return same and _root(parts) == _root(self._home) and self._below(parts.path)
        except ValueError:
            return False

    def _below(self, path: str) -> bool:
        home = self._home.path
        climbs = ".." in path or "%2e" in path.lower() or "\\" in path
        return not climbs and (path == home or path.startswith(f"{home}/"))

    async def _asked(self, url: str) -> tuple[int, Mapping[str, str], bytes]:
        token = await self._tokens.get(self._config.scope)
        headers = {**COUNTED, "Authorization": f"Bearer {token}"}
        try:
            async with self._session.get(
                URL(url, encoded=True), headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                return answer.status, answer.headers, await whole(answer.content, LARGEST)
        except (aiohttp.ClientError, TimeoutError, OSError, RuntimeError) as error:
            why = f"no answer from the directory: {type(error).__name__}"
            raise RetryLater(why=why) from None  # the error quotes our token


def _root(parts: SplitResult) -> tuple[str, str | None, int | None, bool]:
    return parts.scheme, parts.hostname, parts.port, "@" in parts.netloc
