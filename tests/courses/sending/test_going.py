"""Sent, undone, sent later, stopped, gone on with, changed, taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from core.courses.model import packed
from core.engine.ports import Address, Answer, Done, Invalid, Open, Shown
from tests.courses.sending.office import COURSE, LINK, PLAN, Office, button, labels, seen
from tests.people.world import words

NIGHTS, DAYS = "fake:t1:nights", "fake:t1:days"


async def test_to_me_first_shows_what_everyone_will_see(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    await life.does("courses.me_first", id=it.id)
    [card] = life.chat.of(life.account, "course")
    assert "So that Friday is calmer" in seen(card)
    await life.goes(it)
    await life.passes(seconds=70)
    assert "Sent 1 of 1" in seen(await life.desk(it))


async def test_within_a_minute_it_can_be_undone(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    await life.goes(it)
    await life.passes(seconds=50)
    card = await life.standing(it)
    assert "It goes out in a minute." in seen(card)
    assert labels(card) == ["Undo"]
    await life.does("courses.undo", id=it.id)
    await life.passes(seconds=500)
    it = await life.send(it.id)
    assert (it.state, it.goes) == ("ready", None)
    assert not life.chat.of("fake:t1:bo")
    await life.goes(it)
    await life.passes(seconds=70)
    assert len(life.chat.of("fake:t1:bo", "course")) == 1


async def test_what_a_cohort_got_can_be_for_later_members_too(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    await life.goes(it)
    await life.passes(seconds=70)
    args = button(await life.desk(it), "Later members, too")
    await life.does("courses.assign", **args)
    assert (await life.send(it.id)).assigned
    args = button(await life.desk(it), "Not for later members")
    await life.does("courses.assign", **args)
    assert not (await life.send(it.id)).assigned


async def test_undone_and_sent_again_goes_out_a_minute_after_that(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    await life.goes(it)
    await life.passes(seconds=40)
    await life.does("courses.undo", id=it.id)
    await life.goes(it)
    await life.passes(seconds=30)
    assert not life.chat.of("fake:t1:bo")
    await life.passes(seconds=40)
    assert life.chat.of("fake:t1:bo")


async def test_it_goes_out_at_the_hour_that_its_sender_names_by_their_clocks(
    life: Office,
) -> None:
    await life.team(["bo"])
    await life.turns("ada", zone="Europe/Berlin")
    it = await life.plans(await life.drafts(), day="2026-03-03", hour="11")
    assert it.starts == datetime(2026, 3, 3, 10, tzinfo=UTC)
    await life.goes(it)
    card = await life.desk(it)
    assert "It goes out on" in seen(card)
    assert labels(card) == ["Change", "Undo"]
    await life.passes(hours=20)
    assert not life.chat.of("fake:t1:bo")
    await life.passes(hours=4)
    assert life.chat.of("fake:t1:bo")


async def test_who_is_counted_later_is_counted_as_it_will_be_then(life: Office) -> None:
    await life.team(["bo"])
    await life.turns("bo", zone="Asia/Tokyo")
    it = await life.plans(await life.drafts())
    assert "Get it later 1 (outside their hours)" in seen(await life.desk(it))
    it = await life.plans(it, day="2026-03-03", hour="3")
    assert "Get it at once 1" in seen(await life.desk(it))


async def test_more_than_two_hundred_are_typed_as_a_number(life: Office) -> None:
    await life.team(f"p{n}" for n in range(205))
    it = await life.plans(await life.drafts())
    form = await life.goes(it)
    assert isinstance(form, Open)
    assert "205" in words(form.form)
    wrong = await life.goes(it, number="200")
    assert isinstance(wrong, Invalid)
    assert wrong.form.fields[0].value == "200"
    assert (await life.send(it.id)).state == "ready"
    await life.goes(it, number=" 205 ")
    assert (await life.send(it.id)).state == "waiting"


async def test_a_press_on_a_card_that_has_moved_on_sends_nothing(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    old = button(await life.desk(it), "Send")
    await life.plans(it, purpose="Another")
    assert "moved on" in words(await life.does("courses.go", **old))
    assert (await life.send(it.id)).state == "ready"


async def test_two_presses_at_once_send_once(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    args = button(await life.desk(it), "Send")
    await life.submit("courses.go", **args)
    await life.submit("courses.go", **args)
    await life.passes(seconds=200)
    assert len(life.chat.of("fake:t1:bo", "course")) == 1


async def test_nobody_to_reach_is_nobody_to_send_to(life: Office) -> None:
    await life.team(["bo"])
    await life.turns("bo", stopped=True)
    it = await life.plans(await life.drafts())
    assert "Nobody would get it" in words(await life.goes(it))


# --- in the open ----------------------------------------------------------------------------------


async def test_in_the_open_it_stands_once_in_each_place_and_with_nobody_privately(
    life: Office,
) -> None:
    await life.team(["bo"], spaces=(NIGHTS, DAYS))
    it = await life.plans(await life.drafts(), open="true")
    assert "Places, for all to see 2" in seen(await life.desk(it))
    await life.goes(it)
    await life.passes(seconds=70)
    for place in (NIGHTS, DAYS):
        assert len(life.chat.of(place, "course")) == 1
    assert not life.chat.of("fake:t1:bo")
    assert "Places reached 2 of 2" in seen(await life.desk(it))


async def test_a_place_without_coterie_is_said_before_and_after(life: Office) -> None:
    await life.team(["bo"], spaces=(NIGHTS, DAYS))
    await life.keep(Address(id=DAYS, state="not_installed"))
    it = await life.plans(await life.drafts(), open="true")
    assert "Places without Coterie 1" in seen(await life.desk(it))
    await life.goes(it)
    await life.passes(seconds=70)
    card = seen(await life.desk(it))
    assert "Places reached 1 of 2" in card
    assert "Not reached 1" in card
    missed = await life.does("courses.unreached", id=it.id)
    assert "Nights: Coterie is not there" in words(missed)


# --- while it goes --------------------------------------------------------------------------------


async def test_only_two_rolls_are_ahead_of_the_senders(life: Office) -> None:
    await life.team(f"p{n}" for n in range(1000))
    it = await life.plans(await life.drafts())
    await life.goes(it, number="1000")
    life.chat.close()
    await life.moves(seconds=62)
    for _ in range(30):
        await life.moves(seconds=1)
    it = await life.send(it.id)
    assert (it.state, it.next) == ("going", 2)
    assert await life.read.tally("delivery.planned", it.id) == 400
    life.chat.open()
    await life.passes(seconds=60)
    await life.passes(seconds=60)
    assert (await life.send(it.id)).state == "sent"
    assert len([1 for _, slot in life.chat.news if slot == f"course/{it.id}"]) == 1000
    assert "Sent 1000 of 1000" in seen(await life.desk(it))


async def test_it_stops_and_goes_on_without_missing_anybody(life: Office) -> None:
    await life.team(f"p{n}" for n in range(1000))
    it = await life.plans(await life.drafts())
    await life.goes(it, number="1000")
    life.chat.close()
    await life.moves(seconds=62)
    await life.moves(seconds=2)
    await life.submit("courses.stop", id=it.id)
    life.chat.open()
    await life.passes(seconds=300)
    it = await life.send(it.id)
    assert it.state == "stopped"
    assert len([1 for _, slot in life.chat.news if slot == f"course/{it.id}"]) == 400
    card = await life.desk(it)
    assert "Sent 400 of 1000" in seen(card)
    assert "On their way 600" in seen(card)
    assert labels(card)[0] == "Go on"
    await life.goes(it)
    await life.passes(seconds=60)
    assert (await life.send(it.id)).state == "sent"
    got = [who for who, slot in life.chat.news if slot == f"course/{it.id}"]
    assert len(got) == len(set(got)) == 1000


# --- afterwards -----------------------------------------------------------------------------------


async def test_a_change_reaches_every_card_where_it_stands(life: Office) -> None:
    await life.team(["bo", "cem"])
    it = await life.sends()
    form = await life.does("courses.edit", id=it.id)
    assert isinstance(form, Open)
    values = {one.name: str(one.value) for one in form.form.fields}
    before = len(life.chat.news)
    await life.does("courses.edit", {**values, "title": "Feedback that helps"}, id=it.id)
    await life.passes(seconds=60)
    for name in ("bo", "cem"):
        [card] = life.chat.of(f"fake:t1:{name}", "course")
        assert "Feedback that helps" in seen(card)
    assert len(life.chat.news) == before
    same = await life.does("courses.edit", {**values, "title": "Feedback that helps"}, id=it.id)
    assert "Nothing has changed" in words(same)


async def test_another_link_is_read_and_put_on_every_card(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends()
    new = replace(COURSE, id="other", url=f"{LINK}/other", title="Feedback, newly made")
    life.says = Answer(values={"course": packed(new)})
    values = {"title": it.courses[0].title, "purpose": "p", "question": "q", "url": new.url}
    await life.does("courses.edit", values, id=it.id)
    await life.passes(seconds=60)
    [card] = life.chat.of("fake:t1:bo", "course")
    assert "Feedback, newly made" in seen(card)
    assert (await life.send(it.id)).course == "demo:other"


async def test_a_change_that_is_not_in_order_is_said_at_its_field(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends()
    values = {"title": "", "purpose": "", "question": "x" * 300, "url": "nothing"}
    again = await life.does("courses.edit", values, id=it.id)
    assert isinstance(again, Invalid)
    assert set(again.form.errors) == {"title", "purpose", "question", "url"}


async def test_taken_back_it_goes_from_every_chat(life: Office) -> None:
    await life.team(["bo", "cem", "dee"], spaces=(NIGHTS,))
    await life.turns("dee", paused_until=life.clock.time + timedelta(days=3))
    it = await life.sends()
    assert "When it suits them 1" in seen(await life.desk(it))
    ask = await life.does("courses.take", id=it.id)
    assert "This can’t be undone." in words(ask)
    await life.does("courses.take", id=it.id, sure="yes")
    await life.passes(seconds=60)
    for name in ("bo", "cem", "dee"):
        assert not life.chat.of(f"fake:t1:{name}", "course")
    await life.passes(days=7)
    assert not life.chat.of("fake:t1:dee")
    assert (await life.send(it.id)).state == "taken"
    assert await life.state(it, "bo") == "withdrawn taken back"
    assert (await life.state(it, "dee")).startswith("skipped")


async def test_taken_back_what_its_sender_saw_first_goes_as_well(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts())
    await life.does("courses.me_first", id=it.id)
    await life.goes(it)
    await life.passes(seconds=120)
    await life.does("courses.take", id=it.id, sure="yes")
    await life.passes(seconds=60)
    assert not life.chat.of(life.account, "course")


async def test_taken_back_from_a_channel_it_stands_there_no_more(life: Office) -> None:
    await life.team(["bo"], spaces=(NIGHTS,))
    it = await life.sends(open="true")
    assert life.chat.of(NIGHTS, "course")
    await life.does("courses.take", id=it.id, sure="yes")
    assert not life.chat.of(NIGHTS, "course")


async def test_taken_back_half_way_nobody_else_gets_it(life: Office) -> None:
    await life.team(f"p{n}" for n in range(700))
    it = await life.plans(await life.drafts())
    await life.goes(it, number="700")
    life.chat.close()
    await life.moves(seconds=62)
    await life.moves(seconds=1)
    await life.submit("courses.take", id=it.id, sure="yes")
    life.chat.open()
    await life.passes(seconds=60)
    await life.passes(seconds=60)
    assert not [1 for who, post in life.chat.posts.values() if post.slot == f"course/{it.id}"]
    assert (await life.send(it.id)).state == "taken"


# --- what comes in between ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"stage": "paused"}, "paused"),
        ({"stage": "cancelled"}, "cancelled"),
        ({"last": datetime(2026, 3, 1, tzinfo=UTC).date()}, "over"),
        ({"owner": "bo", "facilitator": "bo"}, "rights"),
    ],
)
async def test_what_came_in_between_keeps_it_from_leaving_and_is_said(
    life: Office, change: dict[str, object], why: str
) -> None:
    cohort = await life.team(["bo"])
    it = await life.plans(await life.drafts())
    await life.goes(it)
    now = await life.read.get(type(cohort), cohort.id)
    assert now is not None
    await life.keep(replace(now, **change))
    await life.passes(seconds=70)
    it = await life.send(it.id)
    assert (it.state, it.halt) == ("ready", why)
    assert not life.chat.of("fake:t1:bo")
    assert any("It did not go out" in seen(one) for one in life.chat.of(life.account))
    refused = await life.goes(it)
    assert isinstance(refused, Done)
    assert (await life.send(it.id)).state == "ready"


async def test_a_cohort_that_pauses_half_way_stops_it_and_nothing_is_lost(life: Office) -> None:
    cohort = await life.team(f"p{n}" for n in range(700))
    it = await life.plans(await life.drafts())
    await life.goes(it, number="700")
    life.chat.close()
    await life.moves(seconds=62)
    now = await life.read.get(type(cohort), cohort.id)
    assert now is not None
    await life.keep(replace(now, stage="paused"))
    await life.moves(seconds=1)
    life.chat.open()
    await life.passes(seconds=60)
    it = await life.send(it.id)
    assert (it.state, it.halt) == ("stopped", "paused")
    now = await life.read.get(type(cohort), cohort.id)
    assert now is not None
    await life.keep(replace(now, stage="open"))
    await life.goes(it)
    await life.passes(seconds=60)
    await life.passes(seconds=60)
    assert "Sent 700 of 700" in seen(await life.desk(it))


async def test_a_course_that_was_retired_meanwhile_is_not_sent(life: Office) -> None:
    await life.team(["bo"])
    it = await life.plans(await life.drafts(), day="2026-03-03", hour="11")
    await life.goes(it)
    life.says = Answer(values={"course": packed(replace(COURSE, retired=True))})
    await life.passes(hours=30)
    it = await life.send(it.id)
    assert (it.state, it.halt) == ("ready", "gone")
    assert "no longer has this course" in seen(await life.desk(it))
    assert not life.chat.of("fake:t1:bo")


async def test_who_is_not_its_sender_does_nothing_with_it(life: Office) -> None:
    await life.team(["bo", "cem"])
    it = await life.plans(await life.drafts())
    for action in ("plan", "go", "me_first", "undo", "stop", "take", "edit", "drop", "look"):
        for values in (None, dict(PLAN)):
            args = {"id": it.id, "rev": str(it.version), "sure": "yes"}
            reply = await life.does(f"courses.{action}", values, "cem", **args)
            assert "no longer here, or it is not yours" in words(reply)
    for action in ("unreached", "copy", "mention"):
        assert "not yours" in words(await life.does(f"courses.{action}", None, "cem", id=it.id))
    assert await life.send(it.id) == it


async def test_who_runs_the_cohort_may_stop_it_and_take_it_back(life: Office) -> None:
    await life.team(["cem"])
    await life.hire("bo")
    it = await life.sends()
    await life.does("courses.take", None, "bo", id=it.id, sure="yes")
    assert (await life.send(it.id)).state == "taken"


async def test_shown_cards_of_others_are_never_shown(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    assert await life.read.get(Shown, f"fake:t1:bo|send/{it.id}") is None
