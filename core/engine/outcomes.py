"""What became of a message, and what to do next: pure, one case for each class of error."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import Due, Outcome, Record, State, Tally
from core.engine.route import Route

AGAIN = "again"
GIVE_UP = 10
LONGEST_WAIT = 300.0


def ended(
    due: Due,
    state: State,
    now: datetime,
    *,
    why: str = "",
    saves: tuple[Record, ...] = (),
    tallies: tuple[Tally, ...] = (),
) -> Outcome:
    """The job is over."""
    return Outcome(
        key=due.job.key,
        org=due.org,
        state=state,
        at=now,
        why=why,
        saves=saves,
        tallies=tallies,
        report=due.job.report,
    )


def later(
    due: Due,
    now: datetime,
    seconds: float,
    why: str = "",
    saves: tuple[Record, ...] = (),
) -> Outcome:
    """The job comes up again."""
    at = now + timedelta(seconds=seconds)
    return replace(ended(due, "planned", now, why=why, saves=saves), due=at)


def failed(route: Route, due: Due, error: DeliveryError, now: datetime) -> Outcome:
    """What to do next, by the class of the error."""
    match error:
        case RetryLater(after=after, scope=scope):
            patient = scope == "tenant"
            return replace(_retried(due, now, after, error.why, patient=patient), retry=scope)
        case Uncertain():
            return _unsure(route, due, now)
        case Gone() if route.shown:
            gone = replace(route.shown, withdrawn=True)
            return ended(due, "withdrawn", now, why="taken away", saves=(gone,))
        case Gone() | Unreachable():
            return _lost(route, due, now, error)
        case _:
            state: State = "blocked" if isinstance(error, NotAllowed) else "failed"
            return ended(due, state, now, why=error.why)


def left_behind(due: Due, now: datetime, *, repeatable: bool) -> Outcome:
    """A job that was claimed when the process died: it may or may not have left."""
    if repeatable:
        return later(due, now, 0, due.why)
    if due.job.weight == "nudge" or due.why == AGAIN:
        return ended(due, "unconfirmed", now, why="sent, not confirmed")
    return later(due, now, 0, AGAIN)


def _retried(
    due: Due, now: datetime, after: float | None, why: str, *, patient: bool = False
) -> Outcome:
    """Once more; `patient`: all of the tenant waits, which is no reason to give this one up."""
    if due.tries >= GIVE_UP and not patient:
        return ended(due, "failed", now, why=f"gave up: {why}")
    return later(due, now, after if after is not None else backoff(due.tries), due.why)


def _unsure(route: Route, due: Due, now: datetime) -> Outcome:
    """An edit may be sent again; a nudge is left; anything else goes once more, marked."""
    if route.shown is not None:
        return _retried(due, now, None, "no answer")
    outcome = left_behind(due, now, repeatable=False)
    if outcome.due is None:
        return outcome
    return replace(outcome, due=now + timedelta(seconds=backoff(due.tries)))


def _lost(route: Route, due: Due, now: datetime, error: DeliveryError) -> Outcome:
    """Forgets the address. A person may have another account: the job looks for it at once.

    Of a thread, only the message that it hangs on is gone.
    """
    if route.thread and isinstance(error, Gone):
        return ended(due, "withdrawn", now, why="taken away")
    state: State = error.state if isinstance(error, Unreachable) else "not_installed"
    lost = replace(route.address, state=state)
    if route.person:
        return later(due, now, 0, due.why, saves=(lost,))
    return ended(due, state, now, why=error.why, saves=(lost,))


def backoff(tries: int) -> float:
    """Seconds before the next try: 2, 4, 8 … at most five minutes."""
    return min(2.0 ** min(tries, 9), LONGEST_WAIT)
