"""Everything that is written, as transactions; what several ask for at once is written at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import count

from msgspec.structs import replace

from connectors.stores.codec import clean, encode, micros
from connectors.stores.mongo.commits import SEEN, Key, Plan
from connectors.stores.mongo.edits import Edits, Stale
from connectors.stores.mongo.keys import key
from connectors.stores.mongo.leases import Leases
from connectors.stores.mongo.outcomes import Claim, Settling
from connectors.stores.mongo.queue import JOBS
from connectors.stores.mongo.schema import POISON
from connectors.stores.mongo.together import Together
from connectors.stores.mongo.turns import Turns
from connectors.stores.mongo.wire import Collections, Transactions, explained
from core.engine.errors import Conflict, Fenced, StoreError
from core.engine.ports import Commit, Event, Outcome

TRIES = 5
FASTER = "the database changes faster than it can be written"


class Line:
    """Places in line and names; they begin with how many starts there were."""

    def __init__(self, start: int) -> None:
        self._place = start << 32
        self._names = (f"{start}/{number}" for number in count())

    def places(self, count: int) -> int:
        """The first of so many; what a failed transaction took is left out."""
        first = self._place + 1
        self._place += count
        return first

    def name(self) -> str:
        """A name that no other claim or batch has."""
        return next(self._names)


class Writing:
    """Commits, claims and settles."""

    def __init__(
        self,
        db: Collections,
        transactions: Transactions,
        leases: Leases,
        turns: Turns,
        *,
        line: Line,
        edits: Callable[[], Edits],
    ) -> None:
        self._db, self._transactions = db, transactions
        self._leases, self._turns = leases, turns
        self._line, self._edits = line, edits
        self._claiming = Together(self._claim)
        self._settling = Together(self._settle_all)

    async def commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        """All of it or nothing; answers which jobs were really born claimed."""
        try:
            return await self._commit(batch)
        except UnicodeEncodeError:
            return await self._commit_cleaned(batch)

    async def _commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        for _ in range(TRIES):
            plan = self._planned(batch)
            try:
                born = await self._transactions.run(partial(plan.apply, self._db))
            except Fenced:
                continue
            except Stale:
                with explained():
                    stale = await plan.stale(self._db)
                if stale:
                    raise Conflict(tuple(dict.fromkeys(stale))) from None
            else:
                self._turns.planned(plan.waiting())
                return born
        raise StoreError(FASTER)

    def _planned(self, batch: Sequence[Commit]) -> Plan:
        plan = Plan(self._edits(), self._leases, self._line.name())
        for commit in batch:
            plan.add(commit, self._line.places(len(commit.changes.jobs)))
        return plan

    async def _commit_cleaned(self, batch: Sequence[Commit]) -> frozenset[Key]:
        cleaned = [replace(clean(commit), adopted=frozenset()) for commit in batch]
        try:
            return await self._commit(cleaned)
        except Conflict as conflict:
            events = (commit.event for commit in batch if clean(commit.event) in conflict.events)
            raise Conflict(tuple(events)) from conflict

    async def mark(self, keys: Sequence[Key]) -> frozenset[Key]:
        """Claims waiting jobs of ours by (org, key); answers which could be claimed."""
        if not keys:
            return frozenset()
        asked = object()
        claimed = await self._claiming.do([(key, asked) for key in keys])
        return frozenset(key for key in keys if claimed.get(key) is asked)

    async def _claim(self, asked: Sequence[tuple[Key, object]]) -> Mapping[Key, object]:
        """Who gets what: of several who ask for one job, the first."""
        first = dict(reversed(asked))
        claim = Claim(list(first), self._leases, self._line.name())
        try:
            claimed = await self._transactions.run(partial(claim.apply, self._db))
        except Fenced:
            return {}
        return {key: first[key] for key in claimed}

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Records what became of jobs. Raises Conflict with the keys of those that met one."""
        if not outcomes:
            return
        lost = await self._settling.do(outcomes)
        if ours := [it.key for it in outcomes if (it.org, it.key) in lost]:
            raise Conflict(tuple(ours))

    async def _settle_all(self, outcomes: Sequence[Outcome]) -> frozenset[Key]:
        """Answers which met a conflict."""
        lost = [it for some in _apart(outcomes) for it in await self._settled(some)]
        return frozenset((it.org, it.key) for it in lost)

    async def _settled(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        try:
            return await self._settle(outcomes)
        except UnicodeEncodeError:
            lost = await self._settle([clean(it) for it in outcomes])
            return [it for it in outcomes if clean(it) in lost]

    async def _settle(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """All together; where one meets a conflict, each by itself."""
        for _ in range(TRIES):
            settling = Settling(
                outcomes, self._line.places(len(outcomes)), self._leases, self._edits
            )
            try:
                again = await self._transactions.run(partial(settling.apply, self._db))
            except Fenced:
                continue
            except (Conflict, Stale) as error:
                if len(outcomes) > 1:
                    return [lost for it in outcomes for lost in await self._settle([it])]
                with explained():
                    if isinstance(error, Conflict) or await settling.edits.stale(self._db):
                        return list(outcomes)
            else:
                if again:
                    self._turns.forget()
                return []
        raise StoreError(FASTER)

    async def poison(self, org: str, event: Event, why: str, at: datetime) -> None:
        """Keeps an event that no handler can take, with its reason."""
        body = encode(clean(event)).decode()
        row = {"org": clean(org), "at": micros(at), "why": clean(why), "event": body}
        with explained():
            await self._db[POISON].replace_one({"_id": key(org, event.id)}, row, upsert=True)

    async def forget(self, before: datetime) -> int:
        """Deletes event ids and finished jobs older than this."""
        old = {"finished": {"$gte": 0, "$lt": micros(before)}}
        with explained():
            seen = await self._db[SEEN].delete_many({"at": {"$lt": before}})
            jobs = await self._db[JOBS].delete_many(old)
        return seen.deleted_count + jobs.deleted_count


def _apart(outcomes: Sequence[Outcome]) -> Iterator[list[Outcome]]:
    """In groups in which every job is there once."""
    while outcomes:
        first = {(it.org, it.key): it for it in reversed(outcomes)}
        taken = {id(it) for it in first.values()}
        yield [it for it in outcomes if id(it) in taken]
        outcomes = [it for it in outcomes if id(it) not in taken]
