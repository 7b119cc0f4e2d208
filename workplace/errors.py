"""What Graph's errors mean, in one table, and the sentences for when Workplace is no more."""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)

REVOKED_WAIT = 120.0
GATE = 60.0  # calls made while throttled prolong the block
MOVE = "Take your cohorts along with `python app.py move COHORT --to teams` (or slack)."
CLOSED = f"Workplace is closed: Meta ended the service on 2026-06-01. {MOVE}"
READ_ONLY = f"Workplace is read-only: nothing can be posted there any more. {MOVE}"
REVOKED = (
    "Workplace does not take the access token any more. A system admin can make a new one"
    " (COTERIE_WORKPLACE_ACCESS_TOKEN)."
)

_CLOSED = re.compile(  # nobody has seen these words: how the service ends was never published
    r"\bworkplace\b.{0,80}"
    r"(shut\W?down|no longer (available|supported|exists)|discontinued|been closed|sunset)",
    re.IGNORECASE,
)
_READ_ONLY = re.compile(r"\bworkplace\b.{0,80}\bread[- ]only\b", re.IGNORECASE)
_MISSING = re.compile(
    r"invalid post id|does not exist|no matching user|deleted|no longer (available|exists)",
    re.IGNORECASE,
)


class Duplicate(DeliveryError):
    """The same text again: what we say stands there already."""


class Throttled(RetryLater):
    """Too many calls: the whole integration has to wait."""


class TokenDead(RetryLater):
    """The token is revoked or wrong: all that is to be sent waits until it is put right."""

    def __init__(self, why: str = "") -> None:
        super().__init__(REVOKED_WAIT, why, "tenant")


class Closed(Unreachable):
    """Workplace as a whole is gone: whoever has another account is reached there."""


class ReadOnly(Unreachable):
    """Workplace can be read and nothing else: the same."""


class Fault(Struct, frozen=True):
    """Graph's error object."""

    message: str = ""
    type: str = ""
    code: int = 0
    error_subcode: int = 0
    fbtrace_id: str = ""
    is_transient: bool = False


class Failure(Struct, frozen=True):
    """An answer that is none, whatever its status."""

    error: Fault | None = None


Make = Callable[[str], DeliveryError]


def _blocked(why: str) -> DeliveryError:
    return Unreachable(why, "blocked")


def _dead(why: str) -> DeliveryError:
    return TokenDead(REVOKED)


def _closed(why: str) -> DeliveryError:
    return Closed(CLOSED)


CODES: Mapping[int, Make] = {
    3: NotAllowed,
    10: NotAllowed,
    100: Rejected,
    102: _dead,
    190: _dead,
    200: NotAllowed,
    368: Rejected,
    506: Duplicate,
    551: _blocked,
    803: Gone,
}
TRANSIENT = frozenset({1, 2})
THROTTLES = frozenset({4, 17, 32, 341, 613})
PERMISSIONS = range(200, 300)
STATUSES: Mapping[int, Make] = {
    400: Rejected,
    401: _dead,
    403: NotAllowed,
    404: Gone,
    410: _closed,
    413: Rejected,
}

_decode = msgspec.json.Decoder(Failure).decode


def fault(answer: bytes) -> Fault | None:
    """The error that an answer holds, if it holds one: even a 200 may."""
    if b'"error"' not in answer:
        return None
    try:
        return _decode(answer).error
    except (ValueError, RecursionError):
        return None


def failure(status: int, told: Fault | None, *, once: bool, wait: float = GATE) -> DeliveryError:
    """What to do next. With `once`, a repeat would do harm: doubt is Uncertain."""
    why = _why(status, told)
    if told is None:
        return _unsaid(status, why, once=once)
    if status == 410 or _CLOSED.search(told.message):  # noqa: PLR2004 - HTTP's own "gone"
        return Closed(CLOSED)
    if told.code in THROTTLES:
        return Throttled(max(wait, GATE), why, "tenant")
    if told.code in TRANSIENT or told.is_transient:
        return Uncertain(why) if once else RetryLater(why=why)
    return _for_good(told, why)


def _for_good(told: Fault, why: str) -> DeliveryError:
    code = 200 if told.code in PERMISSIONS else told.code
    if CODES.get(code) is NotAllowed and _READ_ONLY.search(told.message):
        return ReadOnly(READ_ONLY)
    if code == 100 and _MISSING.search(told.message):  # noqa: PLR2004 - Graph's "parameter"
        return Gone(why)
    return CODES.get(code, Rejected)(why)


def _unsaid(status: int, why: str, *, once: bool) -> DeliveryError:
    """A status and no words of Graph's: from a proxy, or in the middle of trouble."""
    if status == 429:  # noqa: PLR2004 - HTTP's own "too many"
        return Throttled(GATE, why, "tenant")
    if status in STATUSES:
        return STATUSES[status](why)
    return Uncertain(why) if once else RetryLater(why=why)


def _why(status: int, told: Fault | None) -> str:
    if told is None:
        return f"Workplace answered {status}"
    said = " ".join(told.message.split())[:200]
    trace = f" [{told.fbtrace_id[:40]}]" if told.fbtrace_id else ""
    permission = "a permission is missing: " if told.code in (3, 10, *PERMISSIONS) else ""
    return f"Workplace answered {status}, code {told.code}: {permission}{said}{trace}"
