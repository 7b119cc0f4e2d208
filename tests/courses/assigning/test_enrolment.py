"""Enrolment at the provider: each person once, patiently, and with a clear line for the sender."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.courses.assigning import enrolling
from core.courses.assigning.lines import lines
from core.courses.assigning.model import Enrolment
from core.engine.ports import Actor
from core.message import plain
from tests.cohorts.story import CEM
from tests.courses.assigning.term import FAR, Term, films, lived

SEVEN = tuple(
    replace(CEM, account=f"teams:t1:p{n}", name=f"Person {n}", email=f"p{n}@example.org")
    for n in range(7)
)


async def told(term: Term, id: str = "s1") -> str:
    found = await lines(term.life.moment(), await term.send(id))
    return " ".join(map(plain, found))


def mails(term: Term) -> list[str]:
    return [asked["email"] for asked in term.asked]


async def states(term: Term, people: Sequence[Actor] = SEVEN) -> list[str]:
    return [(await term.learning(one)).steps[0].enrolled for one in people]


async def test_everyone_is_enrolled_once_and_the_sender_reads_how_many(term: Term) -> None:
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.until(date(2026, 3, 3))
    assert sorted(mails(term)) == [f"p{n}@example.org" for n in range(7)]
    assert await states(term) == ["enrolled"] * 7
    assert await told(term) == "Enrolment at Demo catalogue. Enrolled there: 7."


async def test_what_the_provider_is_told(term: Term) -> None:
    await term.cohort(SEVEN[0])
    await term.sends("s1", SEVEN[0], due=date(2026, 3, 26))
    await term.until(date(2026, 3, 3))
    asked = term.asked[0]
    assert (asked["platform"], asked["catalogue"], asked["course"], asked["due"]) == (
        "catalogues",
        "demo",
        "feedback",
        "2026-03-26",
    )


async def test_the_first_is_asked_alone_and_nobody_else_where_it_takes_none(term: Term) -> None:
    term.provider = lambda asked: {"error": "off"}
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.until(FAR)
    assert len(term.asked) == 1
    assert "takes no enrolments from here" in await told(term)


async def test_a_link_that_is_no_providers_asks_nobody(term: Term) -> None:
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN, courses=films(1))
    await term.until(FAR)
    assert term.asked == []
    assert await told(term) == ""


async def test_who_is_not_known_there_is_counted_and_not_named(term: Term) -> None:
    strangers = ("p1@example.org", "p3@example.org", "p5@example.org")
    term.provider = lambda asked: {
        "values": {"state": "unknown" if asked["email"] in strangers else "enrolled"}
    }
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.until(date(2026, 3, 3))
    assert "Enrolled there: 4. Not known there: 3." in await told(term)
    assert "Person" not in await told(term)


async def test_who_has_no_address_is_not_known_there(term: Term) -> None:
    nobody = replace(SEVEN[0], email="")
    await term.cohort(nobody, SEVEN[1])
    await term.sends("s1", nobody, SEVEN[1])
    await term.until(date(2026, 3, 3))
    assert mails(term) == ["p1@example.org"]
    assert sorted(await states(term, (nobody, SEVEN[1]))) == ["enrolled", "unknown"]


async def test_after_an_outage_it_goes_on_and_nobody_is_enrolled_twice(term: Term) -> None:
    back = datetime(2026, 3, 2, 12, tzinfo=UTC)
    term.provider = lambda asked: (
        {"error": "no answer"} if term.life.now < back else {"values": {"state": "enrolled"}}
    )
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.until(datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert len(term.asked) == 2  # the same person, once more
    assert "doesn’t answer just now" in await told(term)
    await term.until(date(2026, 3, 4))
    assert await states(term) == ["enrolled"] * 7
    assert "Enrolled there: 7." in await told(term)


async def test_a_provider_that_never_answers_is_left_alone_in_the_end(term: Term) -> None:
    term.provider = lambda asked: {"error": "slow"}
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.until(FAR)
    assert len(term.asked) == len(enrolling.AGAIN) + 1
    assert "The link works all the same" in await told(term)


async def test_who_comes_late_is_enrolled_too(term: Term) -> None:
    await term.cohort(*SEVEN[:3])
    await term.sends("s1", *SEVEN[:3], assigned=True)
    await term.until(date(2026, 3, 3))
    await term.joins(SEVEN[5])
    await term.until(date(2026, 3, 4))
    assert mails(term).count("p5@example.org") == 1
    assert "Enrolled there: 4." in await told(term)


async def test_what_was_taken_back_enrols_nobody_more(term: Term) -> None:
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.changes(state="taken")
    await term.until(FAR)
    assert term.asked == []


async def test_who_has_left_is_not_enrolled(term: Term) -> None:
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.leaves(SEVEN[4])
    await term.until(date(2026, 3, 3))
    assert "p4@example.org" not in mails(term)


async def test_the_same_answer_twice_counts_once(term: Term) -> None:
    await term.cohort(SEVEN[0])
    await term.sends("s1", SEVEN[0])
    await term.until(date(2026, 3, 3))
    event = term.life.event("answer", "courses.enrolled", None, None)
    await term.happens(replace(event, args=term.asked[0], values={"state": "unknown"}))
    assert await told(term) == "Enrolment at Demo catalogue. Enrolled there: 1."


@pytest.mark.parametrize("answer", [{}, {"values": {"state": "x" * 9999}}, {"error": "whatever"}])
async def test_an_answer_that_says_nothing_harms_nothing(
    term: Term, answer: Mapping[str, object]
) -> None:
    term.provider = lambda asked: answer
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    await term.until(FAR)
    assert len(term.asked) <= len(enrolling.AGAIN) + 1


async def test_ten_thousand_are_not_asked_at_once(term: Term) -> None:
    await term.cohort(*SEVEN)
    await term.sends("s1", *SEVEN)
    assert sum(key.startswith("courses.enrol") for key in term.jobs) == 1
    await term.at_once()
    assert len(term.asked) == 1


# --- with outages at any time ---------------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, 200), max_size=6), st.sampled_from(["slow", "busy", "no answer"]))
def test_whenever_it_is_down_nobody_is_enrolled_twice_and_all_are_accounted_for(
    empty: Path, outages: list[int], error: str
) -> None:
    asyncio.run(_with(empty, outages, error))


async def _with(empty: Path, outages: list[int], error: str) -> None:
    enrolled = Counter[str]()
    begun = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)

    def answer(asked: Mapping[str, str]) -> Mapping[str, object]:
        minutes = (term.life.now - begun) / timedelta(minutes=1)
        if any(down <= minutes < down + 30 for down in outages):
            return {"error": error}
        enrolled[asked["email"]] += 1
        return {"values": {"state": "enrolled"}}

    async with lived(empty) as term:
        term.provider = answer
        await term.cohort(*SEVEN[:3])
        await term.sends("s1", *SEVEN[:3])
        await term.until(FAR)
        assert enrolled == {f"p{n}@example.org": 1 for n in range(3)}
        found = await term.life.read.get(Enrolment, "s1")
        assert found is not None
        assert (found.able, found.why, found.down) == ("yes", "", None)
