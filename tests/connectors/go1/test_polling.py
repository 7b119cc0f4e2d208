"""Completions since the last time, however the pages of Go1 shift meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.catalogues.go1.client import STEP
from connectors.catalogues.go1.polling import OVERLAP, REMEMBERED, Mark, Walk, begun, marked
from connectors.catalogues.go1.wire import Enrolment
from connectors.catalogues.port import NoCourse
from connectors.clock import Clock
from tests.connectors.go1.conftest import ADA, Shelf
from tests.contracts.catalogues.asking import ago, polled
from tests.fakes.go1 import FakeGo1
from tests.fakes.go1_world import spread

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
START = NOW - timedelta(hours=2)


class Pages:
    """The completed enrolments of a Go1, each with the second in which it changed."""

    def __init__(self, rows: Sequence[tuple[str, datetime]]) -> None:
        self.rows = list(rows)
        self.asked = 0

    async def completed(self, since: datetime, offset: int) -> tuple[int, list[Enrolment]]:
        """A page, the oldest first."""
        self.asked += 1
        second = since.replace(microsecond=0)
        found = sorted((at, id) for id, at in self.rows if at >= second)[offset : offset + STEP]
        rows = [
            Enrolment(id, "1", "2", "completed", at.isoformat(), at.isoformat()) for at, id in found
        ]
        return len(rows), rows


async def walked(pages: Pages, mark: Mark, steps: int = 200) -> tuple[list[str], Mark]:
    """All that is told by a walk to its end."""
    walk = Walk(pages, mark, NOW)
    while not walk.ended and steps:
        await walk.step()
        steps -= 1
    return [str(row.id) for row in walk.found], walk.mark


@given(st.lists(st.integers(0, 3_000), max_size=400), st.integers(1, 5))
async def test_everything_is_told_once_whatever_changed_at_the_same_moment(
    seconds: list[int], polls: int
) -> None:
    rows = [(str(n), START + timedelta(seconds=at)) for n, at in enumerate(sorted(seconds))]
    pages, mark, told = Pages([]), Mark(START, START), []
    for n in range(polls):
        pages.rows = rows[: len(rows) * (n + 1) // polls]
        found, mark = await walked(pages, marked(mark.text, NOW))
        told += found
    assert sorted(told) == sorted(id for id, _ in rows)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=60), st.data())
async def test_what_shows_up_late_is_told_if_it_is_not_very_late(
    seconds: list[int], data: st.DataObject
) -> None:
    rows = [(str(n), START + timedelta(seconds=at)) for n, at in enumerate(sorted(seconds))]
    newest = rows[-1][1]
    late = [row for row in rows[:-1] if row[1] >= newest - OVERLAP and data.draw(st.booleans())]
    pages = Pages([row for row in rows if row not in late])
    first, mark = await walked(pages, Mark(START, START))
    pages.rows = rows
    second, _ = await walked(pages, mark)
    assert sorted(first + second) == sorted(id for id, _ in rows)


async def test_a_row_that_moves_to_the_end_meanwhile_takes_no_other_along() -> None:
    moments = spread(START, 3 * STEP, timedelta(seconds=1))
    rows = {str(n): at for n, at in enumerate(moments)}
    pages = Pages(list(rows.items()))
    walk = Walk(pages, Mark(START, START), NOW)
    await walk.step()
    pages.rows = list((rows | {"0": NOW, "1": NOW}).items())
    while not walk.ended:
        await walk.step()
    assert {str(row.id) for row in walk.found} == set(rows)


async def test_thousands_at_one_moment_are_told_once_and_never_again() -> None:
    pages = Pages([(f"{n:05}", START) for n in range(REMEMBERED + 3 * STEP)])
    told, mark = await walked(pages, Mark(START, START))
    pages.rows.append(("later", START + timedelta(seconds=9)))
    more, mark = await walked(pages, mark)
    assert len(told) == len(set(told)) == REMEMBERED + 3 * STEP
    assert more == ["later"]
    assert len(mark.text) < 32_000


async def test_a_page_for_ever_ends_the_walk() -> None:
    class Same(Pages):
        async def completed(self, since: datetime, offset: int) -> tuple[int, list[Enrolment]]:
            return await super().completed(START, 0)

    pages = Same([(str(n), START + timedelta(seconds=n)) for n in range(STEP)])
    told, mark = await walked(pages, Mark(START, START))
    again, _ = await walked(pages, mark)
    assert (len(told), again) == (STEP, [])
    assert pages.asked <= 4


async def test_a_clock_that_is_far_ahead_does_not_carry_us_away() -> None:
    pages = Pages([("1", NOW + timedelta(days=400))])
    told, mark = await walked(pages, Mark(START, START))
    pages.rows.append(("2", NOW))
    more, _ = await walked(pages, mark)
    assert (told, more) == (["1"], ["2"])


@pytest.mark.parametrize(
    "text",
    ["", "x", "{}", '{"since": 1, "at": 2}', '{"since":"0001-01-01T00:00:00+23:59"', "[" * 99],
)
def test_a_mark_that_is_none_begins_anew(text: str) -> None:
    assert marked(text, NOW) == begun(NOW)


async def test_who_left_go1_is_left_out_and_loses_no_other(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    since = (await catalogue.progress("")).until
    leaver = go1.account("gone@example.com")
    go1.completes(leaver, there.course, ago(seconds=2))
    go1.completes(there.ada, there.course, ago(seconds=1))
    go1.accounts.pop(leaver)
    assert [one.email for one in (await polled(catalogue, since)).progress] == [ADA]


async def test_many_within_one_second_are_all_told_though_we_ask_by_the_second() -> None:
    moments = spread(START, 3 * STEP, timedelta(milliseconds=2))
    pages = Pages([(f"{n:03}", at) for n, at in enumerate(moments)])
    told, _ = await walked(pages, Mark(START, START))
    assert len(told) == 3 * STEP


async def test_a_row_that_nobody_can_read_loses_no_other(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    since = (await catalogue.progress("")).until
    go1.enrolled(there.ada, "1", status="completed", id={"no": "id"})
    go1.completes(there.ada, there.course, ago(seconds=1))
    told = (await polled(catalogue, since)).progress
    assert [one.course for one in told] == [there.course]


async def test_people_are_looked_up_once(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    since = (await catalogue.progress("")).until
    for n in range(5):
        go1.completes(there.ada, go1.course(f"Talk {n}"), ago(seconds=9 - n))
    assert len((await polled(catalogue, since)).progress) == 5
    asked = [path for _, path, _ in go1.kept.requests]
    assert asked.count(f"/user-accounts/{there.ada}") == 1


async def test_an_outage_in_the_middle_of_a_walk_loses_nothing(
    go1: FakeGo1, session: aiohttp.ClientSession, there: Shelf
) -> None:
    catalogue = Go1Catalogue(go1.config, session, Clock().now)
    since = (await catalogue.progress("")).until
    for n in range(STEP + 5):
        go1.completes(there.ada, go1.course(f"Talk {n}"), ago(seconds=200 - n))
    go1.scopes = go1.scopes - {"user.read"}
    with pytest.raises(NoCourse):
        await catalogue.progress(since)
    go1.scopes = go1.scopes | {"user.read"}
    assert len((await polled(catalogue, since)).progress) == STEP + 5


async def test_many_people_are_looked_up_as_fast_as_we_may_and_none_is_lost(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    since = (await catalogue.progress("")).until
    people = [f"person{n}@example.com" for n in range(9)]
    for n, mail in enumerate(people):
        go1.completes(go1.account(mail), there.course, ago(seconds=60 - n))
    first = await catalogue.progress(since)
    assert [one.email for one in first.progress] == people
    assert not first.more
