"""A database in which there is some of everything, and how it behaves, for whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.stores.sqlite import SqliteStore
from connectors.transfer.command import Order, main
from connectors.transfer.opened import Kinds
from core.engine.ports import (
    Address,
    Changes,
    Commit,
    Deliver,
    Due,
    Event,
    Job,
    Outcome,
    Record,
    Shown,
    Store,
    Tally,
    ToPerson,
)
from core.message import Post, say
from tests.contracts.notes import KINDS, MONDAY, Badge, Note

RANKED = frozenset({"points"})
NOW = MONDAY + timedelta(days=1)
ODD = [
    "plain",
    "two words",
    "ñ🙂",
    "'; DROP TABLE seen; --",
    "a\x00b",
    "%_*?",
    "half \ud83d",
    "x" * 900,
]
ORGS = ("main", "other")


def opened(path: Path, records: Sequence[type[Record]] = KINDS) -> SqliteStore:
    return SqliteStore(path, records=records, ranked=RANKED)


def job(key: str, *, lane: str = "", text: str = "Hi", **more: Any) -> Job:
    post = Post(summary=say("s", text), blocks=())
    return Job(key=key, lane=lane or f"lane of {key}", work=Deliver(ToPerson(key), post), **more)


async def furnish(store: Store, org: str = "main") -> None:
    """Some of everything: odd names, counters, ids that are used up, jobs in every state."""
    await commit(store, org, "seen/no reply")
    await commit(store, org, "seen/replied", reply=b"\x00\xff{}")
    for number, name in enumerate(ODD):
        at = MONDAY + timedelta(microseconds=number)
        note = Note(id=name, topic=name[:9], author=None, at=at if number % 2 else None, text=name)
        tallies = (
            Tally(board="points", subject=name, by=number - 3),
            Tally(board=f"plain/{name}", subject="", by=2, once=f"once/{name}"),
        )
        changes = Changes(saves=(note, Badge(id=name, colour="red")), tallies=tallies)
        await commit(store, org, f"event/{name}", changes)
    await change(store, org)
    await employ(store, org)
    broken = Event(id="broken", org=org, source="timer", name="broken", text="half \ud83d")
    await store.poison(org, broken, "it raised", MONDAY)


async def commit(
    store: Store, org: str, event: str, changes: Changes | None = None, **more: Any
) -> None:
    await store.commit(
        [Commit(org=org, event=event, at=MONDAY, changes=changes or Changes(), **more)]
    )


async def change(store: Store, org: str) -> None:
    note = await store.reader(org).get(Note, "plain")
    assert note is not None
    shown = Shown(id="a|s", address="a", slot="s", ref="r", at=MONDAY)
    address = Address(id="fake:t:a", ref={"b": "2", "a": "1"})
    await commit(store, org, "", Changes(saves=(note, shown, address)))


async def employ(store: Store, org: str) -> None:
    due = {"later": NOW + timedelta(hours=1), "first": MONDAY - timedelta(hours=1)}
    jobs = [job(f"{org}/{name}", due=due.get(name)) for name in ("later", "second", "third")]
    jobs += [
        job(f"{org}/first", due=due["first"], weight="answer"),
        job(f"{org}/nudge", weight="nudge"),
    ]
    jobs += [job(f"{org}/{name}") for name in ODD]
    jobs += [job(f"{org}/{state}") for state in BECAME]
    await commit(store, org, f"{org} employs", Changes(jobs=tuple(jobs)))
    await commit(store, org, f"{org} hurries", Changes(jobs=(job("at once"),)), adopted={"at once"})
    await store.mark([(org, f"{org}/{state}") for state in BECAME])
    await commit(
        store, org, "", Changes(jobs=(job(f"{org}/followed", text="Next", plan="replace"),))
    )
    await store.settle([outcome(org, state) for state in BECAME if state in SETTLED])


BECAME = ("claimed", "followed", "held", "waiting_install", "sent", "failed", "unconfirmed")
SETTLED = BECAME[2:]


def outcome(org: str, state: Any, key: str = "") -> Outcome:
    later = NOW + timedelta(minutes=5) if state in ("held", "waiting_install") else None
    return Outcome(
        key=key or f"{org}/{state}", org=org, state=state, at=MONDAY, why=f"so: {state}", due=later
    )


async def behaviour(store: Store, org: str = "main") -> dict[str, object]:
    """What anybody sees who asks the store."""
    read = store.reader(org)
    page = await read.find(Note, limit=3)
    notes = [*page.items]
    while page.cursor:
        page = await read.find(Note, limit=3, after=page.cursor)
        notes += page.items
    keys = [f"{org}/{name}" for name in (*BECAME, *ODD, "later", "first")]
    return {
        "notes": notes,
        "about": [(await read.find(Note, topic=name[:9])).items for name in ODD],
        "badges": await store.many(org, Badge, ODD),
        "shown": await read.find(Shown, slot="s", ref="r"),
        "address": await read.get(Address, "fake:t:a"),
        "top": await read.top("points", 50),
        "tallies": [await read.tally(f"plain/{name}", "") for name in ODD],
        "once": [await read.counted(f"once/{name}") for name in (*ODD, "never")],
        "seen": await store.seen(
            org, ["seen/replied", "seen/no reply", "event/half \ud83d", "new"]
        ),
        "due": placeless(await store.due(NOW, limit=100)),
        "claimed": placeless(await store.claimed()),
        "next": await store.next_due(NOW),
        "jobs": [placeless([it]) for key in keys if (it := await store.job(org, key))],
        "open": placeless(await store.jobs(org)),
    }


def placeless(jobs: Sequence[Due]) -> list[object]:
    """Jobs in their order, whatever the numbers are that put them into it."""
    return [(it.org, it.job, it.state, it.why, it.tries) for it in jobs]


@dataclass
class Desk:
    """Where the command is typed, and what was said."""

    said: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    async def copies(
        self,
        source: object,
        target: object,
        *,
        records: Sequence[type[Record]] = KINDS,
        **more: Any,
    ) -> int:
        order = Order(
            source=address(source),
            target=address(target),
            kinds=Kinds(records=records, ranked=RANKED),
            made=NOW,
            tell=self.said.append,
            show=self.shown.append,
            **{"chosen": True} | more,
        )
        self.said.clear()
        return await main(order)

    @property
    def words(self) -> str:
        return "\n".join(self.said)


def address(where: object) -> str:
    """How a path is typed: a database by its address, a file by its name."""
    return f"sqlite:///{where}" if str(where).endswith(".db") else str(where)
