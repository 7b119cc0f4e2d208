"""Entries as documents, both ways: where each kind lies, and in which order it is handed out."""

import re
from collections.abc import AsyncIterator, Callable
from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from connectors.stores.codec import NOTHING, decode_job, micros, moment
from connectors.stores.entries import (
    BATCH,
    JOBS,
    ONCES,
    POISONS,
    SEEN,
    TALLIES,
    AnyEntry,
    Counter,
    Kept,
    Key,
    Once,
    Poisoned,
    Queued,
    Refused,
    Used,
)
from connectors.stores.mongo import commits, queue, schema, tallies
from connectors.stores.mongo.keys import SEPARATOR, below, key, last_of
from connectors.stores.mongo.shelf import Shelf, Shelves
from connectors.stores.mongo.wire import Database, Document
from connectors.stores.tables import is_ranked
from core.engine.ports import OPEN_STATES, WEIGHTS, partition_of

NONE = b"null"
IMPORT = "import"
ESCAPES = {"\\\\": "\\", "\\n": SEPARATOR}
ESCAPED = re.compile(r"\\\\|\\n")


def _behind(last: Key) -> Document:
    return {"_id": {"$gt": key(*map(str, last))}}


def _behind_stripes(last: Key) -> Document:
    return {"_id": {"$gte": below(*map(str, last))["$lt"]}}


def _from(last: Key) -> Document:
    """Not quite behind: ids of one time have no order of their own."""
    return {"at": {"$gte": moment(int(last[0]))}}


@dataclass(frozen=True, slots=True)
class Drawer:
    """Where entries of one kind lie, how one is made, and what comes after one."""

    name: str
    entry: Callable[[Document], AnyEntry]
    order: str = "_id"
    behind: Callable[[Key], Document] = _behind


def drawers(shelves: Shelves) -> dict[str, Drawer]:
    """Those of all sections, in their order."""
    kept = {kind: Drawer(shelf.name, _record(kind)) for kind, shelf in shelves.items()}
    return dict(sorted((kept | ENGINE).items()))


async def entries(
    db: Database, drawer: Drawer, last: Key, since: datetime
) -> AsyncIterator[list[AnyEntry]]:
    """Those after the one with this key. Ids that are used up `since` then; the others go soon."""
    where: Document = {"at": {"$gte": since}} if drawer.order == "at" else {}
    cursor = db[drawer.name].find(where | (drawer.behind(last) if last else {}))
    rows = cursor.sort([(drawer.order, 1)]).batch_size(BATCH)
    passing = bool(last) and drawer.order == "at"
    held: list[AnyEntry] = []
    while some := await rows.to_list(BATCH):
        for row in some:
            entry = drawer.entry(row)
            if passing:
                passing = entry.place[1] != last
            elif not _joined(held, entry):
                held.append(entry)
        kept = len(held) - (drawer.name == tallies.TALLIES)  # more stripes of the last may follow
        if held[:kept]:
            yield held[:kept]
        held = held[kept:]
    if held:
        yield held


def _joined(held: list[AnyEntry], entry: AnyEntry) -> bool:
    """Adds up the stripes of a counter, which follow each other."""
    if not (held and isinstance(entry, Counter) and isinstance(held[-1], Counter)):
        return False
    if held[-1].place != entry.place:
        return False
    held[-1] = replace(entry, value=held[-1].value + entry.value)
    return True


def _record(kind: str) -> Callable[[Document], Kept]:
    def kept(row: Document) -> Kept:
        return Kept(
            kind=kind,
            org=row["org"],
            id=last_of(row["_id"]),
            schema=int(row["schema"]),
            version=int(row["version"]),
            body=Raw(row["body"].encode()),
        )

    return kept


def _job(row: Document) -> Queued:
    finished = row.get("finished")
    return Queued(
        org=row["org"],
        key=last_of(row["_id"]),
        lane=row["lane"],
        weight=decode_job(row["body"]).weight,
        due=int(row["due"]),
        seq=int(row["seq"]),
        state=row["state"],
        why=row["why"],
        tries=int(row["tries"]),
        finished=None if finished is None else int(finished),
        body=Raw(row["body"].encode()),
        next=Raw(row.get("next", "null").encode()),
    )


