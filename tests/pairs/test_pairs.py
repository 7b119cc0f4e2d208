"""Pairs: drawn, approved, and what its people do with theirs."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.model import Membership, membership_id
from core.engine.ports import Ask, Changes
from core.message import Link
from core.pairs.index import SLICE
from core.pairs.model import partners_of
from core.pairs.rounds.model import Met, Pool, Round, Sheet
from core.people.model import Person
from tests.cohorts.story import (
    CEM,
    DEE,
    Story,
    actions,
    asks,
    buttons,
    chat,
    form,
    said,
    words,
)
from tests.pairs.drawing import ELI, FLO, drawn, looked_up, only, pairs, sent, shown
from tests.people.world import ADA, BO

# --- the round ------------------------------------------------------------------------------------


async def test_whoever_leads_sees_each_pair_with_a_reason_before_anybody_hears(it: Story) -> None:
    round = await drawn(it, ADA, BO, CEM)
    card = words(await it.seen(f"draw/{round.id}/0", ADA))
    assert all(name in card for name in ("Ada Example", "Bo Example", "Cem Sample"))
    assert "suits all" in card
    assert not await pairs(it)
    assert await it.see(f"draw/{round.id}/0", CEM) is None


async def test_each_hears_whom_they_are_with_once_it_is_approved(it: Story) -> None:
    await it.meets(CEM)
    changes = await sent(it, ADA, BO)
    ada, bo = await it.known(ADA), await it.known(BO)
    assert shown(changes, "pair/") == {ada.id, bo.id}
    pair = await only(it)
    card = await it.seen(f"pair/{pair.id}", ADA)
    assert "Ada Example, meet Bo Example" in words(card)
    assert {"pairs.good", "pairs.why", "pairs.no_match"} <= set(actions(card))
    assert await it.see(f"pair/{pair.id}", CEM) is None
    for kind in (Pool, Sheet):
        assert not (await it.read.find(kind)).items


async def test_drawing_again_gives_another_proposal(it: Story) -> None:
    people = [ADA, BO, CEM, DEE, ELI, FLO]
    round = await drawn(it, *people)
    before = {(await it.read.get(Sheet, f"{round.id}/0/0")).rows}  # type: ignore[union-attr]
    for turn in range(1, 5):
        args = await it.find(f"draw/{round.id}/0", "Draw again", ADA)
        await it.hits("pairs.redo", args, ADA, chat(ADA))
        await it.ring("pairs.match")
        sheet = await it.read.get(Sheet, f"{round.id}/{turn}/0")
        assert sheet is not None
        before.add(sheet.rows)
    assert len(before) > 1


async def test_a_round_asked_for_twice_is_one_round(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO)
    cohort = await it.cohort()
    await it.press("pairs.draw", ADA, chat(ADA), cohort=cohort.id)
    again = await it.press("pairs.draw", ADA, chat(ADA), cohort=cohort.id)
    assert "already" in said(again)
    await looked_up(it)
    third = await it.press("pairs.draw", ADA, chat(ADA), cohort=cohort.id)
    assert "already" in said(third)
    assert len((await it.read.find(Round)).items) == 1


async def test_a_round_with_one_person_says_so(it: Story) -> None:
    await it.begins()
    await it.joins(BO)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await it.ring("pairs.gather")
    assert "It takes two" in str((await it.ring("pairs.match")).jobs)
    assert not await pairs(it)


async def test_an_odd_one_makes_a_trio(it: Story) -> None:
    await sent(it, ADA, BO, CEM)
    assert len((await only(it)).people) == 3


async def test_who_paused_is_left_out_and_the_proposal_says_why(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO, CEM)
    cem = await it.known(CEM)
    await it.commit(Changes(saves=(replace(cem, paused_until=it.now + timedelta(days=30)),)))
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await looked_up(it)
    round = (await it.read.find(Round)).items[0]
    assert "Cem Sample: left out, paused" in words(await it.seen(f"draw/{round.id}/0", ADA))


async def test_who_has_answered_none_of_the_last_messages_is_left_out(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO, CEM)
    await it.sent(await it.known(CEM), 3)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await looked_up(it)
    round = (await it.read.find(Round)).items[0]
    card = words(await it.seen(f"draw/{round.id}/0", ADA))
    assert "Cem Sample: left out, has not answered" in card


async def test_only_whoever_leads_draws_and_nobody_sends_a_strangers_round(it: Story) -> None:
    round = await drawn(it, ADA, BO, CEM)
    cohort = await it.cohort()
    for name in ("pairs.draw", "pairs.approve", "pairs.redo", "pairs.drop", "pairs.look"):
        args = {"cohort": cohort.id, "id": round.id, "rev": str(round.version), "round": round.id}
        await it.hits(name, args, CEM, chat(CEM))
    found = await it.read.get(Round, round.id)
    assert found == round
    forged = {"cohort": cohort.id, "id": "nonsense", "rev": "1"}
    await it.hits("pairs.approve", forged, ADA, chat(ADA))
    assert not await pairs(it)


async def test_what_nobody_approves_is_put_away_after_a_week(it: Story) -> None:
    round = await drawn(it, ADA, BO)
    await it.ring("pairs.stale")
    found = await it.read.get(Round, round.id)
    assert found is not None
    assert found.stage == "dropped"
    assert not (await it.read.find(Pool)).items


async def test_who_has_a_partner_is_not_drawn_again(it: Story) -> None:
    await sent(it, ADA, BO)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await it.ring("pairs.gather")
    assert "has a partner already" in str((await it.ring("pairs.match")).jobs)
    assert len(await pairs(it)) == 1


async def test_a_large_cohort_is_looked_up_and_told_page_by_page(it: Story) -> None:
    cohort = await it.begins()
    crowd = [Person(id=f"p{n:03}", name=f"P{n}", zone="UTC") for n in range(130)]
    members = [
        Membership(
            id=membership_id(cohort.id, one.id),
            cohort=cohort.id,
            person=one.id,
            state="member",
            way="list",
            at=it.now,
        )
        for one in crowd
    ]
    await it.commit(Changes(saves=(*crowd, *members)))
    await it.press("pairs.draw", ADA, chat(ADA), cohort=cohort.id)
    for _ in range(8):
        await looked_up(it)
    round = (await it.read.find(Round)).items[0]
    assert (round.stage, round.people, round.groups) == ("proposed", 130, 65)
    assert "pairs.look" in actions(await it.seen(f"draw/{round.id}/0", ADA))
    args = await it.find(f"draw/{round.id}/0", "Send it", ADA)
    await it.hits("pairs.approve", args, ADA, chat(ADA))
    for _ in range(8):
        await it.ring("pairs.send")
    assert len({one for pair in await pairs(it) for one in pair.people}) == 130


async def test_coffees_bring_people_together_who_have_not_met(it: Story) -> None:
    met = set()
    for _ in range(3):
        await sent(it, ADA, BO, CEM, ELI, style="coffee")
        await it.ring("pairs.over")
        it.now += timedelta(days=14)
    met = {frozenset(pair.people) for pair in await pairs(it)}
    assert len(met) == 6
    assert len((await it.read.find(Met)).items) == 3


async def test_a_step_of_a_programme_draws_too_and_asks_first(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO)
    cohort = await it.cohort()
    step = replace(
        it.event("timer", "pairs.gather", None, None), args={"cohort": cohort.id, "step": "pairs"}
    )
    changes = await SLICE.steps["pairs"].run(step, it.moment("step"))
    (round,) = [one for one in changes.saves if isinstance(one, Round)]
    assert (round.style, round.asked) == ("lasting", cohort.facilitator)


# --- a pair ---------------------------------------------------------------------------------------


async def test_somebody_is_a_partner_once_the_pair_is_accepted(it: Story) -> None:
    await sent(it, ADA, BO)
    pair, cohort = await only(it), await it.cohort()
    ada, bo = await it.known(ADA), await it.known(BO)
    assert await partners_of(it.read, cohort.id, ada.id) == ()
    await it.press("pairs.good", BO, chat(BO), pair=pair.id)
    assert await partners_of(it.read, cohort.id, ada.id) == (bo.id,)
    assert (await only(it)).state == "accepted"
    await it.press("pairs.good", ADA, chat(ADA), pair=pair.id)
    assert (await only(it)).state == "running"
    assert "already" in said(await it.press("pairs.good", ADA, chat(ADA), pair=pair.id))


async def test_a_pair_that_nobody_minds_runs_after_three_days(it: Story) -> None:
    await sent(it, ADA, BO)
    await it.ring("pairs.settle")
    assert (await only(it)).state == "running"


async def test_say_hello_and_find_a_time_know_the_way_to_the_other(it: Story) -> None:
    await sent(it, ADA, ELI)
    card = await it.seen(f"pair/{(await only(it)).id}", ADA)
    ways = [b.reach for b in buttons(card) if isinstance(b, Link) and b.reach]
    assert [way.how for way in ways] == ["chat", "meeting"]
    assert ways[0].mails == ("eli@example.org",)


async def test_a_chat_of_their_own_is_asked_for_and_shown(it: Story) -> None:
    changes = await sent(it, ADA, BO)
    (job,) = asks(changes, "make_chat")
    assert isinstance(job.work, Ask)
    assert set(job.work.question["people"].split(",")) == {ADA.account, BO.account}
    await it.answer(job, values={"place": "slack:T1:G1"})
    assert (await only(it)).chat == "slack:T1:G1"
    ways = [
        b.reach
        for b in buttons(await it.seen(f"pair/{(await only(it)).id}", ADA))
        if isinstance(b, Link)
    ]
    assert ways[0] is not None
    assert ways[0].chat == "slack:T1:G1"


async def test_where_no_chat_can_be_made_the_card_stays_as_it_was(it: Story) -> None:
    (job,) = asks(await sent(it, ADA, BO), "make_chat")
    before = await only(it)
    await it.answer(job, error="unknown")
    assert await only(it) == before


async def test_why_us_says_what_spoke_for_it(it: Story) -> None:
    await sent(it, ADA, BO)
    told = said(await it.press("pairs.why", ADA, chat(ADA), pair=(await only(it)).id))
    assert "suits all" in told


async def test_their_habits_are_shown_to_both(it: Story) -> None:
    await sent(it, ADA, BO)
    pair = await only(it)
    opened = form(await it.press("pairs.habits", ADA, chat(ADA), pair=pair.id))
    assert opened.action == "pairs.habits"
    values = {"often": "week", "channel": "call", "expect": "Honest, and short."}
    changes = await it.hands_in("pairs.habits", values, {"pair": pair.id}, ADA, chat(ADA))
    assert shown(changes, "pair/") == {(await it.known(who)).id for who in (ADA, BO)}
    assert "Honest, and short." in words(await it.seen(f"pair/{pair.id}", BO))


async def test_habits_too_long_or_forged_change_nothing(it: Story) -> None:
    await sent(it, ADA, BO)
    pair = await only(it)
    long = {"often": "week", "channel": "chat", "expect": "x" * 5000}
    assert form(await it.hands_in("pairs.habits", long, {"pair": pair.id}, ADA, chat(ADA))).errors
    odd = {"often": "hourly", "channel": "fax", "expect": ""}
    await it.hands_in("pairs.habits", odd, {"pair": pair.id}, ADA, chat(ADA))
    assert (await only(it)).habits.often == ""


async def test_a_stranger_can_do_nothing_with_a_pair(it: Story) -> None:
    await sent(it, ADA, BO)
    pair = await only(it)
    await it.joins(CEM)
    for name in ("good", "why", "habits", "met", "no_match"):
        changes = await it.press(f"pairs.{name}", CEM, chat(CEM), pair=pair.id)
        assert "isn’t your pair" in said(changes)
    assert "can’t find" in said(await it.press("pairs.good", CEM, chat(CEM), pair="nope"))
    assert await only(it) == pair
