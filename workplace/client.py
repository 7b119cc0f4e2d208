"""One request to the Graph API of Workplace: who we are, what it costs, what its errors mean."""

import asyncio
import hmac
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace
from yarl import URL

from core.engine.courier import Courier, carried, whole
from core.engine.errors import DeliveryError, Rejected, RetryLater, Uncertain
from workplace.config import WorkplaceConfig
from workplace.errors import (
    Closed,
    Fault,
    ReadOnly,
    Throttled,
    TokenDead,
    failure,
    fault,
)
from workplace.usage import SLOWEST, Usage, regained

log = logging.getLogger("coterie.workplace")

VERSION = "v13.0"  # unversioned calls drift
AGENT = "Coterie (adapter for Workplace)"
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5, sock_connect=5)
LARGEST = 8 * 1024 * 1024
BATCH = 50
ROUNDS = 3

T = TypeVar("T")
Fields = Mapping[str, str]


class Cursors(Struct, frozen=True):
    """Where the next page begins."""

    after: str = ""


class Paging(Struct, frozen=True):
    """Meta's paging; `next` is an address with our token in it: only whether it is there counts."""

    cursors: Cursors = Cursors()
    next: str = ""


class Listed(Struct, frozen=True):
    """One page of anything."""

    data: tuple[Raw, ...] = ()
    paging: Paging = Paging()

    @property
    def cursor(self) -> str:
        """What asks for the next page, "" after the last. A page may be empty and not the last."""
        return self.paging.cursors.after if self.paging.next else ""


class Item(Struct, frozen=True):
    """The answer to one request of a batch."""

    code: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a batch. Only what may be repeated belongs here: lost ones are asked again."""

    method: str
    url: str
    body: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries; `reads` where it changes nothing although it is posted."""

    data: bytes | None = None
    kind: str = "application/x-www-form-urlencoded"
    reads: bool = False


NOTHING = Body()


def form(fields: Fields) -> Body:
    """As a form."""
    return Body(urlencode(fields).encode())


def json(value: object) -> Body:
    """As JSON."""
    return Body(msgspec.json.encode(value), "application/json")


