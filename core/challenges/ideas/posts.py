"""Ideas: the form for one, all of them page by page, and what is said about them."""

from collections.abc import Mapping

from core.challenges.helping.posts import idea_label
from core.challenges.model import IDEA, Challenge
from core.challenges.posts import (
    CLIP,
    SAMPLE_IDEA,
    TRY,
    WORKS,
    Told,
    aim,
    clipped,
    idea_quotes,
    problem,
    sample,
)
from core.message import (
    Block,
    Button,
    Buttons,
    Form,
    Heading,
    OpenForm,
    Post,
    Press,
    TextField,
    say,
    verbatim,
)

PAGE = 5


def idea_form(
    challenge: Challenge, values: Mapping[str, str], draft: str, *, wrong: bool = False
) -> Form:
    """What somebody would try; for an example also what works."""
    problem = say("challenges.problem.idea", "Please write something, at most 800 characters.")
    example = challenge.about == "example"
    field = "works" if example else "text"
    return Form(
        title=idea_label(challenge),
        action="challenges.idea",
        args={**aim(challenge), "draft": draft},
        intro=verbatim(clipped(challenge.situation, CLIP)),
        fields=(
            *((_works(values),) if example else ()),
            TextField(
                name="text",
                label=TRY if example else say("challenges.idea.text", "What would you try?"),
                hint=say("challenges.idea.hint", "From your own experience; a sentence is plenty."),
                required=not example,
                lines=True,
                limit=IDEA,
                value=values.get("text", ""),
            ),
        ),
        submit=say("challenges.idea.submit", "Share it"),
        errors={field: problem} if wrong else {},
    )


def _works(values: Mapping[str, str]) -> TextField:
    return TextField(
        name="works", label=WORKS, lines=True, limit=IDEA, value=values.get("works", "")
    )


def everyone(challenge: Challenge, name: str, ideas: Told, me: str, after: str) -> Post:
    """A page of ideas, for one reader; the owner may choose, and everyone take their own back."""
    own: list[Button] = []
    moves: list[Button] = []
    for n, (idea, _) in enumerate(ideas, 1):
        args = {**aim(challenge), "idea": idea.id}
        if idea.person == me:
            label = say("challenges.idea.back", "Take {n} back", n=n)
            own.append(Press(label, "challenges.unsay", args))
        if challenge.owner == me and challenge.state != "closed":
            label = say("challenges.choose.n", "Choose {n}", n=n)
            moves.append(OpenForm(label, "challenges.choose", args))
    if after:
        more = say("challenges.more", "More")
        moves.append(Press(more, "challenges.ideas", {**aim(challenge), "after": after}))
    rows = tuple(Buttons(tuple(row)) for row in (moves, own) if row)
    quotes: list[Block] = []
    for idea, by in ideas:
        quotes += idea_quotes(idea, by)
    return Post(
        summary=say("challenges.ideas.summary", "Ideas for a challenge"),
        purpose=say("challenges.ideas.why", "You asked to see all ideas."),
        blocks=(
            Heading(say("challenges.ideas.title", "All ideas")),
            problem(challenge, name)[0],
            *quotes,
            *rows,
        ),
    )


SHARED = say("challenges.idea.shared", "Thank you. It is on the card.")
TAKEN_BACK = say("challenges.idea.taken-back", "Taken back. It is off the card.")
NOTHING = say("challenges.idea.nothing", "There is no idea of yours here.")
NONE_YET = say("challenges.idea.none", "Nobody has had an idea yet.")
ENOUGH = say("challenges.idea.enough", "Ten ideas of yours are there. Take one back first.")
NO_PAGE = say("challenges.no-page", "I can’t find that page. Open the list from its card again.")

EXAMPLES: dict[str, Post | Form] = {
    "challenges.idea": idea_form(sample(), {}, "1"),
    "challenges.idea.example": idea_form(sample("example"), {}, "1", wrong=True),
    "challenges.ideas": everyone(sample(), "", ((SAMPLE_IDEA, "Cem Sample"),), "bo", "cursor"),
}
