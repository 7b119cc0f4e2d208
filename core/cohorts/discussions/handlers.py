"""Starting a discussion, answering in it, closing it with what came out of it."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.access import (
    Handler,
    Ruled,
    closed,
    for_anyone,
    for_leads,
    for_members,
    joined,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.discussions import forms, posts
from core.cohorts.discussions.model import (
    EACH,
    OPEN,
    OPENED,
    SUMMARY,
    TEXT,
    Contribution,
    Discussion,
    begun,
    cards,
    clean,
    counted,
    discussion_id,
    ended,
    given,
    reopened,
    taken_back,
    unheard,
)
from core.cohorts.discussions.wording.model import doubted, warning
from core.cohorts.introductions.model import newest_first
from core.cohorts.model import Cohort, belongs, leads, lines
from core.cohorts.posts import JOIN_FIRST, too_late
from core.engine.ports import Card, Changes, Done, Event, Invalid, Moment
from core.message import Phrase
from core.people.model import Person

OWN = 6


def for_all(do: Ruled) -> Handler:
    """Members and those who lead, while the cohort takes place."""

    async def checked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        if closed(cohort, moment):
            return refused(too_late(cohort))
        if not leads(cohort, me.id) and not await joined(moment, cohort, me):
            return refused(JOIN_FIRST)
        return await do(event, moment, me, cohort)

    checked.__doc__ = do.__doc__
    return for_anyone(checked)


# --- starting -----------------------------------------------------------------------------------


@for_all
async def start(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks for a question and what it is for, then asks everyone."""
    lead = leads(cohort, me.id)
    args = {"cohort": cohort.id, "draft": event.args.get("draft") or moment.id("draft")[:12]}
    if event.source != "form":
        return Changes(reply=opened_form(forms.start_form(args, {}, leads=lead)))
    errors = forms.problems(event.values, leads=lead)
    doubt = None if errors or event.args.get("warned") else doubted(event.values["question"])
    if doubt:
        errors, args = {"question": warning(doubt)}, {**args, "warned": "yes"}
    if errors:
        again = forms.start_form(args, event.values, leads=lead, errors=errors)
        return Changes(reply=Invalid(again))
    if await moment.read.get(Discussion, discussion_id(cohort.id, me.id, args["draft"])):
        return refused(posts.TWICE)
    if await moment.read.tally(OPENED, cohort.id) >= OPEN:
        return refused(posts.ENOUGH)
    said = _said(event.values, leads=lead)
    new = begun(moment, cohort, me.id, said, draft=args["draft"])
    changes = Changes(saves=(new,), tallies=counted(new, 1), jobs=cards(cohort, new))
    return redrawn(changes, posts.STARTED)


def _said(values: Mapping[str, str], *, leads: bool) -> Mapping[str, str]:
    """The question and one purpose."""
    purpose = "own" if leads else "purpose"
    return {"question": values["question"], purpose: values[purpose]}


# --- answering ----------------------------------------------------------------------------------


