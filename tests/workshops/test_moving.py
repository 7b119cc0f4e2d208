"""Another time or none: seen before, heard at once, and never a reminder of the old time."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.moving import posts
from core.cohorts.workshops.moving.model import Shift
from core.engine.ports import Card, Changes, Raise, Show, ToPlace
from core.programmes.model import Laid, Plan, Step
from tests.cohorts.story import CEM, DEE, TEAM, Story, chat, form, said, unchanged, words
from tests.people.world import ADA, BO
from tests.workshops.session import (
    AFTER,
    EVE,
    STARTS,
    calls_off,
    choice,
    confirms,
    due,
    moves,
    planned,
    private,
    rings,
    signs,
    workshop,
)

EARLIER = datetime(2026, 3, 11, 8, tzinfo=UTC)


async def filled(life: Story) -> Workshop:
    """Bo and Cem come, Dee waits, Eve can't."""
    one = await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    await signs(life, "no", EVE)
    return one


async def test_before_anybody_hears_ada_sees_what_comes_of_it(life: Story) -> None:
    one = await filled(life)
    looked = await moves(life, go=False)
    assert "3, and the space" in said(looked)
    assert "The room is flooded." in said(looked)
    assert (await workshop(life)).starts == one.starts
    assert not looked.jobs


async def test_she_can_leave_it_as_it_is(life: Story) -> None:
    one = await filled(life)
    await moves(life, go=False)
    slot = f"workshop-shift/{one.id}/x"
    args = await life.find(slot, "Leave it as it is", ADA)
    kept = await life.hits("workshops.keep", args, ADA, replace(chat(ADA), slot=slot))
    assert isinstance(kept.reply, Card)
    assert await life.read.get(Shift, one.id) is None
    assert (await workshop(life)).starts == STARTS


async def test_everybody_who_signed_up_hears_at_once_and_so_does_the_space(life: Story) -> None:
    one = await filled(life)
    changes = await moves(life)
    places = [(job.work, job.weight) for job in changes.jobs if in_space(job.work)]
    assert (Show(ToPlace(TEAM.place), f"workshop-news/{one.id}/1"), "essential") in places
    told = private(await life.ring("workshops.tell"), "workshop-news")
    people = {(await life.known(who)).id for who in (BO, CEM, DEE)}
    assert set(told) == {(person, "essential") for person in people}
    assert len(told) == 3


def in_space(work: object) -> bool:
    return isinstance(work, Show) and isinstance(work.target, ToPlace)


async def test_the_news_has_the_reason_the_new_time_and_the_way_out(life: Story) -> None:
    one = await filled(life)
    await moves(life)
    news = words(await life.see(f"workshop-news/{one.id}/1", BO))
    assert "The room is flooded." in news
    assert "2026-03-11T08:00:00+00:00" in news
    assert "I can’t" in news
    assert "Update my calendar" in news
    assert (await workshop(life)).starts == EARLIER


async def test_seats_and_waiting_list_stay_as_they_were(life: Story) -> None:
    await filled(life)
    await moves(life)
    assert [await choice(life, who) for who in (BO, CEM, DEE, EVE)] == [
        "room",
        "room",
        "waiting",
        "no",
    ]


async def test_a_workshop_moved_earlier_reminds_nobody_of_its_old_time(life: Story) -> None:
    one = await filled(life)
    await moves(life)
    life.now = STARTS - timedelta(days=1)
    assert unchanged(await rings(life, "workshops.remind", turn="0"))
    assert unchanged(await rings(life, "workshops.begins", turn="0"))
    for who in (BO, CEM):
        assert await life.see(f"workshop-day/{one.id}/0", who) is None
        assert await life.see(f"workshop-hour/{one.id}/0", who) is None


async def test_its_new_time_has_its_own_reminders(life: Story) -> None:
    await filled(life)
    changes = await moves(life)
    day, hour = datetime(2026, 3, 10, 8, tzinfo=UTC), EARLIER - timedelta(hours=1)
    assert set(due(changes, "workshops.remind")) == {day, hour}
    life.now = hour
    told = private(await rings(life, "workshops.remind", when="hour", turn="1"), "workshop-hour")
    assert len(told) == 3


