"""How a rate is learned, step by step, and known by all processes: pure, times in seconds.

It starts below the limit and rises by half a hundredth at a time, each step tried by all processes
together for a second or two, until the platform says 429. The step before that was held, so that
is the limit, and the rate settles just under it: for longer than a step was tried. From then on
only a 429 changes it, or a day: then it is tried whether the platform takes more by now, which
costs one 429 a day at most.

What all have to know takes effect LEAD seconds later. A step is HELD for at least the shortest
window of a platform; what comes JUST after one is still about the one before. A bucket is taken to
save a second's worth, but a 429 after seconds without one lowers the rate to FALL at least: some
save little, and then there are two or three until it is found.
"""

from math import floor

from msgspec.structs import replace

from core.engine.records import Tempo

STEP = 1.005
UNDER = 0.993
LEAD = 2.0
HELD = 1.0
JUST = 0.1
FALL = 0.96
DAY = 86_400.0
SLOWEST = 1.0


def now_at(tempo: Tempo, wall: float) -> float:
    """Requests a second."""
    return tempo.rate if wall >= tempo.since else tempo.before


def may_rise(tempo: Tempo, wall: float, top: float, *, alone: bool) -> bool:
    """Whether a step has been held, and nobody knows that the next one is too much."""
    known = bool(tempo.limit) and wall - tempo.found < DAY
    held = wall >= tempo.since + (HELD if alone else 0.0)
    return held and not known and tempo.rate < top


def risen(tempo: Tempo, wall: float, top: float, *, alone: bool) -> Tempo:
    """The next step, at a full second that everybody hears of before it comes."""
    return replace(
        tempo,
        rate=min(top, tempo.rate * STEP),
        before=tempo.rate,
        begun=tempo.since,
        since=wall if alone else floor(wall) + LEAD,
        limit=0.0,
        changes=tempo.changes + 1,
    )


def refused(tempo: Tempo, wall: float, ran: float, pause: float) -> Tempo:
    """A 429 after so many seconds without one: what was let through is the limit from now on.

    While the rate rises, that is the step before. Later it is what passed in a second; or, where
    a bucket was emptied, what flowed in meanwhile without what it had saved before. Then all
    pause together, so that the next 429 is about the new rate.
    """
    rate = now_at(tempo, wall - JUST)
    if ran < HELD:
        limit = rate * max(ran, HELD / 2)
    elif not tempo.limit:
        limit = rate / STEP
    else:
        limit = rate * max(1.0 - HELD / (ran + HELD), FALL)
    new = max(SLOWEST, limit * UNDER)
    return replace(
        tempo,
        rate=new,
        before=new,
        since=wall,
        begun=wall,
        limit=max(SLOWEST, limit),
        found=wall,
        closed=wall + pause,
        changes=tempo.changes + 1,
    )


def agreed(mine: Tempo, theirs: Tempo) -> Tempo:
    """What counts of two that were changed apart: the later one, else the slower."""
    return max(mine, theirs, key=lambda it: (it.changes, -it.rate, it.since, it.closed))
