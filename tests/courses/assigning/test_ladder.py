"""The rules of reminders, for every day, every rhythm and every clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.courses.assigning.model import (
    APART,
    RUNGS,
    Reminding,
    Rung,
    ladder,
    local,
    next_rung,
)
from core.engine.gate import opening
from core.engine.ports import Rhythm

START = datetime(2026, 1, 5, tzinfo=UTC)
FRESH = Reminding(id="s1/cem", send="s1", person="cem")

zones = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Not/There",
    ]
)
rhythms = st.builds(
    Rhythm,
    zone=zones,
    start=st.integers(0, 23),
    end=st.integers(0, 24),
    days=st.lists(st.integers(0, 6), max_size=7).map(tuple),
    country=st.sampled_from(["", "DE", "US"]),
)
dues = st.integers(-10, 400).map(lambda n: START.date() + timedelta(days=n))
waits = st.lists(st.integers(-300, 3000).map(lambda n: timedelta(hours=n / 3)), max_size=40)


def told(
    due: date, rhythm: Rhythm, steps: Sequence[timedelta], moves: Sequence[date]
) -> list[tuple[Rung, datetime, date]]:
    """What goes out when somebody looks at these times, on a clock that may jump back."""
    was, now, found = FRESH, START, list[tuple[Rung, datetime, date]]()
    for n, step in enumerate(steps):
        now += step
        due = moves[n % len(moves)] if moves and n % 5 == 0 else due
        rung = next_rung(due, rhythm, START, was, now)
        if rung and rung.at <= now:
            found.append((rung, now, due))
            was = replace(was, rungs=rung.n + 1, last=local(now, rhythm))
    return found


@given(dues, rhythms, waits, st.lists(dues, max_size=4))
def test_never_more_than_three_whatever_the_day_and_the_clock_do(
    due: date, rhythm: Rhythm, steps: list[timedelta], moves: list[date]
) -> None:
    went = told(due, rhythm, steps, moves)
    numbers = [rung.n for rung, _, _ in went]
    assert len(went) <= len(RUNGS)
    assert numbers == sorted(set(numbers))


@given(dues, rhythms, waits, st.lists(dues, max_size=4))
def test_each_goes_out_in_its_time_and_never_close_to_the_last(
    due: date, rhythm: Rhythm, steps: list[timedelta], moves: list[date]
) -> None:
    went = told(due, rhythm, steps, moves)
    for rung, now, _ in went:
        assert rung.at <= now < rung.until
        assert local(rung.at, rhythm) >= local(START, rhythm) + APART
    for (_, before, _), (rung, _, _) in pairwise(went):
        assert local(rung.at, rhythm) >= local(before, rhythm) + APART


@given(dues, rhythms)
def test_every_reminder_is_planned_for_somebodys_own_hours(due: date, rhythm: Rhythm) -> None:
    for rung in ladder(due, rhythm):
        assert opening(rhythm, rung.at) == rung.at


@given(dues, rhythms)
def test_what_comes_before_the_day_is_over_by_then(due: date, rhythm: Rhythm) -> None:
    week, soon, after = ladder(due, rhythm)
    assert week.until == soon.at
    assert local(soon.until, rhythm) > due
    assert local(after.at, rhythm) > due


@given(dues, rhythms, st.integers(0, 3), st.integers(0, 9000))
def test_after_the_stop_there_is_none(due: date, rhythm: Rhythm, rungs: int, hours: int) -> None:
    stopped = replace(FRESH, rungs=rungs, stopped=START)
    assert next_rung(due, rhythm, START, stopped, START + timedelta(hours=hours)) is None


@given(dues, rhythms, st.integers(0, 9000))
def test_looking_early_says_when_to_look_again(due: date, rhythm: Rhythm, hours: int) -> None:
    now = START + timedelta(hours=hours)
    rung = next_rung(due, rhythm, START, None, now)
    if rung and rung.at > now:
        again = next_rung(due, rhythm, START, None, rung.at)
        assert again == rung


@given(dues, st.integers(1, 24))
def test_who_works_on_one_day_a_week_hears_of_it_on_that_day(due: date, start: int) -> None:
    rhythm = Rhythm(zone="Europe/Berlin", start=start - 1, end=start, days=(2,))
    for rung in ladder(due, rhythm):
        assert local(rung.at, rhythm).weekday() == 2
