"""A workshop in Ada's cohort: on a Thursday at two, in a room for two and online."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.signup.model import Signup, signup_id
from core.engine.ports import Actor, Changes, Event, Job, Raise, Show, ToPerson, Weight
from tests.cohorts.story import CEM, DEE, Story, chat
from tests.people.world import ADA, BO

EVE = Actor(account="teams:t1:eve", name="Eve Sample", zone="Europe/Berlin")
GIVEN = {
    "title": "A handover in three lines",
    "purpose": "Try it before it counts",
    "day": "2026-03-12",
    "time": "14:00",
    "minutes": "90",
    "mode": "both",
    "place": "Room 2.14",
    "link": "https://meet.example.org/handover",
    "capacity": "2",
}
STARTS = datetime(2026, 3, 12, 13, tzinfo=UTC)
AFTER = STARTS + timedelta(minutes=91)


async def planned(life: Story, *people: Actor, **other: str) -> Workshop:
    """Ada plans a workshop; these people are members."""
    cohort = await life.begins()
    await life.joins(*(people or (BO, CEM, DEE, EVE)))
    await plans(life, cohort.id, **other)
    return await workshop(life)


async def plans(life: Story, cohort: str, by: Actor = ADA, /, **other: str) -> Changes:
    values = {**GIVEN, **other}
    return await life.fill("workshops.plan", values, by, chat(by), cohort=cohort, draft="1")


async def workshop(life: Story) -> Workshop:
    """The newest."""
    return (await life.read.find(Workshop)).items[-1]


async def signs(life: Story, choice: str, *people: Actor) -> Changes:
    """These people say so on the card in the space."""
    one = await workshop(life)
    changes = Changes()
    for who in people:
        args = {"workshop": one.id, "choice": choice}
        changes = await life.hits("workshops.sign", args, who)
    return changes


async def choice(life: Story, who: Actor) -> str:
    person = await life.known(who)
    found = await life.read.get(Signup, signup_id((await workshop(life)).id, person.id))
    return found.choice if found else ""


async def how(life: Story, who: Actor) -> str:
    person = await life.known(who)
    found = await life.read.get(Signup, signup_id((await workshop(life)).id, person.id))
    return found.how if found else ""


async def rings(life: Story, name: str, **args: str) -> Changes:
    """Only the timers of this name with these args ring, each when it is due."""
    changes = Changes()
    for timer in [t for t in life.timers.values() if _meant(t, name, args)]:
        life.rung.add(timer.id)
        del life.timers[timer.id]
        changes += await life.happens(timer)
    return changes


def _meant(timer: Event, name: str, args: Mapping[str, str]) -> bool:
    return timer.name == name and all(timer.args.get(key) == at for key, at in args.items())


async def ended(life: Story) -> Workshop:
    """It is over."""
    life.now = AFTER
    await life.ring("workshops.ends")
    return await workshop(life)


async def moves(life: Story, *, go: bool = True, **other: str) -> Changes:
    """Ada moves it, and does so once she has seen what comes of it."""
    one = await workshop(life)
    values = {"day": "2026-03-11", "time": "09:00", "reason": "The room is flooded.", **other}
    looked = await life.hands_in("workshops.move", values, {"workshop": one.id}, ADA, chat(ADA))
    return await confirms(life, looked) if go else looked


async def calls_off(life: Story, reason: str = "The trainer is ill.") -> Changes:
    one = await workshop(life)
    args = {"workshop": one.id}
    values = {"reason": reason}
    looked = await life.hands_in("workshops.cancel", values, args, ADA, chat(ADA))
    return await confirms(life, looked)


async def confirms(life: Story, looked: Changes) -> Changes:
    """Presses the button below the preview."""
    one = await workshop(life)
    slot = f"workshop-shift/{one.id}/x"
    args = await life.find(slot, "tell everyone", ADA)
    return await life.hits("workshops.confirm", args, ADA, replace(chat(ADA), slot=slot))


def private(changes: Changes, kind: str) -> list[tuple[str, Weight]]:
    """Who gets which kind of card, and how much it weighs."""
    return [
        (job.work.target.person, job.weight)
        for job in changes.jobs
        if isinstance(job.work, Show)
        and isinstance(job.work.target, ToPerson)
        and job.work.slot.startswith(f"{kind}/")
    ]


def due(changes: Changes, name: str) -> list[datetime | None]:
    """When the timers of a name ring."""
    return [job.due for job in changes.jobs if timer(job, name)]


def timer(job: Job, name: str) -> bool:
    return isinstance(job.work, Raise) and job.work.event.name == name
