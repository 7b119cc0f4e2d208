"""What somebody wrote, read as the answer to a question: the value, or what to say instead."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches

from msgspec import Struct

from core.message import (
    ChoiceField,
    DateField,
    Field,
    Option,
    PeopleField,
    Phrase,
    TextField,
    ToggleField,
)
from core.people.questions import posts
from core.people.questions.days import day_in

YES = frozenset({"yes", "y", "yep", "ok", "true", "ja", "j", "jo"})
NO = frozenset({"no", "n", "nope", "false", "nein", "nö"})
NUMBER = re.compile(r"[#(]?\s?(\d{1,4})\ufe0f?\u20e3?\s?[.):]?")
LONGEST_LABEL = 200
_BETWEEN = re.compile(r"[,;\n]| and | und |&")


class Hearer(Struct, frozen=True):
    """In which language and on which day it was said; `words` are what a label is there."""

    words: Callable[[Phrase], str]
    locale: str
    today: date


def read(field: Field, text: str, hearer: Hearer) -> str | Phrase:
    """The value as a dialog would send it, or a sentence about what is wanted."""
    match field:
        case TextField():
            return _text(field, text)
        case ChoiceField() | PeopleField():
            return _choice(field, text, hearer)
        case DateField():
            day = day_in(text, hearer.locale, hearer.today)
            return day.isoformat() if day else posts.NO_DAY
        case ToggleField():
            return _toggle(text)


def number_in(text: str) -> int | None:
    """The number that a text is and nothing else: 1, 1., #1, (1)."""
    found = NUMBER.fullmatch(text.strip()) if len(text) <= LONGEST_LABEL else None
    return int(found[1]) if found else None


def parts(field: ChoiceField | PeopleField, text: str) -> list[str]:
    """What was chosen, one by one."""
    cut = _BETWEEN.split(text[:2000]) if field.several else [text[:2000]]
    return [part.strip() for part in cut if part.strip()]


def find(options: Sequence[Option], typed: str, hearer: Hearer) -> str | Phrase:
    """The option that is meant: by its words, by its number, or by how it begins."""
    labels = [bare(hearer.words(option.label)) for option in options]
    wanted = bare(typed)
    number = None if by_label(options, hearer.words) else number_in(typed)
    same = [n for n, label in enumerate(labels) if label == wanted]
    if not same and number is not None:
        same = [number - 1] if 1 <= number <= len(options) else []
    near = [n for n, label in enumerate(labels) if wanted and begins(label, wanted)]
    if not same and len(near) == 1:
        same = near
    if same:
        return options[same[0]].value
    close = get_close_matches(wanted, labels, 1, 0.6)
    return posts.unclear(options[labels.index(close[0])].label) if close else posts.NO_OPTION


def bare(text: str) -> str:
    """Words as they are compared: without signs around them, in small letters."""
    straight = text[:LONGEST_LABEL].replace("’", "'").casefold()
    return " ".join(straight.strip(" \t\n.…!\"'„“”").split())


def begins(label: str, typed: str) -> bool:
    """Whether the label begins with these words, cut between two."""
    return label.startswith(typed) and not label[len(typed) : len(typed) + 1].isalnum()


def by_label(options: Sequence[Option], words: Callable[[Phrase], str]) -> bool:
    """Whether the options are figures themselves, so that a number means none by its place."""
    return any(words(option.label)[:1].isdigit() for option in options)


def _text(field: TextField, text: str) -> str | Phrase:
    said = text.strip() if field.lines else " ".join(text.split())
    if not said:
        return posts.IN_WORDS
    return said if len(said) <= field.limit else posts.too_long(field.limit, len(said))


def _choice(field: ChoiceField | PeopleField, text: str, hearer: Hearer) -> str | Phrase:
    whole = find(field.options, text, hearer)
    if isinstance(whole, str):
        return whole
    found = [find(field.options, part, hearer) for part in parts(field, text)]
    problem = next((one for one in found if isinstance(one, Phrase)), None)
    if problem is not None or not found:
        return problem or posts.IN_WORDS
    return ",".join(dict.fromkeys(one for one in found if isinstance(one, str)))


def _toggle(text: str) -> str | Phrase:
    said = bare(text)
    if said in YES or said == "1":
        return "true"
    return "false" if said in NO or said == "2" else posts.YES_OR_NO
