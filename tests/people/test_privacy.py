"""See, take along, erase."""

import json

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.ports import (
    Address,
    Changes,
    Deliver,
    Diary,
    Event,
    Moment,
    Say,
    Told,
    ToPerson,
)
from core.message import Text, plain, say
from core.people.model import Account, Person, by_account
from core.people.privacy.handlers import PART, cut, erase_now, export, exported, forget
from tests.people.world import ADA, BO, CHANNEL, MONDAY, World, said


async def test_privacy_says_in_plain_words_what_is_kept(life: World) -> None:
    answer = said(await life.write("privacy"))
    assert "ada@example.org" in answer
    assert "managers have no view of you" in answer


async def test_a_copy_holds_everything_as_json(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    told = Told(at=MONDAY, summary=say("test.what", "A {n}", n=1), purpose=say("test.y", "Why"))
    await life.commit(Changes(saves=(Diary(id=ada.id, told=(told,)),)))
    changes = await life.press("people.export")
    assert isinstance(changes.reply, Say)
    kept = json.loads(plain(changes.reply.post.blocks[1].text))  # type: ignore[union-attr]
    assert kept["person"]["accounts"] == [ADA.account]
    assert kept["person"]["unasked"] == [
        {"at": "2026-03-02T08:30:00Z", "message": "A 1", "why": "Why"}
    ]


async def test_a_long_copy_comes_in_parts_that_fit_together(life: World) -> None:
    async def long(me: Person, moment: Moment) -> dict[str, object]:
        return {"words": ["x" * 500] * 30}

    event = life.event("press", "people.export")
    changes = await export({"long": long}, event, life.moment(), Person(id="p"))
    posts = [changes.reply.post] if isinstance(changes.reply, Say) else []
    posts += [job.work.post for job in changes.jobs if isinstance(job.work, Deliver)]
    texts = [plain(b.text) for post in posts for b in post.blocks if isinstance(b, Text)]
    assert len(texts) == 1 + len({job.key for job in changes.jobs}) == 8
    assert json.loads("".join(texts)) == {"long": {"words": ["x" * 500] * 30}}


@given(st.lists(st.text("ab\n", max_size=60).map(lambda text: text * 100), max_size=9))
def test_parts_are_short_and_nothing_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(cut(text)) == text
    assert all(0 < len(part) <= PART for part in cut(text)) or not text


async def test_in_a_channel_a_copy_goes_to_its_owner_only(life: World) -> None:
    changes = await life.press("people.export", origin=CHANNEL)
    assert "example.org" not in said(changes)
    works = [job.work for job in changes.jobs]
    assert all(isinstance(w, Deliver) and isinstance(w.target, ToPerson) for w in works)


async def test_erasing_asks_first(life: World) -> None:
    await life.write("erase")
    changes = await life.write("delete")
    assert "can’t be undone" in said(changes)
    assert (await life.known()).name == "Ada Example"


async def test_erasing_leaves_a_reference_and_no_name(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    address = Address(id=ADA.account, ref={"conversation": "c"})
    await life.commit(Changes(saves=(Diary(id=ada.id), address)))
    changes = await life.press("people.erase_now")
    assert "your reference is" in said(changes)
    assert await life.read.get(Person, ada.id) == Person(id=ada.id, version=2, erased=True)
    for kind, id in ((Account, ADA.account), (Address, ADA.account), (Diary, ada.id)):
        assert await life.read.get(kind, id) is None


async def test_erasing_finds_nothing_by_the_address_of_e_mail(life: World) -> None:
    await life.press("people.help")
    await life.press("people.erase_now")
    assert (await life.read.find(Person, email="ada@example.org")).items == ()


async def test_erasing_as_a_first_act_does_no_harm(life: World) -> None:
    await life.press("people.erase_now")
    assert await by_account(life.read, ADA.account) is None
    await life.press("people.help")
    assert (await life.known()).name == "Ada Example"


async def test_erasing_oneself_touches_nobody_else(life: World) -> None:
    await life.press("people.help")
    await life.press("people.help", BO)
    bo = await life.known(BO)
    await life.press("people.erase_now", person=bo.id, id=bo.id)
    assert await life.known(BO) == bo


async def test_every_slice_erases_what_it_hangs_on_a_person(life: World) -> None:
    async def other(me: Person, moment: Moment) -> Changes:
        return Changes(deletes=(Diary(id=f"other-{me.id}"),))

    event: Event = life.event("press", "people.erase_now", origin=CHANNEL)
    me = Person(id="p", name="Ada Example")
    changes = await erase_now((other, forget), event, life.moment(), me)
    assert changes.deletes == (Diary(id="other-p"),)
    assert changes.saves == (Person(id="p", erased=True),)
    assert "erased" in said(changes)


async def test_a_copy_without_messages_says_so(life: World) -> None:
    assert (await exported(Person(id="p"), life.moment()))["unasked"] == []


async def test_a_name_saved_and_erased_at_once_is_erased(life: World) -> None:
    await life.press("people.help")
    await life.press("people.erase_now", replace(ADA, name="New Name"))
    page = await life.read.find(Person)
    assert [person.name for person in page.items] == [""]
