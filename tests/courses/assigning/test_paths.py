"""Paths: one course after the other, in the order and at the pace that the sender wants."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.courses.assigning.lines import lines
from core.courses.model import PATH, Course, Learning, Send, Step, bare, packed
from core.courses.paths import forms
from core.courses.paths.model import advanced, next_day, opened, ordered, to_open
from core.engine.ports import Ask, Changes, Show
from core.message import plain
from tests.cohorts.story import CEM, asks, form, said, unchanged, words
from tests.courses.assigning.term import FAR, Term, films
from tests.people.world import ADA, BO

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def at(term: Term) -> int:
    return (await term.learning(CEM)).at


# --- when the last is done ------------------------------------------------------------------------


async def test_the_next_opens_when_the_last_is_done(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(3))
    await term.until(date(2026, 3, 2))
    await term.learns(CEM, 0)
    assert await at(term) == 1
    await term.learns(CEM, 1)
    assert await at(term) == 2
    await term.learns(CEM, 2)
    assert await at(term) == 2
    assert (await term.learning(CEM)).done


async def test_who_says_so_sees_it_on_their_card_and_gets_no_message_more(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(2))
    await term.until(date(2026, 3, 2))
    changes = await term.press("courses.done", CEM, send="s1", step="0")
    kinds = {job.work.slot for job in changes.jobs if isinstance(job.work, Show)}
    assert "course/s1" in kinds
    await term.until(FAR)
    assert await term.got(CEM, "course-next") == []
    assert await at(term) == 1


async def test_whom_the_provider_confirms_is_told_once_what_is_next(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(2))
    await term.until(date(2026, 3, 3))
    await term.learns(CEM, 0, by="confirmed")
    await term.learns(CEM, 0, by="declared")
    await term.until(FAR)
    (letter,) = await term.got(CEM, "course-next")
    assert "Film 1, 2 of 2" in words(letter.post)


async def test_one_that_was_done_before_its_turn_is_passed_over(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(3))
    await term.until(date(2026, 3, 3))
    await term.learns(CEM, 1, by="confirmed")
    assert await at(term) == 0
    await term.learns(CEM, 0)
    assert await at(term) == 2


async def test_a_step_of_a_provider_enrols_when_it_opens(term: Term) -> None:
    course = replace(films(1)[0], catalogue="demo", id="second")
    await term.cohort(CEM)
    await term.sets(CEM, email="cem@example.org")
    await term.sends("s1", CEM, courses=(*films(1), course))
    await term.until(date(2026, 3, 3))
    assert term.asked == []
    await term.learns(CEM, 0)
    await term.until(date(2026, 3, 4))
    assert [asked["course"] for asked in term.asked] == ["second"]


# --- by date --------------------------------------------------------------------------------------


async def test_by_date_the_next_opens_done_or_not_in_their_hours(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(3), pace="7")
    await term.until(date(2026, 3, 8))
    assert await term.got(CEM, "course-next") == []
    await term.until(FAR)
    times = [one.at for one in await term.got(CEM, "course-next")]
    assert [at.day for at in times] == [9, 16]
    assert {at.hour for at in times} == {8}  # nine in Berlin
    assert await at(term) == 2


async def test_by_date_what_was_left_out_comes_back_once_the_newest_is_done(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(2), pace="7")
    await term.until(date(2026, 3, 10))
    assert await at(term) == 1
    await term.learns(CEM, 1)
    assert await at(term) == 0
    await term.learns(CEM, 0)
    assert (await term.learning(CEM)).done


async def test_by_date_a_path_that_is_taken_back_opens_nothing(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(3), pace="7")
    await term.until(date(2026, 3, 3))
    await term.changes(state="taken")
    await term.until(FAR)
    assert await term.got(CEM, "course-next") == []


async def test_by_date_who_stopped_reminders_is_written_to_no_more(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(3), pace="7")
    await term.until(date(2026, 3, 3))
    await term.press("courses.quiet", CEM, send="s1")
    await term.until(FAR)
    assert await term.got(CEM, "course-next") == []
    assert await at(term) == 2


@pytest.mark.parametrize(("pace", "slots"), [("7", 2), ("done", 0)])
async def test_in_the_open_the_days_count_from_when_it_stood_there(
    term: Term, pace: str, slots: int
) -> None:
    await term.cohort(CEM)
    await term.sends("s1", courses=films(3), pace=pace, open=True)
    await term.until(date(2026, 3, 3))
    await term.learns(CEM, 0)
    assert await at(term) == (0 if pace == "7" else 1)
    await term.until(FAR)
    assert len(await term.got(CEM, "course-next")) == slots or pace == "done"


async def test_nobody_reads_anothers_next(term: Term) -> None:
    await term.cohort(CEM)
    await term.sends("s1", CEM, courses=films(2), pace="7")
    await term.until(date(2026, 3, 10))
    (letter,) = await term.got(CEM, "course-next")
    assert await term.life.see(letter.slot, CEM)
    assert await term.life.see(letter.slot, BO) is None
    assert await term.life.see("course-next/s1/0/x", CEM) is None


# --- the rules ------------------------------------------------------------------------------------

paces = st.sampled_from(["done", "1", "3", "7", "60", "", "x", "-1", "٣", "9" * 40])
dones = st.lists(st.booleans(), min_size=2, max_size=6)


def send_of(count: int, pace: str) -> Send:
    return Send(id="s1", by="ada", made=NOW, rank="1", courses=films(count), pace=pace)


def learning_of(done: Sequence[bool]) -> Learning:
    steps = tuple(Step(declared=NOW if it else None) for it in done)
    return Learning(id="s1/cem", send="s1", person="cem", steps=steps)


@given(dones, paces, st.lists(st.tuples(st.integers(0, 5), st.integers(-2, 9)), max_size=20))
def test_a_path_only_ever_goes_on_and_always_shows_what_is_open(
    done: list[bool], pace: str, steps: list[tuple[int, int]]
) -> None:
    send, was, day = send_of(len(done), pace), learning_of(done), NOW.date()
    for finished, days in steps:
        day += timedelta(days=days)
        marked = tuple(
            replace(step, declared=NOW) if n == finished else step
            for n, step in enumerate(was.steps)
        )
        now = replace(was, steps=marked)
        new = advanced(now, to_open(send, now, NOW.date(), day), NOW)
        assert opened(was) <= opened(new) < len(done)
        assert new.at <= opened(new)
        assert not new.now.done or all(step.done for step in new.steps[: opened(new) + 1])
        assert advanced(new, to_open(send, new, NOW.date(), day), NOW) == new
        was = new


@given(dones, st.integers(1, 60))
def test_by_date_each_step_has_its_day(done: list[bool], days: int) -> None:
    send, was = send_of(len(done), str(days)), learning_of(done)
    found = list[date]()
    while (day := next_day(send, was, NOW.date())) is not None:
        assert to_open(send, was, NOW.date(), day - timedelta(days=1)) == opened(was)
        was = advanced(was, to_open(send, was, NOW.date(), day), NOW)
        found.append(day)
    assert found == [NOW.date() + timedelta(days=days * n) for n in range(1, len(done))]


@given(st.integers(2, PATH), st.data())
def test_an_order_loses_and_doubles_nothing(count: int, data: st.DataObject) -> None:
    which = data.draw(st.integers(0, count - 1))
    where = data.draw(st.none() | st.integers(0, count - 1))
    was = films(count)
    now = ordered(was, which, where)
    assert set(was) - set(now) == (set() if where is not None else {was[which]})
    assert len(now) == count - (where is None)
    if where is not None:
        assert now[where] == was[which]


# --- making one -----------------------------------------------------------------------------------


async def draft(term: Term, count: int = 1) -> Send:
    await term.cohort(CEM)
    await term.sends("s1", courses=films(count))
    await term.changes("s1", state="draft", cohort="")
    return await term.send()


async def test_a_link_is_read_and_comes_last(term: Term) -> None:
    await draft(term)
    assert form(await term.press("courses.add", ADA, send="s1")).action == "courses.add"
    changes = await term.fill(
        "courses.add", ADA, {"link": "Look: https://learn.example.org/two."}, send="s1"
    )
    (job,) = asks(changes, "resolve")
    assert isinstance(job.work, Ask)
    assert job.work.question["url"] == "https://learn.example.org/two"
    found = Course(
        catalogue="demo", id="two", url="https://learn.example.org/two", title="The second"
    )
    await term.life.answer(job, values={"course": packed(found)})
    assert [one.title for one in (await term.send()).courses] == ["Film 0", "The second"]
    assert (await term.send()).reading == ()


@pytest.mark.parametrize(
    "text", ["", "no link", "ftp://example.org", "javascript:alert(1)", "x" * 5000]
)
async def test_what_is_no_link_is_said_so(term: Term, text: str) -> None:
    await draft(term)
    changes = await term.fill("courses.add", ADA, {"link": text}, send="s1")
    assert form(changes).errors["link"] == forms.NO_LINK
    assert unchanged(changes)


async def test_the_same_link_twice_is_none_more(term: Term) -> None:
    await draft(term)
    changes = await term.fill("courses.add", ADA, {"link": films(1)[0].url}, send="s1")
    assert form(changes).errors["link"] == forms.KNOWN


async def test_a_path_has_an_end(term: Term) -> None:
    await draft(term, PATH)
    assert said(await term.press("courses.add", ADA, send="s1")) == plain(forms.FULL)


@pytest.mark.parametrize("action", ["courses.add", "courses.order"])
async def test_only_the_sender_and_only_a_draft(term: Term, action: str) -> None:
    await draft(term, 2)
    assert said(await term.press(action, CEM, send="s1")) == plain(forms.GONE)
    assert said(await term.press(action, ADA, send="nope")) == plain(forms.GONE)
    await term.changes(reading=(1,))
    assert said(await term.press(action, ADA, send="s1")) == plain(forms.BUSY)
    for state in ("waiting", "going", "sent", "stopped", "taken"):
        await term.changes(state=state, reading=())
        assert said(await term.press(action, ADA, send="s1")) == plain(forms.TOO_LATE)


async def orders(term: Term, **values: str) -> Changes:
    return await term.fill("courses.order", ADA, {"pace": "done", **values}, send="s1")


async def titles(term: Term) -> list[str]:
    return [one.title for one in (await term.send()).courses]


async def test_one_goes_to_another_place(term: Term) -> None:
    await draft(term, 3)
    await orders(term, which="2", where="0")
    assert await titles(term) == ["Film 2", "Film 0", "Film 1"]
    assert (await term.send()).course == "link:film2"


async def test_one_is_left_out_but_never_the_last(term: Term) -> None:
    await draft(term, 2)
    await orders(term, which="0", where="out")
    assert await titles(term) == ["Film 1"]
    assert said(await orders(term, which="0", where="out")) == plain(forms.ONE)


async def test_the_pace_alone_may_be_changed(term: Term) -> None:
    await draft(term, 2)
    await orders(term, pace="7")
    assert (await term.send()).pace == "7"
    assert await titles(term) == ["Film 0", "Film 1"]
    told = " ".join(map(plain, await lines(term.life.moment(), await term.send())))
    assert told == "A path of 2 links. The next opens every 7 days. Film 0 Film 1"


@pytest.mark.parametrize(
    "values",
    [
        {"which": "9", "where": "0"},
        {"which": "0"},
        {"where": "0"},
        {"which": "-1", "where": "out"},
        {"which": "0", "where": "x" * 9999},
        {"pace": "never"},
        {"pace": "0"},
        {"pace": "9" * 99},
        {"which": "²", "where": "٣"},
    ],
)
async def test_what_no_choice_says_changes_nothing(term: Term, values: dict[str, str]) -> None:
    await draft(term, 2)
    changes = await orders(term, **values)
    assert form(changes).errors
    assert unchanged(changes)


async def test_many_titles_are_cut_short(term: Term) -> None:
    await draft(term, 9)
    told = [plain(one) for one in await lines(term.life.moment(), await term.send())]
    assert told[-1] == "… and 4 more."
    assert len(told) == 7


async def test_a_link_that_could_not_be_read_is_still_a_link(term: Term) -> None:
    await draft(term)
    url = "https://slow.example.org/one"
    changes = await term.fill("courses.add", ADA, {"link": url}, send="s1")
    (job,) = asks(changes, "resolve")
    await term.life.answer(job, error="slow")
    send = await term.send()
    assert send.courses[1] == bare(url)
    assert send.trouble == "slow"
