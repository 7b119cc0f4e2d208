"""The end of a cohort: looking back, thanks, a report with permission, the next intake."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.agreement.model import Agreement
from core.cohorts.closing.model import Farewell
from core.cohorts.model import Cohort
from core.engine.ports import Actor, Changes, Invalid
from tests.cohorts.story import (
    CEM,
    DEE,
    Story,
    actions,
    chat,
    form,
    nudged,
    said,
    shown,
    story,
    told,
    words,
)
from tests.people.world import ADA, BO

EVE = Actor(account="teams:t1:eve", name="Eve Sample", zone="Europe/Berlin")
SAID = {"kept": "Three lines.", "changed": "I write before I leave.", "next": ""}


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        await it.joins(CEM, DEE, EVE, BO, ADA)
        yield it


async def opens(life: Story) -> Cohort:
    cohort = await life.cohort()
    await life.press("closing.open", ADA, chat(ADA), cohort=cohort.id)
    return cohort


async def looks_back(life: Story, who: Actor, **values: str) -> str:
    cohort = await life.cohort()
    given = {**SAID, "quote": "no", "again": "maybe", **values}
    return said(await life.fill("closing.answer", given, who, chat(who), cohort=cohort.id))


async def report(life: Story, who: Actor = ADA) -> str:
    cohort = await life.cohort()
    return said(await life.press("closing.report", who, chat(who), cohort=cohort.id))


async def test_only_who_leads_opens_the_round_and_only_once(life: Story) -> None:
    cohort = await life.cohort()
    assert "lead this cohort" in said(
        await life.press("closing.open", CEM, chat(CEM), cohort=cohort.id)
    )
    await opens(life)
    again = await life.press("closing.open", ADA, chat(ADA), cohort=cohort.id)
    assert "opened before" in said(again)


async def test_the_round_counts_who_looked_back_and_changes_in_place(life: Story) -> None:
    cohort = await opens(life)
    await looks_back(life, CEM)
    assert "Looked back so far: 1" in words(await life.seen(f"closing/{cohort.id}"))
    await looks_back(life, CEM, kept="Four lines.")
    assert "Looked back so far: 1" in words(await life.seen(f"closing/{cohort.id}"))
    assert (await life.read.find(Farewell)).items[0].kept == "Four lines."


async def test_before_the_round_there_is_nothing_to_answer(life: Story) -> None:
    assert "not begun" in await looks_back(life, CEM)


@pytest.mark.parametrize("values", [{"kept": "", "changed": " "}, {"kept": "x" * 501}])
async def test_nothing_and_too_much_are_shown_in_the_form(
    life: Story, values: dict[str, str]
) -> None:
    cohort = await opens(life)
    given = {**SAID, "kept": "", "changed": "", "next": "", **values}
    changes = await life.fill("closing.answer", given, CEM, chat(CEM), cohort=cohort.id)
    assert isinstance(changes.reply, Invalid)
    assert (await life.read.find(Farewell)).items == ()


async def test_who_has_said_nothing_is_reminded_once(life: Story) -> None:
    await opens(life)
    await looks_back(life, CEM)
    people = {person for person, _ in nudged(await life.ring("closing.nudge"))}
    assert (await life.known(CEM)).id not in people
    assert (await life.known(DEE)).id in people


async def test_the_report_quotes_only_who_said_yes(life: Story) -> None:
    await opens(life)
    await looks_back(life, CEM, changed="Named words.", quote="named")
    await looks_back(life, DEE, changed="Nameless words.", quote="nameless")
    await looks_back(life, EVE, changed="Private words.", quote="no")
    text = await report(life)
    assert "Named words." in text
    assert "Cem Sample" in text
    assert "Nameless words." in text
    assert "Dee Sample" not in text
    assert "Private words." not in text


async def test_the_report_is_for_those_who_lead(life: Story) -> None:
    await opens(life)
    for who in (CEM, BO):
        assert "lead this cohort" in await report(life, who)


async def test_of_few_answers_nobody_learns_who_would_go_on(life: Story) -> None:
    await opens(life)
    for who in (CEM, DEE, EVE, BO):
        await looks_back(life, who, again="yes")
    assert "another round" not in await report(life)
    await looks_back(life, ADA, again="no")
    assert "4 would join another round" in await report(life)


async def test_at_its_end_the_report_goes_to_who_led_it(life: Story) -> None:
    cohort = await opens(life)
    changes = await life.ring("closing.end")
    assert ((await life.known(ADA)).id, f"closing-report/{cohort.id}") in shown(changes)
    assert "closing.answer" not in actions(await life.seen(f"closing/{cohort.id}"))


async def test_a_thank_you_reaches_its_person_privately(life: Story) -> None:
    cohort = await life.cohort()
    dee = (await life.known(DEE)).id
    values = {"person": dee, "words": "For asking."}
    changes = await life.fill("closing.thank", values, CEM, chat(CEM), cohort=cohort.id)
    ((slot, who),) = [(slot, who) for who, slot in shown(changes)]
    assert who == dee
    card = words(await life.seen(slot, DEE))
    assert "For asking." in card
    assert "Cem Sample" in card
    assert await life.see(slot, EVE) is None


@pytest.mark.parametrize("whom", ["", "nobody", "teams:t1:stranger", "me"])
async def test_thanks_go_only_to_others_of_the_cohort(life: Story, whom: str) -> None:
    cohort = await life.cohort()
    person = (await life.known(CEM)).id if whom == "me" else whom
    values = {"person": person, "words": "For asking."}
    changes = await life.fill("closing.thank", values, CEM, chat(CEM), cohort=cohort.id)
    assert isinstance(changes.reply, Invalid)
    assert told(changes) == ""


async def test_the_next_round_has_the_agreement_as_a_draft_and_nobody_in_it(life: Story) -> None:
    cohort = await life.cohort()
    await life.fill("agreement.draft", {"lines": "Ask anything."}, cohort=cohort.id)
    asked = form(await life.press("closing.again", ADA, chat(ADA), cohort=cohort.id))
    values = {"name": "Better handovers 2", "first": "2026-05-04", "last": "2026-06-12"}
    done = await life.hands_in(asked.action, values, asked.args, ADA, chat(ADA))
    assert "programmes.choose" in actions(done.reply.post)  # type: ignore[union-attr] # a message
    new = next(c for c in (await life.read.find(Cohort)).items if c.name == values["name"])
    assert (new.purpose, new.moderator, new.spaces) == (cohort.purpose, cohort.moderator, ())
    draft = await life.read.get(Agreement, new.id)
    assert draft is not None
    assert [line.text for line in draft.lines] == ["Ask anything."]
    again = await life.hands_in(asked.action, values, asked.args, ADA, chat(ADA))
    assert "set up before" in said(again)


async def test_impossible_dates_of_the_next_round_are_shown(life: Story) -> None:
    asked = form(await life.press("closing.again", ADA, chat(ADA), cohort=(await life.cohort()).id))
    values = {"name": "Next", "first": "2026-06-12", "last": "2026-05-04"}
    changes = await life.hands_in(asked.action, values, asked.args, ADA, chat(ADA))
    assert "last" in form(changes).errors


async def test_who_is_erased_leaves_no_words_behind(life: Story) -> None:
    await opens(life)
    await looks_back(life, CEM, quote="named")
    await life.press("people.erase_now", CEM, chat(CEM))
    assert (await life.read.find(Farewell)).items == ()
    assert "I write before I leave." not in await report(life)


async def test_a_paused_cohort_reminds_nobody(life: Story) -> None:
    cohort = await opens(life)
    await life.commit(Changes(saves=(replace(cohort, stage="paused"),)))
    assert nudged(await life.ring("closing.nudge")) == []