def _once(row: Document) -> Once:
    return Once(org=row["org"], once=last_of(row["_id"]))


def _poison(row: Document) -> Poisoned:
    at, event = int(row["at"]), Raw(row["event"].encode())
    return Poisoned(org=row["org"], id=last_of(row["_id"]), at=at, why=row["why"], event=event)


def _seen(row: Document) -> Used:
    at = micros(row["at"].replace(tzinfo=UTC))
    org = _org(row["_id"])
    return Used(org=org, id=last_of(row["_id"]), at=at, reply=row["reply"])


def _tally(row: Document) -> Counter:
    value = int(row["value"])
    return Counter(org=row["org"], board=row["board"], subject=row["subject"], value=value)


ENGINE: dict[str, Drawer] = {
    JOBS: Drawer(queue.JOBS, _job),
    ONCES: Drawer(tallies.COUNTED, _once),
    POISONS: Drawer(schema.POISON, _poison),
    SEEN: Drawer(commits.SEEN, _seen, order="at", behind=_from),
    TALLIES: Drawer(tallies.TALLIES, _tally, behind=_behind_stripes),
}


def document(entry: AnyEntry, shelves: Shelves, ranked: Some[str]) -> Document:
    """What an entry is stored as."""
    match entry:
        case Kept():
            return _record_document(shelves[entry.kind], entry)
        case Queued():
            return _job_document(entry)
        case Counter():
            return _tally_document(entry, ranked)
        case Used() | Poisoned() | Once():
            return _noted(entry)


def _noted(entry: Used | Poisoned | Once) -> Document:
    match entry:
        case Used(org=org, id=id):
            at = {"at": moment(entry.at), "by": IMPORT}
            return {"_id": key(org, id), **at, "reply": entry.reply}
        case Poisoned(org=org, id=id):
            kept = {"org": org, "at": entry.at, "why": entry.why}
            return {"_id": key(org, id), **kept, "event": _text(entry.event)}
        case Once(org=org, once=once):
            return {"_id": key(org, once), "org": org}


def _tally_document(it: Counter, ranked: Some[str]) -> Document:
    """One stripe, the shared one."""
    top = {"ranked": True} if is_ranked(it.board, ranked) else {}
    made = tallies.stripe_of(it.org, it.board, it.subject, tallies.SHARED)
    return {**made, "value": it.value, **top}


def _record_document(shelf: Shelf[Any], entry: Kept) -> Document:
    """The body stays to the byte what it was; only what it is found by is made anew."""
    kept = {"version": entry.version, "schema": entry.schema, "body": _text(entry.body)}
    if entry.schema != shelf.kind.schema:
        found_by: Document = {f"f_{name}": "" for name in shelf.kind.indexes}
        found_by |= {"sorted": NOTHING} if shelf.sorts else {}
        return {"_id": key(entry.org, entry.id), "org": entry.org, **kept, **found_by}
    try:
        return shelf.document(entry.org, shelf.decode(entry.body)) | kept
    except msgspec.DecodeError as wrong:
        raise Refused(f"a {entry.kind} is not what it should be: {wrong}; {entry.id}") from wrong


def _job_document(it: Queued) -> Document:
    made: Document = {
        "_id": key(it.org, it.key),
        "org": it.org,
        "lane": it.lane,
        "due": it.due,
        "seq": it.seq,
        "state": it.state,
        "why": it.why,
        "tries": it.tries,
        "body": _text(it.body),
    }
    if it.state in OPEN_STATES:
        claimed = queue.CLAIMED if it.state == "claimed" else 0
        made["line"] = queue.line(partition_of(it.lane), WEIGHTS.index(it.weight)) + claimed
    if it.finished is not None:
        made["finished"] = it.finished
    if it.next != Raw(NONE):
        made["next"] = _text(it.next)
    return made


def _text(body: Raw) -> str:
    return bytes(body).decode()


def _org(id: str) -> str:
    """The first text of a key, as it was before the separator was written out in it."""
    return ESCAPED.sub(lambda found: ESCAPES[found[0]], id.partition(SEPARATOR)[0])
