"""Sends, cohorts and courses as programs see them: the same fields whatever they hold."""

from datetime import datetime
from typing import get_args

from core.cohorts.model import Cohort
from core.courses.audience.model import Count, count_id
from core.courses.learning.figures import count, hidden
from core.courses.model import CONFIRMED, DECLARED, OPENED, Course, Send
from core.courses.requests.model import request_of
from core.engine.ports import Moment, State
from core.message import plain

Shown = dict[str, object]
COLUMNS = {"opened": OPENED, "declared": DECLARED, "confirmed": CONFIRMED}
PUBLIC = ("cohort", "place", "group")


async def send(moment: Moment, it: Send) -> Shown:
    """One send: what it is, where it stands, and what has come of it."""
    request = await request_of(moment.read, it.id)
    audience = it.audience
    return {
        "id": it.id,
        "state": it.state,
        "stage": request.stage if request else "",
        "why": plain(request.why) if request and request.why else "",
        "trouble": it.trouble,
        "halt": it.halt,
        "made": it.made.isoformat(),
        "at": _at(it.goes or it.starts),
        "ended": _at(it.ended),
        "due": it.due.isoformat() if it.due else None,
        "purpose": it.purpose,
        "question": it.question,
        "open": it.open,
        "assigned": it.assigned,
        "cohort": it.cohort,
        "to": {
            "kind": audience.kind if audience else "",
            "ids": list(audience.ids) if audience and audience.kind in PUBLIC else [],
            "name": audience.name if audience else "",
        },
        "links": [course(one) for one in it.courses],
        "counts": await _counts(moment, it),
        "deliveries": {
            state: await moment.read.tally(f"delivery.{state}", it.id) for state in get_args(State)
        },
        "figures": await _figures(moment, it),
    }


async def _counts(moment: Moment, it: Send) -> Shown:
    """Who will get it, whom it waits for, who cannot, and why."""
    found = await moment.read.get(Count, count_id(it)) or Count(id="", send=it.id)
    return {
        "all": found.all,
        "will": found.will,
        "held": found.later,
        "cannot": found.out,
        "held_why": dict(found.held),
        "cannot_why": dict(found.cannot),
    }


async def _figures(moment: Moment, it: Send) -> list[Shown]:
    """The three columns of each course; null where a figure would tell of a person."""
    hides = await hidden(moment, it)
    return [
        {
            name: None if board in hides else await count(moment, it, board, step)
            for name, board in COLUMNS.items()
        }
        for step in range(len(it.courses))
    ]


def course(it: Course) -> Shown:
    """One course."""
    return {
        "catalogue": it.catalogue,
        "id": it.id,
        "url": it.url,
        "title": it.title,
        "summary": it.summary,
        "image": it.image,
        "minutes": it.minutes,
        "provider": it.provider,
        "language": it.language,
        "retired": it.retired,
    }


def cohort(it: Cohort) -> Shown:
    """One cohort that somebody leads."""
    return {
        "id": it.id,
        "name": it.name,
        "purpose": it.purpose,
        "first": it.first.isoformat(),
        "last": it.last.isoformat(),
        "zone": it.zone,
        "stage": it.stage,
        "places": list(it.spaces),
    }


def _at(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
