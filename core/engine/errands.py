"""One job, whatever it asks for: an event to raise, a question to ask, a message to send."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from core.engine.delivery import deliver
from core.engine.errors import DeliveryError, RetryLater, StoreError
from core.engine.intake import Intake
from core.engine.outcomes import ended, later
from core.engine.pace import Pace
from core.engine.ports import (
    OPEN_STATES,
    Answer,
    Ask,
    Asker,
    Clock,
    Deliver,
    Due,
    Event,
    Outcome,
    Product,
    Raise,
    Show,
    Shown,
    Store,
    ToThread,
    Withdraw,
    show,
)
from core.engine.route import ROOTLESS, SENT, Route, Router

log = logging.getLogger("coterie.worker")

PATIENCE = 0.25
UNDER = 2.0
NO_ANSWER = "no answer"
ASK_SECONDS = 30.0
ASKED = 5


class Held(Exception):
    """The job has to wait for its turn: so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Taken(Exception):
    """Somebody else has claimed the job."""


class Errands:
    """Does claimed jobs, and claims those that are not yet just before their request leaves."""

    def __init__(
        self,
        store: Store,
        product: Product,
        clock: Clock,
        *,
        intake: Intake,
        pace: Pace,
        asks: Mapping[str, Asker],
    ) -> None:
        self._store, self._product, self._clock = store, product, clock
        self._intake, self._pace, self._asks = intake, pace, asks
        self._router = Router(product, pace.platforms, pace.closed_now)

    async def do(self, due: Due, *, claimed: bool) -> Sequence[Outcome]:
        """What became of it. Raises Held or Taken when nothing was done."""
        now = self._clock.now()
        work = due.job.work
        if due.job.until and due.job.until < now:
            return [await self._over(due, ended(due, "expired", now), claimed=claimed)]
        match work:
            case Raise(event):
                return [await self._raise(due, event, now)]
            case Ask():
                return [await self._ask(due, work, now)]
            case Deliver() | Show() | Withdraw():
                return await self._message(due, now, claimed=claimed)

    async def _raise(self, due: Due, event: Event, now: datetime) -> Outcome:
        """Claimed first, so that a timer that sets itself again is its own successor."""
        await self._claim(due)
        await self._intake.submit(event)
        return ended(due, "sent", now)

    async def _ask(self, due: Due, ask: Ask, now: datetime) -> Outcome:
        await self._claim(due)
        try:
            async with asyncio.timeout(ASK_SECONDS):
                answer = await self._asked(due, ask)
        except (RetryLater, TimeoutError) as error:
            if due.tries < ASKED:
                return later(due, now, getattr(error, "after", None) or 5.0)
            answer = Answer(error=NO_ANSWER)
        except DeliveryError as error:
            answer = Answer(error=error.why)
        await self._intake.submit(_answered(due, ask, answer))
        return ended(due, "sent", now)

    async def _asked(self, due: Due, ask: Ask) -> Answer:
        where = ask.question.get("place") or ask.question.get("platform", "")
        asker = self._asks.get(f"{where.partition(':')[0]}.{ask.port}")
        if asker is None:
            return Answer(error="unknown")
        try:
            return await asker(ask.question, self._store.reader(due.org))
        except (DeliveryError, StoreError, TimeoutError):
            raise
        except Exception:
            log.exception("a fault of ours in the question %s", ask.port)
            return Answer(error=NO_ANSWER)

    async def _message(self, due: Due, now: datetime, *, claimed: bool) -> Sequence[Outcome]:
        route = await self._router.route(due, self._store.reader(due.org), now)
        if isinstance(route, Outcome):
            route = await self._rooted(due, route, now)
            await self._silence(due, route)
            return [await self._over(due, route, claimed=claimed)]
        if not claimed:
            closed = self._pace.closed_now(route.address.id)
            if closed > PATIENCE:
                return [_postponed(due, now, closed)]
            route = await self._claimed(route, now)
        outcomes = await deliver(route, self._product, now)
        if isinstance(due.job.work, Show):
            self._intake.folding.drawn(due.job.key, now)
        self._pause(route, outcomes)
        return outcomes

    async def _claimed(self, route: Route, now: datetime) -> Route:
        """The route when its turn has come, with the nudges that travel with it."""
        route = replace(route, also=await self._companions(route, now))
        wait = self._pace.reserve(
            route.address.id,
            route.due.job.weight,
            time.monotonic(),
            patience=PATIENCE,
            requests=route.requests,
        )
        if wait > PATIENCE:
            raise Held(wait)
        await asyncio.sleep(wait)
        await self._claim(*route.jobs)
        return replace(route, due=_tried(route.due), also=tuple(map(_tried, route.also)))

    async def _claim(self, *dues: Due) -> None:
        """Raises Taken when one of them is somebody else's, or is not what it was."""
        wanted = [(due.org, due.job.key) for due in dues]
        if len(await self._store.mark(wanted)) < len(wanted):
            raise Taken
        for due in dues:
            if due.job.plan == "replace" and not isinstance(due.job.work, Show):
                found = await self._store.job(due.org, due.job.key)
                if found is None or found.seq != due.seq:
                    raise Taken

    async def _rooted(self, due: Due, outcome: Outcome, now: datetime) -> Outcome:
        """What belongs below a message that is still to come waits for it."""
        work = due.job.work
        if outcome.why != ROOTLESS or not isinstance(work, Deliver | Show):
            return outcome
        if not isinstance(work.target, ToThread):
            return outcome
        root = await self._store.job(due.org, show(work.target, work.target.slot).key)
        if root is None or root.state not in OPEN_STATES:
            place = f"{work.target.place}|{work.target.slot}"
            came = await self._store.reader(due.org).get(Shown, place)  # between two looks
            return later(due, now, 0, due.why) if came else outcome
        return later(due, max(now, root.job.due or now), UNDER, due.why)

    async def _companions(self, route: Route, now: datetime) -> tuple[Due, ...]:
        """Other nudges to the same person that are due: they come as one message."""
        if route.due.job.weight != "nudge" or not route.person:
            return ()
        waiting = await self._store.jobs(route.due.org, lane=route.due.job.lane)
        return tuple(due for due in waiting if _travels(due, route.due, now))

    async def _over(self, due: Due, outcome: Outcome, *, claimed: bool) -> Outcome:
        """Waiting on costs no try: a pause of weeks is no reason to give up."""
        if not claimed and outcome.state not in OPEN_STATES:
            await self._claim(due)
        return outcome

    async def _silence(self, due: Due, outcome: Outcome) -> None:
        """The first message that silence stops asks the person whether to go on."""
        if outcome.why != "silent":
            return
        sent = await self._store.reader(due.org).tally(SENT, due.job.lane)
        await self._intake.submit(self._product.silent(due.org, due.job.lane, sent))

    def _pause(self, route: Route, outcomes: Sequence[Outcome]) -> None:
        """A conversation that asked for patience gets it."""
        first = outcomes[0]
        if first.due and first.retry:
            seconds = (first.due - first.at).total_seconds()
            self._pace.close(
                route.address.id, seconds, time.monotonic(), tenant=first.retry == "tenant"
            )


def _travels(due: Due, main: Due, now: datetime) -> bool:
    """Whether a waiting job may come along with another one of its lane."""
    return (
        due.job.key != main.job.key
        and due.job.weight == "nudge"
        and due.state in ("planned", "held")
        and isinstance(due.job.work, Deliver | Show)
        and (due.job.due or now) <= now <= (due.job.until or now)
    )


def _tried(due: Due) -> Due:
    return msgspec.structs.replace(due, tries=due.tries + 1)


def _postponed(due: Due, now: datetime, seconds: float) -> Outcome:
    """Until a whole second, so that what waits for the same moment keeps its order."""
    at = now + timedelta(seconds=seconds + 1)
    return msgspec.structs.replace(later(due, now, 0, due.why), due=at.replace(microsecond=0))


def _answered(due: Due, ask: Ask, answer: Answer) -> Event:
    return Event(
        id=f"answer/{due.job.key}/{due.seq}",
        org=due.org,
        source="answer",
        name=ask.then,
        args=ask.question,
        values=answer.values,
        people=answer.people,
        cursor=answer.cursor,
        error=answer.error,
        learned=answer.learned,
    )
