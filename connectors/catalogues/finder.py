"""Finds courses by words: whole ones first, then their beginnings, what is within, and slips.

Titles and providers count, then summaries. A word is what letters and figures make, in any
language; where none are put between words, what is within a longer one finds it.
"""

import re
import time
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from unicodedata import category, normalize

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.courses.model import Course

WORD = re.compile(r"[^\W_]+[+#]*")
LAST = "\U0010ffff"
QUERY, WORDS = 200, 8
SHORTEST, LONG = 3, 8
WITHIN, ALIKE = 1000, 20
BREATH, A_LITTLE = 32, 0.0002
COVERED = 0.5
BRIEF = 0.05

WHOLE, BEGUN, INSIDE, SLIP = 1.0, 0.75, 0.5, 0.4
SUMMARY = 0.3

Numbers = NDArray[np.intc]
Scores = NDArray[np.float32]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without case, accents and points."""
    if not text.isascii():
        letters = (one for one in normalize("NFKD", text) if category(one)[0] != "M")
        return WORD.findall("".join(letters).casefold())
    return WORD.findall(text.lower())


class Finder:
    """Knows which courses have which words. Those that came first win a tie."""

    def __init__(self, courses: Sequence[Course]) -> None:
        self._many = len(courses)
        self._titles = Postings(words_of(f"{one.title} {one.provider}") for one in courses)
        self._brief = BRIEF / np.maximum(self._titles.lengths, 1.0)
        self._summaries = Postings(words_of(one.summary) for one in courses)

    def find(self, text: str) -> Numbers:
        """The places of the courses that fit, the best first."""
        words = list(dict.fromkeys(words_of(text[:QUERY])))[:WORDS]
        total = np.zeros(self._many, np.float32)
        covered = np.zeros(self._many, np.float32)
        whole = 0.0
        for word in words:
            scores = self._scores(word, unfinished=word == words[-1])
            met = scores > 0
            weight = float(np.log1p(self._many / max(1, int(np.count_nonzero(met)))))
            total += weight * scores
            covered += weight * met
            whole += weight
        found = np.flatnonzero(covered >= COVERED * whole) if words else np.zeros(0, np.intp)
        ranked = np.argsort(-(total[found] / max(whole, 1.0) + self._brief[found]), kind="stable")
        return found[ranked].astype(np.intc)

    def _scores(self, word: str, *, unfinished: bool) -> Scores:
        """How well a word fits each course; what fits better is written over what fits less."""
        scores = np.zeros(self._many, np.float32)
        for rows, worth in chain(self._summary(word), self._title(word, unfinished)):
            scores[rows] = worth
        return scores

    def _summary(self, word: str) -> Iterator[tuple[Numbers, float]]:
        yield self._summaries.within(word), SUMMARY * INSIDE
        yield self._summaries.begun(word), SUMMARY * BEGUN
        yield self._summaries.whole(word), SUMMARY

    def _title(self, word: str, unfinished: bool) -> Iterator[tuple[Numbers, float]]:
        within, begun = self._titles.within(word), self._titles.begun(word)
        if not (len(within) or len(begun)):
            yield self._titles.alike(word, unfinished=unfinished), SLIP
        yield within, INSIDE
        yield begun, BEGUN
        yield self._titles.whole(word), WHOLE


class Postings:
    """Each word with the courses that have it, in the order of the alphabet.

    To be made in a thread. `lengths` are how many words each course has.
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        having: defaultdict[str, array[int]] = defaultdict(partial(array, "i"))
        lengths = array("f")
        for row, words in enumerate(texts):
            lengths.append(len(words))
            for word in set(words):
                having[word].append(row)
            if not row % BREATH:
                time.sleep(A_LITTLE)  # in its thread, so that others come first
        self.lengths: Scores = np.frombuffer(lengths, np.float32)
        self._words = sorted(having)
        rows = [having[word] for word in self._words]
        self._ends = np.cumsum([0, *map(len, rows)])
        self._rows: Numbers = np.frombuffer(b"".join(rows), np.intc)
        self._text = "\n".join(("", *self._words))
        self._starts = np.cumsum([len(word) + 1 for word in self._words])
        self._long: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._words:
            self._long[len(word)].append(word)

    def whole(self, word: str) -> Numbers:
        """Who has the word."""
        at = bisect_left(self._words, word)
        there = at < len(self._words) and self._words[at] == word
        return self._between(at, at + there)

    def begun(self, word: str) -> Numbers:
        """Who has a word that begins so."""
        return self._between(*self._range(word))

    def within(self, word: str) -> Numbers:
        """Who has a word with this in it; two letters of ours are in too many of them."""
        if len(word) < SHORTEST and word.isascii():
            return _joined(())
        places = np.fromiter(self._places(word), np.int64)
        return self._of(np.unique(np.searchsorted(self._starts, places, side="right")))

    def alike(self, word: str, *, unfinished: bool) -> Numbers:
        """Who has a word that this was meant to be, or else, while it is typed, to become.

        What becomes of it begins with its first letter at least.
        """
        length = len(word)
        slips = (length > SHORTEST) + (length >= LONG)
        if not slips:
            return _joined(())
        alike = chain.from_iterable(
            self._long.get(length + more, ()) for more in range(-slips, slips + 1)
        )
        meant = _near(word, list(alike), slips)
        if meant or not unfinished:
            return _joined([self.whole(one) for one in meant])
        first, end = self._range(word[0])
        begun = dict.fromkeys(one[: length + 1] for one in self._words[first:end])
        return _joined([self.begun(one) for one in _near(word, list(begun), slips)])

    def _places(self, word: str) -> Iterator[int]:
        place = self._text.find(word)
        for _ in range(WITHIN):
            if place < 0:
                return
            yield place
            place = self._text.find(word, place + 1)

    def _of(self, places: Iterable[int]) -> Numbers:
        return _joined([self._between(place, place + 1) for place in places])

    def _range(self, word: str) -> tuple[int, int]:
        return bisect_left(self._words, word), bisect_left(self._words, word + LAST)

    def _between(self, first: int, end: int) -> Numbers:
        return self._rows[self._ends[first] : self._ends[end]]


def _near(word: str, known: Sequence[str], slips: int) -> list[str]:
    """Those that so many slips turn into the word, the nearest first."""
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=ALIKE)
    return [one for one, _, _ in near]


def _joined(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, np.intc)
