"""A round of introductions: one question, one card, everybody's answer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.cohorts.introductions import posts
from core.cohorts.introductions.model import (
    ANSWER,
    Introduction,
    Round,
    newest_first,
)
from core.cohorts.introductions.questions import QUESTIONS
from core.engine.ports import (
    Actor,
    Changes,
    Deliver,
    Done,
    Moment,
    Origin,
    Shown,
    ToThread,
    Withdraw,
)
from core.message import Post, Quote, plain
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    actions,
    args_of,
    buttons,
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
from tests.people.world import ADA, BO, MONDAY

ROOT = "message-7"
THREAD = replace(TEAM, thread=ROOT)


async def asked(life: Story, **values: str) -> Round:
    """A round is open; Bo, Cem and Dee are members."""
    cohort = await life.begins()
    await life.joins(BO, CEM, DEE)
    await life.fill("introductions.open", values or {"days": "5"}, cohort=cohort.id)
    round = await current(life)
    id = f"{TEAM.place}|intro/{round.id}"
    card = Shown(id=id, address=TEAM.place, slot=f"intro/{round.id}", ref=ROOT, at=life.now)
    await life.commit(Changes(saves=(card,)))
    return round


async def current(life: Story) -> Round:
    return (await life.read.find(Round)).items[0]


async def answers(life: Story, text: str, who: Actor = CEM) -> Changes:
    cohort = await life.cohort()
    return await life.fill("introductions.answer", {"text": text}, who, cohort=cohort.id)


async def replies(
    life: Story, text: str, who: Actor = CEM, *, mentioned: bool = False, message: str = "m1"
) -> Changes:
    origin = replace(THREAD, message=message)
    return await life.write(text, who, origin, mentioned=mentioned)


async def card(life: Story) -> str:
    return words(await life.see(f"intro/{(await current(life)).id}"))


# --- the round ----------------------------------------------------------------------------------


async def test_a_round_asks_a_question_of_the_bank(life: Story) -> None:
    round = await asked(life)
    assert next(q.words for q in QUESTIONS if q.key == round.question) in await card(life)
    assert round.closes == life.now + timedelta(days=5)


async def test_the_facilitator_may_ask_their_own_question(life: Story) -> None:
    await asked(life, own="What did you bring?", days="3")
    assert "What did you bring?" in await card(life)


@pytest.mark.parametrize("days", ["", "0", "-1", "9999", "x", "3.5"])
async def test_an_absurd_length_is_the_usual_one(life: Story, days: str) -> None:
    round = await asked(life, days=days)
    assert round.closes == life.now + timedelta(days=5)


async def test_an_own_question_that_is_too_long_comes_back(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.fill("introductions.open", {"own": "x" * 201}, cohort=cohort.id)
    assert set(form(changes).errors) == {"own"}


async def test_one_round_is_open_at_a_time(life: Story) -> None:
    await asked(life)
    cohort = await life.cohort()
    changes = await life.fill("introductions.open", {}, cohort=cohort.id)
    assert changes.reply == Done(posts.OPEN_ALREADY)


async def test_the_question_can_be_swapped_until_the_first_answer(life: Story) -> None:
    round = await asked(life)
    args = await life.find(f"intro/{round.id}", "Another question")
    await life.hits("introductions.swap", args, CEM)
    assert (await current(life)).question != round.question
    await answers(life, "Hello.")
    assert "introductions.swap" not in actions(await shown_card(life))


async def shown_card(life: Story) -> Post:
    post = await life.see(f"intro/{(await current(life)).id}")
    assert post is not None
    return post


async def test_two_swaps_of_the_same_card_are_one(life: Story) -> None:
    round = await asked(life)
    args = await life.find(f"intro/{round.id}", "Another question")
    await life.hits("introductions.swap", args, CEM)
    swapped_once = await current(life)
    assert unchanged(await life.hits("introductions.swap", args, BO))
    assert await current(life) == swapped_once


async def test_a_closed_question_of_ones_own_is_offered_back_and_kept_when_sent_again(
    life: Story,
) -> None:
    cohort = await life.begins()
    values = {"own": "Do you like nights?", "days": "7", "theme": "team"}
    changes = await life.fill("introductions.open", values, cohort=cohort.id)
    again = form(changes)
    assert "What do you like about nights?" in plain(again.errors["own"])
    assert (value(again, "own"), value(again, "days")) == ("Do you like nights?", "7")
    await life.hands_in("introductions.open", values, again.args)
    assert "Do you like nights?" in await card(life)


# --- answering by form --------------------------------------------------------------------------


async def test_an_answer_stands_on_the_card_and_below_it(life: Story) -> None:
    round = await asked(life)
    changes = await answers(life, "Write it down.")
    assert "Write it down." in await card(life)
    assert (TEAM.place, f"intro/{round.id}") in shown(changes)
    (slot,) = below_the_card(changes)
    below = words(await life.see(slot))
    assert "Write it down." in below
    assert "Cem Sample" in below


def below_the_card(changes: Changes) -> list[str]:
    return [slot for _, slot in shown(changes) if slot.startswith("answer/")]


async def test_an_answer_after_one_taken_back_stands_anew(life: Story) -> None:
    await asked(life)
    (first,) = below_the_card(await answers(life, "First."))
    await life.press("introductions.withdraw", CEM, TEAM, cohort=(await life.cohort()).id)
    life.now += timedelta(minutes=1)
    (second,) = below_the_card(await answers(life, "Second."))
    assert first != second
    assert await life.see(first) is None
    assert "Second." in words(await life.see(second))


async def test_the_form_holds_my_answer_and_changing_it_counts_once(life: Story) -> None:
    await asked(life)
    await answers(life, "First.")
    cohort = await life.cohort()
    opened = form(await life.press("introductions.answer", CEM, TEAM, cohort=cohort.id))
    assert value(opened, "text") == "First."
    assert (await answers(life, "Second.")).reply == Done(posts.CHANGED)
    assert "Second." in await card(life)
    assert "have answered: 1" in await card(life)


async def test_an_answer_can_be_taken_back_in_its_form(life: Story) -> None:
    round = await asked(life)
    (slot,) = below_the_card(await answers(life, "Oh no."))
    cohort = await life.cohort()
    values = {"text": "Oh no.", "back": "true"}
    changes = await life.fill("introductions.answer", values, CEM, cohort=cohort.id)
    target = ToThread(TEAM.place, f"intro/{round.id}")
    assert Withdraw(target, slot) in [job.work for job in changes.jobs]
    assert "Oh no." not in await card(life)
    assert await life.see(slot) is None


async def test_only_ones_own_answer_can_be_taken_back(life: Story) -> None:
    round = await asked(life)
    await answers(life, "Mine.")
    args = {"cohort": round.cohort, "round": round.id}
    changes = await life.hits("introductions.withdraw", args, BO)
    assert changes.reply == Done(posts.NOTHING)
    assert "Mine." in await card(life)


@pytest.mark.parametrize("text", ["", " \n ", "\u202e", "x" * (ANSWER + 1), "x" * 100_000])
async def test_an_answer_that_is_none_comes_back_with_a_sentence(life: Story, text: str) -> None:
    await asked(life)
    changes = await answers(life, text)
    assert set(form(changes).errors) == {"text"}
    assert value(form(changes), "text") == text


async def test_who_has_not_joined_is_asked_to_join_first(life: Story) -> None:
    await asked(life)
    assert "Press Join first" in said(await answers(life, "Me too.", ADA))
    assert "Me too." not in await card(life)


async def test_skipping_is_an_answer_and_can_be_changed(life: Story) -> None:
    round = await asked(life)
    await life.press("introductions.skip", CEM, TEAM, cohort=round.cohort)
    assert await life.read.tally("introductions.skipped", round.id) == 1
    await answers(life, "After all.")
    assert await life.read.tally("introductions.skipped", round.id) == 0
    assert await life.read.tally("introductions.given", round.id) == 1


async def test_skipping_after_an_answer_keeps_the_answer(life: Story) -> None:
    round = await asked(life)
    await answers(life, "Here.")
    changes = await life.press("introductions.skip", CEM, TEAM, cohort=round.cohort)
    assert changes.reply == Done(posts.ANSWERED)


async def test_another_cohorts_round_is_no_round_of_mine(life: Story) -> None:
    round = await asked(life)
    other = replace(round, id="other-1", cohort="other", version=0)
    await life.commit(Changes(saves=(other,)))
    args = {"cohort": round.cohort, "round": "other-1"}
    changes = await life.hands_in("introductions.answer", {"text": "Hi."}, args, CEM)
    assert changes.reply == Done(posts.GONE)


async def test_the_card_shows_the_latest_five_and_clips_long_ones(life: Story) -> None:
    round = await asked(life)
    for n in range(7):
        await stands(life, round, n, "x" * 500)
    shown = await shown_card(life)
    quotes = [block for block in shown.blocks if isinstance(block, Quote)]
    assert len(quotes) == 5
    assert all(len(quote.text) <= 240 and quote.text.endswith("…") for quote in quotes)


async def stands(life: Story, round: Round, n: int, text: str) -> None:
    """Somebody's answer stands there already."""
    answer = Introduction(
        id=f"{round.id}/p{n}",
        round=round.id,
        cohort=round.cohort,
        person=f"p{n}",
        said="given",
        text=text,
        at=life.now,
        rank=newest_first(life.now + timedelta(minutes=n)),
    )
    await life.commit(Changes(saves=(answer,)))


