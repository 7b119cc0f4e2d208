"""A cohort is started, changed, paused and cancelled."""

import pytest
from msgspec.structs import replace

from core.cohorts import posts
from core.cohorts.model import Cohort, code_in, code_of
from core.engine.ports import Card, Deliver, Done, Invalid, Open, ToPerson
from core.message import Phrase, plain
from tests.cohorts.story import (
    CEM,
    GIVEN,
    TEAM,
    Story,
    asks,
    chat,
    form,
    posted,
    said,
    shown,
    told,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA, BO, CHANNEL, CHAT


async def test_the_form_knows_my_time_zone_and_proposes_me_as_facilitator(life: Story) -> None:
    (ada,) = await life.meets(ADA)
    opened = form(await life.write("cohort new Better handovers"))
    assert value(opened, "zone") == "Europe/Berlin"
    assert value(opened, "facilitator") == ada.id
    assert value(opened, "name") == "Better handovers"


async def test_a_word_that_opens_a_form_gives_a_button_that_opens_the_same(life: Story) -> None:
    reply = (await life.write("cohort new")).reply
    assert isinstance(reply, Open)
    assert reply.again is not None
    assert reply.again.args == reply.form.args


async def test_a_filled_in_form_starts_the_cohort_in_this_channel(life: Story) -> None:
    cohort = await life.begins()
    assert cohort.name == "Better handovers"
    assert cohort.spaces == (TEAM.place,)
    assert "Fewer surprises" in words(await life.see(f"welcome/{cohort.id}"))


async def test_starting_shows_the_welcome_and_the_desk_and_asks_who_is_here(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
    changes = await life.fill("cohorts.create", values)
    cohort = await life.cohort()
    assert {(TEAM.place, f"welcome/{cohort.id}"), (ada.id, f"desk/{cohort.id}")} <= shown(changes)
    assert [job.work.question["cursor"] for job in asks(changes, "members")] == [""]  # type: ignore[union-attr]
    assert "You keep this group fair" in told(changes)


async def test_whoever_moderates_their_own_cohort_is_not_told_so(life: Story) -> None:
    (ada,) = await life.meets(ADA)
    values = {**GIVEN, "facilitator": ada.id, "moderator": ada.id}
    assert told(await life.fill("cohorts.create", values)) == ""


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("name", "ab", "3 to 60 characters"),
        ("name", "x" * 61, "3 to 60 characters"),
        ("name", " \u202e\x00 ", "3 to 60 characters"),
        ("purpose", "", "One sentence"),
        ("purpose", "x" * 201, "One sentence"),
        ("first", "soon", "not a day"),
        ("first", "1999-01-01", "too far away"),
        ("last", "", "not a day"),
        ("last", "2026-03-09", "comes after the first"),
        ("last", "2999-01-01", "too far away"),
        ("zone", "Mars/Olympus", "do not know this zone"),
        ("zone", "../../etc/passwd", "do not know this zone"),
        ("facilitator", "nobody", "do not know this person"),
        ("moderator", "", "do not know this person"),
        ("moderator", "teams:t1:stranger", "do not know this person"),
    ],
)
async def test_what_is_not_in_order_is_said_at_its_field(
    life: Story, field: str, wrong: str, sentence: str
) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id, field: wrong}
    changes = await life.fill("cohorts.create", values)
    assert isinstance(changes.reply, Invalid)
    assert set(form(changes).errors) == {field}
    assert sentence in plain(form(changes).errors[field])
    assert not (await life.read.find(Cohort)).items


async def test_a_form_that_comes_back_keeps_what_was_written(life: Story) -> None:
    await life.meets(ADA)
    back = form(await life.fill("cohorts.create", {**GIVEN, "name": "x"}, draft="7"))
    assert value(back, "purpose") == GIVEN["purpose"]
    assert back.args == {"draft": "7"}


async def test_an_empty_form_is_a_form_with_a_sentence_at_each_field(life: Story) -> None:
    await life.meets(ADA)
    wrong = form(await life.fill("cohorts.create", {})).errors
    assert set(wrong) == {"name", "purpose", "first", "last", "zone", "facilitator", "moderator"}


async def test_a_form_that_is_sent_twice_starts_one_cohort(life: Story) -> None:
    cohort = await life.begins()
    values = {**GIVEN, "facilitator": cohort.owner, "moderator": cohort.moderator}
    changes = await life.fill("cohorts.create", values, draft="1")
    assert unchanged(changes)
    assert "already set up" in said(changes)


