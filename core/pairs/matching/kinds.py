"""Many people: kinds of people are matched instead, in bulk, as well as can be."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.pairs.matching.table import Floats, Ints, Table

KINDS = 160
DAYS, TEAM, FAR = 7, 31, 12
TURNS = 400
FAINT = 0.01
LOOK = 3
JUMPS = 9


def kinds_of(table: Table, who: Ints) -> Ints:
    """The number of each one's kind: the same team and hours. Rare kinds join the likest one."""
    packed = table.team[who] << TEAM | table.hours[who].astype(np.int64) << DAYS | table.days[who]
    found, kind, count = np.unique(packed, return_inverse=True, return_counts=True)
    if len(found) <= KINDS:
        return np.asarray(kind)
    often = np.argsort(-count, kind="stable")[:KINDS]
    into = np.array([_likest(found[often], one) for one in found])
    into[often] = np.arange(KINDS)
    return into[kind]


def _likest(kept: Ints, one: int) -> int:
    team = (kept >> TEAM != one >> TEAM) * FAR
    return int(np.argmin(team + np.bitwise_count((kept ^ one) & ((1 << TEAM) - 1))))


def plan(worth: Floats, count: Ints, dice: Generator) -> Ints:
    """How many of each kind meet how many of which, as a square that reads the same both ways.

    Begins with the best kinds first, and then trades in circles until no circle gains. Rounding
    leaves a few people over.
    """
    share = _greedy(worth, count, dice)
    for _ in range(TURNS):
        circle = _gaining(worth, share)
        if not circle:
            break
        much = min(share[loses, gains] for _, loses, gains in circle)
        for _, loses, gains in circle:
            share[loses, gains] -= much
        for kind, _, gains in circle:
            share[kind, gains] += much
    even: Ints = (share + share.T) // 2
    np.fill_diagonal(even, share.diagonal() // 2 * 2)
    return even


def _greedy(worth: Floats, count: Ints, dice: Generator) -> Ints:
    a, b = np.triu_indices(len(count))
    order = np.lexsort((dice.random(len(a)), -np.minimum(count[a], count[b]), -worth[a, b]))
    left, share = count.tolist(), np.zeros((len(count), len(count)), np.int64)
    for one, other in zip(a[order].tolist(), b[order].tolist(), strict=True):
        much = left[one] // 2 if one == other else min(left[one], left[other])
        left[one] -= much
        left[other] -= much
        share[one, other] += much
        share[other, one] += much
    return share


def _gaining(worth: Floats, share: Ints) -> list[tuple[int, int, int]]:
    """A circle of kinds, each of which takes over a partner of the next, that gains on the whole.

    Each step as (who takes, who gives, which partner). It is the longest path by Bellman and Ford.
    """
    kinds = np.arange(len(share))
    gives, partner = np.nonzero(share)
    if not len(gives):
        return []
    first = np.flatnonzero(np.r_[True, gives[1:] != gives[:-1]])
    gain = np.full(share.shape, -np.inf)
    trades = worth[:, partner] - worth[gives, partner]
    gain[:, gives[first]] = np.maximum.reduceat(trades, first, axis=1) - FAINT
    np.fill_diagonal(gain, -np.inf)
    best, before = np.zeros(len(kinds)), np.full(len(kinds), -1)
    for step in range(len(kinds)):
        so_far = best[:, None] + gain
        takes = so_far.argmax(0)
        better = so_far[takes, kinds] > best + FAINT / 10
        if not better.any():
            break
        best = np.where(better, so_far[takes, kinds], best)
        before = np.where(better, takes, before)
        if step % LOOK == 0 and (circle := _circle(before)):
            return [_trade(worth, share, int(before[kind]), kind) for kind in circle]
    return []


def _circle(before: NDArray[np.int64]) -> list[int]:
    """A circle in who comes before whom (-1: nobody), if there is one."""
    far = np.append(before, -1)
    for _ in range(JUMPS):
        far = far[far]
    inside = far[:-1][far[:-1] >= 0]
    if not len(inside):
        return []
    circle = [int(inside[0])]
    while (kind := int(before[circle[-1]])) != circle[0]:
        circle.append(kind)
    return circle


def _trade(worth: Floats, share: Ints, takes: int, gives: int) -> tuple[int, int, int]:
    partners = np.flatnonzero(share[gives])
    best = partners[np.argmax(worth[takes, partners] - worth[gives, partners])]
    return takes, gives, int(best)
