"""Whom a link is for: gathered page by page, each once, and counted with reasons."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.cohorts.model import Membership
from core.courses.audience.model import Count, count_id, mails_in
from core.courses.model import Roll, Send
from core.engine.ports import Actor, Address, Answer, Invalid, Origin
from tests.courses.sending.office import LINK, MONDAY, PLAN, Office, seen
from tests.people.world import words

NIGHTS = "fake:t1:nights"


async def counted(life: Office, it: Send) -> Count:
    found = await life.read.get(Count, count_id(it))
    assert found is not None
    return found


async def test_everyone_is_counted_with_a_reason(life: Office) -> None:
    names = ["bo", "cem", "dee", "eve", "fay", "gil", "hal", "ivy", "jo", "kim"]
    await life.team(names)
    await life.turns("cem", zone="Asia/Tokyo")
    await life.turns("dee", paused_until=MONDAY + timedelta(days=3))
    await life.turns("eve", stopped=True)
    await life.turns("fay", accounts=())
    await life.keep(Address(id="fake:t1:gil", state="blocked"))
    await life.keep(Address(id="fake:t1:hal", state="not_installed"))
    await life.counts("sent", "ivy", 3)
    await life.counts("sent/2026-W10", "jo", 3)
    await life.turns("jo", heard=3)
    await life.turns("kim", erased=True, name="", email="", accounts=())
    it = await life.plans(await life.drafts())
    count = await counted(life, it)
    assert (count.all, count.will) == (10, 1)
    assert count.held == {"hours": 1, "paused": 1, "budget": 1}
    assert count.cannot == {
        "stopped": 1,
        "no way": 1,
        "blocked": 1,
        "not_installed": 1,
        "silent": 1,
        "gone": 1,
    }
    card = seen(await life.desk(it))
    assert "Get it at once 1" in card
    assert "outside their hours: 1" in card
    assert "asked for no messages: 1" in card


async def test_the_sender_gets_it_only_as_a_member(life: Office) -> None:
    await life.team(["bo"])
    assert (await counted(life, await life.plans(await life.drafts()))).all == 1
    await life.joins("ada")
    assert (await counted(life, await life.plans(await life.drafts(f"{LINK}/2")))).all == 2


async def test_guests_are_left_out_where_the_cohort_is_without_them(life: Office) -> None:
    await life.team(["bo", "cem"], guests=False)
    await life.turns("cem", guest=True)
    it = await life.plans(await life.drafts())
    assert (await counted(life, it)).cannot == {"guest": 1}
    await life.goes(it)
    await life.passes(seconds=70)
    assert await life.state(it, "cem") == "skipped guest"
    assert "Cem: is a guest" in words(await life.does("courses.unreached", id=it.id))


async def test_who_is_only_invited_or_has_left_is_not_in_the_audience(life: Office) -> None:
    cohort = await life.team(["bo", "cem"])
    left = await life.read.get(Membership, f"{cohort.id}/cem")
    assert left is not None
    await life.keep(replace(left, state="left"))
    assert (await counted(life, await life.plans(await life.drafts()))).all == 1


async def test_a_large_cohort_is_frozen_in_rolls_of_two_hundred(life: Office) -> None:
    await life.team(f"p{n}" for n in range(450))
    it = await life.plans(await life.drafts())
    rolls = (await life.read.find(Roll, send=it.id)).items
    assert sorted(len(roll.people) for roll in rolls) == [50, 200, 200]
    assert it.pages == 3
    assert len({one for roll in rolls for one in roll.people}) == 450
    assert (await counted(life, it)).all == 450


async def test_people_are_named(life: Office) -> None:
    await life.team(["bo"])
    await life.hire("cem", "dee")
    it = await life.plans(await life.drafts(), to="people", people="cem,dee,cem,nobody")
    assert it.audience is not None
    assert it.audience.ids == ("cem", "dee")
    assert it.cohort == ""
    assert (await counted(life, it)).all == 2


async def test_pasted_addresses_are_people_or_strangers(life: Office) -> None:
    await life.team(["bo"])
    await life.hire("cem")
    sheet = "Name;Mail\nBo;Bo@Example.org\nCem;cem@example.org\nX;x@example.org\nBo;bo@example.org"
    it = await life.plans(await life.drafts(), to="mails", mails=sheet)
    count = await counted(life, it)
    assert (count.all, count.will, count.cannot) == (3, 2, {"unknown": 1})
    it = await life.plans(it, to="mails", mails="", purpose="Another")
    again = await counted(life, it)
    assert (again.all, again.will, again.cannot) == (3, 2, {"unknown": 1})
    assert it.round == 2
    await life.passes(seconds=1)
    assert {one.id.split("/")[1] for one in (await life.read.find(Roll, send=it.id)).items} == {"2"}


async def test_an_address_that_two_have_is_nobody_s(life: Office) -> None:
    await life.team(["bo"])
    await life.hire("cem", "dee", email="same@example.org")
    it = await life.plans(await life.drafts(), to="mails", mails="same@example.org")
    assert (await counted(life, it)).cannot == {"unknown": 1}


async def test_thousands_of_addresses_are_resolved_roll_by_roll(life: Office) -> None:
    await life.team(f"p{n}" for n in range(300))
    mails = "\n".join(f"p{n}@example.org" for n in range(1000))
    it = await life.plans(await life.drafts(), to="mails", mails=mails)
    count = await counted(life, it)
    assert (count.all, count.will, count.cannot) == (1000, 300, {"unknown": 700})
    assert it.pages == 5


async def test_a_place_is_asked_who_is_in_it(life: Office) -> None:
    await life.team(["bo"], spaces=(NIGHTS,))
    life.members = [
        Answer(people=tuple(actor(f"p{n}") for n in range(250)), cursor="2"),
        Answer(people=(actor("p1"), actor("q1"))),
    ]
    it = await life.plans(await life.drafts(), to=f"place:{NIGHTS}")
    assert (await counted(life, it)).all == 251
    assert it.state == "ready"
    assert it.pages == 3


async def test_pages_that_repeat_for_ever_come_to_an_end(life: Office) -> None:
    await life.team(["bo"], spaces=(NIGHTS,))
    life.members = [Answer(people=(actor("p1"),), cursor="again")] * 50
    it = await life.plans(await life.drafts(), to=f"place:{NIGHTS}")
    assert (it.state, (await counted(life, it)).all) == ("ready", 1)
    assert len(life.members) > 40


async def test_a_place_that_does_not_tell_is_said(life: Office) -> None:
    await life.team(["bo"], spaces=(NIGHTS,))
    life.members = [Answer(error="not allowed")]
    it = await life.plans(await life.drafts(), to=f"place:{NIGHTS}")
    assert (it.state, it.halt) == ("draft", "unlisted")
    assert "could not read who is in there" in seen(await life.desk(it))


async def test_an_audience_of_nobody_is_said(life: Office) -> None:
    await life.team([])
    it = await life.plans(await life.drafts())
    assert (it.state, it.halt) == ("draft", "nobody")


async def test_a_group_of_the_directory_is_found_by_name_where_that_is_allowed(
    life: Office,
) -> None:
    await life.team(["bo"])
    life.directory = Answer(values={"groups": '[{"id":"g1","name":"Night shift","size":2}]'})
    it = await life.drafts()
    assert "To a group" in seen(await life.desk(it))
    await life.does("courses.group", {"words": "night"}, id=it.id)
    assert any("Night shift (2)" in seen(one) for one in life.chat.of(life.account))
    life.members = [Answer(people=(actor("p1"), actor("p2")))]
    args = {"id": it.id, "to": "group:g1", "group": "Night shift"}
    opened = await life.does("courses.plan", None, **args)
    assert "Night shift" in words(opened)
    await life.does("courses.plan", {**PLAN, "to": "group:g1"}, **args)
    it = await life.send(it.id)
    assert (it.state, (await counted(life, it)).all) == ("ready", 2)
    assert "Night shift" in seen(await life.desk(it))


async def test_without_a_directory_no_group_is_offered(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    assert "To a group" not in seen(await life.desk(it))
    assert "no longer here" in words(await life.does("courses.group", {"words": "x"}, id=it.id))


async def test_changing_the_audience_counts_anew_and_forgets_the_old_rolls(life: Office) -> None:
    await life.team(["bo", "cem"])
    it = await life.plans(await life.drafts())
    it = await life.plans(it, to="people", people="bo")
    assert (it.round, (await counted(life, it)).all) == (2, 1)
    [roll] = (await life.read.find(Roll, send=it.id)).items
    assert roll.id == f"{it.id}/2/0"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"purpose": "x" * 201}, "purpose"),
        ({"question": ""}, "question"),
        ({"to": ""}, "to"),
        ({"to": "cohort:"}, "to"),
        ({"to": "cohort:nope"}, "to"),
        ({"to": "place:fake:t1:elsewhere"}, "to"),
        ({"to": "everyone"}, "to"),
        ({"to": "people", "people": ""}, "people"),
        ({"to": "people", "people": ",".join(f"p{n}" for n in range(201))}, "people"),
        ({"to": "mails", "mails": "no address"}, "mails"),
        ({"to": "mails", "mails": " ".join(f"a{n}@b.org" for n in range(5001))}, "mails"),
        ({"open": "true"}, "open"),
        ({"to": "people", "people": "bo", "open": "true"}, "open"),
        ({"due": "yesterday"}, "due"),
        ({"due": "2026-03-01"}, "due"),
        ({"due": "2099-01-01"}, "due"),
        ({"day": "2026-03-01", "hour": "9"}, "day"),
        ({"day": "2026-03-02", "hour": "9"}, "day"),
        ({"day": "2036-03-02", "hour": "9"}, "day"),
        ({"day": "soon", "hour": "9"}, "day"),
        ({"day": "2026-03-09", "hour": "25"}, "day"),
        ({"day": "9999-12-31", "hour": "23"}, "day"),
        ({"hour": "9"}, "day"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    life: Office, values: dict[str, str], field: str
) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    again = await life.does("courses.plan", {**PLAN, **values}, id=it.id)
    assert isinstance(again, Invalid)
    assert set(again.form.errors) == {field}
    kept = {one.name: one.value for one in again.form.fields}
    assert kept["purpose"] == values.get("purpose", PLAN["purpose"])
    assert (await life.send(it.id)).state == "draft"


async def test_a_forged_cohort_is_none_of_theirs(life: Office) -> None:
    cohort = await life.team(["bo"])
    await life.keep(replace(cohort, id="c2", owner="bo", facilitator="bo", code="OTHER"))
    it = await life.drafts()
    again = await life.does("courses.plan", {**PLAN, "to": "cohort:c2"}, id=it.id)
    assert isinstance(again, Invalid)


async def test_a_place_where_it_began_may_be_its_audience(life: Office) -> None:
    await life.team(["bo"], spaces=(NIGHTS,))
    await life.at_home("fake:t1:other", "Other")
    there = Origin(place="fake:t1:other", title="Other")
    await life.does("courses.send", {"url": LINK}, "", there)
    it = await life.plans(await life.send(), to="place:fake:t1:other", open="true")
    assert (it.state, it.open) == ("ready", True)
    another = await life.drafts(f"{LINK}/2")
    again = await life.does("courses.plan", {**PLAN, "to": "place:fake:t1:other"}, id=another.id)
    assert isinstance(again, Invalid)


@given(st.text(max_size=300))
def test_any_text_is_searched_for_addresses_without_harm(text: str) -> None:
    for mail in mails_in(text):
        assert "@" in mail
        assert mail == mail.lower()


@given(
    st.lists(st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), max_size=30),
    st.sampled_from("\n,;\t |"),
)
def test_addresses_are_found_however_they_are_put(names: list[str], between: str) -> None:
    mails = [f"{name}@example.org" for name in names]
    assert mails_in(between.join(mails)) == tuple(dict.fromkeys(mails))


def actor(name: str) -> Actor:
    return Actor(account=f"fake:t1:{name}", name=name.capitalize())
