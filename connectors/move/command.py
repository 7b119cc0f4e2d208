"""`python app.py move COHORT --to PLATFORM`: a dry run first, then `--go`.

The command looks people up and plans; the service does what is planned, now or when it starts.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from connectors.move import emails as csv
from connectors.move import report, survey
from connectors.move.emails import Emails, Unreadable
from connectors.move.survey import Row, TooLong
from core.cohorts.model import Cohort, Space, code_in, line, over
from core.cohorts.moving.model import (
    REACHED,
    UNDER_WAY,
    Move,
    Passage,
    message,
    planned,
    platform_of,
)
from core.engine.errors import Overloaded, StoreError
from core.engine.intake import Intake
from core.engine.ports import Address, Asker, Clock, Event, Product, R, Reader, State, Store

EVERY = 2.0
RARELY = 5.0  # watching a large cohort takes at most a sixth of the time
FAILED = 2
BEGUN = "\nIt begins within seconds. Ctrl-C only stops watching; the move goes on in the service."
NOT_SERVED = "\nThe service is not running. The move begins when it starts: python app.py serve"
BUSY = "The database does not answer ({error}). Nothing is lost: run the same command again."
UNWATCHED = "\nNo longer watched. The move goes on in the service; --status says how far it is."
STOPPED = "\nStopped. Nothing is lost: run the same command again and it goes on where it was."


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was typed."""

    cohort: str
    to: str = ""
    emails: Path | None = None
    place: str = ""
    go: bool = False
    yes: bool = False
    status: bool = False
    cancel: bool = False


class Beside(Store, Protocol):
    """A store that the service uses meanwhile, if it was `served` when it was opened."""

    served: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the command works with. `tell` is a line, `progress` one that is written over.

    `agreed` asks and answers whether somebody said yes.
    """

    org: str
    store: Beside
    product: Product
    clock: Clock
    platforms: Mapping[str, object]
    asks: Mapping[str, Asker]
    tell: Callable[[str], None]
    progress: Callable[[str], None]
    agreed: Callable[[str], bool]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class Refused(Exception):
    """It cannot be done as it was typed; says why."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be typed."""
    parser.add_argument("cohort", help="its name, its join code or its id")
    parser.add_argument("--to", default="", metavar="PLATFORM", help="teams, slack or workplace")
    parser.add_argument("--emails", type=Path, metavar="FILE.csv", help="two columns: old,new")
    parser.add_argument("--place", default="", help="an existing channel there, by its id")
    parser.add_argument("--go", action="store_true", help="do it; without it, nothing changes")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--status", action="store_true", help="say how far it is")
    parser.add_argument("--cancel", action="store_true", help="stay, while it is not done yet")


def order(options: argparse.Namespace) -> Order:
    """What was typed, as a value."""
    return Order(**{name: getattr(options, name) for name in Order.__dataclass_fields__})


async def main(order: Order, desk: Desk) -> int:
    """Does it; answers the exit code."""
    intake = Intake(desk.store, desk.product, desk.clock)
    running = asyncio.create_task(intake.run())
    command = Command(order, desk, intake)
    try:
        await command.run()
    except (Refused, Unreadable, TooLong) as error:
        desk.tell(str(error))
        return FAILED
    except (StoreError, Overloaded) as error:
        desk.tell(BUSY.format(error=error))
        return FAILED
    except asyncio.CancelledError:
        desk.tell(UNWATCHED if command.watching else STOPPED)
        raise
    finally:
        running.cancel()
    return 0


