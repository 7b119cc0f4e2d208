"""Who gets there, one after another; what was found out is kept, so that nobody is asked twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.move.emails import Emails
from core.cohorts.model import Cohort
from core.cohorts.moving.model import (
    ROLES,
    Move,
    Passage,
    Result,
    Role,
    Way,
    digest,
    passage_id,
    people,
    platform_of,
    way_of,
)
from core.engine.errors import DeliveryError, RetryLater
from core.engine.intake import Intake
from core.engine.ports import Answer, Asker, Event, Reader
from core.people.model import Person

TRIES = 5
SECONDS = 30.0
PATIENCE = 3600.0
FRESH = timedelta(hours=1)
SILENT = "There was no answer."
UNASKED: frozenset[Way] = frozenset({"unasked", "guest", "no_email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person, and how they get there."""

    person: str
    role: Role
    way: Way
    name: str = ""
    mail: str = ""
    account: str = ""
    why: str = ""
    passage: Passage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What looking people up takes. `pause` waits, `tell` says how far it is."""

    org: str
    reader: Reader
    intake: Intake
    lookup: Asker | None
    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]]
    tell: Callable[[str], None]


async def rows(read: Reader, cohort: Cohort, move: Move) -> list[Row]:
    """Everybody as far as we know now. Nobody has two roles."""
    found: list[Row] = []
    for role in ROLES:
        cursor = ""
        while True:
            some, cursor = await people(read, cohort, role, cursor)
            found += [await _row(read, move, role, id) for id in some]
            if not cursor:
                break
    return _each_their_own(found)


async def look(tools: Tools, move: Move, found: Sequence[Row], emails: Emails) -> list[Row]:
    """The same after asking for those whom nobody has asked for yet."""
    wanted = {row.person: mail for row in found if (mail := _asked_for(row, emails, tools.now()))}
    looked: list[Row] = []
    progress = Progress(len(wanted), tools.tell)
    for row in found:
        if row.person not in wanted:
            looked.append(row)
            continue
        looked.append(await _look(tools, move, row, wanted[row.person]))
        progress.step()
    return _each_their_own(looked)


class TooLong(Exception):
    """The platform wants to be left alone for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"\nThe platform asks to be left alone for {span(seconds)}. Nothing is lost: run the "
            "same command again then, and it goes on where it was."
        )


class Progress:
    """Says how many are done, and how long the rest will take."""

    def __init__(self, of: int, tell: Callable[[str], None]) -> None:
        self._of, self._done, self._tell, self._begun = of, 0, tell, time.monotonic()

    def step(self) -> None:
        """One more."""
        self._done += 1
        spent = time.monotonic() - self._begun
        left = spent / self._done * (self._of - self._done)
        self._tell(f"Looking people up: {self._done} of {self._of}, {span(left)} left")


def span(seconds: float) -> str:
    """A time in words."""
    minute = 60
    if seconds < minute:
        return f"{seconds:.0f} s"
    return f"{seconds / minute:.0f} min"


async def _row(read: Reader, move: Move, role: Role, id: str) -> Row:
    passage = await read.get(Passage, passage_id(move, id))
    way, account, person = await way_of(read, id, passage, move.to)
    return Row(
        person=id,
        role=role,
        way=way,
        name=person.name if person else "",
        mail=_mail(person),
        account=account,
        why=passage.why if passage else "",
        passage=passage,
    )


def _mail(person: Person | None) -> str:
    return person.email.lower() if person else ""


def _asked_for(row: Row, emails: Emails, now: datetime) -> str:
    """The address to look up, "" when there is nothing to ask."""
    mapped = emails.new.get(row.mail, "")
    if row.way in UNASKED:
        return mapped or (row.mail if row.way == "unasked" else "")
    if row.way not in ("found", "guest_there", "not_found", "ambiguous", "unanswered", "taken"):
        return ""
    mail, passage = mapped or row.mail, row.passage
    known = passage is not None and passage.asked == digest(mail)
    sure = row.way in ("found", "taken") or (passage is not None and now - passage.at < FRESH)
    return "" if known and sure and row.way != "unanswered" else mail


async def _look(tools: Tools, move: Move, row: Row, mail: str) -> Row:
    answer = await _answer(tools, move, mail)
    result, account, why = _result(answer, move.to)
    args = {
        "cohort": move.cohort,
        "to": move.to,
        "person": row.person,
        "result": result,
        "account": account,
        "asked": digest(mail),
        "why": why,
    }
    version = row.passage.version if row.passage else 0
    await tools.intake.submit(
        Event(
            id=f"moving/found/{passage_id(move, row.person)}/{digest(mail)}/{version}",
            org=tools.org,
            source="timer",
            name="moving.found",
            args=args,
            learned=answer.learned,
        )
    )
    return await _row(tools.reader, move, row.role, row.person)


async def _answer(tools: Tools, move: Move, mail: str) -> Answer:
    """What the platform says; it is asked again when it wants patience."""
    if tools.lookup is None:
        return Answer(error="This platform cannot look people up by e-mail.")
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(SECONDS):
                return await tools.lookup({"platform": move.to, "email": mail}, tools.reader)
        except RetryLater as error:
            wait = error.after or 1.0
            if wait > PATIENCE:
                raise TooLong(wait) from error
            tools.tell(f"The platform asks for patience: {span(wait)}")
            await tools.pause(wait)
        except TimeoutError:
            continue
        except DeliveryError as error:
            return Answer(error=error.why)
    return Answer(error=SILENT)


def _result(answer: Answer, to: str) -> tuple[Result, str, str]:
    if answer.error:
        return "unanswered", "", answer.error
    theirs = [actor for actor in answer.people if platform_of(actor.account) == to]
    if not theirs:
        return "not_found", "", ""
    if len(theirs) > 1:
        return "ambiguous", "", ""
    if theirs[0].guest:
        return "guest_there", "", ""
    return "found", theirs[0].account, ""


def _each_their_own(found: Sequence[Row]) -> list[Row]:
    """An account is one person's: whoever comes second with it is for a human to look at."""
    owners: dict[str, str] = {}
    each: list[Row] = []
    for row in found:
        first = owners.setdefault(row.account, row.person) if row.way == "found" else row.person
        each.append(row if first == row.person else replace(row, way="taken"))
    return each


def known_mails(found: Sequence[Row]) -> Mapping[str, str]:
    """Whose address is whose."""
    return {row.mail: row.person for row in found if row.mail}
