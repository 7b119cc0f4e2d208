"""The people of a draw as columns, and what two of them are worth to each other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.pairs.matching.people import FULL_WEEK, LONG_DAY, SHARED_WORDS, WORDS, Candidate, Rules

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

OLDEST = 100


class Table:
    """People by number. `i` and `j` are always arrays of numbers, of the same shape.

    `past` has the sorted keys of each round, `ever` those of all: most people are in none.
    """

    def __init__(self, people: Sequence[Candidate], rules: Rules) -> None:
        self.people, self.weights = people, rules.weights
        self.hours = np.array([one.hours & 0xFFFFFF for one in people], np.uint32)
        self.days = np.array([one.days & 0x7F for one in people], np.uint8)
        self.odd = np.array([one.odd for one in people], np.int64)
        self.team = _numbered([one.team for one in people])
        self.words = _spread(people)
        self.key = keys_of([one.id for one in people])
        self.past = [np.frombuffer(round, "<u8") for round in rules.past]
        self.ever = np.sort(np.concatenate([self.key[:0], *self.past]))
        self.never = self._never(rules)

    def worth(self, i: Ints, j: Ints) -> Floats:
        """What speaks for two people, whether or not they have met."""
        return self.alike(i, j) + self.close(i, j)

    def alike(self, i: Ints, j: Ints) -> Floats:
        """As far as it depends on what kind of people they are: team and hours."""
        mine, yours = self.team[i], self.team[j]
        other = (mine != yours) & (mine > 0) & (yours > 0)
        hours = np.minimum(np.bitwise_count(self.hours[i] & self.hours[j]), LONG_DAY) / LONG_DAY
        days = np.minimum(np.bitwise_count(self.days[i] & self.days[j]), FULL_WEEK) / FULL_WEEK
        known = (self.hours[i] > 0) & (self.hours[j] > 0)
        overlap = np.where(known, hours * days, np.float32(0.5))
        worth: Floats = (self.weights.teams * other + self.weights.hours * overlap).astype("f4")
        return worth

    def close(self, i: Ints, j: Ints) -> Floats:
        """As far as they work on something alike."""
        if not self.words.size:
            return np.zeros(np.shape(i), np.float32)
        mine, yours = self.words[i][..., :, None], self.words[j][..., None, :]
        shared = (mine == yours).sum((-1, -2))
        worth = self.weights.words * np.minimum(shared, SHARED_WORDS) / SHARED_WORDS
        return np.asarray(worth, np.float32)

    def barred(self, i: Ints, j: Ints) -> Flags:
        """Who never meets: asked for, or one reports to the other."""
        return _held(self.never, self.key[i] + self.key[j])

    def met(self, i: Ints, j: Ints) -> tuple[Ints, Ints]:
        """How often two people have met, and how many rounds ago last (0 for never)."""
        keys = (self.key[i] + self.key[j]).ravel()
        times, ago = np.zeros((2, len(keys)), np.int64)
        maybe = np.flatnonzero(_held(self.ever, keys))
        for back, round in enumerate(reversed(self.past), 1):
            hits = maybe[_held(round, keys[maybe])]
            times[hits] += 1
            ago[hits] = np.where(ago[hits], ago[hits], back)
        return times.reshape(np.shape(i)), ago.reshape(np.shape(i))

    def cost(self, i: Ints, j: Ints) -> Floats:
        """What speaks against two who have met: how often, and then how lately."""
        if not self.past:
            return np.zeros(np.shape(i), np.float32)
        times, ago = self.met(i, j)
        lately = np.where(times, 1 - np.minimum(ago, OLDEST) / (OLDEST + 1), 0)
        return np.asarray(self.weights.new * (times + lately), np.float32)

    def _never(self, rules: Rules) -> Keys:
        pairs = [*rules.apart, *((one.id, one.manager) for one in self.people if one.manager)]
        ones, others = ([pair[side] for pair in pairs] for side in (0, 1))
        return np.unique(keys_of(ones) + keys_of(others))


def keys_of(ids: Sequence[str]) -> Keys:
    """A number for each id, the same on every machine; the sum of two stands for the pair."""
    if not ids:
        return np.zeros(0, np.uint64)
    letters = np.array(ids, np.str_).view(np.uint32).reshape(len(ids), -1).astype(np.uint64)
    return _mixed(letters @ _mixed(np.arange(1, letters.shape[1] + 1, dtype=np.uint64)))


def _mixed(keys: Keys) -> Keys:
    """The last steps of SplitMix64: numbers that are alike come out far apart."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(keys ^ (keys >> np.uint64(31)))


def _numbered(names: Sequence[str]) -> Ints:
    """Numbers in the place of names, 0 for none."""
    known = {"": 0}
    return np.array([known.setdefault(name, len(known)) for name in names], np.int64)


def _spread(people: Sequence[Candidate]) -> NDArray[np.int32]:
    """The words of each as numbers, filled up with one that nobody else has."""
    if not any(one.words for one in people):
        return np.zeros((len(people), 0), np.int32)
    known: dict[str, int] = {}
    rows = np.repeat(-1 - np.arange(len(people), dtype=np.int32)[:, None], WORDS, axis=1)
    for number, one in enumerate(people):
        for at, word in enumerate(dict.fromkeys(one.words[:WORDS])):
            rows[number, at] = known.setdefault(word, len(known) + 1)
    return rows


def _held(all_of: Keys, keys: Keys) -> Flags:
    """Which of the keys are among these sorted ones."""
    if not len(all_of):
        return np.zeros(np.shape(keys), np.bool_)
    at = np.minimum(np.searchsorted(all_of, keys), len(all_of) - 1)
    return np.asarray(all_of[at] == keys)
