"""A link is read while its sender waits a second; what cannot be read is said, and may be sent."""

import pytest
from msgspec.structs import replace

from core.courses.model import TROUBLES, packed
from core.engine.ports import Answer, Done, Invalid, Origin
from tests.courses.sending.office import COURSE, LINK, Office, labels, seen
from tests.people.world import words

CHANNEL = Origin(place="fake:t1:nights", title="Nights")


async def test_the_card_comes_once_and_complete_without_time_passing(life: Office) -> None:
    await life.team(["bo"])
    began = life.clock.time
    await life.submit("courses.send", {"url": LINK})
    await life.worker.idle()
    assert life.clock.time == began
    [card] = life.chat.of(life.account, "send")
    assert "Feedback that lands" in seen(card)
    await life.passes(seconds=60)
    assert len(life.chat.news) == 1


async def test_a_page_that_takes_long_is_said_to_be_read(life: Office) -> None:
    await life.team(["bo"])
    life.answering.clear()
    await life.submit("courses.send", {"url": LINK})
    life.clock.time = life.clock.time.replace(microsecond=0, second=2)
    life.worker.wake()
    while not life.chat.of(life.account, "send"):
        await life.breathes()
    assert "I’m still reading the link" in seen(life.chat.of(life.account, "send")[0])
    life.answering.set()
    card = await life.desk(await life.send())
    assert "A draft." in seen(card)
    assert len(life.chat.news) == 1


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_is_in_the_way_of_reading_is_said_in_words(life: Office, trouble: str) -> None:
    await life.team(["bo"])
    life.says = Answer(error=trouble)
    it = await life.drafts()
    assert (it.state, it.trouble) == ("draft", trouble)
    card = await life.desk(it)
    assert "learn.example.org" in seen(card)
    assert "Whom is it for?" in labels(card)
    assert len(seen(card).split()) < 70


@pytest.mark.parametrize(
    "answer",
    [
        Answer(error="no answer"),
        Answer(error="something new"),
        Answer(values={}),
        Answer(values={"course": "{"}),
        Answer(values={"course": packed(replace(COURSE, title=" "))}),
        Answer(values={"course": packed(replace(COURSE, url="javascript:alert(1)"))}),
    ],
)
async def test_an_odd_answer_is_a_page_that_could_not_be_read(life: Office, answer: Answer) -> None:
    await life.team(["bo"])
    life.says = answer
    it = await life.drafts()
    assert it.trouble in ("slow", "unreadable")
    assert it.courses[0].url == LINK


async def test_a_link_behind_a_sign_in_goes_out_under_a_title_that_was_typed(life: Office) -> None:
    await life.team(["bo"])
    life.says = Answer(error="refused")
    it = await life.drafts()
    again = await life.does(
        "courses.plan", {"to": "cohort:c1", "purpose": "x", "question": "y"}, id=it.id
    )
    assert isinstance(again, Invalid)
    assert set(again.form.errors) == {"title"}
    it = await life.plans(it, title="How we hand over")
    await life.goes(it)
    await life.passes(seconds=70)
    [card] = life.chat.of("fake:t1:bo", "course")
    assert "How we hand over" in seen(card)


async def test_what_is_read_is_kept_within_bounds(life: Office) -> None:
    await life.team(["bo"])
    huge = replace(COURSE, title="a\u202eb " * 500, summary="x" * 9000, minutes=-3, image="no")
    life.says = Answer(values={"course": packed(huge)})
    it = await life.drafts()
    course = it.courses[0]
    assert len(course.title) <= 150
    assert "\u202e" not in course.title
    assert (course.minutes, course.image, len(course.summary)) == (0, "", 400)


async def test_purpose_and_question_are_suggested(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts(cohort="c1")
    assert it.purpose == "Fewer surprises at shift change"
    assert it.question == "While you watch: what could you try this week?"


async def test_they_are_suggested_in_the_language_of_who_sends(life: Office) -> None:
    await life.team(["bo"])
    await life.turns("ada", locale="de", locale_from="own")
    it = await life.drafts()
    assert it.purpose == "12 Minuten, über die wir danach reden können."


@pytest.mark.parametrize(
    "text", ["", "no link", "ftp://example.org/x", "https://", "javascript:alert(1)", "http://[::1"]
)
async def test_what_is_no_link_is_asked_for_again_with_what_was_typed(
    life: Office, text: str
) -> None:
    await life.team(["bo"])
    again = await life.does("courses.send", {"url": text})
    assert isinstance(again, Invalid)
    assert again.form.fields[0].value == text
    assert "https://" in words(again.form.errors["url"])


async def test_several_links_are_read_each_and_shown_once(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts(f"{LINK}\n{LINK}/two\n{LINK}")
    assert [course.title for course in it.courses] == ["Feedback that lands"] * 2
    assert len(life.chat.news) == 1


async def test_the_same_form_twice_makes_one_draft(life: Office) -> None:
    await life.team(["bo"])
    await life.does("courses.send", {"url": LINK}, draft="d1")
    again = await life.does("courses.send", {"url": LINK}, draft="d1")
    assert isinstance(again, Done)
    assert "already" in words(again.phrase)
    assert len(life.chat.news) == 1


async def test_in_a_channel_the_card_comes_privately(life: Office) -> None:
    await life.team(["bo"])
    reply = await life.does("courses.send", {"url": LINK}, "", CHANNEL)
    assert isinstance(reply, Done)
    assert "private" in words(reply.phrase)
    assert {where for where, _ in life.chat.news} == {life.account}


async def test_who_leads_nothing_sends_nothing(life: Office) -> None:
    await life.team(["bo"])
    reply = await life.does("courses.send", {"url": LINK}, "bo")
    assert isinstance(reply, Done)
    assert "leads a cohort" in words(reply.phrase)
    assert not life.chat.news


async def test_an_answer_that_comes_twice_or_late_changes_nothing(life: Office) -> None:
    await life.team(["bo"])
    life.says = Answer(error="slow")
    it = await life.plans(await life.drafts(), title="My title")
    event = replace(life.answered(it), values={"course": packed(replace(COURSE, title="Another"))})
    await life.intake.submit(event)
    assert (await life.send(it.id)).courses[0].title == "My title"


async def test_a_draft_that_was_dropped_is_gone_from_the_chat(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    await life.does("courses.me_first", id=it.id)
    assert life.chat.of(life.account, "course")
    await life.does("courses.drop", id=it.id)
    assert not life.chat.of(life.account)
    await life.intake.submit(life.answered(it))
    assert await life.read.get(type(it), it.id) is None
