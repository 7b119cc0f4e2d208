"""What happens by itself: a promise's day comes, one reminder, and the week is added up."""

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from core.cohorts.model import Cohort, timer
from core.engine.ports import Changes, Event, Job, Moment, Record, Show, ToPerson, ToPlace
from core.pairs.checkins.model import (
    AHEAD,
    GRACE,
    CheckIn,
    asked,
    checkin_id,
    faded,
    next_step,
    open_still,
    rested,
    settled,
    wakes,
)
from core.pairs.checkins.views import stands
from core.pairs.commitments import timers
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.days import DAY, WEEK, instant, today
from core.pairs.commitments.model import (
    Commitment,
    counts,
    next_day,
    rhythm_of,
)
from core.pairs.commitments.partners import eyes, told
from core.pairs.model import pair_of
from core.pairs.partners.changing import unreached
from core.people.model import Person, alive

LATELY = timedelta(days=13)  # longer: somebody paused, or we were away, which is no miss


async def turn(event: Event, moment: Moment) -> Changes:
    """A promise's day has come, if it still is that day: it is asked about, rests or closes."""
    one = await moment.read.get(Commitment, event.args["commitment"])
    cohort = await moment.read.get(Cohort, one.cohort) if one else None
    person = await alive(moment.read, one.person) if one else None
    if one is None or cohort is None or person is None or cohort.stage == "cancelled":
        return Changes()
    if one.state == "closed":
        return Changes()
    if wakes(one).isoformat() != event.args["day"]:
        return Changes(jobs=(timers.turn(event.org, one, person, cohort),))
    due = instant(wakes(one), one.hour, rhythm_of(person, cohort)) - AHEAD
    if cohort.stage == "paused" or moment.now < due:
        at = max(due, moment.now + DAY) if cohort.stage == "paused" else due
        return Changes(jobs=(timers.turn(event.org, one, person, cohort, at=at),))
    return await _turned(event, moment, cohort, person, one)


async def _turned(
    event: Event, moment: Moment, cohort: Cohort, person: Person, one: Commitment
) -> Changes:
    on = max(wakes(one), today(moment.now, rhythm_of(person, cohort).zone))
    later = await _later(moment, cohort, person, one, on)
    if later is not None:
        return Changes(saves=(later,), jobs=(timers.turn(event.org, later, person, cohort),))
    last = await moment.read.get(CheckIn, checkin_id(one.id, one.asked))
    seen = await stands(moment.read, person, f"checkin/{one.id}/{one.asked}")
    lately = last is not None and moment.now - last.at < LATELY
    now = settled(one, last, seen=seen and lately)
    match next_step(now, on):
        case "close":
            new = faded(now)
            return Changes(saves=(new,), tallies=counts(new, one), jobs=cards_of(cohort, new, one))
        case "rest":
            return await _rested(event, moment, cohort, person, now)
        case "ask":
            at = max(moment.now, instant(wakes(one), one.hour, rhythm_of(person, cohort)))
            pair = await pair_of(moment.read, cohort.id, person.id)
            lost = await unreached(event.org, moment, pair) if pair else Changes()
            return _asked(event, cohort, person, now, (on, at)) + lost


async def _later(
    moment: Moment, cohort: Cohort, person: Person, one: Commitment, on: date
) -> Commitment | None:
    """The promise with a later day: its owner is away, or the programme has not got there."""
    if one.asks is None:
        return None
    by = await timers.ritual_of(moment.read, cohort)
    waits = timers.timed(one, by, one.asks) if by.begins and by.begins > on else one
    if waits.asks and waits.asks > on:
        return waits
    if person.stopped:
        return replace(one, asks=next_day(one, on))
    if person.paused_until and person.paused_until > moment.now:
        back = today(person.paused_until, rhythm_of(person, cohort).zone)
        return replace(one, asks=next_day(one, max(on, back - DAY)))
    return None


def _asked(
    event: Event, cohort: Cohort, person: Person, one: Commitment, when: tuple[date, datetime]
) -> Changes:
    new, found = asked(one, *when)
    slot = f"checkin/{found.id}"
    question = Job(
        key=f"{slot}/{person.id}",
        work=Show(ToPerson(person.id), slot),
        due=found.at,
        weight="nudge",
        until=found.closes,
    )
    jobs = (question, _grace(event, found, found.at), timers.turn(event.org, new, person, cohort))
    return Changes(saves=(new, found), jobs=jobs)


def _grace(event: Event, found: CheckIn, after: datetime) -> Job:
    args = {"commitment": found.commitment, "cohort": found.cohort, "person": found.person}
    at = after + GRACE - AHEAD
    day = f"{at:%Y%m%d}"
    return timer("checkins.remind", event.org, at, **args, n=str(found.n), day=day)


