"""What went well is told wherever the cohort meets, gets high fives, and can be taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.model import attached
from core.engine.ports import Actor, Changes, Invalid, Withdraw
from core.moderation.model import Case
from core.recognition.celebrations import personal
from core.recognition.celebrations.model import Celebration
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    chat,
    form,
    said,
    shown,
    story,
    told,
    unchanged,
    words,
)
from tests.people.world import BO

WELL = "The first night without a call."
HELPED = "Reading it out loud."
ELSEWHERE = "slack:T1:nights"


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        await it.joins(CEM, DEE, BO)
        await it.commit(Changes(saves=(attached(await it.cohort(), ELSEWHERE),)))
        yield it


async def celebrates(life: Story, by: Actor = CEM, **values: str) -> Changes:
    """Somebody opens the form and hands it in."""
    cohort = await life.cohort()
    opened = form(await life.press("celebrations.make", by, chat(by), cohort=cohort.id))
    given = {"text": WELL, "helped": HELPED, "person": "", **values}
    return await life.hands_in("celebrations.make", given, opened.args, by, chat(by))


async def all_of(life: Story) -> tuple[Celebration, ...]:
    return (await life.read.find(Celebration)).items


async def presses(life: Story, what: str, by: Actor) -> Changes:
    (one,) = await all_of(life)
    return await life.press(f"celebrations.{what}", by, TEAM, cohort=one.cohort, id=one.id)


async def test_it_is_told_in_every_place_where_the_cohort_meets(life: Story) -> None:
    changes = await celebrates(life)
    (one,) = await all_of(life)
    assert shown(changes) == {(place, f"celebration/{one.id}") for place in (TEAM.place, ELSEWHERE)}
    card = words(await life.seen(f"celebration/{one.id}"))
    assert "Cem Sample has something to celebrate" in card
    assert WELL in card
    assert f"What helped: {HELPED}" in card
    assert "Take it back" in said(changes)


async def test_somebody_else_can_be_celebrated(life: Story) -> None:
    await celebrates(life, person=(await life.known(DEE)).id)
    (one,) = await all_of(life)
    assert "Cem Sample celebrates Dee Sample" in words(await life.seen(f"celebration/{one.id}"))


async def test_a_high_five_counts_once_whatever_the_platform(life: Story) -> None:
    await celebrates(life)
    (one,) = await all_of(life)
    changes = await presses(life, "five", DEE)
    assert len(shown(changes)) == 2
    assert "already" in said(await presses(life, "five", DEE))
    await presses(life, "five", BO)
    assert "others give" in said(await presses(life, "five", CEM))
    assert "High fives so far: 2" in words(await life.seen(f"celebration/{one.id}"))


async def test_the_same_form_handed_in_twice_tells_it_once(life: Story) -> None:
    cohort = await life.cohort()
    opened = form(await life.press("celebrations.make", CEM, chat(CEM), cohort=cohort.id))
    values = {"text": WELL}
    await life.hands_in("celebrations.make", values, opened.args, CEM, chat(CEM))
    again = await life.hands_in("celebrations.make", values, opened.args, CEM, chat(CEM))
    assert unchanged(again)
    assert len(await all_of(life)) == 1


async def test_who_told_it_and_whom_it_is_about_can_take_it_back_and_nobody_else(
    life: Story,
) -> None:
    await celebrates(life, person=(await life.known(DEE)).id)
    assert unchanged(await presses(life, "take", BO))
    changes = await presses(life, "take", DEE)
    assert len([job for job in changes.jobs if isinstance(job.work, Withdraw)]) == 2
    assert await all_of(life) == ()


async def test_the_list_has_the_newest_first_and_is_for_members_only(life: Story) -> None:
    cohort = await life.cohort()
    empty = said(await life.press("celebrations.look", CEM, chat(CEM), cohort=cohort.id))
    assert "Yours could be the first" in empty
    await celebrates(life, text="First.")
    await celebrates(life, DEE, text="Second.")
    found = said(await life.press("celebrations.look", CEM, chat(CEM), cohort=cohort.id))
    assert "First." in found
    assert "Second." in found
    eve = replace(CEM, account="teams:t1:eve", name="Eve Sample")
    refusal = await life.press("celebrations.look", eve, chat(eve), cohort=cohort.id)
    assert "First." not in f"{said(refusal)} {told(refusal)}"


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"text": "  \n "},
        {"text": "x" * 301},
        {"helped": "x" * 301},
        {"person": "nobody-we-know"},
    ],
)
async def test_a_strange_form_comes_back_with_a_sentence(
    life: Story, values: dict[str, str]
) -> None:
    changes = await celebrates(life, CEM, **values)
    assert isinstance(changes.reply, Invalid)
    assert changes.reply.form.errors
    assert await all_of(life) == ()


async def test_who_has_not_joined_tells_nothing_and_gives_no_high_five(life: Story) -> None:
    await celebrates(life)
    eve = replace(CEM, account="teams:t1:eve", name="Eve Sample")
    await life.meets(eve)
    for what in ("five", "make"):
        assert "Press Join first" in said(await presses(life, what, eve))


async def test_nobody_drowns_the_others(life: Story) -> None:
    for n in range(3):
        await celebrates(life, text=f"Number {n}")
    cohort = await life.cohort()
    refusal = await life.press("celebrations.make", CEM, chat(CEM), cohort=cohort.id)
    assert "plenty" in said(refusal)


async def test_a_paused_cohort_and_one_that_meets_nowhere_say_so(life: Story) -> None:
    cohort = await life.cohort()
    await life.commit(Changes(saves=(replace(cohort, stage="paused"),)))
    paused = await life.press("celebrations.make", CEM, chat(CEM), cohort=cohort.id)
    assert "break" in said(paused)
    cohort = await life.cohort()
    await life.commit(Changes(saves=(replace(cohort, stage="open", spaces=()),)))
    nowhere = await life.press("celebrations.make", CEM, chat(CEM), cohort=cohort.id)
    assert "nowhere" in said(nowhere)


async def test_what_is_hidden_goes_from_everywhere_and_comes_back(life: Story) -> None:
    await celebrates(life)
    (one,) = await all_of(life)
    values = {"what": f"celebrations|{one.id}", "words": "It names a patient."}
    await life.fill("moderation.flag", values, DEE, chat(DEE), cohort=one.cohort)
    (case,) = (await life.read.find(Case)).items
    args = {"cohort": one.cohort, "id": case.id, "rev": str(case.version)}
    hidden = await life.hands_in("moderation.hide", {"reason": "No names."}, args, BO, chat(BO))
    assert len([job for job in hidden.jobs if isinstance(job.work, Withdraw)]) == 2
    assert await life.see(f"celebration/{one.id}") is None
    assert unchanged(await presses(life, "five", DEE))


@pytest.mark.parametrize("who", [CEM, DEE])
async def test_it_goes_with_who_is_erased(life: Story, who: Actor) -> None:
    await celebrates(life, person=(await life.known(DEE)).id)
    changes = await personal.forget(await life.known(who), life.moment())
    assert changes.deletes == await all_of(life)
    assert len([job for job in changes.jobs if isinstance(job.work, Withdraw)]) == 2


async def test_it_goes_over_to_whom_two_accounts_turn_out_to_be(life: Story) -> None:
    await celebrates(life, person=(await life.known(DEE)).id)
    cem, dee = await life.known(CEM), await life.known(DEE)
    (one,) = (await personal.merged(dee, cem, life.moment())).saves
    assert isinstance(one, Celebration)
    assert (one.by, one.to) == (dee.id, "")