async def test_all_answers_come_privately_and_page_by_page(life: Story) -> None:
    round = await asked(life)
    for n in range(10):
        await stands(life, round, n, f"Answer {n}.")
    args = {"cohort": round.cohort, "round": round.id}
    first = await life.hits("introductions.all", args, CEM)
    (work,) = [job.work for job in first.jobs if isinstance(job.work, Deliver)]
    assert "Answer 9." in told(first)
    assert "Answer 1." not in told(first)
    (more,) = [args_of(button) for button in buttons(work.post)]
    assert "Answer 1." in said(await life.hits("introductions.all", more, CEM, chat(CEM)))


async def test_a_page_that_nobody_offered_is_a_sentence(life: Story) -> None:
    round = await asked(life)
    args = {"cohort": round.cohort, "round": round.id, "after": "../../x"}
    assert (await life.hits("introductions.all", args, CEM)).reply == Done(posts.GONE)


async def test_answers_are_for_those_who_belong(life: Story) -> None:
    round = await asked(life)
    outsider = Actor(account="teams:t1:out", name="Out Sider")
    await life.meets(outsider)
    changes = await life.press("introductions.all", outsider, TEAM, cohort=round.cohort)
    assert "Press Join first" in said(changes)
    assert await life.see(f"intro/{round.id}", outsider) is None


