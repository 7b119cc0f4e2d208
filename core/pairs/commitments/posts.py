"""What is read about a promise: the moment to make one, the promise itself, what the group sees."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec import Struct

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, SAMPLED, called
from core.message import (
    Button,
    Buttons,
    Day,
    Facts,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)
from core.pairs.commitments.forms import SIGHT, promise_form
from core.pairs.commitments.model import Commitment, Outcome


class Told(Struct, frozen=True, kw_only=True):
    """A promise as its owner reads it: who sees it, and when it is asked about next."""

    one: Commitment
    partners: tuple[str, ...] = ()
    asks: date | None = None


def words(one: Commitment) -> Phrase:
    """The promise, in the words of who made it."""
    return say(
        "commitments.words", "When {when}, then I will {then}.", when=one.when, then=one.then
    )


def args_of(one: Commitment) -> Mapping[str, str]:
    """What a button about a promise names."""
    return {"commitment": one.id, "cohort": one.cohort}


# --- the moment ---------------------------------------------------------------------------------


def asking(cohort: Cohort, slot: str, about: Phrase | None, step: str) -> Post:
    """Privately, at the end of a workshop or a course, or when whoever leads asks for it."""
    args = {"cohort": cohort.id, **({"step": step} if step else {})}
    return Post(
        slot=slot,
        summary=say("commitments.ask.summary", "One small thing to try?"),
        purpose=say("commitments.ask.purpose", "So that something of it reaches your work."),
        blocks=(
            Heading(say("commitments.ask.title", "One small thing to try?")),
            Text(_occasion(cohort, about)),
            Text(
                say(
                    "commitments.ask.example",
                    "Like: when a shift ends late, then I will write three lines before I leave. "
                    "You choose until when, and who may see it.",
                ),
                subtle=True,
            ),
            Buttons((make_button(args), Press(NOT_NOW, "commitments.skip", args))),
        ),
    )


def _occasion(cohort: Cohort, about: Phrase | None) -> Phrase:
    if about is None:
        return say("commitments.ask.text", "For {name}: when …, then I will ….", name=cohort.name)
    return say(
        "commitments.ask.about",
        "You’ve just finished {about}. When …, then I will ….",
        about=about,
    )


NOT_NOW = say("commitments.not-now", "Not this time")


def make_button(args: Mapping[str, str]) -> OpenForm:
    """Opens the form."""
    return OpenForm(
        say("commitments.promise-it", "Promise it"), "commitments.make", args, "primary"
    )


def skipped(cohort: Cohort, slot: str) -> Post:
    """In the place of the question, to who would rather not."""
    return Post(
        slot=slot,
        summary=say("commitments.ask.summary", "One small thing to try?"),
        purpose=SO_IT_IS,
        blocks=(Text(SKIPPED), Buttons((make_button({"cohort": cohort.id}),))),
    )


# --- one's own ----------------------------------------------------------------------------------


def mine(told: Told, slot: str) -> Post:
    """The promise, read back to who made it."""
    one = told.one
    rows = [(say("commitments.until", "Until"), _day(one.until)), (SEEN_BY, _seen(told))]
    if one.hinder:
        rows.append((say("commitments.hinder", "May get in the way"), verbatim(one.hinder)))
    if told.asks and one.state == "open":
        rows.append((say("commitments.asks", "I’ll ask how it went"), _day(told.asks)))
    return Post(
        slot=slot,
        summary=say("commitments.mine.summary", "Your promise"),
        purpose=say("commitments.mine.purpose", "So that you can read it again."),
        blocks=(
            Heading(TITLES[one.outcome]),
            Text(words(one)),
            Facts(tuple(rows)),
            Buttons(_moves(one)),
        ),
    )


TITLES: Mapping[Outcome, Phrase] = {
    "": say("commitments.title", "You promised"),
    "kept": say("commitments.title.kept", "You promised, and kept it"),
    "dropped": say("commitments.title.dropped", "You promised, and let it go"),
    "changed": say("commitments.title.changed", "You promised this before you changed it"),
    "expired": say("commitments.title.expired", "You promised, and its day has passed"),
}
SEEN_BY = say("commitments.seen-by", "Seen by")


def _seen(told: Told) -> Phrase:
    if told.one.sight == "pair" and told.partners:
        return names(told.partners)
    if told.one.sight == "pair":
        return say("commitments.seen.later", "your partner, once you have one")
    if told.one.sight == "me":
        return say("commitments.seen.me", "only you")
    return SIGHT["group"]


def _moves(one: Commitment) -> tuple[Button, ...]:
    if one.state == "closed":
        return (make_button({"cohort": one.cohort}),)
    return (
        change_button(one),
        how_button(one),
        Press(say("commitments.drop", "Let it go"), "commitments.drop", args_of(one)),
    )


def change_button(one: Commitment) -> OpenForm:
    """Opens the form with what stands."""
    return OpenForm(
        say("commitments.change", "Change the promise"), "commitments.change", args_of(one)
    )


def how_button(one: Commitment) -> Press:
    """Tells how it goes, at any time."""
    return Press(say("commitments.how", "How did it go?"), "checkins.look", args_of(one))


def own(one: Commitment) -> Phrase:
    """A line of one's own card."""
    return say(
        "commitments.own",
        "You promised, until {day}: {promise} {last}",
        day=Day(one.until),
        promise=words(one),
        last=LAST[one.last],
    )


