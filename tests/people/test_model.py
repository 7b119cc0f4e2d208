"""Who somebody is, over several accounts and sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.ports import Actor, Changes, Recipient, Rhythm, Viewer
from core.people.model import (
    RANKS,
    Account,
    From,
    Person,
    acquaint,
    by_account,
    meet,
    outranked,
    person_id,
    picked,
    recipient,
    refreshed,
    with_locale,
    with_zone,
)
from tests.people.world import ADA, BO, World


async def test_a_first_press_makes_a_person(life: World) -> None:
    await life.press("people.help")
    person = await life.known()
    assert person.id == person_id("main", ADA.account)
    assert (person.name, person.email) == ("Ada Example", "ada@example.org")
    assert (person.zone, person.zone_from) == ("Europe/Berlin", "platform")
    assert person.accounts == (ADA.account,)


async def test_a_normal_turn_writes_nothing(life: World) -> None:
    await life.press("people.help")
    assert not await life.press("people.help")
    assert (await life.known()).version == 1


async def test_a_new_name_is_taken_over(life: World) -> None:
    await life.press("people.help")
    await life.press("people.help", replace(ADA, name="Ada  Married\n Example"))
    assert (await life.known()).name == "Ada Married Example"


async def test_what_a_platform_leaves_out_stays(life: World) -> None:
    await life.press("people.help")
    await life.press("people.help", Actor(account=ADA.account))
    assert (await life.known()).name == "Ada Example"


async def test_doing_anything_answers_all_messages_so_far(life: World) -> None:
    await life.press("people.help")
    await life.sent(await life.known(), 2)
    await life.press("people.help")
    assert (await life.known()).heard == 2


async def test_the_last_active_account_comes_first(life: World) -> None:
    await life.press("people.help")
    slack = Actor(account="slack:t2:ada", name="Ada Example")
    joined = replace(await life.known(), accounts=(ADA.account, slack.account))
    account = Account(id=slack.account, person=joined.id)
    await life.commit(Changes(saves=(joined, account)))
    await life.press("people.help", slack)
    assert (await life.known()).accounts == (slack.account, ADA.account)
    assert (await life.known(slack)).id == joined.id


async def test_who_was_erased_comes_back_as_somebody_new(life: World) -> None:
    await life.press("people.help")
    old = await life.known()
    await life.press("people.erase_now")
    assert await by_account(life.read, ADA.account) is None
    await life.press("people.help")
    assert (await life.known()).id != old.id
    assert (await life.read.get(Person, old.id)) == Person(id=old.id, version=2, erased=True)


async def test_nobody_in_particular_cannot_be_met(life: World) -> None:
    event = replace(life.event("press", "people.help"), by=None)
    with pytest.raises(LookupError):
        await meet(event, life.moment())


async def test_the_worker_learns_how_to_reach_somebody(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    assert await recipient(life.read, ada.id) == Recipient(
        person=ada.id,
        accounts=(ADA.account,),
        viewer=Viewer(person=ada.id, locale="en", zone="Europe/Berlin"),
        rhythm=Rhythm(zone="Europe/Berlin"),
    )


async def test_nobody_writes_to_the_unknown_or_the_erased(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    await life.press("people.erase_now")
    assert await recipient(life.read, ada.id) is None
    assert await recipient(life.read, "nobody") is None


async def test_a_field_of_people_names_persons_or_accounts(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    event = replace(life.event("form", "x"), people=(BO,))
    moment = life.moment()
    assert (await picked(event, moment, ada.id))[0] == ada
    assert (await picked(event, moment, ADA.account))[0] == ada
    found, changes = await picked(event, moment, BO.account)
    assert found is not None
    assert (found.name, len(changes.saves)) == ("Bo Example", 2)


async def test_an_account_that_nobody_vouches_for_is_nobody(life: World) -> None:
    event = life.event("form", "x")
    assert (await picked(event, life.moment(), "teams:t1:forged"))[0] is None
    assert (await picked(event, life.moment(), "forged"))[0] is None


async def test_being_listed_is_not_being_heard(life: World) -> None:
    await life.press("people.help")
    await life.sent(await life.known(), 2)
    person, changes = await acquaint("main", ADA, life.moment())
    assert (person.heard, bool(changes)) == (0, False)


def test_a_persons_own_choice_stands_against_every_other_source() -> None:
    own = with_zone(Person(id="p"), "Asia/Tokyo", "own")
    assert with_zone(own, "Europe/Berlin", "platform") == own
    assert with_zone(own, "Europe/Paris", "own").zone == "Europe/Paris"


@given(st.sampled_from(RANKS), st.sampled_from(RANKS))
def test_the_better_source_wins_in_whatever_order_they_come(one: From, other: From) -> None:
    zones = {one: "Europe/Berlin", other: "Asia/Tokyo"}
    there, back = Person(id="p"), Person(id="p")
    for source in (one, other):
        there = with_zone(there, zones[source], source)
    for source in (other, one):
        back = with_zone(back, zones[source], source)
    assert there == back
    assert not outranked(there.zone_from, one)


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "x" * 4000])
def test_a_zone_that_is_none_is_not_taken_over(zone: str) -> None:
    assert with_zone(Person(id="p"), zone, "platform") == Person(id="p")


@pytest.mark.parametrize("locale", ["", "en'; --", "x" * 4000, "de-", "ü"])
def test_a_language_that_is_none_is_not_taken_over(locale: str) -> None:
    assert with_locale(Person(id="p"), locale, "platform") == Person(id="p")


def test_languages_are_written_with_a_dash() -> None:
    assert with_locale(Person(id="p"), "de_DE", "platform").locale == "de-DE"


def test_a_guest_somewhere_is_no_guest_where_they_belong() -> None:
    guest = refreshed(Person(id="p"), Actor(account="slack:t2:a", guest=True))
    assert guest.guest
    assert not refreshed(guest, Actor(account="teams:t1:a")).guest


def test_absurdly_long_names_are_cut() -> None:
    assert len(refreshed(Person(id="p"), Actor(account="a", name="n" * 9999)).name) == 80
