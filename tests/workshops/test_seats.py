"""Seats, whatever people do in whatever order: never too many, none free while one waits."""

from collections import Counter
from random import Random

import pytest
from msgspec.structs import replace

from core.cohorts.workshops.signup.model import Seats, Signup
from core.engine.overlay import Overlay
from core.engine.ports import Actor, Changes, Commit, Event, Moment, Raise
from core.product import handle
from tests.cohorts.story import TEAM, Story, chat
from tests.people.world import ADA
from tests.workshops.session import GIVEN, planned, rings, signs, workshop

PEOPLE = [Actor(account=f"teams:t1:p{n}", name=f"Person {n}") for n in range(8)]
WISHES = ("room", "room", "room", "online", "no")


async def holds(life: Story, seats: int) -> None:
    """What must always be true."""
    one = await workshop(life)
    rows = (await life.read.find(Signup, workshop=one.id)).items
    count = Counter(row.choice for row in rows)
    taken = await life.read.get(Seats, one.id)
    assert (taken.taken if taken else 0) == count["room"]
    for choice in ("room", "online", "waiting", "no"):
        assert await life.read.tally(f"workshops.{choice}", one.id) == count[choice]
    assert count["room"] >= seats or not count["waiting"]


@pytest.mark.parametrize("seed", range(6))
async def test_seats_are_neither_lost_nor_given_twice(life: Story, seed: int) -> None:
    dice = Random(seed)
    await planned(life, *PEOPLE)
    most = 2
    for _ in range(40):
        who = dice.choice(PEOPLE)
        await signs(life, dice.choice(WISHES), who)
        if dice.random() < 0.1:
            await leaves(life, who)
        if dice.random() < 0.1:
            most = max(most, dice.randint(1, 4))
            await seats(life, most)
        await holds(life, most)
    counted = Counter(row.choice for row in (await life.read.find(Signup)).items)
    assert counted["room"] <= most


async def leaves(life: Story, who: Actor) -> None:
    cohort = (await workshop(life)).cohort
    await life.press("members.left", who, chat(who), cohort=cohort)
    await life.ring("workshops.left")
    await life.press("members.join", who, TEAM, cohort=cohort)


async def seats(life: Story, most: int) -> None:
    args = {"workshop": (await workshop(life)).id}
    values = {**GIVEN, "capacity": str(most)}
    await life.hands_in("workshops.change", values, args, ADA, chat(ADA))
    await rings(life, "workshops.fill")


async def test_seats_given_back_in_one_batch_go_to_different_people(life: Story) -> None:
    """Events of a batch see what those before them changed, which is not in the store yet."""
    await planned(life, *PEOPLE, capacity="3")
    await signs(life, "room", *PEOPLE)
    await together(life, [press(life, who, "no") for who in PEOPLE[:3]])
    rows = (await life.read.find(Signup)).items
    seated = {row.person for row in rows if row.choice == "room"}
    lucky = [(await life.known(who)).id for who in PEOPLE[3:6]]
    assert seated == set(lucky)
    await holds(life, 3)


async def test_a_crowd_that_wants_the_last_seats_gets_just_these(life: Story) -> None:
    await planned(life, *PEOPLE, capacity="3")
    await together(life, [press(life, who, "room") for who in PEOPLE])
    await holds(life, 3)
    rows = (await life.read.find(Signup)).items
    assert Counter(row.choice for row in rows) == {"room": 3, "waiting": 5}


def press(life: Story, who: Actor, choice: str) -> Event:
    return replace(life.event("press", "workshops.sign", who, TEAM), args={"choice": choice})


async def together(life: Story, events: list[Event]) -> None:
    """As one batch: one overlay, one commit."""
    over, done = Overlay(life.read), list[Changes]()
    id = (await workshop(life)).id
    for event in events:
        named = replace(event, args={**event.args, "workshop": id})
        changes = await handle(named, Moment(over, life.now, event.id))
        done.append(await over.lay(changes))
    commits = [
        Commit(org="main", event=event.id, at=life.now, changes=changes)
        for event, changes in zip(events, done, strict=True)
    ]
    await life.store.commit(commits)
    assert not [job for it in done for job in it.jobs if isinstance(job.work, Raise)]
