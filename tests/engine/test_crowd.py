"""Who waits for an answer comes before what is to be sent, but not for ever."""

import time

from core.engine.lanes import LONGEST, MANY, Crowd


async def test_nobody_waits_for_a_few() -> None:
    began = time.monotonic()
    await Crowd(lambda: MANY).passed()

    assert time.monotonic() - began < LONGEST / 2


async def test_sending_waits_until_the_crowd_is_through() -> None:
    waiting = iter((MANY + 2, MANY + 1, 3))
    await Crowd(lambda: next(waiting)).passed()

    assert next(waiting, None) is None


async def test_a_crowd_that_never_ends_is_waited_for_once() -> None:
    crowd, began = Crowd(lambda: MANY + 1), time.monotonic()
    await crowd.passed()
    first = time.monotonic() - began
    await crowd.passed()

    assert first >= LONGEST
    assert time.monotonic() - began < 2 * LONGEST
