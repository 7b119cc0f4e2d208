"""The best answer and the next step; two weeks on, whether it worked; closing without either."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from core.challenges.cards import card_slot, changed, own_slot, result_slots
from core.challenges.finding import JOIN_FIRST, owned, whole
from core.challenges.helping import posts as helping
from core.challenges.model import (
    OUTCOMES,
    STEP,
    TRYING,
    Challenge,
    Idea,
    chosen,
    counts,
    settled,
    told,
)
from core.challenges.outcome import posts
from core.challenges.posts import asker_of, may_see, named
from core.challenges.wall.handlers import looked_at
from core.cohorts.access import for_anyone, for_members, opened_form, privately, redrawn, refused
from core.cohorts.model import Cohort, belongs, later, line, lines, subject, timer
from core.engine.ports import (
    Changes,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    ToThread,
    Viewer,
    show,
)
from core.message import Post
from core.people.model import Person

OPTIONS = 20
FADES = timedelta(days=10)
TURNS = 2

# --- choosing -----------------------------------------------------------------------------------


@for_members
@owned
async def choose(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Opens the form with the newest ideas; then that is the best answer and the next step."""
    if one.state in ("closed", "hidden"):
        return refused(posts.SETTLED)
    ideas = await _ideas(event, moment, one)
    if event.source != "form":
        values = {"best": event.args.get("idea", "") or one.best, "step": one.step}
        form = posts.choose_form(one, await named(moment, ideas), values)
        return Changes(reply=opened_form(form))
    wrong = _wrong(event, ideas)
    if wrong:
        form = posts.choose_form(one, await named(moment, ideas), event.values, wrong)
        return Changes(reply=Invalid(form))
    best = event.values.get("best", "none")
    return _chosen(event, moment, cohort, one, next((i for i in ideas if i.id == best), None))


async def _ideas(event: Event, moment: Moment, one: Challenge) -> Sequence[Idea]:
    """The newest ones, and those that are named whatever their age."""
    newest = (await moment.read.find(Idea, stands=one.id, limit=OPTIONS)).items[:OPTIONS]
    named = {event.args.get("idea", ""), event.values.get("best", ""), one.best}
    older = [await moment.read.get(Idea, id) for id in sorted(named - {i.id for i in newest}) if id]
    return (*(idea for idea in older if idea and idea.stands == one.id), *newest)


def _wrong(event: Event, ideas: Sequence[Idea]) -> str:
    step, best = event.values.get("step", ""), event.values.get("best", "none")
    if not line(step, STEP) or len(step.strip()) > STEP:
        return "step"
    return "" if best in ("none", "", *(idea.id for idea in ideas)) else "best"


def _chosen(
    event: Event, moment: Moment, cohort: Cohort, one: Challenge, best: Idea | None
) -> Changes:
    new = chosen(one, best.id if best else "", event.values.get("step", ""), moment.now)
    own = show(ToPerson(one.owner), own_slot(one.id))
    jobs = [*changed(cohort, new, one), own, _in_two_weeks(event, moment, new)]
    if best and best.person != one.owner and best.id != one.best:
        jobs.append(_thanks(one, best, moment))
    changes = Changes(saves=(new,), tallies=counts(new, one), jobs=tuple(jobs))
    return redrawn(changes, posts.CHOSEN)


def _in_two_weeks(event: Event, moment: Moment, one: Challenge) -> Job:
    args = {"cohort": one.cohort, "challenge": one.id, "since": one.began, "turn": str(one.turn)}
    return timer("challenges.ripe", event.org, moment.now + TRYING, **args)


def _thanks(one: Challenge, best: Idea, moment: Moment) -> Job:
    slot = f"chosen/{one.id}"
    work = Show(ToPerson(best.person), slot)
    until = moment.now + FADES
    return Job(key=f"{slot}/{best.id}", work=work, weight="nudge", until=until)


async def chosen_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """To whoever had the idea that is being tried, as long as it is theirs."""
    one, cohort = await whole(moment, subject(slot))
    best = await moment.read.get(Idea, one.best) if one and one.best else None
    if one is None or cohort is None or best is None or best.person != viewer.person:
        return None
    return helping.chosen(one, await asker_of(moment, one), slot)


