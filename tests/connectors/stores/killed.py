"""Started by tests, to be killed: commits one event after another, or only as much as fits."""

import asyncio
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import StoreError
from core.engine.ports import Address, Changes, Commit, Job, Raise, Tally
from core.engine.ports import Event as Happened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def event(name: str, text: str = "") -> Commit:
    again = Raise(Happened(id=name, org="main", source="timer", name="again", text=text))
    changes = Changes(
        saves=(Address(id=f"fake:t:{name}"),),
        tallies=(Tally(board="events", subject="all"),),
        jobs=(Job(key=name, work=again),),
    )
    return Commit(org="main", event=name, at=NOW, changes=changes)


async def commit_for_ever(store: SqliteStore, who: str) -> None:
    number = 0
    while True:
        name = f"{who}-{number}"
        await store.commit([event(name)])
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        number += 1


async def fill_the_disk(store: SqliteStore) -> None:
    """A limit on the size of files stands for a disk that is full."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, unlimited[1]))
    kept = 0
    try:
        while True:
            await store.commit([event(f"big-{kept}", "x" * 50_000)])
            kept += 1
    except StoreError as error:
        sys.stdout.write(f"{error}\n")
    seen = await store.seen("main", [f"big-{kept - 1}", f"big-{kept}"])
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    await store.commit([event(f"big-{kept}", "x" * 50_000)])
    total = await store.reader("main").tally("events", "all")
    sys.stdout.write(f"{kept} {total} {' '.join(seen)}\n")


async def main(what: str, path: str) -> None:
    async with SqliteStore(Path(path)) as store:
        if what == "fill":
            await fill_the_disk(store)
        else:
            await asyncio.gather(*(commit_for_ever(store, f"{what}{n}") for n in range(16)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
