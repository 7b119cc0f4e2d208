"""What is kept of a person: theirs to take along and to erase; two persons who are one."""

from core.cohorts.workshops.personal import exported, forget, merged
from core.cohorts.workshops.signup.model import ATTENDED, Seats, Signup
from core.cohorts.workshops.thread.model import BOARD, Leftover
from core.engine.ports import Actor, Changes
from tests.cohorts.story import CEM, DEE, TEAM, Story, chat, words
from tests.people.world import BO
from tests.workshops.session import (
    EVE,
    STARTS,
    choice,
    ended,
    how,
    planned,
    private,
    signs,
    workshop,
)


async def attends(life: Story, *people: Actor) -> None:
    code = (await workshop(life)).code
    before, life.now = life.now, STARTS
    for who in people:
        await life.write(f"here {code}", who, chat(who))
    life.now = before


async def leaves(life: Story, text: str, who: Actor) -> None:
    args = {"workshop": (await workshop(life)).id}
    await life.hands_in("workshops.leave", {"left": text}, args, who, TEAM)


async def sums(life: Story) -> list[int]:
    one = await workshop(life)
    names = ("workshops.room", "workshops.online", "workshops.waiting", ATTENDED, BOARD)
    return [await life.read.tally(name, one.id) for name in names]


async def seats(life: Story) -> int:
    found = await life.read.get(Seats, (await workshop(life)).id)
    return found.taken if found else 0


async def test_all_of_it_can_be_taken_along(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO)
    await attends(life, BO)
    await ended(life)
    await leaves(life, "Who?", BO)
    kept = await exported(await life.known(BO), life.moment())
    assert "session" in str(kept["signups"])
    assert "Who?" in str(kept["questions"])


async def test_who_is_erased_frees_their_seat_and_leaves_no_question(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    await attends(life, BO)
    changes = await forget(await life.known(BO), life.moment())
    await life.commit(changes)
    assert private(changes, "workshop-seat") == [((await life.known(DEE)).id, "person")]
    assert await sums(life) == [2, 0, 0, 0, 0]
    assert await seats(life) == 2
    assert (await exported(await life.known(BO), life.moment()))["signups"] == []


async def test_the_question_of_who_is_erased_is_off_the_card(life: Story) -> None:
    await planned(life)
    one = await ended(life)
    await leaves(life, "Who?", BO)
    await life.commit(await forget(await life.known(BO), life.moment()))
    assert "Who?" not in words(await life.see(f"workshop-after/{one.id}"))
    assert await sums(life) == [0, 0, 0, 0, 0]


async def together(life: Story, kept: Actor, gone: Actor) -> Changes:
    """All pages, as the merging timer walks them."""
    whole = Changes()
    for _ in range(5):
        changes = await merged(await life.known(kept), await life.known(gone), life.moment())
        if not changes:
            return whole
        await life.commit(changes)
        whole += changes
    raise AssertionError("merging never ends")


async def test_a_sign_up_goes_over_to_the_person_they_turned_out_to_be(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO)
    await attends(life, BO)
    await together(life, CEM, BO)
    assert [await choice(life, who) for who in (CEM, BO)] == ["room", ""]
    assert await how(life, CEM) == "session"
    assert (await sums(life), await seats(life)) == ([1, 0, 0, 1, 0], 1)


async def test_of_two_seats_one_is_given_to_who_waits(life: Story) -> None:
    await planned(life)
    await signs(life, "room", BO, CEM, DEE)
    await attends(life, BO, CEM)
    whole = await together(life, CEM, BO)
    assert private(whole, "workshop-seat") == [((await life.known(DEE)).id, "person")]
    assert [await choice(life, who) for who in (CEM, BO, DEE)] == ["room", "", "room"]
    assert (await sums(life), await seats(life)) == ([2, 0, 0, 1, 0], 2)


async def test_who_waits_for_their_own_seat_has_it(life: Story) -> None:
    """Bo has a seat, Eve, who is Bo, waits: the later word stands, and the seat is theirs."""
    await planned(life, capacity="1")
    await signs(life, "room", BO)
    await signs(life, "room", EVE)
    await together(life, BO, EVE)
    assert await choice(life, BO) == "room"
    assert (await sums(life), await seats(life)) == ([1, 0, 0, 0, 0], 1)


async def test_of_two_questions_the_later_one_stands_and_counts_once(life: Story) -> None:
    await planned(life)
    one = await ended(life)
    await leaves(life, "First?", BO)
    life.now = life.now.replace(microsecond=5)
    await leaves(life, "Later?", CEM)
    await together(life, BO, CEM)
    card = words(await life.see(f"workshop-after/{one.id}"))
    assert "Later?" in card
    assert "First?" not in card
    assert await life.read.tally(BOARD, one.id) == 1
    kept = [row.person for row in (await life.read.find(Leftover)).items]
    assert kept == [(await life.known(BO)).id]


async def test_counts_stay_right_whoever_is_merged_into_whom(life: Story) -> None:
    await planned(life)
    await signs(life, "online", BO)
    await signs(life, "no", CEM)
    await together(life, BO, CEM)
    rows = (await life.read.find(Signup)).items
    assert len(rows) == 1
    sums = [await life.read.tally(f"workshops.{it}", rows[0].workshop) for it in ("online", "no")]
    assert sorted(sums) == [0, 1]
    assert rows[0].person == (await life.known(BO)).id
