"""Answers in a circle as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from core.cohorts.circles.model import Circle, Seat, circle_of, said_now, seat_id, slot_of
from core.engine.ports import Changes, Moment, Reader, ToPerson, ToPlace, show
from core.moderation.model import Contributions, Said

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    """What stands on the card of their own circle."""
    circle = await circle_of(read, cohort, person)
    people = circle.people if circle else ()
    seats = [await read.get(Seat, seat_id(cohort, one)) for one in people]
    return [_told(seat, circle) for seat in seats if seat and circle and said_now(seat, circle)]


async def _found(read: Reader, id: str) -> Said | None:
    seat = await read.get(Seat, id)
    circle = await read.get(Circle, seat.circle) if seat is not None and seat.text else None
    return _told(seat, circle) if seat is not None and circle is not None else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Seat, id)
    if was is None or not was.text or was.hidden == hidden:
        return Changes()
    circle = await moment.read.get(Circle, was.circle) if was.circle else None
    new = Changes(saves=(replace(was, hidden=hidden),))
    if circle is None:
        return new
    if circle.place:
        return new + Changes(jobs=(show(ToPlace(circle.place), slot_of(circle)),))
    cards = (show(ToPerson(one), slot_of(circle), weight="essential") for one in circle.people)
    return new + Changes(jobs=tuple(cards))


def _told(seat: Seat, circle: Circle) -> Said:
    return Said(
        id=seat.id,
        cohort=seat.cohort,
        author=seat.person,
        text=seat.text,
        at=seat.at or LONG_AGO,
        hidden=seat.hidden,
        readers=circle.people,
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
