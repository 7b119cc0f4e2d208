"""Who becomes invited when a list of people is read, as one change."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.model import (
    Cohort,
    Membership,
    Way,
    asked,
    membership_id,
    moved,
    noticed,
    sight,
)
from core.engine.overlay import Overlay
from core.engine.ports import PAGE, Actor, Changes, Event, Job, Moment, Raise, Tally
from core.people.model import Person, acquaint


async def acquainted(event: Event, moment: Moment) -> tuple[list[Person], Changes]:
    """The persons behind the accounts of an event, each once, and who was met by that."""
    people: dict[str, Person] = {}
    after = Overlay(moment.read)
    seen = replace(moment, read=after)
    changes = Changes()
    for actor in _each(event.people):
        person, met = await acquaint(event.org, actor, seen, active=False)
        people[person.id] = person
        if met:
            await after.lay(met)
            changes += met
    return list(people.values()), changes


async def invite(
    moment: Moment,
    cohort: Cohort,
    people: Iterable[Person],
    way: Way,
    sights: Mapping[str, Sequence[str]] | None = None,
) -> tuple[list[Person], Changes]:
    """Those who are invited by this, and the changes. Nobody is invited twice.

    `sights`: where the platforms say that a person (the key) is.
    """
    saves: list[Membership] = []
    tallies: list[Tally] = []
    new: list[Person] = []
    for person in people:
        was = await moment.read.get(Membership, membership_id(cohort.id, person.id))
        seen = (sights or {}).get(person.id, ())
        if was is not None and not _again(was, way):
            known = noticed(was, seen)
            saves += () if known == was else (known,)
            continue
        if person.guest and not cohort.guests:
            continue
        fresh = noticed(was or asked(cohort.id, person.id, way, moment.now), seen)
        membership, counts = moved(fresh, "invited", moment.now)
        saves.append(membership)
        tallies += counts
        new.append(person)
    return new, Changes(saves=tuple(saves), tallies=_summed(tallies))


def sights_of(event: Event, place: str, people: Iterable[Person]) -> Mapping[str, Sequence[str]]:
    """With which of their accounts people are in a place, by person."""
    there = {actor.account for actor in event.people}
    return {
        person.id: [sight(place, account) for account in person.accounts if account in there]
        for person in people
    }


def without(was: Membership, person: Person, cohort: Cohort, gone: str) -> Membership:
    """The membership of somebody who went from one place; what is outdated goes as well."""
    kept = (one.partition("|") for one in was.seen if one != gone)
    return replace(
        was,
        seen=tuple(
            sight(place, account)
            for place, _, account in kept
            if place in cohort.spaces and account in person.accounts
        ),
    )


def chunks(event: Event, name: str) -> tuple[Job, ...]:
    """The same event in pieces of two hundred people, each a timer."""
    pieces = [event.people[at : at + PAGE] for at in range(0, len(event.people), PAGE)]
    return tuple(_piece(event, name, n, people) for n, people in enumerate(pieces))


def _piece(event: Event, name: str, n: int, people: Sequence[Actor]) -> Job:
    id = f"{event.id}/{n}"
    piece = Event(
        id=id,
        org=event.org,
        source="timer",
        name=name,
        origin=event.origin,
        people=tuple(people),
    )
    return Job(key=f"{name}/{id}", work=Raise(piece))


def _each(actors: Iterable[Actor]) -> Iterable[Actor]:
    return {actor.account: actor for actor in actors}.values()


def _again(was: Membership, way: Way) -> bool:
    """Who was taken out, or left and is now asked by name, may be asked again."""
    return was.state == "removed" or (way == "list" and was.state in ("left", "declined"))


def _summed(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """One tally a board: the memberships, saved with it, keep anybody from counting twice."""
    sums: dict[tuple[str, str], int] = {}
    for tally in tallies:
        key = (tally.board, tally.subject)
        sums[key] = sums.get(key, 0) + tally.by
    return tuple(Tally(board=b, subject=s, by=by) for (b, s), by in sums.items() if by)
