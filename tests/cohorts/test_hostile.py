"""Whatever comes in: a clear sentence or a form, and nothing that was not meant."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actions import ACTIONS
from core.cohorts.model import NAME, PURPOSE, Cohort, details, line, lines, problems, subject
from core.engine.ports import Actor, Invalid
from tests.cohorts.story import CEM, TEAM, Story, chat
from tests.people.world import ADA, MONDAY

MINE = sorted(name for name in ACTIONS if not name.startswith("people."))
NASTY = (
    "",
    "\x00",
    "\ud800",
    "🙂" * 3000,
    "../../x",
    "a/b/c",
    "-1",
    "999999999999999999999",
    "null",
)
KEYS = ("cohort", "round", "id", "rev", "number", "after", "draft", "weeks")
FIELDS = ("name", "purpose", "first", "last", "zone", "facilitator", "moderator", "where", "guests")
MORE = ("people", "lines", "about", "text", "own", "days", "back", "sight", "reason")


def everywhere(names: tuple[str, ...], value: str) -> Mapping[str, str]:
    return dict.fromkeys(names, value)


@pytest.mark.parametrize("name", MINE)
async def test_no_press_and_no_form_makes_us_stumble(life: Story, name: str) -> None:
    cohort = await life.begins()
    for value in NASTY:
        for who, where in ((CEM, chat(CEM)), (ADA, TEAM)):
            for args in (everywhere(KEYS, value), {**everywhere(KEYS, value), "cohort": cohort.id}):
                await life.hits(name, args, who, where)
                await life.hands_in(name, everywhere(FIELDS + MORE, value), args, who, where)
    assert len((await life.read.find(Cohort)).items) == 1


@pytest.mark.parametrize("name", MINE)
async def test_a_stranger_changes_nothing_about_a_cohort(life: Story, name: str) -> None:
    cohort = await life.begins()
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(cohort.version), "number": "1"}
    for stranger in (CEM, Actor(account="teams:t1:x", guest=True)):
        await life.hits(name, args, stranger, chat(stranger))
        await life.hands_in(name, {"text": "x", "lines": "x"}, args, stranger, chat(stranger))
    assert await life.cohort() == cohort
    assert await life.read.tally("cohorts.member", cohort.id) == 0


async def test_a_form_of_somebody_else_changes_nothing(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(ADA, CEM)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "Mine."}, ADA, cohort=cohort.id)
    await life.fill("introductions.answer", {"back": "true"}, CEM, cohort=cohort.id)
    assert await life.read.tally("introductions.given", f"{cohort.id}-1") == 1


@given(st.text())
def test_a_line_is_one_line_and_short(text: str) -> None:
    kept = line(text, 60)
    assert len(kept) <= 60
    assert kept == " ".join(kept.split())
    assert line(kept, 60) == kept


@given(st.text(), st.integers(1, 800))
def test_lines_never_hold_two_empty_ones(text: str, limit: int) -> None:
    kept = lines(text, limit)
    assert len(kept) <= limit
    assert "\n\n\n" not in kept


@given(st.dictionaries(st.sampled_from(FIELDS), st.text() | st.dates().map(date.isoformat)))
def test_any_form_is_either_in_order_or_says_what_is_not(values: dict[str, str]) -> None:
    wrong = problems(values, MONDAY.date())
    if wrong:
        return
    said = details({"facilitator": "a", "moderator": "b", **values})
    assert len(said.name) in NAME
    assert 1 <= len(said.purpose) <= PURPOSE
    assert said.first < said.last


@given(st.text())
def test_any_slot_is_about_something_or_nothing(slot: str) -> None:
    assert "/" not in subject(slot)


async def test_a_wrong_form_is_never_kept(life: Story) -> None:
    await life.meets(ADA)
    changes = await life.fill("cohorts.create", everywhere(FIELDS, "\x00"))
    assert isinstance(changes.reply, Invalid)
    assert not changes
