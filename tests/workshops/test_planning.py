"""Planning, changing, drafts from a programme, and the reminders."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.cohorts.words import SAMPLE
from core.cohorts.workshops import posts
from core.cohorts.workshops.model import Workshop, clock, instant, problems
from core.cohorts.workshops.programme import KIND
from core.engine.gate import zone_of
from core.engine.ports import Changes, Deliver, Event, Show, ToPerson
from core.message import Link
from core.programmes.model import worded
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    actions,
    buttons,
    chat,
    form,
    said,
    shown,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA, BO
from tests.workshops import session
from tests.workshops.session import (
    AFTER,
    STARTS,
    due,
    planned,
    plans,
    private,
    rings,
    signs,
    workshop,
)

# --- planning -------------------------------------------------------------------------------------


async def test_a_planned_workshop_stands_in_the_space_and_on_the_desk(life: Story) -> None:
    cohort = await life.begins()
    changes = await plans(life, cohort.id)
    one = await workshop(life)
    assert (TEAM.place, f"workshop/{one.id}") in shown(changes)
    assert one.starts == STARTS
    assert "A handover in three lines" in words(await life.see(f"desk/{cohort.id}", ADA))


async def test_only_those_who_lead_plan(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    assert unchanged(await plans(life, cohort.id, CEM))
    assert unchanged(await life.press("workshops.plan", CEM, TEAM, cohort=cohort.id))


async def test_the_same_form_plans_one_workshop(life: Story) -> None:
    one = await planned(life)
    changes = await plans(life, one.cohort)
    assert said(changes) == posts.TWICE.words


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", ""),
        ("title", "x" * 81),
        ("title", "\u202e \n"),
        ("purpose", ""),
        ("purpose", "x" * 201),
        ("day", ""),
        ("day", "2026-02-30"),
        ("day", "yesterday"),
        ("day", "2026-03-01"),
        ("day", "2026-04-18"),
        ("day", "9999-12-31"),
        ("time", "25:00"),
        ("time", "two"),
        ("time", "14:00:99:1"),
        ("time", "-1"),
        ("minutes", "0"),
        ("minutes", "9"),
        ("minutes", "721"),
        ("minutes", "1e2"),
        ("minutes", "9" * 5000),
        ("minutes", "\u0664\u0665"),
        ("place", ""),
        ("place", "x" * 121),
        ("link", ""),
        ("link", "javascript:alert(1)"),
        ("link", "https://a b"),
        ("link", "https://" + "x" * 500),
        ("capacity", "-1"),
        ("capacity", "many"),
        ("capacity", "10001"),
    ],
)
async def test_what_is_wrong_comes_back_with_a_sentence_beside_it(
    life: Story, field: str, wrong: str
) -> None:
    cohort = await life.begins()
    changes = await plans(life, cohort.id, **{field: wrong})
    assert set(form(changes).errors) == {field}
    assert unchanged(changes)


async def test_an_hour_that_the_clocks_leave_out_is_refused(life: Story) -> None:
    cohort = await life.begins()
    changes = await plans(life, cohort.id, day="2026-03-29", time="02:30")
    assert "does not exist on that day" in form(changes).errors["time"].words


async def test_the_time_is_by_the_clocks_of_the_cohort(life: Story) -> None:
    cohort = await life.begins(zone="Asia/Tokyo")
    await plans(life, cohort.id, time="9")
    assert (await workshop(life)).starts == datetime(2026, 3, 12, 0, tzinfo=UTC)


async def test_a_workshop_in_a_room_needs_no_link_and_one_online_no_room(life: Story) -> None:
    one = await planned(life, mode="room", link="", capacity="")
    assert actions(await life.seen(f"workshop/{one.id}")) == ["workshops.sign"] * 2


@given(st.text(max_size=30))
def test_whatever_is_written_for_a_time_is_read_without_harm(text: str) -> None:
    found = clock(text)
    assert found is None or 0 <= found.hour < 24


@given(
    st.integers(-50_000_000, 50_000_000),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC", "Nowhere/None"]),
)
def test_a_time_of_day_is_the_same_when_read_back_or_refused(minutes: int, zone: str) -> None:
    at = STARTS + timedelta(minutes=minutes)
    moment = instant(at.date(), at.time(), zone)
    if moment is not None:
        back = moment.astimezone(zone_of(zone))
        assert (back.date(), back.hour, back.minute) == (at.date(), at.hour, at.minute)


@given(st.dictionaries(st.sampled_from(list(session.GIVEN)), st.text(max_size=60)))
def test_no_form_is_too_strange(values: dict[str, str]) -> None:
    assert isinstance(problems(values, SAMPLE, STARTS), dict)


# --- changing -------------------------------------------------------------------------------------


async def test_another_room_is_told_to_those_who_come(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO)
    await signs(life, "no", CEM)
    await changes_it(life, place="The old hall")
    changes = await life.ring("workshops.where")
    assert private(changes, "workshop-where") == [((await life.known(BO)).id, "person")]
    new = await workshop(life)
    assert "The old hall" in words(await life.see(f"workshop-where/{one.id}/{new.sequence}", BO))
    assert (new.starts, new.sequence) == (one.starts, one.sequence + 1)


async def changes_it(life: Story, **other: str) -> Changes:
    args = {"workshop": (await workshop(life)).id}
    values = {**session.GIVEN, **other}
    return await life.hands_in("workshops.change", values, args, ADA, chat(ADA))


async def test_the_form_for_changes_holds_what_stands_and_no_time(life: Story) -> None:
    one = await planned(life)
    opened = form(await life.press("workshops.change", ADA, chat(ADA), workshop=one.id))
    assert value(opened, "place") == "Room 2.14"
    assert {field.name for field in opened.fields}.isdisjoint({"day", "time", "mode"})


async def test_a_forged_time_does_not_come_in_with_a_change(life: Story) -> None:
    await planned(life)
    await changes_it(life, day="2026-03-10", time="08:00", mode="room")
    assert ((await workshop(life)).starts, (await workshop(life)).mode) == (STARTS, "both")


async def test_fewer_seats_turn_nobody_away(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM)
    await changes_it(life, capacity="1")
    await life.ring("workshops.fill")
    assert "2 of 1 seats" in words(await life.see(f"workshop/{one.id}"))


async def test_a_longer_session_ends_later(life: Story) -> None:
    await planned(life)
    await changes_it(life, minutes="120")
    life.now = AFTER
    await rings(life, "workshops.ends", at=(STARTS + timedelta(minutes=90)).isoformat())
    assert (await workshop(life)).state == "planned"
    await life.ring("workshops.ends")
    assert (await workshop(life)).state == "held"


async def test_what_is_over_cannot_be_changed(life: Story) -> None:
    await planned(life)
    life.now = AFTER
    assert unchanged(await changes_it(life, title="New"))


# --- reminders ------------------------------------------------------------------------------------


async def test_those_who_come_are_reminded_the_day_before_and_the_hour_before(
    life: Story,
) -> None:
    one = await planned(life)
    await signs(life, "room", BO)
    await signs(life, "online", CEM)
    await signs(life, "no", DEE)
    life.now = STARTS - timedelta(days=1)
    coming = {(await life.known(who)).id for who in (BO, CEM)}
    day = private(await rings(life, "workshops.remind", when="day"), "workshop-day")
    assert set(day) == {(person, "nudge") for person in coming}
    life.now = STARTS - timedelta(hours=1)
    hour = private(await rings(life, "workshops.remind", when="hour"), "workshop-hour")
    assert set(hour) == {(person, "person") for person in coming}
    online = await life.seen(f"workshop-hour/{one.id}/0", CEM)
    assert [b.url for b in buttons(online) if isinstance(b, Link)] == [session.GIVEN["link"]]
    in_the_room = await life.seen(f"workshop-hour/{one.id}/0", BO)
    assert "Room 2.14" in words(in_the_room)


async def test_a_reminder_says_nothing_to_who_has_changed_their_mind(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO)
    await signs(life, "no", BO)
    assert await life.see(f"workshop-day/{one.id}/0", BO) is None


async def test_the_day_before_a_monday_is_the_friday(life: Story) -> None:
    cohort = await life.begins()
    changes = await plans(life, cohort.id, day="2026-03-16")
    assert datetime(2026, 3, 13, 13, tzinfo=UTC) in due(changes, "workshops.remind")


async def test_what_is_planned_at_short_notice_has_only_the_reminders_ahead(life: Story) -> None:
    cohort = await life.begins()
    life.now = STARTS - timedelta(minutes=30)
    assert due(await plans(life, cohort.id), "workshops.remind") == []


async def test_a_clock_that_jumps_past_the_session_reminds_nobody(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO)
    life.now = AFTER
    assert unchanged(await life.ring("workshops.remind"))
    assert unchanged(await life.ring("workshops.ask"))


async def test_a_paused_cohort_reminds_nobody(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO)
    await life.hits("cohorts.pause", await life.find(f"desk/{one.cohort}", "Pause", ADA))
    assert unchanged(await life.ring("workshops.remind"))
    assert await life.see(f"workshop-day/{one.id}/0", BO) is None


async def test_a_cancelled_cohort_has_no_workshop_any_more(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO)
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=one.cohort)
    assert unchanged(await life.ring("workshops.remind"))
    assert unchanged(await life.ring("workshops.begins"))
    assert unchanged(await life.ring("workshops.ends"))


async def test_shortly_before_the_way_in_stands_on_the_card_and_ada_gets_the_code(
    life: Story,
) -> None:
    one = await planned(life)
    assert "workshops.here" not in actions(await life.seen(f"workshop/{one.id}"))
    life.now = STARTS - timedelta(minutes=15)
    changes = await life.ring("workshops.begins")
    assert private(changes, "workshop-code") == [((await life.known(ADA)).id, "person")]
    card = await life.seen(f"workshop/{one.id}")
    assert "workshops.here" in actions(card)
    assert session.GIVEN["link"] in [b.url for b in buttons(card) if isinstance(b, Link)]


# --- from a programme -----------------------------------------------------------------------------


def step(life: Story, cohort: str, at: datetime = STARTS, **options: str) -> Event:
    args = {"cohort": cohort, "step": "workshop", "at": at.isoformat(), "key": "x", **options}
    return replace(life.event("timer", "programmes.run", None, None), args=args)


async def drafted(life: Story) -> Changes:
    cohort = await life.begins()
    event = step(life, cohort.id, title="Our workshop", minutes="90", mode="both")
    changes = await KIND.run(event, life.moment(event.id))
    await life.commit(changes)
    return changes


async def test_a_step_drafts_a_workshop_that_ada_completes(life: Story) -> None:
    changes = await drafted(life)
    draft = await workshop(life)
    ada = await life.known(ADA)
    assert private(changes, "workshop-draft") == [(ada.id, "person")]
    assert await life.see(f"workshop/{draft.id}") is None
    assert "Complete it" in words(await life.see(f"workshop-draft/{draft.id}", ADA))
    opened = form(await life.press("workshops.complete", ADA, chat(ADA), workshop=draft.id))
    assert (value(opened, "title"), value(opened, "time")) == ("Our workshop", "14:00")
    args = {"workshop": draft.id}
    await life.hands_in("workshops.complete", session.GIVEN, args, ADA, chat(ADA))
    done = await workshop(life)
    assert (done.id, done.state, done.step) == (draft.id, "planned", "workshop")
    assert len(done.code) == 5


async def test_a_draft_cannot_be_signed_up_for_and_is_seen_by_nobody_else(life: Story) -> None:
    await drafted(life)
    await life.joins(CEM)
    draft = await workshop(life)
    assert unchanged(await signs(life, "room", CEM))
    for slot in ("workshop", "workshop-mine", "workshop-draft", "workshop-after"):
        assert await life.see(f"{slot}/{draft.id}", CEM) is None
    assert await life.see(f"workshop-ask/{draft.id}/0", CEM) is None


async def test_a_draft_that_nobody_wants_is_put_away_and_the_programme_goes_on(
    life: Story,
) -> None:
    await drafted(life)
    draft = await workshop(life)
    changes = await life.press("workshops.drop", ADA, chat(ADA), workshop=draft.id)
    assert changes.deletes
    assert due(changes, "programmes.stopped") == []
    assert (await life.read.find(Workshop)).items == ()
    assert unchanged(await life.press("workshops.drop", ADA, chat(ADA), workshop=draft.id))


async def test_the_same_step_drafts_once_and_a_late_one_not_at_all(life: Story) -> None:
    await drafted(life)
    cohort = await life.cohort()
    again = step(life, cohort.id, title="Our workshop")
    assert unchanged(await KIND.run(again, life.moment()))
    late = step(life, cohort.id, life.now - timedelta(hours=1), title="Our workshop")
    assert unchanged(await KIND.run(late, life.moment()))


async def test_who_joins_late_gets_the_sign_up(life: Story) -> None:
    one = await planned(life)
    assert KIND.late is not None
    button = await KIND.late(life.moment(), one.cohort, (await life.known(DEE)).id)
    assert button is not None
    assert getattr(button, "action", "") == "workshops.open"


@pytest.mark.parametrize(
    ("option", "good", "bad"),
    [
        ("title", "Our workshop", ""),
        ("title", "x" * 80, "x" * 81),
        ("minutes", "90", "9 0"),
        ("minutes", "", "100000"),
        ("mode", "both", "hybrid"),
        ("mode", "", "Room"),
    ],
)
def test_a_template_is_told_what_an_option_may_be(option: str, good: str, bad: str) -> None:
    assert KIND.options[option](good)
    assert not KIND.options[option](bad)


def test_a_title_of_a_template_can_be_translated() -> None:
    assert worded({"key": "programmes.x", "title": "T"}, "title").key == "programmes.x.title"


async def test_nothing_private_is_said_in_the_space(life: Story) -> None:
    await planned(life)
    changes = await signs(life, "room", BO, CEM, DEE)
    assert [job for job in changes.jobs if isinstance(job.work, Deliver)] == []
    targets = {type(job.work.target) for job in changes.jobs if isinstance(job.work, Show)}
    assert ToPerson in targets


async def test_a_draft_completed_for_another_day_takes_what_depends_on_it_along(
    life: Story,
) -> None:
    await drafted(life)
    args = {"workshop": (await workshop(life)).id}
    values = {**session.GIVEN, "day": "2026-03-13"}
    changes = await life.hands_in("workshops.complete", values, args, ADA, chat(ADA))
    assert due(changes, "programmes.moved") == [None]


async def test_who_still_waits_an_hour_before_hears_so(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    life.now = STARTS - timedelta(hours=1)
    told = private(await rings(life, "workshops.remind", when="hour"), "workshop-hour")
    assert len(told) == 3
    slot = f"workshop-hour/{one.id}/0"
    assert "all seats are still taken" in words(await life.see(slot, DEE))
    assert await life.see(f"workshop-day/{one.id}/0", DEE) is None


async def test_a_place_that_joins_later_shows_what_is_planned(life: Story) -> None:
    one = await planned(life)
    other = replace(TEAM, place="teams:t1:second", title="Second")
    await life.write("cohort here Better handovers", ADA, other, mentioned=True)
    changes = await life.ring("workshops.settle")
    assert (other.place, f"workshop/{one.id}") in shown(changes)
