"""A step moved, left out, begun now or repeated; what depends on it is shown before it follows."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from core.engine.ports import Changes, Done, Invalid, Say
from core.programmes import posts
from core.programmes.anchors.model import left_out, moving_along
from core.programmes.model import moved, stopped
from tests.cohorts.story import actions, args_of, buttons, chat, form, said, told, words
from tests.people.world import ADA
from tests.programmes.story import START, Course, days

TUESDAY = {"day": "2026-04-14", "time": "14:00"}


async def rings(life: Course, job: object) -> Changes:
    return await life.happens(job.work.event)  # type: ignore[attr-defined]


async def test_what_depends_on_a_step_is_shown_before_it_moves(life: Course) -> None:
    await life.runs()
    before = await life.plan()
    changes = await life.changes(step="workshop", do="move", **TUESDAY)
    assert "These steps depend on it" in told(changes)
    assert await life.plan() == before


async def preview(life: Course, **values: str) -> list[dict[str, str]]:
    """The buttons of the preview, as Ada gets it in her own chat."""
    plan = await life.plan()
    args = {"cohort": plan.id, "id": plan.id, "rev": str(plan.version)}
    changes = await life.hands_in("programmes.change", values, args, ADA, chat(ADA))
    assert isinstance(changes.reply, Say)
    post = changes.reply.post
    assert actions(post) == ["programmes.shift", "programmes.shift", "programmes.look"]
    return [dict(args_of(button)) for button in buttons(post)]


async def test_all_that_depends_on_a_workshop_moves_along_when_the_lead_says_so(
    life: Course,
) -> None:
    await life.runs()
    before = {one.step.id: one.at for one in (await life.plan()).steps}
    together, _, _ = await preview(life, step="workshop", do="move", **TUESDAY)
    await life.hits("programmes.shift", together)
    after = {one.step.id: one.at for one in (await life.plan()).steps}
    assert after["workshop"] == datetime(2026, 4, 14, 12, tzinfo=UTC)
    assert after["commitments"] == datetime(2026, 4, 14, 14, tzinfo=UTC)
    later = {id for id in before if after[id] > before[id]}
    assert {"commitments", "pairs", "checkins", "closing", "followups", "roleplay"} <= later
    assert after["challenges"] == before["challenges"]


async def test_or_only_the_step_itself(life: Course) -> None:
    await life.runs()
    before = {one.step.id: one.at for one in (await life.plan()).steps}
    _, alone, _ = await preview(life, step="workshop", do="move", **TUESDAY)
    await life.hits("programmes.shift", alone)
    after = {one.step.id: one.at for one in (await life.plan()).steps}
    assert {id for id in before if after[id] != before[id]} == {"workshop"}


async def test_an_old_preview_changes_nothing(life: Course) -> None:
    await life.runs()
    together, _, _ = await preview(life, step="workshop", do="move", **TUESDAY)
    await life.changes(step="hello", do="skip")
    before = await life.plan()
    await life.hits("programmes.shift", together)
    assert await life.plan() == before


@pytest.mark.parametrize(
    "forged",
    [
        {"to": "yesterday"},
        {"to": "2020-01-01T10:00:00+00:00"},
        {"to": "9999-01-01T10:00:00+00:00"},
        {"to": "2026-04-14T10:00:00"},
        {"step": "nothing"},
        {"do": "explode", "step": "nothing"},
    ],
)
async def test_a_forged_button_changes_nothing(life: Course, forged: dict[str, str]) -> None:
    await life.runs()
    together, _, _ = await preview(life, step="workshop", do="move", **TUESDAY)
    before = await life.plan()
    changes = await life.hits("programmes.shift", {**together, **forged})
    assert isinstance(changes.reply, Done)
    assert await life.plan() == before


async def test_a_step_that_nothing_depends_on_moves_at_once(life: Course) -> None:
    await life.runs()
    changes = await life.changes(step="hello", do="move", day="2026-03-10", time="9.15")
    assert posts.CHANGED.words in str(changes.reply)
    assert (await life.step("hello")).at == datetime(2026, 3, 10, 8, 15, tzinfo=UTC)
    await life.lives_until(START + days(0.5))
    assert (await life.step("hello")).state == "planned"
    await life.lives_until(START + days(1))
    assert (await life.step("hello")).state == "done"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"step": "x", "do": "move", **TUESDAY}, {"step"}),
        ({"step": "hello", "do": "jump", **TUESDAY}, {"do"}),
        ({"step": "hello", "do": "move", "day": "", "time": "10:00"}, {"day"}),
        ({"step": "hello", "do": "move", "day": "2026-03-14", "time": "10:00"}, {"day"}),
        ({"step": "hello", "do": "move", "day": "2026-04-03", "time": "10:00"}, {"day"}),
        ({"step": "hello", "do": "move", "day": "2026-02-02", "time": "10:00"}, {"day"}),
        ({"step": "hello", "do": "move", "day": "9999-12-31", "time": "10:00"}, {"day"}),
        ({"step": "hello", "do": "move", "day": "2026-03-10", "time": "03:00"}, {"time"}),
        ({"step": "hello", "do": "again", "day": "2026-03-10", "time": "x" * 999}, {"time"}),
        ({"step": "hello", "do": "move", "day": "soon", "time": "now"}, {"day", "time"}),
        ({}, {"step", "do"}),
    ],
)
async def test_a_change_that_makes_no_sense_comes_back(
    life: Course, values: dict[str, str], wrong: set[str]
) -> None:
    await life.runs()
    before = await life.plan()
    changes = await life.changes(**values)
    assert isinstance(changes.reply, Invalid)
    assert set(form(changes).errors) == wrong
    assert await life.plan() == before


async def test_a_step_can_begin_now(life: Course) -> None:
    await life.runs()
    await life.changes(step="hello", do="now")
    await life.lives_until(life.now)
    assert (await life.step("hello")).state == "done"


async def test_a_step_left_out_takes_along_what_was_to_follow_if_the_lead_says_so(
    life: Course,
) -> None:
    await life.runs()
    together, alone, _ = await preview(life, step="commitments", do="skip")
    await life.hits("programmes.shift", together)
    out = {id for id, state in (await life.states()).items() if state == "skipped"}
    assert out == {"commitments", "pairs", "checkins"}
    assert alone["along"] == "one"


async def test_what_is_left_out_can_come_back(life: Course) -> None:
    await life.runs()
    await life.changes(step="hello", do="skip")
    assert (await life.step("hello")).state == "skipped"
    assert isinstance((await life.changes(step="hello", do="skip")).reply, Invalid)
    await life.changes(step="hello", do="move", day="2026-03-11", time="10:00")
    await life.lives_until(START + days(2.5))
    assert (await life.step("hello")).state == "done"


async def test_a_step_that_has_begun_can_only_happen_once_more(life: Course) -> None:
    await life.runs()
    await life.lives_until(START + days(0.5))
    for do in ("move", "now", "skip"):
        wrong = await life.changes(step="hello", do=do, day="2026-03-12", time="10:00")
        assert "It has begun" in str(form(wrong).errors["do"])
    await life.changes(step="hello", do="again", day="2026-03-12", time="10:00")
    assert (await life.step("hello")).state == "done"
    assert (await life.step("hello-2")).at == datetime(2026, 3, 12, 9, tzinfo=UTC)
    told = len([job for job in life.jobs if job.key.startswith("programme-says/")])
    await life.lives_until(START + days(4))
    assert len([j for j in life.jobs if j.key.startswith("programme-says/")]) == told + 1


async def test_a_programme_can_be_ended_and_another_chosen(life: Course) -> None:
    await life.runs()
    asked = await life.presses("End it")
    assert (await life.plan()).state == "running"
    assert "depend" not in said(asked)
    plan = await life.plan()
    sure = {"cohort": plan.id, "id": plan.id, "rev": str(plan.version), "sure": "yes"}
    await life.hits("programmes.end", sure)
    await life.lives_until(START + days(3))
    assert set((await life.states()).values()) == {"skipped"}
    await life.chooses(template="course-club", first="2026-03-16")
    await life.starts()
    await life.lives_until(START + days(7.5))
    assert (await life.step("hello")).state == "done"


# --- what other slices tell -----------------------------------------------------------------------


async def signs_up(life: Course) -> None:
    """The step has begun: its workshop is planned."""
    plan, one = await life.plan(), await life.step("workshop")
    done = replace(one, state="done", ran=START)
    await life.save(replace(plan, steps=tuple(done if it == one else it for it in plan.steps)))


async def test_a_workshop_of_an_ended_programme_moves_nothing_of_the_next(life: Course) -> None:
    plan = await life.runs()
    to = (await life.step("workshop")).at + timedelta(days=7)
    for job in (
        moved("main", plan.id, "workshop", to, "old.1"),
        stopped("main", plan.id, "workshop", "old.2"),
    ):
        assert not await rings(life, job)
    assert (await life.step("commitments")).state == "planned"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-03-07", "x"])
async def test_a_step_cannot_be_moved_to_a_day_far_from_this_life(life: Course, day: str) -> None:
    await life.runs(country="")
    changes = await life.changes(step="hello", do="move", day=day, time="00:00")
    assert isinstance(changes.reply, Invalid)


async def test_a_workshop_that_moves_takes_along_what_depends_on_it(life: Course) -> None:
    plan = await life.runs()
    await signs_up(life)
    to = (await life.step("workshop")).at + timedelta(days=7)
    along = await moving_along(life.read, plan.id, "workshop", to)
    before = await life.step("commitments")
    await rings(life, moved("main", plan.id, "workshop", to, "1"))
    after = await life.step("commitments")
    assert (await life.step("workshop")).at == to
    assert before.at < after.at
    assert (before.at, after.at) in {(shift.before, shift.after) for shift in along}


async def test_a_workshop_moved_earlier_lets_nothing_ring_twice(life: Course) -> None:
    plan = await life.runs()
    await signs_up(life)
    to = (await life.step("workshop")).at - timedelta(days=7)
    await rings(life, moved("main", plan.id, "workshop", to, "1"))
    await life.lives_until(START + days(120))
    steps = (await life.plan()).steps
    assert {one.state for one in steps} <= {"done", "missed", "skipped"}
    says = [job.key for job in life.jobs if job.key.startswith("programme-says/")]
    assert len(says) == len(set(says))


async def test_a_workshop_that_moves_there_and_back_is_where_it_was(life: Course) -> None:
    plan = await life.runs()
    await signs_up(life)
    before = await life.plan()
    at = (await life.step("workshop")).at
    for turn, to in enumerate((at + days(7), at, at + days(7), at)):
        await rings(life, moved("main", plan.id, "workshop", to, f"{turn}"))
        assert (await life.step("workshop")).at == to
    assert [one.at for one in (await life.plan()).steps] == [one.at for one in before.steps]


async def test_what_depends_on_a_cancelled_workshop_is_left_out(life: Course) -> None:
    plan = await life.runs()
    await signs_up(life)
    names = [title.words for title in await left_out(life.read, plan.id, "workshop")]
    assert "One thing to try" in names
    await rings(life, stopped("main", plan.id, "workshop", "1"))
    states = await life.states()
    assert states["commitments"] == states["closing"] == "skipped"
    assert states["helpers"] == "planned"


async def test_what_nobody_knows_moves_nothing(life: Course) -> None:
    plan = await life.runs()
    before = await life.plan()
    for job in (
        moved("main", plan.id, "nothing", START, "1"),
        moved("main", "nobody", "workshop", START, "1"),
        stopped("main", "nobody", "workshop", "1"),
    ):
        assert not await rings(life, job)
    assert await life.plan() == before
    assert await moving_along(life.read, "nobody", "workshop", START) == ()
    assert words(await life.desk())