@for_anyone
@owned
async def close(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Its owner has what they need: nobody is asked any more."""
    if one.state != "open":
        return refused(posts.SETTLED)
    new = settled(replace(one, state="closed"))
    own = show(ToPerson(one.owner), own_slot(one.id))
    jobs = (*changed(cohort, new, one), own)
    return redrawn(Changes(saves=(new,), tallies=counts(new, one), jobs=jobs), posts.CLOSED)


# --- did it work? -------------------------------------------------------------------------------


async def ask(event: Event, moment: Moment) -> Changes:
    """Two weeks on: asks whoever tried it, if they still take part."""
    one, cohort = await whole(moment, event.args["challenge"])
    if one is None or cohort is None or cohort.stage == "cancelled":
        return Changes()
    asked = (one.state, one.began) == ("trying", event.args["since"])
    if not asked or one.turn >= TURNS or not await belongs(moment.read, cohort, one.owner):
        return Changes()
    if cohort.stage == "paused":
        return Changes(jobs=(later(event, moment.now),))
    new = replace(one, turn=one.turn + 1)
    slot = f"worked/{one.id}/{one.began}-{new.turn}"
    job = Job(
        key=f"{slot}/{one.owner}",
        work=Show(ToPerson(one.owner), slot),
        weight="nudge",
        until=moment.now + FADES,
    )
    return Changes(saves=(new,), jobs=(job,))


@for_anyone
@owned
async def worked(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """It worked, a bit, not; or not tried yet, which is asked once more."""
    if one.state not in ("trying", "told"):
        return refused(posts.NOT_CHOSEN)
    how = event.args.get("how", "")
    if how == "yet" and one.state == "trying":
        return _not_yet(event, moment, cohort, one)
    outcome = next((it for it in OUTCOMES if it == how), None)
    if outcome is None:
        return refused(posts.NOT_CHOSEN)
    return redrawn(_told(cohort, one, told(one, outcome)), posts.TOLD)


def _not_yet(event: Event, moment: Moment, cohort: Cohort, one: Challenge) -> Changes:
    if one.turn >= TURNS:
        return refused(posts.YET_AGAIN)
    again = _in_two_weeks(event, moment, one)
    return redrawn(Changes(jobs=(again,)), posts.YET)


@for_anyone
@owned
async def lesson(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """A line on what came of it."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    if one.state != "told":
        return refused(posts.NOT_CHOSEN)
    if event.source != "form":
        return Changes(reply=opened_form(posts.lesson_form(one, one.lesson)))
    text = event.values.get("lesson", "")
    if not lines(text, STEP) or len(text.strip()) > STEP:
        return Changes(reply=Invalid(posts.lesson_form(one, text, wrong=True)))
    return redrawn(_told(cohort, one, replace(one, lesson=lines(text, STEP))), posts.TOLD)


def _told(cohort: Cohort, was: Challenge, new: Challenge) -> Changes:
    """The card, the wall, and a message under the thread that says how it went."""
    below = (
        show(ToThread(place, card_slot(new.id)), result_slots(new)[-1]) for place in cohort.spaces
    )
    own = show(ToPerson(new.owner), own_slot(new.id))
    jobs = (*changed(cohort, new, was), *below, own)
    return Changes(saves=(new,), tallies=counts(new, was), jobs=jobs)


@for_anyone
@owned
async def tell(event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge) -> Changes:
    """The question, whenever its owner likes to answer it."""
    slot = f"worked/{one.id}/{moment.id('asked')[:8]}"
    post = await worked_view(moment, slot, Viewer(person=me.id))
    if post is None:
        return refused(posts.NOT_CHOSEN)
    return privately(event, me, post)


async def worked_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Did it work? To its owner, and then what they said."""
    one, _ = await whole(moment, subject(slot))
    if one is None or one.owner != viewer.person or one.state not in ("trying", "told"):
        return None
    seen = await looked_at(moment, one)
    return posts.answered(seen, slot) if one.outcome else posts.asking(seen, slot)


async def result_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """How it went, under the thread."""
    one, cohort = await whole(moment, subject(slot))
    if one is None or cohort is None or one.state == "hidden":
        return None
    if slot not in result_slots(one)[-1:] or not one.outcome:
        return None
    if not await may_see(moment, cohort, viewer):
        return None
    return posts.result(await looked_at(moment, one), slot)
