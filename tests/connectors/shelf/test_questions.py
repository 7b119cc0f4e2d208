"""What the product asks, put to all catalogues that are set up."""

from pathlib import Path

import pytest

from connectors.catalogues.port import Found, NoCourse, Trouble
from connectors.catalogues.questions import Questions
from connectors.stores.sqlite import SqliteStore
from core.courses.model import Course, courses_in
from core.engine.ports import Answer
from tests.connectors.shelf.one import One

TRUST = Course(catalogue="one", id="1", url="https://one.example/1", title="Trust")


async def asked(where: Path, port: str, question: dict[str, str], *ones: One) -> Answer:
    async with SqliteStore(where / "test.db", records=()) as store:
        ask = Questions(ones).askers()[f"catalogues.{port}"]
        return await ask(question, store.reader("main"))


async def test_who_is_down_hides_nobody_else(tmp_path: Path) -> None:
    ones = One(wrong=NoCourse("slow")), One(Found((TRUST,)))
    found = await asked(tmp_path, "search", {"words": "trust"}, *ones)
    assert courses_in(found.values["courses"]) == (TRUST,)


@pytest.mark.parametrize("trouble", ["slow", "refused", "unreadable"])
async def test_that_all_are_down_is_not_that_there_is_nothing(
    tmp_path: Path, trouble: Trouble
) -> None:
    found = await asked(tmp_path, "search", {"words": "trust"}, One(wrong=NoCourse(trouble)))
    assert (found.error, found.values) == (trouble, {})


async def test_who_finds_nothing_says_so_although_another_is_down(tmp_path: Path) -> None:
    ones = One(), One(wrong=NoCourse("slow"))
    found = await asked(tmp_path, "search", {"words": "trust"}, *ones)
    assert (found.error, found.values["courses"]) == ("", "[]")


async def test_an_endless_link_is_shown_to_nobody(tmp_path: Path) -> None:
    one = One()
    found = await asked(tmp_path, "resolve", {"url": f"https://one.example/{'a' * 2000}"}, one)
    assert (found.error, one.links) == ("nowhere", [])
