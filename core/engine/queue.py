"""What a store takes and hands out: commits, jobs that are due, and what became of them."""

from datetime import datetime
from math import inf
from typing import Literal
from zlib import crc32

from msgspec import Struct

from core.engine.records import Record, Tally
from core.engine.work import Changes, Job

State = Literal[
    "planned",
    "held",
    "waiting_install",
    "claimed",
    "sent",
    "unconfirmed",
    "skipped",
    "blocked",
    "not_installed",
    "expired",
    "withdrawn",
    "failed",
]
OPEN_STATES: tuple[State, ...] = ("planned", "held", "waiting_install", "claimed")
PARTITIONS = 64


def partition_of(lane: str) -> int:
    """Which of the 64 partitions a lane belongs to: one process at a time serves it."""
    return crc32(lane.encode("utf-8", "backslashreplace")) % PARTITIONS


class Lease(Struct, frozen=True, kw_only=True):
    """The partitions that this process serves, for `seconds` from when it asked.

    Those that are `fresh` were taken over since it asked before: what is claimed there, somebody
    else left behind. Nothing new starts in those that are `leaving`: another process waits for
    them. `workers` processes share all there are.
    """

    partitions: frozenset[int]
    fresh: frozenset[int] = frozenset()
    leaving: frozenset[int] = frozenset()
    workers: int = 1
    seconds: float = inf


class Due(Struct, frozen=True, kw_only=True):
    """A stored job: `seq` is its place in line, `why` explains the state, `tries` counts claims."""

    org: str
    job: Job
    seq: int = 0
    state: State = "planned"
    why: str = ""
    tries: int = 0


class Commit(Struct, frozen=True, kw_only=True, gc=False):
    """What one event changes. `event` "" uses up no id.

    Jobs whose keys are in `adopted` are born claimed: this process starts them at once.
    """

    org: str
    event: str
    at: datetime
    changes: Changes
    reply: bytes = b""
    adopted: frozenset[str] = frozenset()


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a job; `due` is when an open one comes up again.

    Settling a claimed job that has a successor plans the successor, whatever `state` says.
    `report` is the Delivery that learns of it. `retry` says whose patience was asked for: what a
    whole tenant has to wait for costs no try.
    """

    key: str
    org: str
    state: State
    at: datetime
    why: str = ""
    due: datetime | None = None
    saves: tuple[Record, ...] = ()
    tallies: tuple[Tally, ...] = ()
    retry: Literal["", "lane", "tenant"] = ""
    report: str = ""
