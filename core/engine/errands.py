"""One job, whatever it asks for: an event to raise, a question to ask, a message to send."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from core.engine.claims import Claims, tried
from core.engine.delivery import deliver
from core.engine.errors import DeliveryError, RetryLater, StoreError
from core.engine.intake import Intake
from core.engine.meters import Meters
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
from core.engine.turns import PATIENCE, Held, Turns

log = logging.getLogger("coterie.worker")

UNDER = 2.0
NO_ANSWER = "no answer"
ASK_SECONDS = 30.0
REFUSED = {"failed": logging.WARNING, "blocked": logging.INFO, "not_installed": logging.INFO}
ASKED = 5


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
        self._intake, self._asks = intake, asks
        self._turns = Turns(pace, intake.meters)
        self._router = Router(product, pace.platforms, pace.closed_now)

    async def do(self, due: Due, claims: Claims) -> Sequence[Outcome]:
        """What became of it; what has to be claimed for it joins `claims`.

        Raises Held or Taken when nothing was done.
        """
        now = self._clock.now()
        work = due.job.work
        if due.job.until and due.job.until < now:
            return [await self._over(due, ended(due, "expired", now), claims)]
        match work:
            case Raise(event):
                return [await self._raise(due, event, now, claims)]
            case Ask():
                return [await self._ask(due, work, now, claims)]
            case Deliver() | Show() | Withdraw():
                return await self._message(due, now, claims)

    async def _raise(self, due: Due, event: Event, now: datetime, claims: Claims) -> Outcome:
        """Claimed first, so that a timer that sets itself again is its own successor."""
        await claims.take(due)
        await self._intake.submit(event)
        return ended(due, "sent", now)

    async def _ask(self, due: Due, ask: Ask, now: datetime, claims: Claims) -> Outcome:
        await claims.take(due)
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

    async def _message(self, due: Due, now: datetime, claims: Claims) -> Sequence[Outcome]:
        if not claims.jobs and (early := self._early(due, now)):
            return [early]
        route = await self._router.route(due, self._store.reader(due.org), now)
        if isinstance(route, Outcome):
            route = await self._rooted(due, route, now)
            await self._silence(due, route)
            return [await self._over(due, route, claims)]
        if not claims.jobs:
            claims.stay(due)
            if closed := self._turns.closed(route):
                return [_postponed(due, now, closed)]
            try:
                route = await self._claimed(route, now, claims)
            except Held as held:
                if held.seconds < PATIENCE or not route.person:
                    raise
                return [later(due, now, held.seconds, due.why)]  # so that it hides nobody else's
        claims.stay(due)
        began = time.monotonic()
        outcomes = await deliver(route, self._product, now, self._turns.another)
        _sent(self._intake.meters, route, outcomes[0], time.monotonic() - began)
        if isinstance(due.job.work, Show):
            self._intake.folding.drawn(due.job.key, now)
        self._turns.learn(route, outcomes[0])
        return outcomes

    def _early(self, due: Due, now: datetime) -> Outcome | None:
        """Later, when the message was drawn a moment ago: whoever planned this may not know."""
        if not isinstance(due.job.work, Show) or due.tries:
            return None
        at = self._intake.folding.due(due.job.key, now)
        return replace(later(due, now, 0, due.why), due=at) if at > now else None

    async def _claimed(self, route: Route, now: datetime, claims: Claims) -> Route:
        """The route when its turn has come, with the nudges that travel with it."""
        route = replace(route, also=await self._companions(route, now))
        await self._turns.first(route)
        await claims.take(*route.jobs)
        return replace(route, due=tried(route.due), also=tuple(map(tried, route.also)))

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

    async def _over(self, due: Due, outcome: Outcome, claims: Claims) -> Outcome:
        """Waiting on costs no try: a pause of weeks is no reason to give up."""
        if not claims.jobs and outcome.state not in OPEN_STATES:
            await claims.take(due)
        return outcome

    async def _silence(self, due: Due, outcome: Outcome) -> None:
        """The first message that silence stops asks the person whether to go on."""
        if outcome.why != "silent":
            return
        sent = await self._store.reader(due.org).tally(SENT, due.job.lane)
        await self._intake.submit(self._product.silent(due.org, due.job.lane, sent))


def _sent(meters: Meters, route: Route, first: Outcome, seconds: float) -> None:
    """Counts it as what it came to; what goes on is tried again later."""
    platform, outcome = route.platform.name, "later" if first.due else first.state
    meters.sent(platform, outcome, seconds)
    if outcome in REFUSED:  # what stands behind the colon may quote the message
        why = first.why.partition(":")[0]
        log.log(REFUSED[outcome], "%s took no message: %s (%.80s)", platform, outcome, why)


def _travels(due: Due, main: Due, now: datetime) -> bool:
    """Whether a waiting job may come along with another one of its lane."""
    return (
        due.job.key != main.job.key
        and due.job.weight == "nudge"
        and due.state in ("planned", "held")
        and isinstance(due.job.work, Deliver | Show)
        and (due.job.due or now) <= now <= (due.job.until or now)
    )


def _postponed(due: Due, now: datetime, seconds: float) -> Outcome:
    """Until a whole second, so that what waits for the same moment keeps its order."""
    at = now + timedelta(seconds=seconds + 1)
    return replace(later(due, now, 0, due.why), due=at.replace(microsecond=0))


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
