"""How a challenge and its ideas are told, wherever they are shown."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from core.challenges.model import (
    IDEAS,
    TOO,
    About,
    Challenge,
    Idea,
    Outcome,
    idea_of,
    newest_first,
)
from core.cohorts.model import Cohort, belongs
from core.cohorts.words import SAMPLED, called, name_of
from core.engine.ports import Moment, Viewer
from core.message import Block, Day, Facts, Link, Phrase, Post, Quote, say, verbatim

CLIP, LINE = 240, 120
NEWEST = 3

Told = Sequence[tuple[Idea, str]]

OUTCOMES: Mapping[Outcome, Phrase] = {
    "worked": say("challenges.outcome.worked", "It worked"),
    "bit": say("challenges.outcome.bit", "A bit"),
    "not": say("challenges.outcome.not", "It didn’t work"),
}
WORKS = say("challenges.works", "What works")
TRY = say("challenges.try", "What to try")
GONE = say("challenges.gone", "I can’t find that challenge any more.")
MOVED_ON = say("challenges.moved-on", "This one is settled by now. Thank you all the same.")


async def asker_of(moment: Moment, challenge: Challenge) -> str:
    """Their name, where they ask with it."""
    return "" if challenge.nameless else await name_of(moment, challenge.owner)


def asker(challenge: Challenge, name: str) -> Phrase:
    """Who asks, as far as they say."""
    if challenge.nameless:
        return say("challenges.nameless", "somebody in this cohort")
    return say("challenges.by", "{name}", name=called(name))


async def named(moment: Moment, ideas: Sequence[Idea]) -> Told:
    """Ideas with the names of those who had them."""
    return [(idea, await name_of(moment, idea.person)) for idea in ideas]


async def may_see(moment: Moment, cohort: Cohort, viewer: Viewer) -> bool:
    """A shared place sees what is shown in it; one person, only what they belong to."""
    return not viewer.person or await belongs(moment.read, cohort, viewer.person)


async def figures(moment: Moment, challenge: Challenge) -> Phrase:
    """How many ideas there are, and how many know it as well."""
    return counted(
        await moment.read.tally(IDEAS, challenge.id), await moment.read.tally(TOO, challenge.id)
    )


def counted(ideas: int, too: int) -> Phrase:
    """The same, looked up."""
    if too > 0:
        return say(
            "challenges.counted.too",
            "Ideas: {n}. Others who know this: {too}.",
            n=max(ideas, 0),
            too=too,
        )
    if ideas > 0:
        return say("challenges.counted", "Ideas: {n}.", n=ideas)
    return say("challenges.counted.none", "No ideas so far.")


def clipped(text: str, limit: int) -> str:
    """A text that fits, and shows that it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def problem(challenge: Challenge, name: str, limit: int = CLIP) -> tuple[Block, ...]:
    """What somebody works on, in their words."""
    rows = [
        (say("challenges.tried", "Tried so far"), challenge.tried),
        (say("challenges.wish", "Wished for"), challenge.wish),
    ]
    facts = [(label, verbatim(clipped(text, limit))) for label, text in rows if text]
    if challenge.needed:
        by = say("challenges.needed", "Needed by")
        facts.append((by, say("challenges.day", "{day}", day=Day(challenge.needed))))
    quote = Quote(clipped(challenge.situation, limit), asker(challenge, name))
    return (quote, *((Facts(tuple(facts)),) if facts else ()))


def opening(challenge: Challenge) -> tuple[Link, ...]:
    """The way to an example that stands elsewhere."""
    label = say("challenges.open-link", "Look at it")
    return (Link(label, challenge.link),) if challenge.link else ()


def idea_quotes(idea: Idea, name: str, limit: int = CLIP) -> tuple[Quote, ...]:
    """An idea; for an example, what works as well."""
    if not idea.works:
        by = say("challenges.by", "{name}", name=called(name))
        return (Quote(clipped(idea.text, limit), by),)
    works = say("challenges.works.by", "What works: {name}", name=called(name))
    todo = say("challenges.try.by", "What to try: {name}", name=called(name))
    text = (Quote(clipped(idea.text, limit), todo),) if idea.text else ()
    return (Quote(clipped(idea.works, limit), works), *text)


def aim(challenge: Challenge) -> Mapping[str, str]:
    """The args of a button that is about a challenge."""
    return {"cohort": challenge.cohort, "challenge": challenge.id}


def at_home(post: Post, cohort: Cohort, viewer: Viewer) -> Post:
    """A card that several people see tells times as they are where the cohort takes place."""
    return post if viewer.person else replace(post, zone=cohort.zone)


def sample(about: About = "problem", **fields: object) -> Challenge:
    """A challenge for the examples."""
    texts = {
        "problem": "Notes get lost between two shifts.",
        "example": "My first note for the handover.",
    }
    blank = Challenge(
        id="sample-c",
        version=3,
        cohort="sample",
        owner="bo",
        about=about,
        situation=texts[about],
        wish="Fewer calls at night.",
        needed=date(2027, 3, 12),
        stems={"note": "Notes", "lost": "lost", "shift": "shifts"},
        at=SAMPLED,
        rank=newest_first(SAMPLED),
    )
    return replace(blank, **fields)


SAMPLE_IDEA = replace(
    idea_of(sample(), "cem", "sample-i", SAMPLED),
    text="Take a photo of the board and put it where both shifts look.",
)
