"""The durable queue in SQL: what is planned, handed out, claimed and settled.

A row waits (planned, held, waiting_install), is claimed, or has finished. Only what waits is in
the index by due. `lined` says that a job has ever waited: an index of lanes that stays as it is
while jobs are claimed and finished makes them a third cheaper.
"""
# ruff: noqa: S608 - only names that were declared are put into SQL; values are parameters

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from connectors.stores import front as front_of
from connectors.stores.codec import decode_job, encode, micros, moment
from connectors.stores.front import Front
from connectors.stores.schema import WAITING, Database, Row, holes, padded
from connectors.stores.tables import Write
from core.engine.ports import OPEN_STATES, WEIGHTS, Due, Job, Outcome, lane_of

# ?1 org  ?2 key  ?3 lane  ?4 weight  ?5 due  ?6 seq  ?7 state  ?8 tries  ?9 lined  ?10 body
NEW = """
INSERT INTO jobs (org, key, lane, weight, due, seq, state, tries, lined, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, key) DO"""
ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
KEEP = Write(f"{NEW} NOTHING", exact=True, values=ROW)
REPLACE = Write(
    f"""{NEW} UPDATE SET
    lane = excluded.lane, weight = excluded.weight, due = excluded.due, seq = excluded.seq,
    lined = lined OR excluded.lined, state = excluded.state, why = '', body = excluded.body,
    next = NULL, finished = NULL,
    tries = excluded.tries + CASE WHEN finished IS NULL THEN tries ELSE 0 END
WHERE state <> 'claimed'""",
    exact=True,
    values=ROW,
)
SUCCEED = Write("""
UPDATE jobs SET next = ?10 WHERE org = ?1 AND key = ?2 AND seq <> ?6 AND state = 'claimed'""")

CLAIM = f"""
UPDATE jobs SET state = 'claimed', tries = tries + 1 WHERE org = ? AND key = ? AND {WAITING}"""
FINISH = """
UPDATE jobs SET state = ?, why = ?, finished = ?
WHERE org = ? AND key = ? AND finished IS NULL AND next IS NULL"""
POSTPONE = """
UPDATE jobs SET state = ?, why = ?, due = coalesce(?, due), lined = 1,
    tries = max(tries - ?, 0)
WHERE org = ? AND key = ? AND finished IS NULL AND next IS NULL"""
FOLLOW = """
UPDATE jobs SET state = 'planned', why = '', tries = 0, next = NULL, lined = 1,
    lane = ?, weight = ?, due = ?, seq = ?, body = ?
WHERE org = ? AND key = ?"""

FIELDS = "org, body, lane, due, seq, state, why, tries"
COLUMNS = f"SELECT {FIELDS} FROM jobs"
NEXT = f"SELECT min(due) FROM jobs INDEXED BY jobs_due WHERE {WAITING} AND weight = ? AND due > ?"
CLAIMED = f"{COLUMNS} INDEXED BY jobs_claimed WHERE state = 'claimed' ORDER BY seq"
IN_LANE = f"""
{COLUMNS} INDEXED BY jobs_lane WHERE lined = 1 AND {WAITING} AND lane = ? AND org = ?
ORDER BY due, seq LIMIT ?"""
BY_DUE = f"""
{COLUMNS} INDEXED BY jobs_due WHERE {WAITING} AND weight = ? AND org = ?
ORDER BY due, seq LIMIT ?"""
ONE = f"{COLUMNS} WHERE org = ? AND key = ?"
CENSUS = f"""
SELECT count(*) FROM (
    SELECT 1 FROM jobs INDEXED BY jobs_due WHERE {WAITING} AND weight = ? AND due %s ? LIMIT ?)"""
IN_FLIGHT = """
SELECT count(*) FROM (
    SELECT 1 FROM jobs INDEXED BY jobs_claimed WHERE state = 'claimed' LIMIT ?)"""
FORGET = """
DELETE FROM jobs WHERE number IN (
    SELECT number FROM jobs INDEXED BY jobs_finished WHERE finished < ? LIMIT ?)"""


def planned(org: str, job: Job, at: datetime, seq: int, *, claimed: bool) -> Row:
    """The parameters of KEEP, REPLACE and SUCCEED."""
    state = "claimed" if claimed else "planned"
    due = micros(job.due or at)
    weight = WEIGHTS.index(job.weight)
    tries, lined = int(claimed), int(not claimed)
    return (org, job.key, lane_of(job), weight, due, seq, state, tries, lined, encode(job))


