"""A promise: made in two minutes, seen by whom its owner chose, changed and let go at any time."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.engine.ports import Actor, Card, Changes, Done, Moment, Open, Reply
from core.pairs.checkins.model import CheckIn
from core.pairs.commitments import posts
from core.pairs.commitments.flagged import CONTRIBUTIONS
from core.pairs.commitments.model import Commitment, bare
from core.people.accounts.model import code_in, digest
from tests.cohorts.story import CEM
from tests.pairs.clockwork import (
    ROOM,
    WORDS,
    Weeks,
    card,
    errors,
    labels,
    promise,
    weeks,
    words_of,
)
from tests.people.world import ADA, BO

MANY = tuple(
    Actor(account=f"teams:t1:p{n}", name=f"Person {n}", zone="Europe/Berlin") for n in range(5)
)


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Weeks]:
    async with weeks(tmp_path) as it:
        yield it


def said(one: Commitment, **other: str) -> dict[str, str]:
    """The form as it stands, with something else in it."""
    names = ("when", "then", "until", "sight", "hinder")
    return {name: str(getattr(one, name)) for name in names} | other


async def changes(life: Weeks, one: Commitment, **other: str) -> Reply | None:
    args = {"commitment": one.id}
    return await life.does("commitments.change", args, CEM, said(one, **other), f"promise/{one.id}")


# --- the moment -----------------------------------------------------------------------------------


async def test_whoever_leads_asks_each_member_once_in_private(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    for _ in range(2):
        await life.does("commitments.ask_all", {"cohort": cohort.id}, ADA)
    (asked,) = life.got(CEM, "commit-ask")
    assert "One small thing to try?" in asked.text
    assert labels(asked.post) == ["Promise it", "Not this time"]


async def test_a_member_cannot_ask_everyone(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    reply = await life.does("commitments.ask_all", {"cohort": cohort.id}, CEM)
    assert "Only those who lead" in words_of(reply)


async def test_not_this_time_is_an_answer(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.does("commitments.ask_all", {"cohort": cohort.id}, ADA)
    reply = await life.presses("Not this time", life.latest(CEM, "commit-ask"), CEM)
    assert "That’s fine" in words_of(reply)
    assert labels(card(reply)) == ["Promise it"]


async def test_who_has_promised_is_not_asked(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.promises(CEM)
    await life.does("commitments.ask_all", {"cohort": cohort.id}, ADA)
    assert life.got(CEM, "commit-ask") == []


async def test_the_question_turns_into_the_promise_read_back(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.does("commitments.ask_all", {"cohort": cohort.id}, ADA)
    asked = life.latest(CEM, "commit-ask")
    reply = await life.fills("Promise it", asked, CEM, **WORDS)
    assert isinstance(reply, Card)
    assert reply.post.slot == asked.slot
    told = words_of(reply)
    assert "When a shift ends late, then I will write three lines before I leave." in told
    assert "2026-03-12" in told  # the first check-in
    assert "your partner, once you have one" in told


# --- the form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["promise", "commit", "Vorhaben"])
async def test_a_word_opens_the_form_with_four_weeks_filled_in(life: Weeks, word: str) -> None:
    await life.begins(CEM)
    reply = await life.writes(word, CEM)
    assert isinstance(reply, Open)
    assert {f.name: f.value for f in reply.form.fields}["until"] == "2026-04-06"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("when", ""),
        ("when", "when "),
        ("when", "x" * 161),
        ("when", "x" * 100_000),
        ("then", "I will"),
        ("then", "x" * 201),
        ("hinder", "x" * 201),
        ("until", ""),
        ("until", "soon"),
        ("until", "2026-02-30"),
        ("until", "2026-03-08"),
        ("until", "2026-03-09"),
        ("until", "2027-04-01"),
        ("until", "9999-12-31"),
        ("until", "0001-01-01"),
    ],
)
async def test_what_is_not_in_order_comes_back_with_a_sentence(
    life: Weeks, field: str, text: str
) -> None:
    await life.begins(CEM)
    assert errors(await life.promises(CEM, **{field: text})) == {field}
    assert (await life.read.find(Commitment)).items == ()


@pytest.mark.parametrize(
    ("typed", "then", "kept"),
    [
        ("When a shift ends late, ", False, "a shift ends late,"),
        ("wenn eine Schicht spät endet", False, "eine Schicht spät endet"),
        ("then I will write it down.", True, "write it down"),
        ("I’ll write", True, "write"),
        ("dann werde ich schreiben", True, "schreiben"),
        ("write", True, "write"),
    ],
)
def test_words_that_the_card_says_are_not_said_twice(typed: str, then: bool, kept: str) -> None:
    assert bare(typed, 200, then=then) == kept


async def test_an_unclear_wish_keeps_it_with_its_owner(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM, sight="everyone,group")
    assert (await promise(life)).sight == "me"


async def test_a_form_handed_in_twice_makes_one_promise(life: Weeks) -> None:
    await life.begins(CEM)
    for _ in range(2):
        assert "You promised" in words_of(await life.promises(CEM))
    assert len((await life.read.find(Commitment)).items) == 1


async def test_three_open_promises_are_enough(life: Weeks) -> None:
    await life.begins(CEM)
    for n in range(3):
        await life.promises(CEM, draft=str(n))
    assert (await life.promises(CEM, draft="4")) == Done(posts.ENOUGH)
    assert (await life.writes("promise", CEM)) == Done(posts.ENOUGH)


async def test_only_members_promise(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    reply = await life.does("commitments.make", {"cohort": cohort.id}, BO, WORDS)
    assert "people who joined" in words_of(reply)


# --- eyes -----------------------------------------------------------------------------------------


async def test_a_partner_reads_it_and_may_cheer(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM)
    told = life.latest(ADA, "promise-told")
    assert "Cem Sample promised" in told.text
    await life.presses("High five", told, ADA)
    assert "high five" in life.latest(CEM, "cheer").text


async def test_the_group_reads_it_on_one_card_that_is_kept_up_to_date(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.promises(CEM, sight="group")
    await life.promises(ADA, sight="group", then="ask first")
    (standing,) = life.got(ROOM, "promises")
    assert "Cem Sample" in standing.text
    await life.on(3, 9, 13)
    latest = [one for one in life.chat.edited if one.slot == standing.slot][-1]
    assert "ask first" in latest.text
    await life.does("commitments.drop", {"commitment": (await promise(life)).id}, CEM)
    await life.on(3, 9, 14)
    latest = [one for one in life.chat.edited if one.slot == standing.slot][-1]
    assert "Cem Sample" not in latest.text


async def test_all_of_them_are_for_members_only(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.promises(CEM, sight="group")
    await life.writes("thanks", MANY[0])
    args = {"cohort": cohort.id}
    assert "people who joined" in words_of(await life.does("commitments.all", args, MANY[0]))
    await life.does("commitments.all", args, CEM)
    assert "write three lines" in life.latest(CEM).text
    args = {"cohort": cohort.id, "after": "nonsense"}
    assert "can’t find that page" in words_of(await life.does("commitments.all", args, CEM))


async def test_a_card_for_partners_shows_nothing_to_others(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM)
    args = {"commitment": (await promise(life)).id, "n": "0"}
    assert "not one of them" in words_of(await life.does("checkins.five", args, BO))
    assert "your own promise" in words_of(await life.does("checkins.five", args, CEM))
    assert "can’t find" in words_of(await life.does("checkins.five", {**args, "n": "7"}, ADA))


# --- changing -------------------------------------------------------------------------------------


async def test_a_changed_promise_shows_the_partner_old_and_new(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM)
    old = await promise(life)
    reply = await changes(life, old, then="write one line")
    assert "Your partner sees the old and the new." in words_of(reply)
    told = life.latest(ADA, "promise-told").text
    assert "Before: When a shift ends late, then I will write three lines" in told
    assert "then I will write one line." in told
    assert [one.outcome for one in (await life.read.find(Commitment)).items].count("changed") == 1


async def test_what_was_mine_alone_is_not_shown_when_it_changes(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM, sight="me", then="keep my temper")
    await changes(life, await promise(life), then="breathe first", sight="pair")
    told = life.latest(ADA, "promise-told").text
    assert "breathe first" in told
    assert "temper" not in told


async def test_other_eyes_alone_make_no_new_promise(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM)
    await changes(life, await promise(life), sight="me")
    assert (await promise(life)).sight == "me"
    assert life.latest(ADA, "promise-told").ref in life.chat.gone


async def test_the_form_of_a_change_is_filled_in(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM, hinder="the bell")
    reply = await life.does("commitments.change", {"commitment": (await promise(life)).id}, CEM)
    assert isinstance(reply, Open)
    kept = {f.name: f.value for f in reply.form.fields}
    assert kept == {**WORDS, "hinder": "the bell"}


async def test_a_changed_promise_is_asked_about_and_the_old_one_no_more(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM)
    await changes(life, await promise(life), then="write one line")
    await life.on(3, 12)
    (asked,) = life.got(CEM, "checkin")
    assert "write one line" in asked.text


async def test_a_late_press_on_an_old_promise_says_so(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    old = await promise(life)
    await changes(life, old, then="write one line")
    assert "changed this promise since" in words_of(await life.presses("Kept", asked, CEM))
    again = await changes(life, old, then="write nothing")
    assert "changed this promise since" in words_of(again)


@pytest.mark.parametrize("action", ["change", "drop"])
async def test_nobody_changes_what_somebody_else_promised(life: Weeks, action: str) -> None:
    await life.begins(ADA, CEM)
    await life.promises(CEM)
    args = {"commitment": (await promise(life)).id}
    reply = await life.does(f"commitments.{action}", args, ADA, WORDS)
    assert "somebody else’s promise" in words_of(reply)
    assert (await promise(life)).state == "open"


async def test_letting_go_is_an_answer_too(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM)
    args = {"commitment": (await promise(life)).id}
    reply = await life.does("commitments.drop", args, CEM, slot=f"promise/{args['commitment']}")
    assert "Let go" in words_of(reply)
    assert "closed already" in words_of(await life.does("commitments.drop", args, CEM))
    await life.on(4, 30)
    assert life.got(CEM, "checkin") == []


# --- where it can be seen -------------------------------------------------------------------------


async def test_my_own_card_tells_my_promises(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    more = await life.does("members.more", {"cohort": cohort.id}, CEM)
    assert "Make a promise" in labels(card(more))
    await life.promises(CEM)
    mine = await life.writes("me", CEM)
    assert "You promised, until 2026-04-10: When a shift ends late" in words_of(mine)
    assert {"How did it go?", "Change the promise"} <= set(labels(card(mine)))


async def test_with_several_promises_checkin_asks_which(life: Weeks) -> None:
    await life.begins(CEM)
    assert "no open promise" in words_of(await life.writes("checkin", CEM))
    for n in range(2):
        await life.promises(CEM, draft=str(n))
    assert len(labels(card(await life.writes("checkin", CEM)))) == 2


async def test_numbers_are_never_of_fewer_than_five_people(life: Weeks) -> None:
    cohort = await life.begins(*MANY)
    for who in MANY[:4]:
        await life.promises(who)
    assert "Promises:" not in words_of(await life.writes("desk", ADA))
    await life.promises(MANY[4])
    assert "Promises: 5 open, 0 kept." in words_of(await life.writes("desk", ADA))
    assert await life.read.tally("commitments.people", cohort.id) == len(MANY)


@pytest.mark.parametrize(("kept", "lines"), [(4, 0), (5, 1)])
async def test_kept_promises_of_the_week_are_told_from_five_on(
    life: Weeks, kept: int, lines: int
) -> None:
    await life.begins(*MANY)
    for who in MANY:
        await life.promises(who)
    await life.on(3, 12)
    for who in MANY[:kept]:
        await life.presses("Kept", life.latest(who, "checkin"), who)
    await life.on(3, 14)
    told = life.got(ROOM, "kept-week")
    assert len(told) == lines
    assert all("This week 5 promises were kept." in one.text for one in told)


# --- leaving, erasing, being one ------------------------------------------------------------------


async def test_who_leaves_is_not_asked_and_not_shown(life: Weeks) -> None:
    cohort = await life.begins(ADA, CEM)
    await life.promises(CEM, sight="group")
    await life.does("members.left", {"cohort": cohort.id}, CEM)
    assert (await promise(life)).outcome == "dropped"
    assert await life.read.tally("commitments.people", cohort.id) == 0
    assert await life.read.tally("commitments.open", cohort.id) == 0
    await life.on(4, 1)
    assert life.got(CEM, "checkin") == []


async def test_erasing_takes_it_all_away_also_from_the_partner(life: Weeks) -> None:
    cohort = await life.begins(ADA, CEM)
    await life.pairs(CEM, ADA)
    await life.promises(CEM)
    await life.on(3, 12)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    told = [life.latest(ADA, kind).ref for kind in ("promise-told", "checkin-told")]
    await life.does("people.erase_now", {}, CEM)
    assert set(told) <= set(life.chat.gone)
    assert (await life.read.find(Commitment)).items == ()
    for board in ("commitments.open", "commitments.people"):
        assert await life.read.tally(board, cohort.id) == 0
    await life.on(4, 1)
    assert len(life.got(CEM, "checkin")) == 1


async def test_an_erased_partner_reads_nothing_more(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(ADA, CEM)
    await life.promises(ADA)
    await life.does("people.erase_now", {}, CEM)
    await life.on(3, 12)
    assert "Only you see it." in life.latest(ADA, "checkin").text


async def test_a_copy_holds_what_was_promised_and_said(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM)
    await life.on(3, 12)
    await life.presses("Partly", life.latest(CEM, "checkin"), CEM)
    await life.writes("export", CEM)
    text = " ".join(one.text for one in life.got(CEM))
    assert "write three lines before I leave" in text
    assert '"answer": "partly"' in text


async def test_somebody_without_a_zone_is_asked_where_the_cohort_is(life: Weeks) -> None:
    nowhere = replace(CEM, account="teams:t1:nowhere", zone="")
    await life.begins(nowhere)
    await life.promises(nowhere)
    await life.on(3, 13)
    assert life.latest(nowhere, "checkin").at.hour in (9, 10)  # ten in Berlin


async def test_a_cohort_that_is_called_off_asks_nobody(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.promises(CEM)
    reason = {"reason": "The plant closes."}
    await life.does("cohorts.cancel", {"cohort": cohort.id}, ADA, reason)
    await life.on(4, 1)
    assert life.got(CEM, "checkin") == []


async def test_a_paused_cohort_asks_when_it_goes_on(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.promises(CEM)
    await life.keeps(replace(await life.cohort(), stage="paused"))
    await life.on(3, 20)
    assert life.got(CEM, "checkin") == []
    await life.keeps(replace(await life.cohort(), stage="open"))
    await life.on(3, 23)
    assert len(life.got(CEM, "checkin")) == 1
    assert cohort.last == date(2026, 4, 17)


async def test_promises_go_on_when_the_cohort_is_over(life: Weeks) -> None:
    await life.begins(CEM)
    await life.promises(CEM, until="2026-04-30")
    for day in ((3, 12), (3, 19), (3, 26), (4, 2), (4, 9), (4, 16), (4, 23), (4, 30)):
        await life.on(*day)
        await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    assert (await promise(life)).outcome == "kept"


async def test_a_promise_that_is_flagged_can_be_taken_off_the_card(life: Weeks) -> None:
    cohort = await life.begins(ADA, CEM)
    await life.promises(CEM, sight="group")
    one = await promise(life)
    hide = CONTRIBUTIONS.hide
    moment = Moment(life.read, life.clock.now(), "hide")
    recent = await CONTRIBUTIONS.recent(life.read, cohort.id, "")
    assert [said.id for said in recent] == [one.id]
    taken = await hide(moment, one.id, True)
    (gone,) = taken.saves
    assert isinstance(gone, Commitment)
    assert (gone.shown, gone.hidden) == ("", True)
    assert await hide(moment, one.id, False) == Changes()


async def test_two_persons_who_are_one_have_their_promises_together(life: Weeks) -> None:
    other = Actor(account="teams:t2:cem", name="Cem elsewhere", zone="Europe/Berlin")
    cohort = await life.begins(CEM, other)
    await life.promises(CEM)
    await life.promises(other, then="call back")
    await life.on(3, 12)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    typed = words_of(await life.writes("link", CEM)).split()
    code = next(word for word in typed if "-" in word and word.isupper())
    await life.writes(f"link {code}", other)
    await life.does("accounts.confirm", {"code": digest(code_in(code))}, other)
    person = await life.person(CEM)
    assert (await life.person(other)).id == person.id
    assert {one.person for one in (await life.read.find(Commitment)).items} == {person.id}
    assert {one.person for one in (await life.read.find(CheckIn)).items} == {person.id}
    assert await life.read.tally("commitments.people", cohort.id) == 1
