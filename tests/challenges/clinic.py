"""A cohort whose members name challenges and help each other, over the whole product."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.challenges.model import Challenge, Help, Idea
from core.cohorts.model import Cohort
from core.engine.ports import Actor, Changes, Deliver, Job, Origin, Show, Shown, ToPerson, Withdraw
from core.product import PRODUCT
from tests.cohorts.story import CEM, DEE, TEAM, Story, chat, form, words
from tests.people.world import BO

NOTES = "Notes get lost between two night shifts at the handover."
PHOTO = "Take a photo of the board."
EVA = Actor(account="teams:t1:eva", name="Eva Example", zone="Europe/Berlin")
ROOT = "message-9"
THREAD = replace(TEAM, thread=ROOT)


class Clinic(Story):
    """A story in which Bo, Cem, Dee and Eva are members."""

    async def gathers(self, *more: Actor) -> Cohort:
        await self.begins()
        return await self.joins(BO, CEM, DEE, EVA, *more)

    async def names(
        self, text: str = NOTES, by: Actor = CEM, origin: Origin = TEAM, /, **values: str
    ) -> Changes:
        """Somebody names a challenge, without their name unless the values say otherwise."""
        cohort = await self.cohort()
        opened = form(await self.press("challenges.name", by, origin, cohort=cohort.id))
        given = {"situation": text, "who": "nameless", **values}
        return await self.hands_in("challenges.name", given, opened.args, by, origin)

    async def named(
        self, text: str = NOTES, by: Actor = CEM, /, **values: str
    ) -> tuple[Challenge, Changes]:
        changes = await self.names(text, by, TEAM, **values)
        (one,) = [saved for saved in changes.saves if isinstance(saved, Challenge)]
        stored = await self.read.get(Challenge, one.id)
        assert stored is not None
        return stored, changes

    async def now_is(self, one: Challenge) -> Challenge:
        found = await self.read.get(Challenge, one.id)
        assert found is not None
        return found

    def aim(self, one: Challenge) -> Mapping[str, str]:
        return {"cohort": one.cohort, "challenge": one.id}

    async def has_idea(
        self, one: Challenge, who: Actor = DEE, text: str = PHOTO, **values: str
    ) -> Changes:
        opened = form(await self.press("challenges.idea", who, TEAM, **self.aim(one)))
        given = {"text": text, **values}
        return await self.hands_in("challenges.idea", given, opened.args, who)

    async def idea(self, one: Challenge) -> Idea:
        return (await self.read.find(Idea, challenge=one.id)).items[0]

    async def replies(
        self, one: Challenge, text: str, who: Actor = DEE, *, said_to_us: bool = False, m: str = "1"
    ) -> Changes:
        await self.stands(one)
        origin = replace(THREAD, message=m)
        return await self.write(text, who, origin, mentioned=said_to_us)

    async def stands(self, one: Challenge) -> None:
        """Its card stands in the team."""
        slot = f"challenge/{one.id}"
        card = Shown(
            id=f"{TEAM.place}|{slot}", address=TEAM.place, slot=slot, ref=ROOT, at=self.now
        )
        await self.commit(Changes(saves=(card,)))

    async def card(self, one: Challenge) -> str:
        return words(await self.see(f"challenge/{one.id}"))

    async def own_card(self, one: Challenge, who: Actor = CEM) -> str:
        return words(await self.see(f"challenge-mine/{one.id}", who))

    async def wall(self) -> str:
        return words(await self.see(f"wall/{(await self.cohort()).id}"))

    async def presses(
        self, name: str, one: Challenge, who: Actor, origin: Origin | None = None, **args: str
    ) -> Changes:
        where = origin or chat(who)
        return await self.hits(name, {**self.aim(one), **args}, who, where)

    async def chooses(
        self, one: Challenge, who: Actor = CEM, step: str = "From Monday.", best: str = ""
    ) -> Changes:
        chosen = best or (await self.idea(one)).id
        values = {"best": chosen, "step": step}
        return await self.hands_in("challenges.choose", values, self.aim(one), who, chat(who))

    async def helpers(self, one: Challenge, state: str = "asked") -> list[str]:
        rows = (await self.read.find(Help, challenge=one.id, state=state)).items
        return [row.person for row in rows]

    async def ids(self, *people: Actor) -> list[str]:
        return [(await self.known(who)).id for who in people]


@asynccontextmanager
async def clinic(path: Path) -> AsyncIterator[Clinic]:
    async with SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        yield Clinic(store)


def private(changes: Changes) -> list[tuple[str, str, str]]:
    """Who gets which card privately, and with what weight."""
    return [
        (job.work.target.person, job.work.slot, job.weight)
        for job in changes.jobs
        if isinstance(job.work, Show) and isinstance(job.work.target, ToPerson)
    ]


def withdrawn(changes: Changes) -> set[str]:
    """Which cards are taken away."""
    return {job.work.slot for job in changes.jobs if isinstance(job.work, Withdraw)}


def delivered(changes: Changes) -> list[Job]:
    return [job for job in changes.jobs if isinstance(job.work, Deliver)]
