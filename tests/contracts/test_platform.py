"""What every platform promises of what it sends. Where one cannot, it says so, and degrades."""

import asyncio
import logging
from datetime import timedelta

import pytest

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import Target, ToOrigin, ToPerson, ToPlace, show
from core.message import choices
from tests.contracts.side import KEY, Trouble
from tests.contracts.world import ASK, HELLO, JOIN, World, line

SLOT = "card/1"
MEANS: dict[Trouble, type[DeliveryError]] = {
    "throttled": RetryLater,
    "blocked": Unreachable,
    "not_installed": Unreachable,
    "hangs": Uncertain,
    "accepted": Uncertain,
    "not_allowed": NotAllowed,
    "too_big": Rejected,
}


async def test_what_is_sent_stands_there_once(world: World) -> None:
    sent = await world.send()

    (one,) = world.standing()
    assert one.ref == sent.ref
    assert HELLO in one.words


async def test_what_is_sent_to_a_person_stands_nowhere_else(world: World) -> None:
    sent = await world.send(to=world.chat)

    assert [one.ref for one in world.standing(world.chat)] == [sent.ref]
    assert world.standing() == []


async def test_an_edit_changes_the_message_and_makes_none(world: World) -> None:
    sent = await world.send()
    if not world.can.edits:
        return await said_anew(world)
    edited = await world.send("Still better", replace=sent.ref)

    (one,) = world.standing()
    assert one.ref == edited.ref == sent.ref
    assert "Still better" in one.words
    assert HELLO not in one.words
    return None


async def said_anew(world: World) -> None:
    """Where nothing can be edited, what changes is another message."""
    await world.send("Still better")
    assert ["Still better" in one.words for one in world.standing()] == [False, True]


async def test_an_answer_in_a_thread_is_below_its_root_where_there_are_threads(
    world: World,
) -> None:
    root = await world.send()
    answer = await world.send("below", thread=root.ref)

    assert world.stands(answer.ref).thread == (root.ref if world.can.threads else "")
    assert world.stands(root.ref).thread == ""


async def test_what_is_taken_away_is_gone_and_taking_it_away_twice_is_fine(world: World) -> None:
    sent = await world.send()
    await world.side.platform.withdraw(world.place, sent.ref)
    await world.side.platform.withdraw(world.place, sent.ref)

    assert world.standing() == []


async def test_a_message_that_is_gone_says_so_when_it_is_edited(world: World) -> None:
    sent = await world.send()
    await world.side.platform.withdraw(world.place, sent.ref)

    if world.can.edits:
        with pytest.raises(Gone):
            await world.send("Still better", replace=sent.ref)
    assert world.standing() == []


@pytest.mark.parametrize("trouble", MEANS)
async def test_each_trouble_says_what_to_do_next(world: World, trouble: Trouble) -> None:
    if trouble not in world.side.facts.suffers:
        await world.send()
        assert len(world.standing()) == 1
        return
    await world.side.suffer(trouble)
    with pytest.raises(MEANS[trouble]) as told:
        await world.send()

    assert told.value.why
    assert len(world.standing()) == (trouble == "accepted")
    patience = world.side.facts.patience
    assert getattr(told.value, "after", patience) == patience
    assert getattr(told.value, "state", trouble) == trouble


async def test_where_our_token_is_not_taken_any_more_all_of_it_waits(world: World) -> None:
    if "revoked" in world.side.facts.suffers:
        await world.side.suffer("revoked")
        with pytest.raises(RetryLater) as told:
            await world.send()
        assert told.value.scope == "tenant"
        assert (told.value.after or 0.0) > 60
        assert world.standing() == []


async def test_a_lost_answer_is_found_again_by_its_key_where_the_platform_can_tell(
    world: World,
) -> None:
    if "accepted" in world.side.facts.suffers:
        await world.side.suffer("accepted")
        with pytest.raises(Uncertain):
            await world.send(key="deliver/lost")
    else:
        await world.send(key="deliver/lost")
    await world.send(key="deliver/another")

    found = await world.side.platform.find(world.place, "deliver/lost")
    lost = world.standing()[0].ref
    assert found == (lost if world.side.facts.finds else None)
    assert await world.side.platform.find(world.place, "deliver/never") is None


