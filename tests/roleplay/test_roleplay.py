"""Role-play in pairs and trios: a scene that is nobody’s own job, a clock, one thing kept."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.challenges.roleplay.model import OBSERVER, Part, Play, role_in
from core.challenges.roleplay.scripts import SCRIPTS, at_home, chosen
from core.engine.ports import Actor, Changes, Invalid
from core.pairs.model import Pair
from core.people.model import Person
from tests.cohorts.story import (
    CEM,
    DEE,
    Story,
    actions,
    chat,
    nudged,
    said,
    shown,
    story,
    told,
    words,
)
from tests.people.world import ADA, BO, MONDAY

EVE = Actor(account="teams:t1:eve", name="Eve Sample", title="Night nurse")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    """Cem and Dee are a pair."""
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        await it.joins(CEM, DEE, EVE, BO)
        yield it


async def pairs(life: Story, *people: Actor) -> None:
    cohort = await life.cohort()
    ids = tuple([(await life.known(one)).id for one in people])
    pair = Pair(id=f"{cohort.id}/p1", cohort=cohort.id, people=ids, state="running", at=MONDAY)
    await life.commit(Changes(saves=(pair,)))


async def dealt(life: Story, script: str = "feedback") -> Changes:
    cohort = await life.cohort()
    values = {"script": script, "minutes": "5"}
    await life.fill("roleplay.deal", values, ADA, chat(ADA), cohort=cohort.id)
    return await life.ring("roleplay.walk")


async def play(life: Story) -> Play:
    return (await life.read.find(Play)).items[0]


async def card(life: Story, who: Actor) -> str:
    return words(await life.seen(f"roleplay/{(await play(life)).id}", who))


async def press(life: Story, what: str, who: Actor) -> Changes:
    one = await play(life)
    origin = replace(chat(who), slot=f"roleplay/{one.id}")
    return await life.press(f"roleplay.{what}", who, origin, cohort=one.cohort, play=one.id)


async def test_without_pairs_the_facilitator_hears_what_is_missing(life: Story) -> None:
    cohort = await life.cohort()
    changes = await life.press("roleplay.deal", ADA, chat(ADA), cohort=cohort.id)
    assert "Draw the pairs first" in said(changes)


async def test_only_who_leads_deals_scenes(life: Story) -> None:
    await pairs(life, CEM, DEE)
    cohort = await life.cohort()
    await life.fill("roleplay.deal", {"script": ""}, CEM, chat(CEM), cohort=cohort.id)
    await life.ring("roleplay.walk")
    assert (await life.read.find(Play)).items == ()


async def test_both_get_the_scene_with_different_roles(life: Story) -> None:
    await pairs(life, CEM, DEE)
    changes = await dealt(life)
    assert len(nudged(changes)) == 2
    one, other = await card(life, CEM), await card(life, DEE)
    assert ("You waited for the report" in one) != ("You waited for the report" in other)
    assert "With Dee Sample" in one


async def test_a_scene_is_dealt_once_to_a_pair(life: Story) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    event = life.event("timer", "roleplay.walk", None, None)
    one = await play(life)
    args = {"cohort": one.cohort, "script": "", "minutes": "5", "draw": one.id.split("/")[1]}
    assert not (await life.happens(replace(event, args=args))).saves


async def test_the_clock_swaps_the_roles_and_then_ends(life: Story) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    before = await card(life, CEM)
    changes = await press(life, "start", CEM)
    assert ((await life.known(DEE)).id, f"roleplay/{(await play(life)).id}") in shown(changes)
    assert (await play(life)).until == MONDAY + timedelta(minutes=5)
    await life.ring("roleplay.swap")
    during = await card(life, CEM)
    assert ("You waited for the report" in before) != ("You waited for the report" in during)
    await life.ring("roleplay.swap")
    assert (await play(life)).state == "done"
    assert "roleplay.keep" in actions(await life.seen(f"roleplay/{(await play(life)).id}", CEM))


async def test_starting_twice_starts_one_clock(life: Story) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    await press(life, "start", CEM)
    life.now += timedelta(minutes=2)
    assert not (await press(life, "start", DEE)).saves
    assert (await play(life)).until == MONDAY + timedelta(minutes=5)


async def test_a_scene_that_was_stopped_swaps_no_more(life: Story) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    await press(life, "start", CEM)
    await press(life, "stop", DEE)
    await life.ring("roleplay.swap")
    assert (await play(life)).state == "done"


async def test_in_a_trio_each_has_been_everyone(life: Story) -> None:
    await pairs(life, CEM, DEE, EVE)
    await dealt(life)
    one = await play(life)
    parts = (await life.read.find(Part, play=one.id)).items
    for part in parts:
        assert {role_in(one, part, n) for n in (1, 2, 3)} == {0, 1, OBSERVER}
    watching = ["You watch" in await card(life, who) for who in (CEM, DEE, EVE)]
    assert watching.count(True) == 1


async def test_what_somebody_keeps_is_theirs_unless_they_share_it(life: Story) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    one = await play(life)
    values = {"keeps": "Say the wish first.", "looks": "0,2,9,x", "shared": "me"}
    about = {"cohort": one.cohort, "play": one.id}
    changes = await life.hands_in("roleplay.keep", values, about, CEM, chat(CEM))
    assert told(changes) == ""
    assert (await life.read.find(Part, person=(await life.known(CEM)).id)).items[0].looks == (0, 2)
    shared = {**values, "shared": "partner"}
    changes = await life.hands_in("roleplay.keep", shared, about, CEM, chat(CEM))
    assert "Say the wish first." in told(changes)
    journal = await life.write("roleplay", CEM, chat(CEM))
    assert "Say the wish first." in said(journal)


@pytest.mark.parametrize("keeps", ["", "  ", "x" * 401])
async def test_nothing_and_too_much_are_shown_in_the_form(life: Story, keeps: str) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    one = await play(life)
    about = {"cohort": one.cohort, "play": one.id}
    changes = await life.hands_in("roleplay.keep", {"keeps": keeps}, about, CEM, chat(CEM))
    assert isinstance(changes.reply, Invalid)


@pytest.mark.parametrize("what", ["start", "stop", "keep", "look"])
async def test_nobody_touches_the_scene_of_others(life: Story, what: str) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    assert "not one of yours" in said(await press(life, what, EVE))
    assert await life.see(f"roleplay/{(await play(life)).id}", EVE) is None


async def test_who_is_erased_leaves_no_part_behind(life: Story) -> None:
    await pairs(life, CEM, DEE)
    await dealt(life)
    cem: Person = await life.known(CEM)
    await life.press("people.erase_now", CEM, chat(CEM))
    assert (await life.read.find(Part, person=cem.id)).items == ()


@given(st.lists(st.sampled_from(["Night nurse", "Team lead", "Sales", "Clerk", ""]), max_size=3))
def test_the_scene_is_nobodys_own_job_where_there_is_one(titles: list[str]) -> None:
    script = chosen(titles, Random(1))
    clashes = sum(sum(at_home(script, title)) for title in titles)
    assert clashes == min(sum(sum(at_home(it, title)) for title in titles) for it in SCRIPTS)
