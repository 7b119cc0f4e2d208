"""Assignments: for present and later members, each once, and for nobody who has left."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.courses.assigning import posts
from core.courses.assigning.model import one_id
from core.engine.ports import Actor, Delivery
from core.message import plain
from tests.cohorts.story import CEM, DEE, said, unchanged, words
from tests.courses.assigning.term import COURSE, FAR, Term, films, lived
from tests.people.world import ADA, BO

EVE = replace(CEM, account="teams:t1:eve", name="Eve Sample")


async def brought(term: Term, who: Actor = CEM) -> list[str]:
    """The sends that were brought to somebody, in their order."""
    return [
        one.slot.partition("/")[2] for one in await term.got(who, "course") if one.kind == "course"
    ]


async def test_who_joins_later_gets_what_is_assigned(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, assigned=True)
    await term.sends("s2", CEM)
    await term.joins(DEE)
    await term.until(date(2026, 3, 3))
    assert await brought(term, DEE) == ["s1"]


async def test_at_most_three_at_once_the_oldest_first_and_the_rest_waits(term: Term) -> None:
    await term.cohort(CEM)
    for n in range(1, 6):
        await term.until(datetime(2026, 3, 2, 9, n, tzinfo=UTC))
        await term.sends(f"s{n}", CEM, assigned=True)
    await term.at_once()
    await term.joins(DEE)
    await term.until(date(2026, 3, 20))
    assert await brought(term, DEE) == ["s1", "s2", "s3"]
    listed = said(await term.press("courses.mine", DEE))
    assert listed.count("Feedback that lands") == 5
    assert listed.count("Bring it to me") == 2


async def test_once_one_is_done_the_next_comes(term: Term) -> None:
    await term.cohort(CEM)
    for n in range(1, 6):
        await term.sends(f"s{n}", CEM, assigned=True)
    await term.at_once()
    await term.joins(DEE)
    await term.until(date(2026, 3, 6))
    await term.learns(DEE, 0, send="s1")
    await term.until(date(2026, 3, 20))
    assert len(await brought(term, DEE)) == 4
    assert len(await brought(term, CEM)) == 5


async def test_what_waits_comes_when_it_is_asked_for(term: Term) -> None:
    await term.cohort(CEM)
    for n in range(1, 5):
        await term.sends(f"s{n}", CEM, assigned=True)
    await term.at_once()
    await term.joins(DEE)
    await term.until(date(2026, 3, 6))
    changes = await term.press("courses.bring", DEE, send="s4")
    assert plain(posts.ON_ITS_WAY) in said(changes)
    await term.until(date(2026, 3, 6))
    assert "s4" in await brought(term, DEE)
    assert unchanged(await term.press("courses.bring", DEE, send="s4"))


async def test_nobody_else_can_have_it_brought(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, assigned=True)
    await term.sends("s2", CEM)
    await term.life.meets(EVE)
    for send in ("s1", "s2", "", "x" * 4000, "../s1"):
        assert unchanged(await term.press("courses.bring", EVE, send=send))
    assert unchanged(await term.press("courses.bring", CEM, send="s2"))


async def test_what_is_over_is_brought_to_nobody(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("past", CEM, assigned=True, due=date(2026, 3, 1))
    await term.sends("gone", CEM, assigned=True, courses=(replace(COURSE, retired=True),))
    await term.sends("back", CEM, assigned=True, state="taken")
    await term.changes("back", state="taken")
    await term.sends("open", assigned=True, open=True)
    await term.joins(DEE)
    await term.until(date(2026, 3, 20))
    assert await brought(term, DEE) == []


async def test_who_leaves_before_it_came_does_not_get_it(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, assigned=True)
    await term.life.meets(DEE)
    await term.sets(DEE, start=15)
    await term.joins(DEE)
    await term.at_once()
    await term.leaves(DEE)
    await term.until(FAR)
    assert await brought(term, DEE) == []
    dee = await term.life.known(DEE)
    found = await term.life.read.get(Delivery, one_id("s1", dee.id))
    assert found is not None
    assert (found.state, found.why) == ("skipped", "left")


async def test_who_comes_back_gets_it_after_all(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, assigned=True)
    await term.life.meets(DEE)
    await term.sets(DEE, start=15)
    await term.joins(DEE)
    await term.at_once()
    await term.leaves(DEE)
    await term.until(date(2026, 3, 4))
    await term.joins(DEE)
    await term.until(date(2026, 3, 6))
    assert await brought(term, DEE) == ["s1"]


async def test_the_figures_add_up_whoever_comes_and_goes(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, assigned=True)
    for _ in range(3):
        await term.joins(DEE)
        await term.at_once()
        await term.leaves(DEE)
        await term.at_once()
    await term.joins(DEE)
    await term.until(FAR)
    states = ("planned", "held", "sent", "expired", "skipped")
    counts = [await term.life.read.tally(f"delivery.{state}", "s1") for state in states]
    assert counts == [0, 0, 2, 0, 0]


async def test_a_link_that_went_out_becomes_one_for_all_and_back(term: Term) -> None:
    await term.cohort(CEM, DEE)
    await term.sends("s1", CEM)
    assert plain(posts.FOR_ALL) in said(await term.press("courses.assign", ADA, send="s1"))
    await term.until(date(2026, 3, 3))
    assert await brought(term, DEE) == ["s1"]
    assert await brought(term, CEM) == ["s1"]
    await term.press("courses.assign", ADA, send="s1", on="no")
    await term.joins(EVE)
    await term.until(date(2026, 3, 20))
    assert await brought(term, EVE) == []


async def test_only_who_leads_assigns(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM)
    for who in (BO, CEM):
        assert unchanged(await term.press("courses.assign", who, send="s1"))
    assert not (await term.send()).assigned


async def test_what_is_for_no_cohort_cannot_wait_for_later_members(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, cohort="")
    assert plain(posts.NO_COHORT) in said(await term.press("courses.assign", ADA, send="s1"))
    await term.sends("s2", CEM)
    await term.changes("s2", state="draft")
    assert plain(posts.NOT_SENT) in said(await term.press("courses.assign", ADA, send="s2"))


async def test_a_member_of_a_paused_cohort_gets_it_when_it_goes_on(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, assigned=True)
    await term.joins(DEE)
    await term.saves(replace(await term.life.cohort(), stage="paused"))
    await term.until(date(2026, 3, 4))
    assert await brought(term, DEE) == []
    await term.saves(replace(await term.life.cohort(), stage="open"))
    await term.until(date(2026, 3, 8))
    assert await brought(term, DEE) == ["s1"]


# --- what is open for me --------------------------------------------------------------------------


async def test_the_list_says_what_is_due_first(term: Term) -> None:
    await term.cohort(CEM)
    one, two, three = films(3)
    await term.sends("s1", CEM, courses=(one,))
    await term.sends("s2", CEM, courses=(two,), due=date(2026, 4, 2))
    await term.sends("s3", CEM, courses=(three,), due=date(2026, 3, 26))
    text = said(await term.press("courses.mine", CEM))
    assert text.index("Film 2") < text.index("Film 1") < text.index("Film 0")
    assert "2026-03-26" in text


async def test_what_is_done_is_not_on_the_list_and_an_empty_one_says_so(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM)
    assert "Feedback that lands" in said(await term.press("courses.mine", CEM))
    await term.learns(CEM, 0)
    assert "Nothing is open for you" in said(await term.press("courses.mine", CEM))


async def test_a_path_stands_there_with_its_step(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(3))
    await term.learns(CEM, 0)
    assert "Film 1, 2 of 3" in said(await term.press("courses.mine", CEM))


async def test_many_are_cut_short(term: Term) -> None:
    await term.cohort(CEM)
    for n in range(8):
        await term.sends(f"s{n}", CEM)
    text = said(await term.press("courses.mine", CEM))
    assert text.count("Feedback that lands") == posts.SHOWN
    assert "And 3 more" in text


async def test_nobody_sees_anothers_list(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM)
    cem = await term.life.known(CEM)
    assert "Feedback" in words(await term.life.see(f"courses-mine/{cem.id}/1", CEM))
    assert await term.life.see(f"courses-mine/{cem.id}/1", BO) is None
    assert await term.life.see(f"courses-mine/{cem.id}/1") is None


# --- in any order ---------------------------------------------------------------------------------

moves = st.lists(st.sampled_from(["join", "leave", "assign", "release", "wait"]), max_size=8)


@settings(max_examples=6, deadline=None)
@given(moves)
def test_whatever_the_order_nobody_gets_it_twice_and_no_member_is_forgotten(
    empty: Path, steps: list[str]
) -> None:
    asyncio.run(_in_order(empty, steps))


async def _in_order(empty: Path, steps: list[str]) -> None:
    async with lived(empty) as term:
        await term.cohort(CEM)
        await term.life.meets(DEE)
        await term.sends("s1", CEM, assigned=True)
        for step in steps:
            await _move(term, step)
        await term.press("courses.assign", ADA, send="s1")
        await term.until(date(2026, 4, 30))
        assert await brought(term, CEM) == ["s1"]
        assert len(await brought(term, DEE)) <= 1
        if await term.life.standing(DEE) == "member":
            assert await brought(term, DEE) == ["s1"]


async def _move(term: Term, step: str) -> None:
    match step:
        case "join":
            await term.joins(DEE)
        case "leave":
            await term.leaves(DEE)
        case "assign" | "release":
            await term.press("courses.assign", ADA, send="s1", on={"release": "no"}.get(step, ""))
        case _:
            await term.at_once()
