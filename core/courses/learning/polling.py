"""Asking providers who has finished, for as long as somebody may be learning there."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.introductions.model import newest_first
from core.courses.learning.confirming import taken
from core.courses.learning.model import OUT, Polling, Watched
from core.courses.model import LINKS, Send
from core.engine.ports import Ask, Changes, Event, Job, Moment, Raise, Record

EVERY = timedelta(minutes=15)
LONG = timedelta(days=90)
SLOWEST = timedelta(days=1)
NO_NEWS = ("", "[]")
DAY, CALM = 96, 4
NEVER = frozenset({"off", "unknown"})


# --- when something goes out ----------------------------------------------------------------------


async def followed(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """What goes out is watched; its catalogues are asked from now on."""
    if not isinstance(now, Send):
        rows = (await moment.read.find(Watched, send=was.id)).items if was else ()
        return Changes(deletes=rows)
    fresh = _keys(now) - (_keys(was) if isinstance(was, Send) else set())
    rank = newest_first(moment.now)
    rows = tuple(
        Watched(id=f"{key}/{now.id}", course=key, send=now.id, rank=rank) for key in sorted(fresh)
    )
    changes = Changes(saves=rows)
    for catalogue in sorted({key.partition(":")[0] for key in fresh}):
        changes += await _begun(event, moment, catalogue)
    return changes


def _keys(send: Send) -> set[str]:
    """The courses that somebody may be learning now, of catalogues that could know."""
    found = send.courses if send.state in OUT else ()
    return {course.key for course in found if course.catalogue != LINKS}


async def _begun(event: Event, moment: Moment, catalogue: str) -> Changes:
    was = await moment.read.get(Polling, catalogue)
    until = moment.now + LONG
    if was is not None:
        new = replace(was, until=max(until, was.until), quiet=0)
        return Changes(saves=(new,), jobs=(_next(event, moment, new),))
    new = Polling(id=catalogue, until=until)
    return Changes(saves=(new,), jobs=(_asking(event, moment, catalogue),))


# --- round and round ------------------------------------------------------------------------------


async def poll(event: Event, moment: Moment) -> Changes:
    """Asks once more, unless nobody is learning there any longer."""
    it = await moment.read.get(Polling, event.args.get("catalogue", ""))
    if it is None:
        return Changes()
    if it.until < moment.now:
        return Changes(deletes=(it,))
    return Changes(jobs=(_asking(event, moment, it.id, it.since),))


def _asking(event: Event, moment: Moment, catalogue: str, since: str = "") -> Job:
    """The first question has no `since`: the provider says where now is."""
    question = {"platform": "catalogues", "catalogue": catalogue, "since": since}
    work = Ask("progress", question, "courses.progressed")
    return Job(key=f"progress/{catalogue}/{moment.id('progress')[:12]}", work=work)


async def progressed(event: Event, moment: Moment) -> Changes:
    """What a provider says; the next question, later where it could not answer."""
    it = await moment.read.get(Polling, event.args.get("catalogue", ""))
    told = Changes() if event.error else await taken(event, moment)
    if it is None:
        return told
    if event.error in NEVER:
        return told + Changes(deletes=(it,))
    if event.error:
        new = replace(it, failures=it.failures + 1)
        return told + Changes(saves=(new,), jobs=(_next(event, moment, new),))
    since = event.values.get("until", "") or it.since
    news = event.values.get("progress", "") not in NO_NEWS
    new = replace(it, since=since, failures=0, quiet=0 if news else it.quiet + 1)
    more = event.values.get("more") == "more" and since != it.since
    job = _asking(event, moment, it.id, since) if more else _next(event, moment, new)
    return told + Changes(saves=(new,), jobs=(job,))


def wait(it: Polling) -> timedelta:
    """A quarter of an hour; longer for a provider in trouble, or one that has been quiet for days.

    Each quiet day doubles it, until it is asked every four hours.
    """
    quiet = min(it.quiet // DAY, CALM)
    return min(EVERY * (1 << max(min(it.failures, 10), quiet)), SLOWEST)


def _next(event: Event, moment: Moment, it: Polling) -> Job:
    """There is one timer for each provider; whatever is planned last counts."""
    due = moment.now + wait(it)
    args = {"catalogue": it.id}
    id = f"timer/courses.poll/{it.id}/{due.isoformat()}"
    rings = Event(id=id, org=event.org, source="timer", name="courses.poll", args=args)
    return Job(key=f"courses.poll/{it.id}", work=Raise(rings), due=due, plan="replace")
