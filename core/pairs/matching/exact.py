"""The best pairs there are, by the blossom algorithm of a library, and the best trio."""

from itertools import combinations

import numpy as np
import rustworkx
from numpy.random import Generator

from core.pairs.matching.table import Flags, Floats, Ints, Table

FEW = 24
FINE = 4


def best_pairs(table: Table, who: Ints, dice: Generator) -> tuple[Ints, Ints]:
    """As many pairs as the rules allow, worth as much as can be; and who is in none.

    As a row for each pair. Among equals, chance decides.
    """
    who = dice.permutation(who)
    a, b = np.triu_indices(len(who), 1)
    i, j = who[a], who[b]
    open_to = ~table.barred(i, j)
    a, b, i, j = a[open_to], b[open_to], i[open_to], j[open_to]
    worth = np.rint((table.worth(i, j) - table.cost(i, j)) * FINE).astype(np.int64)
    graph: rustworkx.PyGraph[int, int] = rustworkx.PyGraph()
    graph.add_nodes_from(range(len(who)))
    graph.add_edges_from(list(zip(a.tolist(), b.tolist(), worth.tolist(), strict=True)))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    pairs = np.array(sorted(found), np.int64).reshape(-1, 2)
    alone = np.setdiff1d(np.arange(len(who)), pairs)
    return who[pairs], who[alone]


def best_trio(table: Table, who: Ints, dice: Generator) -> Ints:
    """Three people who were least often an odd one, and suit each other best; or nobody."""
    who = dice.permutation(who)
    few = who[np.argsort(table.odd[who], kind="stable")][:FEW]
    places = np.array(list(combinations(range(len(few)), 3)), np.int64).reshape(-1, 3)
    one, two, three = places.T
    fits, worth = _together(table, few)
    able = fits[one, two] & fits[one, three] & fits[two, three]
    if not able.any():
        return np.zeros(0, np.int64)
    value = worth[one, two] + worth[one, three] + worth[two, three]
    turns = table.odd[few[places]].sum(1)
    best = np.lexsort((-value, turns, ~able))[0]
    return np.asarray(few[places[best]])


def _together(table: Table, few: Ints) -> tuple[Flags, Floats]:
    """Who may meet, and what that is worth, as squares."""
    a, b = np.triu_indices(len(few), 1)
    i, j = few[a], few[b]
    fits = np.zeros((len(few), len(few)), np.bool_)
    worth = np.zeros((len(few), len(few)), np.float32)
    fits[a, b] = fits[b, a] = ~table.barred(i, j)
    worth[a, b] = worth[b, a] = table.worth(i, j) - table.cost(i, j)
    return fits, worth
