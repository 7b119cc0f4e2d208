"""What follows a course: a few words, something to try, and whether it worked."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.courses.after.flagged import CONTRIBUTIONS
from core.courses.after.model import AFTER, Reflection, Worked
from core.courses.model import Send
from core.engine.ports import Actor, Changes, Job, Show, ToThread, Withdraw
from core.message import ChoiceField
from core.pairs.model import Pair, Standing
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    actions,
    chat,
    form,
    nudged,
    said,
    shown,
    words,
)
from tests.courses.learning.lesson import ELI, EVERYONE, does, sent
from tests.people.world import ADA, BO

WORDS = "I say what I saw before I say what I make of it."


async def writes(life: Story, send: Send, who: Actor = CEM, **values: str) -> Changes:
    told = {"text": WORDS, "sight": "me", **values}
    return await life.fill("courses.reflect", told, who, chat(who), send=send.id)


async def reflection(life: Story, send: Send, who: Actor = CEM) -> Reflection | None:
    return await life.read.get(Reflection, f"{send.id}/{(await life.known(who)).id}")


async def pair(life: Story, *people: Actor) -> None:
    """They are each other's partners from now on."""
    cohort = await life.cohort()
    ids = tuple([(await life.known(actor)).id for actor in people])
    one = Pair(id="p1", cohort=cohort.id, people=ids, state="running", at=life.now)
    standing = tuple(
        Standing(id=f"{cohort.id}/{id}", cohort=cohort.id, person=id, pair="p1") for id in ids
    )
    await life.commit(Changes(saves=(one, *standing)))


def threads(changes: Changes) -> list[tuple[str, str]]:
    """What is shown below which card."""
    works = [job.work for job in changes.jobs if isinstance(job.work, Show)]
    return [(it.target.slot, it.slot) for it in works if isinstance(it.target, ToThread)]


def withdrawn(changes: Changes) -> list[Job]:
    return [job for job in changes.jobs if isinstance(job.work, Withdraw)]


# --- a few words ----------------------------------------------------------------------------------


async def test_it_asks_what_the_send_asked(life: Story) -> None:
    send = await sent(life, CEM)
    opened = form(await does(life, "courses.reflect", CEM, send))
    assert "Which sentence could you say this week?" in str(opened.intro)
    (sight,) = [it for it in opened.fields if isinstance(it, ChoiceField)]
    assert [option.value for option in sight.options] == ["me", "cohort"]


async def test_what_is_for_oneself_goes_nowhere(life: Story) -> None:
    send = await sent(life, CEM)
    changes = await writes(life, send)
    assert "only you can read it" in said(changes)
    assert changes.jobs == ()
    cohort = await life.cohort()
    assert WORDS not in words(await life.seen(f"course-said/{send.id}"))
    assert cohort.spaces == (TEAM.place,)


async def test_the_cohort_reads_it_below_a_card_where_it_meets(life: Story) -> None:
    send = await sent(life, CEM)
    cem = (await life.known(CEM)).id
    changes = await writes(life, send, sight="cohort")
    root, slot = f"course-said/{send.id}", f"reflected/{send.id}/{cem}"
    assert (TEAM.place, root) in shown(changes)
    assert threads(changes) == [(root, slot)]
    assert WORDS in words(await life.seen(root))
    assert "So far: 1." in words(await life.seen(root))
    assert WORDS in words(await life.seen(slot))


async def test_where_the_course_stands_for_all_it_goes_below_that(life: Story) -> None:
    send = await sent(life, open=True)
    changes = await writes(life, send, sight="cohort")
    assert threads(changes)[0][0] == f"course/{send.id}/at0"
    assert WORDS in words(await life.seen(f"course/{send.id}/at0"))


async def test_a_partner_gets_it_in_private_when_it_suits_them(life: Story) -> None:
    send = await sent(life, CEM, ELI)
    await pair(life, CEM, ELI)
    eli, cem = (await life.known(ELI)).id, (await life.known(CEM)).id
    slot = f"reflected/{send.id}/{cem}"
    assert nudged(await writes(life, send, sight="partner")) == [(eli, slot)]
    assert WORDS in words(await life.seen(slot, ELI))
    assert await life.see(slot) is None
    assert await life.see(slot, ADA) is None


