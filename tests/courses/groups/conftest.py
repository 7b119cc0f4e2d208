"""A cohort of Ada's, and a provider that says what the test makes it say."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import msgspec
import pytest

from core.courses.model import Course
from core.engine.ports import Actor, Changes
from core.message import Post
from tests.cohorts.story import Story, asks, chat, story
from tests.people.world import ADA

COURSE = Course(
    catalogue="demo", id="7", url="https://courses.example/7", title="Feedback that lands"
)


def staff(n: int) -> Actor:
    """Somebody of the organisation with a verified address."""
    return Actor(account=f"teams:t1:s{n}", name=f"Sample {n}", email=f"s{n}@example.org")


def members(*mails: str, courses: Sequence[Course] = ()) -> dict[str, str]:
    """What the provider says of the group."""
    told = {"id": "7", "name": "Night shift", "key": "NIGHT27", "mails": mails, "courses": courses}
    return {"group": msgspec.json.encode(told).decode()}


@dataclass
class Provider:
    """The provider's groups, over a story."""

    life: Story

    async def offers(self, by: Actor = ADA) -> Changes:
        cohort = await self.life.cohort()
        asked = await self.life.press("courses.groups", by, chat(by), cohort=cohort.id)
        (job,) = asks(asked, "groups")
        found = [{"id": "7", "name": "Night shift", "key": "NIGHT27"}, {"id": "8", "name": "B"}]
        return await self.life.answer(job, values={"groups": msgspec.json.encode(found).decode()})

    async def looks(
        self, *mails: str, into: str = "cohort", courses: Sequence[Course] = (), error: str = ""
    ) -> Changes:
        """Ada has the group held beside her cohort."""
        await self.offers()
        cohort = await self.life.cohort()
        values = {"group": "7", "into": into}
        asked = await self.life.fill("courses.sync", values, ADA, chat(ADA), cohort=cohort.id)
        (job,) = asks(asked, "group")
        given = {} if error else members(*mails, courses=courses)
        changes = await self.life.answer(job, values=given, error=error)
        while any(timer.name == "courses.match" for timer in self.life.timers.values()):
            changes += await self.life.ring("courses.match")
        return changes

    async def goes(self) -> list[Changes]:
        """She says so, and it goes on to the end."""
        args = await self.life.find(await self.slot(), "Bring them in", ADA)
        done = [await self.life.hits("courses.sync_go", args, ADA, chat(ADA))]
        while any(timer.name == "courses.sync_on" for timer in self.life.timers.values()):
            done.append(await self.life.ring("courses.sync_on"))
        return done

    async def slot(self, round_: int = 1) -> str:
        return f"group-sync/{(await self.life.cohort()).id}/{round_}"

    async def card(self, round_: int = 1) -> Post:
        return await self.life.seen(await self.slot(round_), ADA)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    asyncio.run(made(path))
    return path


async def made(path: Path) -> None:
    async with story(path):
        pass


@pytest.fixture
async def life(tmp_path: Path, empty: Path) -> AsyncIterator[Story]:
    copyfile(empty, tmp_path / "test.db")
    async with story(tmp_path / "test.db") as it:
        yield it


@pytest.fixture
async def provider(life: Story) -> Provider:
    await life.begins()
    return Provider(life)
