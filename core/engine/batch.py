"""One batch: handlers run one after another over an overlay, then one commit for all of them."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from core.engine.folding import Folding
from core.engine.outward import outward
from core.engine.overlay import Overlay
from core.engine.ports import (
    Address,
    Changes,
    Clock,
    Commit,
    Due,
    Event,
    Invalid,
    Job,
    Moment,
    Product,
    Reply,
    Show,
    Store,
    lane_of,
)

log = logging.getLogger("coterie.engine")

ADDRESSES = 10_000


class Starter(Protocol):
    """The worker, as far as new jobs are concerned."""

    def adopt(self, job: Job) -> bool:
        """Reserves a free sender for a job that is about to be committed."""

    def start(self, adopted: Sequence[Due], refused: Sequence[Due]) -> None:
        """Starts what was born claimed and lets go of what was not."""

    def expect(self, jobs: Sequence[Job]) -> None:
        """Says which jobs were planned, so that they are looked for in time."""


class Handled(msgspec.Struct, frozen=True):
    """What became of one event: its reply, or the error that its handler raised."""

    reply: Reply | None = None
    error: Exception | None = None


class Batch:
    """Runs events together. Nothing inside one process conflicts."""

    def __init__(self, store: Store, product: Product, clock: Clock, folding: Folding) -> None:
        self._store, self._product, self._clock = store, product, clock
        self._folding = folding
        self._known: OrderedDict[str, Address] = OrderedDict()
        self.starter: Starter | None = None

    async def run(self, events: Sequence[Event]) -> list[Handled]:
        """Handles and commits; raises Conflict or whatever the store raises, with nothing done."""
        now = self._clock.now()
        overlays: dict[str, Overlay] = {}
        handled: list[Handled] = []
        commits: list[Commit] = []
        adopted: list[Due] = []
        for event in events:
            overlay = overlays.setdefault(event.org, Overlay(self._store.reader(event.org)))
            try:
                changes = await self._handle(event, overlay, now)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                handled.append(Handled(error=error))
                continue
            handled.append(Handled(changes.reply))
            if changes:
                commits.append(self._commit(event, changes, now, adopted))
        await self._store_all(commits, adopted)
        return handled

    def forget(self, address: str) -> None:
        """What is learned next about this address is news."""
        self._known.pop(address, None)

    async def _handle(self, event: Event, overlay: Overlay, now: datetime) -> Changes:
        changes = await self._product.handle(event, Moment(overlay, now, event.id))
        changes = await overlay.lay(changes)
        learned = tuple(a for a in event.learned if self._known.get(a.id) != a)
        if learned:
            changes += Changes(saves=learned)
        return changes if event.inline else outward(event, changes)

    def _commit(self, event: Event, changes: Changes, now: datetime, adopted: list[Due]) -> Commit:
        jobs = tuple(self._planned(job, now) for job in changes.jobs)
        mine = [job for job in jobs if job.due == now and self._adopts(job)]
        adopted += [Due(org=event.org, job=job, state="claimed", tries=1) for job in mine]
        reply = changes.reply
        stored = event.inline and reply is not None and not isinstance(reply, Invalid)
        return Commit(
            org=event.org,
            event=event.id,
            at=now,
            changes=msgspec.structs.replace(changes, jobs=jobs),
            reply=msgspec.json.encode(reply) if stored else b"",
            adopted=frozenset(job.key for job in mine),
        )

    def _adopts(self, job: Job) -> bool:
        return self.starter is not None and self.starter.adopt(job)

    def _planned(self, job: Job, now: datetime) -> Job:
        """The job with its lane and time filled in; redraws are folded."""
        due = job.due or now
        if isinstance(job.work, Show) and job.due is None:
            due = self._folding.due(job.key, now)
        return msgspec.structs.replace(job, lane=lane_of(job), due=due)

    async def _store_all(self, commits: list[Commit], adopted: list[Due]) -> None:
        born: frozenset[tuple[str, str]] = frozenset()
        try:
            if commits:
                born = await self._store.commit(commits)
                self._remember(commits)
        finally:
            if self.starter and commits:
                mine = [due for due in adopted if (due.org, due.job.key) in born]
                rest = [due for due in adopted if (due.org, due.job.key) not in born]
                self.starter.start(mine, rest)
                self.starter.expect(_planned(commits))

    def _remember(self, commits: list[Commit]) -> None:
        """The last ten thousand addresses, so that an unchanged one is not saved again."""
        for commit in commits:
            for record in commit.changes.saves:
                if isinstance(record, Address):
                    self._known[record.id] = record
                    if len(self._known) > ADDRESSES:
                        self._known.popitem(last=False)


def _planned(commits: Sequence[Commit]) -> list[Job]:
    return [
        job for commit in commits for job in commit.changes.jobs if job.key not in commit.adopted
    ]