def plan(db: Database, kept: Sequence[Row], replacing: Sequence[Row]) -> bool:
    """Queues jobs; False if some were there before, and so kept or waiting as successors."""
    fresh = not kept or KEEP.run(db, kept)
    if replacing and not REPLACE.run(db, replacing):
        SUCCEED.run(db, replacing)
        return False
    return fresh


def stands(db: Database, row: Row) -> bool:
    """Whether the job of this key is the one just queued."""
    found = db.execute("SELECT seq FROM jobs WHERE org = ? AND key = ?", row[:2]).fetchone()
    return bool(found[0] == row[5])


def claim(db: Database, keys: Sequence[tuple[str, str]]) -> list[bool]:
    """Marks what still waits as claimed; answers for each key whether it was."""
    return [db.execute(CLAIM, key).rowcount == 1 for key in keys]


def finish(db: Database, outcomes: Sequence[Outcome], seq: int) -> bool:
    """Writes down what became of jobs; a successor is planned in the place of its job.

    Answers whether some of them may wait again.
    """
    ends: list[Row] = []
    goes_on: list[Row] = []
    for it in outcomes:
        if it.state in OPEN_STATES:
            due = micros(it.due) if it.due else None
            free = int(it.retry == "tenant")
            goes_on.append((it.state, it.why, due, free, it.org, it.key))
        else:
            ends.append((it.state, it.why, micros(it.at), it.org, it.key))
    done = db.executemany(FINISH, ends).rowcount if ends else 0
    done += db.executemany(POSTPONE, goes_on).rowcount if goes_on else 0
    if done < len(outcomes):
        _follow(db, outcomes, seq)
    return bool(goes_on) or done < len(outcomes)


def _follow(db: Database, outcomes: Sequence[Outcome], seq: int) -> None:
    look = "SELECT next FROM jobs WHERE org = ? AND key = ? AND next IS NOT NULL"
    for number, it in enumerate(outcomes, seq):
        for (body,) in db.execute(look, (it.org, it.key)).fetchall():
            job = decode_job(body)
            row = planned(it.org, job, max(it.at, it.due or it.at), number, claimed=False)
            db.execute(FOLLOW, (*row[2:6], body, it.org, it.key))


def due(db: Database, front: Front, now: datetime, limit: int, busy: Collection[str]) -> list[Due]:
    """Waiting jobs by weight, due and seq, a few of each lane that is not busy."""
    return _by_number(db, front_of.due(db, front, now, limit, busy))


def _by_number(db: Database, numbers: Sequence[int]) -> list[Due]:
    sql = f"SELECT {FIELDS}, number FROM jobs WHERE number IN ({holes(len(numbers))})"
    rows = {row[-1]: row[:-1] for row in db.execute(sql, padded(numbers))}
    return [_due(rows[number]) for number in numbers if number in rows]


def next_due(db: Database, after: datetime) -> datetime | None:
    """When the next waiting job comes up."""
    weights = range(len(WEIGHTS))
    found = (db.execute(NEXT, (weight, micros(after))).fetchone()[0] for weight in weights)
    times = [time for time in found if time is not None]
    return moment(min(times)) if times else None


def claimed(db: Database) -> list[Due]:
    """What is claimed, in the order in which it was planned."""
    return [_due(row) for row in db.execute(CLAIMED)]


def one(db: Database, org: str, key: str) -> Due | None:
    """The job of this key."""
    row = db.execute(ONE, (org, key)).fetchone()
    return _due(row) if row else None


def listed(db: Database, org: str, lane: str, limit: int) -> list[Due]:
    """Open jobs by due, claimed ones among them."""
    rows = [row for row in db.execute(CLAIMED) if row[0] == org and (not lane or row[2] == lane)]
    if lane:
        rows += db.execute(IN_LANE, (lane, org, limit))
    else:
        for weight in range(len(WEIGHTS)):
            rows += db.execute(BY_DUE, (weight, org, limit))
    rows.sort(key=lambda row: row[3:5])
    return [_due(row) for row in rows[:limit]]


def census(db: Database, now: datetime, most: int) -> dict[str, int]:
    """Open jobs that are due, come later and are claimed; no more than `most` are stepped over."""
    found = {"claimed": db.execute(IN_FLIGHT, (most,)).fetchone()[0]}
    for name, side in (("due", "<="), ("later", ">")):
        found[name] = 0
        for weight in range(len(WEIGHTS)):
            where = (weight, micros(now), most - found[name])
            found[name] += db.execute(CENSUS % side, where).fetchone()[0]
    return found


def _due(row: Row) -> Due:
    org, body, lane, at, seq, state, why, tries = row
    job = replace(decode_job(body), lane=lane, due=moment(at))
    return Due(org=org, job=job, seq=seq, state=state, why=why, tries=tries)
