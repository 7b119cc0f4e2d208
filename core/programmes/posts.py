"""The programme as people see it: laid out, one stage at a time, and what waits or was missed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from core.cohorts.model import Cohort
from core.engine.gate import zone_of
from core.engine.ports import Viewer
from core.message import (
    Block,
    Button,
    Buttons,
    Facts,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    When,
    say,
)
from core.programmes.anchors.model import Shift, title_of
from core.programmes.calendar import Load
from core.programmes.model import Laid, Plan, State
from core.programmes.templates.shipped import about_of, name_of, shipped

STAGES: Mapping[int, Phrase] = {
    1: say("programmes.stage.1", "Getting to know each other"),
    2: say("programmes.stage.2", "Solving problems together"),
    3: say("programmes.stage.3", "Keeping each other to it"),
}
STATES: Mapping[State, Phrase] = {
    "planned": say("programmes.state.planned", "planned"),
    "waiting": say("programmes.state.waiting", "waiting"),
    "done": say("programmes.state.done", "begun"),
    "skipped": say("programmes.state.skipped", "left out"),
    "missed": say("programmes.state.missed", "missed"),
}
SUMMARY = say("programmes.summary", "The programme of your cohort")
WHY = say("programmes.why", "You asked.")


class Seen(Struct, frozen=True, kw_only=True):
    """Whose calendar is drawn: their zone, when each step reaches them, and whether they lead.

    `name` is set when somebody looks through the eyes of another.
    """

    zone: str
    leads: bool = False
    name: str = ""
    due: Mapping[str, datetime] = {}
    person: str = ""


def args_at(plan: Plan, **args: str) -> Mapping[str, str]:
    """The args of a button that is meant for the programme as it stands now."""
    return {**args, "cohort": plan.id, "id": plan.id, "rev": str(plan.version)}


# --- as a whole -----------------------------------------------------------------------------------


def overview(plan: Plan, cohort: Cohort, load: Load) -> Post:
    """What is about to be started: from when to when, and how much people get of it."""
    made = shipped().get(plan.template)
    about = (Text(about_of(made)),) if made else ()
    return Post(
        slot=f"programme/{plan.id}",
        summary=say("programmes.draft.summary", "A programme, laid out and not started"),
        purpose=WHY,
        blocks=(
            Heading(name_of(plan.template, plan.name)),
            *about,
            Facts(_figures(plan, load)),
            *_longer(plan, cohort),
            Buttons((_start(plan), *_stages(plan), _as(plan), _choose(plan))),
        ),
    )


def _figures(plan: Plan, load: Load) -> tuple[tuple[Phrase, Phrase], ...]:
    first, last = plan.steps[0].at, max(one.at for one in plan.steps)
    return (
        (say("programmes.begins", "Begins"), when(first)),
        (say("programmes.ends", "Last step"), when(last)),
        (
            say("programmes.active", "Who answers gets"),
            say(
                "programmes.active.count",
                "{n} private messages, at most {most} a week",
                n=load.active,
                most=load.busiest,
            ),
        ),
        (
            say("programmes.silent", "Who never answers"),
            say("programmes.silent.count", "{n}, then no more", n=load.silent),
        ),
    )


def _longer(plan: Plan, cohort: Cohort) -> tuple[Block, ...]:
    last = max(one.at for one in plan.steps).astimezone(zone_of(plan.zone)).date()
    if last <= cohort.last:
        return ()
    return (Text(say("programmes.longer", "The cohort’s last day moves along."), subtle=True),)


def _start(plan: Plan) -> Press:
    return Press(say("programmes.start", "Start it"), "programmes.start", args_at(plan), "primary")


def _as(plan: Plan) -> OpenForm:
    label = say("programmes.as", "As somebody sees it")
    return OpenForm(label, "programmes.see_as", {"cohort": plan.id})


def _choose(plan: Plan) -> OpenForm:
    label = say("programmes.other", "Another programme")
    return OpenForm(label, "programmes.choose", {"cohort": plan.id})


def _stages(plan: Plan, but: int = 0, **args: str) -> tuple[Press, ...]:
    return tuple(
        Press(
            say("programmes.stage", "Stage {n}", n=stage),
            "programmes.page",
            {**args, "cohort": plan.id, "stage": str(stage)},
        )
        for stage in stages_of(plan)
        if stage != but
    )


def stages_of(plan: Plan) -> list[int]:
    """The stages that a programme has."""
    return sorted({one.step.stage for one in plan.steps})


# --- one stage ------------------------------------------------------------------------------------


def stage(plan: Plan, number: int, seen: Seen, viewer: Viewer) -> Post:
    """The steps of one stage, when they happen on the reader’s clock, and how they went."""
    steps = [one for one in plan.steps if one.step.stage == number and shown(one, seen)]
    rows = tuple((title_of(one), _how(one, seen, viewer)) for one in steps[:12])
    return Post(
        slot=f"programme/{plan.id}",
        summary=SUMMARY,
        purpose=WHY,
        blocks=(
            Heading(STAGES[number]),
            *_through(seen),
            Facts(rows),
            Buttons((*_stages(plan, number, **_kept(seen)), *_moves(plan, seen))),
        ),
    )


def shown(one: Laid, seen: Seen) -> bool:
    """Whether a step concerns this reader."""
    return (seen.leads and not seen.name) or one.step.audience == "members"


def _kept(seen: Seen) -> Mapping[str, str]:
    return {"person": seen.person} if seen.name else {}


def _through(seen: Seen) -> tuple[Block, ...]:
    if not seen.name:
        return ()
    told = say(
        "programmes.seen-as",
        "As {name} sees it, on a clock in {zone} and within the hours set there.",
        name=seen.name,
        zone=seen.zone,
    )
    return (Text(told),)


def _how(one: Laid, seen: Seen, viewer: Viewer) -> Phrase:
    if one.state != "planned":
        return STATES[one.state]
    at = one.at if one.step.opens else seen.due.get(one.step.id, one.at)
    return when(mirrored(at, seen.zone, viewer.zone))


def _moves(plan: Plan, seen: Seen) -> tuple[Button, ...]:
    if not seen.leads or seen.name:
        return ()
    change = say("programmes.change", "Change a step")
    if plan.state == "draft":
        return (Press(say("programmes.whole", "Overview"), "programmes.look", {"cohort": plan.id}),)
    return (
        OpenForm(change, "programmes.change", args_at(plan), "primary"),
        _as(plan),
        Press(say("programmes.end", "End it"), "programmes.end", args_at(plan)),
    )


def when(at: datetime) -> Phrase:
    """A moment, in the reader’s words."""
    return say("programmes.when", "{at}", at=When(at))


def mirrored(at: datetime, theirs: str, mine: str) -> datetime:
    """The moment at which my clock shows what theirs shows at this one."""
    there = at.astimezone(zone_of(theirs)).replace(tzinfo=None)
    return there.replace(tzinfo=zone_of(mine)).astimezone(UTC)


# --- before something changes ---------------------------------------------------------------------


def moving(plan: Plan, one: Laid, at: datetime, along: Sequence[Shift]) -> Post:
    """A step gets another time: what would move along."""
    args = {"step": one.step.id, "to": at.isoformat(), "do": "move"}
    rows = [(title_of(one), when(at)), *((shift.title, when(shift.after)) for shift in along)]
    label = say("programmes.move.all", "Move all of them")
    return _asked(plan, rows, args, label, say("programmes.move.one", "Only the first"))


def leaving_out(plan: Plan, one: Laid, more: Sequence[Laid]) -> Post:
    """A step does not happen: what depends on it."""
    out = STATES["skipped"]
    rows = [(title_of(one), out), *((title_of(other), out) for other in more)]
    args = {"step": one.step.id, "do": "skip"}
    label = say("programmes.skip.all", "Leave all of them out")
    return _asked(plan, rows, args, label, say("programmes.skip.one", "Only the first"))


def _asked(
    plan: Plan,
    rows: Sequence[tuple[Phrase, Phrase]],
    args: Mapping[str, str],
    all: Phrase,
    one: Phrase,
) -> Post:
    told = say("programmes.depend", "These steps depend on it: {n}. Shall they follow?", n=_n(rows))
    return Post(
        slot=f"programme/{plan.id}",
        summary=say("programmes.depend.summary", "Steps that depend on what you change"),
        purpose=WHY,
        blocks=(
            Text(told),
            Facts(tuple(rows[:12])),
            Buttons(
                (
                    Press(all, "programmes.shift", args_at(plan, **args, along="all"), "primary"),
                    Press(one, "programmes.shift", args_at(plan, **args, along="one")),
                    Press(KEEP, "programmes.look", {"cohort": plan.id}),
                )
            ),
        ),
    )


def _n(rows: Sequence[object]) -> int:
    return len(rows) - 1


def ending(plan: Plan, left: int) -> Post:
    """Asks once more."""
    yes = say("programmes.end.yes", "End the programme")
    return Post(
        slot=f"programme/{plan.id}",
        summary=say("programmes.end.summary", "Do you want to end the programme?"),
        purpose=WHY,
        blocks=(
            Text(
                say(
                    "programmes.end.text",
                    "Steps that would not happen: {n}. What has begun goes on, and the cohort "
                    "stays open. You can choose another programme then.",
                    n=left,
                )
            ),
            Buttons(
                (
                    Press(yes, "programmes.end", args_at(plan, sure="yes"), "danger"),
                    Press(KEEP, "programmes.look", {"cohort": plan.id}),
                )
            ),
        ),
    )


KEEP = say("programmes.keep", "Leave it as it is")


NONE = say("programmes.none", "No programme runs here. Whoever leads the cohort can choose one.")
RUNNING = say("programmes.running", "A programme runs already. End it first, then choose another.")
LAID_OUT = say("programmes.laid-out", "Laid out. Nobody else hears of it until you start it.")
STARTED = say("programmes.started", "Started. From here on it runs by itself.")
PASSED = say("programmes.passed", "Its first day has passed. Please choose the programme again.")
ENDED = say("programmes.ended", "Ended. Nothing more of it happens.")
CHANGED = say("programmes.changed", "Changed.")
NO_STEP = say("programmes.no-step", "That step is not part of the programme any more.")
NOT_STARTED = say("programmes.not-started", "The programme is not running. Start it first.")
FULL = say("programmes.full", "The programme has as many steps as it can hold.")
STRANGER = say("programmes.stranger", "I can only show it as a member of this cohort sees it.")
GONE_BY = say("programmes.gone-by", "That time has passed. Please choose another.")