async def remind(event: Event, moment: Moment) -> Changes:
    """A day later, once: if the question has arrived and was not answered."""
    id = checkin_id(event.args["commitment"], int(event.args["n"]))
    one = await moment.read.get(Commitment, event.args["commitment"])
    found = await moment.read.get(CheckIn, id)
    person = await alive(moment.read, one.person) if one else None
    if one is None or found is None or person is None or one.state == "closed":
        return Changes()
    cohort = await moment.read.get(Cohort, one.cohort)
    quiet = cohort is None or cohort.stage != "open"
    if quiet or found.answer or not open_still(found, moment.now + DAY):
        return Changes()
    if not await stands(moment.read, person, f"checkin/{id}"):
        return Changes(jobs=(_grace(event, found, moment.now + AHEAD),))
    slot = f"checkin-last/{id}"
    job = Job(
        key=f"{slot}/{person.id}",
        work=Show(ToPerson(person.id), slot),
        due=moment.now + AHEAD,
        weight="nudge",
        until=found.closes,
    )
    return Changes(jobs=(job,))


async def _rested(
    event: Event, moment: Moment, cohort: Cohort, person: Person, one: Commitment
) -> Changes:
    """Two in a row had no answer: nobody asks again, and the pair says what it wants."""
    new = rested(one)
    slot = f"checkin-quiet/{one.id}/{one.asked}"
    ask = Job(
        key=f"{slot}/{person.id}",
        work=Show(ToPerson(person.id), slot),
        due=moment.now + AHEAD,
        weight="nudge",
        until=moment.now + WEEK,
    )
    whom = await eyes(moment.read, cohort, one)
    both = (ask, *told(whom, cohort, slot, moment))
    return Changes(saves=(new,), jobs=(*both, timers.turn(event.org, new, person, cohort)))


# --- the week of all ----------------------------------------------------------------------------


def added_up(org: str, cohort: Cohort, at: datetime) -> Job:
    """Adds the week up, once, for all to see."""
    return timer("checkins.week", org, at, cohort=cohort.id, week=f"{at:%Y-%m-%d}")


async def week(event: Event, moment: Moment) -> Changes:
    """Says in each space how many promises were kept."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    slot = f"kept-week/{event.args['cohort']}/{event.args['week']}"
    return Changes(
        jobs=tuple(
            Job(
                key=f"{slot}/{place}",
                work=Show(ToPlace(place), slot),
                until=moment.now + timedelta(days=2),
            )
            for place in (cohort.spaces if cohort else ())
        )
    )


# --- the programme ------------------------------------------------------------------------------


async def begin(event: Event, moment: Moment) -> Changes:
    """A step of the programme: from now on promises are asked about as it says."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None:
        return Changes()
    at = datetime.fromisoformat(event.args["at"])
    new = timers.ritual(cohort, event.args, at)
    was = await moment.read.get(type(new), cohort.id)
    walk = timer("checkins.walk", event.org, None, cohort=cohort.id, step=event.args["step"])
    return Changes(saves=(replace(new, version=was.version if was else 0),), jobs=(walk,))


async def walk(event: Event, moment: Moment) -> Changes:
    """Every open promise is asked about by the new rhythm, page by page."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or cohort.stage == "cancelled":
        return Changes()
    by = await timers.ritual_of(moment.read, cohort)
    after = event.args.get("cursor", "")
    page = await moment.read.find(
        Commitment, cohort=cohort.id, state="open", after=after, limit=100
    )
    changes = Changes()
    for one in page.items:
        person = await alive(moment.read, one.person)
        if person is not None and not one.asked:
            day = today(moment.now, rhythm_of(person, cohort).zone)
            new = timers.timed(one, by, day - DAY)
            changes += Changes(saves=(new,), jobs=(timers.turn(event.org, new, person, cohort),))
    if not page.cursor:
        return changes
    on = timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor})
    return changes + Changes(jobs=(on,))


async def moved(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody lives or works at other hours: what was planned for the old ones moves along."""
    if not (isinstance(was, Person) and isinstance(now, Person)) or now.erased or now.into:
        return Changes()
    if _hours(was) == _hours(now):
        return Changes()
    page = await moment.read.find(Commitment, person=now.id, state="open", limit=20)
    changes = Changes()
    for one in page.items:
        cohort = await moment.read.get(Cohort, one.cohort)
        if cohort is not None:
            changes += Changes(jobs=(timers.turn(event.org, one, now, cohort),))
    return changes


def _hours(person: Person) -> tuple[object, ...]:
    return person.zone, person.start, person.end, person.days, person.country
