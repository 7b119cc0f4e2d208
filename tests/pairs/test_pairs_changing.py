"""When a pair changes: no good match, somebody goes; and what is kept of people."""

from datetime import timedelta

from core.pairs.model import Apart, Standing, pair_of, standing_id
from core.pairs.personal import carried, exported
from core.people.model import by_account
from tests.cohorts.story import (
    CEM,
    Story,
    actions,
    chat,
    form,
    said,
    words,
)
from tests.pairs.drawing import ELI, only, pairs, parted, sent, shown
from tests.people.world import ADA, BO

# --- not a good match -----------------------------------------------------------------------------


async def test_not_a_good_match_stays_unseen_and_both_are_asked(it: Story) -> None:
    await sent(it, ADA, BO)
    pair, cohort = await only(it), await it.cohort()
    answer = await it.press("pairs.no_match", ADA, chat(ADA), pair=pair.id)
    assert "nobody hears why" in said(answer)
    asked = await it.ring("pairs.next")
    assert shown(asked, "pairless/") == {(await it.known(who)).id for who in (ADA, BO)}
    card = words(await it.seen(f"pairless/{cohort.id}/1", BO))
    assert "nobody’s fault" in card
    assert "match" not in card
    assert "Ada" not in card
    assert (await only(it)).state == "ended"


async def test_who_did_not_fit_is_not_put_together_again(it: Story) -> None:
    await sent(it, ADA, BO)
    await it.press("pairs.no_match", ADA, chat(ADA), pair=(await only(it)).id)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id)
    await it.ring("pairs.gather")
    assert "It takes two" in str((await it.ring("pairs.match")).jobs)


async def test_two_who_wait_become_a_pair(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO)
    cohort = await it.cohort()
    first = await it.press("pairs.new", ADA, chat(ADA), cohort=cohort.id)
    assert "first in line" in said(first)
    await it.press("pairs.new", BO, chat(BO), cohort=cohort.id)
    assert set((await only(it)).people) == {(await it.known(who)).id for who in (ADA, BO)}
    again = await it.press("pairs.new", BO, chat(BO), cohort=cohort.id)
    assert "You have a partner already" in said(again)


async def test_going_alone_is_a_choice_and_can_be_changed(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO)
    cohort = await it.cohort()
    await it.press("pairs.alone", BO, chat(BO), cohort=cohort.id)
    assert "alone" in said(await it.write("partner", BO, chat(BO)))
    await it.press("pairs.draw", ADA, chat(ADA), cohort=cohort.id)
    await it.ring("pairs.gather")
    await it.ring("pairs.match")
    assert not await pairs(it)
    await it.press("pairs.new", BO, chat(BO), cohort=cohort.id)
    standing = await it.read.get(Standing, standing_id(cohort.id, (await it.known(BO)).id))
    assert standing is not None
    assert (standing.waiting, standing.alone) == ("yes", False)


async def test_somebody_joins_two_who_go_on_well(it: Story) -> None:
    await sent(it, ADA, BO)
    await it.ring("pairs.settle")
    cohort = await it.joins(CEM)
    changes = await it.press("pairs.trio", CEM, chat(CEM), cohort=cohort.id)
    assert len((await only(it)).people) == 3
    assert len(shown(changes, "pair/")) == 3


# --- somebody goes --------------------------------------------------------------------------------


async def test_when_a_partner_leaves_the_facilitator_hears_first_and_then_who_is_left(
    it: Story,
) -> None:
    await sent(it, BO, CEM)
    cohort = await it.cohort()
    left = await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    assert shown(left, "parted/") == {cohort.facilitator}
    slot = parted(left)
    assert "Cem Sample is no longer there for Bo Example" in words(await it.seen(slot, ADA))
    bo = await it.known(BO)
    assert await pair_of(it.read, cohort.id, bo.id) is None
    told = await it.ring("pairs.told")
    assert shown(told, "pairless/") == {bo.id}


async def test_the_facilitator_may_tell_them_in_person(it: Story) -> None:
    await sent(it, BO, CEM)
    cohort = await it.cohort()
    left = await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    slot = parted(left)
    await it.hits("pairs.hold", await it.find(slot, "myself", ADA), ADA, chat(ADA))
    assert not (await it.ring("pairs.told")).jobs
    done = await it.hits("pairs.tell", await it.find(slot, "I’ve told", ADA), ADA, chat(ADA))
    assert shown(done, "pairless/") == {(await it.known(BO)).id}


async def test_a_facilitator_whose_own_partner_leaves_is_asked_like_anybody(it: Story) -> None:
    await sent(it, ADA, CEM)
    cohort = await it.cohort()
    await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    assert shown(await it.ring("pairs.told"), "pairless/") == {cohort.facilitator}


async def test_a_trio_goes_on_as_a_pair(it: Story) -> None:
    await sent(it, ADA, BO, CEM)
    cohort = await it.cohort()
    await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    pair = await only(it)
    assert len(pair.people) == 2
    assert pair.state != "ended"
    assert "Cem" not in words(await it.seen(f"pair/{pair.id}", ADA))


