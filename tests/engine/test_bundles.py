"""Nudges that came as one message stay true, each of them, when one changes or goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.engine.ports import Job, Moment, Rhythm, ToPerson, Viewer, Withdraw, show
from core.message import Post
from tests.engine.machine import Machine, line, machine, post_to

PERSON = ToPerson("ada")
SLOTS = ("course/1", "course/2")
words: dict[str, str] = {}


@pytest.fixture(autouse=True)
def as_it_was() -> None:
    words.clear()
    words.update(zip(SLOTS, ("one", "two"), strict=True))


async def view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    return line(words[slot], slot) if slot in words else None


@asynccontextmanager
async def bundled(tmp_path: Path) -> AsyncIterator[Machine]:
    """Two things and a message of its own have come at two o'clock, as one."""
    async with machine(tmp_path, view=view) as m:
        m.people.rhythm = Rhythm(start=14)
        things = (show(PERSON, slot, weight="nudge") for slot in SLOTS)
        await m.do(*things, post_to(PERSON, "hello", weight="nudge"))
        await m.settled()
        m.clock.forward(hours=4)
        await m.settled()
        assert [one for _, one in m.chat.sent] == ["one + two + hello"]
        yield m


def edit(slot: str) -> Job:
    return show(PERSON, slot, weight="essential")


def gone(slot: str) -> Job:
    return Job(key=f"gone/{slot}", work=Withdraw(PERSON, slot))


async def test_what_changes_is_edited_and_the_others_stand_beside_it(tmp_path: Path) -> None:
    async with bundled(tmp_path) as m:
        words[SLOTS[1]] = "two, mended"
        await m.do(edit(SLOTS[1]))
        await m.settled()
        assert list(m.chat.stands.values()) == ["one + two, mended + hello"]


async def test_an_edit_brings_the_others_up_to_date_too(tmp_path: Path) -> None:
    async with bundled(tmp_path) as m:
        words.update({SLOTS[0]: "one, mended", SLOTS[1]: "two, mended"})
        await m.do(edit(SLOTS[0]))
        m.clock.forward(seconds=10)
        await m.settled()
        assert list(m.chat.stands.values()) == ["one, mended + two, mended + hello"]


async def test_what_is_taken_away_leaves_the_others(tmp_path: Path) -> None:
    async with bundled(tmp_path) as m:
        await m.do(gone(SLOTS[0]))
        await m.settled()
        assert list(m.chat.stands.values()) == ["two + hello"]
        words[SLOTS[1]] = "two, mended"
        await m.do(edit(SLOTS[1]))
        await m.settled()
        assert list(m.chat.stands.values()) == ["two, mended + hello"]


async def test_the_message_goes_with_the_last_of_them(tmp_path: Path) -> None:
    async with machine(tmp_path, view=view) as m:
        m.people.rhythm = Rhythm(start=14)
        await m.do(*(show(PERSON, slot, weight="nudge") for slot in SLOTS))
        m.clock.forward(hours=4)
        await m.settled()
        await m.do(gone(SLOTS[0]))
        await m.settled()
        assert list(m.chat.stands.values()) == ["two"]
        await m.do(gone(SLOTS[1]))
        await m.settled()
        assert m.chat.stands == {}


async def test_a_thing_that_is_no_longer_there_is_left_out_of_the_next_edit(tmp_path: Path) -> None:
    async with bundled(tmp_path) as m:
        del words[SLOTS[0]]
        await m.do(edit(SLOTS[1]))
        await m.settled()
        assert list(m.chat.stands.values()) == ["two + hello"]
        await m.do(edit(SLOTS[0]))
        m.clock.forward(seconds=10)
        await m.settled()
        assert list(m.chat.stands.values()) == ["two + hello"]
