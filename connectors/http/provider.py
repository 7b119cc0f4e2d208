"""One request to a provider of courses, and what its errors mean: nothing but NoCourse comes out.

    client = Provider("talentlms", f"{url}/api/v2", session, Key({"X-API-Key": key}))
    page = await client.get("/courses", Page, [("page[size]", "100")])
    rows = each(page.data, Row)

Addresses and answers hold people's mail, headers hold secrets: an error names the provider, the
first word of the path and what went wrong, and is never chained to one that may tell more.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec
import orjson
from aiolimiter import AsyncLimiter

from connectors.catalogues.port import NoCourse, Trouble
from connectors.http.answer import Answer
from core.engine.courier import retry_after, whole
from core.engine.errors import Rejected

log = logging.getLogger("coterie.catalogues")

CONNECT = 3.0
UNSAID = 5.0  # seconds of patience after a 429 that asks for none

SUCCESS = range(200, 300)
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

T = TypeVar("T")
Params = Sequence[tuple[str, str]]

STATUS: Mapping[int, Trouble] = {
    HTTPStatus.UNAUTHORIZED: "refused",
    HTTPStatus.PAYMENT_REQUIRED: "refused",
    HTTPStatus.FORBIDDEN: "refused",
    HTTPStatus.NOT_FOUND: "gone",
    HTTPStatus.REQUEST_TIMEOUT: "slow",
    HTTPStatus.GONE: "gone",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
    HTTPStatus.GATEWAY_TIMEOUT: "slow",
}
"""What a status means for people; other 5xx are busy, and all else is unreadable."""


class Credentials(Protocol):
    """What lets us in."""

    async def headers(self) -> Mapping[str, str]:
        """The headers that say who we are. Raises NoCourse."""

    def refused(self, used: Mapping[str, str]) -> bool:
        """These were not taken; whether asking for new ones makes sense."""


class Key(NamedTuple):
    """Headers that never change; none at all where nobody has to be let in."""

    given: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Key({', '.join(self.given)})"

    async def headers(self) -> Mapping[str, str]:
        """Always the same."""
        return self.given

    def refused(self, used: Mapping[str, str]) -> bool:
        """There are no others."""
        return False


class Bounds(NamedTuple):
    """How much of a provider we want: `seconds` for an answer, `largest` its bytes, unpacked.

    `queue` is how many seconds we wait for our own turn; `patience` reads how long a 429 asks us to
    wait.
    """

    rates: Sequence[AsyncLimiter] = ()
    at_once: int = 8
    seconds: float = 8.0
    largest: int = 4 * 1024 * 1024
    patience: Callable[[Mapping[str, str]], float | None] = retry_after
    queue: float = 10.0


class Request(NamedTuple):
    """What is asked; `fine` are statuses beside 2xx whose answer is wanted as well."""

    method: str
    path: str
    params: Params
    body: bytes | None
    fine: Collection[int]

    @property
    def what(self) -> str:
        """It, without anything that could be a secret or a person's."""
        return f"{self.method} /{self.path.lstrip('/').partition('/')[0]}"

    def wanted(self, status: int) -> bool:
        """Whether this is an answer, and no error."""
        return status in SUCCESS or status in self.fine


