"""One person with several accounts: by e-mail, by code, and apart again."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.errors import Conflict
from core.engine.ports import (
    Actor,
    Address,
    Changes,
    Deliver,
    Origin,
    Show,
    ToPerson,
    Viewer,
)
from core.people.accounts.model import CODE, Code, code_in, digest, drawn, united
from core.people.model import Account, Person, Twins, acquaint, alive, recipient, twins_id
from core.product import handle, view
from tests.people.world import ADA, BO, CHANNEL, CHAT, World, said, told

SLACK = Actor(account="slack:t9:U1", name="Ada on Slack", email="ADA@example.org ")
GROUP = Actor(account="workplace:c1:7", name="Ada at Work")
LATER = timedelta(minutes=16)
THERE = Origin(place="slack:t9:D1", private=True)
WORK = Origin(place="workplace:c1:chat-7", private=True)


async def met(life: World, *actors: Actor) -> list[Person]:
    """People have written something, one after another."""
    for actor in actors:
        await life.press("people.thanks", actor, chat(actor))
    return [await life.known(actor) for actor in actors]


def chat(actor: Actor) -> Origin:
    return Origin(place=f"{actor.account}-chat", private=True)


def shows(changes: Changes) -> list[tuple[str, str]]:
    """To whom which card is brought."""
    works = [job.work for job in changes.jobs]
    return [
        (work.target.person, work.slot)
        for work in works
        if isinstance(work, Show) and isinstance(work.target, ToPerson)
    ]


def sent_to(changes: Changes) -> list[str]:
    """To which accounts something is said."""
    works = [job.work for job in changes.jobs]
    return [
        work.target.account
        for work in works
        if isinstance(work, Deliver) and isinstance(work.target, ToPerson)
    ]


def code_of(changes: Changes) -> str:
    found = re.search(r"link ([2-9A-Z]{4}-[2-9A-Z]{4})", said(changes))
    assert found is not None
    return found[1]


async def pair_of(life: World, one: Actor, other: Actor) -> Twins:
    first, second = await life.known(one), await life.known(other)
    pair = await life.read.get(Twins, twins_id(first.id, second.id))
    assert pair is not None
    return pair


# --- by e-mail ----------------------------------------------------------------------------------


async def test_a_verified_e_mail_that_one_person_has_makes_the_account_theirs(life: World) -> None:
    (ada,) = await met(life, ADA)
    changes = await life.press("people.thanks", SLACK, THERE)
    known = await life.known(SLACK)
    assert known.id == ada.id
    assert known.accounts == (SLACK.account, ADA.account)
    assert shows(changes) == [(ada.id, f"joined/{SLACK.account}")]


async def test_they_are_told_once_and_only_they(life: World) -> None:
    (ada,) = await met(life, ADA)
    await met(life, SLACK)
    slot = f"joined/{SLACK.account}"
    post = await view(life.moment(), slot, Viewer(person=ada.id))
    assert post is not None
    assert shows(await life.press("people.thanks", SLACK, THERE)) == []
    (bo,) = await met(life, BO)
    assert await view(life.moment(), slot, Viewer(person=bo.id)) is None
    assert await view(life.moment(), slot, Viewer()) is None


@pytest.mark.parametrize(
    "actor",
    [
        replace(SLACK, guest=True),
        replace(SLACK, email=""),
        replace(SLACK, email="\u0430da@example.org"),
        replace(SLACK, email="ada@example.org@evil.example"),
        replace(SLACK, email="ada @example.org"),
        replace(SLACK, email="ada@example.org" + "x" * 254),
    ],
)
async def test_no_other_e_mail_will_do(life: World, actor: Actor) -> None:
    ada, other = await met(life, ADA, actor)
    assert other.id != ada.id
    assert (await life.read.find(Twins)).items == ()


async def test_a_letter_that_only_becomes_ours_in_lower_case_does_not_match(life: World) -> None:
    kim = replace(ADA, email="kim@example.org")
    look_alike = replace(SLACK, email="\u212aim@example.org")
    first, second = await met(life, kim, look_alike)
    assert first.id != second.id


async def test_a_guest_with_the_same_e_mail_is_nobody_else(life: World) -> None:
    guest = replace(ADA, guest=True)
    first, second = await met(life, guest, SLACK)
    assert first.id != second.id


async def test_an_erased_person_is_not_found_by_e_mail(life: World) -> None:
    (ada,) = await met(life, ADA)
    await life.press("people.erase_now")
    (slack,) = await met(life, SLACK)
    assert slack.id != ada.id
    assert slack.accounts == (SLACK.account,)


async def test_an_e_mail_that_was_given_on_in_the_same_workspace_joins_nobody(life: World) -> None:
    heir = replace(ADA, account="teams:t1:new", name="The Next Ada")
    first, second = await met(life, ADA, heir)
    assert first.id != second.id
    assert (await pair_of(life, ADA, heir)).state == "open"


async def test_that_is_not_me_makes_two_again_and_for_good(life: World) -> None:
    (ada,) = await met(life, ADA)
    await met(life, SLACK)
    changes = await life.press("accounts.separate", SLACK, THERE, account=SLACK.account)
    assert "person of its own" in said(changes)
    apart = await life.known(SLACK)
    assert apart.id != ada.id
    assert (await life.known(ADA)).accounts == (ADA.account,)
    changes = await life.press("people.thanks", SLACK, THERE)
    assert shows(changes) == []
    assert (await pair_of(life, ADA, SLACK)).state == "apart"


async def test_the_other_side_hears_that_they_were_parted(life: World) -> None:
    await met(life, ADA, SLACK)
    changes = await life.press("accounts.separate", ADA, account=SLACK.account)
    assert "own again" in told(changes)


async def test_being_on_a_list_is_not_being_active(life: World) -> None:
    (ada,) = await met(life, ADA)
    listed = replace(SLACK, name="Someone's Spelling", zone="Asia/Tokyo")
    person, changes = await acquaint("main", listed, life.moment(), active=False)
    assert person.accounts == (ADA.account, SLACK.account)
    assert (person.name, person.zone) == (ada.name, ada.zone)
    await life.commit(changes)
    assert await acquaint("main", listed, life.moment(), active=False) == (
        await life.known(),
        Changes(),
    )


# --- perhaps one --------------------------------------------------------------------------------


async def doubted(life: World) -> Twins:
    """Two accounts have each been somebody before the e-mail of one was known."""
    await met(life, ADA, replace(SLACK, email=""))
    await met(life, SLACK)
    return await pair_of(life, ADA, SLACK)


async def test_two_known_persons_are_never_joined_unasked(life: World) -> None:
    pair = await doubted(life)
    assert pair.state == "open"
    assert (await life.known(ADA)).id != (await life.known(SLACK)).id
    post = await view(life.moment(), f"twins/{pair.id}", Viewer(person=pair.one))
    assert post is not None
    assert await view(life.moment(), f"twins/{pair.id}", Viewer(person="else")) is None


async def test_it_takes_a_yes_from_both(life: World) -> None:
    pair = await doubted(life)
    changes = await life.press("accounts.join", ADA, twins=pair.id)
    assert "other account as well" in said(changes)
    assert (await life.known(ADA)).id != (await life.known(SLACK)).id
    await life.press("accounts.join", ADA, twins=pair.id)
    assert (await life.known(ADA)).id != (await life.known(SLACK)).id
    changes = await life.press("accounts.join", SLACK, THERE, twins=pair.id)
    assert (await life.known(ADA)).id == (await life.known(SLACK)).id
    assert sent_to(changes) == [ADA.account]


async def test_a_yes_twice_after_the_other_changes_nothing_more(life: World) -> None:
    pair = await doubted(life)
    await life.press("accounts.join", ADA, twins=pair.id)
    await life.press("accounts.join", SLACK, THERE, twins=pair.id)
    assert "nothing left to decide" in said(await life.press("accounts.join", ADA, twins=pair.id))
    assert "nothing left" in said(await life.press("accounts.apart", SLACK, THERE, twins=pair.id))


async def test_two_yeses_at_the_same_moment_do_not_miss_each_other(life: World) -> None:
    pair = await doubted(life)
    events = [
        replace(life.event("press", "accounts.join", by, origin), args={"twins": pair.id})
        for by, origin in ((ADA, CHAT), (SLACK, THERE))
    ]
    first, second = [await handle(event, life.moment(event.id)) for event in events]
    await life.commit(first, "first")
    with pytest.raises(Conflict):
        await life.commit(second, "second")
    await life.happens(events[1])
    assert (await life.known(ADA)).id == (await life.known(SLACK)).id


async def test_kept_apart_is_not_asked_again(life: World) -> None:
    pair = await doubted(life)
    await life.press("accounts.join", ADA, twins=pair.id)
    assert "stay two" in said(await life.press("accounts.apart", SLACK, THERE, twins=pair.id))
    assert "nothing left" in said(await life.press("accounts.join", SLACK, THERE, twins=pair.id))
    await met(life, replace(SLACK, email="else@example.org"))
    assert shows(await life.press("people.thanks", SLACK, THERE)) == []


async def test_nobody_else_decides_about_two(life: World) -> None:
    pair = await doubted(life)
    for action in ("accounts.join", "accounts.apart"):
        assert "nothing left" in said(await life.press(action, BO, chat(BO), twins=pair.id))
    assert (await pair_of(life, ADA, SLACK)) == pair


# --- by code ------------------------------------------------------------------------------------


async def test_a_code_and_a_yes_connect_two_accounts(life: World) -> None:
    await met(life, ADA, GROUP)
    code = code_of(await life.write("link"))
    changes = await life.write(f"link {code.lower()}", GROUP, WORK)
    assert "Ada Example" in said(changes)
    assert (await life.known(ADA)).id != (await life.known(GROUP)).id
    key = digest(code_in(code))
    changes = await life.press("accounts.confirm", GROUP, WORK, code=key)
    person = await life.known(ADA)
    assert person == await life.known(GROUP)
    assert person.accounts == (GROUP.account, ADA.account)
    assert sent_to(changes) == [ADA.account]
    assert await life.read.get(Code, key) is None
    again = await life.press("accounts.confirm", GROUP, WORK, code=key)
    assert "nothing left" in said(again)


async def test_the_german_word_does_the_same(life: World) -> None:
    code = code_of(await life.write("Verbinden"))
    assert "Ada Example" in said(await life.write(f"verbinden {code}", GROUP, WORK))


async def test_a_code_is_kept_as_a_digest_only(life: World) -> None:
    code = code_in(code_of(await life.write("link")))
    (kept,) = (await life.read.find(Code)).items
    assert code not in str(kept)
    assert kept.id == digest(code)


async def test_a_new_code_ends_the_one_before(life: World) -> None:
    first = code_of(await life.write("link"))
    await life.write("link")
    assert "doesn’t work" in said(await life.write(f"link {first}", GROUP, WORK))


async def test_a_code_lasts_fifteen_minutes(life: World) -> None:
    code = code_of(await life.write("link"))
    await life.write(f"link {code}", GROUP, WORK)
    life.now += LATER
    assert "doesn’t work" in said(await life.write(f"link {code}", GROUP, WORK))
    changes = await life.press("accounts.confirm", GROUP, WORK, code=digest(code_in(code)))
    assert "nothing left" in said(changes)


async def test_a_code_is_not_given_or_used_in_the_open(life: World) -> None:
    assert "chat of our own" in said(await life.write("link", origin=CHANNEL, mentioned=True))
    code = code_of(await life.write("link"))
    changes = await life.write(f"link {code}", GROUP, CHANNEL, mentioned=True)
    assert "others can read it" in said(changes)
    assert "doesn’t work" in said(await life.write(f"link {code}", GROUP, WORK))


async def test_two_who_type_a_code_at_the_same_moment_do_not_share_it(life: World) -> None:
    code = code_of(await life.write("link"))
    await met(life, BO, GROUP)
    events = [
        replace(life.event("message", "message", by, chat(by)), text=f"link {code}")
        for by in (BO, GROUP)
    ]
    first, second = [await handle(event, life.moment(event.id)) for event in events]
    await life.commit(first, "first")
    with pytest.raises(Conflict):
        await life.commit(second, "second")
    assert "doesn’t work" in said(await life.happens(events[1]))


async def test_a_code_that_somebody_typed_is_theirs_alone(life: World) -> None:
    code = code_of(await life.write("link"))
    await life.write(f"link {code}", GROUP, WORK)
    assert "doesn’t work" in said(await life.write(f"link {code}", BO, chat(BO)))
    key = digest(code_in(code))
    for action in ("accounts.confirm", "accounts.decline"):
        assert "nothing left" in said(await life.press(action, BO, chat(BO), code=key))
        assert "nothing left" in said(await life.press(action, ADA, code=key))
    assert (await life.known(BO)).id != (await life.known(ADA)).id


async def test_a_code_is_not_confirmed_before_it_was_typed(life: World) -> None:
    code = code_of(await life.write("link"))
    changes = await life.press("accounts.confirm", GROUP, WORK, code=digest(code_in(code)))
    assert "nothing left" in said(changes)


async def test_saying_no_ends_the_code(life: World) -> None:
    code = code_of(await life.write("link"))
    await life.write(f"link {code}", GROUP, WORK)
    key = digest(code_in(code))
    assert "Nothing was connected" in said(
        await life.press("accounts.decline", GROUP, WORK, code=key)
    )
    assert "doesn’t work" in said(await life.write(f"link {code}", GROUP, WORK))


async def test_ones_own_code_is_for_the_other_account(life: World) -> None:
    code = code_of(await life.write("link"))
    assert "your own code" in said(await life.write(f"link {code}"))


async def test_after_five_wrong_codes_there_is_a_pause(life: World) -> None:
    code = code_of(await life.write("link"))
    for n in range(5):
        assert "doesn’t work" in said(await life.write(f"link 2222-222{n + 2}", GROUP, WORK))
    assert "wait" in said(await life.write(f"link {code}", GROUP, WORK))
    life.now += LATER
    fresh = code_of(await life.write("link"))
    assert "Ada Example" in said(await life.write(f"link {fresh}", GROUP, WORK))


async def test_the_code_of_who_was_erased_joins_nobody(life: World) -> None:
    code = code_of(await life.write("link"))
    await life.press("people.erase_now")
    assert "doesn’t work" in said(await life.write(f"link {code}", GROUP, WORK))
    assert (await life.read.find(Code)).items == ()


async def test_an_account_that_was_parted_can_be_connected_by_code(life: World) -> None:
    await met(life, ADA, SLACK)
    await life.press("accounts.separate", ADA, account=SLACK.account)
    code = code_of(await life.write("link"))
    await life.write(f"link {code}", SLACK, THERE)
    await life.press("accounts.confirm", SLACK, THERE, code=digest(code_in(code)))
    assert (await life.known(ADA)).id == (await life.known(SLACK)).id


@given(st.text())
def test_whatever_is_typed_is_read_as_a_code_without_harm(text: str) -> None:
    assert len(code_in(text)) <= CODE + 1


def test_codes_are_easy_to_read_and_hard_to_guess() -> None:
    codes = {drawn() for _ in range(100)}
    assert len(codes) == 100
    assert not set("".join(codes)) & set("01ILO")


# --- where messages go --------------------------------------------------------------------------


async def test_messages_go_where_somebody_was_last_active_unless_they_chose(life: World) -> None:
    (ada,) = await met(life, ADA)
    await met(life, SLACK)
    await life.press("accounts.home", account=ADA.account)
    await met(life, SLACK)
    found = await recipient(life.read, ada.id)
    assert found is not None
    assert found.accounts == (ADA.account, SLACK.account)
    await life.press("accounts.home", account="")
    await met(life, SLACK)
    found = await recipient(life.read, ada.id)
    assert found is not None
    assert found.accounts == (SLACK.account, ADA.account)


async def test_a_home_is_an_account_of_ones_own(life: World) -> None:
    await met(life, ADA, BO)
    for action in ("accounts.home", "accounts.separate"):
        assert "can’t find" in said(await life.press(action, account=BO.account))
    assert (await life.known()).home == ""


async def test_the_only_account_cannot_be_separated(life: World) -> None:
    assert "only account" in said(await life.press("accounts.separate", account=ADA.account))


async def test_the_list_names_accounts_by_their_platforms(life: World) -> None:
    await met(life, ADA, SLACK)
    for word in ("accounts", "Konten"):
        answer = said(await life.write(word))
        assert "Teams" in answer
        assert "Slack" in answer


async def test_the_list_is_for_its_owner(life: World) -> None:
    ada, bo = await met(life, ADA, BO)
    slot = f"accounts/{ada.id}/1"
    assert await view(life.moment(), slot, Viewer(person=ada.id)) is not None
    assert await view(life.moment(), slot, Viewer(person=bo.id)) is None


# --- one of two ---------------------------------------------------------------------------------


async def test_late_events_find_who_somebody_has_become(life: World) -> None:
    pair = await doubted(life)
    await life.press("accounts.join", ADA, twins=pair.id)
    await life.press("accounts.join", SLACK, THERE, twins=pair.id)
    now = await life.known(ADA)
    for old in (pair.one, pair.other):
        found = await alive(life.read, old)
        assert found == now
        assert await recipient(life.read, old) == await recipient(life.read, now.id)


def test_what_was_chosen_counts_more_than_what_was_found() -> None:
    kept = Person(id="a", zone="Europe/Berlin", zone_from="platform", start=7, email="a@x.org")
    gone = Person(
        id="b",
        zone="Asia/Tokyo",
        zone_from="own",
        locale="de",
        locale_from="own",
        start=11,
        budget=1,
        stopped=True,
        guest=True,
        accounts=("slack:t:b",),
    )
    one = united(replace(kept, accounts=("teams:t:a",)), gone, "slack:t:b")
    assert (one.zone, one.locale, one.start, one.budget) == ("Asia/Tokyo", "de", 7, 1)
    assert (one.stopped, one.guest) == (True, False)
    assert one.accounts == ("slack:t:b", "teams:t:a")


# --- see, take along, erase ---------------------------------------------------------------------


async def test_erasing_takes_all_accounts(life: World) -> None:
    await met(life, ADA, SLACK)
    addresses = tuple(Address(id=one.account) for one in (ADA, SLACK))
    await life.commit(Changes(saves=addresses))
    await life.press("people.erase_now", SLACK, THERE)
    for actor in (ADA, SLACK):
        assert await life.read.get(Account, actor.account) is None
        assert await life.read.get(Address, actor.account) is None
    assert (await life.read.find(Twins)).items == ()


async def test_a_copy_and_what_is_kept_tell_of_accounts_title_and_manager(life: World) -> None:
    await met(life, BO)
    await met(life, replace(ADA, title="Shift lead", manager=BO.account), SLACK)
    kept = said(await life.write("privacy"))
    assert "Shift lead" in kept
    assert "Bo Example" in kept
    copy = said(await life.write("export"))
    assert BO.account in copy
    assert SLACK.account in copy
    await life.press("people.erase_now")
    people = (await life.read.find(Person)).items
    assert [p.title for p in people if p.erased] == [""]
