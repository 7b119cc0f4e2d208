"""One request to Slack's Web API, and what its errors mean.

The methods are called by hand: Slack's SDK costs twice the CPU of the request itself, opens a
session for each call, and takes a proxy from the environment that nobody told us about.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

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
    Scope,
    Uncertain,
    Unreachable,
)
from slack.config import SlackConfig

log = logging.getLogger("coterie.slack")

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5, sock_connect=5)
LARGEST = 4 * 1024 * 1024
WAIT_UNSAID = 30.0
REVOKED_WAIT = 120.0
POSTING = "chat.postMessage"

T = TypeVar("T")


class Told(Struct, frozen=True):
    """What every answer of Slack has."""

    ok: bool = False
    error: str = ""
    needed: str = ""


class Revoked(RetryLater):
    """Our token is worth nothing: all that is to be sent waits until it is put right."""

    def __init__(self, why: str) -> None:
        super().__init__(REVOKED_WAIT, why, "tenant")


class TooLong(Rejected):
    """Slack takes no message of this length, or none with such blocks."""


REVOKED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
NOT_ALLOWED = frozenset(
    {
        "access_denied",
        "ekm_access_denied",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "org_login_required",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
    }
)
UNREACHABLE = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "team_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
BLOCKED = frozenset({"cannot_reply_to_message", "messages_tab_disabled", "user_is_restricted"})
GONE = frozenset({"message_not_found", "thread_not_found", "view_not_found"})
LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"})
FAULTS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
TOO_LONG = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)


class Client:
    """Calls methods with our token, and raises DeliveryError for every answer that is none."""

    def __init__(
        self,
        config: SlackConfig,
        session: aiohttp.ClientSession,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        courier: Courier | None = None,
    ) -> None:
        self._api, self._session, self._timeout = config.api, session, timeout
        self._courier = courier
        self._json = {
            "Authorization": f"Bearer {config.bot_token}",
            "Content-Type": "application/json; charset=utf-8",
        }
        self._form = {"Authorization": f"Bearer {config.bot_token}"}
        self._urls: dict[str, URL] = {}
        self.revoked = ""
        self._quiet_until = 0.0
        self.answers: Counter[str] = Counter()

    async def tell(self, method: str, body: object, *, once: bool = False) -> bytes:
        """Makes Slack do something. With `once`, a repeat would do harm: doubt is Uncertain."""
        return await self._call(method, self._json, orjson.dumps(body), once=once)

    async def ask(self, method: str, kind: type[T], **params: str) -> T:
        """What Slack knows, read as this type."""
        form = aiohttp.FormData({name: value for name, value in params.items() if value})
        return read(await self._call(method, self._form, form, once=False), kind)

    async def scopes(self) -> tuple[bytes, Mapping[str, str]]:
        """The answer to auth.test, and its headers, which say what the token may do."""
        status, headers, answer = await self._try("auth.test", self._form, None, once=False)
        self._judge("auth.test", status, headers, answer, once=False)
        return answer, headers

    def forgive(self) -> None:
        """Somebody may have put it right: the next request finds out."""
        self._quiet_until = 0.0

    def lose(self, code: str) -> None:
        """The token is worth nothing: said once, and asked again only now and then."""
        self._quiet_until = _now() + REVOKED_WAIT / 2
        if not self.revoked:
            log.error(
                "Slack does not know our token any more (%s). What is to be sent waits. Install the"
                " app in the workspace again and set COTERIE_SLACK_BOT_TOKEN.",
                code,
            )
        self.revoked = code

    async def answer(self, url: str, body: object) -> None:
        """Posts to a `response_url` of the same Slack; which needs no token."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            async with self._session.post(
                URL(url), data=orjson.dumps(body), headers=headers, timeout=self._timeout
            ) as answer:
                if answer.status >= HTTPStatus.BAD_REQUEST:
                    raise Gone(f"{answer.status} from a response_url")
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise Uncertain(f"no answer from a response_url: {type(error).__name__}") from error

    async def _call(self, method: str, headers: dict[str, str], data: object, once: bool) -> bytes:
        if self.revoked and _now() < self._quiet_until:
            raise Revoked(f"{method} {self.revoked}")
        status, told, answer = await self._try(method, headers, data, once=once)
        self._judge(method, status, told, answer, once=once)
        return answer

    async def _try(
        self, method: str, headers: dict[str, str], data: object, *, once: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self._courier and isinstance(data, bytes):
            where = f"{self._api}/{method}"
            return await carried(self._courier.send("POST", where, headers, data), once)
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(f"{self._api}/{method}")
        try:
            async with self._session.post(
                url, data=data, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                return answer.status, answer.headers, await whole(answer.content, LARGEST)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RetryLater(why=f"no connection to Slack: {type(error).__name__}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            why = f"no answer from Slack: {type(error).__name__}"
            raise (Uncertain(why) if once else RetryLater(why=why)) from error

    def _judge(
        self, method: str, status: int, headers: Mapping[str, str], answer: bytes, *, once: bool
    ) -> None:
        error = failure(method, status, headers, answer, once=once)
        many = error is not None and error.why.rpartition(" ")[2] in LATER
        self.answers["429" if many else str(status)] += 1
        if error is None:
            self.revoked = ""
        elif isinstance(error, Revoked):
            self.lose(error.why.rpartition(" ")[2])
            raise error
        else:
            raise error


def failure(
    method: str, status: int, headers: Mapping[str, str], answer: bytes, *, once: bool
) -> DeliveryError | None:
    """What this answer tells us to do next; None when it is a success."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RetryLater(retry_after(headers), f"{method} 429 ratelimited", _scope(method))
    told = _told(answer)
    if told is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        why = f"{method} {status}"
        return Uncertain(why) if once else RetryLater(why=why)
    return None if told.ok else _meaning(method, told, headers, once=once)


def _meaning(method: str, told: Told, headers: Mapping[str, str], *, once: bool) -> DeliveryError:
    """The one table: what Slack's words tell us to do."""
    why = f"{method} {f'{told.needed} ' if told.needed else ''}{told.error}"
    if told.error in LATER:
        return RetryLater(retry_after(headers) or WAIT_UNSAID, why, _scope(method))
    if told.error in FAULTS:
        return Uncertain(why) if once else RetryLater(why=why)
    if told.error in BLOCKED:
        return Unreachable(why, "blocked")
    kinds: tuple[tuple[frozenset[str], type[DeliveryError]], ...] = (
        (REVOKED, Revoked),
        (UNREACHABLE, Unreachable),
        (NOT_ALLOWED, NotAllowed),
        (GONE, Gone),
        (TOO_LONG, TooLong),
    )
    return next((kind(why) for codes, kind in kinds if told.error in codes), Rejected(why))


def _scope(method: str) -> Scope:
    """A limit is of one method: only that of posting holds all that we have to say."""
    return "tenant" if method == POSTING else "lane"


def read(answer: bytes, kind: type[T]) -> T:
    """The answer as this type. Raises Rejected for another."""
    try:
        return msgspec.json.decode(answer, type=kind)
    except ValueError as error:
        raise Rejected(f"Slack's answer cannot be read: {error}") from error


def _told(answer: bytes) -> Told | None:
    """What an answer says; None when it is no answer of Slack's, such as a page of a proxy."""
    try:
        return msgspec.json.decode(answer, type=Told)
    except (ValueError, RecursionError):
        return None


def _now() -> float:
    return asyncio.get_running_loop().time()
