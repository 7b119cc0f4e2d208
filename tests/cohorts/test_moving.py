"""A cohort goes on elsewhere: everyone hears it once, whatever happens on the way."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile

import pytest
from msgspec.structs import replace

from core.cohorts.model import Membership, Space
from core.cohorts.moving.handlers import carried
from core.cohorts.moving.model import Passage, reached, total
from core.cohorts.moving.posts import moved
from core.engine.ports import Event
from core.people.model import by_account
from tests.cohorts.moving import MAILED, NEW, OLD, TOLD, Town, found, settled, timer
from tests.cohorts.story import CEM, TEAM, words
from tests.people.world import ADA, BO

PEOPLE = (ADA, BO, CEM)
SLACK = {who.account: f"slack:w1:{who.account[9:]}" for who in PEOPLE}
WRITES = 52


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("moving") / "begun.db"
    asyncio.run(settled(path, BO, CEM))
    return path


@pytest.fixture
def town(begun: Path, tmp_path: Path) -> Town:
    copyfile(begun, tmp_path / "test.db")
    it = Town(tmp_path / "test.db")
    it.clock.forward(hours=-1.5)
    return it


async def persons(town: Town) -> dict[str, str]:
    async with town.story() as it:
        return {who.account: (await it.known(who)).id for who in PEOPLE}


async def orders(town: Town, *without: str) -> Sequence[Event]:
    """What the command line says: who was found, and go."""
    cohort, ids = await town.cohort(), await persons(town)
    looked = [found(cohort, ids[who], SLACK[who]) for who in ids if who not in without]
    look, go = (timer(f"moving.{what}", cohort, to="slack") for what in ("look", "begin"))
    return (look, *looked, go)


async def go(town: Town, number: int = 1, **args: str) -> Event:
    return timer("moving.begin", await town.cohort(), number, to="slack", **args)


async def test_everyone_is_told_once_on_the_new_platform(town: Town) -> None:
    assert await town.life(*await orders(town))

    move = await town.move()
    assert town.told() == dict.fromkeys(SLACK.values(), 1)
    assert (move.stage, reached(move, "member"), total(move, "member")) == ("done", 3, 3)


async def test_what_was_written_comes_along_and_the_old_place_says_where_it_went(
    town: Town,
) -> None:
    await town.life(*await orders(town))

    there = Counter(said for place, said in town.slack.sent if place == NEW.id)
    async with town.story() as it:
        old = await it.read.get(Space, TEAM.place)
    assert there == {
        "You are invited to a cohort": 1,
        "An agreement is being written": 1,
        "A question to get to know each other": 1,
        "Somebody has answered a question of your cohort": 3,
    }
    assert town.teams.sent[-1] == (OLD.id, "This cohort goes on elsewhere")
    assert (await town.cohort()).spaces == (NEW.id,)
    assert old is not None
    assert (old.cohort, old.state) == ("", "attached")


async def test_members_are_added_to_the_new_place(town: Town) -> None:
    await town.life(*await orders(town))

    assert sorted(town.workspace.invited) == sorted(SLACK.values())


async def test_messages_go_to_the_new_account_from_then_on(town: Town) -> None:
    await town.life(*await orders(town))

    async with town.story() as it:
        bo = await it.known(BO)
    assert bo.accounts == (SLACK[BO.account], BO.account)


async def test_who_cannot_be_reached_is_counted_and_left_alone(town: Town) -> None:
    await town.life(*await orders(town, CEM.account))

    move = await town.move()
    assert town.told() == {SLACK[ADA.account]: 1, SLACK[BO.account]: 1}
    assert (reached(move, "member"), total(move, "member")) == (2, 3)
    async with town.story() as it:
        assert await it.standing(CEM) == "member"


async def test_going_again_tells_only_whom_it_had_not_told(town: Town) -> None:
    await town.life(*await orders(town, CEM.account))
    cohort, ids = await town.cohort(), await persons(town)

    late = found(cohort, ids[CEM.account], SLACK[CEM.account], 1)
    await town.life(late, await go(town))

    assert town.told() == dict.fromkeys(SLACK.values(), 1)
    assert (await town.move()).stage == "done"


async def test_an_account_of_somebody_else_is_left_to_a_human(town: Town) -> None:
    async with town.story() as it:
        await it.press("people.thanks", replace(CEM, account=SLACK[BO.account], name="Someone"))

    await town.life(*await orders(town))

    move = await town.move()
    assert move.counts["member.taken"] == 1
    assert town.told()[SLACK[BO.account]] == 0
    async with town.story() as it:
        other = await by_account(it.read, SLACK[BO.account])
    assert other is not None
    assert other.name == "Someone"


async def test_without_a_channel_it_waits_for_one_and_goes_on_by_itself(town: Town) -> None:
    town.workspace.refusal = "I may not make channels."
    await town.life(*await orders(town))
    waiting = await town.move()

    here = Event(
        id="here",
        org="main",
        source="message",
        name="message",
        by=replace(MAILED[ADA.account], account=SLACK[ADA.account]),
        origin=replace(TEAM, place=NEW.id),
        text="cohort here Better handovers",
        mentioned=True,
        learned=(NEW,),
    )
    await town.life(here)

    assert (waiting.stage, waiting.why) == ("waiting", "I may not make channels.")
    assert (await town.move()).stage == "done"
    assert (await town.cohort()).spaces == (NEW.id,)


async def test_a_place_that_was_named_is_used(town: Town) -> None:
    *looked, _ = await orders(town)
    town.workspace.refusal = "I may not make channels."
    learned = replace(timer("seen", await town.cohort()), learned=(NEW,))

    await town.life(learned, *looked, await go(town, place=NEW.id))

    assert (await town.cohort()).spaces == (NEW.id,)


async def test_a_move_can_be_called_off_until_it_is_done(town: Town) -> None:
    town.workspace.refusal = "I may not make channels."
    await town.life(*await orders(town))

    await town.life(timer("moving.cancel", await town.cohort()))

    assert (await town.move()).stage == "cancelled"
    assert (await town.cohort()).spaces == (OLD.id,)
    assert town.teams.sent[-1] == (OLD.id, "This cohort stays here")


async def test_a_done_move_is_not_called_off(town: Town) -> None:
    await town.life(*await orders(town))

    await town.life(timer("moving.cancel", await town.cohort()))

    assert (await town.move()).stage == "done"


async def test_if_the_old_platform_is_gone_nothing_hangs_on_it(town: Town) -> None:
    town.teams.name = "closed"
    town.old = False

    await town.life(*await orders(town))

    assert town.told() == dict.fromkeys(SLACK.values(), 1)
    assert (await town.move()).stage == "done"


async def test_who_left_is_neither_told_nor_counted(town: Town) -> None:
    async with town.story() as it:
        await it.press("members.left", CEM, cohort=(await it.cohort()).id)

    await town.life(*await orders(town))

    assert SLACK[CEM.account] not in town.told()
    assert total(await town.move(), "member") == 2


async def test_who_asks_to_be_forgotten_leaves_nothing_of_the_move(town: Town) -> None:
    await town.life(*await orders(town))

    async with town.story() as it:
        cem = await it.known(CEM)
        await it.press("people.erase_now", CEM)
        assert (await it.read.find(Passage, person=cem.id)).items == ()
        assert (await it.read.find(Membership, person=cem.id)).items == ()


async def test_who_turns_out_to_be_somebody_else_is_not_told_again(town: Town) -> None:
    await town.life(*await orders(town))

    async with town.story() as it:
        bo, cem = await it.known(BO), await it.known(CEM)
        await it.commit(await carried(bo, cem, it.moment()))
        (kept,) = (await it.read.find(Passage, person=bo.id)).items
        again = await carried(bo, cem, it.moment())

    assert kept.told
    assert not again


async def test_the_one_message_says_that_nothing_is_lost(town: Town) -> None:
    said = words(moved(await town.cohort()))

    assert "nothing is lost" in said
    assert said.startswith(TOLD)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(1, WRITES, 8))
async def test_it_may_end_at_any_write_and_nobody_is_told_twice_or_lost(
    town: Town, dies_at: int, after: bool
) -> None:
    events = await orders(town)

    await town.life(*events, dies_at=dies_at, after=after)
    assert await town.life(*events)

    await whole(town)


@pytest.mark.parametrize("dies_at", range(3, WRITES, 12))
async def test_it_may_be_begun_anew_wherever_it_ended(town: Town, dies_at: int) -> None:
    events = await orders(town)

    await town.life(*events, dies_at=dies_at)
    assert await town.life(*events, await go(town))

    await whole(town)


async def whole(town: Town) -> None:
    """Everyone told once, all that was written there once, figures that add up."""
    move = await town.move()
    there = Counter(said for place, said in town.slack.sent if place == NEW.id)
    assert town.told() == dict.fromkeys(SLACK.values(), 1)
    assert there["Somebody has answered a question of your cohort"] == 3
    assert move.stage == "done"
    assert (reached(move, "member"), total(move, "member")) == (3, 3)
    assert (await town.cohort()).spaces == (NEW.id,)
    assert town.teams.sent.count((OLD.id, "This cohort goes on elsewhere")) == 1
