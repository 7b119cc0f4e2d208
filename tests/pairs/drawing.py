"""A cohort whose pairs are drawn, over the whole product."""

from core.engine.ports import Actor, Changes, Show, ToPerson
from core.pairs.model import Pair
from core.pairs.rounds.model import Round
from tests.cohorts.story import (
    Story,
    chat,
)
from tests.people.world import ADA

ELI = Actor(account="teams:t1:eli", name="Eli Sample", email="eli@example.org")
FLO = Actor(account="teams:t1:flo", name="Flo Sample", email="flo@example.org")


async def drawn(it: Story, *people: Actor, style: str = "lasting") -> Round:
    """A cohort of these people, with a proposal on Ada's desk."""
    if not (await it.read.find(Round)).items:
        await it.begins()
        await it.joins(*people)
    await it.press("pairs.draw", ADA, chat(ADA), cohort=(await it.cohort()).id, style=style)
    await looked_up(it)
    return (await it.read.find(Round)).items[0]


async def looked_up(it: Story) -> None:
    await it.ring("pairs.gather")
    await it.ring("pairs.match")


async def sent(it: Story, *people: Actor, style: str = "lasting") -> Changes:
    round = await drawn(it, *people, style=style)
    args = await it.find(f"draw/{round.id}/0", "Send it", ADA)
    await it.hits("pairs.approve", args, ADA, chat(ADA))
    changes = await it.ring("pairs.send")
    return changes + await it.ring("pairs.send")


async def pairs(it: Story) -> list[Pair]:
    return list((await it.read.find(Pair)).items)


async def only(it: Story) -> Pair:
    (found,) = await pairs(it)
    return found


def shown(changes: Changes, slot: str) -> set[str]:
    return {
        job.work.target.person
        for job in changes.jobs
        if isinstance(job.work, Show)
        and isinstance(job.work.target, ToPerson)
        and job.work.slot.startswith(slot)
    }


def parted(changes: Changes) -> str:
    """The card on which the facilitator hears of it."""
    slots = [job.work.slot for job in changes.jobs if isinstance(job.work, Show)]
    return next(slot for slot in slots if slot.startswith("parted/"))
