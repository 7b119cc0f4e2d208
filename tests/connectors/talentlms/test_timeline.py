"""Who has finished what at TalentLMS, as its timeline tells it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.talentlms.timeline import times
from connectors.catalogues.talentlms.wire import Happened
from connectors.clock import Clock
from tests.connectors.talentlms.conftest import Portal

ADA = "ada@example.com"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def stamps(*given: str | float | None) -> list[datetime | None]:
    return times([Happened(timestamp=one) for one in given])


@pytest.mark.parametrize(
    "written",
    [
        "22/11/2026, 12:00:00",
        "22/11/2026 12:00",
        "2026-11-22T12:00:00Z",
        "1795348800",
        1795348800.0,
    ],
)
def test_a_time_is_read_however_it_is_written(written: str | float) -> None:
    assert stamps(written) == [NOON]


def test_months_come_first_where_a_number_shows_it() -> None:
    assert stamps("11/22/2026, 12:00:00", "11/05/2026, 12:00:00") == [
        NOON,
        datetime(2026, 11, 5, 12, 0, tzinfo=UTC),
    ]


def test_days_come_first_where_nothing_shows_otherwise() -> None:
    assert stamps("11/05/2026, 12:00:00") == [datetime(2026, 5, 11, 12, 0, tzinfo=UTC)]


@given(st.lists(st.one_of(st.none(), st.text(max_size=24), st.integers(), st.floats()), max_size=6))
def test_whatever_stands_for_a_time_is_one_or_none(odd: list[str | float | None]) -> None:
    assert len(stamps(*odd)) == len(odd)


@pytest.mark.parametrize(
    "dates", ["%d/%m/%Y, %H:%M:%S", "%m/%d/%Y, %H:%M:%S", "%s", "nobody knows"]
)
async def test_a_completion_is_told_once_however_its_time_is_written(
    portal: Portal, dates: str
) -> None:
    portal.fake.habits.dates = dates
    course, ada, bo = (
        portal.fake.course("Trust"),
        portal.fake.user(ADA),
        portal.fake.user("bo@b.example"),
    )
    portal.fake.completes(bo, course, Clock().now() - timedelta(days=20))
    since = (await portal.told("")).until
    portal.fake.completes(ada, course)

    told = await portal.told(since)
    again = await portal.told(told.until)

    assert [(one.email, one.course) for one in told.progress] == [(ADA, str(course))]
    assert all(one.done and one.done <= Clock().now() for one in told.progress)
    assert again.progress == ()


async def test_who_is_named_by_an_id_alone_is_looked_up(portal: Portal) -> None:
    portal.fake.habits.mails = False
    course, ada, gone = (
        portal.fake.course("Trust"),
        portal.fake.user(ADA),
        portal.fake.user("gone@example.com"),
    )
    since = (await portal.told("")).until
    portal.fake.completes(ada, course)
    portal.fake.completes(gone, course)
    del portal.fake.users[gone]

    told = await portal.told(since)

    assert [one.email for one in told.progress] == [ADA]
    assert (await portal.told(told.until)).progress == ()


async def test_a_full_timeline_tells_what_is_new_on_it_and_nothing_else(portal: Portal) -> None:
    course, now = portal.fake.course("Trust"), Clock().now()
    users = [portal.fake.user(f"one{n}@example.com") for n in range(260)]
    for n, user in enumerate(users[:200]):
        portal.fake.completes(user, course, now - timedelta(seconds=1000 - n))
    since = (await portal.told("")).until
    for n, user in enumerate(users[200:]):
        portal.fake.completes(user, course, now - timedelta(seconds=100 - n))

    told = await portal.told(since)

    assert [one.email for one in told.progress] == [f"one{n}@example.com" for n in range(200, 260)]
    assert (await portal.told(told.until)).progress == ()


async def test_a_time_to_come_does_not_hide_what_comes_before_it(portal: Portal) -> None:
    course, ada = portal.fake.course("Trust"), portal.fake.user(ADA)
    bo = portal.fake.user("bo@example.com")
    since = (await portal.told("")).until
    portal.fake.completes(bo, course, datetime(2090, 1, 1, tzinfo=UTC))
    first = await portal.told(since)
    portal.fake.completes(ada, course)

    second = await portal.told(first.until)

    assert [one.email for one in second.progress] == [ADA]


async def test_lines_that_make_no_sense_are_left_out(portal: Portal) -> None:
    since = (await portal.told("")).until
    course, ada = portal.fake.course("Trust"), portal.fake.user(ADA)
    portal.fake.completes(ada, course)
    portal.fake.timeline += [
        {"at": Clock().now()},
        {"at": Clock().now(), "object_id": {"x": 1}, "user_email": 7},
        {"at": Clock().now(), "object_id": "", "user_email": ADA},
    ]

    assert len((await portal.told(since)).progress) == 1
