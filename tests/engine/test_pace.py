from dataclasses import dataclass
from typing import cast

from core.engine.pace import Pace
from core.engine.ports import Platform

HERE = "fake:t1:room"


@dataclass
class Limits:
    """A platform, as far as its pace is concerned."""

    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 10.0
    ceiling: float = 20.0


def pace(**limits: object) -> Pace:
    return Pace({"fake": cast("Platform", Limits(**limits))})  # type: ignore[arg-type] # a test's own keywords


def drained(p: Pace, now: float = 0.0) -> int:
    """How many requests may leave at once."""
    count = 0
    while p.reserve(HERE, "person", now, patience=0.0) == 0.0 and count < 100:
        count += 1
    return count


def test_a_tenant_gets_its_rate_and_no_more() -> None:
    assert drained(pace()) in {8, 9}  # it learns to go faster on the way


def test_a_tenth_of_the_rate_is_kept_for_answers() -> None:
    p = pace()
    drained(p)
    assert p.wait(HERE, "person", 0.0) > 0
    assert p.wait(HERE, "answer", 0.0) == 0


def test_the_rate_rises_while_nobody_complains_and_never_above_the_ceiling() -> None:
    p = pace()
    for second in range(200):
        drained(p, float(second))
    assert 17 <= drained(p, 300.0) <= 19


def test_another_tenant_has_a_rate_of_its_own() -> None:
    p = pace()
    drained(p)
    assert p.wait("fake:t2:room", "person", 0.0) == 0


def test_a_conversation_has_windows_of_its_own() -> None:
    p = pace(windows=((2, 1.0), (3, 30.0)), rate=100.0)
    assert drained(p) == 2
    assert p.wait(HERE, "person", 0.5) == 0.5
    assert p.wait("fake:t1:other", "person", 0.5) == 0
    assert p.reserve(HERE, "person", 1.0, patience=0.0) == 0
    assert p.wait(HERE, "person", 2.0) == 28.0


def test_retry_after_moves_only_what_it_names() -> None:
    p = pace()
    p.close(HERE, 7.0, 0.0, tenant=False)
    assert p.wait(HERE, "answer", 1.0) == 6.0
    assert p.wait("fake:t1:other", "answer", 1.0) == 0
    p.close(HERE, 5.0, 10.0, tenant=True)
    assert p.wait("fake:t1:other", "answer", 11.0) == 4.0


def test_being_throttled_makes_the_tenant_slower() -> None:
    p = pace()
    p.close(HERE, 1.0, 0.0, tenant=True)
    assert drained(p, 100.0) == 6


def test_a_turn_that_comes_soon_is_reserved_and_a_late_one_is_not() -> None:
    p = pace()
    drained(p)
    first = p.reserve(HERE, "person", 0.0, patience=1.0)
    assert first > 0
    assert p.reserve(HERE, "person", 0.0, patience=1.0) > first
    assert p.reserve(HERE, "person", 0.0, patience=0.01) > 0.01
