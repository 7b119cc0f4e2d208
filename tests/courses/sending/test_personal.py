"""Who goes takes their name along; who turns out to be another is counted once."""

from msgspec.structs import replace

from core.courses.model import Roll, Send
from core.courses.sending import personal
from core.engine.ports import Delivery, Moment
from core.people.model import Person
from tests.courses.sending.office import LINK, Office, seen


def moment(life: Office) -> Moment:
    return Moment(life.read, life.clock.now(), "test")


async def person(life: Office, name: str) -> Person:
    found = await life.read.get(Person, name)
    assert found is not None
    return found


async def deliveries(life: Office, it: Send) -> tuple[Delivery, ...]:
    return (await life.read.find(Delivery, campaign=it.id)).items


async def test_what_was_sent_stays_without_the_name_of_who_sent_it(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends()
    draft = await life.drafts(f"{LINK}/2")
    await life.does("people.erase_now")
    await life.passes(seconds=60)
    assert (await life.read.get(Send, it.id)) is not None
    assert (await life.send(it.id)).by == ""
    assert await life.read.get(Send, draft.id) is None
    assert len(life.chat.of("fake:t1:bo", "course")) == 1


async def test_who_was_sent_it_is_counted_without_a_name(life: Office) -> None:
    await life.team(["bo", "cem"])
    it = await life.sends()
    await life.does("people.erase_now", None, "bo")
    await life.passes(seconds=60)
    rows = await deliveries(life, it)
    assert {row.person for row in rows} == {"", "cem"}
    assert all("bo" not in row.id for row in rows)
    assert "Sent 2 of 2" in seen(await life.desk(it))


async def test_who_was_yet_to_get_it_counts_as_gone(life: Office) -> None:
    await life.team(["bo", "cem"])
    await life.turns("bo", zone="Asia/Tokyo")
    it = await life.sends()
    assert await life.state(it, "bo") == "held hours"
    await life.does("people.erase_now", None, "bo")
    await life.passes(hours=30)
    card = seen(await life.desk(it))
    assert "Sent 1 of 2" in card
    assert "Not reached 1" in card
    assert not life.chat.of("fake:t1:bo", "course")


async def test_rolls_that_wait_name_nobody_who_was_erased(life: Office) -> None:
    await life.team([])
    await life.hire("bo", "cem")
    it = await life.plans(await life.drafts(), to="people", people="bo,cem")
    await life.does("people.erase_now", None, "bo")
    await life.passes(seconds=5)
    [roll] = (await life.read.find(Roll, send=it.id)).items
    assert roll.people == ("", "cem")
    it = await life.send(it.id)
    assert it.audience is not None
    assert it.audience.ids == ("cem",)


async def test_rolls_that_have_gone_out_name_nobody(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends(to="people", people="bo")
    assert all(not roll.people for roll in (await life.read.find(Roll, send=it.id)).items)
    assert it.audience is not None
    assert it.audience.ids == ()


async def test_a_copy_has_what_was_sent_and_what_was_got(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends(to="people", people="bo,ada")
    mine = await personal.exported(await person(life, "ada"), moment(life))
    assert it.id in str(mine["sent"])
    assert "bo" not in str(mine["sent"])
    theirs = await personal.exported(await person(life, "bo"), moment(life))
    assert theirs["sent"] == []
    assert it.id in str(theirs["got"])


async def test_two_who_turn_out_to_be_one_are_sent_it_once_and_add_up(life: Office) -> None:
    await life.team(["bo", "cem", "dee"])
    await life.turns("dee", zone="Asia/Tokyo")
    it = await life.sends()
    for kept, gone in (("bo", "cem"), ("ada", "dee")):
        both = (await person(life, kept), await person(life, gone))
        await life.commits(await personal.merged(*both, moment(life)))
        assert not await personal.merged(*both, moment(life))
    rows = await deliveries(life, it)
    assert sorted(row.person for row in rows) == ["", "ada", "bo"]
    assert "of 3" in seen(await life.desk(it))
    await life.turns("dee", into="ada", erased=True, accounts=())
    await life.passes(hours=30)
    assert await life.state(it, "ada") == "sent"
    assert "Sent 3 of 3" in seen(await life.desk(it))


async def test_two_who_become_one_before_it_goes_get_it_once(life: Office) -> None:
    await life.team(["bo", "cem"])
    it = await life.plans(await life.drafts())
    await life.goes(it)
    await life.turns("cem", into="bo", erased=True, accounts=(), email="")
    await life.passes(seconds=70)
    card = seen(await life.desk(it))
    assert "Sent 1 of 2" in card
    assert "Not reached 1" in card
    assert len(life.chat.of("fake:t1:bo", "course")) == 1


async def test_what_the_other_had_sent_is_carried_over(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends()
    await life.hire("zoe")
    changes = await personal.merged(
        await person(life, "zoe"), await person(life, "ada"), moment(life)
    )
    await life.commits(changes)
    assert (await life.send(it.id)).by == "zoe"


async def test_a_person_who_only_changes_starts_no_walk(life: Office) -> None:
    await life.team(["bo"])
    bo = await person(life, "bo")
    event = life.answered(await life.drafts())
    assert not await personal.erased(bo, replace(bo, name="Bob"), event, moment(life))
    assert not await personal.erased(None, bo, event, moment(life))
    gone = replace(bo, erased=True, into="cem")
    assert not await personal.erased(bo, gone, event, moment(life))