class Command:
    """One order, carried out. `watching`: all is planned, and somebody only looks on."""

    watching = False

    def __init__(self, order: Order, desk: Desk, intake: Intake) -> None:
        self._order, self._desk, self._intake = order, desk, intake
        self._read: Reader = desk.store.reader(desk.org)

    async def run(self) -> None:
        """Finds the cohort, and does what was asked for."""
        cohort = await meant(self._read, self._order.cohort)
        if self._order.cancel:
            await self._cancel(cohort)
        elif self._order.status:
            await self._status(cohort)
        else:
            await self._move(cohort)

    async def _move(self, cohort: Cohort) -> None:
        self._possible(cohort)
        wish = await wished(self._read, self._order.place, self._order.to)
        emails = csv.load(self._order.emails) if self._order.emails else Emails()
        move = await self._looked_into(cohort)
        found = await self._survey(cohort, move, emails)
        aimed = replace(move, place=wish or move.place)
        self._desk.tell(report.plan(cohort, aimed, found))
        self._complain(emails, found)
        if not self._order.go:
            return self._desk.tell("\nNothing has changed yet. Add --go to do it.")
        self._confirm(emails, found)
        await self._untold(cohort, move)
        await self._submit("begin", move, to=move.to, place=wish)
        if not self._desk.store.served:
            return self._desk.tell(NOT_SERVED)
        self._desk.tell(BEGUN)
        return await self._watch(cohort)

    def _possible(self, cohort: Cohort) -> None:
        to, known = self._order.to, ", ".join(sorted(self._desk.platforms)) or "none"
        if to not in self._desk.platforms:
            asked = f"{to} is not set up here" if to else "Say where to, with --to"
            raise Refused(f"{asked}. Platforms that are set up: {known}.")
        if cohort.stage == "cancelled" or over(cohort, self._desk.clock.now()):
            raise Refused(f"{_named(cohort)} is over. Only a cohort that takes place can move.")

    async def _looked_into(self, cohort: Cohort) -> Move:
        """The move, and that nobody has to be asked twice on account of it."""
        was = await self._read.get(Move, cohort.id)
        to = self._order.to
        if was and was.to != to and was.stage in UNDER_WAY:
            raise Refused(f"It is on its way to {was.to} already. --cancel calls that off.")
        move = planned(was, cohort.id, to, self._desk.clock.now())
        await self._submit("look", move, to=to)
        return await self._read.get(Move, cohort.id) or move

    async def _survey(self, cohort: Cohort, move: Move, emails: Emails) -> list[Row]:
        desk = self._desk
        tools = survey.Tools(
            org=desk.org,
            reader=self._read,
            intake=self._intake,
            lookup=desk.asks.get(f"{move.to}.lookup"),
            now=desk.clock.now,
            pause=desk.pause,
            tell=desk.progress,
        )
        return await survey.look(tools, move, await survey.rows(self._read, cohort, move), emails)

    def _complain(self, emails: Emails, found: list[Row]) -> None:
        lines = [*emails.problems, *emails.strangers(survey.known_mails(found).keys())]
        if lines:
            self._desk.tell("\nIn the CSV:\n" + "\n".join(f"  {it}" for it in lines))

    def _confirm(self, emails: Emails, found: list[Row]) -> None:
        if emails.problems:
            raise Refused("\nPlease mend or take out those lines of the CSV first.")
        if not any(row.way in REACHED for row in found):
            raise Refused("\nNobody can be reached there, so nothing was begun.")
        if not self._order.yes and not self._desk.agreed("\nMove the cohort? yes or no: "):
            raise Refused("Nothing has changed. (--yes answers yes, for scripts.)")

    async def _untold(self, cohort: Cohort, move: Move) -> None:
        """Whose message never left is told after all."""
        found = await self._found(cohort, move)
        lost = [row for row in found.rows if _never_left(found.states.get(row.person))]
        for row in lost:
            missed = str(row.passage.missed if row.passage else 0)
            await self._submit("missed", move, person=row.person, missed=missed)

    async def _submit(self, what: str, move: Move, **args: str) -> None:
        """Once for each version of the move: twice is the same as once."""
        event = Event(
            id="/".join(("moving", what, move.cohort, str(move.version), *args.values())),
            org=self._desk.org,
            source="timer",
            name=f"moving.{what}",
            args={"cohort": move.cohort, **args},
        )
        await self._intake.submit(event)

    async def _watch(self, cohort: Cohort) -> None:
        """The ledger whenever it changes, until the move is done or needs somebody."""
        self.watching = True
        last, time = "", asyncio.get_running_loop().time
        while True:
            begun = time()
            said, move = await self._ledger(cohort)
            if said != last:
                self._desk.tell(f"\n{said}")
            last = said
            if move.stage not in ("moving", "arriving") and "on its way" not in said:
                return
            await self._desk.pause(max(EVERY, RARELY * (time() - begun)))

    async def _status(self, cohort: Cohort) -> None:
        said, move = await self._ledger(cohort)
        self._desk.tell(said)
        found = await self._found(cohort, move)
        for one in report.unreached(found):
            self._desk.tell(one)

    async def _ledger(self, cohort: Cohort) -> tuple[str, Move]:
        move = await self._read.get(Move, cohort.id)
        if move is None:
            raise Refused(f"{_named(cohort)} is not on its way anywhere.")
        return report.ledger(cohort, move, await self._found(cohort, move)), move

    async def _found(self, cohort: Cohort, move: Move) -> report.Ledger:
        rows = await survey.rows(self._read, cohort, move)
        states: dict[str, tuple[State, str] | None] = {}
        for row in rows:
            if row.passage is not None and row.passage.told:
                states[row.person] = await self._message(move, row.passage)
        return report.Ledger(rows=rows, states=states)

    async def _message(self, move: Move, told: Passage) -> tuple[State, str] | None:
        key = message(move, told.person, told.missed)
        due = await self._desk.store.job(self._desk.org, key)
        return (due.state, due.why) if due else None

    async def _cancel(self, cohort: Cohort) -> None:
        move = await self._read.get(Move, cohort.id)
        if move is None or move.stage not in UNDER_WAY:
            done = move is not None and move.stage == "done"
            why = "has moved already" if done else "is not on its way anywhere"
            raise Refused(f"{_named(cohort)} {why}, so there is nothing to call off.")
        await self._submit("cancel", move)
        self._desk.tell(f"{_named(cohort)} stays where it is. Accounts that were found stay known.")


