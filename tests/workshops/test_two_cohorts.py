"""Who is in two cohorts: a word asks which, and a button of one never reaches the other."""

import pytest
from msgspec.structs import replace

from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.signup.model import Signup, signup_id
from core.engine.ports import Changes
from tests.cohorts.story import CEM, Story, chat, said
from tests.people.world import ADA
from tests.workshops.session import GIVEN, planned


@pytest.mark.parametrize("word", ["workshop", "calendar", "status"])
async def test_a_word_in_private_asks_which_cohort_is_meant(life: Story, word: str) -> None:
    one = await planned(life)
    cohort = await life.cohort()
    other = replace(cohort, id="other", version=0, name="Night talks", code="7KQ4MWX", spaces=())
    await life.commit(Changes(saves=(other,)))
    answer = await life.write(word, ADA, chat(ADA))
    assert "Night talks" in said(answer)
    assert "Better handovers" in said(answer)
    assert one.title not in said(answer) or word == "status"


async def test_who_leads_another_cohort_touches_nothing_of_this_one(life: Story) -> None:
    one = await planned(life)
    cem = await life.known(CEM)
    cohort = await life.cohort()
    theirs = replace(
        cohort, id="other", version=0, owner=cem.id, facilitator=cem.id, code="7KQ4MWX", spaces=()
    )
    await life.commit(Changes(saves=(theirs,)))
    for name in ("change", "move", "cancel", "record", "code", "complete", "drop"):
        args = {"workshop": one.id, "cohort": "other"}
        values = {**GIVEN, "title": "Mine now", "reason": "x", "link": "https://x.example"}
        await life.hands_in(f"workshops.{name}", values, args, CEM, chat(CEM))
        await life.hits(f"workshops.{name}", args, CEM, chat(CEM))
    assert await life.read.get(Workshop, one.id) == one


async def test_a_thousand_who_come_are_each_reminded_once(life: Story) -> None:
    """Nobody is left out between two pages of a walk."""
    one = await planned(life, capacity="")
    for start in range(0, 1000, 250):
        rows = tuple(
            Signup(
                id=signup_id(one.id, f"p{n}"),
                workshop=one.id,
                cohort=one.cohort,
                person=f"p{n}",
                choice="room",
                at=one.starts,
                rank="1",
            )
            for n in range(start, start + 250)
        )
        await life.commit(Changes(saves=rows))
    told: list[str] = []
    for _ in range(8):
        rung = await life.ring("workshops.remind")
        told += [job.key for job in rung.jobs if job.key.startswith("workshop-day/")]
    assert len(told) == len(set(told)) == 1000
