"""Courses that somebody looks for by words, in any chat."""

from msgspec.structs import replace

from core.courses.links.posts import SAMPLED
from core.courses.model import Course, packed
from core.engine.ports import Actor, Changes, Done, Origin
from tests.cohorts.story import CEM, TEAM, Story, asks, chat, said, told
from tests.people.world import ADA

LONG = replace(SAMPLED, id="x", title="Handovers", url=f"https://learn.example.org/{'x' * 900}")


async def finds(
    life: Story, *courses: Course, by: Actor = ADA, origin: Origin | None = None, error: str = ""
) -> Changes:
    changes = await life.write("find feedback, please", by, origin or chat(by), mentioned=True)
    (job,) = asks(changes, "search")
    return await life.answer(job, values={"courses": packed(courses)}, error=error)


async def test_what_is_found_can_be_opened_and_sent_by_whoever_leads(life: Story) -> None:
    await life.begins()
    words = told(await finds(life, SAMPLED, LONG))
    assert "Feedback that lands. From Example Learning, 1 h 12 min" in words
    assert "Handovers" in words
    assert words.count("Send it") == 1


async def test_whoever_leads_nothing_may_look_all_the_same(life: Story) -> None:
    words = told(await finds(life, SAMPLED, by=CEM))
    assert "Feedback that lands" in words
    assert "Send it" not in words


async def test_in_a_channel_the_answer_comes_in_private(life: Story) -> None:
    await life.begins()
    changes = await life.write("find feedback", ADA, TEAM, mentioned=True)
    assert isinstance(changes.reply, Done)
    assert "write to you" in said(changes)


async def test_nothing_found_is_said_and_so_is_why(life: Story) -> None:
    assert "No course has these words" in told(await finds(life))
    assert "no catalogue to search" in told(await finds(life, error="off"))
    assert "take long" in told(await finds(life, error="slow"))


async def test_addresses_that_are_none_are_left_out(life: Story) -> None:
    odd = (replace(SAMPLED, url="javascript:alert(1)"), replace(SAMPLED, url="https://["))
    assert "No course has these words" in told(await finds(life, *odd))


async def test_an_answer_to_somebody_who_has_gone_changes_nothing(life: Story) -> None:
    event = life.event("answer", "courses.found", None, None)
    assert not await life.happens(replace(event, args={"person": "nobody"}))
    await life.meets(ADA)
    odd = replace(event, args={"person": (await life.known()).id}, values={"courses": "{"})
    assert "No course" in told(await life.happens(odd))