async def test_without_a_partner_there_is_none_to_choose(life: Story) -> None:
    send = await sent(life, CEM)
    changes = await writes(life, send, sight="partner")
    assert set(form(changes).errors) == {"sight"}
    assert await reflection(life, send) is None


async def test_who_is_not_in_the_cohort_writes_for_themselves(life: Story) -> None:
    send = await sent(life, DEE)
    opened = form(await does(life, "courses.reflect", DEE, send))
    assert [field.name for field in opened.fields] == ["text"]
    assert set(form(await writes(life, send, DEE, sight="cohort")).errors) == {"sight"}
    assert "only you" in said(await writes(life, send, DEE))


async def test_it_can_be_changed_and_taken_back(life: Story) -> None:
    send = await sent(life, CEM)
    await writes(life, send, sight="cohort")
    await writes(life, send, sight="cohort", text="Something else.")
    assert "Something else." in words(await life.seen(f"course-said/{send.id}"))
    assert await life.read.tally("courses.shared", send.id) == 1
    back = await writes(life, send, back="true")
    assert len(withdrawn(back)) == 1
    assert await reflection(life, send) is None
    assert await life.read.tally("courses.shared", send.id) == 0
    assert "nothing of yours" in said(await writes(life, send, back="true"))


async def test_who_may_read_it_can_be_changed(life: Story) -> None:
    send = await sent(life, CEM, ELI)
    await pair(life, CEM, ELI)
    await writes(life, send, sight="cohort")
    narrowed = await writes(life, send, sight="partner")
    assert len(withdrawn(narrowed)) == 1
    assert len(withdrawn(await writes(life, send, sight="me"))) == 1
    slot = f"reflected/{send.id}/{(await life.known(CEM)).id}"
    assert await life.see(slot) is None
    assert await life.see(slot, ELI) is None


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"text": " \n "},
        {"text": "x" * 601},
        {"text": "x" * 100_000},
        {"sight": "everyone"},
        {"sight": ""},
        {"text": "\x00\u202e"},
    ],
)
async def test_a_strange_form_comes_back_with_a_sentence(
    life: Story, values: dict[str, str]
) -> None:
    send = await sent(life, CEM)
    assert form(await writes(life, send, CEM, **values)).errors
    assert await reflection(life, send) is None


async def test_who_was_not_sent_it_writes_nothing(life: Story) -> None:
    send = await sent(life, CEM)
    await life.meets(DEE)
    assert "was not sent to you" in said(await writes(life, send, DEE, sight="cohort"))


async def test_it_can_be_flagged_hidden_and_seen_again(life: Story) -> None:
    send = await sent(life, CEM, ELI)
    cohort = await life.cohort()
    await writes(life, send, sight="cohort")
    one = await reflection(life, send)
    assert one is not None
    listed = form(await life.press("moderation.flag", ELI, chat(ELI), cohort=cohort.id))
    assert WORDS[:20] in str(listed.fields)
    hidden = await CONTRIBUTIONS.hide(life.moment(), one.id, True)
    await life.commit(hidden)
    assert len(withdrawn(hidden)) == 1
    assert WORDS not in words(await life.seen(f"course-said/{send.id}"))
    assert "hidden by a moderator" in said(await writes(life, send, sight="cohort"))
    await life.commit(await CONTRIBUTIONS.hide(life.moment(), one.id, False))
    assert WORDS in words(await life.seen(f"course-said/{send.id}"))
    assert await life.read.tally("courses.shared", send.id) == 1


async def test_what_a_partner_alone_reads_is_no_case_for_others(life: Story) -> None:
    send = await sent(life, CEM, ELI)
    await pair(life, CEM, ELI)
    await writes(life, send, sight="partner")
    cohort = await life.cohort()
    for who, offered in ((ELI, True), (DEE, False)):
        await life.meets(who)
        person = (await life.known(who)).id
        recent = await CONTRIBUTIONS.recent(life.read, cohort.id, person)
        assert [WORDS in one.text for one in recent] == [True] * offered
    found = await CONTRIBUTIONS.found(life.read, f"{send.id}/{(await life.known(CEM)).id}")
    assert found is not None
    assert found.readers == ((await life.known(ELI)).id,)

    hidden = await CONTRIBUTIONS.hide(life.moment(), found.id, True)
    assert len(withdrawn(hidden)) == 1


# --- did it work? ---------------------------------------------------------------------------------


async def finishes(life: Story, send: Send, *people: Actor) -> None:
    for who in people:
        await does(life, "courses.done", who, send)


