"""What people try, and what goes wrong around them: the workshop and its cohort go on."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from core.actions import ACTIONS
from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.programme import run
from core.engine.ports import Actor, Changes, Event, Invalid
from tests.cohorts.story import CEM, DEE, TEAM, Story, buttons, chat, said
from tests.people.world import ADA, BO
from tests.workshops.session import EVE, GIVEN, STARTS, ended, moves, planned, plans, workshop
from tests.workshops.session import private as cards

MINE = sorted(name for name in ACTIONS if name.startswith("workshops."))
NASTY = ("", "\x00", "\ud800", "🙂" * 3000, "-1", "9" * 5000, "null", "a,b", "../..", "0001-01-01")
FIELDS = (*GIVEN, "reason", "code", "left", "takes", "back")
AFAR = Actor(account="teams:t1:far", name="Fay Sample", zone="Europe/Berlin")


@pytest.mark.parametrize("name", MINE)
async def test_nonsense_in_every_field_gets_an_answer_and_changes_nothing(
    life: Story, name: str
) -> None:
    one = await planned(life)
    for value in NASTY:
        args = dict.fromkeys(("choice", "draft", "after", "id", "rev"), value)
        about = {**args, "workshop": one.id, "cohort": one.cohort}
        for given in (about, {**args, "workshop": value, "cohort": value}):
            for who, where in ((ADA, chat(ADA)), (CEM, chat(CEM)), (CEM, TEAM)):
                pressed = await life.hits(name, given, who, where)
                filled = await life.hands_in(name, dict.fromkeys(FIELDS, value), given, who, where)
                assert pressed.reply is not None
                assert filled.reply is not None
    if name != "workshops.drop":
        assert (await workshop(life)).state == "planned"


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-31"])
async def test_a_day_at_the_end_of_the_calendar_is_refused_in_words(life: Story, day: str) -> None:
    cohort = await life.begins(zone="Asia/Tokyo")
    changes = await plans(life, cohort.id, day=day, time="00:00")
    assert isinstance(changes.reply, Invalid)
    assert "day" in changes.reply.form.errors


@pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "2026-04-01"])
async def test_a_change_that_brings_a_forged_day_keeps_the_time_it_had(
    life: Story, day: str
) -> None:
    one = await planned(life)
    values = {**GIVEN, "day": day, "time": "99:99", "title": "Another title"}
    await life.hands_in("workshops.change", values, {"workshop": one.id}, ADA, chat(ADA))
    assert (await workshop(life)).starts == STARTS
    assert (await workshop(life)).title == "Another title"


async def test_planned_during_a_pause_people_elsewhere_are_asked_when_it_goes_on(
    life: Story,
) -> None:
    cohort = await life.begins()
    await life.write(f"join {cohort.code}", AFAR, chat(AFAR))
    await life.press("members.join", AFAR, chat(AFAR), cohort=cohort.id)
    await life.commit(Changes(saves=(replace(await life.cohort(), stage="paused"),)))
    await plans(life, cohort.id)
    waits = await life.ring("workshops.ask")
    assert not cards(waits, "workshop-ask")
    await life.commit(Changes(saves=(replace(await life.cohort(), stage="open"),)))
    life.now += timedelta(days=1)
    asked = await life.ring("workshops.ask")
    assert [person for person, _ in cards(asked, "workshop-ask")] == [(await life.known(AFAR)).id]


async def test_who_is_offered_to_catch_up_is_not_once_the_cohort_is_over(life: Story) -> None:
    one = await planned(life)
    await ended(life)
    args = {"workshop": one.id}
    link = {"link": "https://video.example.org/1"}
    await life.hands_in("workshops.record", link, args, ADA, chat(ADA))
    slot = f"workshop-catch/{one.id}"
    assert await life.see(slot, CEM)
    life.now = datetime(2026, 5, 20, 9, tzinfo=UTC)
    assert await life.see(slot, CEM) is None


async def test_a_draft_reaches_a_facilitator_who_never_answers_in_their_hours(life: Story) -> None:
    cohort = await life.begins()
    life.now = datetime(2026, 3, 8, 3, tzinfo=UTC)  # a Sunday night
    args = {
        "cohort": cohort.id,
        "step": "talk",
        "at": STARTS.isoformat(),
        "key": "programmes.x.talk",
        "title": "A talk",
    }
    event = Event(id="e", org="main", source="timer", name="programmes.step", args=args)
    changes = await run(event, life.moment())
    (job,) = [job for job in changes.jobs if job.key.startswith("workshop-draft/")]
    assert job.weight == "person"
    assert job.due is not None
    assert job.due.weekday() == 0
    assert job.until == STARTS


async def test_a_draft_whose_time_has_passed_can_be_put_away_on_the_desk(life: Story) -> None:
    one = await planned(life)
    old = replace(one, id="old", version=0, state="draft", starts=STARTS - timedelta(days=20))
    await life.commit(Changes(saves=(old,)))
    desk = await life.seen(f"desk/{one.cohort}", ADA)
    drop = next(b for b in buttons(desk) if "Not this time" in str(b.label))
    await life.hits("workshops.drop", drop.args, ADA, chat(ADA))  # type: ignore[union-attr]
    assert await life.read.get(Workshop, "old") is None


async def test_one_seat_goes_from_who_leaves_to_who_waits_whatever_happens_at_once(
    life: Story,
) -> None:
    one = await planned(life, BO, CEM, DEE, EVE, capacity="1", mode="room", link="")
    for who in (CEM, DEE, EVE):
        await life.hits("workshops.sign", {"workshop": one.id, "choice": "room"}, who)
    await life.press("members.left", CEM, chat(CEM), cohort=one.cohort)
    person = await life.known(CEM)
    left = Event(
        id="again",
        org="main",
        source="timer",
        name="workshops.left",
        args={"cohort": one.cohort, "person": person.id, "turn": "9"},
    )
    await life.ring("workshops.left")
    await life.happens(left)
    card = said(await life.hits("workshops.open", {"workshop": one.id}, DEE, chat(DEE)))
    assert "waiting" not in card
    assert "waiting" in said(
        await life.hits("workshops.open", {"workshop": one.id}, EVE, chat(EVE))
    )


async def test_moved_twice_and_back_the_programme_hears_of_each(life: Story) -> None:
    one = await planned(life)
    await life.commit(Changes(saves=(replace(one, step="talk"),)))
    keys: list[str] = []
    for day in ("2026-03-19", "2026-03-12", "2026-03-19", "2026-03-12"):
        changes = await moves(life, day=day, time="14:00")
        keys += [job.key for job in changes.jobs if job.key.startswith("programmes.moved/")]
    assert len(set(keys)) == 4