@for_members
async def answer(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form; then shares the answer, changes it or takes it back."""
    it = await meant(event, moment, cohort)
    was = await _mine(event, moment, it, me) if it else None
    mine, back = event.args.get("mine", ""), event.values.get("back") == "true"
    why = _not_answering(it, was, mine=mine, back=back)
    if it is None or why:
        return refused(why or posts.GONE)
    if event.source != "form":
        text = was.text if was else ""
        return Changes(reply=opened_form(forms.answer_form(it, text, mine=mine)))
    if was and back:
        back_now = taken_back(cohort, was) + await unheard(moment.read, (was,))
        return redrawn(back_now, posts.BACK)
    text = event.values.get("text", "")
    if not clean(text) or len(text.strip()) > TEXT:
        again = forms.answer_form(it, text, mine=mine, problem=forms.WRONG["text"])
        return Changes(reply=Invalid(again))
    return await _shared(moment, me, cohort, it, (was, clean(text)))


def _not_answering(
    it: Discussion | None, was: Contribution | None, *, mine: str, back: bool
) -> Phrase | None:
    if was is None and mine:
        return posts.NOTHING
    over = it is not None and (it.state == "closed" or it.hidden)
    closed_to_it = over and not (was and back)
    return posts.TOO_LATE if closed_to_it else None


async def _shared(
    moment: Moment,
    me: Person,
    cohort: Cohort,
    it: Discussion,
    said: tuple[Contribution | None, str],
) -> Changes:
    was, text = said
    if was is not None:
        new = replace(was, text=text)
        return redrawn(given(cohort, it, new, was), posts.CHANGED)
    if await said_enough(moment, it, me.id):
        return refused(posts.OFTEN)
    return redrawn(given(cohort, it, fresh(moment, it, me.id, text), None), posts.SHARED)


def fresh(
    moment: Moment, it: Discussion, person: str, text: str, message: str = ""
) -> Contribution:
    """A new answer."""
    return Contribution(
        id=moment.id("contribution")[:20],
        discussion=it.id,
        cohort=it.cohort,
        person=person,
        text=text,
        message=message,
        at=moment.now,
        rank=newest_first(moment.now),
    )


async def said_enough(moment: Moment, it: Discussion, person: str) -> bool:
    """Whether somebody has said as much in one discussion as anyone may."""
    found = await moment.read.find(Contribution, discussion=it.id, person=person, limit=EACH)
    return len(found.items) >= EACH


async def _mine(event: Event, moment: Moment, it: Discussion, me: Person) -> Contribution | None:
    """The answer that a button names, if it is this person’s, in this discussion."""
    found = await moment.read.get(Contribution, event.args.get("mine", ""))
    fits = found is not None and (found.person, found.discussion) == (me.id, it.id)
    return found if fits else None


# --- closing ------------------------------------------------------------------------------------


@for_all
async def close(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Whoever asked, or leads, sums up what came out of it."""
    it = await meant(event, moment, cohort)
    if it is None:
        return refused(posts.GONE)
    theirs = it.by == me.id or leads(cohort, me.id)
    if not theirs or it.state == "closed":
        return refused(posts.TOO_LATE if theirs else posts.NOT_YOURS)
    if event.source != "form":
        return Changes(reply=opened_form(forms.close_form(it)))
    text = event.values.get("summary", "")
    if not lines(text, SUMMARY) or len(text.strip()) > SUMMARY:
        again = forms.close_form(it, text, problem=forms.WRONG["summary"])
        return Changes(reply=Invalid(again))
    new = ended(it, me.id, text, moment.now)
    changes = Changes(saves=(new,), tallies=counted(new, -1), jobs=cards(cohort, new))
    return redrawn(changes, posts.CLOSED)


@for_leads
async def reopen(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """It goes on after all."""
    it = await meant(event, moment, cohort)
    if it is None:
        return refused(posts.GONE)
    if it.state == "open":
        return refused(posts.OPEN_STILL)
    new = reopened(it)
    changes = Changes(saves=(new,), tallies=counted(new, 1), jobs=cards(cohort, new))
    return redrawn(changes, posts.REOPENED)


# --- looking ------------------------------------------------------------------------------------


@for_anyone
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """All of a discussion, page by page, to one reader."""
    it = await meant(event, moment, cohort)
    if it is None:
        return refused(posts.GONE)
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(
            Contribution, discussion=it.id, shown="yes", after=after, limit=posts.PAGE
        )
    except ValueError:
        return refused(posts.GONE)
    moves = posts.moves(
        it,
        closes=it.by == me.id or leads(cohort, me.id),
        leads=leads(cohort, me.id),
        mine=bool(await _own(moment, it, me)),
    )
    over = closed(cohort, moment)
    told = await posts.named(moment, page.items)
    card = posts.whole(it, told, page.cursor, () if over else moves)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


@for_anyone
async def mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What I said in a discussion, to change it or take it back."""
    it = await meant(event, moment, cohort)
    answers = await _own(moment, it, me) if it else ()
    if it is None or not answers:
        return Changes(reply=Done(posts.NOTHING))
    return privately(event, me, posts.own(it, answers))


async def _own(moment: Moment, it: Discussion, me: Person) -> tuple[Contribution, ...]:
    found = await moment.read.find(Contribution, discussion=it.id, person=me.id, limit=OWN)
    return found.items


async def meant(event: Event, moment: Moment, cohort: Cohort) -> Discussion | None:
    """The discussion that a button names, if it is this cohort’s."""
    it = await moment.read.get(Discussion, event.args.get("discussion", ""))
    return it if it and it.cohort == cohort.id else None
