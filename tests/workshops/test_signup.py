"""Signing up, the waiting list, changing one's mind, leaving."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.workshops.index import SLICE
from core.cohorts.workshops.signup import posts
from core.cohorts.workshops.signup.model import Seats
from core.engine.ports import Card
from core.message import Link
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    actions,
    buttons,
    chat,
    said,
    unchanged,
    words,
)
from tests.people.world import ADA, BO
from tests.workshops.session import (
    AFTER,
    EVE,
    GIVEN,
    STARTS,
    choice,
    planned,
    private,
    rings,
    signs,
    workshop,
)


async def card(life: Story) -> str:
    return words(await life.see(f"workshop/{(await workshop(life)).id}"))


async def test_the_card_opens_with_its_purpose_and_counts_who_comes(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO)
    await signs(life, "online", CEM, DEE)
    post = await life.seen(f"workshop/{one.id}")
    assert post.purpose is not None
    assert "Try it before it counts" in words(post)
    assert "1 of 2 seats" in words(post)
    assert "Online 2" in words(post)
    assert "Room 2.14" in words(post)


async def test_the_card_names_nobody(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO)
    assert "Bo" not in await card(life)


async def test_a_press_on_the_card_is_answered_and_the_card_is_redrawn(life: Story) -> None:
    one = await planned(life)
    changes = await signs(life, "room", BO)
    assert said(changes) == posts.SAID["room"].words
    slots = [job.key for job in changes.jobs]
    assert f"show/{TEAM.place}/workshop/{one.id}" in slots


async def test_who_comes_when_all_seats_are_taken_waits_in_line(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO, CEM)
    assert "number 1" in said(await signs(life, "room", DEE))
    assert "number 2" in said(await signs(life, "room", EVE))
    assert [await choice(life, who) for who in (BO, CEM, DEE, EVE)] == [
        "room",
        "room",
        "waiting",
        "waiting",
    ]


async def test_a_seat_that_is_given_back_goes_to_who_waited_longest_and_they_are_told(
    life: Story,
) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM)
    await signs(life, "room", DEE)
    life.now += timedelta(minutes=1)
    await signs(life, "room", EVE)
    changes = await signs(life, "no", BO)
    dee = await life.known(DEE)
    assert private(changes, "workshop-seat") == [(dee.id, "person")]
    assert [await choice(life, who) for who in (DEE, EVE)] == ["room", "waiting"]
    assert (await life.read.get(Seats, one.id)).taken == 2  # type: ignore[union-attr]


async def test_the_word_about_a_seat_is_drawn_only_while_it_is_true(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    changes = await signs(life, "online", BO)
    (slot,) = [job.work.slot for job in changes.jobs if job.key.startswith("workshop-seat/")]  # type: ignore[union-attr]
    assert "yours" in words(await life.see(slot, DEE))
    await signs(life, "no", DEE)
    assert await life.see(slot, DEE) is None


async def test_nobody_overtakes_the_line(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    args = {"workshop": one.id}
    values = {"title": "T", "purpose": "P", "minutes": "90", "capacity": "9", "place": "Hall"}
    values["link"] = "https://meet.example.org/x"
    await life.hands_in("workshops.change", values, args, ADA, chat(ADA))
    await signs(life, "room", EVE)
    assert await choice(life, EVE) == "waiting"
    changes = await rings(life, "workshops.fill")
    assert len(private(changes, "workshop-seat")) == 2
    assert [await choice(life, who) for who in (DEE, EVE)] == ["room", "room"]


async def test_a_mind_can_be_changed_any_number_of_times_and_counts_once(life: Story) -> None:
    one = await planned(life)
    for wish in ("room", "online", "no", "room", "online", "room"):
        await signs(life, wish, BO)
    tallies = [
        await life.read.tally(f"workshops.{name}", one.id)
        for name in ("room", "online", "waiting", "no")
    ]
    assert tallies == [1, 0, 0, 0]
    assert (await life.read.get(Seats, one.id)).taken == 1  # type: ignore[union-attr]


async def test_saying_the_same_twice_changes_nothing(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO)
    assert unchanged(await signs(life, "room", BO))
    await signs(life, "room", CEM, DEE)
    assert unchanged(await signs(life, "room", DEE))


async def test_online_has_no_limit_when_there_is_a_room_as_well(life: Story) -> None:
    await planned(life)
    await signs(life, "online", BO, CEM, DEE, EVE)
    assert await life.read.tally("workshops.online", (await workshop(life)).id) == 4


async def test_an_online_workshop_has_its_own_seats_and_its_own_line(life: Story) -> None:
    await planned(life, mode="online", place="", capacity="1")
    await signs(life, "online", BO, CEM)
    assert await choice(life, CEM) == "waiting"
    await signs(life, "no", BO)
    assert await choice(life, CEM) == "online"


@pytest.mark.parametrize("wish", ["", "room", "waiting", "x" * 10_000, "no\x00"])
async def test_what_is_not_offered_changes_nothing(life: Story, wish: str) -> None:
    await planned(life, mode="online", place="")
    assert unchanged(await signs(life, wish, BO))


async def test_only_members_sign_up(life: Story) -> None:
    await planned(life, BO)
    assert "Join first" in said(await signs(life, "room", EVE))
    assert await life.read.tally("workshops.room", (await workshop(life)).id) == 0


async def test_sign_up_closes_with_the_end(life: Story) -> None:
    await planned(life)
    life.now = AFTER
    assert unchanged(await signs(life, "room", BO))


async def test_nobody_is_moved_up_once_it_has_begun(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    life.now = STARTS + timedelta(minutes=5)
    changes = await signs(life, "no", BO)
    assert not private(changes, "workshop-seat")
    assert await choice(life, DEE) == "waiting"


async def test_who_leaves_the_cohort_frees_their_seat(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    await life.press("members.left", BO, chat(BO), cohort=one.cohort)
    changes = await life.ring("workshops.left")
    assert private(changes, "workshop-seat") == [((await life.known(DEE)).id, "person")]
    assert [await choice(life, who) for who in (BO, DEE)] == ["", "room"]


async def test_many_who_leave_at_once_free_as_many_seats(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM, DEE, EVE)
    for who in (BO, CEM):
        await life.press("members.left", who, chat(who), cohort=one.cohort)
    await life.ring("workshops.left")
    assert [await choice(life, who) for who in (DEE, EVE)] == ["room", "room"]
    assert (await life.read.get(Seats, one.id)).taken == 2  # type: ignore[union-attr]


async def test_who_would_not_see_the_space_is_asked_privately_once(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.write(f"join {cohort.code}", EVE, chat(EVE))
    await life.press("members.join", EVE, chat(EVE), cohort=cohort.id)
    await life.fill("workshops.plan", GIVEN, ADA, chat(ADA), cohort=cohort.id, draft="1")
    one = await workshop(life)
    changes = await life.ring("workshops.ask")
    eve = await life.known(EVE)
    assert private(changes, "workshop-ask") == [(eve.id, "nudge")]
    slot = f"workshop-ask/{one.id}/0"
    assert "Will you come?" in words(await life.see(slot, EVE))
    pressed = await life.hits(
        "workshops.sign",
        {"workshop": one.id, "choice": "online"},
        EVE,
        replace(chat(EVE), slot=slot),
    )
    assert isinstance(pressed.reply, Card)
    assert "you join online" in said(pressed)
    assert await life.see(slot, EVE) is None


async def test_my_own_card_shows_the_next_workshop_and_what_i_said(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", CEM)
    mine = await life.seen(f"me/{one.cohort}", CEM)
    assert "A handover in three lines" in words(mine)
    assert "you’re coming" in words(mine)
    assert actions(mine).count("workshops.sign") == 2
    assert [b.url for b in buttons(mine) if isinstance(b, Link)] == [f"/m/{one.id}.ics"]


async def test_the_word_workshop_lists_what_is_planned(life: Story) -> None:
    one = await planned(life)
    changes = await life.write("workshop", CEM, chat(CEM))
    assert "A handover in three lines" in said(changes)
    assert "workshops.plan" not in said(changes)
    opened = await life.press("workshops.open", CEM, chat(CEM), workshop=one.id)
    assert "no answer yet" in said(opened)


async def test_another_cohorts_workshop_is_none_of_mine(life: Story) -> None:
    one = await planned(life)
    outsider = replace(EVE, account="teams:t1:out")
    await life.meets(outsider)
    for action in ("sign", "open", "leave", "catch_up", "questions", "code", "move", "change"):
        args = {"workshop": one.id, "choice": "room"}
        assert unchanged(await life.hits(f"workshops.{action}", args, outsider, chat(outsider)))
    assert await life.see(f"workshop/{one.id}", outsider) is None
    assert await life.see(f"workshop-mine/{one.id}", outsider) is None


@pytest.mark.parametrize("kind", sorted(SLICE.views))
@pytest.mark.parametrize("rest", ["", "/", "//", "/nope", "/../x/1/2", "/\x00"])
async def test_a_forged_card_shows_nothing(life: Story, kind: str, rest: str) -> None:
    await planned(life, BO)
    assert await life.see(f"{kind}{rest}", BO) is None
    assert await life.see(f"{kind}{rest}") is None


@pytest.mark.parametrize("kind", sorted(SLICE.views))
async def test_a_card_without_its_turn_does_no_harm(life: Story, kind: str) -> None:
    one = await planned(life, BO)
    for who in (BO, ADA, None):
        await life.see(f"{kind}/{one.id}", who)
