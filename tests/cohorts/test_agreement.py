"""The agreement is drafted, closed, answered, and asked for once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.agreement import posts
from core.cohorts.agreement.model import Agreement, Closed, Suggestion
from core.cohorts.model import Cohort
from core.engine.ports import Actor, Card, Done
from core.message import Form
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    actions,
    chat,
    form,
    nudged,
    said,
    shown,
    told,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA, BO

LINES = "We begin on time.\n\n  We ask before we advise.  \nWe begin on time."


async def drafted(life: Story, lines: str = LINES) -> Cohort:
    cohort = await life.begins()
    await life.joins(CEM, BO)
    await life.fill("agreement.draft", {"lines": lines}, cohort=cohort.id)
    return cohort


async def closed(life: Story) -> Cohort:
    cohort = await drafted(life)
    await close(life, cohort)
    return cohort


async def close(life: Story, cohort: Cohort) -> None:
    await life.hits("agreement.close", await life.find(f"desk/{cohort.id}", "Close the list", ADA))


async def says(life: Story, what: str, *people: Actor) -> None:
    cohort = await life.cohort()
    for who in people:
        await life.press(f"agreement.{what}", who, TEAM, cohort=cohort.id, number="1")


async def texts(life: Story) -> list[str]:
    agreement = await life.read.get(Agreement, (await life.cohort()).id)
    return [line.text for line in agreement.lines] if agreement else []


# --- the draft ----------------------------------------------------------------------------------


async def test_good_lines_are_offered_to_begin_with(life: Story) -> None:
    cohort = await life.begins()
    opened = form(await life.press("agreement.draft", cohort=cohort.id))
    assert value(opened, "lines") == "\n".join(posts.DEFAULTS)


async def test_the_draft_is_shown_where_the_cohort_lives(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.fill("agreement.draft", {"lines": LINES}, cohort=cohort.id)
    assert (TEAM.place, f"agreement/{cohort.id}") in shown(changes)
    assert await texts(life) == ["We begin on time.", "We ask before we advise."]


async def test_a_draft_without_lines_comes_back(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.fill("agreement.draft", {"lines": " \n "}, cohort=cohort.id)
    assert set(form(changes).errors) == {"lines"}


async def test_an_agreement_has_ten_short_lines_at_most(life: Story) -> None:
    await drafted(life, "\n".join(f"{n} {'x' * 300}" for n in range(30)))
    assert len(await texts(life)) == 10
    assert max(map(len, await texts(life))) == 140


async def test_a_member_adds_a_line_at_once(life: Story) -> None:
    cohort = await drafted(life)
    values = {"about": "new", "text": "We\u202e say thanks."}
    changes = await life.fill("agreement.suggest", values, CEM, cohort=cohort.id)
    assert changes.reply == Done(posts.ADDED)
    assert (await texts(life))[-1] == "We say thanks."
    assert "Cem" not in words(await life.see(f"agreement/{cohort.id}"))


async def test_the_same_line_again_is_no_new_line(life: Story) -> None:
    cohort = await drafted(life)
    values = {"about": "new", "text": "we begin on TIME."}
    changes = await life.fill("agreement.suggest", values, CEM, cohort=cohort.id)
    assert changes.reply == Done(posts.THERE)


async def test_other_words_for_a_line_go_to_the_facilitator(life: Story) -> None:
    cohort = await drafted(life)
    await suggested(life, cohort, "We begin at nine.")
    assert await texts(life) == ["We begin on time.", "We ask before we advise."]
    shown = words(await life.see(f"suggestions/{cohort.id}", ADA))
    assert "We begin at nine." in shown
    assert "In the place of: We begin on time." in shown


async def suggested(life: Story, cohort: Cohort, text: str) -> None:
    opened = form(await life.press("agreement.suggest", CEM, TEAM, cohort=cohort.id))
    await life.fill(
        "agreement.suggest", {"about": first_line(opened), "text": text}, CEM, cohort=cohort.id
    )


def first_line(opened: Form) -> str:
    return opened.fields[0].options[1].value  # type: ignore[union-attr]


async def test_a_suggestion_that_is_taken_replaces_the_line(life: Story) -> None:
    cohort = await drafted(life)
    await suggested(life, cohort, "We begin at nine.")
    args = await life.find(f"suggestions/{cohort.id}", "Take it", ADA)
    here = replace(chat(ADA), slot=f"suggestions/{cohort.id}")
    changes = await life.hits("agreement.take", args, origin=here)
    assert (await texts(life))[0] == "We begin at nine."
    assert "No suggestions are waiting" in said(changes)


async def test_a_suggestion_is_dealt_with_once(life: Story) -> None:
    cohort = await drafted(life)
    await suggested(life, cohort, "We begin at nine.")
    args = await life.find(f"suggestions/{cohort.id}", "Leave it", ADA)
    await life.hits("agreement.leave", args)
    assert unchanged(await life.hits("agreement.take", args))
    assert (await texts(life))[0] == "We begin on time."
    assert await life.read.tally("agreement.suggested", cohort.id) == 0


async def test_the_same_suggestion_twice_waits_once_and_six_are_too_many(life: Story) -> None:
    cohort = await drafted(life)
    for text in ("a", "a", "b", "c", "d", "e", "f"):
        await suggested(life, cohort, text)
    assert len((await life.read.find(Suggestion)).items) == 5


async def test_suggestions_are_for_leads(life: Story) -> None:
    cohort = await drafted(life)
    await suggested(life, cohort, "We begin at nine.")
    args = await life.find(f"suggestions/{cohort.id}", "Take it", ADA)
    assert "Only those who lead" in said(await life.hits("agreement.take", args, CEM))
    assert await life.see(f"suggestions/{cohort.id}", CEM) is None


@pytest.mark.parametrize("text", ["", "   ", "x" * 141, "x" * 10_000])
async def test_a_line_that_is_no_line_comes_back(life: Story, text: str) -> None:
    cohort = await drafted(life)
    changes = await life.fill("agreement.suggest", {"text": text}, CEM, cohort=cohort.id)
    assert set(form(changes).errors) == {"text"}


async def test_who_has_not_joined_cannot_write_into_the_agreement(life: Story) -> None:
    cohort = await drafted(life)
    for name in ("suggest", "agree", "not_for_me"):
        changes = await life.press(f"agreement.{name}", DEE, TEAM, cohort=cohort.id, number="1")
        assert "Press Join first" in said(changes)


async def test_a_draft_that_has_stood_for_three_days_is_told_to_its_facilitator(
    life: Story,
) -> None:
    cohort = await drafted(life)
    assert "stood for three days" in told(await life.ring("agreement.ripe"))
    await close(life, cohort)
    assert unchanged(await life.ring("agreement.ripe"))


# --- a version ----------------------------------------------------------------------------------


async def test_closing_keeps_the_version(life: Story) -> None:
    cohort = await closed(life)
    kept = await life.read.get(Closed, f"{cohort.id}/1")
    assert kept is not None
    assert [line.text for line in kept.lines] == await texts(life)
    assert "Version 1" in words(await life.see(f"agreement/{cohort.id}"))


async def test_closing_a_list_that_has_grown_since_shows_it_instead(life: Story) -> None:
    cohort = await drafted(life)
    late = await life.find(f"desk/{cohort.id}", "Close the list", ADA)
    values = {"about": "new", "text": "We say thanks."}
    await life.fill("agreement.suggest", values, CEM, cohort=cohort.id)
    assert unchanged(await life.hits("agreement.close", late))
    assert await life.read.get(Closed, f"{cohort.id}/1") is None


async def test_each_agrees_once(life: Story) -> None:
    cohort = await closed(life)
    await says(life, "agree", CEM, CEM, BO)
    assert "2 of 2 agreed" in words(await life.see(f"agreement/{cohort.id}"))


async def test_not_for_me_is_an_answer_and_the_member_stays(life: Story) -> None:
    cohort = await closed(life)
    await says(life, "agree", CEM)
    await says(life, "not_for_me", CEM)
    assert await life.standing(CEM) == "member"
    assert "0 of 2 agreed" in words(await life.see(f"agreement/{cohort.id}"))
    assert await life.read.tally("agreement.not_for_me", f"{cohort.id}/1") == 1


async def test_who_leaves_no_longer_counts_and_may_agree_anew(life: Story) -> None:
    cohort = await closed(life)
    await says(life, "agree", CEM, BO)
    await life.press("members.left", CEM, TEAM, cohort=cohort.id)
    assert "1 of 1 agreed" in words(await life.see(f"agreement/{cohort.id}"))
    life.now += timedelta(hours=1)
    await life.joins(CEM)
    await says(life, "agree", CEM)
    assert "2 of 2 agreed" in words(await life.see(f"agreement/{cohort.id}"))


async def test_nothing_is_agreed_while_the_list_is_open(life: Story) -> None:
    cohort = await drafted(life)
    changes = await life.press("agreement.agree", CEM, TEAM, cohort=cohort.id, number="0")
    assert changes.reply == Done(posts.STILL_OPEN)


async def test_a_press_on_an_older_version_shows_the_one_that_stands(life: Story) -> None:
    cohort = await closed(life)
    await life.fill("agreement.draft", {"lines": "Only this."}, cohort=cohort.id)
    await close(life, cohort)
    event = await life.press("agreement.agree", CEM, TEAM, cohort=cohort.id, number="1")
    assert unchanged(event)
    assert "Only this." in said(event)


async def test_a_new_version_asks_again_and_the_old_one_can_be_read(life: Story) -> None:
    cohort = await closed(life)
    await says(life, "agree", CEM)
    await life.fill("agreement.draft", {"lines": "Only this."}, cohort=cohort.id)
    await close(life, cohort)
    assert "0 of 2 agreed" in words(await life.see(f"agreement/{cohort.id}"))
    history = await life.press("agreement.history", CEM, chat(CEM), cohort=cohort.id)
    assert "We begin on time." in said(history)


# --- asking -------------------------------------------------------------------------------------


async def test_the_silent_get_one_private_reminder_after_three_days(life: Story) -> None:
    cohort = await closed(life)
    await says(life, "agree", BO)
    cem = await life.known(CEM)
    reminders = nudged(await life.ring("agreement.remind"))
    assert reminders == [(cem.id, f"agreement-remind/{cohort.id}/1")]
    assert "only reminder" in words(await life.see(reminders[0][1], CEM))


async def test_who_has_answered_meanwhile_is_not_reminded(life: Story) -> None:
    cohort = await closed(life)
    await life.ring("agreement.remind")
    await says(life, "not_for_me", CEM)
    assert await life.see(f"agreement-remind/{cohort.id}/1", CEM) is None


async def test_the_reminder_waits_while_the_cohort_is_paused(life: Story) -> None:
    cohort = await closed(life)
    await life.hits("cohorts.pause", await life.find(f"desk/{cohort.id}", "Pause", ADA))
    (job,) = (await life.ring("agreement.remind")).jobs
    assert job.due == life.now + timedelta(days=1)


async def test_the_reminder_of_an_older_version_is_not_sent(life: Story) -> None:
    cohort = await closed(life)
    await life.fill("agreement.draft", {"lines": "Only this."}, cohort=cohort.id)
    assert unchanged(await life.ring("agreement.remind"))


async def test_who_does_not_see_the_space_is_asked_privately(life: Story) -> None:
    cohort = await closed(life)
    await life.write(f"join {cohort.code}", DEE, chat(DEE))
    await life.joins(DEE, origin=chat(DEE))
    dee = await life.known(DEE)
    assert nudged(await life.ring("agreement.ask")) == [(dee.id, f"agreement-ask/{cohort.id}/1")]


async def test_a_private_question_turns_into_where_i_stand(life: Story) -> None:
    cohort = await closed(life)
    slot = f"agreement-remind/{cohort.id}/1"
    here = replace(chat(CEM), slot=slot)
    changes = await life.press("agreement.agree", CEM, here, cohort=cohort.id, number="1")
    assert isinstance(changes.reply, Card)
    assert changes.reply.post.slot == slot
    assert "I’m in" in said(changes)


# --- looking ------------------------------------------------------------------------------------


async def test_the_word_agreement_shows_it(life: Story) -> None:
    await closed(life)
    assert "Version 1" in said(await life.write("agreement", CEM, TEAM, mentioned=True))
    assert "Version 1" in said(await life.write("agreement", CEM, chat(CEM)))


async def test_the_agreement_is_for_those_who_belong(life: Story) -> None:
    cohort = await closed(life)
    await life.meets(DEE)
    changes = await life.press("agreement.look", DEE, chat(DEE), cohort=cohort.id)
    assert "Press Join first" in said(changes)
    assert await life.see(f"agreement/{cohort.id}", DEE) is None


async def test_the_desk_leads_from_the_agreement_to_the_introductions(life: Story) -> None:
    cohort = await life.begins()
    assert await first_move(life) == "agreement.draft"
    await life.fill("agreement.draft", {"lines": LINES}, cohort=cohort.id)
    assert await first_move(life) == "agreement.close"
    await close(life, cohort)
    assert await first_move(life) == "introductions.open"


async def first_move(life: Story) -> str:
    card = await life.see(f"desk/{(await life.cohort()).id}", ADA)
    assert card is not None
    return actions(card)[0]
