"""What others make of the same people: run by the peers' Python, figures as JSON on stdout.

Reads {"zone", "team", "past", "ours"}: a number for each person, and pairs of numbers.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence

import networkx as nx  # type: ignore[import-untyped] # only peers have it
import numpy as np
import rustworkx
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment, linprog  # type: ignore[import-untyped]
from scipy.sparse import coo_matrix  # type: ignore[import-untyped]

Ints = NDArray[np.int64]
Pairs = Sequence[Sequence[int]]
Edges = Sequence[tuple[int, int, int]]
Met = set[tuple[int, ...]]

EXACT, SLOW = 800, 200
FAR = -1e6


def main() -> None:
    told = json.load(sys.stdin)
    zone, team = np.array(told["zone"]), np.array(told["team"])
    past = {tuple(sorted(pair)) for pair in told["past"]}
    n = len(zone)
    top = bound(zone, team) if n > EXACT else best(zone, team, past)
    rows: dict[str, tuple[float, Pairs]] = {
        "ours": (told["seconds"], told["ours"]),
        "random shuffle": timed(lambda: shuffled(n)),
    }
    if n <= EXACT:
        edges = allowed(zone, team, past)
        rows["rustworkx"] = timed(lambda: by_rustworkx(n, edges))
        if n <= SLOW:
            rows["networkx"] = timed(lambda: by_networkx(edges))
    found = {}
    for name, (seconds, pairs) in rows.items():
        i, j = np.array(pairs).T
        again = sum(tuple(sorted(pair)) in past for pair in pairs)
        found[name] = figures(worth(zone, team, i, j), again, seconds, top)
    print(json.dumps(found))


def figures(worths: Ints, again: int, seconds: float, top: float) -> dict[str, float]:
    share = float(worths.sum() / top)
    return {"seconds": seconds, "repeats": again, "share": share}


def worth(zone: Ints, team: Ints, i: Ints, j: Ints) -> Ints:
    hours = np.maximum(0, 8 - 2 * np.abs(zone[i] - zone[j]))
    return np.asarray(10 * (team[i] != team[j]) + hours)


def timed(do: Callable[[], Pairs]) -> tuple[float, Pairs]:
    began = time.process_time()
    pairs = do()
    return time.process_time() - began, pairs


def shuffled(n: int) -> Pairs:
    people = list(range(n))
    random.Random(n).shuffle(people)
    return list(zip(people[::2], people[1::2], strict=True))


def allowed(zone: Ints, team: Ints, past: Met) -> Edges:
    i, j = np.triu_indices(len(zone), 1)
    values = worth(zone, team, i, j)
    edges = zip(i.tolist(), j.tolist(), values.tolist(), strict=True)
    return [edge for edge in edges if edge[:2] not in past]


def by_rustworkx(n: int, edges: Edges) -> Pairs:
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)
    return list(rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int))


def by_networkx(edges: Edges) -> Pairs:
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges)
    return list(nx.max_weight_matching(graph, maxcardinality=True))


def best(zone: Ints, team: Ints, past: Met) -> float:
    """At most this: as if everybody gave and took half of a pair."""
    i, j = np.indices((len(zone), len(zone)))
    values = worth(zone, team, i, j).astype(float)
    np.fill_diagonal(values, FAR)
    for one, other in past:
        values[one, other] = values[other, one] = FAR
    return float(values[linear_sum_assignment(values, maximize=True)].sum() / 2)


def bound(zone: Ints, team: Ints) -> float:
    """At most this: kinds of people instead of people, and as if nobody had met."""
    kinds, count = np.unique(np.stack([zone, team], axis=1), axis=0, return_counts=True)
    a, b = np.triu_indices(len(kinds))
    values = worth(kinds[:, 0], kinds[:, 1], a, b)
    rows, columns = np.r_[a, b], np.r_[np.arange(len(a)), np.arange(len(a))]
    held = coo_matrix((np.ones(len(rows)), (rows, columns)), (len(kinds), len(a)))
    return float(-linprog(-values, A_ub=held.tocsr(), b_ub=count, method="highs").fun)


main()
