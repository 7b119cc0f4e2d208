"""Erasing leaves nothing behind that names somebody, however long it takes."""

from core.engine.ports import Changes, Raise, Shown
from tests.people.world import ADA, BO, World


async def unshown(life: World, changes: Changes) -> int:
    """The walk that follows an erasure, step by step; how many steps it took."""
    steps = 0
    while walk := [job.work.event for job in changes.jobs if isinstance(job.work, Raise)]:
        changes = await life.happens(walk[0])
        steps += 1
    return steps


async def stands(life: World, account: str, size: int) -> None:
    cards = tuple(
        Shown(id=f"{account}|card/{n}", address=account, slot=f"card/{n}", ref=str(n), at=life.now)
        for n in range(size)
    )
    await life.commit(Changes(saves=cards))


async def test_where_somebodys_cards_stood_is_forgotten_and_nobody_elses(life: World) -> None:
    await life.press("people.help")
    await stands(life, ADA.account, 250)
    await stands(life, BO.account, 3)
    assert await unshown(life, await life.press("people.erase_now")) == 2
    assert not (await life.read.find(Shown, address=ADA.account)).items
    assert len((await life.read.find(Shown, address=BO.account)).items) == 3


async def test_who_is_back_before_it_is_done_keeps_their_cards(life: World) -> None:
    await life.press("people.help")
    await stands(life, ADA.account, 1)
    erased = await life.press("people.erase_now")
    await life.press("people.help")
    await unshown(life, erased)
    assert len((await life.read.find(Shown, address=ADA.account)).items) == 1
