"""Who has left, and a programme that comes round again: a scene reaches those who are there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.actions import ACTIONS
from core.challenges.roleplay.handlers import begin
from core.challenges.roleplay.model import Part, Play
from core.engine.ports import Changes, Deliver, Event
from core.pairs.model import Pair
from tests.cohorts.story import CEM, DEE, TEAM, Story, chat, nudged, said, story
from tests.people.world import ADA, BO, MONDAY

MINE = sorted(name for name in ACTIONS if name.startswith("roleplay."))
NASTY = ("", "\x00", "\ud800", "🙂" * 3000, "-1", "9" * 5000, "null", "a,b", "../..")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path / "test.db") as it:
        cohort = await it.begins()
        await it.joins(CEM, DEE, BO)
        ids = tuple([(await it.known(one)).id for one in (CEM, DEE)])
        pair = Pair(id=f"{cohort.id}/p1", cohort=cohort.id, people=ids, state="running", at=MONDAY)
        await it.commit(Changes(saves=(pair,)))
        yield it


async def dealt(life: Story) -> Changes:
    cohort = await life.cohort()
    values = {"script": "feedback", "minutes": "5"}
    await life.fill("roleplay.deal", values, ADA, chat(ADA), cohort=cohort.id)
    return await life.ring("roleplay.walk")


async def leaves(life: Story) -> None:
    cohort = await life.cohort()
    await life.press("members.left", DEE, chat(DEE), cohort=cohort.id)


async def play(life: Story) -> Play:
    return (await life.read.find(Play)).items[0]


@pytest.mark.parametrize("name", MINE)
async def test_nonsense_gets_an_answer(life: Story, name: str) -> None:
    await dealt(life)
    one = await play(life)
    for value in NASTY:
        good = {"cohort": one.cohort, "play": one.id}
        for args in (good, {"cohort": one.cohort, "play": value}, {"cohort": value}):
            values = dict.fromkeys(("script", "minutes", "keeps", "looks", "shared"), value)
            for who, where in ((ADA, chat(ADA)), (CEM, chat(CEM)), (BO, TEAM)):
                assert (await life.hits(name, args, who, where)).reply is not None
                assert (await life.hands_in(name, values, args, who, where)).reply is not None


async def test_a_scene_is_not_dealt_to_somebody_who_has_left(life: Story) -> None:
    await leaves(life)
    assert not nudged(await dealt(life))
    assert not (await life.read.find(Part)).items


async def test_who_has_left_sees_no_scene_and_hears_nothing_that_is_kept(life: Story) -> None:
    await dealt(life)
    one = await play(life)
    assert await life.see(f"roleplay/{one.id}", DEE)
    await leaves(life)
    assert await life.see(f"roleplay/{one.id}", DEE) is None
    values = {"keeps": "I ask first.", "looks": "", "shared": "partner"}
    args = {"cohort": one.cohort, "play": one.id}
    kept = await life.hands_in("roleplay.keep", values, args, CEM, chat(CEM))
    assert not [job for job in kept.jobs if isinstance(job.work, Deliver)]


async def test_nobody_is_asked_to_play_in_a_cohort_that_was_called_off(life: Story) -> None:
    await dealt(life)
    one = await play(life)
    await life.commit(Changes(saves=(replace(await life.cohort(), stage="cancelled"),)))
    assert await life.see(f"roleplay/{one.id}", CEM) is None


async def test_a_programme_that_is_started_again_deals_again(life: Story) -> None:
    cohort = await life.cohort()
    for at in ("2026-03-12T09:00:00+00:00", "2026-04-02T09:00:00+00:00"):
        args = {"cohort": cohort.id, "step": "play", "at": at}
        event = Event(id=at, org="main", source="timer", name="programmes.step", args=args)
        changes = await begin(event, life.moment())
        (job,) = changes.jobs
        await life.happens(job.work.event)  # type: ignore[union-attr]
    assert len((await life.read.find(Play)).items) == 2


async def test_the_other_half_of_a_pair_may_be_of_another_cohort(life: Story) -> None:
    await dealt(life)
    forged = {"cohort": "another", "play": (await play(life)).id}
    assert "find" in said(await life.hits("roleplay.look", forged, CEM, chat(CEM)))