class Provider:
    """Asks one provider, within bounds, and not at all while it wants to be left alone.

    `base` has no slash at its end and paths begin with one. Whoever puts an id into a path has
    looked at it first; what goes into `params`, `json` and `form` may be anything.
    """

    def __init__(
        self,
        name: str,
        base: str,
        session: aiohttp.ClientSession,
        credentials: Credentials,
        *,
        headers: Mapping[str, str] | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.name, self._base, self._session = name, base.rstrip("/"), session
        self._credentials, self._bounds = credentials, bounds or Bounds()
        self._headers = {"Accept": "application/json", "User-Agent": "Coterie", **(headers or {})}
        self._timeout = aiohttp.ClientTimeout(total=self._bounds.seconds, connect=CONNECT)
        self._room = asyncio.Semaphore(self._bounds.at_once)
        self._quiet_until = self._booked_until = 0.0

    async def get(self, path: str, kind: type[T], params: Params = ()) -> T:
        """What is there, read as this type. Raises NoCourse."""
        return self.read(await self.send("GET", path, params), kind)

    async def send(
        self,
        method: str,
        path: str,
        params: Params = (),
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        fine: Collection[int] = (),
    ) -> Answer:
        """An answer of 2xx, or of a status in `fine`. Raises NoCourse for every other."""
        asked = Request(method, path, params, self._body(json, form), fine)
        told = {**self._headers, **(FORM if form else JSON if asked.body else {})}
        used = await self._credentials.headers()
        answer = await self._try(asked, {**told, **used})
        if answer.status == HTTPStatus.UNAUTHORIZED and self._credentials.refused(used):
            answer = await self._try(asked, {**told, **await self._credentials.headers()})
        if asked.wanted(answer.status):
            return answer
        raise self._failure(asked, answer)

    def read(self, answer: Answer, kind: type[T]) -> T:
        """An answer as this type. Raises NoCourse."""
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except (ValueError, RecursionError):
            raise NoCourse("unreadable", f"{self.name} does not answer as it should") from None

    def _body(self, json: object, form: Mapping[str, str] | None) -> bytes | None:
        try:
            if json is not None:
                return orjson.dumps(json)
            return urlencode(form).encode() if form else None
        except (TypeError, ValueError):
            raise NoCourse("unreadable", f"{self.name}: letters that nobody can write") from None

    async def _try(self, asked: Request, headers: Mapping[str, str]) -> Answer:
        try:
            async with (
                self._turn(asked),
                self._session.request(
                    asked.method,
                    f"{self._base}{asked.path}",
                    params=asked.params,
                    data=asked.body,
                    headers=headers,
                    timeout=self._timeout,
                    allow_redirects=False,
                ) as answer,
            ):
                wanted = asked.wanted(answer.status)
                body = await whole(answer.content, self._bounds.largest) if wanted else b""
                return Answer(answer.status, answer.headers, body)
        except Rejected:
            raise self._no("unreadable", asked, "too long an answer") from None
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError):
            raise self._no("unreadable", asked, "half an answer, or none at all") from None
        except (TimeoutError, OSError, RuntimeError, aiohttp.ClientError) as error:
            raise self._no("slow", asked, type(error).__name__) from None
        except ValueError:
            raise self._no("unreadable", asked, "no such request can be made") from None

    @asynccontextmanager
    async def _turn(self, asked: Request) -> AsyncIterator[None]:
        """When the bounds allow it. Raises NoCourse if that takes too long."""
        try:
            async with asyncio.timeout(self._bounds.queue):
                for rate in self._bounds.rates:
                    await rate.acquire()
                await self._room.acquire()
        except TimeoutError:
            raise self._no("busy", asked, "many are waiting", after=self._sent_away()) from None
        try:
            left = self._quiet_until - time.monotonic()
            if left > 0:
                raise self._no("busy", asked, "it asked for patience", after=left)
            yield
        finally:
            self._room.release()

    def _sent_away(self) -> float:
        """Seconds until whoever waited in vain may come back: one after the other, as rates go."""
        now, bounds = time.monotonic(), self._bounds
        apart = max((rate.time_period / rate.max_rate for rate in bounds.rates), default=0.0)
        self._booked_until = max(self._booked_until, now + bounds.queue) + apart
        return self._booked_until - now

    def _failure(self, asked: Request, answer: Answer) -> NoCourse:
        status, after = answer.status, self._bounds.patience(answer.headers)
        broken = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        trouble = STATUS.get(status, "busy" if broken else "unreadable")
        if trouble != "busy":
            return self._no(trouble, asked, str(status))
        if status == HTTPStatus.TOO_MANY_REQUESTS and after is None:
            after = UNSAID
        self._quiet_until = max(self._quiet_until, time.monotonic() + (after or 0.0))
        return self._no("busy", asked, str(status), after=after)

    def _no(
        self, trouble: Trouble, asked: Request, why: str, *, after: float | None = None
    ) -> NoCourse:
        return NoCourse(trouble, f"{self.name} {asked.what}: {why}", after=after)


def each(rows: Sequence[msgspec.Raw], kind: type[T]) -> list[T]:
    """Those that are of this type: one that is not never loses the others."""
    found: list[T] = []
    for row in rows:
        try:
            found.append(msgspec.json.decode(row, type=kind))
        except (ValueError, RecursionError):
            log.info("left out: a row that is no %s", kind.__name__)
    return found
