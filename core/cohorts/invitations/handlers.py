"""Inviting by list and by being in the team; and who is no longer there."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.access import for_leads, opened_form
from core.cohorts.access import taken as lived_in
from core.cohorts.invitations import posts
from core.cohorts.invitations.model import acquainted, chunks, invite, sights_of, without
from core.cohorts.members.model import left_by
from core.cohorts.model import Cohort, Membership, Space, line, membership_id, moved, sight
from core.cohorts.spaces.model import reason, roster
from core.cohorts.words import name_of
from core.engine.overlay import Overlay
from core.engine.ports import (
    PAGE,
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    ToPlace,
)
from core.message import Option, verbatim
from core.people.model import Person, by_account, picked

KNOWN = 100
FADES = timedelta(days=14)


@for_leads
async def ask(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form; once it is filled in, invites each person privately."""
    if event.source != "form":
        return Changes(reply=opened_form(posts.invite_form(cohort, await _people(moment))))
    people, met, missed = await _picked(event, moment)
    if not people:
        form = posts.invite_form(cohort, await _people(moment), wrong=True)
        return Changes(reply=Invalid(form))
    new, changes = await invite(moment, cohort, people, "list")
    jobs = tuple(_invitation(cohort, person, moment) for person in new)
    reply = Done(posts.invited(len(new), missed, len(people) - len(new)))
    return met + changes + Changes(jobs=jobs, reply=reply)


async def _picked(event: Event, moment: Moment) -> tuple[list[Person], Changes, int]:
    values = dict.fromkeys(filter(None, map(str.strip, event.values.get("people", "").split(","))))
    people: dict[str, Person] = {}
    met, missed = Changes(), 0
    for value in list(values)[:PAGE]:
        person, changes = await picked(event, moment, line(value, 500))
        met += changes
        if person is None or person.erased:
            missed += 1
        else:
            people[person.id] = person
    return list(people.values()), met, missed


def _invitation(cohort: Cohort, person: Person, moment: Moment) -> Job:
    slot = f"welcome/{cohort.id}/{moment.now:%Y%m%d}"
    return Job(
        key=f"{slot}/{person.id}",
        work=Show(ToPerson(person.id), slot),
        weight="nudge",
        until=moment.now + FADES,
    )


async def _people(moment: Moment) -> tuple[Option, ...]:
    page = await moment.read.find(Person, limit=KNOWN)
    return tuple(Option(p.id, verbatim(p.name)) for p in page.items if p.name and not p.erased)


# --- who is in a place --------------------------------------------------------------------------


async def listed(event: Event, moment: Moment) -> Changes:
    """One page of who is where a cohort lives; asks for the next."""
    space = await moment.read.get(Space, event.args["place"])
    if space is None or str(space.turn) != event.args["turn"] or not space.cohort:
        return Changes()
    cohort = await moment.read.get(Cohort, space.cohort)
    if cohort is None:
        return Changes()
    if event.error:
        key = f"unlisted/{space.id}/{space.turn}"
        work = Deliver(ToPerson(cohort.owner), posts.unlisted(cohort, reason(event.error)))
        return Changes(jobs=(Job(key=key, work=work),))
    people, met = await acquainted(event, moment)
    sights = sights_of(event, space.id, people)
    _, changes = await invite(moment, cohort, people, "team", sights)
    page = int(event.args.get("page", "0")) + 1
    on = (roster(space, cursor=event.cursor, page=page),) if event.cursor else ()
    return met + changes + Changes(jobs=on)


async def arrived(event: Event, moment: Moment) -> Changes:
    """People came to where a cohort lives: they are invited, and one line says so."""
    cohort = await _here(event, moment)
    if cohort is None or event.origin is None:
        return Changes()
    if len(event.people) > PAGE:
        return Changes(jobs=chunks(event, "cohorts.arrived"))
    people, met = await acquainted(event, moment)
    sights = sights_of(event, event.origin.place, people)
    new, changes = await invite(moment, cohort, people, "team", sights)
    if not new:
        return met + changes
    post = posts.arrived(cohort, await name_of(moment, cohort.facilitator))
    place = event.origin.place
    work = Deliver(ToPlace(place), post)
    return met + changes + Changes(jobs=(Job(key=f"new/{place}/{moment.now:%Y%m%d}", work=work),))


async def departed(event: Event, moment: Moment) -> Changes:
    """People went from where a cohort lives: unless they are in another place, they are out."""
    cohort = await _here(event, moment)
    if cohort is None or event.origin is None:
        return Changes()
    if len(event.people) > PAGE:
        return Changes(jobs=chunks(event, "cohorts.departed"))
    changes, after = Changes(), Overlay(moment.read)
    seen = replace(moment, read=after)
    for account in dict.fromkeys(actor.account for actor in event.people):
        out = await _out(seen, cohort, account, event.origin.place)
        await after.lay(out)
        changes += out
    return replace(changes, jobs=tuple({job.key: job for job in changes.jobs}.values()))


async def _out(moment: Moment, cohort: Cohort, account: str, place: str) -> Changes:
    person = await by_account(moment.read, account)
    if person is None:
        return Changes()
    was = await moment.read.get(Membership, membership_id(cohort.id, person.id))
    if was is None:
        return Changes()
    rest = without(was, person, cohort, sight(place, account))
    unsure = not was.seen and len(cohort.spaces) > 1
    stays = rest.seen or unsure or was.way != "team" or was.state not in ("invited", "member")
    if stays:
        return Changes(saves=() if rest == was else (rest,))
    if was.state == "member":
        return await left_by(moment, cohort, rest, "removed")
    new, tallies = moved(rest, "removed", moment.now)
    return Changes(saves=(new,), tallies=tallies)


async def _here(event: Event, moment: Moment) -> Cohort | None:
    if event.origin is None:
        return None
    space = await moment.read.get(Space, event.origin.place)
    if space is None or not await lived_in(moment, space):
        return None
    return await moment.read.get(Cohort, space.cohort)
