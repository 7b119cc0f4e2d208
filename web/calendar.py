"""Entries of a calendar: a workshop, which moves and is called off; time for a course."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from core.cohorts.model import Cohort
from core.cohorts.workshops.model import Workshop, ends, local
from core.engine.gate import zone_of
from core.engine.ports import Reader
from web import holds
from web.links import Signer
from web.pages import HEADERS, page

if TYPE_CHECKING:
    from icalendar import Event

LONGEST = 200
HOLD = "hold-"
MAKER = "-//Coterie//Coterie//EN"


def add(
    app: web.Application,
    *,
    reader: Reader,
    signer: Signer,
    now: Callable[[], datetime],
) -> None:
    """Serves `/m/{token}.ics` to whoever was given its address."""

    async def show(request: web.Request) -> web.Response:
        id = _meant(request, signer)
        if id.startswith(HOLD):
            return await _hold(reader, signer, id.removeprefix(HOLD), now())
        return await _workshop(reader, signer, id, now())

    app.router.add_get("/m/{token}.ics", show)


def _meant(request: web.Request, signer: Signer) -> str:
    """What a signed address is about; "" for one that was not signed here."""
    asked = f"/m/{request.match_info['token']}.ics"
    path = signer.path(asked) if len(asked) <= LONGEST else None
    return path.removeprefix("/m/").removesuffix(".ics") if path else ""


async def _workshop(reader: Reader, signer: Signer, id: str, now: datetime) -> web.Response:
    """A draft is nothing that anybody was told of."""
    workshop = await reader.get(Workshop, id) if id else None
    cohort = await reader.get(Cohort, workshop.cohort) if workshop else None
    if workshop is None or cohort is None or workshop.state == "draft":
        return page("gone.html", status=404)
    body = entry(workshop, cohort, urlsplit(signer.address).hostname or "localhost", now)
    return _file(body, f"workshop-{workshop.sequence}.ics")


async def _hold(reader: Reader, signer: Signer, id: str, now: datetime) -> web.Response:
    found = await holds.found(reader, id)
    if found is None:
        return page("gone.html", status=404)
    event = holds.event_of(*found, signer, now)
    return _file(written(event, "PUBLISH", now.year), "course.ics")


def _file(body: bytes, name: str) -> web.Response:
    kind = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return web.Response(body=body, headers={**HEADERS, **kind})


def entry(workshop: Workshop, cohort: Cohort, host: str, now: datetime) -> bytes:
    """The entry as calendars read it; its id stays, its sequence grows with each change."""
    from icalendar import Event, vCalAddress  # noqa: PLC0415 - only who asks pays for it

    off = workshop.state == "cancelled" or cohort.stage == "cancelled"
    maker = vCalAddress(f"mailto:no-reply@{host}")
    maker.params["CN"] = cohort.name
    event = Event()
    event.add("uid", f"{workshop.id}@{host}")
    event.add("sequence", workshop.sequence + (cohort.stage == "cancelled"))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", local(workshop, cohort))
    event.add("dtend", ends(workshop).astimezone(zone_of(cohort.zone)))
    event.add("summary", workshop.title)
    event.add("description", _about(workshop, cohort))
    event.add("location", workshop.place or workshop.link)
    event.add("organizer", maker)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    if workshop.link:
        event.add("url", workshop.link)
    return written(event, "CANCEL" if off else "PUBLISH", workshop.starts.year)


def written(event: "Event", method: str, year: int) -> bytes:
    """A calendar with one entry and the time zones that it needs, around that year."""
    from icalendar import Calendar  # noqa: PLC0415 - only who asks pays for it

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones(date(year - 1, 1, 1), date(year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _about(workshop: Workshop, cohort: Cohort) -> str:
    """What it is for, and the link where that is not the place itself."""
    parts = (workshop.purpose, cohort.name, workshop.link)
    return "\n".join(part for part in parts if part)
