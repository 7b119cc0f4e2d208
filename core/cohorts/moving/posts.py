"""What is said when a cohort goes on elsewhere: to its people, in its places, to who leads it."""

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.cohorts.moving.model import Move, reached, total
from core.cohorts.words import SAMPLE, SAMPLED, called
from core.message import (
    Block,
    Buttons,
    Facts,
    Form,
    Heading,
    Phrase,
    Post,
    Press,
    Text,
    Value,
    say,
    verbatim,
)

LEADING = say("moving.leading", "Because you lead this cohort.")
NO_PLACE = say("moving.no-place", "No place could be made for it there.")


def named(platform: str) -> Value:
    """A platform as people write it."""
    return platform.capitalize()


def moved(cohort: Cohort, found: str = "") -> Post:
    """To each person, on the new platform, once; `found`: the account, if e-mail led to it."""
    mine = say("moving.moved.mine", "Where do I stand?")
    not_me = Press(say("accounts.not_me", "That’s not me"), "accounts.separate", {"account": found})
    return Post(
        summary=say("moving.moved.summary", "Your cohort goes on here"),
        purpose=say("moving.moved.why", "Because you are in this cohort, and it moves."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "moving.moved.text",
                    "From now on this cohort meets here. All that was written and promised comes "
                    "along, so nothing is lost and there is nothing you have to do.",
                )
            ),
            Buttons(
                (
                    Press(mine, "members.mine", {"cohort": cohort.id}, "primary"),
                    *((not_me,) if found else ()),
                )
            ),
        ),
    )


def gone_on(cohort: Cohort, to: str, title: str, facilitator: str) -> Post:
    """The last line in a place that the cohort leaves."""
    where = say("moving.gone.where", "{title} ({platform})", title=title, platform=named(to))
    return Post(
        summary=say("moving.gone.summary", "This cohort goes on elsewhere"),
        purpose=say("moving.gone.why", "So that nobody waits here."),
        blocks=(
            Text(
                say(
                    "moving.gone.text",
                    "{name} goes on in {where}, with all that was written. Not there yet? Write "
                    "link to me in private, and there what I answer; or ask {facilitator}.",
                    name=cohort.name,
                    where=where if title else named(to),
                    facilitator=called(facilitator),
                )
            ),
        ),
    )


def stays(cohort: Cohort) -> Post:
    """In its places, when some had been told already and the move is called off."""
    return Post(
        summary=say("moving.stays.summary", "This cohort stays here"),
        purpose=say("moving.stays.why", "Some of you have heard otherwise."),
        blocks=(
            Text(
                say(
                    "moving.stays.text",
                    "{name} stays here after all. Nothing was lost, and nobody has to do anything.",
                    name=cohort.name,
                )
            ),
        ),
    )


def homeless(cohort: Cohort, move: Move) -> Post:
    """To who leads it, when everyone is told and a place is missing."""
    return Post(
        summary=say("moving.homeless.summary", "Your cohort needs a new place"),
        purpose=LEADING,
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(_obstacle(move)),
            Text(
                say(
                    "moving.homeless.text",
                    "Add me to a channel or group in {platform} and write there: "
                    "cohort here {name}. It goes on by itself from then.",
                    platform=named(move.to),
                    name=cohort.name,
                )
            ),
            _figures(move),
        ),
    )


def arrived(cohort: Cohort, move: Move, title: str) -> Post:
    """To who leads it, with the figures."""
    missing = total(move, "member") - reached(move, "member")
    rest = say(
        "moving.arrived.rest",
        "Whoever is not reached yet has lost nothing: they write link to me in private where they "
        "are, and there what I answer. Who cannot comes in with the code {code}.",
        code=cohort.code,
    )
    more: tuple[Block, ...] = (Text(rest),) if missing else ()
    return Post(
        summary=say("moving.arrived.summary", "Your cohort has moved"),
        purpose=LEADING,
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "moving.arrived.text",
                    "It lives in {place} now. The agreement and all introductions are there.",
                    place=title or named(move.to),
                )
            ),
            _figures(move),
            *more,
        ),
    )


def uninvited(cohort: Cohort, why: Phrase) -> Post:
    """To who leads it, when people could not be added to the new place."""
    return Post(
        summary=say("moving.uninvited.summary", "Some people have to be added by hand"),
        purpose=LEADING,
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "moving.uninvited.text",
                    "I could not add everyone to the new place myself. {why} Please add them "
                    "there; they have been told.",
                    why=why,
                )
            ),
        ),
    )


def _obstacle(move: Move) -> Phrase:
    return verbatim(move.why) if move.why else NO_PLACE


def _figures(move: Move) -> Facts:
    """They add up to the members."""
    members, there = total(move, "member"), reached(move, "member")
    rows = (
        (say("moving.figures.members", "Members"), members),
        (say("moving.figures.reached", "Reached there"), there),
        (say("moving.figures.missing", "Not reached yet"), members - there),
    )
    return Facts(tuple((label, say("moving.figure", "{n}", n=n)) for label, n in rows))


_COUNTS = {"member.found": 19, "member.there": 1, "member.no_email": 3, "member.not_found": 1}
_MOVE = Move(id="sample", cohort="sample", to="elsewhere", at=SAMPLED, counts=_COUNTS)
_WHY = "Nobody has allowed me to make channels there."

EXAMPLES: dict[str, Post | Form] = {
    "moving.moved": moved(SAMPLE),
    "moving.moved-found": moved(SAMPLE, "elsewhere:contoso:U01"),
    "moving.gone": gone_on(SAMPLE, "elsewhere", "Better handovers", "Brook Example"),
    "moving.stays": stays(SAMPLE),
    "moving.homeless": homeless(SAMPLE, replace(_MOVE, why=_WHY)),
    "moving.arrived": arrived(SAMPLE, _MOVE, "Better handovers"),
    "moving.uninvited": uninvited(SAMPLE, verbatim(_WHY)),
}
