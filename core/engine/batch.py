"""One batch: handlers run one after another over an overlay, then one commit for all of them."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from core.engine.errors import StoreError
from core.engine.folding import Folding
from core.engine.known import Known
from core.engine.meters import Meters
from core.engine.outward import outward
from core.engine.overlay import NOTHING, Laid, Overlay
from core.engine.ports import (
    Address,
    Card,
    Changes,
    Clock,
    Commit,
    Done,
    Due,
    Event,
    Invalid,
    Job,
    Moment,
    Product,
    Record,
    Reply,
    Show,
    Store,
    Withdraw,
    lane_of,
)
from core.engine.trail import Trail, turn

log = logging.getLogger("coterie.engine")

CALM = 8


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


class Decided(NamedTuple):
    """What became of these events, once its commits are written."""

    events: Sequence[Event]
    handled: Sequence[Handled]
    commits: Sequence[Commit]
    overlays: Mapping[str, Overlay]

    async def laid(self) -> Mapping[str, Laid]:
        """By organisation, what has to be seen while this is written."""
        return {org: await overlay.laid() for org, overlay in self.overlays.items()}


class Batch:
    """Runs events together. Nothing inside one process conflicts."""

    def __init__(self, store: Store, product: Product, clock: Clock, folding: Folding) -> None:
        self._store, self._product, self._clock = store, product, clock
        self._folding = folding
        self.meters, self.trail, self.known = Meters(), Trail(), Known()
        self.starter: Starter | None = None

    async def decide(self, events: Sequence[Event], under: Mapping[str, Laid]) -> Decided:
        """Runs the handlers, over what is being written meanwhile; changes nothing."""
        now = self._clock.now()
        overlays = {
            org: Overlay(self._store.reader(org), under.get(org, NOTHING))
            for org in {it.org for it in events}
        }
        handled: list[Handled] = []
        commits: list[Commit] = []
        redraws: dict[tuple[str, str], Job] = {}
        if len(events) > CALM:
            await self._foresee(events, overlays)
        for event in events:
            overlay = overlays[event.org]
            turn.set(event.id)
            try:
                changes = await self._handle(event, overlay, now)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                handled.append(Handled(error=error))
                continue
            if len(events) <= CALM:
                changes = await self._redrawn(event, changes, Moment(overlay, now, event.id))
            handled.append(Handled(changes.reply))
            if changes:
                changes = _folded(event.org, changes, redraws)
                commits.append(self._commit(event, changes, now))
            log.debug("%s %.60s plans %d jobs", event.source, event.name, len(changes.jobs))
        turn.set("")
        return Decided(events, handled, commits, overlays)

    async def write(self, it: Decided) -> None:
        """Commits; raises Conflict or whatever the store raises, with nothing done."""
        await self._store_all(it.commits)
        self._remember(it.events, it.handled, it.commits)

    async def _foresee(self, events: Sequence[Event], overlays: Mapping[str, Overlay]) -> None:
        """Fetches at once what the handlers will surely look at one by one."""
        wanted: dict[tuple[str, type[Record]], dict[str, None]] = {}
        for event in events:
            for kind, id in self._product.foreseen(event):
                wanted.setdefault((event.org, kind), {})[id] = None
            for address in self.known.news(event.learned):
                wanted.setdefault((event.org, Address), {})[address.id] = None
        for (org, kind), ids in wanted.items():
            found = await self._store.many(org, kind, tuple(ids))
            overlays[org].foresee(kind, ids, found)

    async def _handle(self, event: Event, overlay: Overlay, now: datetime) -> Changes:
        moment = Moment(overlay, now, event.id, self._product.words)
        changes = await overlay.lay(await self._product.handle(event, moment))
        if new := self.known.news(event.learned):
            changes += await self._learned(new, changes, overlay)
        return outward(event, changes)

    async def _learned(self, new: Sequence[Address], changes: Changes, over: Overlay) -> Changes:
        """Until this batch is committed, what comes next looks for itself."""
        gone = {record.id for record in changes.deletes if isinstance(record, Address)}
        other = [it for it in new if it.id not in gone]
        for address in other:
            self.known.forget(address.id)
        merged = [await _merged(it, over) for it in other]
        return await over.lay(Changes(saves=tuple(it for it in merged if it)))

    async def _redrawn(self, event: Event, changes: Changes, moment: Moment) -> Changes:
        """With the sentence comes the pressed card as it is now, unless many press at once."""
        done = changes.reply
        slot = event.origin.slot if event.origin else ""
        if not (event.inline and slot and event.source == "press" and isinstance(done, Done)):
            return changes
        try:
            card = await self._product.query(event, moment, {})
        except Exception as error:  # what was decided stands without the card
            log.warning("a card could not be drawn", exc_info=error)
            return changes
        if not isinstance(card, Card):
            return changes
        return replace(changes, reply=Card(card.post, done.phrase))

    def _commit(self, event: Event, changes: Changes, now: datetime) -> Commit:
        """A form that comes back with errors leaves the id free, so that it comes back again."""
        jobs = tuple([self._planned(job, now) for job in changes.jobs])
        again = isinstance(changes.reply, Invalid)
        return Commit(
            org=event.org,
            event="" if again and event.inline else event.id,
            at=now,
            changes=replace(changes, jobs=jobs),
            reply=_kept(changes.reply) if event.inline and not again else b"",
        )

    def _adopted(self, commit: Commit) -> Commit:
        """The commit with the jobs that start right after it; their senders are reserved."""
        jobs = commit.changes.jobs
        starter = self.starter
        if starter is None:
            return commit
        keys = [job.key for job in jobs if job.due == commit.at and starter.adopt(job)]
        return replace(commit, adopted=frozenset(keys)) if keys else commit

    def _planned(self, job: Job, now: datetime) -> Job:
        """The job with its lane and time filled in; redraws are folded."""
        due = job.due or now
        if isinstance(job.work, Show) and job.due is None:
            due = self._folding.due(job.key, now)
        return replace(job, lane=lane_of(job), due=due)

    async def _store_all(self, commits: Sequence[Commit]) -> None:
        if not commits:
            return
        commits = [self._adopted(commit) for commit in commits]
        adopted = [
            Due(org=commit.org, job=job, state="claimed", tries=1)
            for commit in commits
            for job in commit.changes.jobs
            if job.key in commit.adopted
        ]
        born: frozenset[tuple[str, str]] = frozenset()
        began = time.monotonic()
        try:
            born = await self._store.commit(commits)
            self.meters.commit.took(time.monotonic() - began)
            self.trail.planned(commits)
        finally:
            if self.starter:
                mine = [due for due in adopted if (due.org, due.job.key) in born]
                rest = [due for due in adopted if (due.org, due.job.key) not in born]
                self.starter.start(mine, rest)
                self.starter.expect(_planned(commits))

    def _remember(
        self, events: Sequence[Event], handled: Sequence[Handled], commits: Sequence[Commit]
    ) -> None:
        """Their addresses are known, unless they were taken away."""
        for event, result in zip(events, handled, strict=True):
            if event.learned and result.error is None:
                self.known.learn(event.learned)
        for commit in commits:
            for record in commit.changes.deletes:
                self.known.forget(record.id)


def _folded(org: str, changes: Changes, redraws: dict[tuple[str, str], Job]) -> Changes:
    """Without what an event before it has planned too: a batch redraws a card once."""
    jobs = tuple([job for job in changes.jobs if not _again(org, job, redraws)])
    return changes if len(jobs) == len(changes.jobs) else replace(changes, jobs=jobs)


def _again(org: str, job: Job, redraws: dict[tuple[str, str], Job]) -> bool:
    """Whether the same is planned already: nothing is drawn before the whole batch is stored."""
    if isinstance(job.work, Withdraw):
        redraws.clear()  # what is shown after that is shown anew
    if not isinstance(job.work, Show) or job.plan != "replace":
        return False
    before = redraws.get((org, job.key))
    redraws[org, job.key] = job
    return before == job


def _kept(reply: Reply | None) -> bytes:
    """The reply as it is stored; nothing when its words cannot be written down."""
    try:
        return msgspec.json.encode(reply) if reply is not None else b""
    except UnicodeEncodeError:
        return b""


async def _merged(learned: Address, overlay: Overlay) -> Address | None:
    """What is known with what was learned on top; None when that is nothing new."""
    old = await overlay.get(Address, learned.id)
    if old is None:
        return learned
    merged = replace(old, ref={**old.ref, **learned.ref}, state=learned.state)
    return None if merged == old else merged


def _planned(commits: Sequence[Commit]) -> list[Job]:
    return [
        job for commit in commits for job in commit.changes.jobs if job.key not in commit.adopted
    ]
