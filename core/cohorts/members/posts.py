"""What a person reads about joining: the welcome, their own card, the way out."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.agreement.model import Agreement, Consent, consent_id
from core.cohorts.introductions.model import Introduction, Round, answer_id
from core.cohorts.model import Cohort, Membership, board, membership_id, over, runs, subject
from core.cohorts.words import ASKED, SAMPLE, called, dates, name_of
from core.cohorts.working_on.model import WorkingOn, working_id
from core.engine.ports import Moment, Reader, Viewer
from core.message import (
    Block,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    say,
    verbatim,
)
from core.slices import MyCorner, further, together

# --- the welcome --------------------------------------------------------------------------------


async def welcome_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Who runs it, why, when, what is kept and who sees it."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None:
        return None
    facilitator = await name_of(moment, cohort.facilitator)
    if cohort.stage == "cancelled" or over(cohort, moment.now):
        return replace(ended(cohort, facilitator), slot=slot)
    moderator = await name_of(moment, cohort.moderator)
    joined = await moment.read.tally(board("member"), cohort.id)
    return replace(welcome(cohort, facilitator, moderator, joined), slot=slot)


def welcome(cohort: Cohort, facilitator: str, moderator: str, joined: int) -> Post:
    """The card with Join on it."""
    args = {"cohort": cohort.id}
    return Post(
        slot=f"welcome/{cohort.id}",
        summary=say("members.welcome.summary", "You are invited to a cohort"),
        purpose=verbatim(cohort.purpose),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(_invitation(cohort, facilitator)),
            Facts(_facts(cohort, facilitator, moderator, joined)),
            Text(KEPT, subtle=True),
            Buttons(
                (
                    Press(say("members.join", "Join"), "members.join", args, "primary"),
                    Press(say("members.not-now", "Not now"), "members.decline", args),
                    Press(
                        say("members.keep", "What do you keep about me?"), "people.privacy", args
                    ),
                )
            ),
        ),
    )


KEPT = say(
    "members.kept",
    "What you write is seen by this cohort. I keep your name and your answers until you erase "
    "them; managers see none of it.",
)


def _invitation(cohort: Cohort, facilitator: str) -> Phrase:
    if cohort.stage == "paused":
        return say(
            "members.welcome.paused",
            "{facilitator} has paused this for now. You can join already.",
            facilitator=called(facilitator),
        )
    return say(
        "members.welcome.text",
        "{facilitator} starts this and invites you to learn together.",
        facilitator=called(facilitator),
    )


def _facts(
    cohort: Cohort, facilitator: str, moderator: str, joined: int
) -> tuple[tuple[Phrase, Phrase], ...]:
    return (
        (say("members.when", "When"), dates(cohort)),
        (say("members.facilitator", "Runs it"), _name(facilitator)),
        (say("members.moderator", "Keeps it fair"), _name(moderator)),
        (say("members.joined", "Joined"), verbatim(str(joined))),
    )


def _name(name: str) -> Phrase:
    return say("members.name", "{name}", name=called(name))


def ended(cohort: Cohort, by: str) -> Post:
    """In the place of the welcome, when there is nothing left to join."""
    off = cohort.stage == "cancelled"
    text = (
        say("members.off", "This cohort does not take place.")
        if off
        else say("members.over", "This cohort is over. Thank you to everyone who took part.")
    )
    why: tuple[Block, ...] = (Quote(cohort.reason, _name(by)),) if off else ()
    return Post(
        slot=f"welcome/{cohort.id}",
        summary=say("members.ended.summary", "A cohort has ended"),
        purpose=verbatim(cohort.purpose),
        blocks=(Heading(verbatim(cohort.name)), Text(text), *why),
    )


# --- a person's own card ------------------------------------------------------------------------


class Mine(Struct, frozen=True, kw_only=True):
    """How one person stands to one cohort."""

    cohort: Cohort
    membership: Membership | None = None
    agreement: Agreement | None = None
    consent: Consent | None = None
    round: Round | None = None
    answer: Introduction | None = None
    working_on: WorkingOn | None = None


async def mine_view(
    corners: Sequence[MyCorner], moment: Moment, slot: str, viewer: Viewer
) -> Post | None:
    """What I have answered here, and what comes next, with what each slice adds for members."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not viewer.person:
        return None
    invited = await moment.read.get(Membership, membership_id(cohort.id, viewer.person))
    if invited is None and not runs(cohort, viewer.person):
        return None
    me = await standing(moment.read, cohort, viewer.person)
    post = mine(me, over=over(cohort, moment.now))
    joined = me.membership is not None and me.membership.state == "member"
    ours = corners if joined else ()
    more = Press(say("cohorts.more", "More"), "members.more", {"cohort": cohort.id})
    added = together([await corner(moment, cohort, viewer.person) for corner in ours], more)
    return replace(post, slot=slot, blocks=(*post.blocks, *added))


