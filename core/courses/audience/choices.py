"""Whom somebody may send a link to, and whom they chose: authority comes from who chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.cohorts.access import closed, run_by
from core.cohorts.model import Cohort, Membership, Space, leads, line
from core.courses.audience.gathering import within
from core.courses.audience.model import MAILS, mails_in
from core.courses.model import ROLL, Audience, Send, may_send
from core.engine.ports import Changes, Event, Moment
from core.message import Option, Phrase, say, verbatim
from core.people.model import Person, picked

KNOWN = 100
GROUP = 120
Problem = Literal["to", "people", "mails", "many", "open", "nowhere", "leads"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An audience that this person may send to; `met` is whom we got to know by its being named."""

    audience: Audience
    cohort: str = ""
    open: bool = False
    mails: tuple[str, ...] = ()
    met: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why nobody can be sent to, and at which field to say so."""

    field: str
    problem: Problem


# --- what is offered ------------------------------------------------------------------------------


async def offered(
    moment: Moment, me: Person, it: Send, found: Audience | None = None
) -> tuple[Option, ...]:
    """The cohorts they lead, the places of these, and ways to name people.

    `found` is a group that they looked for.
    """
    led = await cohorts_led(moment, me)
    places = [place for cohort in led for place in cohort.spaces]
    if it.audience and it.audience.kind == "place":
        places += it.audience.ids
    spaces = [await moment.read.get(Space, id) for id in dict.fromkeys(places)]
    there = [space for space in spaces if space and space.state == "attached"]
    group = found or (it.audience if it.audience and it.audience.kind == "group" else None)
    return (
        *(Option(f"cohort:{one.id}", _cohort(one)) for one in led),
        *(Option(f"place:{space.id}", _place(space)) for space in there[:KNOWN]),
        Option("people", say("courses.audience.people", "People whom I name below")),
        Option("mails", say("courses.audience.mails", "The addresses that I paste below")),
        *((Option(f"group:{group.ids[0]}", verbatim(group.name)),) if group else ()),
    )


def _cohort(cohort: Cohort) -> Phrase:
    return say("courses.audience.cohort", "Everyone who joined {name}", name=cohort.name)


def _place(space: Space) -> Phrase:
    platform = space.id.partition(":")[0].capitalize()
    return say("courses.audience.place", "Everyone in {title}", title=space.title or platform)


async def cohorts_led(moment: Moment, me: Person) -> tuple[Cohort, ...]:
    """Those that take place and that somebody leads."""
    found = await run_by(moment.read, me.id)
    return tuple(one for one in found if leads(one, me.id) and not closed(one, moment))


async def people_known(moment: Moment) -> tuple[Option, ...]:
    """People to pick from, where a platform has no picker of its own."""
    page = await moment.read.find(Person, limit=KNOWN)
    there = [one for one in page.items if one.name and not one.erased]
    return tuple(Option(one.id, verbatim(one.name)) for one in there)


def value_of(it: Send) -> str:
    """What the field said that chose this audience."""
    match it.audience:
        case None:
            return f"cohort:{it.cohort}" if it.cohort else ""
        case Audience(kind="place", ids=(only,)):
            return f"place:{only}"
        case Audience(kind="place"):
            return f"cohort:{it.cohort}"
        case Audience(kind="cohort" | "group" as kind, ids=ids):
            return f"{kind}:{ids[0]}"
        case Audience(kind=kind):
            return kind


# --- what was chosen ------------------------------------------------------------------------------


async def chosen(event: Event, moment: Moment, me: Person, it: Send) -> Chosen | Wrong:
    """The audience that a form names, if this person may send to it."""
    kind, _, id = event.values.get("to", "").partition(":")
    in_the_open = event.values.get("open", "") == "true"
    if kind not in ("me", "cohort") and not await may_send(moment, me, None):
        return Wrong("to", "leads")
    if kind == "cohort":
        return await _a_cohort(moment, me, id, in_the_open=in_the_open)
    if kind == "place":
        return await _a_place(moment, me, it, id, in_the_open=in_the_open)
    if in_the_open:
        return Wrong("open", "open")
    return await _named(event, moment, me, it)


async def _named(event: Event, moment: Moment, me: Person, it: Send) -> Chosen | Wrong:
    """People who are named one way or another."""
    kind, _, id = event.values.get("to", "").partition(":")
    if kind == "people":
        return await _people(event, moment)
    if kind == "mails":
        return _mails(event.values)
    if kind == "me":
        return Chosen(Audience(kind="me", ids=(me.id,)))
    if kind == "group" and id:
        name = line(event.args.get("group", ""), GROUP) or _name(it, id) or id[:GROUP]
        return Chosen(Audience(kind="group", ids=(id[:GROUP],), name=name))
    return Wrong("to", "to")


def _name(it: Send, group: str) -> str:
    known = it.audience and it.audience.kind == "group" and it.audience.ids == (group,)
    return it.audience.name if it.audience and known else ""


async def _a_cohort(moment: Moment, me: Person, id: str, *, in_the_open: bool) -> Chosen | Wrong:
    cohort = await moment.read.get(Cohort, id)
    if cohort is None or not leads(cohort, me.id) or closed(cohort, moment):
        return Wrong("to", "to")
    if not in_the_open:
        return Chosen(Audience(kind="cohort", ids=(cohort.id,), name=cohort.name), cohort.id)
    if not cohort.spaces:
        return Wrong("open", "nowhere")
    audience = Audience(kind="place", ids=cohort.spaces, name=cohort.name)
    return Chosen(audience, cohort.id, open=True)


async def _a_place(
    moment: Moment, me: Person, it: Send, id: str, *, in_the_open: bool
) -> Chosen | Wrong:
    """A place of a cohort that they lead, or one where they are."""
    space = await moment.read.get(Space, id)
    if space is None or space.state != "attached":
        return Wrong("to", "to")
    cohort = await moment.read.get(Cohort, space.cohort)
    theirs = cohort is not None and leads(cohort, me.id) and not closed(cohort, moment)
    if not theirs and not await _there(moment, me, it, id):
        return Wrong("to", "to")
    audience = Audience(kind="place", ids=(id,), name=space.title)
    of = cohort.id if cohort and theirs else ""
    return Chosen(audience, of, open=in_the_open)


async def _there(moment: Moment, me: Person, it: Send, place: str) -> bool:
    """Whether a platform has told us that they are there: by a list, or since they began there."""
    if it.audience and it.audience.kind == "place" and place in it.audience.ids:
        return True
    rows = (await moment.read.find(Membership, person=me.id)).items
    return any(one.partition("|")[0] == place for row in rows for one in row.seen)


async def _people(event: Event, moment: Moment) -> Chosen | Wrong:
    values = dict.fromkeys(filter(None, map(str.strip, event.values.get("people", "").split(","))))
    if len(values) > ROLL:
        return Wrong("people", "many")
    found: list[str] = []
    met = Changes()
    for value in values:
        person, changes = await picked(event, moment, line(value, 500))
        met += changes
        found += [person.id] if person and not person.erased else []
    if not found:
        return Wrong("people", "people")
    return Chosen(Audience(kind="people", ids=within(found)), met=met)


def _mails(values: Mapping[str, str]) -> Chosen | Wrong:
    mails = mails_in(values.get("mails", ""))
    if not mails:
        return Wrong("mails", "mails")
    if len(mails) > MAILS:
        return Wrong("mails", "many")
    return Chosen(Audience(kind="mails"), mails=mails)
