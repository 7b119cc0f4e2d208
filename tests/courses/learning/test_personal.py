"""Taken along, erased, carried over: nothing of a person stays behind, and the figures follow."""

from pathlib import Path

from msgspec.structs import replace

from core.courses.after.model import Reflection, Worked
from core.courses.after.personal import exported as exported_after
from core.courses.after.personal import merged as merged_after
from core.courses.learning.personal import exported, merged
from core.courses.model import Learning, Send
from core.engine.ports import Changes, Delivery
from core.people.model import Person
from tests.cohorts.story import CEM, TEAM, Story, chat, words
from tests.courses.learning.lesson import (
    ELI,
    EVERYONE,
    again,
    columns,
    confirms,
    does,
    learning,
    opens,
    rows_with,
    sent,
)
from tests.courses.learning.test_after import WORDS, writes
from tests.courses.learning.test_confirming import done

KINDS = (Learning, Reflection, Worked)


async def lived(life: Story) -> Send:
    """Eli has opened, said, been confirmed, written and answered."""
    send = await sent(life, *EVERYONE)
    await opens(life, send, ELI)
    await does(life, "courses.done", ELI, send)
    await confirms(life, done(life))
    await writes(life, send, ELI, sight="cohort")
    await does(life, "courses.worked", ELI, send, answer="yes")
    return send


async def test_a_copy_holds_all_of_it(life: Story) -> None:
    await lived(life)
    eli = await life.known(ELI)
    told = f"{await exported(eli, life.moment())} {await exported_after(eli, life.moment())}"
    assert "Feedback that lands" in told
    assert WORDS in told
    assert "'answer': 'yes'" in told


async def test_erasing_takes_all_of_it_and_the_figures_with_it(life: Story, tmp_path: Path) -> None:
    send = await lived(life)
    await opens(life, send, CEM)
    eli = (await life.known(ELI)).id
    assert await columns(life, send) == (2, 1, 1)
    assert rows_with(tmp_path, WORDS)
    await life.press("people.erase_now", ELI, chat(ELI))
    assert await columns(life, send) == (1, 0, 0)
    assert await life.read.tally("courses.worked.yes", send.id) == 0
    assert await life.read.tally("courses.shared", send.id) == 0
    assert WORDS not in words(await life.seen(f"course-said/{send.id}"))
    for kind in KINDS:
        assert (await life.read.find(kind, person=eli)).items == ()
    assert rows_with(tmp_path, WORDS) == []


async def test_who_was_erased_cannot_be_confirmed_any_more(life: Story) -> None:
    await lived(life)
    await life.press("people.erase_now", ELI, chat(ELI))
    assert not await confirms(life, done(life))


async def both(life: Story) -> tuple[Person, Person]:
    """Eli, and who turns out to be Eli."""
    return await life.known(ELI), await life.known(CEM)


async def carried(life: Story, kept: Person, gone: Person) -> None:
    for merger in (merged, merged_after):
        while changes := await merger(kept, gone, life.moment()):
            await life.commit(changes)


async def test_two_who_are_one_count_once_and_the_first_time_stays(life: Story) -> None:
    send = await lived(life)
    first = await learning(life, send, ELI)
    await opens(life, send, CEM)
    await does(life, "courses.done", CEM, send)
    await does(life, "courses.worked", CEM, send, answer="no")
    assert await columns(life, send) == (2, 2, 1)
    eli, cem = await both(life)
    await carried(life, eli, cem)
    assert await columns(life, send) == (1, 1, 1)
    found = await learning(life, send, ELI)
    assert found is not None
    assert first is not None
    assert found.steps == first.steps
    assert (await life.read.find(Learning, person=cem.id)).items == ()
    assert await life.read.tally("courses.worked.yes", send.id) == 1
    assert await life.read.tally("courses.worked.no", send.id) == 0


async def test_what_only_one_account_had_is_the_other_s_now(life: Story) -> None:
    send = await lived(life)
    eli, cem = await both(life)
    await carried(life, cem, eli)
    assert await columns(life, send) == (1, 1, 1)
    for kind in KINDS:
        assert len((await life.read.find(kind, person=cem.id)).items) == 1
        assert (await life.read.find(kind, person=eli.id)).items == ()
    assert WORDS in words(await life.seen(f"reflected/{send.id}/{cem.id}"))
    assert await life.see(f"reflected/{send.id}/{eli.id}") is None
    assert await life.read.tally("courses.shared", send.id) == 1


async def test_a_send_that_is_gone_leaves_nothing_to_stumble_over(life: Story) -> None:
    send = await lived(life)
    await life.commit(Changes(deletes=(await again(life, send),)))
    assert await life.see(f"course/{send.id}", ELI) is None
    assert await life.see(f"course-said/{send.id}") is None
    assert not await confirms(life, done(life))
    await life.press("people.erase_now", ELI, chat(ELI))
    assert (await life.read.find(Learning)).items == ()


async def test_an_erased_delivery_takes_nobody_s_figures_along(life: Story) -> None:
    send = await lived(life)
    eli = (await life.known(ELI)).id
    brought = await life.read.get(Delivery, f"{send.id}/{eli}")
    assert brought is not None
    await life.commit(Changes(deletes=(brought,)))
    at = replace(TEAM, slot=f"course/{send.id}")
    await does(life, "courses.undone", ELI, send, at, step="0")
    assert (await columns(life, send))[2] == 1
