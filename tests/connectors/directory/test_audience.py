"""A group of the directory as the audience of a course link, from the API to the count."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.people.model import Person
from tests.connectors.directory.conftest import Desk
from tests.fakes.directory import GROUPS, people
from tests.web.apis import TOKENS, Service, service


@pytest.fixture
async def it(tmp_path: Path, desk: Desk) -> AsyncIterator[Service]:
    async with service(tmp_path / "api.db", TOKENS, desk.directory.askers()) as made:
        yield made


async def counted(it: Service, group: str) -> Any:
    await it.cohort()
    sent = await it.asks({"group": group}, dry_run=True)
    await it.settled()
    return (await it.call("GET", f"sends/{sent.body['id']}")).body


async def test_all_of_a_large_group_are_counted_once(it: Service, desk: Desk) -> None:
    group = desk.fake.group("Everyone", [*people(2100), *people(5, "Guest", said="guest")])
    found = await counted(it, group)
    assert (found["state"], found["counts"]["all"]) == ("ready", 2100)
    assert found["to"] == {"kind": "group", "ids": [group], "name": group}
    assert len((await it.read.find(Person, email="p2099@example.org")).items) == 1


async def test_pages_that_repeat_end_with_a_sentence(it: Service, desk: Desk) -> None:
    desk.fake.again = True
    found = await counted(it, desk.fake.group("Everyone", people(3000)))
    assert (found["state"], found["stage"]) == ("draft", "refused")
    assert found["why"]


async def test_where_groups_are_not_allowed_the_sender_is_told(it: Service, desk: Desk) -> None:
    desk.fake.granted.discard(GROUPS)
    found = await counted(it, desk.fake.group("Everyone", people(3)))
    assert (found["state"], found["halt"]) == ("draft", "unlisted")
    assert found["why"]
