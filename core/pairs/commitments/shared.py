"""A promise as others read it: a partner, and the group on one card."""

from collections.abc import Mapping, Sequence

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, called
from core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Day,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    say,
)
from core.pairs.commitments.model import Commitment
from core.pairs.commitments.posts import (
    ASKED,
    SAMPLE_OLD,
    SAMPLE_ONE,
    args_of,
    make_button,
    words,
)

Named = Sequence[tuple[Commitment, str]]
ON_CARD = 8


def to_partner(one: Commitment, name: str, slot: str, before: Commitment | None = None) -> Post:
    """To a partner: the promise, and what stood there before."""
    made = say("commitments.partner.made", "{name} promised", name=called(name))
    changed = say("commitments.partner.changed", "{name} changed a promise", name=called(name))
    old: tuple[Block, ...] = ()
    if before:
        old = (Text(say("commitments.partner.before", "Before: {promise}", promise=words(before))),)
    until = say("commitments.partner.until", "Now, until {day}: {promise}", **_new(one))
    first = say("commitments.partner.first", "Until {day}: {promise}", **_new(one))
    five = say("commitments.five", "High five")
    args = {**args_of(one), "n": "0"}
    return Post(
        slot=slot,
        summary=say("commitments.partner.summary", "A promise, for your eyes"),
        purpose=say("commitments.partner.purpose", "Because you are partners."),
        blocks=(
            Heading(changed if before else made),
            *old,
            Text(until if before else first),
            Buttons((Press(five, "checkins.five", args, "primary"), ask_button(args))),
        ),
    )


def _new(one: Commitment) -> Mapping[str, Day | Phrase]:
    return {"day": Day(one.until), "promise": words(one)}


def ask_button(args: Mapping[str, str]) -> OpenForm:
    """A question to who promised it."""
    return OpenForm(say("commitments.ask-them", "Ask something"), "checkins.question", args)


def board(cohort: Cohort, shown: Named, n: int) -> Post:
    """What people let the group see, in one card."""
    args = {"cohort": cohort.id}
    more: tuple[Button, ...] = ()
    if n > len(shown):
        more = (Press(say("commitments.board.all", "See all"), "commitments.all", args),)
    return Post(
        slot=f"promises/{cohort.id}",
        summary=say("commitments.board.summary", "What people here have promised"),
        purpose=say("commitments.board.purpose", "So that we can ask each other how it goes."),
        blocks=(
            Heading(say("commitments.board.title", "What we promised")),
            Text(_how_many(n)),
            *(_line(one, name) for one, name in shown),
            Buttons((make_button(args), *more)),
        ),
    )


def _how_many(n: int) -> Phrase:
    if not n:
        return say("commitments.board.none", "Nothing open at the moment. Small things count.")
    return say("commitments.board.n", "Open promises for the group to see: {n}.", n=n)


def _line(one: Commitment, name: str) -> Text:
    return Text(
        say(
            "commitments.board.line",
            "{name}, until {day}: {promise}",
            name=Bold(name) if name else called(name),
            **_new(one),
        )
    )


def everyone(cohort: Cohort, shown: Named, after: str) -> Post:
    """A page of them, for one reader."""
    more: tuple[Block, ...] = ()
    if after:
        args = {"cohort": cohort.id, "after": after}
        more = (Buttons((Press(say("commitments.more", "More"), "commitments.all", args),)),)
    return Post(
        summary=say("commitments.board.summary", "What people here have promised"),
        purpose=ASKED,
        blocks=(
            Heading(say("commitments.board.title", "What we promised")),
            *(_line(one, name) for one, name in shown),
            *more,
        ),
    )


_GROUP = ((SAMPLE_ONE, "Ada Example"), (SAMPLE_OLD, "Bo Sample"))

EXAMPLES: dict[str, Post | Form] = {
    "commitments.partner": to_partner(SAMPLE_ONE, "Ada Example", "promise-told/sample-promise"),
    "commitments.partner.changed": to_partner(
        SAMPLE_ONE, "Ada Example", "promise-told/sample-promise", SAMPLE_OLD
    ),
    "commitments.board": board(SAMPLE, _GROUP, 9),
    "commitments.all": everyone(SAMPLE, _GROUP, "cursor"),
}
