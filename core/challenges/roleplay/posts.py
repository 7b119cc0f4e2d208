"""What players read: their role, the clock, what to look for, what they kept."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.challenges.roleplay.model import (
    MINUTES,
    OBSERVER,
    TEXT,
    Part,
    Play,
    part_id,
    role_in,
)
from core.challenges.roleplay.scripts import SCRIPTS, Script, script_of
from core.cohorts.model import Cohort, awake, belongs
from core.cohorts.words import ASKED, SAMPLE, SAMPLED, called, name_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Bullets,
    Buttons,
    ChoiceField,
    Form,
    Heading,
    OpenForm,
    Option,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    When,
    say,
)
from core.slices import Corner

MOST = 3

# --- dealing ------------------------------------------------------------------------------------


def deal_form(cohort: Cohort) -> Form:
    """Which scene, and for how long."""
    each = Option("", say("roleplay.any", "One that is nobody’s own job"))
    return Form(
        title=say("roleplay.deal", "Role-play"),
        intro=say(
            "roleplay.deal.intro",
            "Every pair gets a scene and a clock, and swaps roles. They choose when.",
        ),
        action="roleplay.deal",
        args={"cohort": cohort.id},
        submit=say("roleplay.deal.send", "Give it to the pairs"),
        fields=(
            ChoiceField(
                name="script",
                label=say("roleplay.script", "Scene"),
                options=(each, *(Option(script.key, script.title) for script in SCRIPTS)),
                required=False,
            ),
            ChoiceField(
                name="minutes",
                label=say("roleplay.minutes", "Minutes for each round"),
                options=tuple(Option(str(n), say("roleplay.n", "{n}", n=n)) for n in MINUTES),
                value="5",
            ),
        ),
    )


# --- playing ------------------------------------------------------------------------------------


async def play_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The scene as one of its players sees it now; nobody is asked once the cohort is over."""
    play = await moment.read.get(Play, slot.partition("/")[2])
    script = script_of(play.script) if play else None
    part = await moment.read.get(Part, part_id(play.id, viewer.person)) if play else None
    cohort = await moment.read.get(Cohort, play.cohort) if play else None
    if play is None or script is None or part is None or cohort is None:
        return None
    if play.state == "ready" and not awake(cohort, moment.now):
        return None
    if not await belongs(moment.read, cohort, viewer.person):
        return None
    parts = (await moment.read.find(Part, play=play.id, limit=MOST)).items
    others = [await name_of(moment, one.person) for one in parts if one.person != part.person]
    return replace(scene(play, part, script, others), slot=slot)


def scene(play: Play, part: Part, script: Script, others: Sequence[str]) -> Post:
    """Before, while and after it is played."""
    return Post(
        slot=f"roleplay/{play.id}",
        summary=say("roleplay.summary", "A scene to play with your partner"),
        purpose=say(
            "roleplay.purpose",
            "So that you have said it once before it matters.",
        ),
        blocks=(Heading(script.title), *_now(play, part, script, others)),
    )


def _now(play: Play, part: Part, script: Script, others: Sequence[str]) -> tuple[Block, ...]:
    args = {"cohort": play.cohort, "play": play.id}
    if play.state == "ready":
        start = say("roleplay.start", "We’re together: start the clock")
        return (
            Text(script.scene),
            Text(_with(others, play)),
            _role(play, part, script, 1)[0],
            Buttons((Press(start, "roleplay.start", args, "primary"),)),
        )
    if play.state == "playing":
        return (
            Text(_round(play)),
            *_role(play, part, script, play.round),
            Buttons((Press(say("roleplay.stop", "Stop here"), "roleplay.stop", args),)),
        )
    keep = say("roleplay.keep", "What I keep")
    kept = (Quote(part.keeps, say("roleplay.you", "You keep")),) if part.keeps else ()
    return (
        Text(say("roleplay.done", "That was it. Tell each other first: what worked?")),
        Bullets(script.looks),
        *kept,
        Buttons((OpenForm(keep, "roleplay.keep", args, "primary"),)),
    )


def _with(others: Sequence[str], play: Play) -> Phrase:
    """With whom, how often, how long."""
    first, *rest = [*others, ""]
    if rest and rest[0]:
        return say(
            "roleplay.three",
            "With {one} and {other}: three rounds of {minutes} minutes, so that each has been "
            "everyone.",
            one=called(first),
            other=called(rest[0]),
            minutes=play.minutes,
        )
    return say(
        "roleplay.two",
        "With {one}: {minutes} minutes, then you swap, {minutes} more.",
        one=called(first),
        minutes=play.minutes,
    )


def _round(play: Play) -> Phrase:
    if play.until is None:
        return say("roleplay.runs", "The clock runs.")
    return say(
        "roleplay.round",
        "Round {n} of {of}, until {until}.",
        n=play.round,
        of=play.seats,
        until=When(play.until),
    )


def _role(play: Play, part: Part, script: Script, round: int) -> tuple[Block, ...]:
    role = role_in(play, part, round)
    if role == OBSERVER:
        return (
            Text(say("roleplay.observer", "You watch and say nothing. Look for this:")),
            Bullets(script.looks),
        )
    return (Text(script.roles[role].name), Text(script.roles[role].wants))


