"""A list of courses that a provider lends out page by page, and that may fail to."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from connectors.catalogues import shelf as shelves
from connectors.catalogues.port import NoCourse
from connectors.catalogues.shelf import Part, Row, Shelf
from core.courses.model import Course

KEEP = 60.0


def row(n: int, title: str = "", *, retired: bool = False) -> Row:
    course = Course(
        catalogue="test",
        id=str(n),
        url=f"https://example.org/{n}",
        title=title or f"Course number{n}",
        retired=retired,
    )
    return Row(course, at=float(n), names=(f"name-{n}",))


class Lender:
    """A provider: its pages, what it says instead of one, and how often it was asked."""

    def __init__(self) -> None:
        self.pages: Sequence[Sequence[Row]] = [[row(1, "Feedback"), row(2, "Handovers")]]
        self.fails_after: int | None = None
        self.times = 1_000
        self.says_last = True
        self.holds = 0
        self.slow = asyncio.Event()
        self.slow.set()
        self.asked = 0
        self.at = 1000.0
        self.error: Exception = NoCourse("slow")

    async def __call__(self, number: int) -> Part:
        self.asked += number == 1
        if number == self.holds:
            self.slow.clear()
        await self.slow.wait()
        if number - 1 == self.fails_after and self.times:
            self.times -= 1
            raise self.error
        rows = self.pages[number - 1] if number <= len(self.pages) else []
        return Part(rows, last=self.says_last and number >= len(self.pages))

    def now(self) -> float:
        return self.at


@pytest.fixture
def lender() -> Lender:
    return Lender()


@pytest.fixture
async def shelf(lender: Lender) -> AsyncIterator[Shelf]:
    made = Shelf(lender, keep=KEEP, clock=lender.now)
    yield made
    await made.close()


async def titles(shelf: Shelf, words: str = "", cursor: str = "") -> list[str]:
    return [course.title for course in (await shelf.search(words, cursor=cursor)).courses]


async def settled(shelf: Shelf, lender: Lender, times: int) -> None:
    """Until the provider was asked so often, and all of it is sorted in."""
    await asyncio.sleep(0.1)
    assert lender.asked == times


async def test_it_is_fetched_when_somebody_asks_and_once_for_all(
    shelf: Shelf, lender: Lender
) -> None:
    found = await asyncio.gather(*(titles(shelf, "feedbak") for _ in range(5)))

    assert found == [["Feedback"]] * 5
    assert lender.asked == 1


async def test_for_no_words_everything_comes_the_newest_first(shelf: Shelf) -> None:
    assert await titles(shelf) == ["Handovers", "Feedback"]


async def test_what_is_old_is_shown_while_newer_is_on_its_way(shelf: Shelf, lender: Lender) -> None:
    await titles(shelf)
    lender.pages, lender.at = [[row(3, "Trust")]], lender.at + KEEP
    lender.slow.clear()

    meanwhile = await titles(shelf)
    lender.slow.set()
    await settled(shelf, lender, 2)

    assert meanwhile == ["Handovers", "Feedback"]
    assert await titles(shelf) == ["Trust"]
    assert lender.asked == 2


@pytest.mark.parametrize("pages", [[[row(3)], [row(4)]], [[]], []])
async def test_what_is_old_is_shown_while_newer_fails_to_come(
    shelf: Shelf, lender: Lender, pages: list[list[Row]]
) -> None:
    await titles(shelf)
    lender.pages, lender.fails_after, lender.error = pages, 1, NoCourse("refused")
    lender.at += KEEP

    await titles(shelf)
    await settled(shelf, lender, 2)

    assert await titles(shelf) == ["Handovers", "Feedback"]


async def test_with_nothing_to_show_each_search_tries_again(shelf: Shelf, lender: Lender) -> None:
    lender.fails_after = 0
    for _ in range(3):
        with pytest.raises(NoCourse) as said:
            await titles(shelf)
        assert said.value.trouble == "slow"
    lender.fails_after = None

    assert await titles(shelf) == ["Handovers", "Feedback"]
    assert lender.asked == 4


async def test_with_something_to_show_a_failure_is_not_repeated_at_once(
    shelf: Shelf, lender: Lender
) -> None:
    await titles(shelf)
    lender.fails_after, lender.at = 0, lender.at + KEEP
    for _ in range(5):
        await titles(shelf)
        await asyncio.sleep(0.01)
    asked = lender.asked
    lender.fails_after, lender.at = None, lender.at + shelves.AGAIN
    lender.pages = [[row(3, "Trust")]]
    await titles(shelf)
    await settled(shelf, lender, 3)

    assert asked == 2
    assert await titles(shelf) == ["Trust"]


async def test_a_page_that_is_late_is_asked_for_again(shelf: Shelf, lender: Lender) -> None:
    lender.pages = [[row(1, "Feedback")], [row(2, "Handovers")]]
    lender.fails_after, lender.times, lender.error = 1, 2, NoCourse("busy", after=0.01)

    assert await titles(shelf) == ["Handovers", "Feedback"]
    assert lender.asked == 1


async def test_half_a_list_is_better_than_none(shelf: Shelf, lender: Lender) -> None:
    lender.pages, lender.fails_after = [[row(1, "Feedback")], [row(2)]], 1
    lender.error = NoCourse("refused")

    assert await titles(shelf, "feedback") == ["Feedback"]


async def test_a_provider_that_keeps_us_waiting_does_not_keep_people_waiting(
    shelf: Shelf, lender: Lender
) -> None:
    lender.slow.clear()

    with pytest.raises(NoCourse) as said:
        await titles(shelf)

    assert said.value.trouble == "busy"


async def test_the_first_of_many_are_found_before_the_last_have_come(
    shelf: Shelf, lender: Lender
) -> None:
    lender.pages = [[row(n) for n in range(start, start + 500)] for start in range(0, 2500, 500)]
    lender.holds = 4

    assert (await titles(shelf, "number7"))[0] == "Course number7"
    with pytest.raises(NoCourse) as said:
        await shelf.get("2400")
    assert said.value.trouble == "busy"


class Endless(Lender):
    """Says the same page for ever, or new ones."""

    def __init__(self, *, new: bool) -> None:
        super().__init__()
        self.new = new

    async def __call__(self, number: int) -> Part:
        self.asked += 1
        await asyncio.sleep(0)
        return Part([row(number if self.new else 1)])


async def test_pages_that_repeat_for_ever_end() -> None:
    lender = Endless(new=False)
    shelf = Shelf(lender, keep=KEEP)

    assert await titles(shelf) == ["Course number1"]
    assert lender.asked == 2
    await shelf.close()


async def test_pages_that_never_end_are_read_to_a_limit() -> None:
    lender = Endless(new=True)
    shelf = Shelf(lender, keep=KEEP, most=50)

    assert len((await shelf.search("", limit=200)).courses) == 50
    assert lender.asked == 51
    await shelf.close()


async def test_what_the_provider_took_away_is_not_offered_but_known(
    shelf: Shelf, lender: Lender
) -> None:
    lender.pages = [[row(1, "Feedback", retired=True)], [row(2, "Handovers")]]

    assert await titles(shelf) == ["Handovers"]
    assert (await shelf.get("1")).retired


async def test_a_course_is_known_by_its_id_and_its_names(shelf: Shelf) -> None:
    assert await shelf.get("2") == await shelf.get("name-2") == row(2, "Handovers").course
    assert set(await shelf.known()) == {"1", "2", "name-1", "name-2"}
    with pytest.raises(NoCourse) as said:
        await shelf.get("nowhere")
    assert said.value.trouble == "gone"


async def test_what_may_still_be_on_its_way_is_not_gone(shelf: Shelf, lender: Lender) -> None:
    lender.pages, lender.fails_after = [[row(1)], [row(2)]], 1
    lender.error = NoCourse("refused")

    with pytest.raises(NoCourse) as said:
        await shelf.get("2")

    assert said.value.trouble == "busy"


async def test_before_anything_came_nothing_is_known(shelf: Shelf, lender: Lender) -> None:
    lender.fails_after = 0

    assert await shelf.known() == {}


async def test_pages_of_a_search_tell_everything_once(shelf: Shelf, lender: Lender) -> None:
    lender.pages = [[row(n) for n in range(25)]]
    seen: list[str] = []
    cursor, turns = "", 0
    while cursor or not turns:
        found = await shelf.search("course", cursor=cursor, limit=10)
        seen += [course.id for course in found.courses]
        cursor, turns = found.cursor, turns + 1

    assert sorted(seen, key=int) == [str(n) for n in range(25)]
    assert turns == 3


async def test_the_next_page_goes_on_where_the_last_ended_although_new_courses_came(
    shelf: Shelf, lender: Lender
) -> None:
    lender.pages = [[row(n) for n in range(20)]]
    first = await shelf.search("", limit=5)
    lender.pages, lender.at = [[row(n) for n in range(23)]], lender.at + KEEP
    await titles(shelf)
    await settled(shelf, lender, 2)

    second = await shelf.search("", cursor=first.cursor, limit=5)

    assert [course.id for course in second.courses] == ["14", "13", "12", "11", "10"]


@pytest.mark.parametrize(
    "cursor", ["x", "-1", "99999999999999", "5000", "..", "٣.x", "\x00", "2.no"]
)
async def test_a_cursor_that_is_none_of_ours_does_no_harm(shelf: Shelf, cursor: str) -> None:
    assert await titles(shelf, cursor=cursor) == []


async def test_it_stops_with_the_service(lender: Lender) -> None:
    lender.slow.clear()
    shelf = Shelf(lender, keep=KEEP, clock=lender.now)
    shelf.begin()
    await asyncio.sleep(0)

    await shelf.close()
    await shelf.close()


async def test_an_error_that_nobody_thought_of_is_told_and_tried_again_soon(
    lender: Lender, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(lender, keep=10 * shelves.AGAIN, clock=lender.now)
    lender.fails_after, lender.error = 0, RuntimeError("a fictional slip")
    with pytest.raises(NoCourse) as said:
        await titles(shelf)
    lender.fails_after, lender.at = None, lender.at + shelves.AGAIN

    assert said.value.trouble == "busy"
    assert await titles(shelf) == ["Handovers", "Feedback"]
    assert [one.name for one in caplog.records] == ["coterie.catalogues"]
    await shelf.close()
