"""Opening a round, answering it by form or by reply, taking it back, closing it."""

from msgspec.structs import replace

from core.cohorts.access import (
    for_anyone,
    for_leads,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.discussions.wording.model import doubted, warning
from core.cohorts.introductions import forms, posts
from core.cohorts.introductions.model import (
    ANSWER,
    NUDGE,
    OWN,
    Introduction,
    Round,
    Style,
    Wish,
    answer_id,
    cards,
    clean,
    counts,
    given,
    opened,
    said,
    swapped,
    taken_back,
)
from core.cohorts.model import Cohort, afar, awake, belongs, later, line, members, timer
from core.cohorts.posts import JOIN_FIRST
from core.engine.ports import (
    Card,
    Changes,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    Viewer,
)
from core.message import Phrase
from core.people.model import Person

# --- the round ----------------------------------------------------------------------------------


@for_leads
async def open_round(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks for a question of one's own, then asks everyone."""
    last = await latest(moment, cohort)
    style: Style = "icebreaker" if last else "introduction"
    if event.source != "form":
        return Changes(reply=opened_form(forms.open_form(cohort, style)))
    own = line(event.values.get("own", ""), OWN + 1)
    doubt = None if event.args.get("warned") else doubted(own)
    if len(own) > OWN or doubt:
        problem = forms.TOO_LONG if len(own) > OWN else warning(doubt)
        again = forms.open_form(
            cohort, style, {**event.values, "own": own}, problem=problem, warned=doubt is not None
        )
        return Changes(reply=Invalid(again))
    if last is not None and last.state == "open":
        return refused(posts.OPEN_ALREADY)
    wish = forms.wished(event.values, style, own)
    return redrawn(begun(event, moment, cohort, last, wish), posts.ASKED)


def begun(event: Event, moment: Moment, cohort: Cohort, last: Round | None, wish: Wish) -> Changes:
    """A new round, its card, and when it asks, reminds and ends."""
    new = opened(cohort, last, wish, moment)
    return Changes(saves=(new,), jobs=(*cards(cohort, new), *_timers(event, new)))


def _timers(event: Event, round: Round) -> tuple[Job, ...]:
    args = {"cohort": round.cohort, "round": round.id}
    rings = {"introductions.ask": None, "introductions.end": round.closes}
    if round.style == "introduction":
        rings["introductions.nudge"] = round.opened + NUDGE
    return tuple(timer(name, event.org, due, **args) for name, due in rings.items())


@for_members
async def swap(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Another question, until somebody has answered this one."""
    round = await _round(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    if round.locked or round.state == "closed":
        return await _stands(moment, round, posts.LOCKED)
    new = swapped(round, moment)
    return Changes(saves=(new,), jobs=cards(cohort, new), reply=Done(posts.SWAPPED))


@for_leads
async def close(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The facilitator closes the round."""
    round = await _round(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    if round.state == "closed":
        return refused(posts.TOO_LATE)
    note = posts.ICE_CLOSED if round.style == "icebreaker" else posts.CLOSED
    return redrawn(closing(event, cohort, round), note)


async def end(event: Event, moment: Moment) -> Changes:
    """The round's time is up."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    round = await moment.read.get(Round, event.args["round"])
    if cohort is None or round is None or round.state == "closed":
        return Changes()
    if cohort.stage == "paused":
        return Changes(jobs=(later(event, moment.now),))
    return closing(event, cohort, round)


def closing(event: Event, cohort: Cohort, round: Round) -> Changes:
    """The card says that it is closed; after introductions, what comes next is asked."""
    new = replace(round, state="closed")
    if round.style == "icebreaker":
        return Changes(saves=(new,), jobs=cards(cohort, new))
    walk = timer("working_on.ask", event.org, None, cohort=cohort.id, round=round.id)
    return Changes(saves=(new,), jobs=(*cards(cohort, new), walk))


# --- answering ----------------------------------------------------------------------------------


@for_members
async def answer(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form, with what stands; then shares the answer, changes it or takes it back."""
    round = await _round(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    if round.state == "closed":
        return await _stands(moment, round, posts.TOO_LATE)
    was = await moment.read.get(Introduction, answer_id(round.id, me.id))
    again = was is not None and was.said == "given"
    if event.source != "form":
        text = was.text if was else ""
        return Changes(reply=opened_form(forms.answer_form(round, text, again=again)))
    if again and was and event.values.get("back") == "true":
        return redrawn(taken_back(cohort, was, moment.now), posts.BACK)
    return await _shared(event, moment, me, cohort, round)


async def _shared(
    event: Event, moment: Moment, me: Person, cohort: Cohort, round: Round
) -> Changes:
    was = await moment.read.get(Introduction, answer_id(round.id, me.id))
    again = was is not None and was.said == "given"
    text = event.values.get("text", "")
    if not clean(text) or len(text.strip()) > ANSWER:
        return Changes(reply=Invalid(forms.answer_form(round, text, again=again, wrong=True)))
    new = said(round, me.id, clean(text), moment.now, was=was, message="")
    note = posts.HIDDEN if new.said == "hidden" else posts.CHANGED if again else posts.SHARED
    return redrawn(given(cohort, round, new, was), note)


@for_members
async def skip(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """An answer too: nobody asks again."""
    round = await _round(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    was = await moment.read.get(Introduction, answer_id(round.id, me.id))
    if was is not None:
        return refused(posts.ANSWERED if was.said == "given" else posts.SKIPPED)
    new = said(round, me.id, "", moment.now, was=None, message="")
    changes = Changes(saves=(new,), tallies=counts(new, None))
    return redrawn(changes, posts.SKIPPED)


@for_anyone
async def withdraw(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Takes one's own answer back, whenever that is."""
    round = await _round(event, moment, cohort)
    was = await moment.read.get(Introduction, answer_id(round.id, me.id)) if round else None
    if was is None or was.said == "skipped":
        return refused(posts.NOTHING)
    return redrawn(taken_back(cohort, was, moment.now), posts.BACK)


# --- looking ------------------------------------------------------------------------------------


@for_anyone
async def everyone(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """All answers, page by page, to one reader."""
    round = await _round(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(
            Introduction, round=round.id, said="given", after=after, limit=posts.PAGE
        )
    except ValueError:
        return refused(posts.GONE)
    card = posts.everyone(round, await posts.named(moment, page.items), page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


# --- asking -------------------------------------------------------------------------------------


async def ask(event: Event, moment: Moment) -> Changes:
    """Brings the question to those members who would not see it in a space."""
    cohort, round = await _asking(event, moment)
    if cohort is None or round is None:
        return Changes()
    page, on = await members(event, moment)
    far = [m.person for m in page.items if afar(cohort, m)]
    return Changes(jobs=(*(_asked(round, person, "ask") for person in far), *on))


async def nudge(event: Event, moment: Moment) -> Changes:
    """Two days on: one private reminder to each member who has said nothing."""
    cohort, round = await _asking(event, moment)
    if cohort is None or round is None:
        return Changes()
    if not awake(cohort, moment.now):
        paused = cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page, on = await members(event, moment)
    silent = [m.person for m in page.items if await posts.waits(moment, round, m.person)]
    return Changes(jobs=(*(_asked(round, person, "nudge") for person in silent), *on))


async def _asking(event: Event, moment: Moment) -> tuple[Cohort | None, Round | None]:
    """The cohort and its round, as long as it is open."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    round = await moment.read.get(Round, event.args["round"])
    return cohort, round if round and round.state == "open" else None


def _asked(round: Round, person: str, why: str) -> Job:
    slot = f"intro-{why}/{round.id}"
    work = Show(ToPerson(person), slot)
    return Job(key=f"{slot}/{person}", work=work, weight="nudge", until=round.closes)


# --- finding ------------------------------------------------------------------------------------


async def latest(moment: Moment, cohort: Cohort) -> Round | None:
    """The newest round of a cohort."""
    rounds = (await moment.read.find(Round, cohort=cohort.id, limit=1)).items
    return rounds[0] if rounds else None


async def _round(event: Event, moment: Moment, cohort: Cohort) -> Round | None:
    """The round that a button names, if it is this cohort's; else the newest."""
    id = event.args.get("round") or event.args.get("id")
    if not id:
        return await latest(moment, cohort)
    round = await moment.read.get(Round, id)
    return round if round and round.cohort == cohort.id else None


async def _stands(moment: Moment, round: Round, why: Phrase) -> Changes:
    """A late press: the card as it stands, and why nothing changed."""
    card = await posts.round_view(moment, f"intro/{round.id}", Viewer())
    return Changes(reply=Card(card, why) if card else Done(why))
