"""Flagging, deciding, telling both sides, and a second look."""

from msgspec.structs import replace

from core.cohorts.access import for_anyone, opened_form, privately, redrawn, refused
from core.cohorts.agreement.model import Agreement
from core.cohorts.model import Cohort, lines, runs, timer
from core.cohorts.words import name_of
from core.engine.ports import (
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    ToPerson,
    Viewer,
    Weight,
    show,
)
from core.message import Post
from core.moderation import posts
from core.moderation.handing import absent
from core.moderation.model import (
    CHAT,
    HEARD,
    RECENT,
    TEXT,
    WORDS,
    Case,
    Flag,
    Kinds,
    Said,
    State,
    anew,
    decided,
    flag_id,
    opened,
    reads,
    stale,
)
from core.people.model import Person, picked
from core.slices import Corner

FLAGS = 20

# --- flagging -----------------------------------------------------------------------------------


async def flag(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks what it is about and why; then tells whoever keeps the cohort safe."""
    if event.source != "form":
        heard, met = await _heard(event, moment, me, cohort)
        case = heard.id if heard else event.args.get("case", "")
        told = () if case else await _recent(kinds, moment, me, cohort)
        if not case and not told:
            return refused(posts.NOTHING)
        chosen, promises = event.args.get("what", ""), await _promises(moment, cohort)
        form = posts.flag_form(cohort, promises, told, case=case, chosen=chosen)
        return met + Changes(reply=opened_form(form))
    found = await _meant(kinds, event, moment, me, cohort)
    if found is None or found.author == me.id:
        return refused(posts.OWN if found else posts.GONE)
    return await _said(event, moment, me, cohort, found)


async def _said(event: Event, moment: Moment, me: Person, cohort: Cohort, case: Case) -> Changes:
    """What is said against it, once by each person."""
    promises = await _promises(moment, cohort)
    chosen = event.values.get("line", "")
    promise = next((it for n, it in enumerate(promises) if str(n) == chosen), "")
    why = lines(event.values.get("words", ""), WORDS)
    if not promise and not why:
        form = posts.flag_form(cohort, promises, case=case.id)
        return _waiting(event, moment, case) + Changes(reply=Invalid(posts.unexplained(form)))
    was = await moment.read.get(Flag, flag_id(case.id, me.id))
    if was is not None and was.turn == case.turn:
        return refused(posts.ALREADY)
    flag = Flag(
        id=flag_id(case.id, me.id),
        version=was.version if was else 0,
        case=case.id,
        by=me.id,
        line=promise,
        words=why,
        at=moment.now,
        turn=case.turn,
    )
    return _flagged(case, flag)


def _waiting(event: Event, moment: Moment, case: Case) -> Changes:
    """A new case waits a day for its reason without anybody hearing of it."""
    if case.version:
        return Changes()
    day = moment.now + HEARD
    over = timer("moderation.over", event.org, day, case=case.id, at=f"{moment.now:%Y%m%d%H%M%S}")
    return Changes(saves=(replace(case, state="heard"),), jobs=(over,))


def _flagged(case: Case, said: Flag) -> Changes:
    """A case that was settled stays so: what was looked at is not looked at for every flag."""
    if case.version and case.state not in ("heard", "open"):
        return Changes(saves=(said,), reply=Done(posts.LOOKED))
    case = replace(case, state="open")
    told = show(ToPerson(case.judge), posts.slot_of(case))
    return Changes(saves=(case, said), jobs=(told,), reply=Done(posts.THANKS))


async def _heard(
    event: Event, moment: Moment, me: Person, cohort: Cohort
) -> tuple[Case | None, Changes]:
    """A message of the chat that was flagged with a menu of the chat itself."""
    if not (event.people and event.origin and event.origin.message and event.text.strip()):
        return None, Changes()
    author, met = await picked(event, moment, event.people[0].account)
    id = f"{event.origin.place}|{event.origin.message}"
    if author is None:
        return None, met
    what = Said(
        id=id, cohort=cohort.id, author=author.id, text=lines(event.text, TEXT), at=moment.now
    )
    case = await _case(moment, cohort, CHAT, what, me)
    return case, met + _waiting(event, moment, case)


async def over(event: Event, moment: Moment) -> Changes:
    """A message that nobody said anything against is not kept."""
    case = await moment.read.get(Case, event.args["case"])
    return Changes(deletes=(case,)) if case and case.state == "heard" else Changes()


async def _recent(
    kinds: Kinds, moment: Moment, me: Person, cohort: Cohort
) -> list[tuple[str, Said, str]]:
    """The newest that others wrote, of all kinds, each with what it is called and by whom."""
    found = [
        (kind, what)
        for kind, those in kinds.items()
        for what in await those.recent(moment.read, cohort.id, me.id)
        if what.author != me.id and not what.hidden
    ]
    newest = sorted(found, key=lambda one: one[1].at, reverse=True)[:RECENT]
    return [(f"{kind}|{it.id}", it, await name_of(moment, it.author)) for kind, it in newest]


async def _meant(
    kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort
) -> Case | None:
    """The case that the form is about, if what it names belongs to this cohort."""
    if id := event.args.get("case"):
        case = await moment.read.get(Case, id)
        return case if case and case.cohort == cohort.id else None
    kind, _, id = event.values.get("what", "").partition("|")
    what = await kinds[kind].found(moment.read, id) if kind in kinds and id else None
    if what is None or what.cohort != cohort.id or not reads(me.id, what):
        return None
    return await _case(moment, cohort, kind, what, me)


async def _case(moment: Moment, cohort: Cohort, about: str, what: Said, me: Person) -> Case:
    """The case about these words: the one there is, unless they are others by now."""
    gone = await absent(moment, cohort)
    fresh = opened(cohort, about, what, moment.now, me.id, *gone)
    known = await moment.read.get(Case, fresh.id)
    if known is None:
        return fresh
    return anew(known, fresh) if stale(known, what) else known


async def _promises(moment: Moment, cohort: Cohort) -> tuple[str, ...]:
    """The lines of the agreement, of which one may have been broken."""
    agreement = await moment.read.get(Agreement, cohort.id)
    return tuple(line.text for line in agreement.lines) if agreement else ()


# --- deciding -----------------------------------------------------------------------------------


async def keep(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """It stays as it is; who flagged it hears so."""
    case = await _mine(event, moment, me, cohort)
    if case is None:
        return refused(posts.NOT_YOURS)
    return redrawn(await _decided(moment, cohort, case, "kept", ""), posts.KEPT)


async def hide(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Takes it out of everybody's sight, with a reason for its author."""
    case = await _mine(event, moment, me, cohort)
    if case is None:
        return refused(posts.NOT_YOURS)
    why = _reason(event, case, "hidden")
    if not isinstance(why, str):
        return why
    changes = await _decided(moment, cohort, case, "hidden", why)
    if case.about not in kinds:
        return redrawn(changes, posts.REMOVE_IT)
    return redrawn(changes + await kinds[case.about].hide(moment, case.said, True), posts.HIDDEN)


async def warn(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """It stays, and its author hears why it was flagged."""
    case = await _mine(event, moment, me, cohort)
    if case is None:
        return refused(posts.NOT_YOURS)
    why = _reason(event, case, "warned")
    if not isinstance(why, str):
        return why
    return redrawn(await _decided(moment, cohort, case, "warned", why), posts.WARNED)


def _reason(event: Event, case: Case, state: State) -> str | Changes:
    """What the author will read, else the form that asks for it."""
    if event.source != "form":
        return Changes(reply=opened_form(posts.reason_form(case, state)))
    reason = lines(event.values.get("reason", ""), WORDS)
    return reason or Changes(reply=Invalid(posts.reason_form(case, state, missing=True)))


async def _decided(
    moment: Moment, cohort: Cohort, case: Case, state: State, reason: str
) -> Changes:
    new, counted = decided(case, state, reason, moment.now)
    found = (await moment.read.find(Flag, case=case.id)).items
    flags = [flag for flag in found if flag.turn == case.turn]
    outcome = posts.outcome(cohort, new)
    jobs = tuple(tell(case, flag.by, outcome, "person") for flag in flags)
    if state != "kept":
        jobs = (*jobs, tell(new, new.author, posts.to_author(cohort, new), "essential"))
    return Changes(saves=(new,), tallies=(counted,), jobs=jobs)


async def _mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Case | None:
    """The open case that a button names, for whoever decides about it."""
    case = await moment.read.get(Case, event.args.get("id", ""))
    ours = case is not None and case.cohort == cohort.id and case.judge == me.id
    return case if ours and case and case.state == "open" else None


def tell(case: Case, person: str, post: Post, weight: Weight) -> Job:
    """The message about a case to one person, once for each of its states."""
    key = f"moderation/{case.id}/{case.turn}/{case.state}{case.appeal}/{person}"
    return Job(key=key, work=Deliver(ToPerson(person), post), weight=weight)


# --- looking ------------------------------------------------------------------------------------


@for_anyone
async def flagged(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What waits for a decision, to whoever runs the cohort."""
    if not runs(cohort, me.id):
        return refused(posts.NOT_YOURS)
    found = await moment.read.find(Case, cohort=cohort.id, judge=me.id, state="open", limit=FLAGS)
    return privately(event, me, posts.waiting(cohort, found.items))


@for_anyone
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """One case, to whoever decides about it."""
    id = event.args.get("case", "")
    case = await moment.read.get(Case, id) if id else None
    slot = posts.slot_of(case) if case and case.cohort == cohort.id else ""
    card = await posts.case_view(moment, slot, Viewer(person=me.id)) if slot else None
    if card is None:
        return refused(posts.NOT_YOURS)
    return privately(event, me, card)


async def corner(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """Where a member says that something is not right."""
    return Corner(buttons=(posts.flag_button(cohort),))