# --- what stays ---------------------------------------------------------------------------------


def keep_form(play: Play, part: Part, script: Script, *, wrong: bool = False) -> Form:
    """What somebody noticed, and the one thing they keep."""
    return Form(
        title=say("roleplay.keep", "What I keep"),
        action="roleplay.keep",
        args={"cohort": play.cohort, "play": play.id},
        submit=say("roleplay.keep.save", "Keep it"),
        fields=(
            ChoiceField(
                name="looks",
                label=say("roleplay.looks", "What could be seen?"),
                options=tuple(Option(str(n), look) for n, look in enumerate(script.looks)),
                several=True,
                required=False,
                value=",".join(map(str, part.looks)),
            ),
            TextField(
                name="keeps",
                label=say("roleplay.keeps", "One thing to keep, in your words"),
                lines=True,
                limit=TEXT,
                value=part.keeps,
            ),
            ChoiceField(
                name="shared",
                label=say("roleplay.shared", "Who may see it?"),
                options=(
                    Option("me", say("roleplay.me", "Only me")),
                    Option("partner", say("roleplay.partner", "Who played with me")),
                ),
                value=part.shared,
            ),
        ),
        errors={"keeps": WRONG} if wrong else {},
    )


WRONG = say("roleplay.wrong", "One sentence, at most 400 characters.")


def kept_by(name: str, text: str) -> Post:
    """To who played with them."""
    return Post(
        summary=say("roleplay.kept.summary", "What your partner keeps"),
        purpose=say("roleplay.kept.purpose", "You played a scene together."),
        blocks=(Quote(text, say("roleplay.by", "{name}", name=called(name))),),
    )


def journal(cohort: Cohort, told: Sequence[tuple[Part, Play, Script]]) -> Post:
    """My scenes and what I kept of them."""
    open_ones = [(part, play, script) for part, play, script in told if play.state != "done"]
    kept = tuple(Quote(part.keeps, script.title) for part, _, script in told if part.keeps)
    presses = tuple(
        Press(script.title, "roleplay.look", {"cohort": cohort.id, "play": play.id})
        for _, play, script in open_ones[:6]
    )
    none = say("roleplay.none", "No scene for you yet. One comes when the facilitator deals them.")
    return Post(
        summary=say("roleplay.journal.summary", "Your scenes"),
        purpose=ASKED,
        blocks=(
            Heading(say("roleplay.journal", "Your scenes")),
            *(kept or (() if presses else (Text(none),))),
            *((Buttons(presses),) if presses else ()),
        ),
    )


async def desk_corner(moment: Moment, cohort: Cohort) -> Corner | None:
    """Dealing a scene."""
    label = say("roleplay.deal", "Role-play")
    return Corner(buttons=(OpenForm(label, "roleplay.deal", {"cohort": cohort.id}),))


# --- sentences ----------------------------------------------------------------------------------

NO_PAIRS = say("roleplay.no-pairs", "Scenes are played in pairs. Draw the pairs first.")
DEALT = say("roleplay.dealt", "Every pair gets a scene. They choose when to play it.")
GONE = say("roleplay.gone", "That scene is not one of yours.")
RUNS = say("roleplay.runs-already", "The clock runs already.")
BEGUN = say("roleplay.begun", "The clock runs. I say when to swap.")
ENDED = say("roleplay.ended", "The scene is over.")
KEPT = say("roleplay.saved", "Kept. Write roleplay to find it again.")
SHARED = say("roleplay.saved.shared", "Kept, and shared with who played with you.")

_PLAY = Play(id="sample/1/p", cohort="sample", script="feedback", minutes=5, seats=2, at=SAMPLED)
_PART = Part(
    id="sample/1/p/ada", play="sample/1/p", cohort="sample", person="ada", seat=0, at=SAMPLED
)
_RUNNING = replace(_PLAY, state="playing", round=2, until=SAMPLED)
_TRIO = replace(_PLAY, seats=3)
_SCRIPT = SCRIPTS[0]

EXAMPLES: Mapping[str, Post | Form] = {
    "roleplay.deal": deal_form(SAMPLE),
    "roleplay.ready": scene(_PLAY, _PART, _SCRIPT, ("Bo Sample",)),
    "roleplay.ready.three": scene(_TRIO, _PART, _SCRIPT, ("Bo Sample", "Cem Sample")),
    "roleplay.playing": scene(_RUNNING, _PART, _SCRIPT, ("Bo Sample",)),
    "roleplay.watching": scene(
        replace(_TRIO, state="playing", round=3, until=SAMPLED), _PART, _SCRIPT, ()
    ),
    "roleplay.done": scene(replace(_PLAY, state="done"), _PART, _SCRIPT, ("Bo Sample",)),
    "roleplay.keep": keep_form(_PLAY, _PART, _SCRIPT),
    "roleplay.keep.again": keep_form(_PLAY, _PART, _SCRIPT, wrong=True),
    "roleplay.kept": kept_by("Bo Sample", "Say the wish first, then the reason."),
    "roleplay.journal": journal(
        SAMPLE, [(replace(_PART, keeps="Say the wish first."), _PLAY, _SCRIPT)]
    ),
    "roleplay.journal.none": journal(SAMPLE, ()),
}
