"""Faults that last: what `make crash` tries, and every run of the tests has no time for."""

import asyncio
from pathlib import Path
from random import Random

from tests.crash.long.test_storms import storm
from tests.crash.stay import PATIENCE, Stay, held, over, refused, sound

MINUTE = 60.0
SILENT = 10.0


async def test_a_file_that_somebody_else_has_for_a_minute_is_waited_for(
    stay: Stay, tmp_path: Path
) -> None:
    await stay.send()
    with held(tmp_path / "coterie.db"):
        assert await refused(stay) < PATIENCE
        await stay.talked(MINUTE)
        assert await refused(stay) < PATIENCE
    await sound(stay)


async def test_a_database_that_is_away_for_a_minute_is_waited_for(far: Stay) -> None:
    await far.send()
    far.base.strike("refuse")
    far.base.drop()
    assert await refused(far) < PATIENCE
    status, _, words = await far.answered("/ready")
    assert (status, "store" in words) == (503, True)
    await far.talked(MINUTE)
    assert await refused(far) < PATIENCE
    far.base.heal()
    await sound(far)


async def test_a_wire_to_the_database_that_goes_silent_is_given_up(far: Stay) -> None:
    await far.send()
    far.base.strike("blackhole")
    assert await refused(far) < PATIENCE
    await far.talked(SILENT)
    far.base.heal()
    far.base.drop()
    await sound(far)


async def test_a_database_that_is_slow_to_answer_loses_nothing(far: Stay) -> None:
    await far.send()
    far.base.latency, far.base.jitter = 0.05, 0.1
    await far.talked(SILENT)
    far.base.heal()
    await sound(far)


async def test_a_storm_on_both_wires_at_once_loses_nothing_and_bothers_nobody_twice(
    far: Stay,
) -> None:
    await far.send()
    talking = asyncio.create_task(far.crowd.talk())
    weather = asyncio.create_task(storm(far, Random(9)))
    for _ in range(4):
        far.base.strike("swallow", times=1)
        await asyncio.sleep(0.5)
        far.base.drop()
        await asyncio.sleep(0.5)
    await weather
    far.base.heal()
    far.town.teams.faults.clear()
    far.wire.heal()
    await over(talking)
    await sound(far)
