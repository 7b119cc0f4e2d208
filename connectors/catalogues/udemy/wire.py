"""What Udemy Business answers, as far as we read it. Everything beside an id may be missing."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from msgspec import Raw, Struct

from connectors.catalogues.shelf import Row
from connectors.catalogues.telling import Number, instant, line, minutes, picture
from core.courses.model import SUMMARY, TITLE, Course, Progress

NAME = "udemy"
FIELDS = "id,title,headline,url,estimated_content_length,images,locale,last_update_date"
PATH = re.compile(r"/course/([A-Za-z0-9_-]{1,200})(?:/.*)?")
SIZES = ("size_480x270", "size_750x422")
PERCENT, SHARE = 100.0, 1.0
SHORT = 60

Id = str | int


class Page(Struct, frozen=True):
    """A page of anything; its count is not looked at, because it need not be true."""

    results: list[Raw]
    next: str | None = None

    @property
    def last(self) -> bool:
        """Whether there is nothing after it."""
        return not (self.results and self.next)


class Locale(Struct, frozen=True):
    """In which language it is."""

    locale: str | None = None


class Lesson(Struct, frozen=True):
    """A course of theirs; links know it by a short name instead of its id."""

    id: Id
    title: str
    url: str | None = None
    headline: str | None = None
    estimated_content_length: Number = None
    images: dict[str, str | None] | None = None
    locale: Locale | None = None
    last_update_date: Number = None


class Activity(Struct, frozen=True):
    """What somebody did in a course."""

    user_email: str
    course_id: Id
    completion_ratio: Number = None
    course_completion_date: Number = None
    last_activity_date: Number = None

    @property
    def ratio(self) -> float:
        """How much of it they have seen: a share, or per cent."""
        try:
            return float(self.completion_ratio or 0.0)
        except ValueError:
            return 0.0


def row(told: Lesson, base: str) -> Row:
    """A course for the shelf, with the name by which links call it."""
    id = str(told.id)
    name = slug(told.url or "") or id
    changed = instant(told.last_update_date)
    images = told.images or {}
    course = Course(
        catalogue=NAME,
        id=id,
        url=f"{base}/course/{quote(name, safe='')}/",
        title=line(told.title, TITLE) or id,
        summary=line(told.headline, SUMMARY),
        image=next(filter(None, (picture(images.get(size)) for size in SIZES)), ""),
        minutes=minutes(told.estimated_content_length),
        provider="Udemy Business",
        language=line((told.locale or Locale()).locale, SHORT).replace("_", "-"),
        kind="course",
    )
    return Row(course, changed.timestamp() if changed else 0.0, (name.lower(),))


def slug(url: str) -> str:
    """The short name of a course in the path of its address, "" for none."""
    try:
        found = PATH.fullmatch(urlsplit(url).path)
    except ValueError:
        return ""
    return found.group(1) if found else ""


def full(rows: Sequence[Activity]) -> float | None:
    """What a whole course is on these rows, 1 or 100; None where it cannot be told.

    Both are seen: more than 1 is no share, and 1 with a day of completion is no per cent.
    """
    if any(row.ratio > SHARE for row in rows):
        return PERCENT
    whole = (row for row in rows if row.course_completion_date and row.ratio == SHARE)
    return SHARE if any(whole) else None


def finished(rows: Sequence[Activity], whole: float | None) -> dict[str, Progress]:
    """Completions by who, what and when: those that have a day, and those that are complete."""
    found: dict[str, Progress] = {}
    for one in rows:
        day = instant(one.course_completion_date)
        done = day or instant(one.last_activity_date)
        email, course = one.user_email.strip().lower(), str(one.course_id)
        if "@" in email and (day or (whole and one.ratio >= whole and done)):
            progress = Progress(
                catalogue=NAME, course=course, email=email, done=done, percent=int(PERCENT)
            )
            found[f"{email}/{course}/{day or 'whole'}"] = progress
    return found
