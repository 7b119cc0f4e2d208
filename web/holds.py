"""A quarter of an hour for a course in somebody's calendar: theirs alone, and nobody is named."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.courses.model import Course, Learning, Send
from core.engine.gate import opening, zone_of
from core.engine.ports import Delivery, Reader, Rhythm
from core.people.model import Person, alive, rhythm
from web.links import Signer

if TYPE_CHECKING:
    from icalendar import Event

SHOWS = ("going", "sent", "stopped")
INTO = timedelta(minutes=30)
QUARTER, HOUR = 15, 60


async def found(reader: Reader, id: str) -> tuple[Send, Person, int] | None:
    """The send that a hold is for, whose it is and which step; None for what is taken back."""
    send_id, _, person_id = id.partition("-")
    send = await reader.get(Send, send_id) if person_id else None
    person = await alive(reader, person_id) if send else None
    if send is None or person is None or send.state not in SHOWS:
        return None
    learning = await reader.get(Learning, f"{send.id}/{person_id}")
    brought = learning or await reader.get(Delivery, f"{send.id}/{person_id}")
    if brought is None and not send.open:
        return None
    return send, person, min(learning.at, len(send.courses) - 1) if learning else 0


def event_of(send: Send, person: Person, step: int, signer: Signer, now: datetime) -> "Event":
    """The entry: its id stays, and its sequence grows with the day on which it is asked for."""
    from icalendar import Event  # noqa: PLC0415 - only who asks pays for it

    course = send.courses[step]
    host = urlsplit(signer.address).hostname or "localhost"
    own = rhythm(person)
    starts = begins(own, now).astimezone(zone_of(own.zone))
    link = signer.signed(f"/l/{send.id}-{person.id}")
    event = Event()
    event.add("uid", f"hold-{send.id}-{person.id}-{step}@{host}")
    event.add("sequence", sequence(send, starts))
    event.add("dtstamp", now)
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=lasts(course)))
    event.add("summary", course.title)
    event.add("description", "\n".join(part for part in (send.purpose, link) if part))
    event.add("url", link)
    event.add("status", "CONFIRMED")
    return event


def sequence(send: Send, starts: datetime) -> int:
    """Never less than before: it counts the days until then, and what was edited."""
    made = send.made.astimezone(starts.tzinfo).date()
    return max((starts.date() - made).days, 0) + send.edition


def lasts(course: Course) -> int:
    """As long as the course, in quarters of an hour; a quarter, where that is long or unknown."""
    if not 0 < course.minutes < HOUR:
        return QUARTER
    return -(-course.minutes // QUARTER) * QUARTER


def begins(own: Rhythm, now: datetime) -> datetime:
    """Half an hour into their next working day."""
    zone = zone_of(own.zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return opening(own, datetime.combine(tomorrow, time(own.start % 24), zone)) + INTO