# --- which cohort -------------------------------------------------------------------------------


async def meant(read: Reader, said: str) -> Cohort:
    """The cohort of this id, join code or name; raises Refused with the candidates."""
    exact = await read.get(Cohort, said)
    if exact:
        return exact
    code = code_in(said)
    coded = (await read.find(Cohort, code=code, limit=1)).items if code == said.upper() else ()
    if coded:
        return coded[0]
    name = " ".join(said.casefold().split())
    everyone = [cohort async for cohort in _all(read, Cohort)]
    same = [it for it in everyone if it.name.casefold() == name]
    found = same or [it for it in everyone if name and name in it.name.casefold()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(f"There is no cohort {line(said, 80)!r}.")
    raise Refused(
        "Which one? Say its code.\n"
        + "\n".join(f"  {it.code}  {_named(it)}, {it.first} to {it.last}" for it in found)
    )


async def wished(read: Reader, place: str, to: str) -> str:
    """The id of the place that is wished for, if any; raises Refused if we are not there."""
    spaces = [space async for space in _all(read, Space) if space.state == "attached"]
    known = [space for space in spaces if platform_of(space.id) == to]
    for space in known:
        if place in ("", space.id, space.id.split(":", 2)[-1]):
            return space.id if place else ""
    if not place or (platform_of(place) == to and await read.get(Address, place)):
        return place
    names = "".join(f"\n  {it.id}  {line(it.title, 60)}" for it in known)
    there = f" Places that it is in:{names}" if names else ""
    raise Refused(f"Coterie is not in that place yet: add it there first.{there}")


async def _all(read: Reader, kind: type[R]) -> AsyncIterator[R]:
    cursor, more = "", True
    while more:
        page = await read.find(kind, after=cursor)
        for record in page.items:
            yield record
        cursor, more = page.cursor, bool(page.cursor)


def _never_left(state: tuple[State, str] | None) -> bool:
    return state is not None and state[0] in ("not_installed", "blocked")


def _named(cohort: Cohort) -> str:
    return line(cohort.name, 60)
