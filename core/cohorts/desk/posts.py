"""The facilitator’s card: where the cohort stands, and the next step first."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.agreement.model import SUGGESTED, Agreement, version
from core.cohorts.agreement.model import board as agreed
from core.cohorts.introductions.model import Round
from core.cohorts.introductions.model import board as answered
from core.cohorts.model import Cohort, board, leads, over, subject
from core.cohorts.words import ASKED, SAMPLE, SAMPLED, at, title_of
from core.cohorts.working_on.model import BOARD as SHARED
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Buttons,
    Facts,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Style,
    Text,
    say,
    verbatim,
)
from core.slices import DeskCorner, further, together


class Desk(Struct, frozen=True, kw_only=True):
    """What the facilitator’s card tells."""

    cohort: Cohort
    members: int = 0
    invited: int = 0
    agreement: Agreement | None = None
    suggested: int = 0
    agreed: int = 0
    round: Round | None = None
    answers: int = 0
    shared: int = 0
    places: tuple[str, ...] = ()


async def desk_view(
    corners: Sequence[DeskCorner], moment: Moment, slot: str, viewer: Viewer
) -> Post | None:
    """The facilitator’s card, to whoever leads the cohort, with what each slice adds."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not leads(cohort, viewer.person):
        return None
    now = await _desk(moment, cohort)
    if viewer.person != cohort.facilitator:
        now = replace(now, shared=0)
    post = desk(now, done=over(cohort, moment.now))
    label = say("cohorts.more", "More")
    more = Press(label, "cohorts.more", {"cohort": cohort.id})
    added = together([await corner(moment, cohort) for corner in corners], more)
    return replace(post, slot=slot, blocks=(*post.blocks, *added))