# --- answering by reply -------------------------------------------------------------------------


async def test_a_reply_below_the_card_is_an_answer(life: Story) -> None:
    await asked(life)
    changes = await replies(life, "I ask early.", mentioned=True)
    assert changes.reply == Done(posts.SHARED)
    assert "I ask early." in await card(life)
    assert below_the_card(changes) == []


async def test_a_reply_that_is_only_heard_counts_without_a_word(life: Story) -> None:
    await asked(life)
    assert (await replies(life, "I ask early.")).reply is None
    assert "I ask early." in await card(life)


async def test_talk_after_the_answer_is_talk_unless_it_mentions_us(life: Story) -> None:
    await asked(life)
    await replies(life, "I ask early.")
    assert unchanged(await replies(life, "Nice one, Bo!", message="m2"))
    await replies(life, "I ask earlier.", mentioned=True, message="m3")
    assert "I ask earlier." in await card(life)
    assert "Nice one" not in await card(life)


async def test_editing_the_reply_edits_the_answer(life: Story) -> None:
    await asked(life)
    await replies(life, "I ask early.")
    await happened(life, "message.edited", "I ask late.")
    assert "I ask late." in await card(life)
    assert "have answered: 1" in await card(life)


async def test_deleting_the_reply_takes_the_answer_back(life: Story) -> None:
    await asked(life)
    await replies(life, "I ask early.")
    changes = await happened(life, "message.deleted")
    assert not [job for job in changes.jobs if isinstance(job.work, Withdraw)]
    assert "I ask early." not in await card(life)


async def test_editing_some_other_message_changes_nothing(life: Story) -> None:
    await asked(life)
    await replies(life, "I ask early.")
    assert unchanged(await happened(life, "message.edited", "Ha.", message="m9"))
    assert unchanged(await happened(life, "message.edited", "Ha.", who=BO))


async def happened(
    life: Story, name: str, text: str = "", *, who: Actor = CEM, message: str = "m1"
) -> Changes:
    origin = replace(THREAD, message=message)
    return await life.happens(replace(life.event("message", name, who, origin), text=text))


