"""Words written anew after a decision, deciders who have gone, and what nobody may learn."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.introductions.model import Introduction
from core.engine.ports import Actor, Changes, Invalid, Show, ToPerson
from core.moderation.model import Case, Flag
from core.moderation.personal import exported, forget
from tests.cohorts.story import CEM, DEE, Story, chat, said, shown, story, words
from tests.people.world import ADA, BO

NASTY = "Anyone who needs three lines should look for another job."
KIND = "I write three lines."
EVE = Actor(account="teams:t1:eve", name="Eve Sample", zone="Europe/Berlin")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        cohort = await it.joins(CEM, DEE, EVE, BO)
        await it.fill("introductions.open", {"own": "", "days": "5"}, cohort=cohort.id)
        await it.fill("introductions.answer", {"text": KIND}, by=CEM, cohort=cohort.id)
        yield it


async def case(life: Story) -> Case:
    return (await life.read.find(Case)).items[0]


async def flags(life: Story, by: Actor = DEE, **values: str) -> Changes:
    cohort = await life.cohort()
    answer = (await life.read.find(Introduction)).items[0]
    given = {"what": f"introductions|{answer.id}", "words": "It hurts.", **values}
    return await life.fill("moderation.flag", given, by, chat(by), cohort=cohort.id)


async def decides(life: Story, what: str, by: Actor = BO) -> Changes:
    one = await case(life)
    args = {"cohort": one.cohort, "id": one.id, "rev": str(one.version)}
    origin = replace(chat(by), slot=f"case/{one.id}")
    values = {"reason": "We promised otherwise."}
    if what in ("hide", "warn"):
        return await life.hands_in(f"moderation.{what}", values, args, by, origin)
    return await life.hits(f"moderation.{what}", args, by, origin)


async def rewrites(life: Story, text: str) -> None:
    cohort = await life.cohort()
    await life.fill("introductions.answer", {"text": text}, by=CEM, cohort=cohort.id)


async def appeals(life: Story) -> Changes:
    one = await case(life)
    args = {"cohort": one.cohort, "case": one.id}
    return await life.hands_in("moderation.appeal", {"plea": "Mine."}, args, CEM, chat(CEM))


async def test_words_written_anew_after_a_decision_can_be_flagged_anew_by_the_same_person(
    life: Story,
) -> None:
    await flags(life)
    await decides(life, "keep")
    assert "looked at before" in said(await flags(life, EVE))
    await rewrites(life, NASTY)
    asked = await flags(life)
    assert "The moderator looks at it" in said(asked)
    bo, one = await life.known(BO), await case(life)
    assert (bo.id, f"case/{one.id}/1") in shown(asked)
    seen = words(await life.see(f"case/{one.id}/1", BO))
    assert NASTY in seen
    assert "One person" in seen
    told = await decides(life, "hide")
    assert len({job.key for job in told.jobs}) == len(told.jobs)
    assert await decides_anew_under_new_keys(life, told)


async def decides_anew_under_new_keys(life: Story, told: Changes) -> bool:
    one = await case(life)
    return all(f"{one.id}/1/" in job.key for job in told.jobs if "moderation/" in job.key)


async def test_who_takes_hidden_words_back_and_writes_them_again_is_looked_at_again(
    life: Story,
) -> None:
    await flags(life)
    await decides(life, "hide")
    answer = (await life.read.find(Introduction)).items[0]
    await life.commit(Changes(deletes=(answer,)))
    await rewrites(life, KIND)
    assert "The moderator looks at it" in said(await flags(life, EVE))
    assert (await case(life)).state == "open"


async def test_a_flag_with_a_number_of_five_thousand_digits_is_only_not_a_promise(
    life: Story,
) -> None:
    refused = await flags(life, line="9" * 5000, words="")
    assert isinstance(refused.reply, Invalid)
    assert not (await life.read.find(Flag)).items


async def test_what_was_begun_and_never_explained_is_forgotten_each_time(life: Story) -> None:
    for _ in range(2):
        await flags(life, words="")
        assert (await case(life)).state == "heard"
        life.now += timedelta(days=1)
        await life.ring("moderation.over")
        assert not (await life.read.find(Case)).items


async def test_a_second_look_can_be_asked_for_two_weeks_after_the_decision(life: Story) -> None:
    await flags(life)
    life.now += timedelta(days=20)
    await decides(life, "warn")
    life.now += timedelta(days=13)
    assert "Asked" in said(await appeals(life))


async def test_an_author_learns_from_their_data_only_what_was_decided(life: Story) -> None:
    await flags(life)
    cem = await life.known(CEM)
    assert (await exported(cem, life.moment()))["about"] == []
    await decides(life, "warn")
    assert "promised otherwise" in str(await exported(cem, life.moment()))


async def test_who_wrote_without_a_name_has_none_in_the_second_look(life: Story) -> None:
    await flags(life)
    await life.commit(Changes(saves=(replace(await case(life), nameless=True),)))
    await decides(life, "hide")
    await appeals(life)
    assert "Cem" not in words(await life.see(f"appeal/{(await case(life)).id}", ADA))


async def test_a_case_is_for_nobody_but_who_decides(life: Story) -> None:
    await flags(life)
    for who in (None, ADA, CEM, DEE):
        assert await life.see(f"case/{(await case(life)).id}", who) is None


async def test_a_new_moderator_gets_what_waits(life: Story) -> None:
    await flags(life)
    eve, cohort = await life.known(EVE), await life.cohort()
    values = {"name": cohort.name, "purpose": cohort.purpose, "zone": cohort.zone}
    dates = {"first": "2026-03-09", "last": "2026-04-17", "facilitator": cohort.facilitator}
    given = {**values, **dates, "moderator": eve.id}
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(cohort.version)}
    await life.hands_in("cohorts.change", given, args, ADA, chat(ADA))
    handed = await life.ring("moderation.handed")
    assert eve.id in {p for p, _ in shown(handed)}
    assert "It stays" in said(await decides(life, "keep", EVE))


async def test_what_an_erased_moderator_left_undecided_goes_to_the_next(life: Story) -> None:
    await flags(life)
    bo, ada = await life.known(BO), await life.known(ADA)
    changes = await forget(bo, life.moment())
    told = [job.work for job in changes.jobs if isinstance(job.work, Show)]
    assert ToPerson(ada.id) in [work.target for work in told]
    await life.commit(changes + Changes(saves=(replace(bo, erased=True, accounts=()),)))
    assert (await case(life)).judge == ada.id
    await life.commit(Changes(deletes=(await case(life),)))
    await flags(life, EVE)
    assert (await case(life)).judge == ada.id
