from datetime import UTC, datetime, timedelta

from core.engine.folding import Folding

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_first_change_is_drawn_at_once() -> None:
    assert Folding().due("card", NOON) == NOON


def test_a_busy_card_is_drawn_ever_less_often() -> None:
    folding, now, waits = Folding(), NOON, []
    for _ in range(6):
        due = folding.due("card", now)
        waits.append((due - now).total_seconds())
        now = due
        folding.drawn("card", now)
    assert waits == [0, 2, 5, 15, 60, 60]


def test_a_quiet_while_makes_it_quick_again() -> None:
    folding = Folding()
    for _ in range(5):
        folding.drawn("card", NOON)
    later = NOON + timedelta(minutes=10)
    folding.drawn("card", later)
    assert folding.due("card", later) == later + timedelta(seconds=2)


def test_changes_at_the_pace_of_a_person_are_drawn_at_once() -> None:
    folding, now = Folding(), NOON
    for _ in range(8):
        assert folding.due("card", now) == now
        folding.drawn("card", now)
        now += timedelta(seconds=10)


def test_one_busy_card_does_not_slow_another() -> None:
    folding = Folding()
    folding.drawn("card", NOON)
    assert folding.due("other", NOON) == NOON


def test_a_clock_that_went_back_does_not_freeze_a_card() -> None:
    folding = Folding()
    folding.drawn("card", NOON + timedelta(days=1))
    assert folding.due("card", NOON) <= NOON + timedelta(seconds=2)


def test_what_waits_to_be_drawn_keeps_its_turn_while_more_changes_come() -> None:
    folding = Folding()
    first = folding.due("card", NOON)
    assert folding.due("card", NOON + timedelta(seconds=9)) == first
    folding.drawn("card", NOON + timedelta(seconds=10))
    assert folding.due("card", NOON + timedelta(seconds=11)) == NOON + timedelta(seconds=12)
