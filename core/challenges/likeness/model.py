"""The stems of what people write, how many two texts share, and which words those are.

Stems come from Snowball. Nothing leaves the house, and nothing is guessed that cannot be shown:
the words that two texts share are the whole reason why they count as alike.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from math import sqrt

from core.challenges.likeness.common import ENGLISH, GERMAN

Words = Mapping[str, str]
"""Stem -> the word as it was first written, in the order of the text."""

ENOUGH = 0.2
LONG = 4000
MOST = 40
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
COMMON: Mapping[str, frozenset[str]] = {
    "english": frozenset(ENGLISH.split()),
    "german": frozenset(GERMAN.split()),
}


def words_of(text: str) -> dict[str, str]:
    """What a text is about: at most 40 stems, without the words that every text has."""
    written = [word.replace("’", "'") for word in WORD.findall(text[:LONG])]
    language = _language(written)
    found: dict[str, str] = {}
    for word in written:
        low = word.casefold()
        if len(low) > 1 and low not in COMMON[language]:
            found.setdefault(_stem(language, low), word)
        if len(found) == MOST:
            break
    return found


def likeness(one: Words, other: Words) -> float:
    """From 0, no word in common, to 1, all of them."""
    if not one or not other:
        return 0.0
    return len(one.keys() & other.keys()) / sqrt(len(one) * len(other))


def alike(one: Words, other: Words) -> bool:
    """Whether it is worth telling people of: two words at least, and enough of each text."""
    return len(one.keys() & other.keys()) > 1 and likeness(one, other) >= ENOUGH


def both_say(
    one: Words, other: Words, texts: tuple[str, str] = ("", ""), most: int = 3
) -> tuple[str, ...]:
    """The words that they share, as the first writes them.

    Given the texts, two words that stand together in both of them stay together.
    """
    chains: list[list[str]] = []
    for stem in (stem for stem in one if stem in other):
        last = chains[-1] if chains else []
        if len(last) == 1 and _together(last[0], stem, (one, other), texts):
            last.append(stem)
        else:
            chains.append([stem])
    longest = sorted(chains, key=len, reverse=True)[:most]
    return tuple(" ".join(one[stem] for stem in chain) for chain in longest)


def _together(first: str, second: str, words: tuple[Words, Words], texts: tuple[str, str]) -> bool:
    return all(
        f"{written[first]} {written[second]}".casefold() in text.casefold()
        for written, text in zip(words, texts, strict=True)
    )


def _language(written: Sequence[str]) -> str:
    """The one whose everyday words are the most; English when none is."""
    low = [word.casefold() for word in written]
    return max(COMMON, key=lambda language: sum(word in COMMON[language] for word in low))


@lru_cache(8192)
def _stem(language: str, word: str) -> str:
    return _stemmer(language)(word)


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer  # noqa: PLC0415 - it brings thirty languages along

    stem: Callable[[str], str] = snowballstemmer.stemmer(language).stemWord
    return stem