async def more_view(
    corners: Sequence[MyCorner], moment: Moment, slot: str, viewer: Viewer
) -> Post | None:
    """What else a member can do."""
    cohort = await moment.read.get(Cohort, subject(slot))
    found = await moment.read.get(Membership, membership_id(subject(slot), viewer.person))
    if cohort is None or found is None or found.state != "member":
        return None
    moves = further([await corner(moment, cohort, viewer.person) for corner in corners])
    return Post(
        slot=slot,
        summary=say("cohorts.more.summary", "What else you can do"),
        purpose=ASKED,
        blocks=(Heading(verbatim(cohort.name)), *moves),
    )


async def standing(read: Reader, cohort: Cohort, person: str) -> Mine:
    """Looks up how a person stands to a cohort."""
    agreement = await read.get(Agreement, cohort.id)
    number = agreement.number if agreement else 0
    rounds = (await read.find(Round, cohort=cohort.id, limit=1)).items
    last = rounds[0] if rounds else None
    return Mine(
        cohort=cohort,
        membership=await read.get(Membership, membership_id(cohort.id, person)),
        agreement=agreement,
        consent=await read.get(Consent, consent_id(cohort.id, number, person)),
        round=last,
        answer=await read.get(Introduction, answer_id(last.id, person)) if last else None,
        working_on=await read.get(WorkingOn, working_id(cohort.id, person)),
    )


def mine(me: Mine, *, over: bool = False) -> Post:
    """One person’s card: where I stand, the next step first."""
    joined = me.membership is not None and me.membership.state == "member"
    buttons = () if over or me.cohort.stage == "cancelled" else _steps(me, joined)
    return Post(
        slot=f"me/{me.cohort.id}",
        summary=say("members.mine.summary", "Where you stand in a cohort"),
        purpose=say("members.mine.why", "You take part, or are invited."),
        blocks=(
            Heading(verbatim(me.cohort.name)),
            Text(next_step(me)),
            Facts(_answers(me)),
            *((Buttons(buttons),) if buttons else ()),
        ),
    )


def next_step(me: Mine) -> Phrase:
    """What comes next, in a sentence."""
    if me.cohort.stage != "open":
        return say("members.next.paused", "It is paused or ended. Nothing for you to do.")
    if me.membership is None or me.membership.state != "member":
        gone = me.membership is not None and me.membership.state == "left"
        return LEFT if gone else INVITED
    if me.agreement and me.agreement.state == "draft":
        return say("members.next.draft", "You’re in. Next: add a line to the agreement, or don’t.")
    if me.agreement and me.consent is None:
        return say("members.next.agree", "You’re in. Next: say what you think of the agreement.")
    return _after(me)


def _after(me: Mine) -> Phrase:
    if me.round and me.round.state == "open" and me.answer is None:
        if me.round.style == "icebreaker":
            return say("members.next.icebreaker", "You’re in. Next: a light question for everyone.")
        return say("members.next.introduce", "You’re in. Next: a question to get to know you.")
    return say("members.next.nothing", "You’re in. Nothing to do now: I’ll write when there is.")


def _answers(me: Mine) -> tuple[tuple[Phrase, Phrase], ...]:
    rows = [(say("members.when", "When"), dates(me.cohort))]
    if me.consent:
        label = say("members.mine.agreement", "Agreement {n}", n=me.consent.number)
        rows.append((label, CHOICES[me.consent.choice]))
    if me.answer:
        label = say("members.mine.introduction", "Introduction")
        if me.round is not None and me.round.style == "icebreaker":
            label = say("members.mine.icebreaker", "Ice-breaker")
        rows.append((label, SAID[me.answer.said]))
    if me.working_on and me.working_on.text:
        label = say("members.mine.challenge", "My challenge")
        rows.append((label, say("members.mine.named", "named")))
    return tuple(rows)


