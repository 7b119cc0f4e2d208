import pytest

from core.engine.errors import Gone, Unreachable
from core.engine.ports import Address, Platform, Viewer
from tests.web.theatre import Theatre, words
from web.sandbox import Sandbox
from web.sandbox.model import CHANNEL, GROUP, PLAYERS

POST, VIEWER = words("hello"), Viewer()


@pytest.fixture
async def platform(play: Theatre) -> Platform:
    await play.messages()
    return Sandbox(play.wall)


async def test_a_message_is_found_by_its_key_edited_and_taken_away(platform: Platform) -> None:
    here = CHANNEL.address("g1")
    sent = await platform.send(here, platform.render(POST, VIEWER), key="once")
    again = platform.render(words("hello again"), VIEWER)
    edited = await platform.send(here, again, replace=sent.ref, key="twice")
    found = await platform.find(here, "once")
    await platform.withdraw(here, sent.ref)

    assert sent.ref == edited.ref == found
    assert await platform.find(here, "never") is None
    with pytest.raises(Gone):
        await platform.send(here, again, replace=sent.ref, key="thrice")
    await platform.withdraw(here, sent.ref)


async def test_everybody_who_plays_can_be_reached_and_nobody_else(platform: Platform) -> None:
    address = await platform.reach("sandbox:g1:sky", None)
    sent = await platform.send(address, platform.render(POST, VIEWER), key="hello")

    assert address == PLAYERS["sky"].address("g1")
    assert sent.ref == "g1-000002"
    with pytest.raises(Unreachable):
        await platform.reach("sandbox:g1:nobody", None)


@pytest.mark.parametrize(
    "address",
    [CHANNEL.address("g7"), GROUP.address("g1"), Address(id="sandbox:g1:cellar", ref={})],
)
async def test_where_coterie_is_not_nothing_can_be_sent(
    platform: Platform, address: Address
) -> None:
    with pytest.raises(Unreachable):
        await platform.send(address, platform.render(POST, VIEWER), key="hello")


async def test_coterie_hears_all_in_private_and_mentions_elsewhere(platform: Platform) -> None:
    channel, group, chat = (
        platform.capabilities(address)
        for address in (CHANNEL.address("g1"), GROUP.address("g1"), PLAYERS["sky"].address("g1"))
    )

    assert (channel.hears, group.hears, chat.hears) == ("mentions", "mentions", "all")
    assert (channel.threads, group.threads, chat.threads) == (True, False, False)
