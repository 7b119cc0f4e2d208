"""Somebody who runs a cohort and is curious: what figures and the store would tell of a person."""

from pathlib import Path

from msgspec.structs import replace

from core.courses.learning.people import people
from core.courses.model import Learning, Step
from core.engine.ports import Changes, Delivery, counted
from tests.cohorts.story import CEM, DEE, Story, said
from tests.courses.learning.lesson import (
    EVERYONE,
    columns,
    figures,
    learning,
    opens,
    rows_with,
    sent,
)
from tests.courses.learning.test_opening import agrees
from tests.people.world import ADA

NOT_TOLD = "told from five people on"


async def test_people_who_were_never_reached_hide_nobody_s_opening(life: Story) -> None:
    send = await sent(life, CEM)
    for n in range(9):
        lost = Delivery(
            id=f"{send.id}/lost{n}", campaign=send.id, person="", at=life.now, state="blocked"
        )
        await life.commit(Changes(saves=(lost,), tallies=(counted(lost),)))
    await opens(life, send, CEM)
    assert (await figures(life, send))[0] == NOT_TOLD
    event = replace(life.event("press", "courses.people", ADA), args={"send": send.id})
    told = await people(event, life.moment(), await life.known(ADA))
    assert NOT_TOLD in said(told)


async def test_what_is_left_of_openings_does_not_tell_that_there_was_one(
    life: Story, tmp_path: Path
) -> None:
    send = await sent(life, *EVERYONE)
    dee = (await life.known(DEE)).id
    await opens(life, send, DEE)
    await agrees(life)
    await life.ring("courses.unname")
    assert await learning(life, send, DEE) is None
    assert await columns(life, send) == (1, 0, 0)
    told = [row for row in rows_with(tmp_path, dee) if "learning" in row]
    assert told == []


async def test_a_step_that_has_come_is_kept(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    dee = (await life.known(DEE)).id
    steps = (Step(opened=life.now), Step(since=life.now))
    row = Learning(id=f"{send.id}/{dee}", send=send.id, person=dee, steps=steps, at=1)
    await life.commit(Changes(saves=(row,)))
    await agrees(life)
    await life.ring("courses.unname")
    found = await learning(life, send, DEE)
    assert found is not None
    assert found.steps == (Step(), Step(since=life.now))
