"""How the suite asks a catalogue, and what it asks for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connectors.catalogues.port import Catalogue, NoCourse, Told, Trouble
from connectors.clock import Clock
from core.courses.model import Capability, Course, Progress
from tests.contracts.catalogues.side import ADA, HANDOVERS, PATIENCE, Fault, Side

PAGES = 40


@dataclass(frozen=True)
class Expected:
    """What people are told, and for how long we are patient: at least, if anything is said."""

    trouble: Trouble
    after: float | None = None


EXPECTED: Mapping[Fault, Expected] = {
    "token": Expected("refused"),
    "forbidden": Expected("refused"),
    "missing": Expected("gone"),
    "throttled": Expected("busy", PATIENCE),
    "throttled_unsaid": Expected("busy", 1.0),
    "broken": Expected("busy"),
    "hangs": Expected("slow"),
    "garbage": Expected("unreadable"),
    "html": Expected("unreadable"),
    "html_401": Expected("refused"),
    "wrong_types": Expected("unreadable"),
    "deep": Expected("unreadable"),
    "huge": Expected("unreadable"),
    "bomb": Expected("unreadable"),
    "cut": Expected("unreadable"),
}

Call = Callable[[Side, str], Awaitable[object]]
CALLS: Mapping[Capability, tuple[Call, ...]] = {
    "resolve": (lambda side, _: side.catalogue.resolve(side.link(HANDOVERS)),),
    "search": (lambda side, _: side.catalogue.search("handovers"),),
    "enrol": (lambda side, _: side.catalogue.enrol(side.course(HANDOVERS), ADA, None),),
    "progress": (lambda side, since: side.catalogue.progress(since),),
    "points": (lambda side, _: side.catalogue.points(ADA),),
    "groups": (
        lambda side, _: side.catalogue.groups(),
        lambda side, _: side.catalogue.group("1"),
        lambda side, _: side.catalogue.add("1", ADA),
    ),
}


def calls(side: Side, *, able: bool) -> list[Call]:
    """What can be asked of it, or what cannot."""
    names = [name for name in CALLS if (name in side.catalogue.able) is able]
    return [call for name in names for call in CALLS[name]]


async def since_now(side: Side) -> str:
    """Where the polling begins."""
    if "progress" not in side.catalogue.able:
        return ""
    return (await side.catalogue.progress("")).until


async def everything(catalogue: Catalogue, words: str = "", limit: int = 10) -> list[Course]:
    """All pages of a search; fails if there is no end of them."""
    found: list[Course] = []
    cursor = ""
    for _ in range(PAGES):
        page = await catalogue.search(words, cursor=cursor, limit=limit)
        found += page.courses
        cursor = page.cursor
        if not cursor:
            return found
    pytest.fail("it pages for ever")


async def polled(catalogue: Catalogue, since: str) -> Told:
    """All that there is at once; fails if there is no end of it."""
    found: list[Progress] = []
    for _ in range(PAGES):
        told = await catalogue.progress(since)
        found += told.progress
        since = told.until
        if not told.more:
            return Told(tuple(found), since)
    pytest.fail("it tells for ever")


async def refusal(call: Awaitable[object]) -> NoCourse:
    """What it raises instead."""
    with pytest.raises(NoCourse) as caught:
        await call
    return caught.value


def ago(**how: float) -> datetime:
    """A moment before now."""
    return Clock().now().astimezone(UTC) - timedelta(**how)
