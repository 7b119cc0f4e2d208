"""One request to Teams or Graph, and what its errors mean."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
import orjson
from msgspec import Struct
from yarl import URL

from core.engine.courier import Courier, carried, retry_after, whole
from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)

log = logging.getLogger("coterie.teams")

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5, sock_connect=5)
LARGEST = 4 * 1024 * 1024
UNAUTHORIZED, BAD_REQUEST = HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST
REMEMBERED = 4096
MAYBE_DONE = frozenset({408, 502, 503, 504})

T = TypeVar("T")


class TokenSource(Protocol):
    """Gives out our own tokens."""

    async def get(self, scope: str) -> str:
        """A token that is good now, or "" where none is needed."""

    def forget(self, scope: str) -> None:
        """Teams refused it: the next one is a new one."""


class NoTokens:
    """Development without an app: nobody asks for a token."""

    async def get(self, scope: str) -> str:
        """Nothing to show."""
        return ""

    def forget(self, scope: str) -> None:
        """Nothing to forget."""


class WrongHost(NotAllowed):
    """The tenant lives in another cloud: ask there, once."""


class Told(Struct, frozen=True, rename="camel"):
    """What the error objects of Teams and Graph have in common."""

    code: str = ""
    message: str = ""


class Failure(Struct, frozen=True, rename="camel"):
    """An answer that is no success."""

    error: Told | None = None
    message: str = ""


Make = Callable[[str], DeliveryError]


def blocked(why: str) -> DeliveryError:
    """They do not want to hear from us, until they write."""
    return Unreachable(why, "blocked")


def not_installed(why: str) -> DeliveryError:
    """The app is not there, until it is added."""
    return Unreachable(why, "not_installed")


CODES: Mapping[tuple[int, str], Make] = {
    (401, "BotNotRegistered"): NotAllowed,
    (403, "BotDisabledByAdmin"): blocked,
    (403, "BotNotInConversationRoster"): not_installed,
    (403, "ConversationBlockedByUser"): blocked,
    (403, "InvalidBotApiHost"): WrongHost,
    (403, "MessageWritesBlocked"): blocked,
    (403, "NotEnoughPermissions"): NotAllowed,
}
STATUSES: Mapping[int, Make] = {
    400: Rejected,
    401: NotAllowed,
    403: blocked,
    404: Gone,
    409: Rejected,
    413: Rejected,
    500: Rejected,
}


class Client:
    """Sends requests with our token, and raises DeliveryError for every answer that is none."""

    def __init__(
        self,
        tokens: TokenSource,
        session: aiohttp.ClientSession,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        courier: Courier | None = None,
    ) -> None:
        self._tokens, self._session, self._timeout = tokens, session, timeout
        self._courier = courier
        self.answers: Counter[str] = Counter()

    async def call(
        self, method: str, url: str, scope: str, body: object = None, *, once: bool = False
    ) -> bytes:
        """What was answered. With `once`, a repeat would do harm: doubt is Uncertain."""
        data = None if body is None else orjson.dumps(body)
        status, headers, answer = await self._try(method, url, scope, data, once)
        if status == UNAUTHORIZED:
            self._tokens.forget(scope)
            status, headers, answer = await self._try(method, url, scope, data, once)
        self.answers[str(status)] += 1
        if status >= BAD_REQUEST:
            raise failure(status, headers, answer, once=once)
        return answer

    async def _try(
        self, method: str, url: str, scope: str, data: bytes | None, once: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Content-Type": "application/json"}
        token = await self._tokens.get(scope)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if self._courier and data is not None:
            return await carried(self._courier.send(method, url, headers, data), once)
        try:
            async with self._session.request(
                method, _address(url), data=data, headers=headers, timeout=self._timeout
            ) as answer:
                return answer.status, answer.headers, await whole(answer.content, LARGEST)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RetryLater(why=f"no connection to Teams: {error}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            why = f"no answer from Teams: {type(error).__name__}"  # the error quotes our token
            raise (Uncertain(why) if once else RetryLater(why=why)) from error


def failure(status: int, headers: Mapping[str, str], answer: bytes, *, once: bool) -> DeliveryError:
    """What this answer tells us to do next."""
    code, message = _told(answer)
    why = f"{status} {code}".strip() + (f": {message[:200]}" if message else "")
    if status in {412, 429} or (status in MAYBE_DONE and not once):
        return RetryLater(retry_after(headers), why)
    if status in MAYBE_DONE:
        return Uncertain(why)
    make = CODES.get((status, code)) or STATUSES.get(status)
    if make is None:
        log.warning("Teams answered %d %.60s", status, code)  # its message may quote ours
        make = Rejected
    return make(why)


@lru_cache(REMEMBERED)
def conversations(service: str, conversation: str = "", *rest: str) -> str:
    """The address of a conversation, or of something in it."""
    parts = [quote(part, safe="") for part in (conversation, *rest) if part]
    return "/".join((f"{service.rstrip('/')}/v3/conversations", *parts))


def read(answer: bytes, kind: type[T]) -> T:
    """The answer as this type. Raises ValueError."""
    return msgspec.json.decode(answer, type=kind)


@lru_cache(REMEMBERED)
def _address(url: str) -> URL:
    """Taken apart once: most of what is sent goes where something was sent before."""
    return URL(url, encoded=True)


def _told(answer: bytes) -> tuple[str, str]:
    try:
        failed = read(answer, Failure)
    except ValueError:
        return "", ""
    told: Any = failed.error or Told()
    return told.code, told.message or failed.message
