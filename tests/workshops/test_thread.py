"""The thread that opens when a workshop ends."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.workshops.thread import posts
from core.cohorts.workshops.thread.flagged import CONTRIBUTIONS
from core.cohorts.workshops.thread.model import BOARD, TEXT
from core.engine.ports import Actor, Changes, Done, Origin, Shown
from core.message import Quote
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    chat,
    form,
    said,
    shown,
    unchanged,
    value,
    words,
)
from tests.people.world import BO
from tests.workshops.session import (
    AFTER,
    EVE,
    STARTS,
    ended,
    planned,
    private,
    workshop,
)

ROOT = "root-1"
THREAD = Origin(place=TEAM.place, thread=ROOT, message="m1")


async def opened(life: Story) -> str:
    """The workshop is over and its card stands in the space."""
    await planned(life)
    one = await ended(life)
    slot = f"workshop-after/{one.id}"
    stands = Shown(id=f"{TEAM.place}|{slot}", address=TEAM.place, slot=slot, ref=ROOT, at=life.now)
    await life.commit(Changes(saves=(stands,)))
    return slot


async def leaves(life: Story, text: str, who: Actor = CEM, **values: str) -> Changes:
    args = {"workshop": (await workshop(life)).id}
    return await life.hands_in("workshops.leave", {"left": text, **values}, args, who, TEAM)


async def replies(
    life: Story, text: str, who: Actor = BO, *, mentioned: bool = False, message: str = "m1"
) -> Changes:
    origin = replace(THREAD, message=message)
    return await life.write(text, who, origin, mentioned=mentioned)


async def left(life: Story) -> int:
    return await life.read.tally(BOARD, (await workshop(life)).id)


async def test_it_opens_by_itself_when_the_workshop_ends(life: Story) -> None:
    one = await planned(life)
    assert await life.see(f"workshop-after/{one.id}") is None
    life.now = AFTER
    changes = await life.ring("workshops.ends")
    assert (TEAM.place, f"workshop-after/{one.id}") in shown(changes)
    card = await life.seen(f"workshop-after/{one.id}")
    assert card.purpose == posts.PURPOSE
    assert "which question is left" in words(card)


async def test_questions_are_gathered_on_one_card_under_their_names(life: Story) -> None:
    slot = await opened(life)
    await leaves(life, "Who writes the third line?", CEM)
    await leaves(life, "And at night?", DEE)
    card = words(await life.see(slot))
    assert "Who writes the third line?" in card
    assert "Cem Sample" in card
    assert "So far: 2" in card


async def test_a_question_can_be_changed_and_taken_back(life: Story) -> None:
    slot = await opened(life)
    await leaves(life, "First.")
    args = {"workshop": (await workshop(life)).id}
    stands = form(await life.press("workshops.leave", CEM, TEAM, **args))
    assert value(stands, "left") == "First."
    await leaves(life, "Second.")
    assert (await left(life), "Second." in words(await life.see(slot))) == (1, True)
    assert said(await leaves(life, "Second.", back="true")) == posts.BACK.words
    assert (await left(life), "Second." in words(await life.see(slot))) == (0, False)


@pytest.mark.parametrize(
    ("left", "takes", "wrong"),
    [
        ("", "", "left"),
        (" \n ", "\u202e", "left"),
        ("x" * (TEXT + 1), "", "left"),
        ("", "x" * 100_000, "takes"),
    ],
)
async def test_nothing_to_keep_comes_back_with_a_sentence(
    life: Story, left: str, takes: str, wrong: str
) -> None:
    await opened(life)
    changes = await leaves(life, left, takes=takes)
    assert set(form(changes).errors) == {wrong}
    assert unchanged(changes)


async def test_before_the_end_there_is_no_thread(life: Story) -> None:
    await planned(life)
    assert unchanged(await leaves(life, "Too early?"))


async def test_the_card_shows_five_and_all_come_privately_page_by_page(life: Story) -> None:
    slot = await opened(life)
    for n, who in enumerate((BO, CEM, DEE, EVE)):
        life.now += timedelta(minutes=1)
        await leaves(life, f"Question {n}." + "x" * 300, who)
    card = await life.seen(slot)
    quotes = [block for block in card.blocks if isinstance(block, Quote)]
    assert quotes[0].text.startswith("Question 3.")
    assert all(len(quote.text) <= 240 for quote in quotes)
    args = {"workshop": (await workshop(life)).id}
    everything = await life.press("workshops.questions", BO, chat(BO), **args)
    assert said(everything).count("Question ") == 4
    assert unchanged(await life.press("workshops.questions", BO, chat(BO), after="../x", **args))


# --- replies --------------------------------------------------------------------------------------


async def test_a_reply_below_the_card_is_a_question(life: Story) -> None:
    slot = await opened(life)
    changes = await replies(life, "What about weekends?", mentioned=True)
    assert changes.reply == Done(posts.KEPT)
    assert "What about weekends?" in words(await life.see(slot))


async def test_talk_after_the_first_reply_is_talk(life: Story) -> None:
    slot = await opened(life)
    await replies(life, "What about weekends?")
    assert unchanged(await replies(life, "Good one, Cem!", message="m2"))
    await replies(life, "And holidays?", mentioned=True, message="m3")
    assert "And holidays?" in words(await life.see(slot))
    assert await left(life) == 1


async def test_editing_and_deleting_the_reply_counts_as_well(life: Story) -> None:
    slot = await opened(life)
    await replies(life, "What about weekends?")
    await happened(life, "message.edited", "What about Sundays?")
    assert "What about Sundays?" in words(await life.see(slot))
    assert unchanged(await happened(life, "message.deleted", who=CEM))
    await happened(life, "message.deleted")
    assert await left(life) == 0


async def happened(life: Story, name: str, text: str = "", who: Actor = BO) -> Changes:
    return await life.happens(replace(life.event("message", name, who, THREAD), text=text))


async def test_who_has_not_joined_hears_so_only_when_speaking_to_us(life: Story) -> None:
    await opened(life)
    outsider = replace(EVE, account="teams:t1:out")
    assert "Join first" in said(await replies(life, "What about me?", outsider, mentioned=True))
    assert (await replies(life, "What about me?", outsider, message="m4")).jobs == ()
    assert await left(life) == 0


# --- privately ------------------------------------------------------------------------------------


async def test_who_was_there_and_does_not_see_the_space_is_asked_once_in_private(
    life: Story,
) -> None:
    one = await planned(life, CEM)
    cohort = await life.cohort()
    await life.write(f"join {cohort.code}", EVE, chat(EVE))
    await life.press("members.join", EVE, chat(EVE), cohort=cohort.id)
    life.now = STARTS
    for who in (CEM, EVE):
        await life.write(f"here {one.code}", who, chat(who))
    await ended(life)
    life.now = STARTS + timedelta(hours=2)
    asked = private(await life.ring("workshops.after"), "workshop-left")
    assert asked == [((await life.known(EVE)).id, "nudge")]
    slot = f"workshop-left/{one.id}"
    assert "You were there" in words(await life.see(slot, EVE))
    await leaves(life, "How?", EVE)
    assert await life.see(slot, EVE) is None


# --- flagged --------------------------------------------------------------------------------------


async def test_a_question_can_be_hidden_and_seen_again(life: Story) -> None:
    slot = await opened(life)
    await leaves(life, "Nasty.")
    (told,) = await CONTRIBUTIONS.recent(life.read, (await life.cohort()).id, "")
    await life.commit(await CONTRIBUTIONS.hide(life.moment(), told.id, True))
    assert "Nasty." not in words(await life.see(slot))
    assert (await CONTRIBUTIONS.found(life.read, told.id)).hidden  # type: ignore[union-attr]
    await leaves(life, "Nasty again.")
    assert "Nasty" not in words(await life.see(slot))
    assert await left(life) == 0
    await life.commit(await CONTRIBUTIONS.hide(life.moment(), told.id, False))
    assert "Nasty again." in words(await life.see(slot))
    assert await left(life) == 1
