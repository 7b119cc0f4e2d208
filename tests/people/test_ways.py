"""Where a message to somebody with several accounts really goes."""

import pytest
from msgspec.structs import replace

from core.engine.ports import (
    Actor,
    Address,
    Changes,
    Deliver,
    Due,
    Job,
    Outcome,
    Record,
    Show,
    Shown,
    ToPerson,
    Work,
)
from core.engine.route import Route, Router
from core.message import Post, verbatim
from core.people.model import Account, Person, acquaint
from core.product import PRODUCT
from tests.engine.machine import Chat
from tests.people.world import World

TEAMS, SLACK = "teams:t1:ada", "slack:t9:U1"
ADA = Person(id="ada", accounts=(SLACK, TEAMS), home=TEAMS)
HELLO = Post(summary=verbatim("Hello"), blocks=())


async def way(life: World, *records: Record, work: Work | None = None, closed: float = 0.0) -> str:
    """The account that a message to Ada goes to, or why none."""
    accounts = tuple(Account(id=one, person="ada") for one in ADA.accounts)
    known = await life.read.get(Person, ADA.id)
    await life.commit(Changes(saves=(*records, *(() if known else (ADA, *accounts)))))
    shut = {TEAMS: closed}
    router = Router(PRODUCT, {"teams": Chat(), "slack": Chat()}, lambda at: shut.get(at, 0.0))
    due = Due(org="main", job=Job(key="k", work=work or Deliver(ToPerson("ada"), HELLO)))
    found = await router.route(due, life.read, life.now)
    assert isinstance(found, Route | Outcome)
    return found.address.id if isinstance(found, Route) else found.why


def known(account: str, state: str = "ok") -> Address:
    return Address(id=account, ref={"conversation": "c"}, state=state)  # type: ignore[arg-type]


async def test_the_home_that_somebody_chose_comes_first(life: World) -> None:
    assert await way(life, known(SLACK), known(TEAMS)) == TEAMS


@pytest.mark.parametrize("state", ["blocked", "not_installed"])
async def test_a_home_that_cannot_be_reached_falls_back_to_the_others(
    life: World, state: str
) -> None:
    assert await way(life, known(SLACK), known(TEAMS, state)) == SLACK


@pytest.mark.parametrize(("seconds", "account"), [(5.0, TEAMS), (120.0, SLACK)])
async def test_nobody_waits_long_for_a_platform_that_is_closed_while_there_is_another(
    life: World, seconds: float, account: str
) -> None:
    assert await way(life, known(SLACK), known(TEAMS), closed=seconds) == account


async def test_nobody_is_reached_where_no_account_can_be(life: World) -> None:
    gone = (known(SLACK, "blocked"), known(TEAMS, "not_installed"))
    assert await way(life, *gone) == "no way to reach them"


async def test_a_card_is_redrawn_where_it_stands_whatever_was_used_since(life: World) -> None:
    stands = Shown(id=f"{SLACK}|desk/c1", address=SLACK, slot="desk/c1", ref="m1", at=life.now)
    there, card = (known(SLACK), known(TEAMS), stands), Show(ToPerson("ada"), "desk/c1")
    assert await way(life, *there, work=card) == SLACK
    assert await way(life, work=Show(ToPerson("ada"), "desk/c2")) == TEAMS
    assert await way(life, replace(stands, withdrawn=True), work=card) == TEAMS


async def test_an_e_mail_that_two_persons_have_is_a_question_to_both(life: World) -> None:
    one = Person(id="one", email="ada@example.org", accounts=("teams:t1:one",))
    two = Person(id="two", email="ada@example.org", accounts=("workplace:c1:two",))
    await life.commit(Changes(saves=(one, two)))
    actor = Actor(account=SLACK, email="ada@example.org")
    person, changes = await acquaint("main", actor, life.moment())
    assert person.id not in ("one", "two")
    asked = {job.work.target.person for job in changes.jobs if isinstance(job.work, Show)}  # type: ignore[union-attr]
    assert asked == {"one", "two", person.id}