LAST: Mapping[str, Phrase] = {
    "": say("commitments.last.none", "Not asked yet."),
    "kept": say("commitments.last.kept", "Last time: kept."),
    "partly": say("commitments.last.partly", "Last time: partly."),
    "not_yet": say("commitments.last.not-yet", "Last time: not yet."),
    "useless": say("commitments.last.useless", "Last time: no longer useful."),
}


def listed(open: Sequence[Commitment]) -> Post:
    """All open promises of one person, each a button away."""
    return Post(
        summary=say("commitments.list.summary", "Your open promises"),
        purpose=ASKED,
        blocks=(
            Heading(say("commitments.list.title", "Which one do you mean?")),
            *(
                block
                for n, one in enumerate(open, 1)
                for block in (Text(own(one)), Buttons((_numbered(one, n),)))
            ),
        ),
    )


def make_another(cohort: Cohort) -> OpenForm:
    """On one's own card."""
    label = say("commitments.make", "Make a promise")
    return OpenForm(label, "commitments.make", {"cohort": cohort.id})


def figures(open: int, kept: int) -> Phrase:
    """On the card of who leads: numbers, never names."""
    return say("commitments.figures", "Promises: {open} open, {kept} kept.", open=open, kept=kept)


def came_of_it(people: int, kept: int) -> Phrase:
    """In the closing report."""
    return say(
        "commitments.came-of-it",
        "{people} people made a promise; promises kept to their day: {kept}.",
        people=people,
        kept=kept,
    )


def ask_all(cohort: Cohort) -> Press:
    """Begins the moment by hand."""
    label = say("commitments.ask-all", "Ask for promises")
    return Press(label, "commitments.ask_all", {"cohort": cohort.id})


def _numbered(one: Commitment, n: int) -> Press:
    label = say("commitments.how.nth", "How did {n} go?", n=n)
    return Press(label, "checkins.look", args_of(one))


def names(of: Sequence[str]) -> Phrase:
    """Several names with commas between them."""
    args = {f"name{n}": called(name) for n, name in enumerate(of)}
    return Phrase("", ", ".join(f"{{{key}}}" for key in args), args)


def _day(on: date) -> Phrase:
    return Phrase("", "{day}", {"day": Day(on)})


# --- sentences ----------------------------------------------------------------------------------

ASKED = say("commitments.asked", "You asked.")
SO_IT_IS = say("commitments.so-it-is", "You answered.")
SKIPPED = say("commitments.skipped", "That’s fine. Write promise whenever one comes to mind.")
PROMISED = say("commitments.promised", "Promised. Here it is, to read again.")
CHANGED = say("commitments.changed", "Changed.")
CHANGED_TOLD = say("commitments.changed.told", "Changed. Your partner sees the old and the new.")
DROPPED = say("commitments.dropped", "Let go. That is an answer too.")
CLOSED = say("commitments.closed", "This promise is closed already, so nothing has changed.")
GONE = say("commitments.gone", "I can’t find that promise any more.")
NOT_YOURS = say(
    "commitments.not-yours", "This is somebody else’s promise, so only they can answer."
)
MOVED_ON = say(
    "commitments.moved-on", "You have changed this promise since. Write checkin to see it as it is."
)
ENOUGH = say(
    "commitments.enough",
    "You have three promises open here. Close or change one first: small and few works best.",
)
OFF = say("commitments.off", "This cohort does not take place, so nothing has changed.")
NO_PAGE = say("commitments.no-page", "I can’t find that page. Open the card again.")
JOIN_FIRST = say("commitments.join-first", "That is for people who joined.")
ASKING_ALL = say("commitments.asking-all", "On its way: each member is asked in private, once.")
NONE = say("commitments.none", "You have no open promise. Write promise to make one.")

SAMPLE_ONE = Commitment(
    id="sample-promise",
    version=1,
    cohort="sample",
    person="ada",
    when="a shift ends late",
    then="write three lines before I leave",
    until=date(2027, 3, 31),
    sight="pair",
    at=SAMPLED,
    rank="1",
    asks=date(2027, 3, 4),
)
SAMPLE_OLD = Commitment(
    id="sample-old",
    version=1,
    cohort="sample",
    person="ada",
    when="a shift ends",
    then="write a whole page",
    until=date(2027, 3, 31),
    sight="pair",
    at=datetime(2027, 2, 20, 9, tzinfo=UTC),
    rank="2",
)
_TOLD = Told(one=SAMPLE_ONE, partners=("Bo Sample",), asks=SAMPLE_ONE.asks)

EXAMPLES: dict[str, Post | Form] = {
    "commitments.ask": asking(SAMPLE, "commit-ask/sample/end", verbatim("Feedback that lands"), ""),
    "commitments.ask.plain": asking(SAMPLE, "commit-ask/sample/end", None, ""),
    "commitments.skipped": skipped(SAMPLE, "commit-ask/sample/end"),
    "commitments.form": promise_form("commitments.make", {}, args={"cohort": "sample"}),
    "commitments.form.again": promise_form(
        "commitments.change",
        {"when": "", "then": SAMPLE_ONE.then, "until": "2020-01-01"},
        args={"commitment": "sample-promise"},
        errors={"when": "when", "until": "past"},
    ),
    "commitments.mine": mine(_TOLD, "promise/sample-promise"),
    "commitments.list": listed((SAMPLE_ONE, SAMPLE_OLD)),
}
