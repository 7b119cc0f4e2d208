"""What every catalogue promises, whatever its provider does: links, search and enrolments."""

import asyncio
from datetime import date

import pytest

from connectors.catalogues.port import NoCourse
from core.courses.model import LINK, SUMMARY, TITLE, Course
from tests.contracts.catalogues.asking import (
    calls,
    everything,
    refusal,
    since_now,
)
from tests.contracts.catalogues.side import (
    ADA,
    BO,
    HANDOVERS,
    LISTENING,
    STRANGER,
    WITHDRAWN,
    Fault,
    Side,
)
from tests.contracts.catalogues.world import CATALOGUES

HOSTILE_WORDS = (
    "%' OR 1=1 --",
    "\x00\x1b[2J",
    "a " * 5_000,
    "\ud800",
    "<script>alert(1)</script>",
    "]&limit=100000&x[",
    "../../etc/passwd",
    "\u202edrawkcab 🙂 ١٢٣",
    "(" * 300,
)
HOSTILE_CURSORS = ("x", "-5", "9" * 40, "1e9", "💥", "0.0", "9999.", "{}", "\x00", "null")
HOSTILE_MAILS = (
    "",
    "x",
    "@",
    "a@b\n",
    f"{ADA},{BO}",
    "*@example.com",
    "%@%",
    "\ud800@x",
    "a" * 999,
)
HOSTILE_IDS = ("", "../users", "1" * 500, "💥", "1?x=1", "1/2", "\x00", "con_\ud800", "a b")
GROUP = "1"
TITLES = tuple(f"Talking number {n}" for n in range(45))


def fit(course: Course, side: Side) -> bool:
    """Whether it can be shown as it is."""
    texts = (course.title, course.summary, course.provider, course.kind, course.language)
    return (
        course.catalogue == side.catalogue.name
        and bool(course.id and course.url)
        and 0 < len(course.title) <= TITLE
        and len(course.summary) <= SUMMARY
        and len(course.url) <= LINK
        and all(text.isprintable() and text == text.strip() for text in texts)
        and (not course.image or course.image.startswith("https://"))
        and course.minutes >= 0
    )


# --- links ---------------------------------------------------------------------------------------


async def test_a_link_of_its_own_becomes_its_course(side: Side) -> None:
    link = side.link(HANDOVERS)
    assert side.catalogue.knows(link)

    course = await side.catalogue.resolve(link)

    assert (course.id, course.title) == (side.course(HANDOVERS), HANDOVERS)
    assert fit(course, side)
    assert not course.retired


async def test_where_a_course_opens_leads_back_to_it(side: Side) -> None:
    course = await side.catalogue.resolve(side.link(HANDOVERS))
    assert side.catalogue.knows(course.url)
    assert await side.catalogue.resolve(course.url) == course


async def test_all_forms_of_its_links_lead_to_the_course(side: Side) -> None:
    assert all(map(side.catalogue.knows, side.facts.own))
    found = [await side.catalogue.resolve(link) for link in side.facts.own]
    assert {course.id for course in found} <= {side.course(HANDOVERS)}


async def test_a_link_of_others_is_left_to_them(side: Side) -> None:
    assert [link for link in side.facts.foreign if side.catalogue.knows(link)] == []
    for link in side.facts.foreign:
        await refusal(side.catalogue.resolve(link))
    assert side.asked == 0


async def test_what_is_no_link_is_not_its_own_and_no_error(side: Side) -> None:
    odd = ("", "x", "http://", "https://[", "https://[::1", "//", "\x00", "a" * 9_999, "http://a:b")
    assert [link for link in odd if side.catalogue.knows(link)] == []
    for link in odd:
        await refusal(side.catalogue.resolve(link))


async def test_a_course_that_was_retired_says_so(side: Side) -> None:
    if side.facts.forgets:
        assert (await refusal(side.catalogue.resolve(side.link(WITHDRAWN)))).trouble == "gone"
    else:
        assert (await side.catalogue.resolve(side.link(WITHDRAWN))).retired


# --- search --------------------------------------------------------------------------------------


@pytest.mark.needs("search")
@pytest.mark.parametrize("words", ["better handovers", "HANDOVERS", "  handovers   better "])
async def test_a_search_finds_words_however_they_are_written(side: Side, words: str) -> None:
    found = await side.catalogue.search(words)
    assert found.courses[0].title == HANDOVERS
    assert all(fit(course, side) for course in found.courses)


@pytest.mark.needs("search")
async def test_a_search_tells_the_same_of_a_course_as_its_link(side: Side) -> None:
    found = (await side.catalogue.search(LISTENING)).courses[0]
    assert found == await side.catalogue.resolve(side.link(LISTENING))


@pytest.mark.needs("search")
async def test_no_words_find_everything_but_what_was_retired(side: Side) -> None:
    titles = {course.title for course in await everything(side.catalogue, "  ")}
    assert titles >= {HANDOVERS, LISTENING}
    assert WITHDRAWN not in titles


@pytest.mark.needs("search")
async def test_a_search_finds_nothing_of_what_is_not_there(side: Side) -> None:
    assert (await side.catalogue.search("quetzalcoatlus zymurgy")).courses == ()


@pytest.mark.needs("search")
async def test_hostile_words_are_words(side: Side) -> None:
    for words in HOSTILE_WORDS:
        found = await side.catalogue.search(words)
        assert all(fit(course, side) for course in found.courses)


