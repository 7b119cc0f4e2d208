"""What a programme adds to the facilitator’s desk and to a member’s own card."""

from collections.abc import Sequence

from core.cohorts.model import Cohort, Membership, membership_id, over
from core.engine.ports import Moment
from core.message import Button, OpenForm, Phrase, Press, say
from core.programmes.anchors.model import title_of
from core.programmes.calendar import ground_of, local_day
from core.programmes.gates import GATES
from core.programmes.model import Laid, Plan, programme_of
from core.programmes.notices import look_button
from core.programmes.posts import when
from core.programmes.progress import blocked, live
from core.programmes.running import Kinds
from core.slices import Corner

WAITING = 2
CATCH_UP = 3


async def desk_corner(moment: Moment, cohort: Cohort) -> Corner | None:
    """What comes next, what waits and for what, and what was missed."""
    if cohort.stage == "cancelled" or over(cohort, moment.now):
        return None
    plan = await moment.read.get(Plan, cohort.id)
    if plan is None or plan.state == "ended":
        label = say("programmes.desk.choose", "Choose a programme")
        about = say("programmes.desk.none", "A programme would run it by itself.")
        return Corner((about,), (OpenForm(label, "programmes.choose", {"cohort": cohort.id}),))
    if plan.state == "draft":
        about = say("programmes.desk.draft", "A programme is laid out and waits for your start.")
        return Corner((about,), (look_button(plan),))
    told = (*_waits(plan), *_missed(plan), *_too_late(plan, cohort), *_next(plan))
    return Corner(told, (look_button(plan),))


def _waits(plan: Plan) -> Sequence[Phrase]:
    waiting = [one for one in plan.steps if one.state == "waiting"]
    return [_why(plan, one) for one in waiting[:WAITING]]


def _why(plan: Plan, one: Laid) -> Phrase:
    """What a step waits for, and who can bring it about."""
    before = blocked(plan, one)
    if before is None and one.step.gate in GATES:
        return say(
            "programmes.waits",
            "{title} waits for {what}; or leave the step out.",
            title=title_of(one),
            what=GATES[one.step.gate].waits,
        )
    return say(
        "programmes.waits.step",
        "{title} waits for {other}.",
        title=title_of(one),
        other=title_of(before) if before else title_of(one),
    )


def _missed(plan: Plan) -> Sequence[Phrase]:
    count = sum(one.state == "missed" for one in plan.steps)
    return [say("programmes.desk.missed", "Steps that were missed: {n}.", n=count)] if count else []


def _too_late(plan: Plan, cohort: Cohort) -> Sequence[Phrase]:
    """What cannot happen any more, since the cohort ends before."""
    ground = ground_of(plan)
    count = sum(local_day(one.due, ground) > cohort.last for one in live(plan))
    if not count:
        return []
    return [
        say(
            "programmes.desk.after",
            "Steps after the cohort’s last day: {n}. Move that day, or the steps.",
            n=count,
        )
    ]


def _next(plan: Plan) -> Sequence[Phrase]:
    ahead = [one for one in live(plan) if one.state == "planned"]
    if not ahead:
        return [say("programmes.desk.done", "The programme has no more steps.")]
    return [_comes(ahead[0])]


def _comes(one: Laid) -> Phrase:
    return say("programmes.next", "Next: {title}, {at}.", title=title_of(one), at=when(one.due))


# --- a member -------------------------------------------------------------------------------------


async def my_corner(kinds: Kinds, moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """What comes next for everyone, and what is enough for who came later."""
    plan = await programme_of(moment.read, cohort.id)
    if plan is None or cohort.stage != "open":
        return None
    ahead = [one for one in live(plan) if one.step.audience == "members"]
    lines = [_comes(one) for one in ahead[:1] if one.state == "planned"]
    calendar = Press(
        say("programmes.calendar", "Calendar"), "programmes.look", {"cohort": cohort.id}
    )
    if not await to_catch_up(kinds, moment, plan, person):
        return Corner(tuple(lines), (calendar,))
    lines.append(say("programmes.late", "You joined later. A few things are enough to catch up."))
    label = say("programmes.late.button", "Catch up")
    late = Press(label, "programmes.catch_up", {"cohort": cohort.id}, "primary")
    return Corner(tuple(lines), (late, calendar))


async def to_catch_up(kinds: Kinds, moment: Moment, plan: Plan, person: str) -> list[Button]:
    """The buttons of what began before somebody joined and is still worth doing: three at most."""
    member = await moment.read.get(Membership, membership_id(plan.id, person))
    if member is None or member.state != "member":
        return []
    found: list[Button] = []
    for one in plan.steps:
        late = kinds[one.step.kind].late if one.step.kind in kinds else None
        if late and one.step.catch_up and one.ran is not None and one.ran < member.at:
            button = await late(moment, plan.id, person)
            found += [button] if button else []
    return found[:CATCH_UP]
