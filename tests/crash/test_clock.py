"""The clock of the machine is set while messages go out: everybody gets theirs once, in hours."""

import asyncio
from datetime import timedelta

from tests.crash.accounts import brings
from tests.crash.stay import MONDAY, Stay

HOUR, DAY = 3600.0, 86_400.0
LANDS = 1.0
"""Seconds after which what was on its way has arrived."""


def brought(stay: Stay) -> int:
    """How many cards of the campaign came."""
    return sum(brings(card) for cards in stay.town.cards().values() for card in cards)


async def quiet(stay: Stay, seconds: float = 2.0) -> bool:
    """Whether nobody gets one for a while, once what was on its way is there."""
    await asyncio.sleep(LANDS)
    before = brought(stay)
    await asyncio.sleep(seconds)
    return brought(stay) == before


async def test_a_clock_that_is_set_back_or_on_sends_nothing_twice_and_nothing_out_of_hours(
    stay: Stay,
) -> None:
    await stay.send()
    await stay.town.until(lambda: brought(stay) > 5)
    await stay.talked(0.5)
    stay.later(-HOUR)
    assert await quiet(stay)
    await stay.talked(0.5)
    stay.later(DAY)
    assert await quiet(stay)
    early = brought(stay)
    await stay.talked(0.5)
    stay.later(HOUR)
    await stay.done()
    account = await stay.account()
    assert early < account.audience
    assert account.lost == account.doubled == account.undone == []
    assert account.states == {"sent": account.audience}


async def test_a_timer_rings_once_however_the_clock_is_set(stay: Stay) -> None:
    await stay.send()
    for hours in (-1, 25, -1, -24, 48):
        stay.later(timedelta(hours=hours).total_seconds())
        await asyncio.sleep(0.5)
    stay.house.nursery.at(MONDAY + timedelta(days=1))
    await stay.done(pace=60)
    account = await stay.account()
    assert account.lost == account.doubled == account.undone == []