@pytest.mark.needs("search")
async def test_a_cursor_that_nobody_gave_is_no_error(side: Side) -> None:
    for cursor in HOSTILE_CURSORS:
        assert len((await side.catalogue.search("", cursor=cursor, limit=2)).courses) <= 2


@pytest.mark.needs("search")
async def test_pages_bring_every_course_once(side: Side) -> None:
    side.many(TITLES)
    found = [course.title for course in await everything(side.catalogue, limit=20)]
    assert sorted(found) == sorted({*TITLES, HANDOVERS, LISTENING})


@pytest.mark.needs("search")
@pytest.mark.parametrize("fault", ["lying", "repeating"])
async def test_paging_ends_whatever_the_provider_says_of_it(side: Side, fault: Fault) -> None:
    side.many(TITLES)
    side.suffer(fault)
    found = [course.id for course in await everything(side.catalogue, limit=10)]
    assert len(found) >= 10
    assert len(found) == len(set(found))


@pytest.mark.needs("search")
async def test_what_a_provider_calls_its_courses_is_made_fit_to_show(side: Side) -> None:
    side.many(["Care " * 400, "Care\x00\u202e\nfor  all", "Care 🙂", "Care" * 400])
    found = await everything(side.catalogue, "care")
    assert found
    assert all(fit(course, side) for course in found)


# --- enrolments ----------------------------------------------------------------------------------


@pytest.mark.needs("enrol")
async def test_enrolling_twice_is_enrolling_once(side: Side) -> None:
    course = side.course(HANDOVERS)
    first = await side.catalogue.enrol(course, ADA, None)
    again = await side.catalogue.enrol(course, ADA, date(2027, 3, 1))
    assert (first, again) == ("enrolled", "enrolled")
    assert side.enrolments(ADA) == [HANDOVERS]
    assert side.enrolments(BO) == []


@pytest.mark.needs("enrol")
async def test_enrolling_twice_at_once_is_enrolling_once(side: Side) -> None:
    course = side.course(HANDOVERS)
    both = [side.catalogue.enrol(course, ADA, date(2027, 3, 1)) for _ in range(2)]
    assert await asyncio.gather(*both) == ["enrolled", "enrolled"]
    assert side.enrolments(ADA) == [HANDOVERS]


@pytest.mark.needs("enrol")
async def test_an_address_may_be_written_in_capitals(side: Side) -> None:
    assert await side.catalogue.enrol(side.course(HANDOVERS), ADA.upper(), None) == "enrolled"
    assert side.enrolments(ADA) == [HANDOVERS]


@pytest.mark.needs("enrol")
async def test_whom_the_provider_does_not_know_is_unknown(side: Side) -> None:
    for email in (STRANGER, *HOSTILE_MAILS):
        assert await side.catalogue.enrol(side.course(HANDOVERS), email, None) == "unknown"
    assert side.enrolments(ADA) == side.enrolments(BO) == []


@pytest.mark.needs("enrol")
async def test_nobody_is_put_on_what_is_no_course(side: Side) -> None:
    for id in HOSTILE_IDS:
        assert (await refusal(side.catalogue.enrol(id, ADA, None))).trouble in {
            "gone",
            "unreadable",
        }
    assert side.enrolments(ADA) == []


@pytest.mark.needs("enrol")
async def test_nobody_is_put_on_a_course_that_was_retired(side: Side) -> None:
    with pytest.raises(NoCourse):
        await side.catalogue.enrol(side.course(WITHDRAWN), ADA, None)
    assert side.enrolments(ADA) == []


# --- groups --------------------------------------------------------------------------------------


@pytest.mark.needs("groups")
async def test_a_group_is_what_it_is_called_in_the_list(side: Side) -> None:
    listed = {group.id: group.name for group in await side.catalogue.groups()}
    group = await side.catalogue.group(GROUP)
    assert (group.id, group.name) == (GROUP, listed[GROUP])
    assert all(fit(course, side) for course in group.courses)


@pytest.mark.needs("groups")
async def test_adding_somebody_twice_is_adding_them_once(side: Side) -> None:
    told = [await side.catalogue.add(GROUP, mail) for mail in (ADA, ADA.upper())]
    assert told == ["enrolled", "enrolled"]
    assert (await side.catalogue.group(GROUP)).mails.count(ADA) == 1


@pytest.mark.needs("groups")
async def test_nobody_unknown_is_added_and_nobody_to_no_group(side: Side) -> None:
    for email in (STRANGER, *HOSTILE_MAILS):
        assert await side.catalogue.add(GROUP, email) == "unknown"
    for id in HOSTILE_IDS:
        assert (await refusal(side.catalogue.group(id))).trouble in {"gone", "unreadable"}
        assert (await refusal(side.catalogue.add(id, ADA))).trouble in {"gone", "unreadable"}


# --- what it is not able to do -------------------------------------------------------------------


async def test_it_is_what_the_suite_takes_it_for(
    side: Side, request: pytest.FixtureRequest
) -> None:
    known = CATALOGUES[request.node.callspec.params["side"]]
    assert (side.catalogue.able, side.facts.suffers) == (known.able, known.suffers)


async def test_what_it_is_not_able_to_do_is_off(side: Side) -> None:
    since = await since_now(side)
    before = side.asked
    refused = [await refusal(call(side, since)) for call in calls(side, able=False)]
    assert {error.trouble for error in refused} <= {"off"}
    assert side.asked == before


async def test_letting_go_twice_does_no_harm(side: Side) -> None:
    await side.catalogue.resolve(side.link(HANDOVERS))
    await side.catalogue.close()
    await side.catalogue.close()
