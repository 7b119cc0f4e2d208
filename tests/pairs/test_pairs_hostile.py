"""Pairs under pressure: what changes between a proposal and its sending, presses twice, merging."""

from datetime import timedelta

from msgspec.structs import replace

from core.engine.ports import Actor, Changes
from core.engine.records import Address
from core.pairs.model import Pair, Standing, pair_of, standing_id
from core.pairs.personal import carried, exported
from core.pairs.rounds.model import Pool, Round, Sheet
from tests.cohorts.story import CEM, Story, chat, said, words
from tests.pairs.drawing import ELI, drawn, only, pairs, sent, shown
from tests.people.world import ADA, BO


async def approved(it: Story, round: Round) -> None:
    args = await it.find(f"draw/{round.id}/0", "Send it", ADA)
    await it.hits("pairs.approve", args, ADA, chat(ADA))


async def stands(it: Story, who: Actor) -> Standing:
    person = await it.known(who)
    found = await it.read.get(Standing, standing_id((await it.cohort()).id, person.id))
    assert found is not None
    return found


# --- between the proposal and its sending ---------------------------------------------------------


async def test_a_wish_after_the_proposal_still_keeps_two_apart(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    cohort, bo = await it.cohort(), await it.known(BO)
    await it.hands_in("pairs.apart", {"people": bo.id}, {"cohort": cohort.id}, CEM, chat(CEM))
    await approved(it, round)
    await it.ring("pairs.send")
    await it.ring("pairs.send")
    assert not await pairs(it)


async def test_who_became_the_others_manager_meanwhile_is_not_their_partner(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    cem = await it.known(CEM)
    await it.commit(Changes(saves=(replace(cem, manager=BO.account),)))
    await approved(it, round)
    await it.ring("pairs.send")
    await it.ring("pairs.send")
    assert not await pairs(it)


async def test_who_chose_to_go_alone_or_stopped_meanwhile_is_left_in_peace(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    cohort = await it.cohort()
    await it.press("pairs.alone", CEM, chat(CEM), cohort=cohort.id)
    await approved(it, round)
    await it.ring("pairs.send")
    await it.ring("pairs.send")
    assert not await pairs(it)
    assert (await stands(it, CEM)).alone


async def test_whose_partner_left_before_the_sending_is_first_in_line(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    cohort = await it.cohort()
    await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    await approved(it, round)
    await it.ring("pairs.send")
    await it.ring("pairs.send")
    assert not await pairs(it)
    assert (await stands(it, BO)).waiting == "yes"


async def test_a_cohort_cancelled_meanwhile_sends_nothing_and_keeps_nothing(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    await approved(it, round)
    await it.commit(Changes(saves=(replace(await it.cohort(), stage="cancelled"),)))
    await it.ring("pairs.send")
    await it.ring("pairs.send")
    assert not await pairs(it)
    for kind in (Pool, Sheet):
        assert not (await it.read.find(kind)).items


async def test_a_paused_cohort_sends_nothing_new(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    args = await it.find(f"draw/{round.id}/0", "Send it", ADA)
    await it.commit(Changes(saves=(replace(await it.cohort(), stage="paused"),)))
    answer = await it.hits("pairs.approve", args, ADA, chat(ADA))
    assert "paused" in said(answer)
    await it.ring("pairs.send")
    assert not await pairs(it)


async def test_a_round_that_a_pause_ended_leaves_nothing_of_people_behind(it: Story) -> None:
    await it.begins()
    await it.joins(BO, CEM)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await it.ring("pairs.gather")
    round = (await it.read.find(Round)).items[0]
    assert (await it.read.find(Pool)).items
    await it.commit(Changes(saves=(replace(await it.cohort(), stage="paused"),)))
    await it.ring("pairs.match")
    await it.ring("pairs.stale")
    assert not (await it.read.find(Pool)).items
    found = await it.read.get(Round, round.id)
    assert found is not None
    assert found.stage == "dropped"


async def test_a_proposal_that_waits_is_brought_back_to_mind_once(it: Story) -> None:
    round = await drawn(it, BO, CEM)
    reminded = await it.ring("pairs.remind")
    ada = await it.known(ADA)
    assert shown(reminded, "draw-waits/") == {ada.id}
    card = words(await it.seen(f"draw-waits/{round.id}", ADA))
    assert "put away" in card
    assert await it.see(f"draw-waits/{round.id}", CEM) is None
    await approved(it, round)
    assert await it.see(f"draw-waits/{round.id}", ADA) is None


# --- not a good match -----------------------------------------------------------------------------


async def test_no_match_after_a_wish_of_ones_own_works_like_any(it: Story) -> None:
    await sent(it, BO, CEM)
    cohort, bo = await it.cohort(), await it.known(BO)
    await it.hands_in("pairs.apart", {"people": bo.id}, {"cohort": cohort.id}, CEM, chat(CEM))
    answer = await it.press("pairs.no_match", CEM, chat(CEM), pair=(await only(it)).id)
    assert "nobody hears why" in said(answer)
    assert (await only(it)).state == "ended"


async def test_who_changes_partner_does_not_get_the_same_one_back(it: Story) -> None:
    await sent(it, BO, CEM)
    await it.ring("pairs.settle")
    cohort = await it.cohort()
    await it.press("pairs.no_match", CEM, chat(CEM), pair=(await only(it)).id)
    await it.ring("pairs.next")
    for who in (BO, CEM):
        await it.press("pairs.new", who, chat(who), cohort=cohort.id)
    assert [pair.state for pair in await pairs(it)] == ["ended"]


async def test_no_copy_of_data_tells_who_ended_it_or_what_the_other_said(it: Story) -> None:
    await sent(it, BO, CEM, style="coffee")
    pair = await only(it)
    await it.press("pairs.good", CEM, chat(CEM), pair=pair.id)
    await it.press("pairs.met", CEM, chat(CEM), pair=pair.id, said="no")
    bo, cem = await it.known(BO), await it.known(CEM)
    theirs = str((await exported(bo, it.moment()))["pairs"])
    assert f"'said': ({cem.id!r}" not in theirs
    assert "'no'" not in theirs
    assert "'no'" in str((await exported(cem, it.moment()))["pairs"])
    await it.press("pairs.no_match", CEM, chat(CEM), pair=pair.id)
    assert "changed" not in str((await exported(bo, it.moment()))["pairs"])


async def test_the_second_of_two_presses_finds_it_done(it: Story) -> None:
    await sent(it, BO, CEM)
    pair = await only(it)
    await it.press("pairs.no_match", CEM, chat(CEM), pair=pair.id)
    late = await it.press("pairs.no_match", BO, chat(BO), pair=pair.id)
    assert "ended already" in said(late)
    assert not late.saves


# --- two who are one, and those who go ------------------------------------------------------------


async def test_who_stood_in_line_elsewhere_keeps_the_pair_of_their_other_account(
    it: Story,
) -> None:
    await sent(it, BO, CEM)
    cohort = await it.joins(ELI)
    await it.press("pairs.new", ELI, chat(ELI), cohort=cohort.id)
    eli, cem = await it.known(ELI), await it.known(CEM)
    while changes := await carried(eli, cem, it.moment()):
        await it.commit(changes)
    pair = await pair_of(it.read, cohort.id, eli.id)
    assert pair is not None
    assert (await stands(it, ELI)).waiting == ""


async def test_nobody_is_left_in_a_pair_with_somebody_who_turned_out_to_have_another(
    it: Story,
) -> None:
    await sent(it, ADA, BO, CEM, ELI)
    cohort = await it.cohort()
    first, second = await pairs(it)
    kept, gone = [
        await it.read.get(type(await it.known(ADA)), one.people[0]) for one in (first, second)
    ]
    assert kept is not None
    assert gone is not None
    while changes := await carried(kept, gone, it.moment()):
        await it.commit(changes)
    ended = await it.read.get(Pair, second.id)
    assert ended is not None
    assert ended.state == "ended"
    assert await pair_of(it.read, cohort.id, second.people[1]) is None


async def test_whose_partner_erased_themselves_is_asked_how_to_go_on(it: Story) -> None:
    await sent(it, BO, CEM)
    bo = await it.known(BO)
    erased = await it.press("people.erase_now", CEM, chat(CEM), sure="yes")
    assert shown(erased, "parted/") == {(await it.cohort()).facilitator}
    assert shown(await it.ring("pairs.told"), "pairless/") == {bo.id}


async def test_who_pauses_while_they_wait_is_not_given_to_somebody(it: Story) -> None:
    await it.begins()
    await it.joins(BO, CEM)
    cohort = await it.cohort()
    await it.press("pairs.new", CEM, chat(CEM), cohort=cohort.id)
    cem = await it.known(CEM)
    away = replace(cem, paused_until=it.now + timedelta(days=30))
    await it.commit(Changes(saves=(away,)))
    await it.press("pairs.new", BO, chat(BO), cohort=cohort.id)
    assert not await pairs(it)


# --- who cannot be reached -----------------------------------------------------------------------


async def blocks(it: Story, who: Actor) -> None:
    lost = Address(id=who.account, state="blocked")
    await it.commit(Changes(saves=(lost,)))


async def test_whose_partner_cannot_be_reached_hears_that_they_may_choose(it: Story) -> None:
    await sent(it, BO, CEM)
    await blocks(it, CEM)
    cohort, bo = await it.cohort(), await it.known(BO)
    assert shown(await it.ring("pairs.settle"), "parted/") == {cohort.facilitator}
    assert shown(await it.ring("pairs.told"), "pairless/") == {bo.id}
    card = words(await it.seen(f"pairless/{cohort.id}/0", BO))
    assert "won’t be here for a while" in card
    await it.press("pairs.new", BO, chat(BO), cohort=cohort.id)
    assert await pair_of(it.read, cohort.id, bo.id) is None


async def test_whom_we_cannot_write_to_is_given_to_nobody(it: Story) -> None:
    await it.begins()
    await it.joins(BO, CEM)
    await blocks(it, CEM)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await it.ring("pairs.gather")
    assert "It takes two" in str((await it.ring("pairs.match")).jobs)


# --- heard in their hours -------------------------------------------------------------------------


async def test_a_new_partner_is_told_in_their_hours_even_if_the_week_is_full(it: Story) -> None:
    it.now = it.now.replace(hour=23)
    changes = await sent(it, BO, CEM)
    cards = [job for job in changes.jobs if job.key.startswith("show/") and "/pair/" in job.key]
    assert len(cards) == 2
    for job in cards:
        assert job.weight == "person"
        assert job.due is not None
        assert job.due > it.now
