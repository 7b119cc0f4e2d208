"""A course link from the paste to the report."""

from msgspec.structs import replace

from core.courses.model import Send
from core.courses.sending.beginning import known
from core.courses.sending.corners import on_the_desk
from core.engine.ports import Event, Moment
from core.people.model import Person
from tests.courses.sending.office import COURSE, LINK, Office, labels, seen
from tests.people.world import words


async def test_a_link_becomes_a_card_with_all_that_its_page_says(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    assert it.state == "draft"
    assert it.courses[0].title == "Feedback that lands"
    card = await life.desk(it)
    assert "12 min, Example Learning. A draft." in seen(card)
    assert [slot for _, slot in life.chat.news] == [f"send/{it.id}"]


async def test_it_goes_from_the_draft_to_everyone_and_its_card_tells_all_the_way(
    life: Office,
) -> None:
    await life.team(["bo", "cem", "dee"])
    it = await life.plans(await life.drafts())
    assert it.state == "ready"
    card = await life.desk(it)
    assert labels(card) == ["Send", "To me first", "Change", "Drop it"]
    assert "Get it at once 3" in seen(card)
    assert "Lock screen A course for you" in seen(card)
    assert "Takes under a minute" in seen(card)
    await life.goes(it)
    assert (await life.send()).state == "waiting"
    assert not life.chat.of("fake:t1:bo", "course")
    await life.passes(seconds=61)
    assert (await life.send()).state == "sent"
    for name in ("bo", "cem", "dee"):
        assert len(life.chat.of(f"fake:t1:{name}", "course")) == 1
    card = await life.desk(it)
    assert "Sent 3 of 3" in seen(card)
    assert labels(card) == ["How far they are", "Change it", "Later members, too", "Take it back…"]
    assert len([1 for who, _ in life.chat.news if who == life.account]) == 1


async def test_a_course_that_a_search_gave_is_a_draft_at_once(life: Office) -> None:
    await life.team(["bo"])
    event = replace(life.answered(await life.drafts()), id="picked", by=life.actor())
    ada = await life.read.get(Person, "ada")
    assert ada is not None
    moment = Moment(life.read, life.clock.now(), event.id)
    changes = await known(event, moment, ada, COURSE)
    [it] = [one for one in changes.saves if isinstance(one, Send)]
    assert (it.state, it.reading, it.courses) == ("draft", (), (COURSE,))
    assert it.question == "While you watch: what could you try this week?"
    nothing = await known(event, moment, ada, replace(COURSE, url="javascript:alert(1)"))
    assert not nothing.saves


async def test_only_to_oneself(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends(to="me")
    assert it.state == "sent"
    assert len(life.chat.of(life.account, "course")) == 1
    assert not life.chat.of("fake:t1:bo")


async def test_a_program_sends_by_the_same_forms_without_a_chat(life: Office) -> None:
    await life.team(["bo"])
    await life.intake.submit(
        Event(
            id="rest1",
            org="main",
            source="form",
            name="courses.send",
            by=life.actor(),
            inline=True,
            values={"url": LINK},
        )
    )
    await life.settled()
    it = await life.send()
    assert it.state == "draft"
    assert "A draft." in seen(await life.desk(it))


async def test_a_path_of_two_goes_out_as_one_card(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends(f"{LINK}\n{LINK}/two")
    assert len(it.courses) == 2
    assert len(life.chat.of("fake:t1:bo", "course")) == 1
    assert "A path of 2 links." in seen(await life.desk(it))


async def test_the_desk_of_the_cohort_leads_to_it(life: Office) -> None:
    cohort = await life.team(["bo"])
    moment = Moment(life.read, life.clock.now(), "desk")
    corner = await on_the_desk(moment, cohort)
    assert (corner.lines, len(corner.buttons)) == ((), 1)
    it = await life.plans(await life.drafts())
    await life.goes(it)
    corner = await on_the_desk(moment, cohort)
    assert "Feedback that lands" in words(corner.lines)
    assert len(corner.buttons) == 2
