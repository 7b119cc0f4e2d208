"""Whoever never met the app gets it, where an admin has allowed that; else they are reported."""

import pytest

from core.engine.errors import RetryLater, Unreachable
from core.engine.ports import Address
from tests.fakes.activities import Human
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot

NEW = Human("Cem Newcomer")


@pytest.fixture
def met(teams: FakeTeams) -> Address:
    """Somebody of the tenant whom the app has never met."""
    teams.chats.chat(NEW, installed=False)
    return Address(id=NEW.account, ref={"service": teams.service_url})


async def not_reached(bot: Bot, met: Address) -> Unreachable:
    with pytest.raises(Unreachable) as told:
        await bot.platform.reach(NEW.account, met)
    assert told.value.state == "not_installed"
    return told.value


async def test_where_it_is_allowed_the_app_comes_to_them_and_they_are_reached(
    teams: FakeTeams, bot: Bot, met: Address
) -> None:
    teams.installs.allowed = True
    address = await bot.platform.reach(NEW.account, met)

    assert address.ref["conversation"] == teams.chats.chat(NEW).id
    assert teams.installs.there == {NEW.aad}


async def test_where_it_is_not_allowed_nobody_asks_again_for_an_hour(
    teams: FakeTeams, bot: Bot, met: Address
) -> None:
    platform = bot.platform
    for _ in range(5):
        with pytest.raises(Unreachable):
            await platform.reach(NEW.account, met)

    assert len(teams.installs.asked) == 1
    await not_reached(bot, met)


async def test_an_app_that_is_in_no_catalogue_is_installed_for_nobody(
    teams: FakeTeams, bot: Bot, met: Address
) -> None:
    teams.installs.allowed, teams.installs.listed = True, False
    await not_reached(bot, met)

    assert teams.installs.there == set()


async def test_whoever_has_it_already_and_is_not_reached_is_left_alone(
    teams: FakeTeams, bot: Bot, met: Address
) -> None:
    teams.installs.allowed = True
    teams.installs.there.add(NEW.aad)
    await not_reached(bot, met)


async def test_whoever_blocked_us_gets_nothing_installed(
    teams: FakeTeams, bot: Bot, met: Address
) -> None:
    teams.installs.allowed = True
    teams.fail(403, "ConversationBlockedByUser")
    with pytest.raises(Unreachable) as told:
        await bot.platform.reach(NEW.account, met)

    assert told.value.state == "blocked"
    assert teams.installs.asked == []


async def test_a_busy_graph_is_asked_again_later(teams: FakeTeams, bot: Bot, met: Address) -> None:
    teams.installs.allowed, teams.installs.busy = True, 1
    platform = bot.platform
    with pytest.raises(RetryLater) as told:
        await platform.reach(NEW.account, met)
    address = await platform.reach(NEW.account, met)

    assert (told.value.after, told.value.scope) == (7.0, "lane")
    assert address.ref["conversation"]


async def test_people_of_another_tenant_get_nothing_installed(teams: FakeTeams, bot: Bot) -> None:
    teams.installs.allowed = True
    guest = Address(id="teams:elsewhere:1", ref={"service": teams.service_url})
    with pytest.raises(Unreachable):
        await bot.platform.reach(guest.id, guest)

    assert teams.installs.asked == []