async def test_a_reply_takes_the_place_of_the_answer_from_the_form(life: Story) -> None:
    await asked(life)
    await answers(life, "From the form.")
    changes = await replies(life, "From a reply.", mentioned=True)
    assert [job for job in changes.jobs if isinstance(job.work, Withdraw)]
    assert "From the form." not in await card(life)


async def test_a_reply_elsewhere_is_no_answer(life: Story) -> None:
    await asked(life)
    other = Origin(place="teams:t1:other", thread=ROOT, message="m1")
    await life.write("Hello all.", CEM, other)
    assert "Hello all." not in await card(life)


async def test_who_replies_without_having_joined_hears_so_only_when_speaking_to_us(
    life: Story,
) -> None:
    await asked(life)
    assert "Press Join first" in said(await replies(life, "I ask too.", ADA, mentioned=True))
    among_themselves = await replies(life, "I ask too.", ADA, message="m2")
    assert (among_themselves.reply, among_themselves.jobs) == (None, ())


# --- nudging and closing ------------------------------------------------------------------------


async def test_the_silent_are_nudged_once_and_privately(life: Story) -> None:
    round = await asked(life)
    await answers(life, "Hello.")
    await life.press("introductions.skip", BO, TEAM, cohort=round.cohort)
    slot = f"intro-nudge/{round.id}"
    assert nudged(await life.ring("introductions.nudge")) == [((await life.known(DEE)).id, slot)]
    assert "only reminder" in words(await life.see(slot, DEE))
    await answers(life, "Me too.", DEE)
    assert await life.see(slot, DEE) is None


async def test_who_took_their_answer_back_is_not_asked_for_another(life: Story) -> None:
    round = await asked(life)
    await answers(life, "Hello.")
    await life.press("introductions.withdraw", CEM, TEAM, cohort=round.cohort)
    cem = await life.known(CEM)
    assert cem.id not in [person for person, _ in nudged(await life.ring("introductions.nudge"))]
    assert await life.read.tally("introductions.given", round.id) == 0


async def test_a_round_that_has_closed_asks_nobody(life: Story) -> None:
    round = await asked(life)
    await life.ring("introductions.end")
    assert unchanged(await life.ring("introductions.nudge"))
    assert await life.see(f"intro-nudge/{round.id}", DEE) is None


async def test_the_facilitator_closes_a_round_early_and_its_timer_does_nothing(
    life: Story,
) -> None:
    round = await asked(life)
    args = await life.find(f"desk/{round.cohort}", "Close the introductions", ADA)
    await life.hits("introductions.close", args)
    assert (await current(life)).state == "closed"
    assert unchanged(await life.ring("introductions.end"))
    assert "This round is closed" in await card(life)


async def test_a_late_answer_sees_the_card_as_it_stands(life: Story) -> None:
    await asked(life)
    await life.ring("introductions.end")
    changes = await answers(life, "Too late?")
    assert unchanged(changes)
    assert "This round is closed" in said(changes)


async def test_a_paused_cohort_closes_its_round_later(life: Story) -> None:
    round = await asked(life)
    await life.hits("cohorts.pause", await life.find(f"desk/{round.cohort}", "Pause", ADA))
    (job,) = (await life.ring("introductions.end")).jobs
    assert job.due == life.now + timedelta(days=1)


async def test_the_next_round_has_the_next_number(life: Story) -> None:
    first = await asked(life)
    await life.ring("introductions.end")
    life.now += timedelta(days=6)
    await life.fill("introductions.open", {}, cohort=first.cohort)
    assert (await current(life)).number == 2


@given(st.lists(st.datetimes(min_value=MONDAY.replace(tzinfo=None)), min_size=2, max_size=9))
def test_later_answers_sort_before_earlier_ones(times: list[object]) -> None:
    stamps = [at.replace(tzinfo=MONDAY.tzinfo) for at in times if at.year < 2200]  # type: ignore[attr-defined]
    ranks = [newest_first(at) for at in sorted(stamps)]
    assert ranks == sorted(ranks, reverse=True)


def test_chance_repeats_itself() -> None:
    assert Moment(None, MONDAY, "a").dice().random() == Moment(None, MONDAY, "a").dice().random()  # type: ignore[arg-type]