async def test_the_worker_settles_a_lost_answer_without_sending_it_again(world: World) -> None:
    if "accepted" in world.side.facts.suffers:
        await world.side.suffer("accepted")
    state = await world.engine.deliver(ToPlace(world.place.id), line(HELLO), "n/1", "nudge")

    doubt = "accepted" in world.side.facts.suffers and not world.side.facts.finds
    assert state == ("unconfirmed" if doubt else "sent")
    assert len(world.standing()) == 1


async def test_a_lost_answer_to_what_matters_is_found_or_said_once_more(world: World) -> None:
    if "accepted" in world.side.facts.suffers:
        await world.side.suffer("accepted")
    await world.engine.deliver(ToPlace(world.place.id), line(HELLO), "e/1", "essential")
    world.engine.clock.at += timedelta(minutes=10)
    state = await world.engine.state("e/1")

    doubt = "accepted" in world.side.facts.suffers and not world.side.facts.finds
    assert state == "sent"
    assert len(world.standing()) == (2 if doubt else 1)


async def drawn(world: World, target: Target) -> None:
    """A minute goes by there, and here as long as the platform's windows ask for."""
    for _ in range(6):
        world.engine.clock.at += timedelta(seconds=10)
        if await world.engine.state(show(target, SLOT).key) == "sent":
            return
        await asyncio.sleep(0.3)


@pytest.mark.parametrize("private", [False, True])
async def test_a_thing_that_changes_is_edited_or_posted_anew_once_an_hour(
    world: World, private: bool
) -> None:
    where = world.chat if private else world.place
    target = ToPerson(where.id) if private else ToPlace(where.id)
    for words in ("first", "second", "third"):
        await world.engine.show(target, line(words, slot=SLOT))
        await drawn(world, target)
    edits = world.side.platform.capabilities(where).edits
    before = [one.words for one in world.standing(where)]
    world.engine.clock.at += timedelta(hours=1, minutes=1)
    await world.engine.state(show(target, SLOT).key)
    after = [one.words for one in world.standing(where)]

    assert (len(before), "third" in before[0]) == (1, edits)
    assert (len(after), "third" in after[-1]) == (1 if edits else 2, True)


async def test_reaching_somebody_makes_one_private_conversation_however_often(
    world: World,
) -> None:
    reach, ada = world.side.platform.reach, world.side.names.ada
    met = world.side.met(ada)
    both = await asyncio.gather(reach(ada, met), reach(ada, met))
    addresses = [*both, await reach(ada, both[0])]
    refs = [(await world.send(to=address)).ref for address in addresses]

    assert {address.id for address in addresses} == {ada}
    assert [one.ref for one in world.standing(world.chat)] == refs
    assert world.standing() == []


async def test_whom_nobody_can_reach_is_said_to_be_unreachable(world: World) -> None:
    stranger = world.side.names.stranger
    with pytest.raises((Unreachable, Gone)):
        await world.send(to=await world.side.platform.reach(stranger, world.side.met(stranger)))


async def test_the_worker_reaches_a_person_in_private(world: World) -> None:
    state = await world.engine.deliver(ToPerson(world.side.names.ada), line(HELLO), "hello/1")

    assert state == "sent"
    assert [HELLO in one.words for one in world.standing(world.chat)] == [True]


async def test_what_was_heard_leads_back_to_where_it_was_said(world: World) -> None:
    event = await world.hears_one(world.side.says(world.side.names.ada, "hello"))
    assert event.origin
    origin = event.origin
    target = ToOrigin(origin.place, origin.thread, origin.message)
    state = await world.engine.deliver(target, line("answer"), "answer/1")

    (answer,) = world.standing()
    assert state == "sent"
    assert answer.thread == (origin.thread if world.can.threads else "")
    assert world.place.id in {address.id for address in event.learned}


async def test_buttons_stand_there_or_their_numbers_do(world: World) -> None:
    post = line(HELLO, JOIN, ASK)
    await world.engine.deliver(ToPlace(world.place.id), post, "card/1")

    (one,) = world.standing()
    kept = await world.engine.choices(world.place.id, one.ref)
    assert {"Join", "Ask"} <= (set(one.labels) if world.can.buttons else set(words(one.words)))
    assert (kept.buttons if kept else ()) == (() if world.can.buttons else choices(post))


def words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).split()


async def test_nothing_that_is_secret_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for trouble in sorted(world.side.facts.suffers & {"not_allowed", "throttled"}):
        await world.side.suffer(trouble)
        with pytest.raises(DeliveryError):
            await world.send("a private sentence")

    assert "a private sentence" not in caplog.text
    assert KEY not in caplog.text