async def test_two_weeks_later_it_is_asked_once(life: Story) -> None:
    send = await sent(life, CEM)
    changes = await does(life, "courses.done", CEM, send)
    assert [job.due for job in changes.jobs if job.due] == [life.now + AFTER]
    life.now += AFTER
    cem = (await life.known(CEM)).id
    assert nudged(await life.ring("courses.ask")) == [(cem, f"course-worked/{send.id}")]
    assert "Two weeks ago you finished" in words(await life.seen(f"course-worked/{send.id}", CEM))
    assert not await life.ring("courses.ask")


async def test_who_was_not_done_after_all_is_not_asked(life: Story) -> None:
    send = await sent(life, CEM)
    await finishes(life, send, CEM)
    await does(life, "courses.undone", CEM, send, step="0")
    assert not await life.ring("courses.ask")
    assert await life.see(f"course-worked/{send.id}", CEM) is None


async def test_the_answer_stands_in_the_place_of_the_question(life: Story) -> None:
    send = await sent(life, CEM)
    await finishes(life, send, CEM)
    at = replace(chat(CEM), slot=f"course-worked/{send.id}")
    changes = await does(life, "courses.worked", CEM, send, at, answer="no")
    assert "It didn’t" in said(changes)
    again = await does(life, "courses.worked", CEM, send, at, answer="yes")
    assert "It worked" in said(again)
    assert await life.read.tally("courses.worked.no", send.id) == 0
    assert await life.read.tally("courses.worked.yes", send.id) == 1
    assert not (await does(life, "courses.worked", CEM, send, at, answer="yes")).tallies


async def test_a_line_about_it_is_for_them_alone(life: Story) -> None:
    send = await sent(life, CEM)
    await finishes(life, send, CEM)
    early = await life.fill(
        "courses.worked", {"text": "x"}, CEM, chat(CEM), send=send.id, line="yes"
    )
    assert "First say" in said(early)
    await does(life, "courses.worked", CEM, send, answer="a_bit")
    assert form(await does(life, "courses.worked", CEM, send, line="yes")).fields
    for wrong in ("", "x" * 301):
        values = {"text": wrong}
        changes = await life.fill(
            "courses.worked", values, CEM, chat(CEM), send=send.id, line="yes"
        )
        assert set(form(changes).errors) == {"text"}
    told = {"text": "Eli thanked me."}
    await life.fill("courses.worked", told, CEM, chat(CEM), send=send.id, line="yes")
    assert "Eli thanked me." in words(await life.seen(f"course-worked/{send.id}", CEM))
    assert await life.see(f"course-worked/{send.id}", ELI) is None


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "x" * 9999])
async def test_an_answer_that_is_none_changes_nothing(life: Story, answer: str) -> None:
    send = await sent(life, CEM)
    await finishes(life, send, CEM)
    assert not await does(life, "courses.worked", CEM, send, answer=answer)


async def test_who_has_not_finished_it_is_not_counted(life: Story) -> None:
    send = await sent(life, CEM)
    assert not await does(life, "courses.worked", CEM, send, answer="yes")


async def test_the_sender_reads_figures_from_five_people_on(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    await finishes(life, send, *EVERYONE)
    for who in (ADA, BO, CEM, DEE):
        await does(life, "courses.worked", who, send, answer="yes")
    assert "did it work" not in said(await life.press("courses.people", send=send.id))
    await does(life, "courses.worked", ELI, send, answer="no")
    assert "did it work" in said(await life.press("courses.people", send=send.id))


async def test_a_press_on_it_opens_the_promise_of_the_cohort(life: Story) -> None:
    send = await sent(life, CEM)
    await finishes(life, send, CEM)
    assert "commitments.make" in actions(await life.seen(f"course/{send.id}", CEM))
    cohort = await life.cohort()
    args = await life.find(f"course/{send.id}", "What will you try?", CEM)
    assert args == {"cohort": cohort.id}
    assert form(await life.hits("commitments.make", args, CEM, chat(CEM))).fields


async def test_worked_is_kept_once(life: Story) -> None:
    send = await sent(life, CEM)
    await finishes(life, send, CEM)
    life.now += timedelta(days=1)
    await does(life, "courses.worked", CEM, send, answer="not_yet")
    assert len((await life.read.find(Worked, send=send.id)).items) == 1
