"""A proposal as whoever leads the cohort sees it, and what is said about rounds."""

from msgspec import Struct

from core.cohorts.model import Cohort, leads
from core.cohorts.words import SAMPLE, SAMPLED, at, called, name_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Bullets,
    Button,
    Buttons,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    When,
    say,
    verbatim,
)
from core.pairs.matching.people import Draw, Reasons
from core.pairs.model import WAITING
from core.pairs.rounds.model import FADES, PAGE, SHEET, Match, Missed, Round, Sheet
from core.pairs.words import because, names, why_left
from core.people.model import alive
from core.slices import Corner


class Proposal(Struct, frozen=True, kw_only=True):
    """What a card of a proposal tells: a page of it, as lines."""

    cohort: Cohort
    round: Round
    lines: tuple[Phrase, ...]
    start: int = 0


async def draw_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """A page of a proposal, to whoever leads the cohort."""
    _, id, start = [*slot.split("/"), "", ""][:3]
    round = await moment.read.get(Round, id)
    cohort = await moment.read.get(Cohort, round.cohort) if round else None
    if round is None or cohort is None or not leads(cohort, viewer.person):
        return None
    if round.stage != "proposed":
        return settled(cohort, round)
    first = int(start) if start.isascii() and start.isdigit() and len(start) < SHEET else 0
    key = f"{round.id}/{round.turn}/{first // SHEET}"
    sheet = await moment.read.get(Sheet, key)
    rows = sheet.rows[first % SHEET : first % SHEET + PAGE] if sheet else ()
    me = await alive(moment.read, viewer.person)
    zone = me.zone if me else cohort.zone
    lines = tuple([await _line(moment, row, zone or cohort.zone) for row in rows])
    return proposal(Proposal(cohort=cohort, round=round, lines=lines, start=first))


async def _line(moment: Moment, row: Match | Missed, zone: str) -> Phrase:
    if isinstance(row, Missed):
        return left_out(await name_of(moment, row.person), why_left(row.why))
    people = [await name_of(moment, one) for one in row.people]
    return matched(names(people), because(row.reasons, zone, moment.now))


def matched(people: Phrase, why: Phrase) -> Phrase:
    """A group, and what speaks for it."""
    return say("pairs.draw.line", "{people}: {why}", people=people, why=why)


def left_out(name: str, why: Phrase) -> Phrase:
    """Who is left out, and why."""
    return say("pairs.draw.left", "{name}: left out, {why}", name=called(name), why=why)


def proposal(it: Proposal) -> Post:
    """Who would meet whom, to approve or redo."""
    round, args = it.round, {"cohort": it.cohort.id}
    mine = at(round, **args)
    buttons: list[Button] = []
    if not it.start:
        buttons = [
            Press(say("pairs.draw.approve", "Send it"), "pairs.approve", mine, "primary"),
            Press(say("pairs.draw.redo", "Draw again"), "pairs.redo", mine),
            Press(say("pairs.draw.drop", "Not now"), "pairs.drop", mine),
        ]
    after = it.start + len(it.lines)
    if after < round.groups + round.left and len(it.lines) == PAGE:
        more = {**args, "round": round.id, "from": str(after)}
        buttons.append(Press(say("pairs.draw.more", "More"), "pairs.look", more))
    return Post(
        slot=f"draw/{round.id}/{it.start}",
        summary=say("pairs.draw.summary", "Who would be with whom"),
        purpose=say("pairs.draw.purpose", "Because you lead this cohort. Nobody has heard yet."),
        blocks=(
            Heading(say("pairs.draw.title", "A proposal for {name}", name=it.cohort.name)),
            Text(
                say(
                    "pairs.draw.figures",
                    "Groups: {groups}. Left out: {left}.",
                    groups=round.groups,
                    left=round.left,
                )
            ),
            Bullets(it.lines),
            *((Buttons(tuple(buttons)),) if buttons else ()),
        ),
    )


async def waits_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """That a proposal waits, to whoever leads the cohort, as long as it does."""
    round = await moment.read.get(Round, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, round.cohort) if round else None
    if round is None or cohort is None or not leads(cohort, viewer.person):
        return None
    return waits(cohort, round) if round.stage == "proposed" else None


