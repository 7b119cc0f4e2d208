"""What providers say: true, late, repeated, out of order, about strangers, or not at all."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from msgspec.structs import replace

from connectors.catalogues.questions import Questions
from core.courses.learning.model import Polling, Watched
from core.courses.learning.polling import LONG, wait
from core.courses.model import LINKS, Progress, packed
from core.engine.ports import Ask, Changes, Delivery, Job
from tests.cohorts.story import CEM, DEE, Story, asks, shown, words
from tests.courses.learning.lesson import (
    COURSE,
    ELI,
    SECOND,
    THIRD,
    columns,
    confirms,
    does,
    learning,
    opens,
    out,
    sent,
)
from tests.people.world import MONDAY

MAIL = "Eli@Example.org"


def done(life: Story, email: str = MAIL, course: str = "feedback") -> Progress:
    return Progress(catalogue="demo", course=course, email=email, done=life.now)


# --- told of its own accord -----------------------------------------------------------------------


async def test_a_person_is_known_by_their_verified_mail(life: Story) -> None:
    send = await sent(life, ELI)
    changes = await confirms(life, done(life))
    eli = await life.known(ELI)
    assert shown(changes) == {(eli.id, f"course/{send.id}"), (send.by, f"send/{send.id}")}
    assert await columns(life, send) == (0, 0, 1)
    assert "Done, as Example Academy confirms." in words(await life.seen(f"course/{send.id}", ELI))


async def test_said_twice_it_counts_once_and_the_first_time_stays(life: Story) -> None:
    send = await sent(life, ELI)
    await confirms(life, done(life))
    first = life.now
    life.now += timedelta(days=1)
    assert not await confirms(life, done(life), done(life))
    found = await learning(life, send, ELI)
    assert found is not None
    assert found.steps[0].confirmed == first


async def test_what_people_say_and_what_the_provider_says_stay_apart(life: Story) -> None:
    send = await sent(life, ELI, CEM)
    await does(life, "courses.done", ELI, send)
    await confirms(life, done(life))
    assert await columns(life, send) == (0, 1, 1)
    await does(life, "courses.undone", ELI, send, step="0")
    assert await columns(life, send) == (0, 0, 1)
    found = await learning(life, send, ELI)
    assert found is not None
    assert found.done


@pytest.mark.parametrize(
    "told",
    [
        {"email": "nobody@example.org"},
        {"email": ""},
        {"email": "eli@example.org "},
        {"email": "x" * 5000 + "@example.org"},
        {"course": "another"},
        {"catalogue": "elsewhere"},
        {"catalogue": LINKS},
        {"done": None},
        {"done": None, "percent": 80},
    ],
)
async def test_strangers_other_courses_and_half_done_ones_are_harmless(
    life: Story, told: dict[str, object]
) -> None:
    send = await sent(life, ELI)
    changes = await confirms(life, replace(done(life), **told))
    trimmed = told == {"email": "eli@example.org "}
    assert bool(changes) == trimmed
    assert await columns(life, send) == (0, 0, int(trimmed))


async def test_who_was_not_sent_it_is_not_confirmed(life: Story) -> None:
    await sent(life, CEM)
    assert not await confirms(life, done(life))


async def test_two_who_share_an_address_are_not_guessed_between(life: Story) -> None:
    await sent(life, ELI, CEM)
    cem = await life.known(CEM)
    await life.commit(Changes(saves=(replace(cem, email="eli@example.org"),)))
    assert not await confirms(life, done(life))


async def test_a_guest_s_address_is_nobody_s(life: Story) -> None:
    await sent(life, DEE)
    dee = await life.known(DEE)
    await life.commit(Changes(saves=(replace(dee, email="dee@example.org"),)))
    assert not await confirms(life, done(life, "dee@example.org"))


async def test_a_path_is_confirmed_in_whatever_order(life: Story) -> None:
    send = await sent(life, ELI, courses=(COURSE, SECOND, THIRD))
    await confirms(life, done(life, course="asking"), done(life))
    assert [await columns(life, send, n) for n in range(3)] == [(0, 0, 1), (0, 0, 0), (0, 0, 1)]


async def test_a_time_to_come_or_without_a_zone_is_no_trouble(life: Story) -> None:
    send = await sent(life, ELI)
    odd = datetime(2099, 1, 1)  # noqa: DTZ001 - what a provider may well send
    await confirms(life, replace(done(life), done=odd))
    found = await learning(life, send, ELI)
    assert found is not None
    assert found.steps[0].confirmed == life.now


async def test_one_course_sent_twice_is_confirmed_in_both(life: Story) -> None:
    first = await sent(life, ELI)
    draft = replace(first, id="send2", version=0, state="draft")
    await life.commit(Changes(saves=(draft,)))
    second = await out(life, draft, "sent", ELI)
    await confirms(life, done(life))
    assert await columns(life, first) == await columns(life, second) == (0, 0, 1)


async def test_a_card_that_has_not_arrived_yet_is_not_sent_before_its_time(life: Story) -> None:
    send = await sent(life, ELI)
    eli = await life.known(ELI)
    brought = await life.read.get(Delivery, f"{send.id}/{eli.id}")
    assert brought is not None
    await life.commit(Changes(saves=(replace(brought, state="held"),)))
    assert shown(await confirms(life, done(life))) == {(send.by, f"send/{send.id}")}


@pytest.mark.parametrize("text", ["", "{", "[]", "[1]", '[{"catalogue": 1}]', "null", "[" * 5000])
async def test_what_cannot_be_read_says_nothing(life: Story, text: str) -> None:
    await sent(life, ELI)
    event = life.event("message", "course.confirmed", None, None)
    assert not await life.happens(replace(event, args={"progress": text}))


async def test_many_at_once_are_worked_off_in_portions(life: Story) -> None:
    send = await sent(life, ELI)
    strangers = [done(life, f"p{n}@example.org") for n in range(34)]
    changes = await confirms(life, *strangers, done(life))
    assert len(changes.jobs) == 3
    await life.ring("courses.confirm")
    assert await columns(life, send) == (0, 0, 1)


async def test_a_course_that_went_out_often_is_confirmed_page_by_page(life: Story) -> None:
    send = await sent(life, ELI)
    for n in range(25):
        life.now += timedelta(minutes=1)
        draft = replace(send, id=f"more{n}", version=0, state="draft")
        await life.commit(Changes(saves=(draft,)))
        await out(life, draft, "sent", ELI)
    await confirms(life, done(life))
    assert await columns(life, send) == (0, 0, 0)
    await life.ring("courses.confirm")
    assert await columns(life, send) == (0, 0, 1)


@pytest.mark.parametrize("order", [*permutations(("opens", "done", "confirms"))])
async def test_in_whatever_order_things_come_each_column_counts_once(
    life: Story, order: tuple[str, ...]
) -> None:
    send = await sent(life, ELI)
    happens = {
        "opens": lambda: opens(life, send, ELI),
        "done": lambda: does(life, "courses.done", ELI, send),
        "confirms": lambda: confirms(life, done(life)),
    }
    for what in (*order, *reversed(order)):
        await happens[what]()
    assert await columns(life, send) == (1, 1, 1)


# --- asked every quarter of an hour ---------------------------------------------------------------


async def asking(life: Story) -> Job:
    """The question that goes out with the first send."""
    await sent(life, ELI)
    (asked,) = await open_questions(life)
    return asked


async def open_questions(life: Story) -> list[Job]:
    jobs = [due.job for due in await life.store.jobs("main")]
    return [it for it in jobs if isinstance(it.work, Ask) and it.work.then == "courses.progressed"]


async def test_asking_begins_when_something_goes_out(life: Story) -> None:
    asked = await asking(life)
    assert isinstance(asked.work, Ask)
    where = asked.work.question["platform"]
    assert f"{where}.{asked.work.port}" in Questions(()).askers()
    assert asked.work.question["since"] == ""
    found = await life.read.get(Polling, "demo")
    assert found is not None
    assert found.until == life.now + LONG


async def test_a_link_of_no_provider_is_not_asked_about(life: Story) -> None:
    await sent(life, ELI, courses=(replace(COURSE, catalogue=LINKS),))
    assert (await life.read.find(Polling)).items == ()
    assert (await life.read.find(Watched)).items == ()


async def test_the_next_question_goes_on_where_the_last_one_ended(life: Story) -> None:
    asked = await asking(life)
    values = {"progress": "[]", "until": "p7", "more": ""}
    changes = await life.answer(asked, values=values)
    assert changes.jobs[-1].due == life.now + timedelta(minutes=15)
    (again,) = asks(await life.ring("courses.poll"), "progress")
    assert isinstance(again.work, Ask)
    assert again.work.question["since"] == "p7"


async def test_what_the_answer_says_is_confirmed(life: Story) -> None:
    asked = await asking(life)
    await life.answer(asked, values={"progress": packed((done(life),)), "until": "p7"})
    assert await life.read.tally("courses.confirmed", "send1/0") == 1


async def test_more_is_asked_for_at_once_but_never_in_a_circle(life: Story) -> None:
    asked = await asking(life)
    values = {"progress": "[]", "until": "p7", "more": "more"}
    (more,) = asks(await life.answer(asked, values=values), "progress")
    assert asks(await life.answer(more, values=values), "progress") == []


def test_a_quiet_provider_is_asked_less_until_there_is_news() -> None:
    quiet = [Polling(id="demo", until=MONDAY, quiet=n) for n in (0, 95, 96, 200, 10_000)]
    hours = [wait(it) / timedelta(hours=1) for it in quiet]
    assert hours == [0.25, 0.25, 0.5, 1.0, 4.0]


async def test_news_and_another_send_make_it_quick_again(life: Story) -> None:
    asked = await asking(life)
    for _ in range(3):
        await life.answer(asked, values={"progress": "[]", "until": "p7"})
    found = await life.read.get(Polling, "demo")
    assert found is not None
    assert found.quiet == 3
    await life.answer(asked, values={"progress": packed((done(life),)), "until": "p8"})
    found = await life.read.get(Polling, "demo")
    assert found is not None
    assert found.quiet == 0


async def test_a_provider_in_trouble_is_asked_less_and_less(life: Story) -> None:
    asked = await asking(life)
    waits = []
    for _ in range(9):
        changes = await life.answer(asked, error="slow")
        due = changes.jobs[-1].due
        assert due is not None
        waits.append(due - life.now)
    assert waits[:3] == [timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)]
    assert waits[-1] == timedelta(days=1)
    found = await life.read.get(Polling, "demo")
    assert found is not None
    assert found.failures == 9


@pytest.mark.parametrize("error", ["off", "unknown"])
async def test_one_that_cannot_know_is_not_asked_again(life: Story, error: str) -> None:
    asked = await asking(life)
    assert (await life.answer(asked, error=error)).jobs == ()
    assert await life.read.get(Polling, "demo") is None


async def test_asking_ends_by_itself_and_begins_with_the_next_send(life: Story) -> None:
    asked = await asking(life)
    await life.answer(asked, values={"progress": "[]", "until": "p7"})
    life.now += LONG + timedelta(days=1)
    assert (await life.ring("courses.poll")).jobs == ()
    assert await life.read.get(Polling, "demo") is None
    assert (await life.answer(asked, values={"progress": "[]", "until": "p8"})).jobs == ()


async def test_another_send_prolongs_it_without_asking_twice(life: Story) -> None:
    send = await sent(life, ELI)
    life.now += timedelta(days=30)
    draft = replace(send, id="send2", version=0, state="draft")
    await life.commit(Changes(saves=(draft,)))
    await out(life, draft, "sent", ELI)
    found = await life.read.get(Polling, "demo")
    assert found is not None
    assert found.until == life.now + LONG
    assert len(await open_questions(life)) == 1


@pytest.mark.parametrize("text", ["", "{", "null", '{"progress": []}'])
async def test_an_answer_that_cannot_be_read_does_not_end_the_asking(
    life: Story, text: str
) -> None:
    asked = await asking(life)
    changes = await life.answer(asked, values={"progress": text, "until": ""})
    assert changes.jobs[-1].due == life.now + timedelta(minutes=15)
