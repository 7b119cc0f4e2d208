"""The same with a provider's own service, from the list of its groups to who is in one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from connectors.catalogues.questions import Questions
from connectors.catalogues.talentlms.catalogue import TalentLms
from connectors.clock import Clock
from connectors.http.session import client_session
from core.courses.model import Send
from core.engine.ports import Ask, Changes
from tests.cohorts.story import Story, asks, chat, words
from tests.courses.groups.conftest import staff
from tests.fakes.talentlms import FakeTalentLms
from tests.people.world import ADA


@dataclass
class Portal:
    """A story that asks a provider over HTTP."""

    life: Story
    fake: FakeTalentLms
    questions: Questions

    async def asked(self, changes: Changes, port: str) -> None:
        """All that is asked outside is answered by the service."""
        for job in asks(changes, port):
            assert isinstance(job.work, Ask)
            ask = self.questions.askers()[f"catalogues.{port}"]
            said = await ask(job.work.question, self.life.read)
            await self.life.answer(job, values=said.values, error=said.error)

    async def looks(self, group: int, into: str) -> None:
        cohort = await self.life.cohort()
        first = await self.life.press("courses.groups", ADA, chat(ADA), cohort=cohort.id)
        await self.asked(first, "groups")
        values = {"group": str(group), "into": into}
        chosen = await self.life.fill("courses.sync", values, ADA, chat(ADA), cohort=cohort.id)
        await self.asked(chosen, "group")
        while any(one.name == "courses.match" for one in self.life.timers.values()):
            await self.life.ring("courses.match")

    async def goes(self, round_: int = 1) -> str:
        slot = f"group-sync/{(await self.life.cohort()).id}/{round_}"
        args = await self.life.find(slot, "Bring them in", ADA)
        await self.life.hits("courses.sync_go", args, ADA, chat(ADA))
        while any(one.name == "courses.sync_on" for one in self.life.timers.values()):
            await self.asked(await self.life.ring("courses.sync_on"), "add")
        return words(await self.life.seen(slot, ADA))


@pytest.fixture
async def portal(life: Story) -> AsyncIterator[Portal]:
    async with client_session() as session, FakeTalentLms() as fake:
        catalogue = TalentLms(fake.config, session, Clock().now)
        await life.begins()
        yield Portal(life, fake, Questions((catalogue,)))
        await catalogue.close()


async def test_people_of_a_group_are_invited(portal: Portal) -> None:
    await portal.life.meets(staff(1))
    users = [portal.fake.user("s1@example.org"), portal.fake.user("other@example.org")]
    group = portal.fake.group("Night shift", "NIGHT27", users=users)
    await portal.looks(group, "cohort")
    text = await portal.goes()

    assert "Key of the group NIGHT27" in text
    assert await portal.life.standing(staff(1)) == "invited"
    assert "Brought in 1" in text


async def test_members_are_added_to_a_group_once(portal: Portal) -> None:
    await portal.life.meets(staff(1), staff(2))
    await portal.life.joins(staff(1), staff(2))
    portal.fake.user("s1@example.org")
    group = portal.fake.group("Night shift")
    await portal.looks(group, "group")
    first = await portal.goes()
    await portal.looks(group, "group")
    second = words(await portal.life.seen(f"group-sync/{(await portal.life.cohort()).id}/2", ADA))

    assert "Brought in 1" in first
    assert len(portal.fake.memberships) == 1
    assert "There already 1" in second


async def test_its_courses_become_drafts(portal: Portal) -> None:
    course = portal.fake.course("Feedback that lands")
    await portal.looks(portal.fake.group("Night shift", courses=[course]), "cohort")
    cohort = await portal.life.cohort()
    args = {"cohort": cohort.id, "round": "1"}
    await portal.life.hands_in("courses.sync_courses", {"courses": "0"}, args, ADA, chat(ADA))
    (send,) = (await portal.life.read.find(Send)).items
    assert (send.courses[0].title, send.courses[0].catalogue) == (
        "Feedback that lands",
        "talentlms",
    )