async def test_whom_the_picker_of_a_platform_names_is_met_by_that(life: Story) -> None:
    (ada,) = await life.meets(ADA)
    values = {**GIVEN, "facilitator": ada.id, "moderator": CEM.account}
    event = life.event("form", "cohorts.create", ADA, TEAM)
    await life.happens(replace(event, values=values, people=(CEM,)))
    assert (await life.cohort()).moderator == (await life.known(CEM)).id


# --- where it lives -----------------------------------------------------------------------------


async def test_in_a_private_chat_the_cohort_gets_a_code_and_no_place(life: Story) -> None:
    cohort = await life.begins(CHAT)
    assert cohort.spaces == ()
    assert len(cohort.code) == 7
    assert cohort.code == code_in(cohort.code) == code_of(cohort.id)


async def test_writing_cohort_here_in_a_channel_gives_it_a_place(life: Story) -> None:
    await life.begins(CHAT)
    changes = await life.write("cohort here better handovers!", origin=TEAM, mentioned=True)
    cohort = await life.cohort()
    assert cohort.spaces == (TEAM.place,)
    assert (TEAM.place, f"welcome/{cohort.id}") in shown(changes)


async def test_a_private_chat_is_no_place_for_a_cohort(life: Story) -> None:
    await life.begins(CHAT)
    assert "several people" in said(await life.write("cohort here"))


async def test_nobody_else_can_put_my_cohort_somewhere(life: Story) -> None:
    cohort = await life.begins(CHAT)
    changes = await life.press("spaces.here", CEM, TEAM, cohort=cohort.id)
    assert "can’t find a cohort of yours" in said(changes)
    assert (await life.cohort()).spaces == ()


async def test_a_place_has_room_for_one_cohort(life: Story) -> None:
    await life.begins()
    again = await life.fill("cohorts.create", {}, draft="2")
    assert [o.value for o in form(again).fields[-1].options] == ["channel", "later"]  # type: ignore[union-attr]


async def test_of_several_cohorts_i_am_asked_which_one_lives_here(life: Story) -> None:
    first = await life.begins(CHAT)
    values = {**GIVEN, "facilitator": first.owner, "moderator": first.moderator, "name": "Other"}
    await life.fill("cohorts.create", values, origin=CHAT, draft="2")
    changes = await life.write("cohort here", origin=TEAM, mentioned=True)
    assert "Which one do you mean" in said(changes)


async def test_a_channel_is_made_where_the_platform_can(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id, "where": "channel"}
    (job,) = asks(await life.fill("cohorts.create", values), "make_channel")
    changes = await life.answer(job, values={"place": "teams:t1:new"})
    assert (await life.cohort()).spaces == ("teams:t1:new",)
    assert "channel for Better handovers is there" in told(changes)


async def test_where_no_channel_can_be_made_the_owner_is_offered_this_one(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id, "where": "channel"}
    (job,) = asks(await life.fill("cohorts.create", values), "make_channel")
    changes = await life.answer(job, error="An admin can allow it.")
    assert "An admin can allow it." in told(changes)
    cohort = await life.cohort()
    await life.press("spaces.offered", cohort=cohort.id)
    assert (await life.cohort()).spaces == (TEAM.place,)


async def test_a_channel_is_only_offered_inside_a_team(life: Story) -> None:
    opened = form(await life.press("cohorts.create", origin=CHANNEL))
    assert [o.value for o in opened.fields[-1].options] == ["here", "later"]  # type: ignore[union-attr]


# --- changing, pausing, cancelling --------------------------------------------------------------


async def test_the_form_of_a_change_holds_what_stands(life: Story) -> None:
    cohort = await life.begins()
    args = await life.find(f"desk/{cohort.id}", "Change details", ADA)
    opened = form(await life.hits("cohorts.change", args))
    assert value(opened, "purpose") == cohort.purpose
    assert value(opened, "last") == "2026-04-17"


async def test_a_change_is_kept_and_the_cards_are_redrawn(life: Story) -> None:
    cohort = await life.begins()
    args = await life.find(f"desk/{cohort.id}", "Change details", ADA)
    values = {**GIVEN, "facilitator": cohort.owner, "moderator": cohort.moderator}
    changes = await life.hands_in("cohorts.change", {**values, "purpose": "Calm"}, args)
    assert (await life.cohort()).purpose == "Calm"
    assert (TEAM.place, f"welcome/{cohort.id}") in shown(changes)