def waits(cohort: Cohort, round: Round) -> Post:
    """A proposal was not approved so far: the only reminder."""
    args = {"cohort": cohort.id, "round": round.id}
    mine = at(round, cohort=cohort.id)
    return Post(
        slot=f"draw-waits/{round.id}",
        summary=say("pairs.draw.waits.summary", "A proposal waits for you"),
        purpose=say("pairs.draw.why", "Because you lead this cohort."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "pairs.draw.waits",
                    "Who would be with whom is still to be approved. On {day} it is put away, and "
                    "you can draw again at any time. This is the only reminder.",
                    day=When(round.at + FADES),
                )
            ),
            Buttons(
                (
                    Press(say("pairs.draw.look", "Look at it"), "pairs.look", args, "primary"),
                    Press(say("pairs.draw.drop", "Not now"), "pairs.drop", mine),
                )
            ),
        ),
    )


def settled(cohort: Cohort, round: Round) -> Post:
    """What became of a proposal."""
    return Post(
        slot=f"draw/{round.id}/0",
        summary=say("pairs.draw.summary", "Who would be with whom"),
        purpose=say("pairs.draw.why", "Because you lead this cohort."),
        blocks=(Heading(verbatim(cohort.name)), Text(_became(round))),
    )


def _became(round: Round) -> Phrase:
    if round.stage == "dropped":
        return say("pairs.draw.dropped.told", "This proposal was put away. Nobody heard of it.")
    if round.stage == "gathering":
        return say("pairs.draw.again", "Being drawn again. The new proposal comes by itself.")
    return say(
        "pairs.draw.sent",
        "Sent: {groups} groups. Each hears in their own hours, and may say that it is no match.",
        groups=round.groups,
    )


def nobody(cohort: Cohort, drawn: Draw) -> Post:
    """There was nothing to propose."""
    here = [one for one in drawn.left if one.why in {"only", "rules"}]
    text = ALL_SET if not here else TOO_FEW
    return Post(
        summary=say("pairs.nobody.summary", "There was nobody to put together"),
        purpose=say("pairs.draw.why", "Because you lead this cohort."),
        blocks=(Heading(verbatim(cohort.name)), Text(text)),
    )


async def desk_corner(moment: Moment, cohort: Cohort) -> Corner | None:
    """Drawing pairs and coffees, and how many wait for somebody."""
    args = {"cohort": cohort.id}
    waiting = await moment.read.tally(WAITING, cohort.id)
    lines: tuple[Phrase, ...] = ()
    if waiting > 0:
        lines = (say("pairs.desk.waiting", "Waiting for a partner: {n}.", n=waiting),)
    moves = (
        Press(say("pairs.desk.draw", "Draw pairs"), "pairs.draw", {**args, "style": "lasting"}),
        Press(say("pairs.desk.coffee", "Coffee round"), "pairs.draw", {**args, "style": "coffee"}),
        OpenForm(say("pairs.desk.apart", "Keep two apart"), "pairs.apart_two", args),
    )
    return Corner(lines, moves)


DRAWING = say("pairs.drawing", "Looking who fits whom. The proposal comes to you alone.")
REDOING = say("pairs.redoing", "Drawing again. The new proposal comes in a moment.")
SENDING = say("pairs.sending", "On its way: each hears whom they are with, in their own hours.")
DROPPED = say("pairs.dropped", "Put away. Nobody heard of it.")
DRAWING_ALREADY = say("pairs.drawing.already", "A round is being drawn already. One moment.")
PROPOSED_ALREADY = say("pairs.proposed.already", "There is a proposal already: here it is again.")
PAUSED = say("pairs.paused", "The cohort is paused. Go on with it first.")
GONE = say("pairs.gone", "That is no longer there, so nothing was changed.")
ALL_SET = say(
    "pairs.nobody.set", "Everybody has a partner already, or sits this one out. Nothing was sent."
)
TOO_FEW = say(
    "pairs.nobody.few",
    "It takes two who are free and may be put together. Invite people, or try again later.",
)

_ROUND = Round(
    id="sample",
    version=1,
    cohort="sample",
    style="lasting",
    stage="proposed",
    groups=2,
    left=1,
    at=SAMPLED,
    rank="1",
)
_LINES = (
    matched(
        names(["Ada Sample", "Bo Sample"]),
        because(Reasons(teams=True, hours=0b111 << 8, words=("handover",)), "UTC", SAMPLED),
    ),
    matched(names(["Cem Sample", "Dee Sample", "Eli Sample"]), because(Reasons(), "UTC", SAMPLED)),
    left_out("Flo Sample", why_left("paused")),
)

EXAMPLES: dict[str, Post | Form] = {
    "pairs.proposal": proposal(Proposal(cohort=SAMPLE, round=_ROUND, lines=_LINES)),
    "pairs.proposal.waits": waits(SAMPLE, _ROUND),
    "pairs.nobody": nobody(SAMPLE, Draw((), ())),
}
