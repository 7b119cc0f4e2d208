"""Who has left, a cohort that is paused or over, forged fields: the end of a cohort stays fair."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Actor, Changes
from tests.cohorts.story import CEM, DEE, Story, chat, form, nudged, said, story
from tests.people.world import ADA, BO

EVE = Actor(account="teams:t1:eve", name="Eve Sample", zone="Europe/Berlin")
NEXT = {"name": "Next round", "first": "2026-05-04", "last": "2026-06-12"}


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    """Eve is a member who does not see the space."""
    async with story(tmp_path / "test.db") as it:
        cohort = await it.begins()
        await it.joins(CEM, DEE)
        await it.write(f"join {cohort.code}", EVE, chat(EVE))
        await it.press("members.join", EVE, chat(EVE), cohort=cohort.id)
        yield it


async def opens(life: Story) -> Cohort:
    cohort = await life.cohort()
    await life.press("closing.open", ADA, chat(ADA), cohort=cohort.id)
    return cohort


async def becomes(life: Story, stage: str) -> None:
    await life.commit(Changes(saves=(replace(await life.cohort(), stage=stage),)))


async def test_who_has_left_is_not_asked_to_look_back(life: Story) -> None:
    cohort = await opens(life)
    assert await life.see(f"closing-ask/{cohort.id}", EVE)
    await life.press("members.left", EVE, chat(EVE), cohort=cohort.id)
    assert await life.standing(EVE) == "left"
    assert await life.see(f"closing-ask/{cohort.id}", EVE) is None


async def test_a_stranger_who_forges_the_card_of_a_round_sees_nothing(life: Story) -> None:
    cohort = await opens(life)
    (fay,) = await life.meets(Actor(account="teams:t1:fay", name="Fay Sample"))
    stranger = Actor(account=fay.accounts[0])
    for kind in ("closing", "closing-ask", "closing-report"):
        assert await life.see(f"{kind}/{cohort.id}", stranger) is None


async def test_of_a_cohort_that_was_called_off_nobody_gets_a_report(life: Story) -> None:
    await opens(life)
    await becomes(life, "cancelled")
    assert not (await life.ring("closing.end")).jobs


async def test_once_the_round_is_closed_or_the_cohort_cancelled_nobody_is_asked(
    life: Story,
) -> None:
    cohort = await opens(life)
    await becomes(life, "cancelled")
    assert await life.see(f"closing-ask/{cohort.id}", EVE) is None
    await becomes(life, "open")
    await life.ring("closing.end")
    assert await life.see(f"closing-nudge/{cohort.id}", CEM) is None


async def test_opened_during_a_pause_people_elsewhere_are_asked_afterwards(life: Story) -> None:
    await becomes(life, "paused")
    await opens(life)
    assert not nudged(await life.ring("closing.ask"))
    await becomes(life, "open")
    life.now += timedelta(days=1)
    assert nudged(await life.ring("closing.ask"))


async def test_a_second_thank_you_to_the_same_person_says_so_instead_of_vanishing(
    life: Story,
) -> None:
    cohort, dee = await life.cohort(), await life.known(DEE)
    values = {"person": dee.id, "words": "For asking."}
    first = await life.fill("closing.thank", values, CEM, chat(CEM), cohort=cohort.id)
    assert "on its way" in said(first)
    again = await life.fill("closing.thank", values, CEM, chat(CEM), cohort=cohort.id)
    assert "thanked them already" in said(again)
    assert not again.jobs


async def test_what_somebody_said_at_the_end_is_not_read_by_other_members(life: Story) -> None:
    """The report goes to those who led the cohort; a flag form must not show it to the rest."""
    cohort = await opens(life)
    await life.fill("introductions.open", {"own": "", "days": "5"}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "I am Cem."}, by=CEM, cohort=cohort.id)
    told = {"kept": "My salary talk.", "quote": "named", "again": "yes"}
    await life.fill("closing.answer", told, CEM, chat(CEM), cohort=cohort.id)
    asked = form(await life.press("moderation.flag", DEE, chat(DEE), cohort=cohort.id))
    assert "I am Cem" in str(asked)
    assert "salary" not in str(asked)


async def test_the_next_round_takes_nothing_from_a_forged_form_but_name_and_dates(
    life: Story,
) -> None:
    cohort = await life.cohort()
    forged = {**NEXT, "facilitator": "nobody", "moderator": "nobody", "zone": "Mars/Base"}
    args = {"cohort": cohort.id, "draft": "1"}
    await life.hands_in("closing.again", forged, args, ADA, chat(ADA))
    new = next(one for one in (await life.read.find(Cohort)).items if one.name == NEXT["name"])
    assert (new.facilitator, new.moderator) == (cohort.facilitator, cohort.moderator)
    assert new.zone == cohort.zone


async def test_whoever_is_gone_does_not_keep_the_next_round_safe(life: Story) -> None:
    cohort, bo, ada = await life.cohort(), await life.known(BO), await life.known(ADA)
    await life.commit(Changes(saves=(replace(bo, erased=True, accounts=()),)))
    args = {"cohort": cohort.id, "draft": "1"}
    await life.hands_in("closing.again", NEXT, args, ADA, chat(ADA))
    new = next(one for one in (await life.read.find(Cohort)).items if one.name == NEXT["name"])
    assert new.moderator == ada.id
