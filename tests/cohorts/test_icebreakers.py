"""Ice-breakers: the rounds that follow the introductions, by hand or by a programme."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.introductions import posts
from core.cohorts.introductions.model import (
    Round,
)
from core.cohorts.introductions.questions import THEMES, of_theme
from core.cohorts.introductions.steps import STEPS
from core.engine.ports import (
    Changes,
    Done,
    Raise,
)
from tests.cohorts.story import (
    CEM,
    TEAM,
    Story,
    args_of,
    form,
    nudged,
    unchanged,
    value,
    words,
)
from tests.cohorts.test_introductions import answers, asked, current
from tests.people.world import ADA, BO


async def broken(life: Story, **values: str) -> Round:
    """The introductions are over; an ice-breaker is open."""
    first = await asked(life)
    await life.ring("introductions.end")
    life.now += timedelta(days=6)
    await life.fill("introductions.open", values or {"theme": "light"}, cohort=first.cohort)
    return await current(life)


async def test_the_first_round_introduces_and_later_ones_break_the_ice(life: Story) -> None:
    cohort = await life.begins()
    opened_first = form(await life.press("introductions.open", ADA, TEAM, cohort=cohort.id))
    assert value(opened_first, "theme") == "meeting"
    round = await broken(life)
    assert round.style == "icebreaker"
    assert round.question in {q.key for q in of_theme("light")}
    post = await life.seen(f"intro/{round.id}")
    assert post.summary.key == "introductions.icebreaker.summary"
    assert "more than names" in words(post)
    opened = form(await life.press("introductions.answer", CEM, TEAM, cohort=round.cohort))
    assert opened.title.key == "introductions.icebreaker.form"


async def test_an_ice_breaker_reminds_nobody_and_asks_for_no_challenge(life: Story) -> None:
    await broken(life)
    life.timers.clear()
    assert not nudged(await life.ring("introductions.nudge"))
    round = await current(life)
    args = await life.find(f"desk/{round.cohort}", "Close the ice-breaker", ADA)
    changes = await life.hits("introductions.close", args)
    assert "working_on.ask" not in [timer.name for timer in life.timers.values()]
    assert changes.reply == Done(posts.ICE_CLOSED)


@pytest.mark.parametrize("theme", ["", "nonsense", "../x", "x" * 9000])
async def test_an_unknown_theme_is_a_usual_one(life: Story, theme: str) -> None:
    round = await broken(life, theme=theme)
    assert round.theme in THEMES


async def by_programme(life: Story, kind: str, **options: str) -> Changes:
    cohort = await life.cohort()
    event = life.event("timer", "programmes.step", None, None)
    event = replace(event, args={"cohort": cohort.id, "step": "s", **options})
    changes = await STEPS[kind].run(event, life.moment(event.id))
    await life.commit(changes, event.id)
    raised = [job.work.event for job in changes.jobs if isinstance(job.work, Raise)]
    life.timers |= {timer.id: timer for timer in raised}
    return changes


async def test_a_programme_introduces_and_later_breaks_the_ice(life: Story) -> None:
    await life.begins()
    await life.joins(BO, CEM)
    await by_programme(life, "introductions", days="3", theme="")
    first = await current(life)
    assert (first.style, first.closes - first.opened) == ("introduction", timedelta(days=3))
    life.now += timedelta(days=2)
    await by_programme(life, "icebreaker", days="", theme="team")
    second = await current(life)
    assert (second.style, second.theme, second.number) == ("icebreaker", "team", 2)
    before = await life.read.get(Round, first.id)
    assert before is not None
    assert before.state == "closed"


async def test_a_programme_leaves_a_round_alone_that_has_just_begun(life: Story) -> None:
    round = await asked(life)
    assert unchanged(await by_programme(life, "introductions"))
    assert await current(life) == round


async def test_who_comes_late_is_led_to_the_open_round(life: Story) -> None:
    round = await asked(life)
    late = STEPS["introductions"].late
    assert late is not None
    button = await late(life.moment(), round.cohort, (await life.known(CEM)).id)
    assert button is not None
    assert args_of(button) == {"cohort": round.cohort, "round": round.id}
    await answers(life, "Hello.")
    assert await late(life.moment(), round.cohort, (await life.known(CEM)).id) is None


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("days", "", True),
        ("days", "14", True),
        ("days", "0", False),
        ("days", "15", False),
        ("days", "-1", False),
        ("days", "²", False),
        ("days", "9" * 400, False),
        ("theme", "light", True),
        ("theme", "dark", False),
    ],
)
def test_a_step_takes_only_options_that_make_sense(name: str, value: str, fits: bool) -> None:
    assert STEPS["icebreaker"].options[name](value) is fits
