"""What every renderer shows alike: the few sentences of our own, and what a button brings back."""

from collections.abc import Iterable, Mapping

from cards.words import clean
from core.message import Phrase, say

SHORTENED = say("cards.shortened", "There is more to this than fits here.")
NEEDED = say("cards.needed", "Please fill this in.")
CHOOSE = say("cards.choose", "Please choose")
NOBODY = say("cards.nobody", "There is nobody to choose from yet.")

CANCEL = say("cards.cancel", "Cancel")
CLOSE = say("cards.close", "Close")
YES = say("cards.yes", "Yes")
OTHERS = say("cards.others", "Somebody who is not listed?")
REPLY = say("cards.reply", "To choose, reply below with the number:")
REPLY_HERE = say("cards.reply-here", "To choose, reply to this comment with the number:")
AND = say("cards.and", "More to choose from")


def more(rows: int) -> Phrase:
    """What stands for the rows of a list that do not fit."""
    return say("cards.more", "and {n} more", n=rows)


def counted(label: str, done: int, of: int) -> Phrase | None:
    """A progress in words, unless its label has them already."""
    if {str(done), str(of)} <= set(label.split()):
        return None
    return say("cards.progress", "{done} of {of}", done=done, of=of)


def lasting(minutes: int) -> Phrase:
    """What kind of thing a film is, and how long it takes."""
    return say("cards.video", "Video, {n} min", n=minutes)


def quoted(words: str) -> Phrase:
    """What a person wrote, where only signs can set it apart."""
    return say("cards.quoted", "“{text}”", text=words)


def carried(action: str, args: Mapping[str, str], slot: str) -> dict[str, object]:
    """What a button or a form brings back."""
    return {"a": action, "k": {name: clean(arg) for name, arg in args.items()}, "s": slot}


def places(numbers: Iterable[int]) -> list[int]:
    """The place of each in a ranking; equals share one."""
    found: list[int] = []
    before: int | None = None
    for at, number in enumerate(numbers, 1):
        found.append(found[-1] if number == before else at)
        before = number
    return found
