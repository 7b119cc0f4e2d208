"""Whatever comes in: a sentence or a form, and the programme stays as it was."""

import pytest
from msgspec.structs import replace

from core.actions import ACTIONS
from core.cohorts.model import Membership, asked
from core.engine.ports import Actor, Done
from core.programmes.model import Plan
from core.programmes.templates.shipped import shipped
from tests.cohorts.story import CEM, TEAM, chat, said
from tests.people.world import ADA
from tests.programmes.story import CHOSEN, START, Course, days

MINE = sorted(name for name in ACTIONS if name.startswith("programmes."))
NASTY = ("", "\x00", "\ud800", "🙂" * 3000, "../../x", "-1", "9" * 40, "null", "hello,hello", "NaN")
KEYS = ("step", "to", "do", "along", "stage", "person", "sure", "rev", "id")
FIELDS = ("template", "first", "days", "country", "step", "do", "day", "time", "person")


@pytest.mark.parametrize("name", MINE)
async def test_nonsense_changes_nothing(life: Course, name: str) -> None:
    plan = await life.runs()
    for value in NASTY:
        args = {**dict.fromkeys(KEYS, value), "cohort": plan.id}
        good = {**args, "id": plan.id, "rev": str(plan.version)}
        for given in (args, good, {"cohort": value}):
            for who, where in ((ADA, TEAM), (ADA, chat(ADA)), (CEM, chat(CEM))):
                pressed = await life.hits(name, given, who, where)
                filled = await life.hands_in(name, dict.fromkeys(FIELDS, value), given, who, where)
                assert pressed.reply is not None
                assert filled.reply is not None
    assert await life.plan() == plan


@pytest.mark.parametrize("name", MINE)
async def test_a_stranger_learns_and_changes_nothing(life: Course, name: str) -> None:
    plan = await life.runs()
    stranger = Actor(account="teams:t1:x", guest=True)
    args = {"cohort": plan.id, "id": plan.id, "rev": str(plan.version), "sure": "yes"}
    pressed = await life.hits(name, args, stranger, chat(stranger))
    filled = await life.hands_in(name, dict(CHOSEN), args, stranger, chat(stranger))
    assert isinstance(pressed.reply, Done)
    assert isinstance(filled.reply, Done)
    assert "workshop" not in said(pressed) + said(filled)
    assert await life.plan() == plan


async def test_a_button_of_another_cohort_changes_only_what_it_leads(life: Course) -> None:
    plan = await life.runs()
    forged = {"cohort": plan.id, "id": "another", "rev": "1", "step": "hello", "do": "skip"}
    await life.hits("programmes.shift", forged)
    assert await life.plan() == plan


async def test_somebody_of_another_cohort_is_not_looked_through(life: Course) -> None:
    plan = await life.runs()
    (cem,) = await life.meets(CEM)
    await life.save(asked("another", cem.id, "code", START))
    args = {"cohort": plan.id, "stage": "1", "person": cem.id}
    assert "member of this cohort" in said(await life.hits("programmes.page", args, ADA, chat(ADA)))
    assert (await life.read.find(Membership, cohort=plan.id)).items == ()


@pytest.mark.parametrize("template", list(shipped()))
async def test_every_programme_runs_to_its_end(life: Course, template: str) -> None:
    await life.runs(template=template)
    await life.joins(CEM)
    await life.lives_until(START + days(120))
    steps = (await life.plan()).steps
    assert {one.state for one in steps} <= {"done", "missed", "skipped"}
    assert len((await life.read.find(Plan)).items) == 1
    ends = max(one.due for one in steps)
    assert all(one.ran is None or one.ran <= ends + days(15) for one in steps)


async def test_a_message_on_a_thursday_still_reaches_who_works_again_after_easter(
    life: Course,
) -> None:
    """From Maundy Thursday in the evening to Tuesday morning nobody works."""
    plan = await life.runs()
    far = asked(plan.id, "far", "code", START)
    await life.save(replace(far, state="member"))
    life.jobs.clear()
    await life.lives_until(START + days(0.2))
    (mine,) = [job for job in life.jobs if job.key.endswith("/far")]
    assert mine.until is not None
    assert mine.until >= START + days(5)
