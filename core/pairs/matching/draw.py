"""The way in: draws a round."""

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from numpy.random import Generator, default_rng

from core.pairs.matching.bulk import many_pairs
from core.pairs.matching.circles import circles
from core.pairs.matching.exact import best_pairs, best_trio
from core.pairs.matching.people import Candidate, Draw, Group, Left, Rules
from core.pairs.matching.table import Ints, Table

PAIR = 2
EXACT = 800
LOOKED_AT = 400
NEVER = 1 << 40

Groups = dict[int, Ints]
"""By size, with a row for each group."""


def draw(people: Sequence[Candidate], rules: Rules, seed: str) -> Draw:
    """Everybody in one group, or left out with a reason. The order of the people says nothing."""
    everyone = sorted({one.id: one for one in people}.values(), key=attrgetter("id"))
    here = [one for one in everyone if not one.away]
    left = [Left(one.id, one.away) for one in everyone if one.away]
    table, dice = Table(here, rules), default_rng(list(seed.encode()))
    groups, alone = _grouped(table, rules.size, dice)
    groups, alone = _joined(table, groups, alone, rules.size)
    left += [Left(here[n].id, "only" if len(here) == 1 else "rules") for n in alone]
    return Draw(_named(table, groups), tuple(left), _keys(table, groups))


def _grouped(table: Table, size: int, dice: Generator) -> tuple[Groups, list[int]]:
    who = np.arange(len(table.people))
    if size > PAIR:
        return _allowed(table, circles(table, who, size, dice))
    trio = best_trio(table, who, dice) if len(who) % PAIR else who[:0]
    pairs, alone = _paired(table, np.delete(who, trio), dice)
    if len(trio) and len(alone):  # the rules left somebody out anyway: better without a trio
        trio, (pairs, alone) = trio[:0], _paired(table, who, dice)
    return {PAIR: pairs, PAIR + 1: trio.reshape(-1, PAIR + 1)}, alone.tolist()


def _paired(table: Table, who: Ints, dice: Generator) -> tuple[Ints, Ints]:
    return (best_pairs if len(who) <= EXACT else many_pairs)(table, who, dice)


def _allowed(table: Table, dealt: Sequence[Sequence[int]]) -> tuple[Groups, list[int]]:
    """The groups without those who must not be in them, and these."""
    groups: dict[int, list[list[int]]] = {}
    alone: list[int] = []
    for group in dealt:
        kept = _peaceful(table, np.array(group))
        if len(kept) < PAIR:
            alone += group
        else:
            groups.setdefault(len(kept), []).append(kept)
            alone += [person for person in group if person not in kept]
    return {size: np.array(rows, np.int64) for size, rows in groups.items()}, alone


def _peaceful(table: Table, group: Ints) -> list[int]:
    """The group, less whoever has most people in it that they must not meet, until none has."""
    i, j = np.meshgrid(group, group)
    barred = table.barred(i, j) & (i != j)
    while barred.any():
        kept = np.delete(np.arange(len(group)), barred.sum(0).argmax())
        group, barred = group[kept], barred[np.ix_(kept, kept)]
    return [int(person) for person in group]


def _joined(
    table: Table, groups: Groups, alone: Sequence[int], size: int
) -> tuple[Groups, list[int]]:
    """Who is left over joins the group that suits best: one more each, none against the rules."""
    still: list[int] = []
    for person in alone:
        fitting = [
            (*suits, old)
            for old, rows in groups.items()
            if old <= size and (suits := _suiting(table, rows[:LOOKED_AT], person))
        ]
        if not fitting:
            still.append(person)
            continue
        _, _, row, old = min(fitting)
        larger = np.append(groups[old][row], person)[None]
        groups[old] = np.delete(groups[old], row, axis=0)
        groups[old + 1] = np.concatenate([groups.get(old + 1, larger[:0]), larger])
    return groups, still


def _suiting(table: Table, rows: Ints, person: int) -> tuple[int, float, int] | None:
    """How often they were odd before, how bad it is, and which row: the best of these."""
    me = np.full_like(rows, person)
    barred = table.barred(me, rows).any(1)
    if barred.all():
        return None
    bad = (table.cost(me, rows) - table.worth(me, rows)).sum(1)
    turns = table.odd[rows].sum(1)
    best = int(np.lexsort((bad, turns, barred))[0])
    return int(turns[best]), float(bad[best]), best


def _couples(rows: Ints) -> tuple[Ints, Ints]:
    """Everybody with everybody else of their row."""
    a, b = np.triu_indices(rows.shape[1], 1)
    return rows[:, a], rows[:, b]


def _named(table: Table, groups: Groups) -> tuple[Group, ...]:
    names = np.array([one.id for one in table.people], np.object_)
    named: list[Group] = []
    for unordered in groups.values():
        rows = np.sort(unordered, axis=1)
        rows = rows[np.argsort(rows[:, 0])]
        ago = table.met(*_couples(rows))[1]
        latest = np.where(ago, ago, NEVER).min(1)
        again = np.where(latest == NEVER, 0, latest)
        named += map(Group, map(tuple, names[rows].tolist()), again.tolist())
    return tuple(named)


def _keys(table: Table, groups: Groups) -> bytes:
    """Who meets whom, as the next rounds want to know it."""
    couples = (_couples(rows) for rows in groups.values())
    keys = [table.key[:0], *((table.key[i] + table.key[j]).ravel() for i, j in couples)]
    return np.sort(np.concatenate(keys)).astype("<u8").tobytes()