async def test_a_reminder_whose_new_day_before_has_passed_is_not_planned(life: Story) -> None:
    await filled(life)
    life.now = EARLIER - timedelta(hours=3)
    changes = await moves(life)
    assert set(due(changes, "workshops.remind")) == {EARLIER - timedelta(hours=1)}


async def test_the_old_end_does_not_end_what_was_moved_later(life: Story) -> None:
    await filled(life)
    await moves(life, day="2026-03-13", time="14:00")
    life.now = AFTER
    await rings(life, "workshops.ends", at=(STARTS + timedelta(minutes=90)).isoformat())
    assert (await workshop(life)).state == "planned"


async def test_moved_there_and_back_each_time_is_news(life: Story) -> None:
    one = await filled(life)
    await moves(life)
    await moves(life, day="2026-03-12", time="14:00", reason="It is dry again.")
    assert await life.see(f"workshop-news/{one.id}/1", BO) is None
    assert "It is dry again." in words(await life.see(f"workshop-news/{one.id}/2", BO))
    assert len(private(await rings(life, "workshops.tell", turn="1"), "workshop-news")) == 0
    assert len(private(await rings(life, "workshops.tell", turn="2"), "workshop-news")) == 3


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("day", {"day": "2026-03-01"}),
        ("day", {"day": "2026-03-02", "time": "09:00"}),
        ("day", {"day": "2026-05-01"}),
        ("day", {"day": "soon"}),
        ("time", {"time": "late"}),
        ("time", {"day": "2026-03-29", "time": "02:30"}),
        ("time", {"day": "2026-03-12", "time": "14:00"}),
        ("reason", {"reason": " \n "}),
    ],
)
async def test_a_move_that_cannot_be_is_refused_with_a_sentence(
    life: Story, field: str, other: dict[str, str]
) -> None:
    one = await filled(life)
    changes = await moves(life, go=False, **other)
    assert set(form(changes).errors) == {field}
    assert await life.read.get(Shift, one.id) is None


async def test_a_move_whose_new_time_passed_while_ada_thought_is_refused(life: Story) -> None:
    one = await filled(life)
    looked = await moves(life, go=False)
    life.now = EARLIER + timedelta(minutes=1)
    changes = await confirms(life, looked)
    assert "has passed meanwhile" in said(changes)
    assert (await workshop(life)).starts == one.starts


async def test_a_preview_that_was_drawn_before_another_one_moves_nothing(life: Story) -> None:
    one = await filled(life)
    await moves(life, go=False)
    slot = f"workshop-shift/{one.id}/x"
    old = await life.find(slot, "tell everyone", ADA)
    await moves(life, go=False, time="10:00")
    changes = await life.hits("workshops.confirm", old, ADA, replace(chat(ADA), slot=slot))
    assert "moved on" in said(changes)
    assert (await workshop(life)).starts == STARTS


async def test_two_who_confirm_the_same_move_move_it_once(life: Story) -> None:
    one = await filled(life)
    await moves(life, go=False)
    args = await life.find(f"workshop-shift/{one.id}/x", "tell everyone", ADA)
    await life.hits("workshops.confirm", args, ADA, chat(ADA))
    assert unchanged(await life.hits("workshops.confirm", args, ADA, chat(ADA)))
    assert (await workshop(life)).turn == 1


async def test_only_those_who_lead_move_and_call_off(life: Story) -> None:
    one = await filled(life)
    for action in ("move", "cancel", "confirm", "keep"):
        args = {"workshop": one.id, "id": one.id, "rev": "1"}
        assert unchanged(await life.hits(f"workshops.{action}", args, CEM, chat(CEM)))
    assert await life.see(f"workshop-shift/{one.id}", CEM) is None


async def test_what_has_begun_cannot_be_moved_or_called_off(life: Story) -> None:
    await filled(life)
    life.now = STARTS
    one = await workshop(life)
    for action in ("move", "cancel"):
        changes = await life.press(f"workshops.{action}", ADA, chat(ADA), workshop=one.id)
        assert said(changes) == posts.BEGUN.words


# --- called off -----------------------------------------------------------------------------------


