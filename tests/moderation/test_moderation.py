"""Flagging what others wrote: the moderator decides, both sides hear of it, a second look."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.introductions.model import Introduction
from core.cohorts.model import Cohort
from core.engine.ports import Actor, Deliver, Origin, ToPerson
from core.moderation.model import Case, Flag
from tests.cohorts.story import (
    CEM,
    DEE,
    GIVEN,
    TEAM,
    Story,
    actions,
    chat,
    form,
    said,
    shown,
    story,
    words,
)
from tests.people.world import ADA, BO

NASTY = "Anyone who needs three lines should look for another job."
EVE = Actor(account="teams:t1:eve", name="Eve Sample", zone="Europe/Berlin")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    """Ada leads, Bo moderates; Cem has answered nastily, Dee reads it."""
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        cohort = await it.joins(CEM, DEE, EVE, BO)
        await it.fill("introductions.open", {"own": "", "days": "5"}, cohort=cohort.id)
        await it.fill("introductions.answer", {"text": NASTY}, by=CEM, cohort=cohort.id)
        yield it


async def answer(life: Story) -> Introduction:
    return (await life.read.find(Introduction)).items[0]


async def flags(life: Story, by: Actor = DEE, what: str = "", **values: str) -> str:
    cohort = await life.cohort()
    id = what or f"introductions|{(await answer(life)).id}"
    given = {"what": id, "words": "It hurts.", **values}
    return said(await life.fill("moderation.flag", given, by, chat(by), cohort=cohort.id))


async def case(life: Story) -> Case:
    return (await life.read.find(Case)).items[0]


async def decides(
    life: Story, what: str, by: Actor = BO, values: Mapping[str, str] | None = None
) -> str:
    found = await case(life)
    origin = replace(chat(by), slot=f"case/{found.id}")
    args = {"cohort": found.cohort, "id": found.id, "rev": str(found.version)}
    if values is None:
        return said(await life.hits(f"moderation.{what}", args, by, origin))
    return said(await life.hands_in(f"moderation.{what}", values, args, by, origin))


async def test_a_flag_offers_what_others_wrote_and_what_the_group_promised(life: Story) -> None:
    cohort = await life.cohort()
    await life.fill(
        "agreement.draft", {"lines": "Work, not people.\nAsk anything."}, cohort=cohort.id
    )
    asked = form(await life.press("moderation.flag", DEE, chat(DEE), cohort=cohort.id))
    what, line, _ = asked.fields
    assert NASTY[:40] in str(what)
    assert "Work, not people." in str(line)


async def test_nobody_is_offered_their_own_words(life: Story) -> None:
    cohort = await life.cohort()
    changes = await life.press("moderation.flag", CEM, chat(CEM), cohort=cohort.id)
    assert "nothing here that others wrote" in said(changes)
    assert "wrote that yourself" in await flags(life, CEM)


async def test_the_moderator_is_shown_what_was_flagged_and_never_by_whom(life: Story) -> None:
    cohort = await life.cohort()
    id = f"introductions|{(await answer(life)).id}"
    changes = await life.fill(
        "moderation.flag", {"what": id, "words": "It hurts."}, DEE, chat(DEE), cohort=cohort.id
    )
    found = await case(life)
    assert ((await life.known(BO)).id, f"case/{found.id}") in shown(changes)
    card = await life.seen(f"case/{found.id}", BO)
    assert NASTY in words(card)
    assert "It hurts." in words(card)
    assert "Dee" not in words(card)
    assert await life.see(f"case/{found.id}", DEE) is None


async def test_a_flag_needs_a_reason(life: Story) -> None:
    cohort = await life.cohort()
    values = {"what": f"introductions|{(await answer(life)).id}", "line": "other"}
    changes = await life.fill("moderation.flag", values, DEE, chat(DEE), cohort=cohort.id)
    again = form(changes)
    assert again.errors
    sent = await life.hands_in(again.action, {"words": "Rude."}, again.args, DEE, chat(DEE))
    assert "Thank you" in said(sent)
    assert (await case(life)).state == "open"


async def test_a_person_flags_a_thing_once(life: Story) -> None:
    await flags(life)
    assert "already" in await flags(life)
    assert len((await life.read.find(Flag)).items) == 1


async def test_what_is_hidden_leaves_the_card_and_both_sides_hear_why(life: Story) -> None:
    await flags(life)
    slot = f"intro/{(await answer(life)).round}"
    assert NASTY in words(await life.seen(slot))
    cohort, found = await life.cohort(), await case(life)
    args = {"cohort": cohort.id, "id": found.id, "rev": str(found.version)}
    changes = await life.hands_in(
        "moderation.hide", {"reason": "It judges people."}, args, BO, chat(BO)
    )
    told = {
        job.work.target.person: words(job.work.post)
        for job in changes.jobs
        if isinstance(job.work, Deliver) and isinstance(job.work.target, ToPerson)
    }
    assert NASTY not in words(await life.seen(slot))
    assert "It judges people." in told[(await life.known(CEM)).id]
    assert "Dee" not in told[(await life.known(CEM)).id]
    assert "took it away" in told[(await life.known(DEE)).id]


async def test_nothing_is_hidden_without_a_reason(life: Story) -> None:
    await flags(life)
    await decides(life, "hide", values={"reason": "  "})
    assert (await case(life)).state == "open"
    assert (await answer(life)).said == "given"


async def test_what_is_left_as_it_is_stays_and_is_not_looked_at_again(life: Story) -> None:
    await flags(life)
    await decides(life, "keep")
    assert (await case(life)).state == "kept"
    assert "looked at before" in await flags(life, EVE)
    assert (await case(life)).state == "kept"


async def test_its_author_can_be_talked_to_while_it_stays(life: Story) -> None:
    await flags(life)
    await decides(life, "warn", values={"reason": "Please read our first line again."})
    assert (await answer(life)).said == "given"
    assert (await case(life)).state == "warned"


@pytest.mark.parametrize("by", [ADA, CEM, DEE, EVE])
async def test_only_the_moderator_decides(life: Story, by: Actor) -> None:
    await flags(life)
    await decides(life, "keep", by)
    await decides(life, "hide", by, {"reason": "Because."})
    assert (await case(life)).state == "open"


async def test_a_moderator_never_decides_about_their_own_words(life: Story) -> None:
    cohort = await life.cohort()
    await life.fill("introductions.answer", {"text": "I said so."}, by=BO, cohort=cohort.id)
    mine = next(
        one for one in (await life.read.find(Introduction)).items if one.text == "I said so."
    )
    await flags(life, what=f"introductions|{mine.id}")
    found = await case(life)
    assert found.judge == (await life.known(ADA)).id


async def test_an_appeal_goes_to_somebody_else_and_brings_it_back(life: Story) -> None:
    await flags(life)
    await decides(life, "hide", values={"reason": "It judges people."})
    found = await case(life)
    args = {"cohort": found.cohort, "case": found.id}
    asked = await life.hands_in(
        "moderation.appeal", {"plea": "I meant my notes."}, args, CEM, chat(CEM)
    )
    assert ((await life.known(ADA)).id, f"appeal/{found.id}") in shown(asked)
    assert "I meant my notes." in words(await life.seen(f"appeal/{found.id}", ADA))
    assert "moderation.grant" in actions(await life.seen(f"appeal/{found.id}", ADA))
    await decides(life, "grant", BO)
    assert (await case(life)).appeal == "open"
    await decides(life, "grant", ADA)
    assert (await case(life)).appeal == "granted"
    assert NASTY in words(await life.seen(f"intro/{(await answer(life)).round}"))


async def test_only_its_author_appeals_and_only_once(life: Story) -> None:
    await flags(life)
    await decides(life, "hide", values={"reason": "It judges people."})
    found = await case(life)
    args = {"cohort": found.cohort, "case": found.id}
    for by in (DEE, BO, ADA):
        await life.hands_in("moderation.appeal", {"plea": "x"}, args, by, chat(by))
        assert (await case(life)).appeal == ""
    await life.hands_in("moderation.appeal", {"plea": "Please."}, args, CEM, chat(CEM))
    await decides(life, "uphold", ADA)
    again = await life.hands_in("moderation.appeal", {"plea": "Again."}, args, CEM, chat(CEM))
    assert "once" in said(again)
    assert (await case(life)).appeal == "upheld"


async def test_a_message_of_the_chat_is_flagged_with_a_menu_and_linked_with_who_can_remove_it(
    life: Story,
) -> None:
    cohort = await life.cohort()
    place = replace(TEAM, message="m77")
    event = replace(
        life.event("press", "moderation.flag", DEE, place), text="You lot are lazy.", people=(CEM,)
    )
    asked = form(await life.happens(event))
    assert (await case(life)).state == "heard"
    assert await life.see(f"case/{(await case(life)).id}", BO) is None
    await life.hands_in(asked.action, {"words": "It insults us."}, asked.args, DEE, chat(DEE))
    card = words(await life.seen(f"case/{(await case(life)).id}", BO))
    assert "You lot are lazy." in card
    assert "I can’t remove it" in card
    assert (await case(life)).cohort == cohort.id
    assert "owner of the channel can remove it" in await decides(
        life, "hide", values={"reason": "It insults."}
    )


async def test_a_message_that_nobody_said_anything_against_is_not_kept(life: Story) -> None:
    event = replace(
        life.event("press", "moderation.flag", DEE, replace(TEAM, message="m78")),
        text="Lunch?",
        people=(CEM,),
    )
    await life.happens(event)
    await life.ring("moderation.over")
    assert (await life.read.find(Case)).items == ()


@pytest.mark.parametrize(
    "what", ["", "x", "introductions|", "introductions|nope", "nope|1", "|", "a" * 9000]
)
async def test_a_forged_choice_changes_nothing(life: Story, what: str) -> None:
    cohort = await life.cohort()
    values = {"what": what, "words": "x", "line": "٣"}
    changes = await life.fill("moderation.flag", values, DEE, chat(DEE), cohort=cohort.id)
    assert not changes.saves
    assert said(changes)


async def test_the_case_of_another_cohort_is_out_of_reach(life: Story) -> None:
    await flags(life)
    found = await case(life)
    other = Origin(place="teams:t1:elsewhere", team="days", title="Days")
    bo = (await life.known(BO)).id
    given = {**GIVEN, "name": "Other", "facilitator": bo, "moderator": bo}
    await life.fill("cohorts.create", given, origin=other, draft="2")
    cohorts = [c for c in (await life.read.find(Cohort)).items if c.name == "Other"]
    args = {"cohort": cohorts[0].id, "case": found.id}
    changes = await life.hands_in("moderation.flag", {"words": "x"}, args, BO, chat(BO))
    assert not changes.saves


async def test_who_is_erased_takes_their_flags_and_the_cases_about_them_along(life: Story) -> None:
    await flags(life)
    await life.press("people.erase_now", CEM, chat(CEM))
    assert (await life.read.find(Case)).items == ()


async def test_a_copy_of_my_data_names_my_flags_but_never_who_flagged_me(life: Story) -> None:
    await flags(life)
    dee = str((await life.press("people.export", DEE, chat(DEE))).reply)
    cem = str((await life.press("people.export", CEM, chat(CEM))).reply)
    assert "It hurts." in dee
    assert "It hurts." not in cem
