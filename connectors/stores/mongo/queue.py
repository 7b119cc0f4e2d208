"""Jobs as documents: where one stands, and how it is listed.

What is open has a number, `line`, made of its partition and weight, and of whether it is claimed.
What has finished has none, and lies in no index but that of its end.
"""

from collections.abc import Collection as Some
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from pymongo import IndexModel

from connectors.stores.codec import decode_job, encode, micros, moment
from connectors.stores.mongo.keys import key
from connectors.stores.mongo.wire import Collections, Document
from core.engine.ports import PARTITIONS, WEIGHTS, Due, Job, lane_of, partition_of

JOBS = "jobs"
CLAIMED = 256  # is added to the line of a job that is claimed
OPEN = {"line": {"$gte": 0}}
WAITS = {"line": {"$gte": 0, "$lt": CLAIMED}}
INDEXES = (
    IndexModel(
        [("due", 1), ("seq", 1), ("line", 1), ("lane", 1)],
        name="due",
        partialFilterExpression=WAITS,
    ),
    IndexModel(
        [("line", 1), ("due", 1), ("seq", 1), ("lane", 1)],
        name="line",
        partialFilterExpression=OPEN,
    ),
    IndexModel([("lane", 1), ("due", 1), ("seq", 1)], name="lane", partialFilterExpression=OPEN),
    IndexModel(
        [("finished", 1)], name="finished", partialFilterExpression={"finished": {"$gte": 0}}
    ),
)
NAMES = ("due", "line", "lane", "finished")
BY_PLACE = [("due", 1), ("seq", 1)]


def line(part: int, weight: int) -> int:
    """The line in which a job waits."""
    return part * len(WEIGHTS) + weight


def line_of(lane: str, weight: int) -> int:
    """The line in which a job of this lane waits."""
    return line(partition_of(lane), weight)


def part_of(line: int) -> int:
    """The partition of a line."""
    return line % CLAIMED // len(WEIGHTS)


def lines(partitions: Some[int], weights: Some[int] = range(len(WEIGHTS))) -> Document:
    """The condition on what waits in these partitions, all of these weights."""
    if len(partitions) == PARTITIONS and len(weights) == len(WEIGHTS):
        return WAITS
    return {"line": {"$in": [line(part, weight) for part in partitions for weight in weights]}}


def planned(org: str, job: Job, at: datetime, seq: int, by: str = "") -> Document:
    """A new job, claimed if `by` says by whom."""
    lane = lane_of(job)
    made: Document = {
        "_id": key(org, job.key),
        "org": org,
        "lane": lane,
        "due": micros(job.due or at),
        "seq": seq,
        "line": line_of(lane, WEIGHTS.index(job.weight)) + (CLAIMED if by else 0),
        "state": "claimed" if by else "planned",
        "why": "",
        "tries": int(bool(by)),
        "body": encode(job).decode(),
    }
    if by:
        made["by"] = by
    return made


def due_of(row: Document) -> Due:
    """A job as the engine sees it."""
    job = replace(decode_job(row["body"]), lane=row["lane"], due=moment(row["due"]))
    return Due(
        org=row["org"],
        job=job,
        seq=row["seq"],
        state=row["state"],
        why=row["why"],
        tries=row["tries"],
    )


def place_of(row: Document) -> tuple[int, int, int]:
    """Weight, due and seq."""
    return row["line"] % len(WEIGHTS), row["due"], row["seq"]


async def one(db: Collections, org: str, job: str) -> Due | None:
    """The job of this key."""
    row = await db[JOBS].find_one({"_id": key(org, job)})
    return due_of(row) if row else None


async def claimed(db: Collections, partitions: Some[int]) -> list[Due]:
    """What is claimed in these partitions, in the order in which it was planned."""
    rows = await db[JOBS].find({"line": {"$gte": CLAIMED}}).sort([("seq", 1)]).to_list(None)
    return [due_of(row) for row in rows if part_of(row["line"]) in partitions]


async def listed(db: Collections, org: str, lane: str, limit: int) -> list[Due]:
    """Open jobs by due, claimed ones among them."""
    if limit <= 0:
        return []
    where: Document = {**OPEN, "org": org, **({"lane": lane} if lane else {})}
    rows = db[JOBS].find(where).sort(BY_PLACE).limit(limit)
    return [due_of(row) for row in await rows.to_list(None)]


async def next_due(db: Collections, after: datetime) -> datetime | None:
    """When the next job comes up, in whatever partition."""
    first = db[JOBS].find({"due": {"$gt": micros(after)}, **WAITS}, {"due": 1})
    rows = await first.sort([("due", 1)]).limit(1).to_list(None)
    return moment(rows[0]["due"]) if rows else None


async def census(db: Collections, now: datetime, most: int) -> dict[str, int]:
    """Open jobs that are due, come later and are claimed, none counted beyond `most`."""
    kinds: dict[str, Document] = {
        "claimed": {"line": {"$gte": CLAIMED}},
        "due": {"due": {"$lte": micros(now)}, **WAITS},
        "later": {"due": {"$gt": micros(now)}, **WAITS},
    }
    return {name: await _counted(db, where, most) for name, where in kinds.items()}


async def _counted(db: Collections, where: Any, most: int) -> int:
    return await db[JOBS].count_documents(where, limit=most) if most > 0 else 0
