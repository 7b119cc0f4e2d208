"""Udemy Business beyond what every catalogue promises: its links, its pages, what is finished."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.port import NoCourse
from connectors.catalogues.udemy import wire
from connectors.catalogues.udemy.wire import Activity, Lesson, finished, full
from connectors.clock import Clock
from tests.connectors.udemy.conftest import Academy

ADA, BO, CEM = "ada@example.com", "bo@example.com", "cem@example.com"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def row(ratio: float | str | None, day: str | None = None, email: str = ADA) -> Activity:
    return Activity(
        user_email=email,
        course_id=1,
        completion_ratio=ratio,
        course_completion_date=day,
        last_activity_date="2026-11-22T12:00:00Z",
    )


def ago(**how: float) -> datetime:
    return Clock().now() - timedelta(**how)


# --- courses -------------------------------------------------------------------------------------


async def test_a_course_is_told_with_all_that_they_say(academy: Academy) -> None:
    id = academy.fake.course("Trust")
    slug = academy.fake.slug(id)

    course = await academy.catalogue.resolve(f"https://www.udemy.com/course/{slug}/learn/")

    assert course.url == f"{academy.fake.address}/course/{slug}/"
    assert (course.minutes, course.language, course.summary) == (95, "en-US", "All about Trust")
    assert course.image == f"https://images.example/{id}.jpg"
    assert course.provider == "Udemy Business"


@pytest.mark.parametrize(
    "odd",
    [
        {"images": None, "locale": None, "headline": None},
        {"images": {"size_480x270": "http://plain.example/x.jpg"}},
        {"estimated_content_length": "95", "last_update_date": "soon"},
        {"estimated_content_length": -3},
        {"url": "/course/trust/"},
        {"url": None},
        {"url": "https://["},
    ],
)
async def test_a_course_that_says_little_or_says_it_oddly_is_one(
    academy: Academy, odd: dict[str, object]
) -> None:
    academy.fake.course("Trust", **odd)

    (course,) = (await academy.catalogue.search("trust")).courses

    assert await academy.catalogue.resolve(course.url) == course


async def test_one_broken_row_does_not_lose_the_others(academy: Academy) -> None:
    academy.fake.course("Broken", id=None)
    academy.fake.course("Trust")

    assert [one.title for one in (await academy.catalogue.search("")).courses] == ["Trust"]


async def test_while_it_is_asked_for_patience_it_waits_and_then_goes_on(academy: Academy) -> None:
    for n in range(12):
        academy.fake.course(f"Course number{n}")
    academy.fake.habits.page, academy.fake.habits.calls = 3, 2

    academy.catalogue.begin()
    await asyncio.sleep(2.4)
    found = await academy.catalogue.search("", limit=50)

    assert len(found.courses) == 12


async def test_it_is_asked_for_one_thing_at_a_time(academy: Academy) -> None:
    academy.fake.course("Trust")
    academy.fake.pause = 0.02
    since = (await academy.catalogue.progress("")).until

    await asyncio.gather(
        academy.catalogue.search("trust"), *(academy.catalogue.progress(since) for _ in range(4))
    )

    assert academy.fake.most_at_once == 1


async def test_a_course_that_is_not_on_the_list_is_gone(academy: Academy) -> None:
    academy.fake.course("Trust")

    with pytest.raises(NoCourse) as said:
        await academy.catalogue.resolve(f"{academy.fake.address}/course/never-heard-of/")

    assert said.value.trouble == "gone"


# --- who has finished what -----------------------------------------------------------------------


def test_shares_and_per_cents_are_told_apart_by_the_rows() -> None:
    assert full([row(0.4), row(1.0, "2026-11-22")]) == 1.0
    assert full([row(1.0), row(37.5)]) == 100.0
    assert full([row("37.5")]) == 100.0
    assert full([row(1.0), row(0.2)]) is None
    assert full([]) is None


def test_one_is_a_whole_course_or_a_hundredth_of_one() -> None:
    assert finished([row(1.0)], 1.0)
    assert not finished([row(1.0)], 100.0)
    assert not finished([row(1.0)], None)
    assert finished([row(100.0)], 100.0)


def test_who_has_a_day_has_finished_whatever_the_ratio_says() -> None:
    (told,) = finished([row(None, "2026-11-20")], None).values()

    assert told.done == datetime(2026, 11, 20, tzinfo=UTC)
    assert told.percent == 100


@given(
    st.lists(
        st.builds(
            row,
            st.one_of(st.none(), st.floats(), st.text(max_size=5)),
            st.one_of(st.none(), st.text(max_size=12)),
            st.text(max_size=12),
        ),
        max_size=5,
    )
)
def test_whatever_the_rows_say_nobody_is_finished_without_an_address_and_a_time(
    rows: list[Activity],
) -> None:
    for one in finished(rows, full(rows)).values():
        assert "@" in one.email
        assert one.done is not None


@pytest.mark.parametrize("whole", [1.0, 100.0])
async def test_who_is_on_the_way_is_not_finished(academy: Academy, whole: float) -> None:
    academy.fake.habits.whole = whole
    course = academy.fake.course("Trust")
    since = (await academy.told("")).until
    academy.fake.completes(ADA, course)
    academy.fake.watches(BO, course, whole * 0.99, Clock().now())

    assert [one.email for one in (await academy.told(since)).progress] == [ADA]


async def test_where_no_days_are_told_a_full_ratio_is_finished_and_told_once(
    academy: Academy,
) -> None:
    academy.fake.habits.whole, academy.fake.habits.dated = 100.0, False
    course = academy.fake.course("Trust")
    since = (await academy.told("")).until
    academy.fake.completes(ADA, course)
    first = await academy.told(since)
    academy.fake.completes(ADA, course)

    assert [one.email for one in first.progress] == [ADA]
    assert (await academy.told(first.until)).progress == ()


async def test_where_only_the_day_is_told_those_of_today_are_told_once(academy: Academy) -> None:
    academy.fake.habits.days_only = True
    course = academy.fake.course("Trust")
    since = (await academy.told("")).until
    academy.fake.completes(ADA, course, ago(seconds=1))
    first = await academy.told(since)
    academy.fake.completes(BO, course, ago(seconds=1))
    second = await academy.told(first.until)

    assert [one.email for one in first.progress] == [ADA]
    assert [one.email for one in second.progress] == [BO]
    assert (await academy.told(second.until)).progress == ()


async def test_many_pages_are_told_to_the_last_and_each_once(academy: Academy) -> None:
    academy.fake.habits.page = 40
    courses = [academy.fake.course(f"Course number{n}") for n in range(130)]
    since = (await academy.told("")).until
    for course in courses:
        academy.fake.completes(ADA, course)

    told = await academy.told(since)

    assert sorted(int(one.course) for one in told.progress) == courses
    assert (await academy.told(told.until)).progress == ()


async def test_more_than_a_handler_takes_come_in_turns(academy: Academy) -> None:
    courses = [academy.fake.course(f"Course number{n}") for n in range(450)]
    since = (await academy.told("")).until
    for course in courses:
        academy.fake.completes(ADA, course)

    first = await academy.catalogue.progress(since)

    assert (len(first.progress), first.more) == (200, True)
    assert len((await academy.told(first.until)).progress) == 250


async def test_what_shows_up_a_day_late_is_still_told(academy: Academy) -> None:
    course = academy.fake.course("Trust")
    start = Clock().now()
    since = (await academy.told("")).until
    academy.fake.completes(ADA, course, start + timedelta(seconds=0))
    first = await academy.told(since)
    academy.fake.completes(BO, course, start - timedelta(minutes=1))

    assert [one.email for one in (await academy.told(first.until)).progress] == [BO]


async def test_after_a_week_of_silence_the_oldest_is_not_lost_behind_the_newest(
    academy: Academy,
) -> None:
    """The newest comes on the first page, and the older ones on those after it."""
    academy.fake.habits.page = 1
    course = academy.fake.course("Trust")
    long_ago = '{"start":"%s","newest":"%s"}' % ((ago(days=9).isoformat(),) * 2)
    for days, email in enumerate((ADA, BO, CEM)):
        academy.fake.completes(email, course, ago(days=3 * days))

    told = await academy.told(long_ago)

    assert sorted(one.email for one in told.progress) == [ADA, BO, CEM]


def test_an_id_stays_where_it_belongs_in_an_address() -> None:
    odd = Lesson(id="7/../..?a|b>\n#", title="Trust")
    told = wire.row(odd, "https://x.example").course.url
    assert told == "https://x.example/course/7%2F..%2F..%3Fa%7Cb%3E%0A%23/"
