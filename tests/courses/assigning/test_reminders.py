"""The ladder of reminders: at most three, each only while it matters, in somebody's own hours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from core.courses.assigning import personal
from core.courses.assigning.model import Reminding
from core.courses.assigning.posts import QUIET
from core.engine.ports import Changes
from core.message import plain
from tests.cohorts.story import CEM, DEE, said, unchanged, words
from tests.courses.assigning.term import FAR, Letter, Term, films
from tests.people.world import BO

DUE = date(2026, 3, 26)  # a Thursday
ZONE = ZoneInfo("Europe/Berlin")


def days(got: Sequence[Letter]) -> list[date]:
    return [one.at.astimezone(ZONE).date() for one in got]


async def reminded(term: Term) -> list[date]:
    return days(await term.got(CEM, "course-remind"))


async def test_three_reminders_come_and_then_no_more(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 19), date(2026, 3, 24), date(2026, 3, 27)]
    assert {one.at.astimezone(ZONE).time() for one in await term.got(CEM, "course-remind")} == {
        time(9)
    }


async def test_the_last_one_says_so_and_each_has_a_way_out(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(FAR)
    said_in = [words(one.post) for one in await term.got(CEM, "course-remind")]
    assert ["last reminder" in text for text in said_in] == [False, False, True]
    assert all("Stop reminding me of this" in text for text in said_in)
    assert "Still open for you, until" in said_in[0]
    assert "It was to be done by" in said_in[2]


async def test_who_has_just_got_it_is_not_reminded_at_once(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=date(2026, 3, 5))  # in three days
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 6)]


async def test_who_is_done_hears_nothing_more(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 20))
    await term.learns(CEM, 0)
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 19)]


async def test_a_stop_is_a_stop(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 20))
    changes = await term.press("courses.quiet", CEM, send="s1")
    assert said(changes) == plain(QUIET)
    assert unchanged(await term.press("courses.quiet", CEM, send="s1"))
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 19)]


async def test_what_is_taken_back_reminds_nobody(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.changes(state="taken")
    await term.until(FAR)
    assert await reminded(term) == []


async def test_who_has_left_is_not_reminded(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 20))
    await term.leaves(CEM)
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 19)]


async def test_a_reminder_that_left_nobody_is_followed_by_none(term: Term) -> None:
    """Somebody on leave is not met by a heap of them."""
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 18))
    await term.sets(CEM, paused_until=datetime(2026, 3, 25, tzinfo=UTC))
    await term.until(FAR)
    assert await reminded(term) == []


async def test_no_reminder_in_a_paused_cohort(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 18))
    await term.saves(replace(await term.life.cohort(), stage="paused"))
    await term.until(date(2026, 3, 20))
    await term.saves(replace(await term.life.cohort(), stage="open"))
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 24), date(2026, 3, 27)]


async def test_when_the_day_moves_the_reminders_move_and_none_comes_twice(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 20))
    await term.changes(due=date(2026, 4, 16))
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 19), date(2026, 4, 14), date(2026, 4, 17)]


async def test_an_earlier_day_brings_them_forward(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=date(2026, 6, 25))
    await term.changes(due=DUE)
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 19), date(2026, 3, 24), date(2026, 3, 27)]


async def test_a_day_that_is_taken_away_reminds_nobody(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.changes(due=None)
    await term.until(FAR)
    assert await reminded(term) == []


async def test_everyone_is_reminded_at_their_own_morning_also_when_the_clocks_change(
    term: Term,
) -> None:
    await term.cohort(CEM, DEE)
    await term.sets(CEM, zone="America/New_York")  # summer time from 8 March
    await term.sets(DEE, zone="Australia/Sydney", days=(1, 2, 3, 4, 5), start=7)
    await term.sends("s1", CEM, DEE, due=date(2026, 3, 12))
    await term.until(FAR)
    cem = [one.at for one in await term.got(CEM, "course-remind")]
    dee = [one.at for one in await term.got(DEE, "course-remind")]
    new_york, sydney = ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")
    assert [at.astimezone(new_york).hour for at in cem] == [9] * len(cem)
    assert [at.astimezone(sydney).hour for at in dee] == [7] * len(dee)
    assert [at.astimezone(new_york).day for at in cem] == [5, 10, 13]


async def test_a_reminder_before_the_weekend_comes_on_a_day_of_work(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=date(2026, 3, 30))  # two days before is a Saturday
    await term.until(FAR)
    assert await reminded(term) == [date(2026, 3, 23), date(2026, 3, 27), date(2026, 3, 31)]


async def test_what_stands_in_the_open_reminds_nobody_by_name(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", due=DUE, open=True)
    await term.until(FAR)
    assert await reminded(term) == []


async def test_a_path_is_reminded_of_until_all_of_it_is_done(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE, courses=films(2))
    await term.learns(CEM, 0)
    await term.until(date(2026, 3, 20))
    assert "Film 1" in words((await term.got(CEM, "course-remind"))[0].post)
    await term.learns(CEM, 1)
    await term.until(FAR)
    assert len(await reminded(term)) == 1


async def test_nobody_reads_anothers_reminder(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 20))
    slot = (await term.got(CEM, "course-remind"))[0].slot
    assert await term.life.see(slot, CEM)
    assert await term.life.see(slot, BO) is None
    assert await term.life.see(slot) is None


async def test_a_stop_for_what_was_never_sent_changes_nothing(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", due=DUE)
    for send in ("s1", "../x", "", "s" * 5000, "s1/x"):
        assert unchanged(await term.press("courses.quiet", CEM, send=send))


async def test_the_same_timer_twice_reminds_once(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(date(2026, 3, 18))
    (timer,) = [job for key, job in term.jobs.items() if key.startswith("courses.remind/")]
    await term.until(date(2026, 3, 19))
    again = await term.life.again(timer.work.event)  # type: ignore[union-attr]
    assert again.saves == ()
    assert len(await reminded(term)) == 1


async def test_what_is_kept_of_reminders_is_given_out_and_forgotten(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, due=DUE)
    await term.until(FAR)
    cem = await term.life.known(CEM)
    kept = await personal.exported(cem, term.life.moment())
    assert [one["rungs"] for one in kept["reminders"]] == [3]  # type: ignore[attr-defined]
    await term.life.commit(await personal.forget(cem, term.life.moment()))
    assert await term.life.read.get(Reminding, f"s1/{cem.id}") is None


async def test_of_two_accounts_the_stop_of_either_holds(term: Term) -> None:
    await term.cohort(CEM, DEE)
    await term.sends("s1", CEM, DEE, due=DUE)
    await term.press("courses.quiet", CEM, send="s1")
    await term.until(date(2026, 3, 20))
    cem, dee = await term.life.known(CEM), await term.life.known(DEE)
    changes = await personal.merged(dee, cem, term.life.moment())
    await term.life.commit(changes)
    found = await term.life.read.get(Reminding, f"s1/{dee.id}")
    assert found
    assert found.stopped
    assert found.rungs == 1
    assert await personal.merged(dee, cem, term.life.moment()) == Changes()
    assert timedelta() < found.stopped - datetime(2026, 3, 1, tzinfo=UTC)
