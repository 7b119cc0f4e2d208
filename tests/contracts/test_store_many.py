"""What the engine relies on in any store: many records in one look."""

import pytest

from core.engine.ports import Store
from tests.contracts.conftest import OpenStore
from tests.contracts.notes import KINDS, Note, save
from tests.contracts.test_store import ODD


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store(KINDS, set())


async def test_many_records_are_read_as_each_is_read(store: Store) -> None:
    half = "half \ud83d"
    await save(store, *(Note(id=id, text="it") for id in (*ODD, half)))
    found = await store.many("main", Note, (*ODD, half, "never saved"))
    assert {id: note.text for id, note in found.items()} == dict.fromkeys((*ODD, half), "it")
    assert found["plain"] == await store.reader("main").get(Note, "plain")


async def test_of_no_records_and_of_another_organisation_none_is_read(store: Store) -> None:
    await save(store, Note(id="n1"))
    assert not await store.many("main", Note, ())
    assert not await store.many("other", Note, ("n1",))
