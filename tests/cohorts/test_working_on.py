"""A challenge of one's own: asked once, shared only as its owner says."""

from datetime import timedelta

import pytest

from core.cohorts.working_on import posts
from core.cohorts.working_on.model import WorkingOn
from core.engine.ports import Changes, Done
from tests.cohorts.story import CEM, DEE, TEAM, Story, form, nudged, said, told, value, words
from tests.people.world import ADA, BO


async def asked(life: Story) -> str:
    """A round has closed; Cem is a member."""
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.ring("introductions.end")
    return cohort.id


async def names(life: Story, text: str, sight: str) -> Changes:
    cohort = await life.cohort()
    values = {"text": text, "sight": sight}
    return await life.fill("working_on.name", values, CEM, cohort=cohort.id)


async def test_each_member_is_asked_privately_when_a_round_closes(life: Story) -> None:
    cohort = await asked(life)
    cem = await life.known(CEM)
    slot = f"working-on/{cohort}/{cohort}-1"
    assert nudged(await life.ring("working_on.ask")) == [(cem.id, slot)]
    assert "isn’t going smoothly" in words(await life.see(slot, CEM))


async def test_what_is_for_me_alone_nobody_else_sees(life: Story) -> None:
    cohort = await asked(life)
    assert (await names(life, "Notes get lost.", "me")).reply == Done(posts.KEPT_ME)
    assert "Notes" not in told(await life.press("working_on.list", ADA, TEAM, cohort=cohort))


async def test_the_facilitator_reads_what_is_shared_without_the_name(life: Story) -> None:
    cohort = await asked(life)
    await names(life, "Notes get lost.", "nameless")
    read = told(await life.press("working_on.list", ADA, TEAM, cohort=cohort))
    assert "Notes get lost." in read
    assert "Cem" not in read


async def test_the_name_is_there_when_its_owner_says_so(life: Story) -> None:
    cohort = await asked(life)
    await names(life, "Notes get lost.", "named")
    read = told(await life.press("working_on.list", ADA, TEAM, cohort=cohort))
    assert "Cem Sample" in read


async def test_sharing_can_be_taken_back(life: Story) -> None:
    cohort = await asked(life)
    await names(life, "Notes get lost.", "named")
    assert "Challenges: 1" in words(await life.see(f"desk/{cohort}", ADA)).replace("{n}", "1")
    await names(life, "Notes get lost.", "me")
    assert await life.read.tally("working_on.shared", cohort) == 0
    assert "Notes" not in told(await life.press("working_on.list", ADA, TEAM, cohort=cohort))


@pytest.mark.parametrize("sight", ["", "everyone", "named,me"])
async def test_an_unclear_wish_keeps_it_with_its_owner(life: Story, sight: str) -> None:
    await asked(life)
    await names(life, "Notes get lost.", sight)
    (kept,) = (await life.read.find(WorkingOn)).items
    assert kept.sight == "me"


@pytest.mark.parametrize("who", [BO, CEM])
async def test_only_the_facilitator_reads_challenges(life: Story, who: object) -> None:
    cohort = await asked(life)
    await names(life, "Notes get lost.", "named")
    changes = await life.press("working_on.list", who, TEAM, cohort=cohort)  # type: ignore[arg-type]
    assert "Only those who lead" in said(changes)


@pytest.mark.parametrize("text", ["", "  ", "x" * 801])
async def test_a_challenge_that_is_none_comes_back(life: Story, text: str) -> None:
    await asked(life)
    changes = await names(life, text, "named")
    assert set(form(changes).errors) == {"text"}
    assert value(form(changes), "sight") == "named"


async def test_later_asks_once_more_in_two_days(life: Story) -> None:
    cohort = await asked(life)
    changes = await life.press("working_on.later", CEM, TEAM, cohort=cohort)
    (job,) = changes.jobs
    assert job.due == life.now + timedelta(days=2)
    assert job.weight == "nudge"


async def test_not_this_time_is_an_answer(life: Story) -> None:
    cohort = await asked(life)
    await life.press("working_on.skip", CEM, TEAM, cohort=cohort)
    assert await life.see(f"working-on/{cohort}", CEM) is None
    assert await life.read.tally("working_on.shared", cohort) == 0


async def test_who_has_not_joined_is_not_asked(life: Story) -> None:
    cohort = await asked(life)
    await life.meets(DEE)
    assert await life.see(f"working-on/{cohort}", DEE) is None


async def test_a_page_that_nobody_offered_is_a_sentence(life: Story) -> None:
    cohort = await asked(life)
    changes = await life.press("working_on.list", ADA, TEAM, cohort=cohort, after="nonsense")
    assert changes.reply == Done(posts.GONE)
