"""The agreement as it stands, its closed versions, what was suggested, who said what."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Cohort, line
from core.engine.ports import Record, Tally

Choice = Literal["agree", "not_for_me"]

SUGGESTED = "agreement.suggested"
LINES = 10
LINE = 140
REMIND = timedelta(days=3)
FADES = timedelta(days=7)


class Line(Struct, frozen=True):
    """One promise; `by` is who added it, "" for those it began with."""

    text: str
    by: str = ""


class Agreement(Record, frozen=True, kw_only=True):
    """The agreement of a cohort (its id). `number` counts closed versions, 0 is none yet."""

    kind: ClassVar[str] = "agreement"
    indexes: ClassVar[tuple[str, ...]] = ("cohort",)

    cohort: str
    lines: tuple[Line, ...]
    state: Literal["draft", "closed"] = "draft"
    number: int = 0
    at: datetime


class Closed(Record, frozen=True, kw_only=True):
    """A version as it was closed; the id is `<cohort>/<number>`."""

    kind: ClassVar[str] = "agreement_version"
    indexes: ClassVar[tuple[str, ...]] = ("cohort",)

    cohort: str
    number: int
    lines: tuple[Line, ...]
    at: datetime
    by: str


class Suggestion(Record, frozen=True, kw_only=True):
    """Other words for the line `was`, or a new one, for the facilitator to take or leave."""

    kind: ClassVar[str] = "suggestion"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "by", "state")

    cohort: str
    by: str
    text: str
    was: str = ""
    state: Literal["open", "taken", "left"] = "open"
    at: datetime


class Consent(Record, frozen=True, kw_only=True):
    """What a member says to a version; the id is `<cohort>/<number>/<person>`."""

    kind: ClassVar[str] = "consent"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person")

    cohort: str
    number: int
    person: str
    choice: Choice
    at: datetime


def mark(text: str) -> str:
    """What a line is known by in a form, so that a late one never means another line."""
    return sha256(text.encode()).hexdigest()[:12]


def drafted(cohort: Cohort, was: Agreement | None, text: str, now: datetime) -> Agreement:
    """A new draft of these lines; who added a line that stays is remembered."""
    known = {old.text: old.by for old in was.lines} if was else {}
    found = dict.fromkeys(line(part, LINE) for part in text.splitlines())
    kept = tuple(Line(part, known.get(part, "")) for part in found if part)[:LINES]
    new = was or Agreement(id=cohort.id, cohort=cohort.id, lines=(), at=now)
    return replace(new, lines=kept, state="draft", at=now)


def added(agreement: Agreement, text: str, by: str) -> Agreement | None:
    """With one more line, or None when the list is closed or full."""
    if agreement.state == "closed" or len(agreement.lines) >= LINES:
        return None
    return replace(agreement, lines=(*agreement.lines, Line(text, by)))


def has(agreement: Agreement, text: str) -> bool:
    """Whether the list says so already."""
    return any(old.text.casefold() == text.casefold() for old in agreement.lines)


def closed(agreement: Agreement, by: str, now: datetime) -> tuple[Agreement, Closed]:
    """The list closed as its next version, and the version to keep."""
    number = agreement.number + 1
    kept = Closed(
        id=f"{agreement.cohort}/{number}",
        cohort=agreement.cohort,
        number=number,
        lines=agreement.lines,
        at=now,
        by=by,
    )
    return replace(agreement, state="closed", number=number, at=now), kept


def suggestion(agreement: Agreement, by: str, text: str, about: str, now: datetime) -> Suggestion:
    """The same for the same words of the same person, however often they come."""
    was = next((old.text for old in agreement.lines if mark(old.text) == about), "")
    return Suggestion(
        id=f"{agreement.cohort}/{by}/{mark(was + text)}",
        cohort=agreement.cohort,
        by=by,
        text=text,
        was=was,
        at=now,
    )


def suggestion_id(suggestion: Suggestion, by: str) -> str:
    """The id of the same words, suggested by another."""
    return f"{suggestion.cohort}/{by}/{mark(suggestion.was + suggestion.text)}"


def taken(agreement: Agreement, suggestion: Suggestion, now: datetime) -> Agreement:
    """A draft with the suggested words: in place of the old ones, else as a new line."""
    new = Line(suggestion.text, suggestion.by)
    texts = [old.text for old in agreement.lines]
    if suggestion.was in texts:
        at = texts.index(suggestion.was)
        lines = (*agreement.lines[:at], new, *agreement.lines[at + 1 :])
    else:
        lines = (*agreement.lines, new)[-LINES:]
    return replace(agreement, lines=lines, state="draft", at=now)


def consent_id(cohort: str, number: int, person: str) -> str:
    """One for each person and version."""
    return f"{cohort}/{number}/{person}"


def answered(
    agreement: Agreement, person: str, choice: Choice, now: datetime, was: Consent | None
) -> Consent:
    """An answer to the version that stands, in the place of the one before."""
    return Consent(
        id=consent_id(agreement.cohort, agreement.number, person),
        version=was.version if was else 0,
        cohort=agreement.cohort,
        number=agreement.number,
        person=person,
        choice=choice,
        at=now,
    )


def counts(consent: Consent, was: Consent | None) -> tuple[Tally, ...]:
    """What an answer adds to the counts, and what its change takes away."""
    return (_count(consent, 1),) if was is None else (uncounted(was), _count(consent, 1))


def uncounted(consent: Consent) -> Tally:
    """Takes an answer out of the counts: it was changed, or its person left."""
    return _count(consent, -1)


def board(choice: Choice) -> str:
    """The board that counts this answer, by version."""
    return f"agreement.{choice}"


def version(consent: Consent | Agreement) -> str:
    """The subject of the boards."""
    return f"{consent.cohort}/{consent.number}"


def _count(consent: Consent, by: int) -> Tally:
    return Tally(board=board(consent.choice), subject=version(consent), by=by)
