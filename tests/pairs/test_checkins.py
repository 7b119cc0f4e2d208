"""Weeks go by: a promise is asked about, answered, missed and let go, at people's own hours."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.engine.ports import Address, Card, Changes, Commit, Event, Moment, Show, ToPerson, Viewer
from core.pairs.checkins.model import CheckIn, Cheer
from core.pairs.commitments.following import cohort_went, paired
from core.pairs.commitments.model import Commitment
from core.pairs.model import Pair
from core.product import view
from tests.cohorts.story import CEM, DEE
from tests.pairs.clockwork import Weeks, a_pair, card, errors, labels, promise, weeks, words_of
from tests.people.world import ADA, BO


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Weeks]:
    async with weeks(tmp_path) as it:
        yield it


async def test_it_is_asked_on_thursday_at_ten_where_they_are(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    (asked,) = life.got(CEM, "checkin")
    assert asked.at == datetime(2026, 3, 12, 9, tzinfo=UTC)  # ten in Berlin
    assert "When a shift ends late, then I will write three lines before I leave." in asked.text
    assert "Ada Example will see it." in asked.text
    assert labels(asked.post) == ["Kept", "Partly", "Not yet", "No longer useful"]


async def test_the_card_turns_into_what_was_said_and_the_partner_hears_of_it(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    reply = await life.presses("Kept", asked, CEM)
    assert isinstance(reply, Card)
    assert reply.post.slot == asked.slot
    assert "You said: Kept. Ada Example can see it." in words_of(reply)
    told = life.latest(ADA, "checkin-told")
    assert "Cem Sample says: Kept" in told.text
    assert labels(told.post) == ["High five", "Ask something"]


async def test_a_line_reaches_the_partner_on_the_same_card(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    await life.presses("Partly", asked, CEM)
    args = {"commitment": (await promise(life)).id, "n": "1"}
    line = {"answer": "partly", "line": "Two of three."}
    await life.does("checkins.line", args, CEM, line, asked.slot)
    await life.on(3, 12, 13)
    assert len(life.got(ADA, "checkin-told")) == 1
    assert "Two of three." in life.chat.edited[-1].text


async def test_a_high_five_and_a_question_come_back(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.presses("Not yet", life.latest(CEM, "checkin"), CEM)
    told = life.latest(ADA, "checkin-told")
    await life.presses("High five", told, ADA)
    assert "Ada Example gives you a high five" in life.latest(CEM, "cheer").text
    again = await life.presses("High five", told, ADA)
    assert "already" in words_of(again)
    await life.fills("Ask something", told, ADA, text="What would make it easier?")
    question = life.latest(CEM, "cheer-ask")
    assert "What would make it easier?" in question.text
    await life.fills("Answer", question, CEM, text="Ten minutes more.")
    assert "Ten minutes more." in life.latest(ADA, "cheer-back").text


async def test_one_reminder_after_a_day_and_then_quiet(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 18)
    assert [len(life.got(CEM, kind)) for kind in ("checkin", "checkin-last")] == [1, 1]
    last = life.latest(CEM, "checkin-last")
    assert last.at == datetime(2026, 3, 13, 9, tzinfo=UTC)
    assert "This is the only reminder." in last.text
    assert labels(last.post) == [
        *("Kept", "Partly", "Not yet"),
        *("Another day", "Pause", "Stop asking"),
    ]


async def test_who_has_answered_is_not_reminded(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    await life.on(3, 18)
    assert life.got(CEM, "checkin-last") == []


async def test_after_two_misses_the_pair_is_asked_and_nobody_asks_again(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 25)
    await life.writes("thanks", CEM)  # who writes is written to again
    await life.on(4, 5)
    assert len(life.got(CEM, "checkin")) == 2
    mine, theirs = life.latest(CEM, "checkin-quiet"), life.latest(ADA, "checkin-quiet")
    assert labels(mine.post) == ["Go on", "Change the promise", "Change partner", "Stop asking"]
    assert labels(theirs.post) == ["Go on", "Write a line", "Change partner"]
    assert (await promise(life)).state == "open"


async def test_going_on_asks_again_the_next_time(life: Weeks) -> None:
    await a_pair(life, until="2026-05-01")
    await life.on(3, 25)
    await life.writes("thanks", CEM)
    await life.on(3, 27)
    await life.presses("Go on", life.latest(CEM, "checkin-quiet"), CEM)
    await life.on(4, 3)
    assert len(life.got(CEM, "checkin")) == 3
    assert life.latest(CEM, "checkin").at == datetime(2026, 4, 2, 8, tzinfo=UTC)  # summer time


async def test_a_partner_may_say_that_they_would_like_to_go_on(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 25)
    await life.writes("thanks", CEM)
    await life.on(3, 27)
    await life.presses("Go on", life.latest(ADA, "checkin-quiet"), ADA)
    assert "Ada Example would like to go on" in life.latest(CEM, "cheer").text


async def test_on_its_day_kept_closes_it(life: Weeks) -> None:
    await a_pair(life, until="2026-03-12")
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    assert "Its day has come" in asked.text
    await life.presses("Kept", asked, CEM)
    assert (await promise(life)).outcome == "kept"
    await life.on(4, 30)
    assert len(life.got(CEM, "checkin")) == 1


async def test_a_promise_whose_day_has_passed_closes_by_itself(life: Weeks) -> None:
    await a_pair(life, until="2026-03-12")
    await life.on(3, 12)
    await life.presses("Not yet", life.latest(CEM, "checkin"), CEM)
    await life.on(3, 18)
    assert (await promise(life)).state == "open"
    await life.on(3, 20)
    assert (await promise(life)).outcome == "expired"


async def test_no_longer_useful_closes_it_and_can_be_taken_back(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    reply = await life.presses("No longer useful", asked, CEM)
    assert "It is closed now." in words_of(reply)
    assert (await promise(life)).outcome == "dropped"
    await life.presses("Partly", asked, CEM)
    assert (await promise(life)).state == "open"
    await life.on(3, 20)
    assert len(life.got(CEM, "checkin")) == 2


async def test_an_answer_is_taken_for_a_week_and_then_kindly_refused(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    await life.on(3, 20)
    assert "closed after a week" in words_of(await life.presses("Kept", asked, CEM))
    assert (await promise(life)).last == ""


async def test_pressing_twice_counts_once_and_pressing_otherwise_changes_it(life: Weeks) -> None:
    await a_pair(life)
    cohort = await life.cohort()
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    for _ in range(2):
        await life.presses("Kept", asked, CEM)
    assert await life.read.tally("checkins.kept", f"{cohort.id}/2026-03-13") == 1
    await life.presses("Partly", asked, CEM)
    assert await life.read.tally("checkins.kept", f"{cohort.id}/2026-03-13") == 0


@pytest.mark.parametrize("who", [ADA, BO])
async def test_nobody_else_answers_my_check_in(life: Weeks, who: object) -> None:
    await a_pair(life)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    reply = await life.presses("Kept", asked, who)  # type: ignore[arg-type]
    assert "somebody else’s promise" in words_of(reply)
    (found,) = (await life.read.find(CheckIn)).items
    assert found.answer == ""


@pytest.mark.parametrize("n", ["", "0", "-1", "99", "x", "²", "9" * 400])
async def test_a_forged_check_in_is_a_sentence(life: Weeks, n: str) -> None:
    await a_pair(life)
    args = {"commitment": (await promise(life)).id, "n": n, "answer": "kept"}
    assert "can’t find that check-in" in words_of(await life.does("checkins.answer", args, CEM))
    args = {**args, "n": "1", "answer": "excellent"}
    assert "don’t know that answer" in words_of(await life.does("checkins.answer", args, CEM))


async def test_how_it_goes_can_be_said_before_the_day(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 11)
    question = card(await life.writes("checkin", CEM))
    kept = next(b for row in question.blocks for b in getattr(row, "buttons", ()))
    await life.does("checkins.answer", kept.args, CEM)
    await life.on(3, 18)
    assert life.got(CEM, "checkin") == []
    assert "Kept" in life.latest(ADA, "checkin-told").text
    await life.on(3, 19)
    assert len(life.got(CEM, "checkin")) == 1


async def test_looking_changes_nothing(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 11)
    await life.writes("checkin", CEM)
    await life.on(3, 12)
    assert len(life.got(CEM, "checkin")) == 1


# --- partners -------------------------------------------------------------------------------------


async def test_new_partners_read_what_each_had_promised_for_their_eyes(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.promises(CEM)
    await life.promises(ADA, sight="me")
    cohort, now = await life.cohort(), life.clock.now()
    ids = ((await life.person(CEM)).id, (await life.person(ADA)).id)
    pair = Pair(id="p", cohort=cohort.id, people=ids, state="accepted", at=now)
    event = Event(id="e", org="main", source="timer", name="t")
    changes = await paired(None, pair, event, Moment(life.read, now, "paired"))
    (job,) = changes.jobs
    (one,) = changes.saves
    assert isinstance(one, Commitment)
    assert (one.person, one.told) == (ids[0], (ids[1],))
    assert job.work == Show(ToPerson(ids[1]), f"promise-told/{one.id}")
    assert await paired(pair, pair, event, Moment(life.read, now, "paired")) == Changes()


async def test_once_somebody_has_said_what_they_want_the_partner_is_not_asked(
    life: Weeks,
) -> None:
    await a_pair(life)
    await life.on(3, 25)
    await life.writes("thanks", CEM)
    await life.on(3, 27)
    quiet = life.latest(CEM, "checkin-quiet")
    await life.presses("Stop asking", quiet, CEM)
    again = Viewer(person=(await life.person(ADA)).id)
    moment = Moment(life.read, life.clock.now(), "look")
    assert await view(moment, quiet.slot, again) is None


async def test_a_partner_who_was_parted_hears_no_more(life: Weeks) -> None:
    await a_pair(life)
    (pair,) = (await life.read.find(Pair)).items
    await life.keeps(replace(pair, state="ended"))
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    assert "Only you see it." in asked.text
    await life.presses("Kept", asked, CEM)
    await life.on(3, 13)
    assert life.got(ADA, "checkin-told") == []


async def test_status_tells_what_is_promised(life: Weeks) -> None:
    await a_pair(life)
    assert "You promised, until 2026-04-10" in words_of(await life.writes("status", CEM))


async def test_a_partner_who_has_left_the_cohort_reads_nothing_more(life: Weeks) -> None:
    cohort = await life.begins(CEM, DEE)
    await life.pairs(CEM, DEE)
    await life.promises(CEM)
    await life.does("members.left", {"cohort": cohort.id}, DEE)
    await life.on(3, 12)
    asked = life.latest(CEM, "checkin")
    assert "Only you see it." in asked.text
    await life.presses("Kept", asked, CEM)
    await life.on(3, 13)
    assert life.got(DEE, "checkin-told") == []


async def test_a_cohort_that_is_forgotten_forgets_its_promises(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    await life.presses("Kept", life.latest(CEM, "checkin"), CEM)
    cohort = await life.cohort()
    event = Event(id="gone", org="main", source="timer", name="t")
    moment = Moment(life.read, life.clock.now(), "gone")
    changes = await cohort_went(cohort, None, event, moment)
    await life.store.commit(
        [
            Commit(
                org="main",
                event="gone",
                at=life.clock.now(),
                changes=Changes(deletes=(cohort,), jobs=changes.jobs),
            )
        ]
    )
    await life.settle()
    for kind in (Commitment, CheckIn):
        assert (await life.read.find(kind)).items == ()


async def test_changing_the_partner_is_one_press_from_there(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 25)
    await life.writes("thanks", CEM)
    await life.on(3, 27)
    reply = await life.presses("Change partner", life.latest(CEM, "checkin-quiet"), CEM)
    assert "nobody hears why" in words_of(reply)
    (pair,) = (await life.read.find(Pair)).items
    assert pair.state == "ended"


@pytest.mark.parametrize("text", ["", "   ", "x" * 301])
async def test_a_question_that_is_none_comes_back(life: Weeks, text: str) -> None:
    await a_pair(life)
    args = {"commitment": (await promise(life)).id, "n": "0"}
    assert errors(await life.does("checkins.question", args, ADA, {"text": text})) == {"text"}
    assert (await life.read.find(Cheer)).items == ()


async def test_a_question_that_nobody_asked_cannot_be_answered(life: Weeks) -> None:
    await a_pair(life)
    args = {"commitment": (await promise(life)).id, "n": "0", "from": "nobody"}
    assert "no longer here" in words_of(await life.does("checkins.reply", args, CEM))


@pytest.mark.parametrize("values", [{"weekday": "9", "hour": "10"}, {"weekday": "1", "hour": "3"}])
async def test_a_day_that_was_not_offered_is_not_taken(life: Weeks, values: dict[str, str]) -> None:
    await a_pair(life)
    args = {"commitment": (await promise(life)).id}
    assert errors(await life.does("checkins.day", args, CEM, values)) == {"weekday"}
    assert (await promise(life)).weekday == 3


async def test_a_line_that_is_too_long_comes_back_as_it_was_typed(life: Weeks) -> None:
    await a_pair(life)
    await life.on(3, 12)
    args = {"commitment": (await promise(life)).id, "n": "1"}
    values = {"answer": "kept", "line": "x" * 301}
    reply = await life.does("checkins.line", args, CEM, values)
    assert errors(reply) == {"line"}


async def test_a_partner_who_cannot_be_reached_any_more_is_handed_over_once(life: Weeks) -> None:
    await life.begins(CEM, DEE)
    await life.pairs(CEM, DEE)
    await life.promises(CEM)
    await life.keeps(Address(id=DEE.account, state="blocked"))
    await life.on(3, 13)
    assert [len(life.got(who, "parted")) for who in (ADA, CEM)] == [1, 0]
    assert "won’t be here for a while" in life.latest(CEM, "pairless").text
    await life.on(3, 27)
    assert (len(life.got(ADA, "parted")), len(life.got(CEM, "pairless"))) == (1, 1)