class Client:
    """Sends requests with our token and a fresh proof; raises DeliveryError for all but success.

    `wall` is the time in the world: a proof is good for five minutes.
    """

    def __init__(
        self,
        config: WorkplaceConfig,
        session: aiohttp.ClientSession,
        wall: Callable[[], float],
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        courier: Courier | None = None,
    ) -> None:
        self._config, self._session, self._timeout = config, session, timeout
        self._courier = courier
        self.wall = wall
        self._base = f"{config.graph_url.rstrip('/')}/{VERSION}"
        self.usage = Usage()
        self.answers: Counter[str] = Counter()
        self.trouble: TokenDead | Closed | ReadOnly | None = None

    async def get(self, path: str, kind: type[T], **fields: str) -> T:
        """What is at a path."""
        return read(await self.call("GET", path, fields), kind)

    async def post(self, path: str, kind: type[T], fields: Fields, *, once: bool = True) -> T:
        """Makes or changes something."""
        return read(await self.call("POST", path, body=form(fields), once=once), kind)

    async def page(self, path: str, after: str = "", **fields: str) -> Listed:
        """One page of a list, asked for by its cursor and never by its address."""
        return await self.get(path, Listed, **(fields | ({"after": after} if after else {})))

    async def batch(self, requests: Sequence[Request]) -> list[Item | None]:
        """The answers in order, at most fifty at a time; one that never came is None."""
        answers: list[Item | None] = [None] * len(requests)
        for _ in range(ROUNDS):
            open_ = [at for at, answer in enumerate(answers) if answer is None]
            for start in range(0, len(open_), BATCH):
                some = open_[start : start + BATCH]
                found = await self._batch([requests[n] for n in some])
                for at, item in zip(some, found, strict=False):
                    answers[at] = item
            if None not in answers:
                break
        return answers

    async def call(
        self,
        method: str,
        path: str,
        query: Fields | None = None,
        *,
        body: Body = NOTHING,
        once: bool = False,
    ) -> bytes:
        """What was answered. With `once`, a repeat would do harm: doubt is Uncertain."""
        self._usable(reads=method == "GET" or body.reads)
        await self._turn()
        status, headers, answer = await self._try(method, path, query, body, once)
        self.usage.learn(headers, _now())
        told = fault(answer)
        if told is None and status < 300:  # noqa: PLR2004 - success, as HTTP counts
            self.answers[str(status)] += 1
            return answer
        told = told and replace(told, message=self._redacted(told.message))
        raise self._failed(status, told, headers, once=once)

    def forgive(self) -> None:
        """Somebody may have put it right: the next request finds out."""
        self.trouble = None

    def proof(self) -> Fields:
        """Who we are, for the next minutes: made anew for every attempt."""
        now = str(int(self.wall()))
        told = f"{self._config.access_token}|{now}".encode()
        made = hmac.digest(self._config.app_secret.encode(), told, "sha256").hex()
        return {"appsecret_proof": made, "appsecret_time": now}

    async def _batch(self, requests: Sequence[Request]) -> list[Item | None]:
        reads = all(one.method == "GET" for one in requests)
        body = Body(form({"batch": listed(requests)}).data, reads=reads)
        return read(await self.call("POST", "", body=body), list[Item | None])

    async def _turn(self) -> None:
        wait = self.usage.wait(_now())
        if wait > SLOWEST:
            raise RetryLater(wait, "Workplace needs a pause: we have used up our hour", "tenant")
        if wait > 0:
            await asyncio.sleep(wait)

    async def _try(
        self, method: str, path: str, query: Fields | None, body: Body, once: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        url = f"{self._base}/{path}?{urlencode({**(query or {}), **self.proof()})}"
        headers = {
            "Authorization": f"Bearer {self._config.access_token}",
            "User-Agent": AGENT,
            **({"Content-Type": body.kind} if body.data else {}),
        }
        if self._courier and method == "POST" and body.data:
            return await carried(self._courier.send(method, url, headers, body.data), once)
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body.data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                return answer.status, answer.headers, await whole(answer.content, LARGEST)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RetryLater(why="no connection to Workplace") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            why = f"no answer from Workplace: {type(error).__name__}"
            raise (Uncertain(why) if once else RetryLater(why=why)) from error

    def _usable(self, *, reads: bool) -> None:
        """Raises what is known to be wrong for good, without asking again."""
        if self.trouble and not (reads and isinstance(self.trouble, ReadOnly)):
            raise type(self.trouble)(self.trouble.why)

    def _failed(
        self, status: int, told: Fault | None, headers: Mapping[str, str], *, once: bool
    ) -> DeliveryError:
        error = failure(status, told, once=once, wait=regained(headers))
        self.answers["429" if isinstance(error, Throttled) else str(status)] += 1
        if isinstance(error, Throttled):
            self.usage.close(error.after or 0.0, _now())
        if isinstance(error, TokenDead | Closed | ReadOnly) and self.trouble is None:
            log.error("%s", error.why)
            self.trouble = error
        return error

    def _redacted(self, words: str) -> str:
        """Graph repeats a token that it does not like."""
        secrets = (self._config.access_token, self._config.app_secret)
        return words.replace(secrets[0], "…").replace(secrets[1], "…") if all(secrets) else words


def listed(requests: Sequence[Request]) -> str:
    """Several requests in the words of one."""
    told = [
        {"method": one.method, "relative_url": one.url}
        | ({"body": urlencode(one.body)} if one.body else {})
        for one in requests
    ]
    return msgspec.json.encode(told).decode()


def path(*parts: str) -> str:
    """A path of these parts; none of them can leave its place."""
    return "/".join(quote(part, safe="") for part in parts)


def read(answer: bytes | str, kind: type[T]) -> T:
    """The answer as this type. Raises Rejected."""
    try:
        return msgspec.json.decode(answer, type=kind)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"Workplace answered what cannot be read: {error}") from error


def readable(rows: Sequence[Raw], kind: type[T]) -> Iterator[T]:
    """Those that can be read; one broken row does not lose the others."""
    for row in rows:
        try:
            yield msgspec.json.decode(row, type=kind)
        except (ValueError, RecursionError):
            log.warning("Workplace listed a row that cannot be read")


def _now() -> float:
    return asyncio.get_running_loop().time()
