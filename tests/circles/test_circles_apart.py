"""In circles nobody sits with their manager, and nobody who has gone reads on."""

from msgspec.structs import replace

from core.cohorts.circles.model import Seat, seat_id
from core.engine.ports import Actor, Changes
from tests.circles.test_circles import (
    CROWD,
    cards,
    circle_of,
    circles,
    presses,
    shrunk,
    started,
    who_is,
)
from tests.cohorts.story import Story, chat, said


async def test_merging_puts_nobody_with_their_manager(life: Story) -> None:
    _, small = await shrunk(life)
    first, second = [one for one in await circles(life) if one.id != small.id]
    last = await life.known(await who_is(life, small.people[0]))
    boss = await life.known(await who_is(life, first.people[0]))
    await life.commit(Changes(saves=(replace(last, manager=boss.accounts[0]),)))
    await presses(life, "with another", f"circle-small/{small.id}", "circles.merge")
    assert {one.id for one in await circles(life) if last.id in one.people} == {second.id}


async def test_where_every_circle_has_their_manager_nobody_is_merged(life: Story) -> None:
    _, small = await shrunk(life)
    others = [one for one in await circles(life) if one.id != small.id]
    mine = (await life.known(await who_is(life, small.people[0]))).accounts[0]
    for other in others:
        person = await life.known(await who_is(life, other.people[0]))
        await life.commit(Changes(saves=(replace(person, manager=mine),)))
    changes = await presses(life, "with another", f"circle-small/{small.id}", "circles.merge")
    assert "No other circle can take them" in said(changes)
    assert len(await circles(life)) == 3


async def test_a_newcomer_waits_rather_than_sit_with_their_manager(life: Story) -> None:
    await started(life)
    account = "teams:t1:new"
    for circle in await circles(life):
        person = await life.known(await who_is(life, circle.people[0]))
        await life.commit(Changes(saves=(replace(person, manager=account),)))
    boss = Actor(account=account, name="New Comer")
    await life.meets(boss)
    await life.joins(boss)
    await life.ring("circles.join")
    me = await life.known(boss)
    assert not any(me.id in circle.people for circle in await circles(life))


async def test_who_left_reads_no_longer_in_the_chat_of_the_circle(life: Story) -> None:
    id = await started(life)
    circle = await circle_of(life, CROWD[5])
    await life.commit(Changes(saves=(replace(circle, place="teams:t1:group"),)))
    await life.press("members.left", CROWD[5], chat(CROWD[5]), cohort=id)
    changes = await life.ring("circles.left")
    (left,) = [one for one in await circles(life) if one.id == circle.id]
    assert left.place == ""
    assert not [job for job in changes.jobs if "teams:t1:group" in str(job.work)]


async def test_a_chat_made_for_somebody_who_left_meanwhile_is_not_used(life: Story) -> None:
    id = await started(life)
    circle = await circle_of(life, CROWD[5])
    await life.commit(Changes(saves=(replace(circle, people=circle.people[:8]),)))
    await life.press("members.left", CROWD[0], chat(CROWD[0]), cohort=id)
    args = {"circle": circle.id, "waiting": circle.people[0], "members": "gone," + circle.people[0]}
    event = replace(
        life.event("answer", "circles.made", None, None),
        args=args,
        values={"place": "teams:t1:group"},
    )
    changes = await life.happens(event)
    assert cards(changes.jobs) == {circle.people[0]}
    assert all(one.place == "" for one in await circles(life))


async def test_who_waits_gets_the_place_that_somebody_leaves(life: Story) -> None:
    id = await started(life)
    waiting = (await life.known(CROWD[0])).id
    circle = await circle_of(life, CROWD[0])
    people = tuple(one for one in circle.people if one != waiting)
    seat = await life.read.get(Seat, seat_id(id, waiting))
    assert seat is not None
    await life.commit(Changes(saves=(replace(circle, people=people), replace(seat, circle=""))))
    await life.press("members.left", CROWD[5], chat(CROWD[5]), cohort=id)
    await life.ring("circles.left")
    await life.ring("circles.join")
    assert (await circle_of(life, CROWD[0])).cohort == id
