"""Pairs of very many people: by kind, then traded until nobody meets somebody again."""

import numpy as np
from numpy.random import Generator

from core.pairs.matching.exact import best_pairs
from core.pairs.matching.kinds import kinds_of, plan
from core.pairs.matching.table import Floats, Ints, Table

SWEEPS = 30
CLOSER = 6
POOL = 400
CALM = 60


def many_pairs(table: Table, who: Ints, dice: Generator) -> tuple[Ints, Ints]:
    """Pairs as `best_pairs` gives them, within some hundredths of a percent of the best."""
    pairs, sort, over = _filled(table, who, dice)
    clash = _traded(table, pairs, sort, dice)
    return _mended(table, pairs, clash, over, dice)


def _filled(table: Table, who: Ints, dice: Generator) -> tuple[Ints, Ints, Ints]:
    """Pairs as the plan for the kinds has them, at random; the sort of each; who is left over."""
    who = dice.permutation(who)
    kind = kinds_of(table, who)
    first, count = np.unique(kind, return_index=True, return_counts=True)[1:]
    a, b = np.meshgrid(who[first], who[first], indexing="ij")
    share = plan(table.alike(a, b), count, dice)
    piles = np.split(who[np.argsort(kind, kind="stable")], np.cumsum(count)[:-1])
    used = np.zeros(len(count), np.int64)
    rows, sorts = [np.zeros((0, 2), np.int64)], []
    for one, other in np.argwhere(np.triu(share)).tolist():
        much = int(share[one, other]) // (2 if one == other else 1)
        mine = piles[one][used[one] : used[one] + much]
        used[one] += much
        yours = piles[other][used[other] : used[other] + much]
        used[other] += much
        rows.append(np.stack([mine, yours], axis=1))
        sorts += [len(rows)] * much
    over = [pile[done:] for pile, done in zip(piles, used, strict=True)]
    return np.concatenate(rows), np.array(sorts, np.int64), np.concatenate(over)


def _traded(table: Table, pairs: Ints, sort: Ints, dice: Generator) -> Ints:
    """Lets pairs of one sort trade partners, for who is new or closer; which still clash.

    Rows of `pairs` change where they are.
    """
    first = np.searchsorted(sort, sort)
    width = np.searchsorted(sort, sort, side="right") - first
    clash = _clashing(table, pairs)
    for sweep in range(SWEEPS):
        eager = table.words.size and sweep < CLOSER
        active = np.arange(len(pairs)) if eager else np.flatnonzero(clash)
        if not len(active):
            break
        mates = first[active] + (dice.random(len(active)) * width[active]).astype(np.int64)
        active, mates = _apart(active, mates)
        was = pairs[active], pairs[mates]
        new = _crossed(*was)
        bad = _clashing(table, new[0]), _clashing(table, new[1])
        gain = _close(table, *new) - _close(table, *was)
        gain += 100.0 * (clash[active] + clash[mates] - 1.0 * bad[0] - bad[1])
        swap = gain > 0
        pairs[active[swap]], pairs[mates[swap]] = new[0][swap], new[1][swap]
        clash[active[swap]], clash[mates[swap]] = bad[0][swap], bad[1][swap]
    return np.flatnonzero(clash)


def _apart(active: Ints, mates: Ints) -> tuple[Ints, Ints]:
    """Only couples of pairs of which none is in another couple."""
    both = np.stack([active, mates], axis=1).ravel()
    seen = np.full(both.max() + 1, -1)
    seen[both[::-1]] = np.arange(len(both))[::-1] // 2
    couple = np.arange(len(active))
    alone = (seen[active] == couple) & (seen[mates] == couple) & (active != mates)
    return active[alone], mates[alone]


def _crossed(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """The same two pairs, with their second people traded."""
    return np.stack([one[:, 0], other[:, 1]], axis=1), np.stack([other[:, 0], one[:, 1]], axis=1)


def _clashing(table: Table, pairs: Ints) -> Ints:
    """1 for pairs that must not be, or have met before."""
    i, j = pairs.T
    return np.asarray(table.barred(i, j) | (table.cost(i, j) > 0), np.int64)


def _close(table: Table, one: Ints, other: Ints) -> Floats:
    return table.close(*one.T) + table.close(*other.T)


def _mended(
    table: Table, pairs: Ints, clash: Ints, over: Ints, dice: Generator
) -> tuple[Ints, Ints]:
    """Who clashes or is left over is matched anew, with some who are badly off and some others."""
    calm = np.ones(len(pairs), np.bool_)
    calm[clash] = False
    free = dice.permutation(np.concatenate([pairs[clash].ravel(), over]))
    kept = pairs[calm]
    kept = kept[np.argsort(table.worth(*kept.T), kind="stable")]
    poor, rich = kept[: len(kept) // 2], dice.permutation(kept[len(kept) // 2 :])
    done, alone = [], [free[:0]]
    for at in range(0, max(1, len(free)), POOL):
        helpers = np.concatenate([poor[:CALM], rich[:CALM]]).ravel()
        poor, rich = poor[CALM:], rich[CALM:]
        good, rest = best_pairs(table, np.concatenate([free[at : at + POOL], helpers]), dice)
        done.append(good)
        alone.append(rest)
    return np.concatenate([poor, rich, *done]), np.concatenate(alone)
