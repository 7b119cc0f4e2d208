"""A course link in a programme: it is read, it goes out by itself, and it never surprises."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from core.actions import STEPS
from core.cohorts.model import timer
from core.courses.model import Course, Send, packed
from core.engine.ports import Ask, Changes, Delivery, Raise
from core.message import Press
from core.programmes.calendar import Ground, busiest, laid
from core.programmes.model import Plan
from core.programmes.templates.checks import template
from core.programmes.templates.model import Unclear
from tests.cohorts.story import CEM, DEE, said, unchanged
from tests.courses.assigning.term import Term
from tests.people.world import ADA

URL = "https://learn.example.org/handovers"
TEMPLATE = f"""
name: A link and a talk
about: Watch something, and talk about it.
steps:
  - id: watch
    kind: course
    stage: 1
    title: A short film
    options:
      link: {URL}
      purpose: So that we can talk about the same thing.
      question: Which idea would not work here?
    catch_up: true
  - id: talk
    kind: discussion
    stage: 2
    title: Over the film
    after: watch
    days: 2
    options:
      question: What would have to change?
      purpose: So that it meets what you do.
"""
FOUND = Course(catalogue="demo", id="h", url=URL, title="Handovers that hold", minutes=9)


async def begins(term: Term, answer: Mapping[str, object] | None = None) -> Send:
    """The programme comes to its first step, and the link is read."""
    cohort = await term.cohort(CEM)
    made = template("ours.yml", TEMPLATE, STEPS)
    steps = laid(made.steps, date(2026, 3, 9), Ground(zone="Europe/Berlin"), "ours")
    plan = Plan(
        id=cohort.id,
        draft="d",
        template="ours",
        name=made.name,
        first="2026-03-09",
        zone="Europe/Berlin",
        state="running",
        steps=steps,
    )
    await term.life.commit(Changes(saves=(plan,)))
    await term.until(datetime(2026, 3, 9, 9, 1, tzinfo=UTC))
    work = timer("programmes.step", "main", None, cohort=cohort.id, step="watch", turn="d.0").work
    assert isinstance(work, Raise)
    changes = await term.happens(work.event)
    (job,) = [it for it in changes.jobs if isinstance(it.work, Ask)]
    assert isinstance(job.work, Ask)
    assert job.work.question["url"] == URL
    told = answer or {"values": {"course": packed(FOUND)}}
    term.takes(await term.life.answer(job, **told))
    return await newest(term)


async def newest(term: Term) -> Send:
    return (await term.life.read.find(Send)).items[0]


async def test_it_is_read_counted_and_sent_to_every_member(term: Term) -> None:
    await begins(term)
    await term.until(date(2026, 3, 9))
    send = await newest(term)
    assert send.state == "sent"
    assert send.courses[0].title == "Handovers that hold"
    assert send.purpose == "So that we can talk about the same thing."
    assert send.question == "Which idea would not work here?"
    assert send.by == (await term.life.known(ADA)).id
    assert [one.slot for one in await term.got(CEM, "course")] == [f"course/{send.id}"]
    cem = await term.life.known(CEM)
    assert await term.life.read.get(Delivery, f"{send.id}/{cem.id}")


async def test_it_can_be_undone_for_a_minute(term: Term) -> None:
    send = await begins(term)
    await term.until(term.life.now + timedelta(seconds=50))
    assert (await newest(term)).state == "waiting"
    await term.press("courses.undo", ADA, id=send.id, send=send.id)
    await term.until(date(2026, 3, 20))
    assert (await newest(term)).state == "ready"
    assert await term.got(CEM, "course") == []


async def test_once_whoever_facilitates_changes_it_it_is_theirs_to_send(term: Term) -> None:
    send = await begins(term)
    await term.until(term.life.now + timedelta(seconds=50))
    args = {"id": send.id, "send": send.id}
    await term.press("courses.undo", ADA, **args)
    other = {"purpose": "Another one", "question": "Which?", "to": f"cohort:{send.cohort}"}
    await term.fill("courses.plan", ADA, other, **args)
    await term.until(date(2026, 3, 20))
    now = await newest(term)
    assert (now.state, now.purpose, now.round) == ("ready", "Another one", 2)
    assert await term.got(CEM, "course") == []


@pytest.mark.parametrize("error", ["nowhere", "private", "gone"])
async def test_a_link_that_leads_nowhere_stays_a_draft(term: Term, error: str) -> None:
    await begins(term, {"error": error})
    await term.until(date(2026, 3, 20))
    send = await newest(term)
    assert (send.state, send.trouble, send.step) == ("draft", error, "")
    assert await term.got(CEM, "course") == []


@pytest.mark.parametrize("error", ["slow", "unreadable", "refused", "busy", "off", "no answer"])
async def test_a_link_that_only_could_not_be_read_goes_out_all_the_same(
    term: Term, error: str
) -> None:
    await begins(term, {"error": error})
    await term.until(date(2026, 3, 9))
    assert (await newest(term)).state == "sent"


async def test_in_a_paused_cohort_it_waits_for_whoever_facilitates(term: Term) -> None:
    await begins(term)
    await term.saves(replace(await term.life.cohort(), stage="paused"))
    await term.until(date(2026, 3, 20))
    assert (await newest(term)).halt == "paused"
    assert await term.got(CEM, "course") == []


async def test_who_joins_late_may_have_it(term: Term) -> None:
    send = await begins(term)
    await term.until(date(2026, 3, 10))
    await term.joins(DEE)
    dee = await term.life.known(DEE)
    assert STEPS["course"].late is not None
    button = await STEPS["course"].late(term.life.moment(), send.cohort, dee.id)
    assert isinstance(button, Press)
    assert "on its way" in said(await term.press(button.action, DEE, **button.args))
    await term.until(date(2026, 3, 11))
    assert [one.slot for one in await term.got(DEE, "course")] == [f"course/{send.id}"]
    assert await STEPS["course"].late(term.life.moment(), send.cohort, dee.id) is None


async def test_the_same_step_twice_is_one_link(term: Term) -> None:
    send = await begins(term)
    args = {"cohort": send.cohort, "step": "watch", "key": "programmes.ours.watch"}
    options = {"link": URL, "purpose": "So", "question": "Which?"}
    at = {"at": laid_at(await plan(term))}
    event = replace(term.life.event("timer", "x", None, None), args={**args, **options, **at})
    assert unchanged(await STEPS["course"].run(event, term.life.moment()))


async def plan(term: Term) -> Plan:
    found = await term.life.read.get(Plan, (await term.life.cohort()).id)
    assert found is not None
    return found


def laid_at(made: Plan) -> str:
    return next(one.at for one in made.steps if one.step.id == "watch").isoformat()


# --- a template -----------------------------------------------------------------------------------


def test_a_template_with_a_link_is_counted_like_any_other() -> None:
    made = template("ours.yml", TEMPLATE, STEPS)
    told = busiest(made.steps, STEPS)
    assert STEPS["course"].active == STEPS["course"].silent == 1
    assert (told.active, told.busiest, told.silent) == (2, 2, 2)


@pytest.mark.parametrize(
    ("old", "new", "said_of"),
    [
        (URL, "not a link", "link"),
        (URL, "javascript:alert(1)", "link"),
        (URL, f"{URL} https://learn.example.org/two", "link"),
        (f"      link: {URL}\n", "", "link"),
        ("Which idea would not work here?", "?" * 300, "question"),
        ("So that we can talk about the same thing.", "x" * 300, "purpose"),
    ],
)
def test_what_is_wrong_in_a_template_is_said(old: str, new: str, said_of: str) -> None:
    with pytest.raises(Unclear) as wrong:
        template("ours.yml", TEMPLATE.replace(old, new, 1), STEPS)
    assert any(f"{said_of} of course" in str(problem) for problem in wrong.value.problems)
