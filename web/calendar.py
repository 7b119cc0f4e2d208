"""A workshop as an entry of a calendar: the same one when it moves, off when it does not happen."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from aiohttp import web

from core.cohorts.model import Cohort
from core.cohorts.workshops.model import Workshop, ends, local
from core.engine.gate import zone_of
from core.engine.ports import Reader
from web.links import Signer
from web.pages import HEADERS, page

LONGEST = 200
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
        workshop, cohort = await _meant(request, reader, signer)
        if workshop is None or cohort is None:
            return page("gone.html", status=404)
        body = entry(workshop, cohort, urlsplit(signer.address).hostname or "localhost", now())
        return web.Response(body=body, headers={**HEADERS, **_as(workshop)})

    app.router.add_get("/m/{token}.ics", show)


async def _meant(
    request: web.Request, reader: Reader, signer: Signer
) -> tuple[Workshop | None, Cohort | None]:
    """What a signed address is about; a draft is nothing that anybody was told of."""
    asked = f"/m/{request.match_info['token']}.ics"
    path = signer.path(asked) if len(asked) <= LONGEST else None
    id = path.removeprefix("/m/").removesuffix(".ics") if path else ""
    workshop = await reader.get(Workshop, id) if id else None
    if workshop is None or workshop.state == "draft":
        return None, None
    return workshop, await reader.get(Cohort, workshop.cohort)


def _as(workshop: Workshop) -> dict[str, str]:
    name = f"workshop-{workshop.sequence}.ics"
    return {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }


def entry(workshop: Workshop, cohort: Cohort, host: str, now: datetime) -> bytes:
    """The entry as calendars read it; its id stays, its sequence grows with each change."""
    from icalendar import Calendar, Event, vCalAddress  # noqa: PLC0415 - only who asks pays for it

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
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else "PUBLISH")
    calendar.add_component(event)
    year = workshop.starts.year
    calendar.add_missing_timezones(date(year - 1, 1, 1), date(year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _about(workshop: Workshop, cohort: Cohort) -> str:
    """What it is for, and the link where that is not the place itself."""
    parts = (workshop.purpose, cohort.name, workshop.link)
    return "\n".join(part for part in parts if part)
