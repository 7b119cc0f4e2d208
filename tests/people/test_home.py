"""A person’s home: what Coterie is for them now."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Actor, Moment, Open, Viewer
from core.message import Post
from core.product import view
from tests.people.asking import ADA, BO, GROUP, Talk, chat, home, talking
from tests.people.world import words

GERMAN = replace(ADA, locale="de")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as it:
        yield it


async def opens(talk: Talk, who: Actor = ADA) -> str:
    before = len(talk.window.posts)
    await talk.happens("place", "home.opened", who, home(who))
    return talk.since(before)


async def a_cohort(talk: Talk) -> None:
    await talk.writes("hi", BO)
    await talk.presses("cohorts.create", origin=GROUP)
    for said in ("Better handovers", "Fewer surprises", "9 March", "17 April"):
        await talk.writes(said)
    for said in ("keep", "keep", "Bo Sample", "yes", "In this conversation"):
        await talk.writes(said)


async def drawn(talk: Talk, slot: str, viewer: Viewer) -> Post | None:
    return await view(Moment(talk.read, talk.clock.now(), "home"), slot, viewer)


async def test_without_a_cohort_home_says_how_to_begin(talk: Talk) -> None:
    assert "You are in no cohort yet." in await opens(talk)
    assert talk.labels()[:2] == ["Start a cohort", "I have a code"]
    assert "My settings" in talk.labels()
    assert talk.places(1) == [home(ADA).place]


async def test_home_shows_each_cohort_with_the_next_step_first(talk: Talk) -> None:
    await a_cohort(talk)
    assert "You lead it." in await opens(talk)
    await talk.presses("members.join", {"cohort": await the_cohort(talk)}, BO, GROUP)
    assert "Better handovers" in await opens(talk, BO)
    assert "Where I stand" in talk.labels()


async def test_opening_it_again_redraws_the_same_page(talk: Talk) -> None:
    await opens(talk)
    await a_cohort(talk)
    await opens(talk)
    assert len([1 for place, _ in talk.window.sent if place == home(ADA).place]) == 2
    assert len([1 for ref in talk.window.stands if "Your cohorts" in talk.window.stands[ref]]) == 1


async def test_home_is_in_the_language_and_zone_of_its_owner(talk: Talk) -> None:
    await opens(talk, GERMAN)
    _, post, _ = talk.window.posts[-1]
    assert (post.locale, post.zone) == ("de", "Europe/Berlin")


async def test_nobody_sees_the_home_of_somebody_else(talk: Talk) -> None:
    await opens(talk)
    slot = f"home/{(await talk.person()).id}"
    assert await drawn(talk, slot, Viewer(person="bo")) is None
    assert await drawn(talk, slot, Viewer(person=(await talk.person()).id)) is not None
    assert await drawn(talk, "home/nobody", Viewer()) is None


async def test_a_home_that_is_not_theirs_is_not_drawn(talk: Talk) -> None:
    await talk.happens("place", "home.opened", BO, home(ADA))
    await talk.happens("place", "home.opened", BO, GROUP)
    assert talk.window.posts == []


async def test_a_forged_home_in_a_button_shows_nothing(talk: Talk) -> None:
    await opens(talk)
    slot = f"home/{(await talk.person()).id}"
    said = await talk.presses("people.thanks", None, BO, replace(home(BO), slot=slot))
    assert "no cohort" not in said.replace("You are in no cohort yet.", "", 1)


async def test_what_is_pressed_at_home_is_answered_in_the_private_chat(talk: Talk) -> None:
    await opens(talk)
    me = await talk.person()
    before = len(talk.window.posts)
    await talk.presses("people.settings", None, ADA, replace(home(ADA), slot=f"home/{me.id}"))
    said = {place: words(post) for place, post, _ in talk.window.posts[before:]}
    assert "When and how I write to you" in said[ADA.account]
    assert "When and how I write to you" not in said.get(home(ADA).place, "")


async def test_a_change_that_is_made_at_home_shows_there(talk: Talk) -> None:
    await opens(talk)
    me = await talk.person()
    said = await talk.presses(
        "people.pause", {"weeks": "1"}, ADA, replace(home(ADA), slot=f"home/{me.id}")
    )
    assert "nothing unasked until" in said
    assert "nothing unasked until" in talk.window.stands["m1"]


async def test_who_was_erased_has_no_home(talk: Talk) -> None:
    await opens(talk)
    me = await talk.person()
    await talk.presses("people.erase_now")
    assert await drawn(talk, f"home/{me.id}", Viewer()) is None


async def test_a_code_is_asked_for_in_a_form(talk: Talk) -> None:
    await a_cohort(talk)
    event = replace(
        talk.event("press", "members.code", BO, chat(BO)), opener="trigger", inline=True
    )
    assert isinstance(await talk.submit(event), Open)
    assert "Which code did you get?" in await talk.presses("members.code", None, BO)
    assert "No cohort has that code" in await talk.writes("222", BO)


async def the_cohort(talk: Talk) -> str:
    return (await talk.read.find(Cohort)).items[0].id
