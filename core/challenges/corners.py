"""What challenges add to the facilitator's desk and to a member's own card."""

from core.challenges.model import IDEAS, OPEN, TOLD, WAITING, Challenge
from core.challenges.naming.posts import NOTED, example_button
from core.cohorts.model import Cohort
from core.cohorts.working_on.model import WorkingOn, working_id
from core.engine.ports import Moment
from core.message import Button, OpenForm, Phrase, Press, say
from core.slices import Corner

ENOUGH = 5


async def at_desk(moment: Moment, cohort: Cohort) -> Corner | None:
    """How many are open, how many wait for a first idea, and what helps."""
    open = await moment.read.tally(OPEN, cohort.id)
    waiting = await moment.read.tally(WAITING, cohort.id)
    any = (await moment.read.find(Challenge, cohort=cohort.id, limit=1)).items
    if not any:
        return None
    args = {"cohort": cohort.id}
    line = say(
        "challenges.desk",
        "Challenges open: {open}. Without an idea so far: {waiting}.",
        open=max(open, 0),
        waiting=max(waiting, 0),
    )
    buttons: list[Button] = []
    if waiting > 0:
        ask = say("challenges.desk.help", "Ask helpers")
        buttons.append(Press(ask, "challenges.help_all", args))
    see = Press(say("challenges.desk.list", "See the challenges"), "challenges.list", args)
    brief = Press(say("challenges.brief", "Brief for the trainer"), "challenges.brief", args)
    return Corner((line,), (*buttons, see, brief))


async def my_own(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """How my newest stands, or the way to name one; a private note becomes one by a press."""
    args = {"cohort": cohort.id}
    own = (await moment.read.find(Challenge, cohort=cohort.id, owner=person, limit=1)).items
    see = Press(say("challenges.desk.list", "See the challenges"), "challenges.list", args)
    if own:
        ideas = await moment.read.tally(IDEAS, own[0].id)
        line = say("challenges.me", "What you asked the group has ideas: {n}.", n=max(ideas, 0))
        mine = Press(say("challenges.me.open", "What I asked"), "challenges.mine", args)
        return Corner((line,), (mine, see))
    note = await moment.read.get(WorkingOn, working_id(cohort.id, person))
    ask = OpenForm(say("challenges.me.ask", "Ask the group"), "challenges.name", args)
    if note and note.text:
        return Corner((NOTED,), (ask, see))
    return Corner((), (ask, example_button(cohort), see))


async def report(moment: Moment, cohort: Cohort) -> tuple[Phrase, ...]:
    """How many told what came of it, where they are enough that none of them is told apart."""
    told = await moment.read.tally(TOLD, cohort.id)
    if told < ENOUGH:
        return ()
    return (
        say(
            "challenges.report",
            "Challenges whose outcome was told: {n}. What didn’t work is listed with the rest.",
            n=told,
        ),
    )
