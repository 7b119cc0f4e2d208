"""The states of a promise, whatever is answered when: always one of ours, and never asked late."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.ports import Rhythm
from core.pairs.checkins.model import (
    SAID,
    CheckIn,
    answered,
    asked,
    faded,
    next_step,
    rested,
    settled,
    told_early,
    wakes,
    went_on,
)
from core.pairs.commitments.days import first, following, instant, today
from core.pairs.commitments.model import Commitment, counts, fades, promised, words_of

MADE = datetime(2026, 3, 9, 9, tzinfo=UTC)
DAYS = st.integers(1, 365)
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Apia", "UTC", "Nowhere/AtAll"]
)


def made(days: int, weekday: int = 3) -> Commitment:
    until = (MADE + timedelta(days=days)).date()
    values = {"when": "a", "then": "b", "until": until.isoformat(), "sight": "group"}
    one = promised("c", "cohort", "ada", words_of(values), MADE)
    day = first(MADE.date(), None, weekday, until)
    return replace(one, weekday=weekday, asks=day)


@given(DAYS, st.integers(0, 6))
def test_it_is_asked_about_once_a_week_and_last_on_its_day(days: int, weekday: int) -> None:
    one = made(days, weekday)
    asks: list[date] = []
    day = one.asks
    while day:
        asks.append(day)
        day = following(day, weekday, one.until)
    assert asks[-1] == one.until
    gaps = [(b - a).days for a, b in pairwise(asks)]
    assert all(gap == 7 for gap in gaps[:-1])
    assert all(3 <= gap <= 9 for gap in gaps[-1:])
    assert all(day.weekday() == weekday for day in asks[:-1])


@given(st.integers(0, 700), st.integers(0, 6), DAYS)
def test_a_day_to_ask_is_always_ahead(after: int, weekday: int, days: int) -> None:
    on, until = MADE.date() + timedelta(days=after), MADE.date() + timedelta(days=days)
    day = following(on, weekday, until)
    assert (day is None) == (on >= until)
    assert day is None or on < day <= until


@given(st.integers(0, 400), st.sampled_from([0, 6, 8, 10, 14, 23]), ZONES)
def test_it_is_asked_in_their_own_hours_on_every_day_of_the_year(
    days: int, hour: int, zone: str
) -> None:
    rhythm = Rhythm(zone=zone)
    day = MADE.date() + timedelta(days=days)
    at = instant(day, hour, rhythm)
    there = today(at, zone)
    assert day <= there <= day + timedelta(days=3)
    assert there.weekday() in rhythm.days


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "answer", "early", "miss", "stop", "on"]), st.sampled_from(SAID)
    ),
    max_size=40,
)


@given(DAYS, STEPS)
def test_whatever_happens_a_promise_is_open_or_closed_for_a_reason(
    days: int, steps: list[tuple[str, str]]
) -> None:
    one, last, day = made(days), None, MADE.date()
    sums: dict[str, int] = {"commitments.open": 1, "commitments.shown": 1}
    for what, said in steps:
        was = one
        one, last, day = happened(one, last, day, what, said)
        for tally in counts(one, was):
            sums[tally.board] = sums.get(tally.board, 0) + tally.by
        assert (one.state == "open") == (one.outcome == "")
        assert one.state == "open" or (one.asks is None and not one.shown)
        assert one.asks is None or one.asks <= one.until
        assert (one.ended > 0) <= (one.state == "closed")
    assert max(sums.values()) <= 1
    assert min(sums.values()) >= 0
    assert sums[f"commitments.{one.outcome or 'open'}"] == 1


def happened(
    one: Commitment, last: CheckIn | None, day: date, what: str, said: str
) -> tuple[Commitment, CheckIn | None, date]:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    if what == "answer" and last is not None:
        new, last = answered(one, last, said, at, on=day, week="w")  # type: ignore[arg-type]
        return new, last, day
    if one.state == "closed":
        return one, last, day
    if what == "early":
        one, last = told_early(one, day, at)
        return *answered(one, last, said, at, on=day, week="w"), day  # type: ignore[arg-type]
    if what in ("stop", "on"):
        return (rested(one) if what == "stop" else went_on(one, day)), last, day
    return turned(one, last, max(day, wakes(one)), seen=what == "miss")


def turned(
    one: Commitment, last: CheckIn | None, day: date, *, seen: bool
) -> tuple[Commitment, CheckIn | None, date]:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    one = settled(one, last, seen=seen)
    match next_step(one, day):
        case "close":
            return faded(one), last, day
        case "rest":
            return rested(one), last, day
        case "ask":
            return *asked(one, day, at), day


@given(DAYS)
def test_left_alone_it_closes_a_week_after_its_day(days: int) -> None:
    one, last, day, turns = made(days), None, MADE.date(), 0
    while one.state == "open":
        one, last, day = turned(one, last, wakes(one), seen=False)
        turns += 1
    assert day == fades(one)
    assert turns <= days // 7 + 3


@given(DAYS)
def test_two_misses_in_a_row_are_enough(days: int) -> None:
    one, last = made(days), None
    while one.state == "open":
        one, last, _ = turned(one, last, wakes(one), seen=True)
    assert one.asked <= 2
