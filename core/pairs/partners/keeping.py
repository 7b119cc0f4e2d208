"""Whom somebody would rather not be put together with: theirs alone to see."""

from collections.abc import Sequence

from core.cohorts.access import for_anyone, for_members, opened_form, privately, refused
from core.cohorts.model import Cohort, Membership, line, membership_id, runs
from core.cohorts.words import name_of
from core.engine.ports import Card, Changes, Done, Event, Invalid, Moment
from core.message import Form, Option, verbatim
from core.pairs.model import Apart, apart_id
from core.pairs.partners import leaving
from core.people.model import Person, picked

MANY, TWO, ROWS = 100, 2, 5


@for_members
async def apart(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form, then keeps these people apart from me."""
    if event.source != "form":
        return Changes(reply=opened_form(await _form(moment, cohort, me, two=False)))
    people, met = await _chosen(event, moment, cohort)
    them = [one for one in people if one != me.id]
    if not them:
        return Changes(reply=Invalid(await _form(moment, cohort, me, two=False, wrong=True)))
    new = await wishes(moment, cohort, me.id, them)
    return met + Changes(saves=new, reply=Done(leaving.APART))


@for_anyone
async def apart_two(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Whoever runs the cohort keeps two people apart, without a word to them."""
    if not runs(cohort, me.id):
        return refused(leaving.LEADS)
    if event.source != "form":
        return Changes(reply=opened_form(await _form(moment, cohort, me, two=True)))
    people, met = await _chosen(event, moment, cohort)
    if len(people) != TWO:
        return Changes(reply=Invalid(await _form(moment, cohort, me, two=True, wrong=True)))
    new = wish(cohort, me.id, *people)
    there = await moment.read.get(Apart, new.id)
    return met + Changes(saves=() if there else (new,), reply=Done(leaving.APART))


@for_members
async def mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """My own list."""
    return privately(event, me, leaving.apart_list(cohort, await _kept(moment, cohort, me)))


@for_members
async def allow(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Takes somebody off my list."""
    was = await moment.read.get(Apart, event.args.get("apart", ""))
    if was is None or was.by != me.id or was.cohort != cohort.id:
        return refused(leaving.GONE)
    kept = [one for one in await _kept(moment, cohort, me) if one[0] != was.id]
    card = leaving.apart_list(cohort, kept)
    return Changes(deletes=(was,), reply=Card(card, leaving.ALLOWED))


async def wishes(
    moment: Moment, cohort: Cohort, me: str, others: Sequence[str]
) -> tuple[Apart, ...]:
    """That somebody is not put together with these: those wishes that are new."""
    all = [wish(cohort, me, me, one) for one in others]
    return tuple([one for one in all if await moment.read.get(Apart, one.id) is None])


def wish(cohort: Cohort, by: str, one: str, other: str) -> Apart:
    """That two are not put together."""
    id = apart_id(cohort.id, by, one, other)
    return Apart(id=id, cohort=cohort.id, by=by, one=one, other=other)


async def _kept(moment: Moment, cohort: Cohort, me: Person) -> list[tuple[str, str]]:
    found = await moment.read.find(Apart, cohort=cohort.id, by=me.id, one=me.id, limit=ROWS)
    return [(one.id, await name_of(moment, one.other)) for one in found.items]


async def _form(
    moment: Moment, cohort: Cohort, me: Person, *, two: bool, wrong: bool = False
) -> Form:
    page = await moment.read.find(Membership, cohort=cohort.id, state="member", limit=MANY)
    ids = [one.person for one in page.items if two or one.person != me.id]
    people = [Option(id, verbatim(await name_of(moment, id))) for id in ids]
    return leaving.apart_form(cohort, people, two=two, wrong=wrong)


async def _chosen(event: Event, moment: Moment, cohort: Cohort) -> tuple[tuple[str, ...], Changes]:
    """Members of this cohort that the form names, each once."""
    values = dict.fromkeys(filter(None, map(str.strip, event.values.get("people", "").split(","))))
    found: dict[str, None] = {}
    met = Changes()
    for value in list(values)[:MANY]:
        person, changes = await picked(event, moment, line(value, 500))
        if person is None:
            continue
        member = await moment.read.get(Membership, membership_id(cohort.id, person.id))
        if member is not None and member.state == "member":
            met += changes
            found[person.id] = None
    return tuple(found), met
