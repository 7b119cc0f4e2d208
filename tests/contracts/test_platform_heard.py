"""What every platform promises of what it hears: who, where, what, once, and nothing else."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from core.engine.ports import QUESTIONS, Card, Done, Event, Invalid, Open, Say
from core.message import Form, TextField, say, verbatim
from tests.contracts.side import Asked, Side, Told
from tests.contracts.world import ASK, JOIN, World, line

TYPED = 'Tea & <cake>, *bold* `code` "q" é 🙂 a_b_c 1 < 2 > 0'
SLOT = "card/1"
FORM = Form(
    title=verbatim("What is it?"),
    action="members.ask",
    args={"cohort": "c1"},
    submit=verbatim("Send"),
    fields=(
        TextField(name="words", label=verbatim("Words"), value="as it was"),
        TextField(name="more", label=verbatim("More"), required=False, lines=True),
    ),
)
AGAIN = Form(
    title=FORM.title,
    action=FORM.action,
    args=FORM.args,
    submit=FORM.submit,
    fields=(
        TextField(name="words", label=verbatim("Words"), value="too short"),
        TextField(name="more", label=verbatim("More"), required=False, value=TYPED, lines=True),
    ),
    errors={"words": verbatim("A word is missing.")},
)


async def test_a_message_says_who_wrote_what_and_where(world: World) -> None:
    ada, place = world.side.names.ada, world.side.names.place
    event = await world.hears_one(world.side.says(ada, "hello"))

    assert (event.source, event.name, event.text) == ("message", "message", "hello")
    assert event.by
    assert event.by.account == ada
    assert event.by.name
    assert event.origin
    assert (event.origin.place, event.origin.private) == (place, False)
    assert event.origin.message
    assert event.mentioned


@pytest.mark.parametrize("private", [False, True])
async def test_what_somebody_typed_is_heard_as_they_typed_it(world: World, private: bool) -> None:
    told = world.side.says(world.side.names.ada, TYPED, private=private)
    event = await world.hears_one(told)

    assert event.text == TYPED


async def test_what_is_said_in_private_stays_private(world: World) -> None:
    world.engine.replies["message"] = Say(line("for you alone"))
    told = world.side.says(world.side.names.ada, "hello", private=True)
    event = await world.hears_one(told)

    assert event.origin
    assert event.origin.private
    assert event.origin.place != world.place.id
    assert world.standing() == []
    assert ["for you alone" in one.words for one in world.standing(world.chat)] == [True]


async def test_an_answer_in_a_thread_names_its_root(world: World) -> None:
    root = await world.send()
    event = await world.hears_one(world.side.says(world.side.names.ada, "and so", thread=root.ref))

    assert event.origin
    assert event.origin.thread == (root.ref if world.can.threads else "")
    assert event.origin.message != root.ref


async def test_a_message_its_edit_and_its_deletion_name_the_same_message(world: World) -> None:
    ada = world.side.names.ada
    first = await world.hears_one(world.side.says(ada, "hello"))
    assert first.origin
    message = first.origin.message
    edit, deletion = world.side.edits(ada, message, "hello again"), world.side.deletes(ada, message)
    edits, gone = await world.hears(edit), await world.hears(deletion)

    assert (len(edits), len(gone)) == (bool(edit.calls), bool(deletion.calls))
    assert {one.origin.message for one in (*edits, *gone) if one.origin} <= {message}
    assert {(one.name, one.text) for one in edits} <= {("message.edited", "hello again")}
    assert {one.name for one in gone} <= {"message.deleted"}
    assert len({first.id, *(one.id for one in (*edits, *gone))}) == 1 + len(edits) + len(gone)


async def test_coming_into_a_place_is_told(world: World) -> None:
    events = await world.hears(world.side.arrives(world.side.names.ada))
    (arrival,) = [event for event in events if event.name == "place.added"]

    assert arrival.source == "place"
    assert arrival.origin
    assert not arrival.origin.private
    assert arrival.origin.place in {address.id for address in arrival.learned}


async def test_those_who_come_and_go_are_named(world: World) -> None:
    bo = world.side.names.bo
    joined = await world.hears(world.side.joins(bo))
    left = await world.hears(world.side.leaves(bo))

    assert named(joined) <= {"place.added", "people.added"}
    assert bo in accounts(joined, "people.added")
    assert named(left) <= {"people.removed"}
    assert accounts(left, "people.removed") <= {bo}


def named(events: list[Event]) -> set[str]:
    return {event.name for event in events}


def accounts(events: list[Event], name: str) -> set[str]:
    return {who.account for event in events if event.name == name for who in event.people}


# --- buttons and forms ------------------------------------------------------------------------


async def test_a_press_carries_its_action_args_and_slot_back_exactly(world: World) -> None:
    sent = await world.send(line("Join us", JOIN, ASK, slot=SLOT), to=world.chat)
    told = world.side.presses(world.side.names.ada, sent.ref, "Join", private=True)
    event = await world.hears_one(told)

    assert (event.source, event.name) == ("press", JOIN.action)
    assert event.args == JOIN.args
    assert event.origin
    assert (event.origin.slot, event.origin.private) == (SLOT, True)
    assert event.by
    assert event.by.account == world.side.names.ada


async def test_in_a_shared_place_a_button_is_pressed_or_its_number_is_answered(
    world: World,
) -> None:
    sent = await world.send(line("Join us", JOIN, ASK, slot=SLOT))
    event = await world.hears_one(pressed(world, sent.ref, "Join", "1"))

    assert event.origin
    assert event.origin.place == world.place.id
    if world.can.buttons:
        assert (event.name, event.args, event.origin.slot) == (JOIN.action, JOIN.args, SLOT)
        assert event.origin.message == sent.ref
    else:
        assert (event.name, event.text, event.origin.thread) == ("message", "1", sent.ref)


def pressed(world: World, ref: str, label: str, number: str) -> Told:
    ada = world.side.names.ada
    if world.can.buttons:
        return world.side.presses(ada, ref, label)
    return world.side.says(ada, number, thread=ref)


@pytest.mark.parametrize("reply", [Done(say("", "You are in.")), Card(line("You are in."))])
async def test_whoever_presses_in_private_sees_the_answer(world: World, reply: Done | Card) -> None:
    world.engine.replies[JOIN.action] = reply
    sent = await world.send(line("Join us", JOIN, slot=SLOT), to=world.chat)
    told = world.side.presses(world.side.names.ada, sent.ref, "Join", private=True)
    answer = await told.once()
    await world.engine.idle()

    shown = [answer.words, *(one.words for one in world.standing(world.chat))]
    assert any("You are in" in words for words in shown)


async def opened(world: World) -> Asked | None:
    """The form that a button opens; None where it is asked question by question."""
    world.engine.replies[ASK.action] = Open(FORM)
    if not world.side.facts.dialogs:
        return None
    sent = await world.send(line("Ask us", ASK, slot=SLOT))
    answer = await world.side.presses(world.side.names.ada, sent.ref, "Ask").once()
    await world.engine.idle()
    assert answer.form
    return answer.form


async def test_where_no_dialog_opens_questions_are_asked(world: World) -> None:
    sent = await world.send(line("Ask us", ASK), to=world.chat)
    told = world.side.presses(world.side.names.ada, sent.ref, "Ask", private=True)
    event = await world.hears_one(told)

    assert event.opener
    assert (event.opener == QUESTIONS) == (not world.side.facts.dialogs)


async def test_a_form_brings_back_its_values(world: World) -> None:
    form = await opened(world)
    if form is None:
        return
    world.engine.replies[ASK.action] = Done(verbatim("Thank you."))
    values = {"words": "Better handovers", "more": TYPED}
    event = await world.hears_one(world.side.submits(world.side.names.ada, form, values))

    assert (event.source, event.name, event.args) == ("form", ASK.action, FORM.args)
    assert {name: event.values[name] for name in values} == values
    assert form.values["words"] == "as it was"
    assert "What is it?" in form.words or "Words" in form.words


async def test_a_form_with_errors_keeps_its_values_and_can_be_sent_again(world: World) -> None:
    form = await opened(world)
    if form is None:
        return
    world.engine.replies[ASK.action] = Invalid(AGAIN)
    ada = world.side.names.ada
    wrong = await world.side.submits(ada, form, {"words": "too short", "more": TYPED}).once()
    assert wrong.form
    world.engine.replies[ASK.action] = Done(verbatim("Thank you."))
    event = await world.hears_one(world.side.submits(ada, wrong.form, {"words": "long enough"}))

    assert "A word is missing." in wrong.form.words
    assert (wrong.form.values["words"], wrong.form.values["more"]) == ("too short", TYPED)
    assert (event.source, event.values["words"]) == ("form", "long enough")


# --- once, and only for us --------------------------------------------------------------------


@dataclass(frozen=True)
class Happening:
    """Something that a platform may tell more than once, and how often it counts."""

    name: str
    told: Callable[[Side, str], Told]


HAPPENINGS = (
    Happening("message", lambda side, ref: side.says(side.names.ada, "hello")),
    Happening("message", lambda side, ref: side.says(side.names.ada, "hello", private=True)),
    Happening(
        JOIN.action, lambda side, ref: side.presses(side.names.ada, ref, "Join", private=True)
    ),
    Happening("people.added", lambda side, ref: side.joins(side.names.bo)),
    Happening("people.removed", lambda side, ref: side.leaves(side.names.bo)),
)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("happening", HAPPENINGS)
async def test_what_is_told_again_and_in_several_ways_is_applied_once(
    world: World, happening: Happening, at_once: bool
) -> None:
    ref = (await world.send(line("Join us", JOIN), to=world.chat)).ref
    told = happening.told(world.side, ref)
    times = 3 if told.repeats else 1
    before = await world.engine.handled(happening.name)
    if at_once:
        await asyncio.gather(*(call() for call in told.calls * times))
    else:
        for call in told.calls * times:
            await call()
    await world.engine.idle()

    ids = {event.id for event in world.engine.heard if event.name == happening.name}
    expected = 1 if told.calls else 0
    assert (len(ids), await world.engine.handled(happening.name) - before) == (expected, expected)


async def test_two_messages_are_two(world: World) -> None:
    ada = world.side.names.ada
    first = await world.hears_one(world.side.says(ada, "hello"))
    second = await world.hears_one(world.side.says(ada, "hello"))

    assert first.id != second.id


async def test_what_happens_in_another_organisation_is_refused(world: World) -> None:
    answer = await world.side.strangers().once()
    await world.engine.idle()

    assert answer.status < 500
    assert world.engine.heard == []


async def test_what_coterie_said_itself_is_not_heard(world: World) -> None:
    sent = await world.send()
    await world.send(to=world.chat)
    answer = await world.side.echoes(sent.ref).once()
    await world.engine.idle()

    assert answer.status < 300
    assert world.engine.heard == []
