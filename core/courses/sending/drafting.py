"""A draft is told what and whom it is for; its audience is then gathered and counted."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.access import opened_form, redrawn, refused
from core.cohorts.model import day, line
from core.courses.audience.choices import GROUP, Chosen, Wrong, chosen, offered, people_known
from core.courses.audience.gathering import cleared, frozen, gather
from core.courses.model import (
    PURPOSE,
    QUESTION,
    TITLE,
    Audience,
    Course,
    Send,
    card_slot,
    desk_slot,
    withdrawn,
)
from core.courses.sending import forms, sentences
from core.courses.sending.timing import starts_in, wrong_times
from core.courses.sending.watching import desk
from core.engine.ports import Changes, Event, Invalid, Moment
from core.message import Form, Phrase
from core.people.model import Person

BEFORE = frozenset({"reading", "draft", "counting", "ready", "waiting"})


async def mine(event: Event, moment: Moment, me: Person) -> Send | None:
    """The send that a button names, if this person sends it."""
    it = await moment.read.get(Send, event.args.get("id", ""))
    return it if it and it.by == me.id else None


async def plan(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; then gathers whom it names, and nothing is sent yet."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    if it.state not in BEFORE:
        return refused(sentences.not_now(it))
    zone = me.zone or "UTC"
    found = _found(event)
    if event.source != "form":
        values = {**forms.values_of(it, zone), **({"to": event.args["to"]} if found else {})}
        return Changes(reply=opened_form(await _form(moment, me, it, found, (values, {}))))
    errors = _wrong(it, event.values, zone, moment)
    choice = await chosen(event, moment, me, it)
    if isinstance(choice, Wrong) and not _kept(it, choice):
        errors = {**errors, choice.field: forms.CHOOSE[choice.problem]}
    if errors:
        again = await _form(moment, me, it, found, (event.values, errors))
        return Changes(reply=Invalid(again))
    if isinstance(choice, Wrong):
        new = replace(_planned(it, event.values, zone), keeps=True)
        changes = Changes(saves=(new,), jobs=(gather(new, event.org), desk(new)))
    else:
        new = _for(_planned(it, event.values, zone), choice, event.values)
        clear = (cleared(it, event.org),) if it.round else ()
        jobs = (gather(new, event.org), *clear, desk(new))
        changes = choice.met + Changes(saves=(new, *frozen(new, choice.mails)), jobs=jobs)
    return redrawn(changes, sentences.COUNTING)


def _found(event: Event) -> Audience | None:
    """The group of the directory that a button chose."""
    kind, _, id = event.args.get("to", "").partition(":")
    if kind != "group" or not id:
        return None
    return Audience(kind="group", ids=(id[:GROUP],), name=line(event.args.get("group", ""), GROUP))


async def _form(
    moment: Moment,
    me: Person,
    it: Send,
    found: Audience | None,
    filled: tuple[Mapping[str, str], Mapping[str, Phrase]],
) -> Form:
    offers = (await offered(moment, me, it, found), await people_known(moment))
    chose = {"to": f"group:{found.ids[0]}", "group": found.name} if found else {}
    args = {"id": it.id, "send": it.id, **chose}
    values, errors = filled
    return forms.plan_form(it, args, values, offers, (me.zone or "UTC", errors))


def _wrong(it: Send, values: Mapping[str, str], zone: str, moment: Moment) -> dict[str, Phrase]:
    """What is not in order, by field, but for the audience."""
    names = list(wrong_words(values, ("purpose", "question")))
    found = {name: forms.WRONG[name] for name in (*names, *wrong_times(values, zone, moment.now))}
    titles = [name for _, name in forms.unread(it)]
    return found | dict.fromkeys(wrong_words(values, titles), forms.WRONG["title"])


def wrong_words(values: Mapping[str, str], names: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Which of these texts are empty, or longer than a card takes."""
    most = {"purpose": PURPOSE, "question": QUESTION}
    return tuple(
        name
        for name in names
        if not 1 <= len(line(values.get(name, ""), 5000)) <= most.get(name, TITLE)
    )


def _kept(it: Send, wrong: Wrong) -> bool:
    """Whether the addresses are those that were pasted before."""
    pasted = it.audience is not None and it.audience.kind == "mails" and it.round > 0
    return pasted and wrong.problem == "mails"


def _planned(it: Send, values: Mapping[str, str], zone: str) -> Send:
    """The send as the form says, for those it was for."""
    due = values.get("due", "").strip()
    courses = _titled(it, values)
    return replace(
        it,
        state="counting",
        courses=courses,
        course=courses[0].key,
        reading=(),
        purpose=line(values["purpose"], PURPOSE),
        question=line(values["question"], QUESTION),
        starts=starts_in(values, zone),
        due=day(due) if due else None,
        round=it.round + 1,
        pages=0,
        next=0,
        goes=None,
        halt="",
        keeps=False,
    )


def _for(it: Send, choice: Chosen, values: Mapping[str, str]) -> Send:
    """The send, for whom the form names."""
    return replace(
        it,
        audience=choice.audience,
        cohort=choice.cohort,
        open=choice.open,
        assigned=bool(choice.cohort) and values.get("assigned") == "true",
    )


def _titled(it: Send, values: Mapping[str, str]) -> tuple[Course, ...]:
    """Its courses, with the titles that were typed for those that could not be read."""
    courses = list(it.courses)
    for n, name in forms.unread(it):
        courses[n] = replace(courses[n], title=line(values[name], TITLE))
    return tuple(courses)


# --- putting it away ------------------------------------------------------------------------------


async def drop(event: Event, moment: Moment, me: Person) -> Changes:
    """Puts a send away that nobody has got; its card goes as well."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    if it.state not in BEFORE:
        return refused(sentences.not_now(it))
    gone = tuple(withdrawn(me.id, slot) for slot in (desk_slot(it.id), card_slot(it.id)))
    changes = Changes(deletes=(it,), jobs=(*gone, cleared(it, event.org, all_of_it=True)))
    return changes + refused(sentences.DROPPED)
