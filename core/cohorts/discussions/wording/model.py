"""Whether a question invites more than a yes or a no, and one that does, from the same words.

A warning, never a wall: whoever sends it again keeps it. In doubt it says nothing.
"""

import re
from typing import Literal

from msgspec import Struct

from core.cohorts.discussions.wording import english, german
from core.message import Phrase, say

Kind = Literal["closed", "choice", "leading"]

LIMIT = 200
READ = 1000
SENTENCE = re.compile(r"[^.!?…\n]*(?:\.(?=\S)[^.!?…\n]*)*[.!?…\n]*")
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"'})


class Doubt(Struct, frozen=True):
    """Why a question is not open, and a better one."""

    kind: Kind
    better: str


def doubted(text: str) -> Doubt | None:
    """What is to be said against a question; None where it is open, or no question at all."""
    asked = _asked(text)
    if not asked:
        return None
    in_german = _is_german(text)
    doubt = german.doubt if in_german else english.doubt
    found = [doubt(clause) for clause in asked]
    last = found[-1]
    if last is None or None in found:
        return None
    kind, better = last
    whole = better[:1].upper() + better[1:]
    fits = 0 < len(whole) <= LIMIT
    return Doubt(kind, whole if fits else german.ANY if in_german else english.ANY)


def warning(doubt: Doubt | None) -> Phrase:
    """The same as a sentence below what was typed."""
    kind, better = (doubt.kind, doubt.better) if doubt else ("closed", "")
    if kind == "choice":
        return say(
            "discussions.doubt.choice",
            "This leaves only two answers. Perhaps: “{better}” Send it again to keep yours.",
            better=better,
        )
    if kind == "leading":
        return say(
            "discussions.doubt.leading",
            "This says which answer you hope for. Perhaps: “{better}” Send it again to keep yours.",
            better=better,
        )
    return say(
        "discussions.doubt.closed",
        "Yes or no would answer this. Perhaps: “{better}” Send it again to keep yours.",
        better=better,
    )


def _asked(text: str) -> list[str]:
    """The questions in a text, each as one line without its mark; without a mark, the last line."""
    flat = text[:READ].translate(QUOTES)
    sentences = [" ".join(one.split()) for one in SENTENCE.findall(flat)]
    sentences = [one for one in sentences if WORD.search(one)]
    marked = [one for one in sentences if "?" in one]
    return [one.strip(" .!?…\"'-–") for one in marked or sentences[-1:]]


def _is_german(text: str) -> bool:
    words = [word.casefold() for word in WORD.findall(text[:READ])]
    signs = sum(any(c in word for c in "äöüß") for word in words)
    mine = sum(word in german.COMMON for word in words) + signs
    return mine > sum(word in english.COMMON for word in words)
