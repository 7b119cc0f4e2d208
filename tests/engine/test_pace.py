"""How long a request has to wait: the rate of its tenant, its conversation's windows, a 429."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import pytest

from core.engine.pace import ALL, Pace
from core.engine.ports import Platform, Weight

HERE = "fake:t1:room"


@dataclass
class Limits:
    """A platform, as far as its pace is concerned."""

    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 10.0
    ceiling: float = 20.0


def pace(parts: AbstractSet[int] = ALL, **limits: object) -> Pace:
    platform = cast("Platform", Limits(**limits))  # type: ignore[arg-type] # a test's own keywords
    return Pace({"fake": platform}, parts=lambda: parts)


def leaving(p: Pace, seconds: float, weight: Weight = "person", at: float = 100.0) -> list[float]:
    """When requests leave, if there is always one more."""
    times: list[float] = []
    now = at
    while now < at + seconds:
        wait = p.reserve(HERE, weight, now, patience=1.0)
        assert wait is not None
        now += wait + 0.002
        times.append(now - 0.002)
    return times[:-1]


def test_a_tenant_gets_its_rate_and_no_more() -> None:
    assert len(leaving(pace(), 10.0)) == pytest.approx(100, abs=1)


def test_requests_leave_evenly_so_that_no_second_has_too_many() -> None:
    times = leaving(pace(), 10.0)
    gaps = [after - before for before, after in pairwise(times[1:])]
    assert max(gaps) - min(gaps) < 0.01


def test_the_first_request_after_a_pause_leaves_at_once() -> None:
    p = pace()
    leaving(p, 1.0)
    assert p.wait(HERE, "person", 105.03) == 0.0
    assert p.wait("fake:t2:room", "person", 101.0) == 0.0


def test_processes_that_share_a_rate_ask_as_evenly_as_one_would() -> None:
    halves = [pace(frozenset(range(32))), pace(frozenset(range(32, 64)))]
    times = sorted(at for p in halves for at in leaving(p, 10.0))
    gaps = [after - before for before, after in pairwise(times[2:])]
    assert len(times) == pytest.approx(100, abs=2)
    assert max(gaps) < 0.11


def test_who_serves_nothing_asks_for_nothing() -> None:
    p = pace(frozenset())
    assert p.reserve(HERE, "answer", 0.0, patience=1e9) is None
    assert p.come_back(HERE, "answer", 0.0) > 0.0


def test_an_answer_has_the_next_turn_even_if_it_is_somebodys() -> None:
    p = pace()
    p.reserve(HERE, "person", 100.0, patience=0.0)
    mine = [p.reserve(HERE, "person", 100.0, patience=0.3) for _ in range(3)]
    answers = [p.reserve(HERE, "answer", 100.0, patience=0.3) for _ in range(2)]
    assert mine[:2] == answers
    weights: list[Weight] = ["answer", "person", "person", "person"]
    ways = [p.gives_way(HERE, weight, 100.2) for weight in weights]
    assert ways == [False, True, True, False]


def test_a_turn_that_comes_during_a_pause_is_worth_nothing() -> None:
    p = pace()
    p.reserve(HERE, "person", 100.0, patience=0.25)
    p.close(HERE, 5.0, 100.1, tenant=True)
    assert p.gives_way(HERE, "person", 100.2)
    assert not p.gives_way(HERE, "person", 105.2)


def test_a_conversation_has_windows_of_its_own() -> None:
    p = pace(windows=((2, 1.0), (3, 30.0)), rate=1000.0, ceiling=2000.0)
    assert [p.reserve(HERE, "person", at, patience=0.0) for at in (0.1, 0.2, 0.6)] == [0, 0, None]
    assert p.wait(HERE, "person", 0.6) == pytest.approx(0.5)
    assert p.wait("fake:t1:other", "person", 0.6) == 0
    assert p.reserve(HERE, "person", 1.2, patience=0.0) == 0
    assert p.wait(HERE, "person", 2.1) == pytest.approx(28.0)


def test_retry_after_moves_only_what_it_names() -> None:
    p = pace()
    p.close(HERE, 7.0, 100.0, tenant=False)
    assert p.wait(HERE, "answer", 101.0) == 6.0
    assert p.wait("fake:t1:other", "answer", 101.0) == 0
    p.close(HERE, 5.0, 110.0, tenant=True)
    assert p.wait("fake:t1:other", "answer", 111.0) == pytest.approx(4.0, abs=0.11)
    assert p.wait("fake:t2:room", "answer", 111.0) == 0


def test_a_turn_that_comes_soon_is_reserved_and_a_late_one_is_not() -> None:
    p = pace()
    assert p.reserve(HERE, "person", 100.0, patience=0.0) == 0.0
    assert p.reserve(HERE, "person", 100.0, patience=0.0) is None
    waits = [p.reserve(HERE, "person", 100.0, patience=0.25) for _ in range(9)]
    found = [wait for wait in waits if wait is not None]
    assert 2 <= len(found) <= 4  # a few turns ahead, and then come back
    assert found == sorted(found)


def test_whoever_is_told_to_come_back_hears_another_time_than_the_one_before() -> None:
    p = pace()
    waits = [p.come_back(HERE, "person", 100.0) for _ in range(20)]
    assert len({round(wait, 3) for wait in waits[3:]}) >= 15
    assert max(waits) < 5.0