async def test_called_off_everybody_hears_at_once_and_nothing_else_is_sent(life: Story) -> None:
    one = await filled(life)
    changes = await calls_off(life)
    assert ("essential", f"workshop-news/{one.id}/1") in [
        (job.weight, job.work.slot) for job in changes.jobs if isinstance(job.work, Show)
    ]
    told = private(await life.ring("workshops.tell"), "workshop-news")
    assert len(told) == 3
    assert "The trainer is ill." in words(await life.see(f"workshop-news/{one.id}/1", BO))
    life.now = STARTS - timedelta(hours=1)
    for name in ("remind", "begins", "ends", "ask"):
        assert unchanged(await life.ring(f"workshops.{name}"))
    assert "does not take place" in words(await life.see(f"workshop/{one.id}"))


async def test_what_is_called_off_takes_nobody_in_any_more(life: Story) -> None:
    await filled(life)
    await calls_off(life)
    assert unchanged(await signs(life, "room", EVE))
    assert not private(await signs(life, "no", BO), "workshop-seat")


# --- the programme --------------------------------------------------------------------------------


def laid(id: str, after: str, at: datetime) -> Laid:
    step = Step(id=id, kind="message", stage=2, title=f"Step {id}", after=after)
    return Laid(step=step, at=at, due=at, name=f"programmes.x.{id}")


async def with_programme(life: Story) -> Changes:
    """The workshop is a step, two others depend on it, one does not."""
    one = await filled(life)
    steps = (
        replace(laid("workshop", "start", STARTS), state="done"),
        laid("talk", "workshop", STARTS + timedelta(days=1)),
        laid("promise", "talk", STARTS + timedelta(days=5)),
        laid("other", "start", STARTS + timedelta(days=6)),
    )
    plan = Plan(
        id=one.cohort,
        draft="1",
        template="x",
        name="X",
        first="2026-03-09",
        zone="Europe/Berlin",
        state="running",
        steps=steps,
    )
    await life.commit(Changes(saves=(plan, replace(one, step="workshop"))))
    return Changes()


async def test_the_preview_tells_which_steps_move_along(life: Story) -> None:
    await with_programme(life)
    looked = said(await moves(life, go=False, day="2026-03-19", time="14:00"))
    assert "These steps move along" in looked
    assert "Step talk" in looked
    assert "Step other" not in looked


async def test_the_programme_hears_of_the_new_time(life: Story) -> None:
    await with_programme(life)
    changes = await moves(life, day="2026-03-19", time="14:00")
    works = [job.work for job in changes.jobs]
    raised = [work.event for work in works if isinstance(work, Raise)]
    (event,) = [event for event in raised if event.name == "programmes.moved"]
    assert event.args["step"] == "workshop"
    assert event.args["at"] == "2026-03-19T13:00:00+00:00"


async def test_called_off_the_preview_tells_which_steps_are_left_out(life: Story) -> None:
    await with_programme(life)
    one = await workshop(life)
    args = {"workshop": one.id}
    looked = await life.hands_in("workshops.cancel", {"reason": "Ill."}, args, ADA, chat(ADA))
    assert "These steps are left out" in said(looked)
    assert "Step talk" in said(looked)
    assert due(await confirms(life, looked), "programmes.stopped") == [None]


async def test_who_could_not_come_elsewhere_is_asked_once_about_the_new_time(life: Story) -> None:
    """Eve does not see the space."""
    one = await planned(life, BO)
    await life.write(f"join {(await life.cohort()).code}", EVE, chat(EVE))
    await life.press("members.join", EVE, chat(EVE), cohort=one.cohort)
    args = {"workshop": one.id, "choice": "no"}
    await life.hits("workshops.sign", args, EVE, chat(EVE))
    assert unchanged(await life.ring("workshops.ask"))
    await moves(life)
    asked = await life.ring("workshops.ask")
    assert private(asked, "workshop-ask") == [((await life.known(EVE)).id, "nudge")]
    assert await life.see(f"workshop-ask/{one.id}/0", EVE) is None
    assert "2026-03-11T08:00:00+00:00" in words(await life.see(f"workshop-ask/{one.id}/1", EVE))
    await life.hits("workshops.sign", {**args, "choice": "online"}, EVE, chat(EVE))
    assert await life.see(f"workshop-ask/{one.id}/1", EVE) is None
