"""What every platform answers when it is asked; where it cannot, a sentence says so."""

from contextlib import AsyncExitStack

import pytest

from core.engine.errors import RetryLater
from core.engine.ports import Answer
from tests.contracts.hearing import ORG
from tests.contracts.world import HELLO, World

ENDS = (".", "!", "?")


async def ask(world: World, port: str, **question: str) -> Answer | None:
    """What is answered; None where nobody can be asked."""
    name = world.side.platform.name
    asker = world.side.askers.get(f"{name}.{port}")
    told = {"platform": name, "place": world.place.id, **question}
    return await asker(told, world.engine.store.reader(ORG)) if asker else None


def is_sentence(words: str) -> bool:
    return words[:1].isupper() and words.endswith(ENDS)


async def test_those_in_a_place_are_listed_without_ourselves(world: World) -> None:
    answer = await ask(world, "members")

    assert answer
    people = {who.account: who for who in answer.people}
    assert {world.side.names.ada, world.side.names.bo} <= set(people)
    assert all(who.name for who in answer.people)
    assert {address.id for address in answer.learned} == set(people)
    assert (answer.cursor, answer.error) == ("", "")


async def test_whoever_is_listed_can_be_written_to(world: World) -> None:
    answer = await ask(world, "members")
    assert answer
    (bo,) = (one for one in answer.learned if one.id == world.side.names.bo)
    address = await world.side.platform.reach(bo.id, bo)
    await world.send(to=address)

    assert [HELLO in one.words for one in world.standing(address)] == [True]


async def test_of_a_place_that_nobody_knows_a_sentence_tells(world: World) -> None:
    place = f"{world.place.id}-elsewhere"
    answer = await ask(world, "members", place=place)

    assert answer
    assert answer.people == ()
    assert is_sentence(answer.error) or world.side.platform.name == "sandbox"


async def test_somebody_is_found_by_their_e_mail_where_that_can_be_asked(world: World) -> None:
    mail = world.side.names.bo_mail
    found = await ask(world, "lookup", email=mail)
    nobody = await ask(world, "lookup", email="no.body@example.org")

    assert (found is None) == (not mail)
    if found and nobody:
        assert [who.account for who in found.people] == [world.side.names.bo]
        assert (nobody.people, nobody.error) == ((), "")


async def test_a_channel_is_made_and_can_be_written_to_or_a_sentence_says_why_not(
    world: World,
) -> None:
    name = "Night shift: handing over / better <b>#1</b>"
    answer = await ask(world, "make_channel", name=name, owner=world.side.names.ada)

    assert answer
    if answer.error:
        assert is_sentence(answer.error)
        assert not answer.values
        return
    (address,) = answer.learned
    assert answer.values["place"] == address.id
    assert answer.values["title"]
    await world.send(to=address)


async def test_people_are_invited_where_that_can_be_done(world: World) -> None:
    people = f"{world.side.names.ada},{world.side.names.bo}"
    there = await ask(world, "invite", people=people)
    missing = await ask(world, "invite", people=world.side.names.stranger)

    assert there is None or there.error == ""
    assert missing is None or is_sentence(missing.error)


@pytest.mark.parametrize("port", ["members", "lookup"])
async def test_a_question_waits_when_patience_is_asked_for(world: World, port: str) -> None:
    if "throttled" not in world.side.facts.suffers:
        answer = await ask(world, port, email="a@example.org")
        assert answer is None or answer.error == ""
        return
    await world.side.suffer("throttled")
    async with AsyncExitStack() as stack:
        told = stack.enter_context(pytest.raises(RetryLater))
        await ask(world, port, email="a@example.org")
    assert told.value.after == world.side.facts.patience


async def test_a_missing_permission_is_told_in_a_sentence(world: World) -> None:
    if "not_allowed" not in world.side.facts.suffers:
        return
    for port in ("members", "lookup", "make_channel"):
        await world.side.suffer("not_allowed")
        answer = await ask(world, port, email="a@example.org", owner=world.side.names.ada)
        assert answer
        assert is_sentence(answer.error)
