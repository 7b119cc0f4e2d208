"""Words and buttons that all of this slice shares, and what the engine does to any message."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from msgspec.structs import replace

from core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    say,
)

MOST_BUTTONS = 6

ASKED = say("people.asked", "You asked.")
STATUS = Press(say("people.status.button", "What comes next?"), "people.status")
SETTINGS = Press(say("people.settings.button", "My settings"), "people.settings")
CHANGE = OpenForm(say("people.change.button", "Change"), "people.change", style="primary")
PAUSE = Press(say("people.pause.button", "Pause"), "people.pause")
RESUME = Press(say("people.resume.button", "Write to me again"), "people.resume")
PRIVACY = Press(say("people.privacy.button", "What do you keep about me?"), "people.privacy")
HELP = Press(say("people.help.button", "What can you do?"), "people.help")


def privately() -> Phrase:
    """Said in the open when the answer went into the private chat."""
    return say(
        "people.privately",
        "I’ve answered you in private. If nothing arrives, write to me in a chat of our own.",
    )


def moved_on() -> Phrase:
    """Said with the current card to who pressed an older one."""
    return say("people.moved_on", "This has moved on; here is how it stands.")


def too_late() -> Phrase:
    """Said where there is no current card to show."""
    return say("people.too_late", "This has moved on meanwhile, so nothing was changed.")


def gone() -> Phrase:
    """Said when what a button is about no longer exists."""
    return say("people.gone", "This is no longer here.")


def unknown() -> Phrase:
    """Said to a button that does nothing any more."""
    return say("people.unknown_button", "This button does nothing any more. Write help to me.")


def welcome() -> Phrase:
    """Said to thanks."""
    return say("people.welcome", "You’re welcome.")


def listed(items: Sequence[Phrase]) -> Phrase:
    """Several phrases with commas between them."""
    names = [f"item{n}" for n in range(len(items))]
    words = ", ".join(f"{{{name}}}" for name in names)
    return Phrase("", words, dict(zip(names, items, strict=True)))


# --- what the engine does to messages -----------------------------------------------------------


def marked(post: Post) -> Post:
    """The message, sent once more because nobody knows whether it arrived."""
    note = Text(say("people.marked", "You may have had this already."), subtle=True)
    return replace(post, blocks=(note, *post.blocks))


def bundle(posts: Sequence[Post]) -> Post:
    """Several messages in one: title, first line and buttons of each."""
    shares = _shares([_buttons(post) for post in posts])
    parts = zip(posts, shares, strict=True)
    return Post(
        summary=say("people.bundle.summary", "{n} things for you", n=len(posts)),
        purpose=say("people.bundle.why", "One message instead of {n}.", n=len(posts)),
        blocks=tuple(chain.from_iterable(_part(post, buttons) for post, buttons in parts)),
    )


def _part(post: Post, buttons: Sequence[Button]) -> tuple[Block, ...]:
    title = next((b.text for b in post.blocks if isinstance(b, Heading)), post.summary)
    line = next((b for b in post.blocks if isinstance(b, Text)), None)
    blocks: list[Block] = [Text(say("people.bundle.title", "{title}", title=Bold(title)))]
    if post.purpose:
        blocks.append(Text(post.purpose, subtle=True))
    if line:
        blocks.append(line)
    if buttons:
        blocks.append(Buttons(tuple(buttons)))
    return tuple(blocks)


def _buttons(post: Post) -> list[Button]:
    return [button for b in post.blocks if isinstance(b, Buttons) for button in b.buttons]


def _shares(wanted: Sequence[Sequence[Button]]) -> list[list[Button]]:
    """Everybody's first button, then everybody's second, until six are given out."""
    turns = [(n, b) for turn in zip_longest(*wanted) for n, b in enumerate(turn) if b]
    given = turns[:MOST_BUTTONS]
    return [[button for owner, button in given if owner == n] for n in range(len(wanted))]
