"""TalentLMS beyond what every catalogue promises: its courses, its people, and its limits."""

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.port import NoCourse
from connectors.catalogues.talentlms.client import HOUR, patience
from connectors.catalogues.talentlms.wire import Lesson, course
from tests.connectors.talentlms.conftest import Portal
from tests.contracts.catalogues.side import Fault
from tests.fakes.talentlms import Json

ADA, BO = "ada@example.com", "bo@example.com"


# --- courses -------------------------------------------------------------------------------------


async def test_a_course_is_told_with_all_that_they_say(portal: Portal) -> None:
    id = portal.fake.course("Handovers", expires_at="2027-05-01T00:00:00+00:00")
    course = await portal.catalogue.resolve(f"{portal.fake.address}/plus/courses/{id}")

    assert course.url == f"{portal.fake.address}/learner/course/id:{id}"
    assert course.summary == "All about Handovers ."
    assert course.image == f"https://images.example/{id}.png"
    assert course.provider == "TalentLMS"
    assert course.leaves == date(2027, 5, 1)
    assert course.minutes == 0


@pytest.mark.parametrize(
    "odd",
    [
        {"description": None, "cover_image": None, "creation_date": None},
        {"description": "<b>Bold</b>", "cover_image": {"sm": None, "lg": "https://x.example/1"}},
        {"description": {"html": None, "text": None}, "expires_at": "never"},
        {"cover_image": "http://plain.example/1.png", "last_updated_on": 1772442000},
        {"id": "100"},
        {"status": None},
    ],
)
async def test_a_course_that_says_little_or_says_it_oddly_is_one(portal: Portal, odd: Json) -> None:
    id = portal.fake.course("Handovers", **odd)
    course = await portal.catalogue.resolve(f"{portal.fake.address}/learner/course/id:{id}")

    assert (course.id, course.title, course.retired) == (str(id), "Handovers", False)
    assert not course.image or course.image.startswith("https://")


async def test_one_broken_row_does_not_lose_the_others(portal: Portal) -> None:
    portal.fake.courses[portal.fake.course("Broken")]["name"] = {"not": "a name"}
    portal.fake.course("Trust")

    assert [one.title for one in (await portal.catalogue.search("")).courses] == ["Trust"]


async def test_all_pages_are_on_the_shelf(portal: Portal) -> None:
    for n in range(250):
        portal.fake.course(f"Course number{n}")
    portal.fake.course("Trust each other")

    found = await portal.catalogue.search("trsut")

    assert [one.title for one in found.courses] == ["Trust each other"]
    assert portal.fake.calls == 3


# --- enrolments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_a_second_enrolment_is_one_however_it_is_refused(portal: Portal, status: int) -> None:
    portal.fake.habits.twice = status
    course, ada = portal.fake.course("Trust"), portal.fake.user(ADA)

    states = [await portal.catalogue.enrol(str(course), ADA, None) for _ in range(2)]

    assert states == ["enrolled", "enrolled"]
    assert portal.fake.enrolments == [(course, ada)]


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_a_refusal_that_means_something_else_is_no_enrolment(
    portal: Portal, status: int
) -> None:
    portal.fake.habits.never = status
    course = portal.fake.course("Trust")
    portal.fake.user(ADA)

    with pytest.raises(NoCourse) as said:
        await portal.catalogue.enrol(str(course), ADA, None)

    assert said.value.trouble == "gone"


async def test_nobody_else_is_enrolled_where_the_filter_is_not_heeded(portal: Portal) -> None:
    portal.fake.habits.filters = False
    course = portal.fake.course("Trust")
    portal.fake.user(BO)

    assert await portal.catalogue.enrol(str(course), ADA, None) == "unknown"

    ada = portal.fake.user(ADA)
    assert await portal.catalogue.enrol(str(course), ADA, None) == "enrolled"
    assert portal.fake.enrolments == [(course, ada)]


# --- groups --------------------------------------------------------------------------------------


async def test_a_group_is_told_with_its_key_its_people_and_its_courses(portal: Portal) -> None:
    course, people = portal.fake.course("Trust"), [portal.fake.user(ADA), portal.fake.user(BO)]
    id = portal.fake.group("Early shift", "early-1", users=people, courses=[course])
    portal.fake.group("Late shift")

    groups = await portal.catalogue.groups()
    group = await portal.catalogue.group(str(id))

    assert [(one.id, one.name) for one in groups] == [("1", "Early shift"), ("2", "Late shift")]
    assert (group.name, group.key, group.mails) == ("Early shift", "early-1", (ADA, BO))
    assert [(one.title, one.summary) for one in group.courses] == [("Trust", "All about Trust .")]


async def test_a_large_group_is_told_to_the_last_of_its_people(portal: Portal) -> None:
    people = [portal.fake.user(f"one{n}@example.com") for n in range(230)]
    portal.fake.user(ADA)
    id = portal.fake.group("All", users=people)

    group = await portal.catalogue.group(str(id))

    assert len(group.mails) == 230
    assert ADA not in group.mails


