"""The database is away, or full: people hear when to come again, nothing is lost or done twice."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crash.stay import PATIENCE, Stay, held, refused, sound

AWAY = 5.0


@contextmanager
def full(stay: Stay) -> Iterator[None]:
    """Nothing more can be written to any file."""
    room = resource.RLIM_INFINITY
    resource.prlimit(stay.process.pid, resource.RLIMIT_FSIZE, (0, room))
    try:
        yield
    finally:
        resource.prlimit(stay.process.pid, resource.RLIMIT_FSIZE, (room, room))


async def test_while_somebody_else_has_the_database_people_are_asked_to_come_again(
    stay: Stay, tmp_path: Path
) -> None:
    await stay.send()
    with held(tmp_path / "coterie.db"):
        assert await refused(stay) < PATIENCE
        status, _, words = await stay.answered("/ready")
        assert (status, "store" in words) == (503, True)
        await stay.talked(AWAY)
    assert stay.crowd.refused
    await sound(stay)


async def test_a_full_disk_takes_nothing_and_goes_on_by_itself_once_there_is_room(
    stay: Stay,
) -> None:
    await stay.send()
    await stay.talked(0.5)
    with full(stay):
        await stay.talked(1.0)
        assert await refused(stay) < PATIENCE
        status, _, words = await stay.answered("/ready")
        assert (status, "store" in words) == (503, True)
    assert stay.crowd.refused
    await sound(stay)
