"""Told to stop, the service finishes what it has begun, in ten seconds, and loses nothing."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import aiohttp

from tests.fakes.activities import Human, message
from tests.fakes.connector import FakeTeams
from tests.process import Service, serving, settled, teams_settings

PEOPLE = [Human(f"Person {number:02} Example") for number in range(12)]
AT_MOST = 10.0
LOAD = 60


async def asking(teams: FakeTeams, human: Human, taken: Counter[str], enough: asyncio.Event) -> int:
    """Writes again and again, until nobody is there any more; answers the last status."""
    chat, status = teams.chats.chat(human), 200
    while status == 200:
        try:
            status = (await teams.deliver(message(human, chat, "help"))).status
        except aiohttp.ClientError:
            break
        taken[chat.id] += status == 200
        if taken.total() >= LOAD:
            enough.set()
    return status


async def stopped_under_load(
    service: Service, teams: FakeTeams
) -> tuple[int, float, Counter[str], set[int]]:
    """Its exit code, the seconds that took, what it took in of whom, and the last statuses."""
    taken: Counter[str] = Counter()
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        asks = [group.create_task(asking(teams, human, taken, enough)) for human in PEOPLE]
        await enough.wait()
        code, seconds = await service.stop()
    return code, seconds, taken, {ask.result() for ask in asks}


async def test_under_load_it_stops_in_time_and_all_that_it_took_is_answered(
    tmp_path: Path,
) -> None:
    async with FakeTeams() as teams:
        async with serving(tmp_path, teams_settings(teams)) as service:
            teams.bot = f"{service.url}/api/messages"
            code, seconds, taken, last = await stopped_under_load(service, teams)
            assert (code, seconds < AT_MOST, last <= {200, 503}) == (0, True, True), service.said()
            assert [line for line in service.lines() if line["level"] == "error"] == []
            assert service.lines()[-1]["message"] == "stopped"
        async with serving(tmp_path, teams_settings(teams)) as service:
            await settled(service)
        assert Counter(one.conversation for one in teams.sent) == taken


async def test_a_platform_that_hangs_keeps_nobody_from_stopping(tmp_path: Path) -> None:
    async with FakeTeams() as teams:
        async with serving(tmp_path, teams_settings(teams)) as service:
            teams.bot = f"{service.url}/api/messages"
            teams.fail(0, hang=True, times=len(PEOPLE))
            chats = [teams.chats.chat(human) for human in PEOPLE]
            for human, chat in zip(PEOPLE, chats, strict=True):
                await teams.deliver(message(human, chat, "help"))
            async with asyncio.timeout(AT_MOST):
                while len(teams.requests) < len(PEOPLE):  # noqa: ASYNC110 - the fake rings nobody
                    await asyncio.sleep(0.01)
            code, seconds = await service.stop()
            assert (code, seconds < AT_MOST) == (0, True), service.said()
            assert teams.sent == []
        async with serving(tmp_path, teams_settings(teams)) as service:
            await settled(service)
        assert {one.conversation for one in teams.sent} == {chat.id for chat in chats}
        assert len(teams.sent) == len(chats)


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


async def told(service: Service, status: int) -> str:
    """What /ready says once it answers this."""
    async with asyncio.timeout(AT_MOST):
        while (answer := await service.get("/ready"))[0] != status:  # noqa: ASYNC110 - it rings nobody
            await asyncio.sleep(0.1)
    return answer[1]


async def test_a_database_that_is_away_is_told_and_keeps_nobody_from_stopping(
    tmp_path: Path,
) -> None:
    database, ada = tmp_path / "coterie.db", PEOPLE[0]
    async with FakeTeams() as teams, serving(tmp_path, teams_settings(teams)) as service:
        teams.bot = f"{service.url}/api/messages"
        with held(database):
            assert "database is locked" in await told(service, 503)
        assert await told(service, 200) == "ready\n"
        with held(database):
            refused = await teams.deliver(message(ada, teams.chats.chat(ada), "help"))
            code, seconds = await service.stop()
        assert (refused.status, "Retry-After" in refused.headers) == (503, True)
        assert (code, seconds < AT_MOST) == (0, True), service.said()
