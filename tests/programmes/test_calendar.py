"""When steps happen: in working hours, in order, whatever the zone, the holidays and the clocks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.gate import holidays_of
from core.engine.ports import Rhythm
from core.programmes.calendar import (
    Ground,
    changes_of,
    free,
    laid,
    load,
    local_day,
    relaid,
    shifted,
    theirs,
)
from core.programmes.model import Laid, Plan, Step
from core.programmes.templates.shipped import ORDER, shipped
from tests.programmes.kinds import KINDS

BERLIN = Ground("Europe/Berlin", country="DE")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")
GROUNDS = st.builds(
    Ground,
    st.sampled_from((*ZONES, "Nowhere/Atlantis", "")),
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.sampled_from(("", "DE", "US", "GB", "XX")),
)
few = settings(max_examples=40)
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))


def step(id: str, **more: object) -> Step:
    return replace(Step(id=id, kind="discussion", stage=1, title=id), **more)


@st.composite
def steps(draw: st.DrawFn) -> Sequence[Step]:
    """Steps that come after earlier ones, in any order."""
    found: list[Step] = []
    for n in range(draw(st.integers(1, 12))):
        before = draw(st.sampled_from(["start", *(one.id for one in found)]))
        found.append(
            step(
                f"s{n}",
                after=before,
                days=draw(st.integers(0, 40)),
                on=draw(st.none() | st.integers(0, 6)),
                at=f"{draw(st.integers(7, 20)):02}:{draw(st.sampled_from(('00', '30')))}",
                opens=draw(st.sampled_from((0, 0, 0, 7))),
            )
        )
    return draw(st.permutations(found))


def by_id(found: Sequence[Laid]) -> dict[str, Laid]:
    return {one.step.id: one for one in found}


@few
@given(steps(), DAYS, GROUNDS)
def test_nothing_happens_on_a_day_off_or_before_what_it_comes_after(
    made: Sequence[Step], first: date, ground: Ground
) -> None:
    found = by_id(laid(made, first, ground))
    assert len(found) == len(made)
    for one in found.values():
        day = local_day(one.at, ground)
        assert day.weekday() in ground.days
        assert day not in (holidays_of(ground.country, day.year) or ())
        before = found.get(one.step.after)
        assert one.at >= before.at if before else day >= first


@few
@given(steps(), DAYS, GROUNDS)
def test_a_step_happens_at_its_time_of_day_on_the_clock_of_the_cohort(
    made: Sequence[Step], first: date, ground: Ground
) -> None:
    zone = ZoneInfo(ground.zone) if ground.zone in ZONES else ZoneInfo("UTC")
    for one in laid(made, first, ground):
        assert one.at.astimezone(zone).time() == time.fromisoformat(one.step.at)


@few
@given(steps(), DAYS, GROUNDS)
def test_the_calendar_is_in_order(made: Sequence[Step], first: date, ground: Ground) -> None:
    found = [one.due for one in laid(made, first, ground)]
    assert found == sorted(found)


def test_ten_oclock_stays_ten_oclock_when_the_clocks_change() -> None:
    made = [step("before"), step("after", after="before", days=3)]
    before, after = laid(made, date(2026, 3, 27), BERLIN)
    assert (before.at.hour, after.at.hour) == (9, 8)


def test_a_holiday_moves_a_step_to_the_next_working_day() -> None:
    (one,) = laid([step("talk")], date(2026, 4, 3), BERLIN)  # Good Friday, then Easter Monday
    assert local_day(one.at, BERLIN) == date(2026, 4, 7)


def test_the_day_before_a_workshop_is_before_it_also_over_a_weekend() -> None:
    made = [step("workshop", at="14:00"), step("eve", after="workshop", days=-1, at="15:00")]
    eve, workshop = laid(made, date(2026, 3, 9), BERLIN)
    assert local_day(workshop.at, BERLIN) == date(2026, 3, 9)
    assert local_day(eve.at, BERLIN) == date(2026, 3, 6)


def test_a_sign_up_opens_before_its_workshop() -> None:
    (one,) = laid([step("workshop", at="14:00", opens=7)], date(2026, 3, 18), BERLIN)
    assert one.at - one.due == timedelta(days=7)


def test_shift_workers_have_a_week_of_their_own() -> None:
    nights = Ground("Europe/Berlin", (1, 3, 5))
    found = laid([step("one"), step("two", days=1)], date(2026, 3, 9), nights)
    assert [local_day(one.at, nights).weekday() for one in found] == [1, 1]


def test_a_private_message_comes_in_the_hours_of_the_person() -> None:
    (one,) = laid([step("talk")], date(2026, 3, 9), BERLIN)
    late = Rhythm(zone="Asia/Tokyo", start=22, end=6, days=(2, 3))
    assert theirs(one, late) == datetime(2026, 3, 11, 13, tzinfo=UTC)


@given(DAYS, GROUNDS)
def test_there_is_always_a_day_on_which_people_work(day: date, ground: Ground) -> None:
    assert 0 <= (free(day, ground) - day).days <= 40
    assert 0 <= (day - free(day, ground, back=True)).days <= 40


# --- moving ---------------------------------------------------------------------------------------


@few
@given(steps(), DAYS, GROUNDS, st.integers(-30, 60), st.data())
def test_what_depends_on_a_step_moves_along_and_stays_in_order(
    made: Sequence[Step], first: date, ground: Ground, days: int, data: st.DataObject
) -> None:
    before = laid(made, first, ground)
    chosen = data.draw(st.sampled_from(before))
    after = by_id(shifted(before, chosen.step.id, chosen.at + timedelta(days=days), ground))
    for one in after.values():
        anchor = after.get(one.step.after)
        assert anchor is None or one.at >= anchor.at or one.step.id == chosen.step.id
    moved = {new.step.id for _, new in changes_of(before, tuple(after.values()))}
    for id in moved - {chosen.step.id}:
        assert after[id].step.after in moved


def test_what_has_begun_stays_where_it_is() -> None:
    made = [step("workshop"), step("talk", after="workshop", days=2)]
    workshop, talk = laid(made, date(2026, 3, 9), BERLIN)
    begun = (workshop, replace(talk, state="done"))
    after = by_id(shifted(begun, "workshop", workshop.at + timedelta(days=7), BERLIN))
    assert after["talk"].at == talk.at
    assert after["talk"].state == "done"


def test_a_workshop_whose_sign_up_is_open_does_not_open_again() -> None:
    (one,) = laid([step("workshop", opens=7)], date(2026, 3, 18), BERLIN)
    (after,) = shifted(
        (replace(one, state="done"),), "workshop", one.at + timedelta(days=7), BERLIN
    )
    assert (after.state, after.turn, after.at) == ("done", 0, one.at + timedelta(days=7))


def test_what_a_person_has_placed_keeps_its_distance() -> None:
    made = [step("workshop"), step("talk", after="workshop", days=2)]
    workshop, talk = laid(made, date(2026, 3, 9), BERLIN)
    own = replace(talk, at=talk.at + timedelta(days=1), own=True)
    after = by_id(shifted((workshop, own), "workshop", workshop.at + timedelta(days=7), BERLIN))
    assert after["talk"].at == own.at + timedelta(days=7)


@pytest.mark.parametrize("id", ORDER)
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_a_cohort_that_takes_place_elsewhere_keeps_its_times_of_day(id: str, zone: str) -> None:
    first = date(2026, 3, 9)
    plan = Plan(
        id="c",
        draft="1",
        template=id,
        name="P",
        first="2026-03-09",
        zone="Europe/Berlin",
        steps=laid(shipped()[id].steps, first, Ground("Europe/Berlin")),
    )
    for one in relaid(plan, Ground(zone), first):
        assert one.at.astimezone(ZoneInfo(zone)).time() == time.fromisoformat(one.step.at)
        assert one.turn == 1


# --- how much -------------------------------------------------------------------------------------


@given(st.sampled_from(ORDER), DAYS, st.sampled_from(("", "DE", "US")))
def test_the_count_of_messages_is_what_the_steps_add_up_to(
    id: str, first: date, country: str
) -> None:
    ground = Ground("Europe/Berlin", country=country)
    found = laid(shipped()[id].steps, first, ground)
    told = load(found, KINDS, ground)
    each = ((KINDS[one.step.kind], one.step) for one in found)
    assert told.active == sum(
        kind.active * len(kind.days({**step.options, "opens": f"{step.opens}"}))
        for kind, step in each
    )
    assert told.busiest <= told.active
    assert told.silent == 4  # three without an answer, and the card that asks how to go on


def test_a_step_that_is_left_out_writes_to_nobody() -> None:
    made = laid([step("x", kind="agreement", options={"days": "3"})], date(2026, 3, 9), BERLIN)
    assert load(made, KINDS, BERLIN).active == 1
    assert load([replace(made[0], state="skipped")], KINDS, BERLIN).active == 0
