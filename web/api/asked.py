"""What a program may ask for, read strictly: what is not in order is named, with its field."""

import re
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from core.courses.audience.model import MAIL
from web.api.problems import Problem, Wrong

BODY = 8 * 1024 * 1024
MAILS = 100_000
KEY = re.compile(r"[!-~]{1,64}")
LIMIT = re.compile(r"[1-9]|[1-4][0-9]|50")
AT = re.compile(r"(?P<why>.*?)(?: - at `(?:key in )?\$(?P<field>.*)`)?", re.DOTALL)

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Words = Annotated[str, Meta(max_length=200)]
Url = Annotated[str, Meta(min_length=1, max_length=2000, pattern="^https?://")]
Mail = Annotated[str, Meta(min_length=3, max_length=254)]
T = TypeVar("T")


class To(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom it is for: one of these."""

    me: bool = False
    cohort: Id | None = None
    place: Id | None = None
    group: Id | None = None
    emails: Annotated[tuple[Mail, ...], Meta(min_length=1, max_length=MAILS)] | None = None


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A send that is asked for; what is left out is suggested."""

    to: To
    link: Url | None = None
    links: Annotated[tuple[Url, ...], Meta(min_length=1, max_length=20)] | None = None
    title: Annotated[str, Meta(max_length=150)] = ""
    purpose: Words = ""
    question: Words = ""
    open: bool = False
    due: date | None = None
    assigned: bool = False
    at: datetime | None = None
    number: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    dry_run: bool = False


class Number(Struct, frozen=True, forbid_unknown_fields=True):
    """How many people a send goes to, said by whoever lets it go."""

    number: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


async def read(request: web.Request, kind: type[T]) -> T:
    """The body. Raises Problem."""
    if request.content_type != "application/json" or request.headers.get("Content-Encoding"):
        raise Problem(415, "Please send plain JSON, as application/json.")
    try:
        return msgspec.json.decode(await _body(request), type=kind)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(400, "The body is no JSON.") from error


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > BODY:
        raise Problem(413, "That is too much at a time: at most 8 MB.")
    found = bytearray()
    async for chunk in request.content.iter_any():
        found += chunk
        if len(found) > BODY:
            raise Problem(413, "That is too much at a time: at most 8 MB.")
    return bytes(found)


def _invalid(said: str) -> Problem:
    read = AT.fullmatch(said)
    why, field = (read["why"], read["field"] or "") if read else (said, "")
    return invalid(field.removeprefix("."), f"{why.rstrip('.')}.")


def invalid(field: str, detail: str) -> Problem:
    """One field is not in order."""
    said = f"{field}: {detail}" if field else detail
    return Problem(422, said, wrong=(Wrong(field, detail),))


def key_of(request: web.Request) -> str:
    """What makes a repeated request the same. Raises Problem."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        said = (
            "Please name the request in Idempotency-Key, in 1 to 64 plain letters, digits, signs."
        )
        raise Problem(400, said)
    return sha256(key.encode()).hexdigest()[:32]


def values_of(asked: Asked) -> dict[str, str]:
    """The request as the forms of the product have it. Raises Problem."""
    links = asked.links or ((asked.link,) if asked.link else ())
    if not links or (asked.link and asked.links):
        raise invalid("link", "Name one link, or several as links.")
    if asked.at is not None and asked.at.tzinfo is None:
        raise invalid("at", "Say the time with its zone, as in 2027-03-01T09:00:00Z.")
    to, mails = _to(asked.to)
    return {
        "links": "\n".join(links),
        "to": to,
        "mails": "\n".join(mails),
        "title": asked.title,
        "purpose": asked.purpose,
        "question": asked.question,
        "open": _flag(asked.open),
        "due": asked.due.isoformat() if asked.due else "",
        "assigned": _flag(asked.assigned),
        "at": asked.at.isoformat() if asked.at else "",
        "number": str(asked.number or ""),
        "dry_run": _flag(asked.dry_run),
    }


def _to(to: To) -> tuple[str, tuple[str, ...]]:
    """The audience in one word, and the addresses where it is these."""
    named = {"cohort": to.cohort, "place": to.place, "group": to.group}
    chosen = [f"{kind}:{id}" for kind, id in named.items() if id]
    chosen += [*(["me"] if to.me else []), *(["mails"] if to.emails else [])]
    if len(chosen) != 1:
        raise invalid("to", "Say whom it is for by one of me, cohort, place, group, emails.")
    wrong = [
        n for n, mail in enumerate(to.emails or ()) if not (mail.isascii() and MAIL.fullmatch(mail))
    ]
    if wrong:
        raise invalid(f"to.emails[{wrong[0]}]", "This is no e-mail address.")
    return chosen[0], to.emails or ()


def _flag(yes: bool) -> str:
    return "true" if yes else "false"


def digest(asked: Asked) -> str:
    """What tells two requests apart that have the same name."""
    return sha256(msgspec.json.encode(asked)).hexdigest()


def page(request: web.Request) -> tuple[str, int]:
    """From where on, and how many. Raises Problem."""
    limit = request.query.get("limit", "20")
    if not LIMIT.fullmatch(limit):
        raise invalid("limit", "From 1 to 50.")
    return request.query.get("cursor", ""), int(limit)