CHOICES: Mapping[str, Phrase] = {
    "agree": say("members.choice.agree", "I’m in"),
    "not_for_me": say("members.choice.not", "not for me"),
}
SAID: Mapping[str, Phrase] = {
    "given": say("members.said.given", "answered"),
    "skipped": say("members.said.skipped", "skipped"),
    "hidden": say("members.said.hidden", "hidden by the moderator"),
}


def _steps(me: Mine, joined: bool) -> tuple[Button, ...]:
    args = {"cohort": me.cohort.id}
    if not joined:
        return (
            Press(say("members.join", "Join"), "members.join", args, "primary"),
            Press(say("members.look", "What is it?"), "members.look", args),
        )
    steps: list[Button] = []
    if me.agreement:
        steps.append(Press(say("members.agreement", "The agreement"), "agreement.look", args))
    steps += _introduction(me, args)
    challenge = say("members.challenge", "My challenge")
    steps.append(OpenForm(challenge, "working_on.name", args))
    return (*steps, Press(say("members.leave", "Leave"), "members.leave", args))


def _introduction(me: Mine, args: Mapping[str, str]) -> list[Button]:
    if me.round is None:
        return []
    given = me.answer is not None and me.answer.said == "given"
    about = {**args, "round": me.round.id}
    if me.round.state == "closed":
        return [_take_back(about)] if given else []
    if not given:
        return [OpenForm(say("members.answer", "Answer"), "introductions.answer", about, "primary")]
    edit = OpenForm(say("members.edit", "Change my answer"), "introductions.answer", about)
    return [edit, _take_back(about)]


def _take_back(args: Mapping[str, str]) -> Press:
    return Press(say("members.take-back", "Take my answer back"), "introductions.withdraw", args)


# --- the code -----------------------------------------------------------------------------------


def code_form() -> Form:
    """Asks for the code that somebody got."""
    return Form(
        title=say("members.code.title", "Join with a code"),
        action="members.code",
        fields=(
            TextField(
                name="code",
                label=say("members.code.label", "Which code did you get?"),
                hint=verbatim("7KQ4MWX"),
                limit=40,
            ),
        ),
        submit=say("members.code.submit", "Look"),
    )


# --- leaving --------------------------------------------------------------------------------------


def leaving(cohort: Cohort, slot: str = "") -> Post:
    """Asks once more."""
    args = {"cohort": cohort.id}
    return Post(
        slot=slot,
        summary=say("members.leaving.summary", "Do you want to leave?"),
        purpose=say("members.leaving.why", "You asked to leave."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "members.leaving.text",
                    "You can come back any time. Others only see one person fewer: no name, no "
                    "reason. What you wrote stays until you erase it.",
                )
            ),
            Buttons(
                (
                    Press(say("members.leaving.yes", "Leave"), "members.left", args, "danger"),
                    Press(say("members.leaving.no", "Stay"), "members.stay", args),
                )
            ),
        ),
    )


ALREADY = say("members.already", "You have joined already. Good to have you.")
IN = say("members.in", "You’re in.")
IN_AND_TOLD = say("members.in-and-told", "You’re in. I’ve sent you what comes next.")
NOT_NOW = say("members.not-now.done", "That’s fine. The invitation stays if you change your mind.")
STILL_IN = say("members.still-in", "You have joined. If you want out, write leave.")
NOT_INVITED = say("members.not-invited", "This cohort needs an invitation or its code.")
NO_GUESTS = say("members.no-guests", "This cohort is for people of the organisation only.")
INVITED = say("members.next.invited", "You are invited and have not joined.")
LEFT = say("members.left", "You’ve left. You can come back any time.")
STAYED = say("members.stayed", "Good. Nothing has changed.")
NOT_IN = say("members.not-in", "You haven’t joined this cohort, so there is nothing to leave.")
NO_CODE = say("members.no-code", "Write join and the code that you got, like: join 7KQ4MWX")
WRONG_CODE = say("members.wrong-code", "No cohort has that code. Please check it and try again.")
WAIT = say(
    "members.wait",
    "Those were many wrong codes. Please ask for the right one, and try again in an hour.",
)


EXAMPLES: dict[str, Post | Form] = {
    "members.welcome": welcome(SAMPLE, "Ada Example", "Bo Sample", 14),
    "members.ended": ended(SAMPLE, "Ada Example"),
    "members.mine": mine(Mine(cohort=SAMPLE)),
    "members.leaving": leaving(SAMPLE),
    "members.code": code_form(),
}
