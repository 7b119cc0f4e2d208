"""A discussion: anyone who joined may ask, everyone answers, and a summary stays."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.discussions import posts
from core.cohorts.discussions.model import EACH, OPEN, TEXT, Contribution, Discussion
from core.engine.ports import (
    Actor,
    Changes,
    Deliver,
    Done,
    Origin,
    Say,
    Shown,
    ToThread,
    Withdraw,
)
from core.message import Button, Quote, plain
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
    said,
    shown,
    told,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA, BO

ROOT = "message-9"
THREAD = replace(TEAM, thread=ROOT)
QUESTION = "What would you put first on a handover note?"


async def begun(life: Story) -> None:
    await life.begins()
    await life.joins(BO, CEM, DEE)


async def starts(
    life: Story, question: str = QUESTION, who: Actor = CEM, draft: str = ""
) -> Changes:
    cohort = await life.cohort()
    values = {"question": question, "purpose": "learn"}
    args = {"cohort": cohort.id, **({"draft": draft} if draft else {})}
    return await life.hands_in("discussions.start", values, args, who)


async def current(life: Story) -> Discussion:
    return (await life.read.find(Discussion)).items[0]


async def asked(life: Story) -> Discussion:
    """Cem has asked; the card stands in the space."""
    await begun(life)
    await starts(life)
    it = await current(life)
    id = f"{TEAM.place}|discussion/{it.id}"
    card = Shown(id=id, address=TEAM.place, slot=f"discussion/{it.id}", ref=ROOT, at=life.now)
    await life.commit(Changes(saves=(card,)))
    return it


async def presses(life: Story, name: str, who: Actor = CEM, **args: str) -> Changes:
    it = await current(life)
    about = {"cohort": it.cohort, "discussion": it.id, **args}
    return await life.hits(f"discussions.{name}", about, who, chat(who))


async def fills(life: Story, name: str, who: Actor = CEM, mine: str = "", **values: str) -> Changes:
    it = await current(life)
    about = {"cohort": it.cohort, "discussion": it.id, **({"mine": mine} if mine else {})}
    return await life.hands_in(f"discussions.{name}", values, about, who)


async def replies(life: Story, text: str, who: Actor = BO, message: str = "m1") -> Changes:
    return await life.write(text, who, replace(THREAD, message=message), mentioned=True)


async def card(life: Story) -> str:
    return words(await life.see(f"discussion/{(await current(life)).id}"))


async def one(life: Story) -> Contribution:
    return (await life.read.find(Contribution)).items[0]


# --- starting -----------------------------------------------------------------------------------


async def test_any_member_may_start_one_with_a_purpose_in_one_tap(life: Story) -> None:
    await begun(life)
    opened = form(await life.press("discussions.start", CEM, TEAM))
    assert value(opened, "purpose") == "learn"
    changes = await starts(life)
    it = await current(life)
    assert (TEAM.place, f"discussion/{it.id}") in shown(changes)
    post = await life.seen(f"discussion/{it.id}")
    assert post.purpose is not None
    assert "learn from what others have tried" in words(post)
    assert QUESTION in words(post)
    assert "Cem Sample asks" in words(post)


async def test_who_leads_says_the_purpose_in_their_own_words(life: Story) -> None:
    await begun(life)
    cohort = await life.cohort()
    values = {"question": QUESTION, "purpose": "learn"}
    changes = await life.fill("discussions.start", values, ADA, cohort=cohort.id)
    assert set(form(changes).errors) == {"own"}
    await life.fill("discussions.start", {**values, "own": "So that Friday is shorter."}, ADA)
    assert "So that Friday is shorter." in await card(life)
    assert "what others have tried" not in await card(life)


async def test_who_has_not_joined_asks_nothing(life: Story) -> None:
    await life.begins()
    assert "Press Join first" in said(await starts(life))
    assert not (await life.read.find(Discussion)).items


async def test_a_closed_question_is_offered_back_and_kept_when_sent_again(life: Story) -> None:
    await begun(life)
    changes = await starts(life, "Do you use checklists?")
    again = form(changes)
    assert "What happens when you use checklists?" in plain(again.errors["question"])
    assert value(again, "question") == "Do you use checklists?"
    values = {"question": "Do you use checklists?", "purpose": "learn"}
    await life.hands_in("discussions.start", values, again.args, CEM)
    assert "Do you use checklists?" in await card(life)


@pytest.mark.parametrize("question", ["", "  ", "\u202e", "x" * 201, "x" * 50_000])
async def test_a_question_that_is_none_comes_back(life: Story, question: str) -> None:
    await begun(life)
    assert set(form(await starts(life, question)).errors) == {"question"}


async def test_a_purpose_that_was_not_offered_is_none(life: Story) -> None:
    await begun(life)
    values = {"question": QUESTION, "purpose": "<b>fame</b>", "own": "Mine."}
    changes = await life.fill("discussions.start", values, CEM)
    assert set(form(changes).errors) == {"purpose"}


async def test_the_same_form_sent_twice_starts_one(life: Story) -> None:
    await begun(life)
    await starts(life, draft="d1")
    assert (await starts(life, draft="d1")).reply == Done(posts.TWICE)
    assert len((await life.read.find(Discussion)).items) == 1


async def test_there_are_never_too_many_open_at_once(life: Story) -> None:
    await begun(life)
    for n in range(OPEN):
        await starts(life, draft=f"d{n}")
    assert (await starts(life, draft="more")).reply == Done(posts.ENOUGH)


# --- answering ----------------------------------------------------------------------------------


async def test_an_answer_stands_on_the_card_and_below_it(life: Story) -> None:
    it = await asked(life)
    changes = await fills(life, "answer", BO, text="What is still open.")
    assert changes.reply is not None
    new = await one(life)
    assert (TEAM.place, f"said/{new.id}") in shown(changes)
    assert (TEAM.place, f"discussion/{it.id}") in shown(changes)
    assert "What is still open." in await card(life)
    assert "Answers: 1" in await card(life)
    assert "What is still open." in words(await life.see(f"said/{new.id}"))


async def test_a_reply_below_the_card_is_an_answer_and_each_one_counts(life: Story) -> None:
    await asked(life)
    changes = await replies(life, "Names first.")
    assert changes.reply == Done(posts.SHARED)
    assert not [slot for _, slot in shown(changes) if slot.startswith("said/")]
    await replies(life, "And then times.", message="m2")
    assert "Answers: 2" in await card(life)


async def test_what_is_only_heard_counts_without_a_word(life: Story) -> None:
    await asked(life)
    changes = await life.write("Names first.", BO, replace(THREAD, message="m1"))
    assert changes.reply is None
    assert "Names first." in await card(life)


async def test_editing_a_reply_edits_the_answer_and_deleting_it_takes_it_back(life: Story) -> None:
    await asked(life)
    await replies(life, "Names first.")
    origin = replace(THREAD, message="m1")
    edit = replace(life.event("message", "message.edited", BO, origin), text="Times first.")
    await life.happens(edit)
    assert "Times first." in await card(life)
    await life.happens(life.event("message", "message.deleted", BO, origin))
    assert "Times first." not in await card(life)
    assert "Answers: 0" in await card(life)


async def test_nobody_edits_the_answer_of_somebody_else(life: Story) -> None:
    await asked(life)
    await replies(life, "Names first.")
    origin = replace(THREAD, message="m1")
    edit = replace(life.event("message", "message.edited", CEM, origin), text="Ha.")
    assert unchanged(await life.happens(edit))
    await fills(life, "answer", CEM, mine=(await one(life)).id, text="Ha.")
    assert "Ha." not in await card(life)


async def test_talk_elsewhere_is_no_answer(life: Story) -> None:
    await asked(life)
    await life.write("Lunch?", BO, Origin(place="teams:t1:other", thread=ROOT, message="m1"))
    await life.write("Lunch?", BO, replace(TEAM, thread="other", message="m2"))
    assert "Lunch?" not in await card(life)


async def test_my_answers_can_be_changed_and_taken_back(life: Story) -> None:
    it = await asked(life)
    await fills(life, "answer", BO, text="Oh no.")
    listed = await presses(life, "mine", BO)
    assert "Oh no." in said(listed)
    mine = (await one(life)).id
    opened = form(await presses(life, "answer", BO, mine=mine))
    assert value(opened, "text") == "Oh no."
    await fills(life, "answer", BO, mine=mine, text="Better.")
    assert "Better." in await card(life)
    changes = await fills(life, "answer", BO, mine=mine, text="Better.", back="true")
    target = ToThread(TEAM.place, f"discussion/{it.id}")
    assert Withdraw(target, f"said/{mine}") in [job.work for job in changes.jobs]
    assert "Better." not in await card(life)
    assert await life.see(f"said/{mine}") is None


@pytest.mark.parametrize("text", ["", " \n ", "x" * (TEXT + 1)])
async def test_an_answer_that_is_none_comes_back(life: Story, text: str) -> None:
    await asked(life)
    assert set(form(await fills(life, "answer", BO, text=text)).errors) == {"text"}


async def test_one_person_cannot_fill_a_discussion(life: Story) -> None:
    await asked(life)
    for n in range(EACH):
        await fills(life, "answer", BO, text=f"Answer {n}.")
    assert (await fills(life, "answer", BO, text="More.")).reply == Done(posts.OFTEN)
    assert (await replies(life, "More.")).reply == Done(posts.OFTEN)


async def test_the_card_costs_the_same_behind_many_answers(life: Story) -> None:
    await asked(life)
    for n in range(9):
        life.now += timedelta(minutes=1)
        await fills(life, "answer", BO, text=f"Answer {n}. " + "x" * 600)
    post = await life.seen(f"discussion/{(await current(life)).id}")
    quotes = [block.text for block in post.blocks if isinstance(block, Quote)]
    assert [quote[:9] for quote in quotes] == ["Answer 8.", "Answer 7.", "Answer 6."]
    assert all(len(quote) <= 200 for quote in quotes)


async def test_all_answers_come_privately_and_page_by_page(life: Story) -> None:
    it = await asked(life)
    for n in range(8):
        life.now += timedelta(minutes=1)
        await fills(life, "answer", BO, text=f"Answer {n}.")
    args = {"cohort": it.cohort, "discussion": it.id}
    first = await life.hits("discussions.look", args, DEE)
    assert "Answer 7." in told(first)
    assert "Answer 0." not in told(first)
    (work,) = [job.work for job in first.jobs if isinstance(job.work, Deliver)]
    more = next(args_of(b) for b in buttons(work.post) if "More answers" in str(b.label))
    second = await life.hits("discussions.look", more, DEE, chat(DEE))
    assert "Answer 0." in said(second)


async def test_another_cohorts_discussion_is_none_of_mine(life: Story) -> None:
    it = await asked(life)
    other = replace(it, id="other", cohort="other", version=0)
    await life.commit(Changes(saves=(other,)))
    args = {"cohort": it.cohort, "discussion": "other"}
    for name in ("answer", "look", "close", "reopen", "mine"):
        changes = await life.hits(f"discussions.{name}", args, ADA)
        assert unchanged(changes), name
        assert not told(changes)


async def test_answers_are_for_those_who_belong(life: Story) -> None:
    it = await asked(life)
    await fills(life, "answer", BO, text="Names first.")
    outsider = Actor(account="teams:t1:out", name="Out Sider")
    await life.meets(outsider)
    assert "Press Join first" in said(await presses(life, "look", outsider))
    assert "Press Join first" in said(await presses(life, "list", outsider))
    for slot in (f"discussion/{it.id}", f"said/{(await one(life)).id}"):
        assert await life.see(slot, outsider) is None


# --- closing ------------------------------------------------------------------------------------


async def test_closing_needs_a_summary_which_stays_on_the_card(life: Story) -> None:
    await asked(life)
    assert set(form(await fills(life, "close", CEM, summary=" ")).errors) == {"summary"}
    assert (await current(life)).state == "open"
    await fills(life, "close", CEM, summary="Open things first.")
    assert "Open things first." in await card(life)
    assert "discussions.answer" not in actions(
        await life.seen(f"discussion/{(await current(life)).id}")
    )


async def test_only_who_asked_or_leads_closes_it(life: Story) -> None:
    await asked(life)
    assert (await fills(life, "close", BO, summary="Mine.")).reply == Done(posts.NOT_YOURS)
    await fills(life, "close", ADA, summary="Open things first.")
    assert (await current(life)).state == "closed"


async def test_a_closed_one_takes_no_answers_until_a_lead_opens_it_again(life: Story) -> None:
    await asked(life)
    await fills(life, "close", CEM, summary="Done.")
    assert (await fills(life, "answer", BO, text="Late.")).reply == Done(posts.TOO_LATE)
    assert (await replies(life, "Late.")).reply == Done(posts.TOO_LATE)
    assert "lead" in said(await presses(life, "reopen", CEM))
    await presses(life, "reopen", ADA)
    await fills(life, "answer", BO, text="In time.")
    assert "In time." in await card(life)
    opened = form(await presses(life, "close", ADA))
    assert value(opened, "summary") == "Done."


async def test_an_answer_in_a_closed_one_can_still_be_taken_back(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", BO, text="Oh no.")
    await fills(life, "close", CEM, summary="Done.")
    await fills(life, "answer", BO, mine=(await one(life)).id, back="true", text="Oh no.")
    assert not (await life.read.find(Contribution)).items


# --- finding ------------------------------------------------------------------------------------


async def test_the_word_lists_them_with_their_counts(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", BO, text="Names.")
    listed = said(await life.write("discussions", CEM, chat(CEM)))
    assert QUESTION in listed
    assert "Answers: 1" in listed


async def test_a_summary_is_found_by_its_words(life: Story) -> None:
    await asked(life)
    await fills(life, "close", CEM, summary="We try a photo of the whiteboard.")
    await starts(life, "How do you begin a shift?")
    found = said(await life.write("discussions whiteboards", CEM, chat(CEM)))
    assert "photo of the whiteboard" in found
    assert "begin a shift" not in found
    assert "None of the latest" in said(await life.write("discussions rota", CEM, chat(CEM)))


async def test_older_ones_are_a_press_away(life: Story) -> None:
    await begun(life)
    for n in range(7):
        life.now += timedelta(minutes=1)
        await starts(life, f"What is number {n}?")
    listed = await life.write("discussions", CEM, chat(CEM))
    assert "number 6" in said(listed)
    assert "number 1" not in said(listed)
    args = next(args_of(b) for b in buttons_of(listed) if "Older" in str(b.label))
    assert "number 1" in said(await life.hits("discussions.list", args, CEM, chat(CEM)))


def buttons_of(changes: Changes) -> list[Button]:
    assert isinstance(changes.reply, Say)
    return buttons(changes.reply.post)


async def test_a_forged_page_is_a_sentence(life: Story) -> None:
    await asked(life)
    assert (await presses(life, "look", BO, after="../x")).reply == Done(posts.GONE)
    assert (await presses(life, "list", BO, after="../x")).reply == Done(posts.GONE)


# --- the facilitator and each member ------------------------------------------------------------


async def test_a_question_that_waits_for_a_day_is_on_the_desk(life: Story) -> None:
    it = await asked(life)
    desk = f"desk/{it.cohort}"
    assert QUESTION not in words(await life.see(desk, ADA))
    life.now += timedelta(days=1)
    assert QUESTION in words(await life.see(desk, ADA))
    await fills(life, "answer", BO, text="Names.")
    assert QUESTION not in words(await life.see(desk, ADA))


async def test_my_card_says_how_many_are_open(life: Story) -> None:
    it = await asked(life)
    assert "Open discussions: 1." in words(await life.see(f"me/{it.cohort}", BO))
    await fills(life, "close", CEM, summary="Done.")
    assert "Open discussions" not in words(await life.see(f"me/{it.cohort}", BO))
