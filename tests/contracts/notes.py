"""Records of nobody's product, and short ways to commit, settle and look."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from core.engine.ports import Changes, Commit, Outcome, Record, State, Store

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


class Note(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "note"
    indexes: ClassVar[tuple[str, ...]] = ("topic", "author")
    order: ClassVar[str] = "at"

    topic: str = "tea"
    author: str | None = None
    at: datetime | None = None
    text: str = ""


class Badge(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "badge"
    versioned: ClassVar[bool] = False

    colour: str = ""


class Stranger(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stranger"


KINDS = (Note, Badge)


def what(event: str = "", **changes: object) -> Commit:
    adopted = changes.pop("adopted", frozenset())
    return Commit(
        org="main",
        event=event,
        at=MONDAY,
        changes=Changes(**changes),  # type: ignore[arg-type]
        adopted=frozenset(adopted),  # type: ignore[call-overload]
    )


async def save(store: Store, *records: Record) -> None:
    await store.commit([what(saves=records)])


async def settle(store: Store, key: str, state: State = "sent", **more: object) -> None:
    outcome = Outcome(key=key, org="main", state=state, at=MONDAY, **more)  # type: ignore[arg-type]
    await store.settle([outcome])


async def state_of(store: Store, key: str) -> tuple[str, int]:
    due = await store.job("main", key)
    assert due is not None
    return due.state, due.tries