async def more_view(
    corners: Sequence[DeskCorner], moment: Moment, slot: str, viewer: Viewer
) -> Post | None:
    """What else can be done, to whoever leads the cohort."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not leads(cohort, viewer.person):
        return None
    return replace(
        more(cohort, further([await corner(moment, cohort) for corner in corners])), slot=slot
    )


def more(cohort: Cohort, moves: Sequence[Block]) -> Post:
    """All that can be done that is not on the card itself."""
    none = Text(say("cohorts.more.none", "Nothing else just now."))
    return Post(
        summary=say("cohorts.more.summary", "What else you can do"),
        purpose=ASKED,
        blocks=(Heading(verbatim(cohort.name)), *(moves or (none,))),
    )


async def _desk(moment: Moment, cohort: Cohort) -> Desk:
    read = moment.read
    agreement = await read.get(Agreement, cohort.id)
    rounds = (await read.find(Round, cohort=cohort.id, limit=1)).items
    last = rounds[0] if rounds else None
    return Desk(
        cohort=cohort,
        members=await read.tally(board("member"), cohort.id),
        invited=await read.tally(board("invited"), cohort.id),
        agreement=agreement,
        suggested=await read.tally(SUGGESTED, cohort.id),
        agreed=await read.tally(agreed("agree"), version(agreement)) if agreement else 0,
        round=last,
        answers=await read.tally(answered("given"), last.id) if last else 0,
        shared=await read.tally(SHARED, cohort.id),
        places=tuple([await title_of(moment, cohort, place) for place in cohort.spaces]),
    )


def desk(now: Desk, *, done: bool = False) -> Post:
    """Where the cohort stands, the next step first."""
    cohort = now.cohort
    stopped = done or cohort.stage == "cancelled"
    return Post(
        slot=f"desk/{cohort.id}",
        summary=say("cohorts.desk.summary", "Where your cohort stands"),
        purpose=say("cohorts.desk.purpose", "Because you lead this cohort."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(_where_it_stands(now, done)),
            Facts(_figures(now)),
            *(() if stopped else (_now(now), _manage(now))),
        ),
    )


def _where_it_stands(now: Desk, done: bool) -> Phrase:
    if now.cohort.stage == "cancelled":
        return say("cohorts.desk.cancelled", "It is cancelled, and everyone was told.")
    if done:
        return say("cohorts.desk.over", "Its last day has passed. What people wrote stays.")
    if now.cohort.stage == "paused":
        return say("cohorts.desk.paused", "It is paused: nobody is reminded until you go on.")
    return _stage(now)


def _stage(now: Desk) -> Phrase:
    if now.agreement is None:
        return say("cohorts.desk.first", "It is ready. First: open a working agreement together.")
    if now.agreement.state == "draft":
        return say("cohorts.desk.draft", "People add lines now. Close the list when it has them.")
    if now.round is None:
        return say("cohorts.desk.agreed", "The agreement stands. Next: introductions.")
    if now.round.state == "open":
        return say("cohorts.desk.round", "The introductions are open. They close by themselves.")
    return say("cohorts.desk.known", "People know each other now. Another round is one press away.")


def _figures(now: Desk) -> tuple[tuple[Phrase, Phrase], ...]:
    rows = [
        (say("cohorts.desk.joined", "Joined"), verbatim(str(now.members))),
        (say("cohorts.desk.waiting", "Invited, no answer"), verbatim(str(max(now.invited, 0)))),
        (say("cohorts.code", "Join code"), verbatim(now.cohort.code)),
    ]
    if now.places:
        lives = verbatim(", ".join(now.places))
        rows.append((say("cohorts.desk.places", "Lives in"), lives))
    if now.agreement and now.agreement.number:
        agreed = say(
            "cohorts.desk.agreed.count",
            "{n} of {of} agreed to version {version}",
            n=now.agreed,
            of=now.members,
            version=now.agreement.number,
        )
        rows.append((say("cohorts.desk.agreement", "Agreement"), agreed))
    if now.round:
        rows.append((say("cohorts.desk.answers", "Introductions"), verbatim(str(now.answers))))
    return tuple(rows)


def _now(now: Desk) -> Buttons:
    cohort = {"cohort": now.cohort.id}
    moves: list[OpenForm | Press] = [*_agreement(now), _introductions(now)]
    if now.suggested > 0:
        label = say("cohorts.desk.suggested", "Suggestions: {n}", n=now.suggested)
        moves.append(Press(label, "agreement.suggestions", cohort))
    if now.shared > 0:
        label = say("cohorts.desk.shared", "Challenges: {n}", n=now.shared)
        moves.append(Press(label, "working_on.list", cohort))
    invite = say("cohorts.desk.invite", "Invite people")
    return Buttons((*moves, OpenForm(invite, "invitations.ask", cohort)))


def _agreement(now: Desk) -> tuple[OpenForm | Press, ...]:
    cohort = {"cohort": now.cohort.id}
    if now.agreement is None:
        label = say("cohorts.desk.open", "Open the agreement")
        return (OpenForm(label, "agreement.draft", cohort, "primary"),)
    if now.agreement.state == "closed":
        return ()
    label = say("cohorts.desk.close", "Close the list")
    return (Press(label, "agreement.close", at(now.agreement, **cohort), "primary"),)


def _introductions(now: Desk) -> OpenForm | Press:
    cohort = {"cohort": now.cohort.id}
    agreed = now.agreement is not None and now.agreement.state == "closed"
    if now.round is None or now.round.state == "closed":
        label = say("cohorts.desk.introduce", "Start introductions")
        if now.round is not None:
            label = say("introductions.icebreaker.title", "Start an ice-breaker")
        style: Style = "primary" if agreed else "plain"
        return OpenForm(label, "introductions.open", cohort, style)
    label = say("cohorts.desk.finish", "Close the introductions")
    if now.round.style == "icebreaker":
        label = say("cohorts.desk.finish.icebreaker", "Close the ice-breaker")
    return Press(label, "introductions.close", at(now.round, **cohort))


def _manage(now: Desk) -> Buttons:
    cohort = now.cohort
    moves: list[OpenForm | Press] = [
        OpenForm(
            say("cohorts.desk.change", "Change details"),
            "cohorts.change",
            at(cohort, cohort=cohort.id),
        ),
        _pause(cohort),
        OpenForm(
            say("cohorts.desk.cancel", "Cancel the cohort"),
            "cohorts.cancel",
            {"cohort": cohort.id},
        ),
    ]
    if now.agreement and now.agreement.state == "closed":
        rewrite = say("cohorts.desk.rewrite", "Change the agreement")
        moves.insert(0, OpenForm(rewrite, "agreement.draft", {"cohort": cohort.id}))
    return Buttons(tuple(moves))


def _pause(cohort: Cohort) -> Press:
    args = at(cohort, cohort=cohort.id)
    if cohort.stage == "paused":
        return Press(say("cohorts.desk.resume", "Go on"), "cohorts.resume", args, "primary")
    return Press(say("cohorts.desk.pause", "Pause"), "cohorts.pause", args)


_CLOSED = Agreement(
    id="sample", version=2, cohort="sample", lines=(), state="closed", number=1, at=SAMPLED
)

EXAMPLES: dict[str, Post | Form] = {
    "cohorts.desk": desk(Desk(cohort=SAMPLE, invited=23)),
    "cohorts.desk.agreed": desk(
        Desk(
            cohort=SAMPLE,
            members=23,
            invited=4,
            agreement=_CLOSED,
            agreed=14,
            suggested=2,
            shared=3,
            places=("Nights (Teams)", "night-shift (Slack)"),
        )
    ),
    "cohorts.more": more(SAMPLE, ()),
    "cohorts.desk.over": desk(Desk(cohort=SAMPLE, members=23), done=True),
}
