"""When a person may be written to unasked."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.gate import Go, Later, Skip, gate, holidays_of, next_week, opening, week_of
from core.engine.ports import Rhythm

BERLIN = Rhythm(zone="Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # 11:00 in Berlin


def berlin(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[arg-type,misc]


def asked(rhythm: Rhythm, now: datetime, sent: int = 0, unanswered: int = 0) -> Go | Later | Skip:
    return gate(rhythm, now, sent_this_week=sent, unanswered=unanswered)


def test_within_their_hours_people_may_be_written_to() -> None:
    assert asked(BERLIN, MONDAY) == Go()


def test_before_their_hours_a_message_waits_for_the_morning() -> None:
    assert asked(BERLIN, berlin(2026, 3, 2, 6, 30)) == Later(berlin(2026, 3, 2, 9), "hours")


def test_after_work_on_friday_a_message_waits_for_monday() -> None:
    assert asked(BERLIN, berlin(2026, 3, 6, 17)) == Later(berlin(2026, 3, 9, 9), "hours")


def test_a_public_holiday_is_a_day_off() -> None:
    german = replace(BERLIN, country="DE")
    assert asked(german, berlin(2026, 4, 3, 11)) == Later(berlin(2026, 4, 7, 9), "holiday")


def test_without_a_country_there_are_no_holidays() -> None:
    assert asked(BERLIN, berlin(2026, 4, 3, 11)) == Go()


@pytest.mark.parametrize("country", ["XX", "de", "../etc", "Country"])
def test_a_country_that_nobody_knows_has_no_holidays(country: str) -> None:
    assert holidays_of(country, 2026) is None
    assert asked(replace(BERLIN, country=country), MONDAY) == Go()


def test_a_pause_lasts_until_the_first_open_hour_after_it() -> None:
    away = replace(BERLIN, paused_until=berlin(2026, 3, 14))
    assert asked(away, MONDAY) == Later(berlin(2026, 3, 16, 9), "paused")


def test_a_pause_that_is_over_no_longer_counts() -> None:
    assert asked(replace(BERLIN, paused_until=MONDAY), MONDAY) == Go()


def test_who_asked_us_to_stop_hears_nothing_more() -> None:
    away = replace(BERLIN, stopped=True, paused_until=berlin(2026, 3, 14))
    assert asked(away, MONDAY) == Skip("stopped")


def test_after_three_messages_without_an_answer_there_is_silence() -> None:
    assert asked(BERLIN, MONDAY, unanswered=2) == Go()
    assert asked(BERLIN, MONDAY, unanswered=3) == Skip("silent")


def test_what_goes_over_the_budget_waits_for_next_week() -> None:
    assert asked(BERLIN, MONDAY, sent=2) == Go()
    assert asked(BERLIN, MONDAY, sent=3) == Later(berlin(2026, 3, 9, 9), "budget")


def test_the_week_is_the_persons_own() -> None:
    early = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
    auckland = Rhythm(zone="Pacific/Auckland")
    assert (week_of(BERLIN.zone, early), week_of(auckland.zone, early)) == ("2026-W10", "2026-W11")
    assert asked(auckland, early, sent=0) == Go()


def test_the_first_week_of_a_year_may_begin_in_december() -> None:
    assert week_of(BERLIN.zone, berlin(2025, 12, 29, 12)) == "2026-W01"


def test_night_shifts_pass_midnight_and_belong_to_the_day_they_start_on() -> None:
    nights = replace(BERLIN, start=22, end=6, days=(4,))
    assert asked(nights, berlin(2026, 3, 7, 5, 59)) == Go()
    assert asked(nights, berlin(2026, 3, 7, 6)) == Later(berlin(2026, 3, 13, 22), "hours")


def test_when_clocks_change_the_hour_on_the_wall_counts() -> None:
    every_day = replace(BERLIN, days=tuple(range(7)))
    assert opening(every_day, berlin(2026, 3, 28, 18)) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert opening(every_day, berlin(2026, 10, 24, 18)) == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out_is_no_opening() -> None:
    lost = replace(BERLIN, start=2, end=3, days=(6,))
    assert opening(lost, berlin(2026, 3, 29, 0)) == berlin(2026, 4, 5, 2)


@pytest.mark.parametrize("zone", ["", "Nowhere/Else", "Europe", "/etc/passwd", "a\0b", "x" * 5000])
def test_a_zone_that_nobody_knows_is_utc(zone: str) -> None:
    assert asked(Rhythm(zone=zone), MONDAY.replace(hour=8)) == Later(
        MONDAY.replace(hour=9), "hours"
    )


@pytest.mark.parametrize(
    "absurd", [{"start": -1}, {"start": 99}, {"end": 25}, {"days": ()}, {"days": (9,)}]
)
def test_absurd_hours_are_the_usual_ones(absurd: dict[str, int | tuple[int, ...]]) -> None:
    rhythm = Rhythm(zone="UTC", **absurd)  # type: ignore[arg-type]
    assert asked(rhythm, MONDAY) == Go()
    assert isinstance(asked(rhythm, MONDAY.replace(hour=20)), Later)


def test_who_works_only_on_holidays_is_still_reached() -> None:
    sundays = Rhythm(zone="Europe/Oslo", country="NO", days=(6,))
    assert opening(sundays, MONDAY) > MONDAY


rhythms = st.builds(
    Rhythm,
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "bad"]
    ),
    start=st.integers(0, 23),
    end=st.integers(0, 24),
    days=st.lists(st.integers(0, 6), min_size=1, max_size=7).map(tuple),
    country=st.sampled_from(["", "DE", "US", "JP", "NO"]),
    paused_until=st.none() | st.datetimes(
        datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2027, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
)  # fmt: skip
times = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(rhythms, times, st.integers(0, 5))
def test_later_is_in_the_future_and_then_it_is_go(rhythm: Rhythm, now: datetime, sent: int) -> None:
    verdict = asked(rhythm, now, sent)
    assume(isinstance(verdict, Later))
    assert isinstance(verdict, Later)
    assert verdict.at > now
    assert asked(rhythm, verdict.at) == Go()


@given(rhythms, times)
def test_go_means_a_day_and_an_hour_of_theirs(rhythm: Rhythm, now: datetime) -> None:
    there = replace(
        rhythm, zone="Asia/Kathmandu", start=min(rhythm.start, 22), end=23, paused_until=None
    )
    local = now.astimezone(ZoneInfo("Asia/Kathmandu"))
    at_work = local.weekday() in there.days and there.start <= local.hour < there.end
    off = local.date() in (holidays_of(there.country, local.year) or ())
    assert (asked(there, now) == Go()) == (at_work and not off)


@given(rhythms, times)
def test_over_budget_means_a_later_week(rhythm: Rhythm, now: datetime) -> None:
    verdict = asked(replace(rhythm, paused_until=None), now, sent=3)
    assert isinstance(verdict, Later)
    assert verdict.at >= next_week(rhythm, now)
    assert week_of(rhythm.zone, verdict.at) > week_of(rhythm.zone, now)