async def test_a_late_change_gets_the_desk_as_it_stands(life: Story) -> None:
    cohort = await life.begins()
    args = await life.find(f"desk/{cohort.id}", "Change details", ADA)
    await life.hits("cohorts.pause", await life.find(f"desk/{cohort.id}", "Pause", ADA))
    changes = await life.hands_in("cohorts.change", GIVEN, args)
    assert unchanged(changes)
    assert isinstance(changes.reply, Card | Done)


@pytest.mark.parametrize("name", ["cohorts.change", "cohorts.pause", "cohorts.cancel"])
async def test_only_those_who_lead_it_may_change_a_cohort(life: Story, name: str) -> None:
    cohort = await life.begins()
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(cohort.version)}
    for who in (BO, CEM):
        changes = await life.press(name, who, TEAM, **args)
        assert "Only those who lead" in said(changes)
    assert await life.cohort() == cohort


async def test_a_paused_cohort_says_so_and_goes_on_when_told(life: Story) -> None:
    cohort = await life.begins()
    await life.hits("cohorts.pause", await life.find(f"desk/{cohort.id}", "Pause", ADA))
    assert "has paused this" in words(await life.see(f"welcome/{cohort.id}"))
    await life.hits("cohorts.resume", await life.find(f"desk/{cohort.id}", "Go on", ADA))
    assert (await life.cohort()).stage == "open"


async def test_cancelling_wants_a_reason(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.fill("cohorts.cancel", {"reason": "  "}, cohort=cohort.id)
    assert "people deserve one" in plain(form(changes).errors["reason"])
    assert (await life.cohort()).stage == "open"


async def test_cancelling_tells_everyone_once(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    changes = await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    assert "No room." in words(posted(changes)[0])
    assert told(await life.ring("cohorts.tell_cancelled")) == ""
    assert "does not take place" in words(await life.see(f"welcome/{cohort.id}"))


async def test_who_joined_by_code_is_told_privately_that_it_is_cancelled(life: Story) -> None:
    cohort = await life.begins(CHAT)
    await life.write(f"join {cohort.code}", CEM, chat(CEM))
    await life.joins(CEM, origin=chat(CEM))
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    (job,) = (await life.ring("cohorts.tell_cancelled")).jobs
    assert isinstance(job.work, Deliver)
    assert job.work.target == ToPerson((await life.known(CEM)).id)
    assert job.weight == "essential"


async def test_who_was_invited_by_name_is_told_that_it_is_cancelled(life: Story) -> None:
    cohort = await life.begins()
    (cem,) = await life.meets(CEM)
    await life.fill("invitations.ask", {"people": cem.id}, cohort=cohort.id)
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    assert "No room." in told(await life.ring("cohorts.tell_cancelled"))


async def test_nothing_happens_in_a_cancelled_cohort(life: Story) -> None:
    cohort = await life.begins()
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    for name in ("cohorts.cancel", "members.join", "agreement.draft", "introductions.open"):
        changes = await life.press(name, ADA, TEAM, cohort=cohort.id)
        assert changes.reply == Done(posts.OFF)


# --- ids that are not what they seem ------------------------------------------------------------


@pytest.mark.parametrize("id", ["", "nothing", "x" * 5000, "../..", "\x00", "welcome/1"])
async def test_an_id_that_means_nothing_gets_a_sentence(life: Story, id: str) -> None:
    await life.begins()
    for name in ("cohorts.desk", "members.join", "agreement.agree", "introductions.answer"):
        changes = await life.press(name, CEM, chat(CEM), cohort=id)
        assert isinstance(changes.reply, Done)
        assert isinstance(changes.reply.phrase, Phrase)


async def test_the_desk_is_for_those_who_lead(life: Story) -> None:
    cohort = await life.begins()
    await life.meets(CEM)
    assert await life.see(f"desk/{cohort.id}", CEM) is None
    assert await life.see(f"desk/{cohort.id}") is None
    assert "Only those who lead" in said(await life.press("cohorts.desk", CEM, cohort=cohort.id))


async def test_my_cohorts_are_listed_to_me_alone(life: Story) -> None:
    await life.begins()
    assert "Better handovers" in told(await life.write("cohorts", origin=TEAM, mentioned=True))
    assert "You are in no cohort" in said(await life.write("cohorts", CEM, chat(CEM)))
