"""What nobody gets by pressing late, twice or with forged buttons, and who reads no longer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.engine.ports import Changes, Moment, Viewer
from core.pairs.checkins.model import CheckIn
from core.pairs.commitments.flagged import CONTRIBUTIONS
from core.pairs.model import Pair, ended
from core.product import view
from tests.cohorts.story import CEM
from tests.pairs.clockwork import Weeks, a_pair, promise, weeks, words_of
from tests.people.world import ADA

NAMES = ("when", "then", "until", "sight", "hinder")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Weeks]:
    async with weeks(tmp_path) as it:
        yield it


async def changes(life: Weeks, **other: str) -> None:
    one = await promise(life)
    said = {name: str(getattr(one, name)) for name in NAMES} | other
    args = {"commitment": one.id}
    await life.does("commitments.change", args, CEM, said, f"promise/{one.id}")


async def parts(life: Weeks) -> None:
    pair = (await life.read.find(Pair)).items[0]
    await life.keeps(ended(pair, "changed"))


async def leaves(life: Weeks) -> None:
    await life.does("members.left", {"cohort": (await life.cohort()).id}, CEM)


# --- who reads no longer --------------------------------------------------------------------------


async def test_how_it_went_goes_from_the_partner_with_the_promise(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    told = life.latest(ADA, "checkin-told")
    await changes(life, sight="me")
    assert told.ref in life.chat.gone
    assert life.latest(ADA, "promise-told").ref in life.chat.gone


async def test_another_promise_for_me_alone_takes_how_it_went_along(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    told = life.latest(ADA, "checkin-told")
    await changes(life, sight="me", then="write one line")
    assert told.ref in life.chat.gone


async def test_a_former_partner_gives_the_card_back_too(life: Weeks) -> None:
    await a_pair(life)
    told = life.latest(ADA, "promise-told")
    await parts(life)
    await changes(life, sight="group")
    await changes(life, sight="me")
    assert told.ref in life.chat.gone


@pytest.mark.parametrize("first", [parts, lambda life: changes(life, sight="me")])
async def test_an_answer_goes_to_a_partner_only(life: Weeks, first: object) -> None:
    await a_pair(life)
    told = life.latest(ADA, "promise-told")
    await life.fills("Ask something", told, ADA, text="What helps?")
    asked = life.latest(CEM, "cheer-ask")
    await first(life)  # type: ignore[operator]
    one = await promise(life)
    args = {"commitment": one.id, "n": "0", "from": (await life.person(ADA)).id}
    reply = await life.does("checkins.reply", args, CEM, {"text": "secret"}, asked.slot)
    assert "can no longer read" in words_of(reply)
    await life.on(3, 10)
    assert not life.got(ADA, "cheer-back")


async def test_an_answer_that_was_read_is_not_drawn_again_for_a_former_partner(
    life: Weeks,
) -> None:
    await a_pair(life)
    told = life.latest(ADA, "promise-told")
    await life.fills("Ask something", told, ADA, text="What helps?")
    await life.fills("Answer", life.latest(CEM, "cheer-ask"), CEM, text="Ten minutes.")
    back = life.latest(ADA, "cheer-back")
    await changes(life, sight="me")
    assert back.ref in life.chat.gone
    moment = Moment(life.read, life.clock.now(), "test")
    person = (await life.person(ADA)).id
    assert await view(moment, back.slot, Viewer(person=person)) is None


# --- late and forged ------------------------------------------------------------------------------


async def test_who_left_opens_no_promise_again(life: Weeks) -> None:
    await a_pair(life, until="2026-03-12")
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    await life.presses("Kept", asked, CEM)
    assert (await promise(life)).state == "closed"
    await leaves(life)
    reply = await life.presses("Not yet", asked, CEM)
    assert (await promise(life)).state == "closed"
    assert "joined" in words_of(reply)


async def test_where_a_cohort_was_called_off_nothing_is_noted(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    cohort = await life.cohort()
    await life.does("cohorts.cancel", {"cohort": cohort.id}, ADA, {"reason": "No room."})
    reply = await life.presses("Kept", asked, CEM)
    assert "does not take place" in words_of(reply)
    args = {"commitment": (await promise(life)).id}
    assert "does not take place" in words_of(await life.does("checkins.go_on", args, CEM))
    assert (await promise(life)).last == ""


async def test_saying_it_early_many_times_counts_once(life: Weeks) -> None:
    await a_pair(life)
    cohort = await life.cohort()
    for n in range(1, 8):
        args = {"commitment": (await promise(life)).id, "n": str(n), "answer": "kept"}
        await life.does("checkins.answer", args, CEM)
    found = (await life.read.find(CheckIn)).items
    assert len(found) == 1
    assert await life.read.tally("checkins.kept", f"{cohort.id}/{found[0].week}") == 1


# --- hidden ---------------------------------------------------------------------------------------


async def test_what_was_hidden_stays_hidden_with_another_day(life: Weeks) -> None:
    await a_pair(life, sight="group")
    one = await promise(life)
    moment = Moment(life.read, life.clock.now(), "test")
    hid: Changes = await CONTRIBUTIONS.hide(moment, one.id, True)
    await life.keeps(*hid.saves)
    await changes(life, until="2026-04-20")
    new = await promise(life)
    assert new.id != one.id
    assert (new.hidden, new.shown) == (True, "")
    await changes(life, then="write one line")
    assert (await promise(life)).shown == "yes"


async def test_shown_and_taken_back_twice_it_is_gone(life: Weeks) -> None:
    await a_pair(life)
    for hour, sight in enumerate(("me", "pair", "me"), 11):
        await changes(life, sight=sight)
        await life.on(3, 9, hour)
    told = life.got(ADA, "promise-told")
    assert {one.ref for one in told} <= set(life.chat.gone)
    assert len(told) == 2