async def test_who_pauses_for_long_stays_and_the_other_may_wait_or_go_on(it: Story) -> None:
    await sent(it, BO, CEM)
    cohort = await it.cohort()
    until = f"{it.now + timedelta(days=20):%Y-%m-%d}"
    await it.hands_in("people.pause_until", {"until": until}, {}, CEM, chat(CEM))
    told = await it.ring("pairs.told")
    bo = await it.known(BO)
    assert shown(told, "pairless/") == {bo.id}
    card = await it.seen(f"pairless/{cohort.id}/0", BO)
    assert "pairs.wait" in actions(card)
    await it.press("pairs.wait", BO, chat(BO), cohort=cohort.id)
    assert await pair_of(it.read, cohort.id, bo.id) is not None
    await it.press("pairs.alone", BO, chat(BO), cohort=cohort.id)
    assert await pair_of(it.read, cohort.id, bo.id) is None


async def test_the_word_partner_shows_whom_i_am_with_or_what_i_may_choose(it: Story) -> None:
    await sent(it, ADA, BO)
    assert "meet Bo Example" in said(await it.write("partner", ADA, chat(ADA)))
    await it.joins(CEM)
    assert "no partner here yet" in said(await it.write("partner", CEM, chat(CEM)))


# --- coffee ---------------------------------------------------------------------------------------


async def test_a_coffee_asks_whether_they_met_before_it_ends(it: Story) -> None:
    await sent(it, ADA, BO, style="coffee")
    pair = await only(it)
    asked = await it.ring("pairs.ask_met")
    assert len(shown(asked, "met/")) == 2
    args = await it.find(f"met/{pair.id}", "Yes", ADA)
    await it.hits("pairs.met", args, ADA, chat(ADA))
    assert (await only(it)).met == {(await it.known(ADA)).id: "yes"}
    await it.hits("pairs.met", {**args, "said": "maybe"}, BO, chat(BO))
    assert len((await only(it)).met) == 1


# --- kept apart -----------------------------------------------------------------------------------


async def test_whom_i_keep_apart_from_is_mine_alone_and_holds(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO)
    cohort = await it.cohort()
    bo = await it.known(BO)
    await it.hands_in("pairs.apart", {"people": bo.id}, {"cohort": cohort.id}, ADA, chat(ADA))
    assert "Allow Bo Example again" in said(await it.write("apart", ADA, chat(ADA)))
    assert "nobody on your list" in said(await it.write("apart", BO, chat(BO)))
    await it.press("pairs.draw", ADA, chat(ADA), cohort=cohort.id)
    await it.ring("pairs.gather")
    await it.ring("pairs.match")
    assert not await pairs(it)
    (wish,) = (await it.read.find(Apart)).items
    await it.press("pairs.allow", BO, chat(BO), cohort=cohort.id, apart=wish.id)
    assert (await it.read.find(Apart)).items
    await it.press("pairs.allow", ADA, chat(ADA), cohort=cohort.id, apart=wish.id)
    assert not (await it.read.find(Apart)).items


async def test_who_runs_the_cohort_may_keep_two_apart_and_nobody_else(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO, CEM)
    cohort = await it.cohort()
    two = {"people": f"{(await it.known(BO)).id},{(await it.known(CEM)).id}"}
    args = {"cohort": cohort.id}
    assert "Only" in said(await it.hands_in("pairs.apart_two", two, args, CEM, chat(CEM)))
    await it.hands_in("pairs.apart_two", two, args, ADA, chat(ADA))
    one = form(await it.hands_in("pairs.apart_two", {"people": "x"}, args, ADA, chat(ADA)))
    assert one.errors
    assert len((await it.read.find(Apart)).items) == 1


# --- what is kept of a person ---------------------------------------------------------------------


async def test_erasing_takes_somebody_out_of_pairs_and_lists(it: Story) -> None:
    await sent(it, BO, CEM)
    cohort = await it.cohort()
    cem, bo = await it.known(CEM), await it.known(BO)
    await it.hands_in("pairs.apart", {"people": bo.id}, {"cohort": cohort.id}, CEM, chat(CEM))
    await it.press("people.erase_now", CEM, chat(CEM), sure="yes")
    assert await by_account(it.read, CEM.account) is None
    assert (await only(it)).state == "ended"
    assert not (await it.read.find(Apart)).items
    assert await it.read.get(Standing, standing_id(cohort.id, cem.id)) is None
    assert await pair_of(it.read, cohort.id, bo.id) is None


async def test_a_copy_of_my_data_has_my_pairs_and_wishes_and_nobody_elses(it: Story) -> None:
    await sent(it, BO, CEM)
    cohort = await it.cohort()
    bo, cem = await it.known(BO), await it.known(CEM)
    await it.hands_in("pairs.apart", {"people": bo.id}, {"cohort": cohort.id}, CEM, chat(CEM))
    mine = await exported(cem, it.moment())
    theirs = await exported(bo, it.moment())
    assert mine["apart"]
    assert not theirs["apart"]
    assert mine["pairs"] == theirs["pairs"] != []


async def test_two_accounts_that_are_one_person_keep_the_pair(it: Story) -> None:
    await sent(it, BO, CEM)
    (ada,) = await it.meets(ELI)
    cem = await it.known(CEM)
    while changes := await carried(ada, cem, it.moment()):
        await it.commit(changes)
    pair = await pair_of(it.read, (await it.cohort()).id, ada.id)
    assert pair is not None
    assert cem.id not in pair.people
