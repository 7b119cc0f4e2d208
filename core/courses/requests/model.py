"""What a program asked for: a send that is planned once it is read, and leaves once it is counted.

It acts for a person, with no more rights than they have, through the same forms.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from core.engine.gate import zone_of
from core.engine.ports import Reader, Record
from core.message import Phrase

Stage = Literal["reading", "counting", "ready", "gone", "refused"]

KEY, DIGEST, LINKS = 64, 64, 50_000
ADDRESSES = 100_000
KEPT = timedelta(days=30)
HOUR = timedelta(hours=1)


class Request(Record, frozen=True, kw_only=True):
    """A send that a program asked for; the id is `<person>/<key>`, the key is the program’s.

    `digest` tells whether a second request of the same key asks for the same. `goes`: it leaves
    without a further word. `round` is the gathering that it waits for, `why` what is in its way.
    """

    kind: ClassVar[str] = "course-request"
    indexes: ClassVar[tuple[str, ...]] = ("by", "send")

    by: str
    send: str
    digest: str
    at: datetime
    values: Mapping[str, str]
    goes: bool = True
    stage: Stage = "reading"
    round: int = 0
    why: Phrase | None = None


class Addresses(Record, frozen=True, kw_only=True):
    """The e-mail addresses of a request (its id), until they are among those of its send."""

    kind: ClassVar[str] = "course-addresses"
    versioned: ClassVar[bool] = False

    mails: tuple[str, ...]


async def request_of(read: Reader, send: str) -> Request | None:
    """What asked for a send, if it was a program."""
    found = (await read.find(Request, send=send, limit=1)).items
    return found[0] if found else None


def when(text: str, zone: str) -> Mapping[str, str]:
    """A moment as the form about a send has it: the first full hour there that is not before it."""
    try:
        at = datetime.fromisoformat(text)
        local = at.astimezone(zone_of(zone))
        full = local.replace(minute=0, second=0, microsecond=0)
        hour = full if full == local else full + HOUR
    except (ValueError, OverflowError):
        return {"day": text[:10] or "-"}
    return {"day": hour.date().isoformat(), "hour": str(hour.hour)}
