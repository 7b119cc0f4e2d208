"""Looking back after some days: by one's own hour, with the check-in, and only if one likes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.actions import STEPS
from core.cohorts.model import Cohort
from core.engine.ports import Actor, Event, Moment
from core.message import OpenForm
from core.pairs.followups.model import Declined, LookBack, days_of
from core.programmes.model import Laid, Plan, Step
from tests.cohorts.story import CEM
from tests.pairs.clockwork import Weeks, errors, labels, weeks, words_of
from tests.people.world import ADA, BO

TOKYO = Actor(account="teams:t1:tokyo", name="Kei Sample", zone="Asia/Tokyo")
OPTIONS = {"days": "2,7,21,60", "about": "Feedback that lands"}


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Weeks]:
    async with weeks(tmp_path) as it:
        yield it


async def runs(life: Weeks, kind: str, step: str = "end", **options: str) -> None:
    """The programme of the cohort comes to such a step now."""
    cohort, now = await life.cohort(), life.clock.now()
    made = Step(id=step, kind=kind, stage=3, title="At the end", options=options)
    plan = Plan(
        id=cohort.id,
        draft="1",
        template="t",
        name="T",
        first="2026-03-09",
        zone=cohort.zone,
        state="running",
        steps=(Laid(step=made, at=now, due=now, name="programmes.t.end"),),
    )
    old = await life.read.get(Plan, cohort.id)
    await life.keeps(replace(plan, version=old.version if old else 0))
    args = {"cohort": cohort.id, "step": step, "turn": "1.0"}
    id = f"step-{step}"
    await life.happens(Event(id=id, org="main", source="timer", name="programmes.step", args=args))


async def test_on_day_two_one_open_question_from_memory(life: Weeks) -> None:
    await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    await life.on(3, 11)
    (asked,) = life.got(CEM, "followup")
    assert asked.at == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert "remember from Feedback that lands" in asked.text
    assert labels(asked.post) == ["Write it", "Stop asking"]
    reply = await life.fills("Write it", asked, CEM, text="Say what happened first.")
    assert "only you can see it" in words_of(reply)
    assert "Say what happened first." in words_of(reply)


async def test_later_it_asks_whether_it_is_used_and_quotes_the_promise(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.promises(CEM, sight="me")
    await runs(life, "followups", **OPTIONS)
    await life.on(3, 13)
    await life.writes("thanks", CEM)
    await life.on(3, 16)
    asked = life.latest(CEM, "followup")
    assert "7 days ago: Feedback that lands." in asked.text
    assert "You had promised: When a shift ends late" in asked.text
    reply = await life.presses("A bit", asked, CEM)
    assert "You said: A bit." in words_of(reply)
    assert await life.read.tally("followups.a_bit", f"{cohort.id}/7") == 1
    await life.presses("I use it", asked, CEM)
    assert await life.read.tally("followups.a_bit", f"{cohort.id}/7") == 0
    assert await life.read.tally("followups.yes", f"{cohort.id}/7") == 1


async def test_each_is_asked_at_ten_where_they_are(life: Weeks) -> None:
    await life.begins(CEM, TOKYO)
    await runs(life, "followups", **OPTIONS)
    await life.on(3, 11)
    assert life.latest(TOKYO, "followup").at == datetime(2026, 3, 11, 1, tzinfo=UTC)


async def test_it_goes_on_when_the_cohort_is_over(life: Weeks) -> None:
    await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    for month, day in ((3, 11), (3, 16), (3, 30)):
        await life.on(month, day)
        await life.writes("thanks", CEM)
    assert (await life.cohort()).last < (life.clock.now() + timedelta(days=40)).date()
    await life.on(5, 8)
    asked = life.latest(CEM, "followup")
    assert asked.at == datetime(2026, 5, 8, 8, tzinfo=UTC)
    assert "60 days ago" in asked.text
    assert "You said: I use it." in words_of(await life.presses("I use it", asked, CEM))


async def test_it_comes_with_the_check_in_of_the_same_day(life: Weeks) -> None:
    await life.begins(CEM)
    await life.on(3, 10)
    await life.promises(CEM)
    await runs(life, "followups", **OPTIONS)
    await life.on(3, 12)
    at_ten = datetime(2026, 3, 12, 9, tzinfo=UTC)
    (both,) = [one for one in life.got(CEM) if one.at == at_ten]
    assert "How did it go?" in both.text
    assert "remember from Feedback that lands" in both.text
    assert "Stop asking" in labels(both.post)


async def test_who_would_rather_not_is_not_asked_again(life: Weeks) -> None:
    await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    await life.on(3, 11)
    asked = life.latest(CEM, "followup")
    for _ in range(2):
        assert "won’t ask" in words_of(await life.presses("Stop asking", asked, CEM))
    await life.on(5, 10)
    assert len(life.got(CEM, "followup")) == 1


async def test_who_left_or_never_joined_is_not_asked(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    await life.does("members.left", {"cohort": cohort.id}, CEM)
    await life.on(3, 12)
    assert life.got(CEM, "followup") == []
    args = {"cohort": cohort.id, "step": "end", "day": "7", "use": "yes"}
    for who in (CEM, BO):
        assert "people who joined" in words_of(await life.does("followups.answer", args, who))


@pytest.mark.parametrize(
    "forged",
    [{"step": "other"}, {"day": "0"}, {"day": "x"}, {"day": "²"}, {"use": "often"}, {"step": ""}],
)
async def test_a_forged_look_back_is_a_sentence(life: Weeks, forged: dict[str, str]) -> None:
    cohort = await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    args = {"cohort": cohort.id, "step": "end", "day": "7", "use": "yes"} | forged
    assert "can’t find that question" in words_of(await life.does("followups.answer", args, CEM))
    assert (await life.read.find(LookBack)).items == ()


@pytest.mark.parametrize("text", ["", "  ", "x" * 601])
async def test_what_is_no_answer_comes_back(life: Weeks, text: str) -> None:
    cohort = await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    args = {"cohort": cohort.id, "step": "end", "day": "2"}
    assert errors(await life.does("followups.recall", args, CEM, {"text": text})) == {"text"}


async def test_erasing_and_a_copy_know_of_looking_back(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await runs(life, "followups", **OPTIONS)
    args = {"cohort": cohort.id, "step": "end", "day": "7", "use": "yes"}
    await life.does("followups.answer", args, CEM)
    await life.does("followups.stop", args, CEM)
    await life.writes("export", CEM)
    assert '"use": "yes"' in " ".join(one.text for one in life.got(CEM))
    await life.does("people.erase_now", {}, CEM)
    assert (await life.read.find(LookBack)).items == ()
    assert (await life.read.find(Declined)).items == ()
    assert await life.read.tally("followups.yes", f"{cohort.id}/7") == 0


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", (2, 7, 21, 60)),
        ("60, 2", (2, 60)),
        ("0", None),
        ("x", None),
        ("-1", None),
        ("366", None),
        ("1,2,3,4,5,6,7", None),
        ("2,,7", None),
    ],
)
def test_a_template_may_name_other_days(text: str, days: tuple[int, ...] | None) -> None:
    assert days_of(text) == days


# --- check-ins as the programme has them ----------------------------------------------------------


async def test_a_programme_says_when_check_ins_begin_on_which_day_and_how_long(
    life: Weeks,
) -> None:
    await life.begins(CEM)
    await life.promises(CEM, until="2026-06-30")
    await runs(life, "checkins", weeks="2", weekday="tuesday")
    for day in (10, 17, 24, 31):
        await life.on(3, day)
        await life.writes("thanks", CEM)
    tuesdays = [one.at.day for one in life.got(CEM, "checkin")]
    assert tuesdays == [10, 17]
    await life.on(6, 30)
    assert life.latest(CEM, "checkin").at == datetime(2026, 6, 30, 8, tzinfo=UTC)  # its own day


def coming(cohort: Cohort, begins: datetime) -> Plan:
    """A programme that will come to its check-ins."""
    step = Step(id="s", kind="checkins", stage=3, title="Check-ins", options={"weeks": "4"})
    return Plan(
        id=cohort.id,
        draft="1",
        template="t",
        name="T",
        first="2026-03-09",
        zone=cohort.zone,
        state="running",
        steps=(Laid(step=step, at=begins, due=begins),),
    )


async def test_before_the_programme_gets_there_nobody_is_asked(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    await life.keeps(coming(cohort, datetime(2026, 3, 24, 9, tzinfo=UTC)))
    reply = await life.promises(CEM)
    assert "2026-03-26" in words_of(reply)
    await life.on(3, 25)
    assert life.got(CEM, "checkin") == []
    await life.on(3, 26)
    assert len(life.got(CEM, "checkin")) == 1


async def test_a_promise_that_ends_before_the_check_ins_begin_is_asked_about_on_its_day(
    life: Weeks,
) -> None:
    cohort = await life.begins(CEM)
    await life.keeps(coming(cohort, datetime(2026, 3, 24, 9, tzinfo=UTC)))
    await life.promises(CEM, until="2026-03-13")
    await life.on(3, 14)
    assert life.latest(CEM, "checkin").at == datetime(2026, 3, 13, 9, tzinfo=UTC)


async def test_the_moment_says_what_it_follows(life: Weeks) -> None:
    await life.begins(CEM)
    await runs(life, "commitments", about="Feedback that lands")
    (asked,) = life.got(CEM, "commit-ask")
    assert "You’ve just finished Feedback that lands." in asked.text


async def test_a_facilitator_who_is_a_partner_is_asked_like_anyone(life: Weeks) -> None:
    await life.begins(ADA, CEM)
    await life.pairs(ADA, CEM)
    await life.promises(ADA)
    await life.on(3, 12)
    await life.presses("Kept", life.latest(ADA, "checkin"), ADA)
    assert "Ada Example says: Kept" in life.latest(CEM, "checkin-told").text


async def test_a_programme_without_check_ins_asks_once_on_the_promises_own_day(
    life: Weeks,
) -> None:
    await life.begins(CEM)
    await runs(life, "commitments", about="the course")
    await life.promises(CEM, until="2026-03-27")
    await life.on(4, 10)
    (asked,) = life.got(CEM, "checkin")
    assert asked.at == datetime(2026, 3, 27, 9, tzinfo=UTC)


async def test_who_joins_late_finds_the_moment_on_their_own_card(life: Weeks) -> None:
    cohort = await life.begins(CEM)
    moment = Moment(life.read, life.clock.now(), "late")
    late = STEPS["commitments"].late
    assert late is not None
    person = await life.person(CEM)
    button = await late(moment, cohort.id, person.id)
    assert isinstance(button, OpenForm)
    assert button.action == "commitments.make"
    await life.promises(CEM)
    assert await late(moment, cohort.id, person.id) is None
