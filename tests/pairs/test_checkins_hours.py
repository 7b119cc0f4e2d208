"""When somebody is asked how it goes: in their own hours, wherever they are, never in a pause."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.cohorts.story import CEM
from tests.pairs.clockwork import Weeks, a_pair, promise, weeks
from tests.people.world import ADA


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Weeks]:
    async with weeks(tmp_path) as it:
        yield it


async def test_who_moves_is_asked_at_ten_where_they_now_are(life: Weeks) -> None:
    await a_pair(life)
    there = replace(CEM, zone="America/New_York")
    await life.writes("thanks", there)
    await life.on(3, 13)
    assert life.latest(CEM, "checkin").at == datetime(2026, 3, 12, 14, tzinfo=UTC)


async def test_who_moves_east_is_not_asked_late(life: Weeks) -> None:
    await a_pair(life)
    there = replace(CEM, zone="Asia/Tokyo")
    await life.writes("thanks", there)
    await life.on(3, 13)
    assert life.latest(CEM, "checkin").at == datetime(2026, 3, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "at"),
    [
        (22, 6, datetime(2026, 3, 12, 21, tzinfo=UTC)),
        (0, 8, datetime(2026, 3, 12, 23, tzinfo=UTC)),
        (12, 20, datetime(2026, 3, 12, 11, tzinfo=UTC)),
    ],
)
async def test_who_works_at_other_hours_is_asked_then(
    life: Weeks, start: int, end: int, at: datetime
) -> None:
    await a_pair(life)
    await life.keeps(replace(await life.person(CEM), start=start, end=end))
    await life.on(3, 13)
    (asked,) = life.got(CEM, "checkin")
    assert asked.at == at
    await life.writes("thanks", CEM)
    await life.on(3, 21)
    assert len(life.got(CEM, "checkin")) == 2


async def test_on_a_holiday_it_waits_for_the_next_working_day(life: Weeks) -> None:
    await a_pair(life, until="2026-05-29")
    cem = await life.person(CEM)
    await life.keeps(replace(cem, country="DE"))
    await life.on(5, 13)
    for _ in range(3):
        await life.writes("thanks", CEM)
    before = len(life.got(CEM, "checkin"))
    await life.does("checkins.go_on", {"commitment": (await promise(life)).id}, CEM)
    await life.on(5, 14, 20)  # Ascension Day
    assert len(life.got(CEM, "checkin")) == before
    await life.on(5, 15)
    assert life.latest(CEM, "checkin").at == datetime(2026, 5, 15, 7, tzinfo=UTC)


async def test_nobody_is_asked_in_a_pause_and_it_counts_as_no_miss(life: Weeks) -> None:
    await a_pair(life)
    await life.writes("pause until 2026-03-24", CEM)
    await life.on(3, 25)
    assert life.got(CEM, "checkin") == []
    await life.on(3, 27)
    assert len(life.got(CEM, "checkin")) == 1
    assert (await promise(life)).missed == 0


async def test_what_was_asked_before_a_pause_is_no_miss_after_it(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.writes("pause until 2026-03-24", CEM)
    await life.on(3, 27)
    assert len(life.got(CEM, "checkin")) == 2
    assert (await promise(life)).missed == 0


async def test_nobody_is_reminded_while_the_cohort_is_paused(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.keeps(replace(await life.cohort(), stage="paused"))
    await life.on(3, 14)
    assert life.got(CEM, "checkin-last") == []


async def test_a_partner_reads_it_in_their_own_hours(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.on(3, 12, 20)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    assert life.got(ADA, "checkin-told") == []
    await life.on(3, 13)
    assert life.latest(ADA, "checkin-told").at == datetime(2026, 3, 13, 8, tzinfo=UTC)


async def test_another_day_can_be_chosen(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 13)
    await life.fills("Another day", life.latest(CEM, "checkin-last"), CEM, weekday="1", hour="14")
    await life.on(3, 18)
    assert life.latest(CEM, "checkin").at == datetime(2026, 3, 17, 13, tzinfo=UTC)


async def test_stop_asking_stops(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 13)
    await life.presses("Stop asking", life.latest(CEM, "checkin-last"), CEM)
    await life.on(4, 9)
    assert len(life.got(CEM, "checkin")) == 1
    assert (await promise(life)).state == "open"


async def test_who_never_answers_gets_few_messages(life: Weeks) -> None:
    await a_pair(life, until="2026-06-30")
    before = len(life.got(CEM))
    await life.on(7, 30)
    assert len(life.got(CEM)) - before <= 4


async def test_two_promises_are_asked_about_in_one_message(life: Weeks) -> None:
    await a_pair(life)
    await life.promises(CEM, draft="2", then="call the day shift")
    await life.on(3, 12)
    both = [one for one in life.got(CEM) if one.at == datetime(2026, 3, 12, 9, tzinfo=UTC)]
    assert len(both) == 1
    assert "write three lines" in both[0].text
    assert "call the day shift" in both[0].text


async def test_a_service_that_was_away_asks_once_and_not_for_every_week(life: Weeks) -> None:
    await a_pair(life, until="2026-06-30")
    life.clock.time = datetime(2026, 4, 16, 9, tzinfo=UTC)
    await life.settle()
    await life.on(4, 16, 12)
    assert len(life.got(CEM, "checkin")) == 1


async def test_what_is_for_me_alone_no_partner_hears_of(life: Weeks) -> None:
    await a_pair(life, sight="me")
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    assert "Only you see it." in asked.text
    await life.presses("Kept", asked, CEM)
    await life.on(3, 13)
    assert life.got(ADA, "checkin-told") == []
    assert life.got(ADA, "promise-told") == []
