"""What nobody can do with an account that they were given, or that was taken for theirs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.engine.ports import Actor, Origin
from core.people.accounts.model import code_in, digest
from core.people.model import Person, recipient
from tests.people.test_accounts import code_of, sent_to
from tests.people.world import ADA, World, said, world

SLACK = Actor(account="slack:w1:ada", name="Ada E.", email="ada@example.org")
THERE = Origin(place="slack:w1:D1", private=True)
GROUP = Actor(account="workplace:c1:7", name="Somebody", email="other@example.org")
WORK = Origin(place="workplace:c1:chat-7", private=True)


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


async def joined_by_mail(life: World) -> Person:
    """Slack says that somebody has the address of Ada."""
    await life.press("people.thanks", ADA)
    await life.press("people.thanks", SLACK, THERE)
    return await life.known(ADA)


async def linked(life: World, by: Actor, there: Origin, other: Actor, at: Origin) -> None:
    """Two accounts become one person by a code."""
    code = code_of(await life.write("link", by, there))
    await life.write(f"link {code}", other, at)
    await life.press("accounts.confirm", other, at, code=digest(code_in(code)))


async def test_whom_only_an_address_let_in_sends_nobody_else_away(life: World) -> None:
    ada = await joined_by_mail(life)
    changes = await life.press("accounts.separate", SLACK, THERE, account=ADA.account)
    assert "only by its e-mail" in said(changes)
    assert (await life.known(ADA)).id == ada.id

    await life.press("accounts.separate", SLACK, THERE, account=SLACK.account)
    assert (await life.known(ADA)).id == ada.id
    assert (await life.known(SLACK)).id != ada.id


async def test_whoever_was_there_first_sends_it_away(life: World) -> None:
    ada = await joined_by_mail(life)
    await life.press("accounts.separate", ADA, account=SLACK.account)
    assert (await life.known(ADA)).id == ada.id
    assert (await life.known(SLACK)).id != ada.id


async def test_a_connected_account_may_send_the_other_away(life: World) -> None:
    await life.press("people.thanks", ADA)
    await linked(life, ADA, Origin(place="teams:t1:chat-ada", private=True), GROUP, WORK)
    one = await life.known(ADA)
    await life.press("accounts.separate", GROUP, WORK, account=ADA.account)
    assert (await life.known(GROUP)).id == one.id
    assert (await life.known(ADA)).id != one.id


async def test_an_address_goes_along_with_the_account_that_vouched_for_it(life: World) -> None:
    await life.press("people.thanks", ADA)
    await linked(life, ADA, Origin(place="teams:t1:chat-ada", private=True), GROUP, WORK)
    await life.press("people.thanks", GROUP, WORK)
    plain = replace(ADA, email="")
    await life.press("accounts.separate", plain, account=GROUP.account)
    assert (await life.known(ADA)).email == ""

    new = Actor(account="slack:w1:other", name="Other", email=GROUP.email)
    await life.press("people.thanks", new, THERE)
    assert (await life.known(new)).id != (await life.known(ADA)).id


async def test_both_accounts_hear_of_a_connection_wherever_each_is(life: World) -> None:
    await life.press("people.thanks", ADA)
    code = code_of(await life.write("link"))
    await life.write(f"link {code}", GROUP, WORK)
    changes = await life.press("accounts.confirm", GROUP, WORK, code=digest(code_in(code)))
    assert sent_to(changes) == [ADA.account]
    one = await recipient(life.read, (await life.known(ADA)).id)
    assert one is not None
    assert ADA.account in one.accounts


async def test_whom_an_address_let_in_brings_nobody_along_in_secret(life: World) -> None:
    await joined_by_mail(life)
    code = code_of(await life.write("link", SLACK, THERE))
    await life.write(f"link {code}", GROUP, WORK)
    changes = await life.press("accounts.confirm", GROUP, WORK, code=digest(code_in(code)))
    assert sorted(sent_to(changes)) == [SLACK.account, ADA.account]


async def test_one_stranger_in_two_roles_is_met_once(life: World) -> None:
    await life.press("people.thanks", ADA)
    new = Actor(account="teams:t1:new", name="New Person")
    event = life.event("form", "cohorts.create", ADA, Origin(place="teams:t1:chan", team="t"))
    values = {
        "name": "Better handovers",
        "purpose": "Fewer surprises",
        "first": "2026-03-09",
        "last": "2026-04-17",
        "zone": "Europe/Berlin",
        "where": "later",
        "facilitator": new.account,
        "moderator": new.account,
    }
    await life.happens(replace(event, values=values, people=(new,), args={"draft": "1"}))
    assert (await life.known(new)).name == "New Person"
