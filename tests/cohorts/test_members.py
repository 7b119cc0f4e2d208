"""People are invited, join, decline and leave."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.members import posts
from core.cohorts.model import Membership, Space, Tries, board, code_in, moved, spent, tried
from core.engine.ports import Actor, Card, Done
from tests.cohorts.story import (
    CEM,
    DEE,
    GIVEN,
    TEAM,
    Story,
    actions,
    asks,
    buttons,
    chat,
    form,
    nudged,
    posted,
    said,
    shown,
    told,
    unchanged,
    words,
)
from tests.people.world import ADA, BO, CHAT, MONDAY

NEWCOMERS = tuple(Actor(account=f"teams:t1:n{n}", name=f"Newcomer {n}") for n in range(201))


async def counted(life: Story, state: str = "member") -> int:
    return await life.read.tally(f"cohorts.{state}", (await life.cohort()).id)


async def rostered(life: Story, *people: Actor) -> None:
    """The roster of the team is read."""
    cohort = await life.begins()
    space = await life.read.get(Space, TEAM.place)
    assert space is not None
    question = {"place": space.id, "cohort": cohort.id, "turn": str(space.turn), "page": "0"}
    event = life.event("answer", "cohorts.listed", None, None)
    await life.happens(replace(event, args=question, people=people))


# --- being invited ------------------------------------------------------------------------------


async def test_being_in_the_team_is_an_invitation_and_no_more(life: Story) -> None:
    await rostered(life, ADA, BO, CEM)
    assert await life.standing(CEM) == "invited"
    assert (await counted(life), await counted(life, "invited")) == (0, 3)


async def test_a_long_roster_is_asked_for_page_by_page(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
    (job,) = asks(await life.fill("cohorts.create", values), "members")
    (more,) = asks(await life.answer(job, people=(ADA, BO), cursor="next"), "members")
    assert more.work.question["cursor"] == "next"  # type: ignore[union-attr]
    assert asks(await life.answer(more, people=(CEM,)), "members") == []
    assert await counted(life, "invited") == 3


async def test_the_same_roster_twice_invites_once(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
    (job,) = asks(await life.fill("cohorts.create", values), "members")
    for _ in range(2):
        await life.answer(job, people=(CEM, CEM, BO))
    assert await counted(life, "invited") == 2


async def test_an_unreadable_roster_is_told_to_the_owner(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
    (job,) = asks(await life.fill("cohorts.create", values), "members")
    assert "anyone there can press Join" in told(await life.answer(job, error="NotAllowed"))


async def test_many_newcomers_get_one_line_together(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.place("people.added", CEM, DEE, *NEWCOMERS[:90])
    (line,) = posted(changes)
    assert "new here" in words(line)
    assert "members.join" in actions(line)
    assert nudged(changes) == []
    assert await life.read.tally(board("invited"), cohort.id) == 92


async def test_more_newcomers_than_fit_one_change_come_in_pieces(life: Story) -> None:
    await life.begins()
    changes = await life.place("people.added", *NEWCOMERS)
    assert [len(job.work.event.people) for job in changes.jobs] == [200, 1]  # type: ignore[union-attr]
    await life.ring("cohorts.arrived")
    assert await counted(life, "invited") == 201


async def test_newcomers_where_no_cohort_lives_leave_no_trace(life: Story) -> None:
    assert unchanged(await life.place("people.added", CEM))


async def test_guests_are_invited_unless_the_cohort_says_otherwise(life: Story) -> None:
    await life.begins(guests="false")
    await life.place("people.added", CEM, DEE)
    assert (await life.standing(CEM), await life.standing(DEE)) == ("invited", "")
    cohort = await life.cohort()
    changes = await life.press("members.join", DEE, TEAM, cohort=cohort.id)
    assert changes.reply == Done(posts.NO_GUESTS)


async def test_a_list_invites_each_person_privately_and_once(life: Story) -> None:
    cohort = await life.begins()
    cem, dee = await life.meets(CEM, DEE)
    values = {"people": f"{cem.id}, {dee.id},{cem.id},nobody"}
    changes = await life.fill("invitations.ask", values, cohort=cohort.id)
    assert nudged(changes) == [(p.id, f"welcome/{cohort.id}/20260302") for p in (cem, dee)]
    assert "on their way: 2" in said(changes)
    assert "Not found: 1" in said(changes)
    assert nudged(await life.fill("invitations.ask", values, cohort=cohort.id)) == []


async def test_an_empty_list_comes_back(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.fill("invitations.ask", {"people": " ,x"}, cohort=cohort.id)
    assert set(form(changes).errors) == {"people"}


async def test_only_leads_invite(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.fill("invitations.ask", {"people": "x"}, BO, cohort=cohort.id)
    assert "Only those who lead" in said(changes)


# --- a code -------------------------------------------------------------------------------------


async def test_a_code_shows_the_welcome_and_waits_for_join(life: Story) -> None:
    cohort = await life.begins()
    typed = f"join {cohort.code[:3].lower()}-{cohort.code[3:]}."
    changes = await life.write(typed, CEM, chat(CEM))
    assert "Fewer surprises" in said(changes)
    assert await life.standing(CEM) == "invited"


async def test_joining_after_the_code_makes_a_member(life: Story) -> None:
    cohort = await life.begins()
    await life.write(f"join {cohort.code}", CEM, chat(CEM))
    await life.joins(CEM, origin=chat(CEM))
    assert await life.standing(CEM) == "member"


async def test_join_without_a_code_says_how_it_is_written(life: Story) -> None:
    assert said(await life.write("join", CEM, chat(CEM))).startswith("Write join and the code")


async def test_after_ten_wrong_codes_even_the_right_one_has_to_wait(life: Story) -> None:
    cohort = await life.begins()
    for n in range(10):
        assert "No cohort" in said(await life.write(f"join 222222{n % 8 + 2}", CEM, chat(CEM)))
    changes = await life.write(f"join {cohort.code}", CEM, chat(CEM))
    assert changes.reply == Done(posts.WAIT)
    life.now += timedelta(hours=1)
    assert "Fewer" in said(await life.write(f"join {cohort.code}", CEM, chat(CEM)))


def test_wrong_codes_are_forgotten_after_an_hour() -> None:
    tries = Tries(id="p")
    for n in range(10):
        tries = tried(tries, MONDAY + timedelta(minutes=n))
    assert spent(tries, MONDAY + timedelta(minutes=59))
    assert not spent(tries, MONDAY + timedelta(minutes=60))
    assert not spent(None, MONDAY)


def test_a_code_holds_no_letters_that_look_alike() -> None:
    assert code_in("o0 i1 l-7kq4 mwx zz") == "7KQ4MWXZ"


# --- joining ------------------------------------------------------------------------------------


async def test_joining_counts_and_says_what_comes_next(life: Story) -> None:
    cohort = await life.begins()
    changes = await life.press("members.join", CEM, TEAM, cohort=cohort.id)
    cem = await life.known(CEM)
    assert changes.reply == Done(posts.IN_AND_TOLD)
    assert {(TEAM.place, f"welcome/{cohort.id}"), (cem.id, f"me/{cohort.id}/1")} <= shown(changes)
    assert "Joined 1" in words(await life.see(f"welcome/{cohort.id}"))
    assert "You’re in" in words(await life.see(f"me/{cohort.id}", CEM))


async def test_joining_on_a_private_invitation_turns_it_into_my_card(life: Story) -> None:
    cohort = await life.begins(CHAT)
    await life.write(f"join {cohort.code}", CEM, chat(CEM))
    here = replace(chat(CEM), slot=f"welcome/{cohort.id}/1")
    changes = await life.press("members.join", CEM, here, cohort=cohort.id)
    assert isinstance(changes.reply, Card)
    assert changes.reply.post.slot == here.slot
    assert "Nothing to do now" in said(changes)


async def test_the_same_press_under_a_new_id_counts_once(life: Story) -> None:
    await life.begins()
    await life.joins(CEM, CEM, CEM)
    assert await counted(life) == 1


async def test_a_stranger_cannot_join_by_naming_the_cohort(life: Story) -> None:
    cohort = await life.begins()
    for name in ("members.join", "members.decline", "members.look", "members.mine"):
        changes = await life.press(name, CEM, chat(CEM), cohort=cohort.id)
        assert changes.reply == Done(posts.NOT_INVITED)
    assert await life.standing(CEM) == ""


async def test_not_now_is_an_answer_and_can_be_changed(life: Story) -> None:
    await rostered(life, CEM)
    cohort = await life.cohort()
    assert "That’s fine" in said(await life.press("members.decline", CEM, TEAM, cohort=cohort.id))
    assert (await life.standing(CEM), await counted(life, "invited")) == ("declined", 0)
    await life.joins(CEM)
    assert (await life.standing(CEM), await counted(life, "declined")) == ("member", 0)


async def test_nobody_joins_after_the_last_day(life: Story) -> None:
    cohort = await life.begins()
    life.now += timedelta(days=60)
    changes = await life.press("members.join", CEM, TEAM, cohort=cohort.id)
    assert "is over" in said(changes)
    assert "Thank you to everyone" in words(await life.see(f"welcome/{cohort.id}"))


# --- leaving ------------------------------------------------------------------------------------


async def test_leaving_takes_one_more_tap_and_no_reason(life: Story) -> None:
    await life.begins()
    cohort = await life.joins(CEM)
    asked = await life.write("leave", CEM, chat(CEM))
    assert "no reason" in said(asked)
    assert await life.standing(CEM) == "member"
    changes = await life.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    assert "You’ve left" in said(changes)
    assert (await life.standing(CEM), await counted(life)) == ("left", 0)
    assert "Cem" not in told(changes)


async def test_staying_changes_nothing(life: Story) -> None:
    await life.begins()
    cohort = await life.joins(CEM)
    assert "Nothing has changed" in said(await life.press("members.stay", CEM, cohort=cohort.id))


async def test_leaving_twice_counts_once_and_coming_back_counts_again(life: Story) -> None:
    await life.begins()
    cohort = await life.joins(CEM, BO)
    for _ in range(2):
        await life.press("members.left", CEM, TEAM, cohort=cohort.id)
    assert await counted(life) == 1
    await life.joins(CEM)
    assert await counted(life) == 2


async def test_who_leaves_the_team_leaves_the_cohort(life: Story) -> None:
    await rostered(life, CEM, DEE)
    await life.joins(CEM)
    await life.place("people.removed", CEM, DEE, BO)
    assert (await life.standing(CEM), await life.standing(DEE)) == ("removed", "removed")
    assert (await counted(life), await counted(life, "invited")) == (0, 0)


async def test_who_joined_by_name_stays_when_leaving_the_team(life: Story) -> None:
    cohort = await life.begins()
    (cem,) = await life.meets(CEM)
    await life.fill("invitations.ask", {"people": cem.id}, cohort=cohort.id)
    await life.joins(CEM)
    await life.place("people.removed", CEM)
    assert await life.standing(CEM) == "member"


def test_a_first_move_takes_nobody_out_of_a_count() -> None:
    new = Membership(id="c/p", cohort="c", person="p", state="invited", way="team", at=MONDAY)
    _, tallies = moved(new, "member", MONDAY)
    assert [(t.board, t.by) for t in tallies] == [("cohorts.member", 1)]


async def test_my_card_has_the_next_step_first(life: Story) -> None:
    await rostered(life, CEM)
    card = await life.see(f"me/{(await life.cohort()).id}", CEM)
    assert card is not None
    assert actions(card)[0] == "members.join"
    cohort = await life.joins(CEM)
    card = await life.see(f"me/{cohort.id}", CEM)
    assert card is not None
    assert actions(card)[-2:] == ["members.leave", "members.more"]
    assert len(buttons(card)) <= 6
