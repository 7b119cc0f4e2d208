"""Groups of more than two: dealt out, then people change places while that is better for all."""

import numpy as np
from numpy.random import Generator

from core.pairs.matching.table import Floats, Ints, Table

BLOCK = 240
SWAPS = 3
NEVER = 1e6
FINE = 1e-3


def circles(table: Table, who: Ints, size: int, dice: Generator) -> list[list[int]]:
    """Groups of `size`, some of one more or less. Very many people are cut into blocks first."""
    who = dice.permutation(who)
    if len(who) > BLOCK:
        who = who[np.argsort(table.hours[who], kind="stable")]
    blocks = np.array_split(who, max(1, -(-len(who) // BLOCK)))
    found = [group for block in blocks for group in _dealt(table, block, size)]
    return [group for group in found if group]


def _dealt(table: Table, who: Ints, size: int) -> list[list[int]]:
    seat = np.arange(len(who)) % tables_for(len(who), size)
    worth = _worth(table, who)
    at = np.zeros((len(who), seat.max(initial=0) + 1), np.float32)
    at[np.arange(len(who)), seat] = 1
    warm = worth @ at
    for _ in range(SWAPS * len(who)):
        here = warm[np.arange(len(who)), seat]
        there = warm[:, seat]
        gain = there + there.T - here[:, None] - here - 2 * worth
        gain[seat[:, None] == seat] = 0
        one, other = divmod(int(gain.argmax()), len(who))
        if gain[one, other] <= FINE:
            break
        moved = worth[:, other] - worth[:, one]
        warm[:, seat[one]] += moved
        warm[:, seat[other]] -= moved
        seat[one], seat[other] = seat[other], seat[one]
    return [who[seat == number].tolist() for number in range(seat.max(initial=-1) + 1)]


def tables_for(people: int, size: int) -> int:
    """How many groups, so that none is larger than the size by more than one."""
    number = max(1, people // size)
    while -(-people // number) > size + 1:
        number += 1
    return number


def _worth(table: Table, who: Ints) -> Floats:
    a, b = np.triu_indices(len(who), 1)
    i, j = who[a], who[b]
    square = np.zeros((len(who), len(who)), np.float32)
    value = table.worth(i, j) - table.cost(i, j) - np.where(table.barred(i, j), NEVER, 0)
    square[a, b] = square[b, a] = value
    return square
