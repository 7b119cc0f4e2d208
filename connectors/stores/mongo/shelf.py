"""One collection a kind of record: its documents, its indexes, and how a page of it is found."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Generic

import msgspec
from pymongo import IndexModel

from connectors.stores.codec import NOTHING, after_cursor, clean, encode, indexed, sortable
from connectors.stores.mongo.keys import below, key
from connectors.stores.mongo.wire import Collection, Collections, Document
from core.engine.errors import Undeclared
from core.engine.ports import R, Record

PREFIX = "records."
Shelves = Mapping[str, "Shelf[Any]"]


class Shelf(Generic[R]):
    """How one kind of record lies in the database."""

    def __init__(self, kind: type[R]) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_.-]*", kind.kind):
            raise ValueError(f"{kind.__name__}.kind is no name for a collection: {kind.kind!r}")
        self.kind = kind
        self.name = PREFIX + kind.kind
        self.decode = msgspec.json.Decoder(kind).decode
        self.sorts = kind.order != "id"
        self.order = [("sorted", 1), ("_id", 1)] if self.sorts else [("_id", 1)]

    def of(self, db: Collections) -> Collection:
        """Where they lie."""
        return db[self.name]

    def document(self, org: str, record: R) -> Document:
        """A record as it is stored. The body is text, so that any tool can read it."""
        made: Document = {
            "_id": key(org, record.id),
            "org": org,
            "version": record.version,
            "schema": record.schema,
            "body": encode(record).decode(),
        }
        for field in self.kind.indexes:
            made[f"f_{field}"] = indexed(record, field)
        if self.sorts:
            made["sorted"] = sortable(record)
        return made

    def indexes(self) -> list[IndexModel]:
        """One for each order in which documents are looked up; all by id there is anyway."""
        firsts = [[(f"f_{field}", 1)] for field in self.kind.indexes]
        if self.sorts:
            firsts.append([])
        return [IndexModel([("org", 1), *first, *self.order]) for first in firsts]

    def page(self, org: str, equals: Mapping[str, str], after: str) -> Document:
        """The condition on what comes after a cursor. Raises Undeclared, or ValueError."""
        if unknown := [field for field in equals if field not in self.kind.indexes]:
            raise Undeclared(f"{self.kind.__name__} is not indexed by {', '.join(unknown)}")
        where: Document = {f"f_{field}": clean(value) for field, value in equals.items()}
        place, id = after_cursor(after) if after else (None, "")
        beyond = {"$gt": key(org, id)} if after else {}
        if not (self.sorts or equals):
            return {"_id": below(org) | beyond}
        where["org"] = clean(org)
        if after and not self.sorts:
            where["_id"] = beyond
        elif after:
            where["$or"] = [{"sorted": place, "_id": beyond}, *_later(place)]
        return where


def shelves(kinds: Iterable[type[Record]]) -> Shelves:
    """All of them, by the name of their kind."""
    made: dict[str, Shelf[Any]] = {}
    for kind in dict.fromkeys(kinds):
        if kind.kind in made:
            raise ValueError("two records have the same kind")
        made[kind.kind] = Shelf(kind)
    return made


def _later(place: object) -> list[Document]:
    """What sorts behind this; where some have no value, the others may be texts or numbers."""
    later: list[Document] = [{"sorted": {"$gt": clean(place)}}]
    return [*later, {"sorted": {"$gte": ""}}] if place == NOTHING else later
