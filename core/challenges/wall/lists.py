"""All challenges, page by page, and what a search finds."""

from collections.abc import Mapping, Sequence

from core.challenges.posts import aim
from core.challenges.wall.posts import SEEN, SEEN_CHOSEN, Seen, line
from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE
from core.message import (
    Button,
    Buttons,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    TextField,
    say,
)

SOUGHT = 200
SEARCHED = 200


def listed(cohort: Cohort, page: Sequence[Seen], state: str, after: str) -> Post:
    """A page of challenges, for one reader."""
    args = {"cohort": cohort.id}
    turns: list[Button] = [*_opens(page)]
    if after:
        more = {**args, "after": after, "state": state}
        turns.append(Press(say("challenges.more", "More"), "challenges.list", more))
    others = [
        Press(STATES[other], "challenges.list", {**args, "state": other})
        for other in STATES
        if other != state
    ]
    look_for = OpenForm(say("challenges.search", "Search"), "challenges.search", args)
    none = (Text(say("challenges.list.none", "Nothing here so far.")),) if not page else ()
    return Post(
        summary=say("challenges.list.summary", "Challenges in your cohort"),
        purpose=say("cohorts.asked", "You asked."),
        blocks=(
            Heading(STATES[state]),
            *none,
            *(line(seen, n) for n, seen in enumerate(page, 1)),
            *((Buttons(tuple(turns)),) if turns else ()),
            Buttons((*others, look_for)),
        ),
    )


STATES: Mapping[str, Phrase] = {
    "open": say("challenges.state.open", "Open"),
    "trying": say("challenges.state.trying", "Being tried"),
    "told": say("challenges.state.told", "How it went"),
}


def _opens(page: Sequence[Seen]) -> tuple[Press, ...]:
    return tuple(
        Press(say("challenges.open", "Open {n}", n=n), "challenges.look", aim(seen.challenge))
        for n, seen in enumerate(page, 1)
    )


def search_form(cohort: Cohort, text: str = "") -> Form:
    """Which words to look for."""
    return Form(
        title=say("challenges.search.title", "Search the challenges"),
        action="challenges.search",
        args={"cohort": cohort.id},
        fields=(
            TextField(
                name="words",
                label=say("challenges.search.words", "Which words?"),
                limit=SOUGHT,
                value=text,
            ),
        ),
        submit=say("challenges.search", "Search"),
    )


def found(words: str, hits: Sequence[Seen], of: int) -> Post:
    """What a search found, the best first; says how far it looked."""
    looked = say("challenges.found.looked", "I looked at the newest {n}, by their words.", n=of)
    none = say("challenges.found.none", "Nothing says {sought}. Other words may.", sought=words)
    some = say("challenges.found", "These say {sought}:", sought=words)
    return Post(
        summary=say("challenges.found.summary", "What I found among the challenges"),
        purpose=say("cohorts.asked", "You asked."),
        blocks=(
            Text(some if hits else none),
            *(line(seen, n) for n, seen in enumerate(hits, 1)),
            Text(looked, subtle=True),
            *((Buttons(_opens(hits)),) if hits else ()),
        ),
    )


EXAMPLES: dict[str, Post | Form] = {
    "challenges.list": listed(SAMPLE, (SEEN,), "open", "cursor"),
    "challenges.search": search_form(SAMPLE),
    "challenges.found": found("notes", (SEEN_CHOSEN,), 200),
    "challenges.found.none": found("notes", (), 200),
}
