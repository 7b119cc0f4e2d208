"""A rate is learned from one 429, by all processes, and held from then on."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest

from core.engine import tempo
from core.engine.errors import RetryLater
from core.engine.ports import ToPlace
from core.engine.records import Tempo
from core.engine.tempo import DAY
from tests.engine.fleet import EPOCH, Enforcer, Fleet, Limits, Message, Told
from tests.engine.machine import ROOM, Chat, machine, post_to, room
from tests.fakes import limits

LIMIT = 50
PROBE = 120.0  # seconds after the first 429 in which a bucket shows what it had saved
FOUND = Tempo(id="fake:t1", rate=49.0, before=49.0, since=EPOCH, limit=49.5, found=EPOCH, changes=9)


def window(clock: Callable[[], float]) -> Enforcer:
    """Fifty in any second."""
    return limits.Limits(clock)


def bucket(clock: Callable[[], float]) -> Enforcer:
    """Fifty a second, and a second's worth may be saved."""
    return limits.Bucket(LIMIT, clock)


def small(clock: Callable[[], float]) -> Enforcer:
    """Fifty a second, and hardly anything may be saved."""
    return limits.Bucket(LIMIT, clock, burst=10.0)


def people(number: int, first: int = 0) -> Sequence[Message]:
    """A quarter of them never met us."""
    ids = range(first, first + number)
    return [Message(uuid5(NAMESPACE_OID, str(n)).hex, meets=n % 4 == 0) for n in ids]


def late(told: Told) -> list[float]:
    """The 429s that the first one and what followed from it do not explain."""
    return [at for at in told.refused if at > told.refused[0] + PROBE]


@pytest.mark.parametrize(("processes", "enforcer"), [(1, bucket), (4, small), (16, window)])
def test_at_least_97_percent_of_the_allowed_rate_is_held_and_no_further_429_earned(
    processes: int, enforcer: Callable[[Callable[[], float]], Enforcer]
) -> None:
    told = Fleet(processes, enforcer, Limits(rate=44.0)).send(people(8_500))
    settled = told.refused[0] + PROBE
    assert told.held(LIMIT, settled, told.dry) >= 0.97
    assert late(told) == []


def test_a_window_is_learned_from_a_single_429() -> None:
    told = Fleet(1, window, Limits(rate=44.0)).send(people(4_000))
    assert len(told.refused) == 1


def test_after_a_restart_nothing_is_probed_again() -> None:
    store: dict[str, Tempo] = {}
    first = Fleet(4, window, Limits(rate=44.0), store)
    first.send(people(4_000))
    again = Fleet(4, window, Limits(rate=44.0), store, now=first.now + 60.0)
    told = again.send(people(4_000))
    assert told.refused == []
    assert told.held(LIMIT, told.passed[0], told.dry) >= 0.97


def test_a_platform_that_allows_less_than_before_is_heard_at_once() -> None:
    store = {FOUND.id: FOUND}
    fleet = Fleet(4, lambda clock: limits.Limits(clock, ((30, 1.0),)), store=store)
    told = fleet.send(people(4_000))
    assert told.held(30, 60.0, told.dry) >= 0.9
    assert [at for at in told.refused if at > 60.0] == []


def test_below_what_a_platform_publishes_nobody_ever_sees_a_429() -> None:
    told = Fleet(4, window, Limits(rate=40.0, ceiling=LIMIT)).send(people(8_000))
    assert told.refused == []
    assert told.held(LIMIT, 120.0, told.dry) >= 0.97


def test_a_rate_rises_only_while_more_is_wanted() -> None:
    fleet = Fleet(1, window, Limits(rate=25.0))
    fleet.send(people(10))
    assert fleet.store == {}


def test_what_was_found_is_tried_again_after_a_day_and_not_before() -> None:
    def rises(after: float) -> bool:
        return tempo.may_rise(FOUND, EPOCH + after, top=100.0, alone=True)

    assert not rises(DAY - 1)
    assert rises(DAY)


def test_while_all_of_the_rate_is_used_an_answer_leaves_at_once() -> None:
    fleet = Fleet(4, window, store={FOUND.id: FOUND})
    fleet.send(people(2_000), until=10.0)
    asked = fleet.now
    answers = [Message(f"who-{n}", weight="answer", asked=asked) for n in range(4)]
    told = fleet.send(answers, until=asked + 5.0)
    waits = [told.waited[f"who-{n}"] for n in range(4)]
    assert max(waits) < 0.5


async def test_what_a_429_taught_is_in_the_store_at_once(tmp_path: Path) -> None:
    chat = Chat(rate=40.0, ceiling=100.0)
    chat.errors.append(RetryLater(1.0, "429", "tenant"))
    async with machine(tmp_path, chat=chat) as m:
        await room(m)
        await m.do(post_to(ToPlace(ROOM), "hello"))
        async with asyncio.timeout(5):
            while not (found := (await m.store.reader("").find(Tempo)).items):  # noqa: ASYNC110 - it is looked at from outside
                await asyncio.sleep(0.01)
    assert [one.id for one in found] == ["fake:t1"]
    assert found[0].limit
    assert found[0].rate < 40.0


@pytest.mark.parametrize("mine", [3, 4])
def test_of_two_changes_the_later_counts_and_of_equals_the_slower(mine: int) -> None:
    one = Tempo(id="fake:t1", rate=50.0, changes=mine)
    other = Tempo(id="fake:t1", rate=40.0, changes=4)
    assert tempo.agreed(one, other) == tempo.agreed(other, one) == other
