"""Moving a cohort: look people up, and tell each of them once.

All of it is timers, so that only the command line can begin it; each step is committed with how
far it came, so that it goes on there whenever it was interrupted.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import get_args

import msgspec
from msgspec.structs import replace

from core.cohorts.access import closed
from core.cohorts.model import Cohort, line
from core.cohorts.moving import posts
from core.cohorts.moving.arrival import arrive, current, essential, meant, step
from core.cohorts.moving.model import (
    REACHED,
    ROLES,
    UNDER_WAY,
    Move,
    Passage,
    Result,
    Role,
    Way,
    abroad,
    begun,
    bound,
    counted,
    handed_on,
    message,
    now_at,
    passage_id,
    passages,
    people,
    planned,
    trip,
    way_of,
)
from core.engine.ports import Changes, Event, Job, Moment, Record, ToPerson, ToPlace
from core.people.model import Account, Person

AHEAD = timedelta(seconds=6)  # longer than a write has to wait for another one


# --- what the command line says -----------------------------------------------------------------


async def look(event: Event, moment: Moment) -> Changes:
    """A cohort may move: from now on it is kept who has been looked up."""
    was = await moment.read.get(Move, event.args["cohort"])
    move = planned(was, event.args["cohort"], event.args["to"], moment.now)
    return Changes() if move == was else Changes(saves=(move,))


async def found(event: Event, moment: Moment) -> Changes:
    """What looking somebody up has brought."""
    move = await moment.read.get(Move, event.args["cohort"])
    result = event.args["result"]
    if move is None or move.to != event.args["to"] or result not in get_args(Result):
        return Changes()
    was = await _passage(moment, move, event.args["person"])
    new = replace(
        was,
        at=moment.now,
        result=msgspec.convert(result, Result),
        account=event.args.get("account", ""),
        asked=event.args["asked"],
        why=line(event.args.get("why", ""), 300),
    )
    return Changes(saves=(new,))


async def missed(event: Event, moment: Moment) -> Changes:
    """A message never left: who was to get it may be told after all."""
    move = await moment.read.get(Move, event.args["cohort"])
    was = await _passage(moment, move, event.args["person"]) if move else None
    if was is None or not was.told or event.args["missed"] != str(was.missed):
        return Changes()
    return Changes(saves=(replace(was, told=False, missed=was.missed + 1),))


async def begin(event: Event, moment: Moment) -> Changes:
    """Go. A moment later, so that whoever runs the engine sees it in its turn."""
    move, cohort = await meant(event, moment)
    if move is None or cohort is None or closed(cohort, moment) or move.to != event.args["to"]:
        return Changes()
    new = begun(move, event.args.get("place", ""), moment.now)
    return Changes(saves=(new,), jobs=(step("moving.walk", event, new, moment.now + AHEAD),))


async def cancel(event: Event, moment: Moment) -> Changes:
    """Stays where it is; who was told otherwise reads it there."""
    move, cohort = await meant(event, moment)
    if move is None or cohort is None or move.stage not in UNDER_WAY:
        return Changes()
    new = now_at(move, "cancelled")
    told = any(count for key, count in move.counts.items() if key.rpartition(".")[2] in REACHED)
    places = abroad(cohort, move.to) if told else ()
    key = f"stays/{trip(move)}/{new.step}"
    said = posts.stays(cohort)
    due = moment.now + AHEAD
    jobs = tuple(essential(f"{key}/{place}", ToPlace(place), said, due) for place in places)
    return Changes(saves=(new,), jobs=jobs)


# --- its people ---------------------------------------------------------------------------------


async def walk(event: Event, moment: Moment) -> Changes:
    """The next hundred people: their account is theirs, and they are told, once."""
    move, cohort = await meant(event, moment)
    if move is None or not current(event, move, "moving"):
        return Changes()
    if cohort is None or closed(cohort, moment):
        return Changes(saves=(now_at(move, "cancelled"),))
    some, cursor = await people(moment.read, cohort, move.role, move.cursor)
    met, changes = await _across(moment, move, cohort, some)
    so_far = counted(move, met)
    further = _further(so_far, cursor)
    if further is None:
        return changes + await arrive(event, moment, cohort, so_far)
    return changes + Changes(saves=(further,), jobs=(step("moving.walk", event, further),))


def _further(move: Move, cursor: str) -> Move | None:
    """Where the walk goes on, None at its end."""
    rest = ROLES[ROLES.index(move.role) + 1 :]
    if not cursor and not rest:
        return None
    role = move.role if cursor else rest[0]
    return replace(move, step=move.step + 1, role=role, cursor=cursor)


async def _across(
    moment: Moment, move: Move, cohort: Cohort, some: tuple[str, ...]
) -> tuple[list[tuple[Role, Way]], Changes]:
    """How each of them gets there, and what follows from it."""
    met: list[tuple[Role, Way]] = []
    saves: dict[tuple[type[Record], str], Record] = {}
    jobs: list[Job] = []
    for id in some:
        passage = await _passage(moment, move, id)
        way, account, person = await way_of(moment.read, id, passage, move.to)
        account_of: Record | None = None
        if (Account, account) in saves:
            way = "taken"
        if person is not None and way in ("found", "linked"):
            person, account_of = await bound(moment.read, person, account)
            saves |= {(type(it), it.id): it for it in (person, account_of) if it}
            if move.role != "invited" and not passage.told:
                saves[Passage, passage.id] = replace(
                    passage, told=True, account=account, at=moment.now
                )
                jobs.append(_told(move, cohort, passage, account, found=way == "found"))
        met.append((move.role, way))
    return met, Changes(saves=tuple(saves.values()), jobs=tuple(jobs))


def _told(move: Move, cohort: Cohort, to: Passage, account: str, *, found: bool) -> Job:
    key = message(move, to.person, to.missed)
    post = posts.moved(cohort, account if found else "")
    return essential(key, ToPerson(to.person, account), post)


async def _passage(moment: Moment, move: Move, person: str) -> Passage:
    id = passage_id(move, person)
    new = Passage(id=id, cohort=move.cohort, trip=trip(move), person=person, at=moment.now)
    return await moment.read.get(Passage, id) or new


# --- what a person takes along, and erases --------------------------------------------------------


async def forget(me: Person, moment: Moment) -> Changes:
    """Nobody knows any more that they were looked up."""
    return Changes(deletes=tuple(await passages(moment.read, me.id)))


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What was looked up about a person."""
    rows = await passages(moment.read, me.id)
    return {Passage.kind: [msgspec.to_builtins(row) for row in rows]}


async def carried(me: Person, gone: Person, moment: Moment) -> Changes:
    """Two persons were one: who was told as one of them is not told as the other."""
    rows = await passages(moment.read, gone.id)
    kept = [await moment.read.get(Passage, f"{row.trip}/{me.id}") for row in rows]
    new = tuple(handed_on(row, old, me.id) for row, old in zip(rows, kept, strict=True))
    return Changes(saves=new, deletes=tuple(rows))
