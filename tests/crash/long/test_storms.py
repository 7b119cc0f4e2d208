"""Teams at its worst, through a wire at its worst: everybody is accounted for, nobody twice."""

import asyncio
from random import Random

from tests.crash.stay import Stay, over
from tests.fakes.connector import Fault

STORM = 3.0
MEGABYTES, HANDLES = 40, 30
"""At most so much more memory and so many more open files and sockets than before."""
FAULTS = (
    lambda: Fault(429, "Throttled", after=1),
    lambda: Fault(412, "PreconditionFailed"),
    lambda: Fault(502, "BadGateway"),
    lambda: Fault(503, "ServiceUnavailable", after=1),
    lambda: Fault(504, "GatewayTimeout"),
    lambda: Fault(502, "BadGateway", accepted=True),
    lambda: Fault(hang=True),
    lambda: Fault(hang=True, accepted=True),
)


async def storm(stay: Stay, dice: Random) -> None:
    """Something goes wrong twenty times a second, with Teams or on the way to it."""
    for _ in range(int(STORM / 0.05)):
        match dice.randrange(12):
            case 0:
                stay.wire.strike("truncate", times=1)
            case 1:
                stay.wire.strike("swallow", times=1)
            case 2:
                stay.wire.strike("reset", times=1)
            case 3:
                stay.wire.drop()
            case 4:
                stay.wire.jitter = dice.choice((0.0, 0.05, 0.2))
            case _:
                stay.town.teams.faults.append(dice.choice(FAULTS)())
        await asyncio.sleep(0.05)


async def test_after_a_storm_everybody_is_accounted_for_and_nobody_is_bothered_twice(
    stay: Stay,
) -> None:
    megabytes, handles = stay.process.megabytes, stay.process.handles
    await stay.send()
    talking = asyncio.create_task(stay.crowd.talk())
    await storm(stay, Random(5))
    stay.town.teams.faults.clear()
    stay.wire.heal()
    await over(talking)
    await stay.done(pace=60)
    grown = stay.process.megabytes - megabytes, stay.process.handles - handles
    account = await stay.account()
    assert account.lost == account.doubled == account.undone == []
    assert account.told == account.audience
    assert set(account.states) <= {"sent", "unconfirmed"}
    assert grown[0] < MEGABYTES
    assert grown[1] < HANDLES
