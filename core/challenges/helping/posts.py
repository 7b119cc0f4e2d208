"""What somebody reads who is asked to help, and whoever sees that their idea was chosen."""

from core.challenges.model import Challenge, Help
from core.challenges.posts import aim, opening, problem, sample
from core.cohorts.words import SAMPLED
from core.message import Button, Buttons, Heading, OpenForm, Phrase, Post, Press, Text, When, say


def asking(challenge: Challenge, name: str, slot: str, help: Help, until: When) -> Post:
    """Would you help? With the two ways to answer."""
    return Post(
        slot=slot,
        summary=say("challenges.help.summary", "A colleague asks for an idea"),
        purpose=say("challenges.help.purpose", "It’s your turn in the rota of your cohort."),
        blocks=(
            Heading(_title(challenge)),
            Text(_where_it_stands(help, until)),
            *problem(challenge, name),
            Buttons(_buttons(challenge, help)),
        ),
    )


def _title(challenge: Challenge) -> Phrase:
    if challenge.about == "example":
        return say("challenges.help.example", "What works, what would you try?")
    return say("challenges.help.title", "What would you try?")


def _where_it_stands(help: Help, until: When) -> Phrase:
    if help.state == "accepted":
        return say("challenges.help.thanks", "Thank you. A sentence is plenty.")
    if help.state == "passed":
        return say("challenges.help.passed", "Passed on, and that’s fine.")
    if help.state == "answered":
        return say("challenges.help.answered", "Your idea is on the card. Thank you.")
    return say(
        "challenges.help.text",
        "One sentence from your experience is plenty, best by {day}. Passing is fine: somebody "
        "else is asked.",
        day=until,
    )


def _buttons(challenge: Challenge, help: Help) -> tuple[Button, ...]:
    args = aim(challenge)
    idea = OpenForm(idea_label(challenge), "challenges.idea", args, "primary")
    look = Press(say("challenges.look", "See all of it"), "challenges.look", args)
    help_on = Press(say("challenges.help.yes", "I’ll help"), "challenges.help", args)
    off = Press(say("challenges.help.pass", "Pass"), "challenges.pass", args)
    on_offer: dict[str, tuple[Button, ...]] = {
        "asked": (idea, help_on, off),
        "lapsed": (idea, off),
        "accepted": (idea, off),
    }
    return (*on_offer.get(help.state, ()), look, *opening(challenge))


def idea_label(challenge: Challenge) -> Phrase:
    """What the button says that takes an idea."""
    if challenge.about == "example":
        return say("challenges.idea.feedback", "Give feedback")
    return say("challenges.idea", "I have an idea")


def chosen(challenge: Challenge, name: str, slot: str) -> Post:
    """To whoever had the idea that was chosen."""
    return Post(
        slot=slot,
        summary=say("challenges.chosen.summary", "Your idea is being tried"),
        purpose=say("challenges.chosen.purpose", "Because you helped a colleague."),
        blocks=(
            Text(say("challenges.chosen.text", "Your idea helps most, so it is tried now.")),
            *problem(challenge, name),
            Buttons(
                (Press(say("challenges.look", "See all of it"), "challenges.look", aim(challenge)),)
            ),
        ),
    )


HELPING = say("challenges.helping", "Thank you. Your idea goes on the card by the button.")
PASSED = say("challenges.passed", "That’s fine. I’m asking somebody else.")
NOT_ASKED = say("challenges.not-asked", "You can help without being asked: press I have an idea.")
ASKING = say("challenges.asking", "I’m asking those whose turn it is.")
NOBODY_WAITS = say("challenges.nobody-waits", "Every open challenge has an idea. Nobody waits.")

_HELP = Help(id="sample-c/cem", challenge="sample-c", cohort="sample", person="cem", at=SAMPLED)
_EXAMPLE = sample("example", link="https://example.org/note", nameless=False)

EXAMPLES: dict[str, Post] = {
    "challenges.help": asking(sample(), "", "help/sample-c", _HELP, When(SAMPLED)),
    "challenges.help.example": asking(_EXAMPLE, "Bo Sample", "help/sample-c", _HELP, When(SAMPLED)),
    "challenges.chosen": chosen(sample(), "", "chosen/sample-c"),
}