@pytest.mark.parametrize("fault", ["repeating", "lying"])
async def test_a_group_ends_although_its_pages_do_not(portal: Portal, fault: Fault) -> None:
    id = portal.fake.group("All", users=[portal.fake.user(ADA)])
    portal.fake.faults.now = fault

    assert (await portal.catalogue.group(str(id))).mails == (ADA,)


async def test_who_is_added_twice_is_in_once(portal: Portal) -> None:
    ada, id = portal.fake.user(ADA), portal.fake.group("Early shift")

    states = [await portal.catalogue.add(str(id), ADA) for _ in range(2)]

    assert states == ["enrolled", "enrolled"]
    assert portal.fake.memberships == [(id, ada)]
    assert await portal.catalogue.add(str(id), BO) == "unknown"


async def test_a_group_that_is_not_there_is_gone(portal: Portal) -> None:
    portal.fake.user(ADA)
    for id in ("77", "x", "", "1/../2"):
        for asked in (portal.catalogue.group(id), portal.catalogue.add(id, ADA)):
            with pytest.raises(NoCourse) as said:
                await asked
            assert said.value.trouble == "gone"


# --- limits --------------------------------------------------------------------------------------


async def test_no_more_calls_are_made_than_in_five_seconds_are_allowed(portal: Portal) -> None:
    id = portal.fake.course("Trust")
    link = f"{portal.fake.address}/learner/course/id:{id}"

    await asyncio.gather(*(portal.catalogue.resolve(link) for _ in range(130)))

    assert portal.fake.calls == 130


async def test_when_the_hour_is_used_up_nobody_asks_before_the_next(portal: Portal) -> None:
    portal.fake.habits.quota = 1
    id = portal.fake.course("Trust")
    link = f"{portal.fake.address}/learner/course/id:{id}"
    await portal.catalogue.resolve(link)

    for _ in range(3):
        with pytest.raises(NoCourse) as said:
            await portal.catalogue.resolve(link)
        assert said.value.trouble == "busy"
        assert 0.0 < (said.value.after or 0.0) <= HOUR

    assert portal.fake.calls == 2


def test_patience_lasts_to_the_full_hour() -> None:
    told = {"X-RateLimit-Remaining": "0", "Date": "Sun, 22 Nov 2026 06:45:30 GMT"}

    assert patience(told) == 14 * 60 + 30
    assert patience({**told, "Retry-After": "9"}) == 9
    assert patience({"X-RateLimit-Remaining": "0"}) == HOUR
    assert patience({"X-RateLimit-Remaining": "3"}) is None


@given(
    st.dictionaries(st.sampled_from(["X-RateLimit-Remaining", "Date", "Retry-After"]), st.text())
)
def test_whatever_a_server_says_patience_ends(headers: dict[str, str]) -> None:
    assert 0.0 <= (patience(headers) or 0.0) <= HOUR


async def test_an_api_that_is_off_says_so(portal: Portal) -> None:
    portal.fake.habits.off = True

    with pytest.raises(NoCourse) as said:
        await portal.catalogue.groups()

    assert said.value.trouble == "refused"


async def test_whom_the_calls_of_the_hour_do_not_reach_is_told_in_the_next(portal: Portal) -> None:
    portal.fake.habits.mails = False
    since = (await portal.catalogue.progress("")).until
    course = portal.fake.course("Trust")
    for mail in (ADA, BO):
        portal.fake.completes(portal.fake.user(mail), course)
    portal.fake.habits.quota = portal.fake.calls + 2

    told = await portal.catalogue.progress(since)

    assert ([one.email for one in told.progress], told.more) == ([ADA], True)


def test_an_id_stays_where_it_belongs_in_an_address() -> None:
    odd = Lesson(id="7/../..?a|b>\n#", name="Trust")
    address = "https://x.example/learner/course/id:7%2F..%2F..%3Fa%7Cb%3E%0A%23"
    assert course(odd, "https://x.example").url == address


# --- points --------------------------------------------------------------------------------------


async def test_points_level_and_badges_are_told_as_they_are_counted_there(portal: Portal) -> None:
    ada = portal.fake.user(ADA)
    badges = [{"name": name, "type": "activity"} for name in ("First steps", "Night owl", "")]
    portal.fake.earned[ada] = {"points": "320", "level": 4, "badges": [*badges, badges[0]]}

    told = await portal.catalogue.points(f" {ADA.upper()} ")

    assert told is not None
    assert (told.points, told.level, told.badges) == (320, 4, ("First steps", "Night owl"))


@pytest.mark.parametrize(
    "odd",
    [
        {"points": None, "level": None, "badges": None},
        {"points": "many", "level": "-3", "badges": []},
        {"points": 1e300, "level": 10**40},
        {},
    ],
)
async def test_points_that_make_no_sense_are_none(portal: Portal, odd: Json) -> None:
    portal.fake.earned[portal.fake.user(ADA)] = odd

    told = await portal.catalogue.points(ADA)

    assert told is not None
    assert (told.points, told.level, told.badges) == (0, 0, ())


async def test_where_points_are_switched_off_nobody_keeps_any(portal: Portal) -> None:
    portal.fake.user(ADA)
    portal.fake.habits.points = False

    with pytest.raises(NoCourse) as said:
        await portal.catalogue.points(ADA)

    assert said.value.trouble == "off"
