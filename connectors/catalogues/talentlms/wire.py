"""What TalentLMS answers, as far as we read it.

Its documents leave most of it open: anything may be missing, and numbers may come as text.
"""

from urllib.parse import quote

from msgspec import Raw, Struct, field

from connectors.catalogues.telling import Number, count, instant, line, picture, plain
from core.courses.model import SUMMARY, TITLE, Course, Points

NAME = "talentlms"
Id = str | int
BADGE, BADGES = 80, 200


class Links(Struct, frozen=True):
    """Where the next page is, if there is one."""

    next: str | None = None


class Page(Struct, frozen=True):
    """A page of anything; its totals are not looked at, because they need not be true."""

    data: list[Raw] = field(name="_data")
    links: Links | None = field(name="_links", default=None)


class One(Struct, frozen=True):
    """One of anything."""

    data: Raw = field(name="_data")


class Rich(Struct, frozen=True):
    """A text, in two ways."""

    text: str | None = None
    html: str | None = None


class Lesson(Struct, frozen=True):
    """A course of theirs."""

    id: Id
    name: str
    description: Rich | str | None = None
    status: str | None = None
    cover_image: str | dict[str, str | None] | None = None
    creation_date: Number = None
    last_updated_on: Number = None
    expires_at: Number = None

    @property
    def active(self) -> bool:
        """Whether people can have it."""
        return (self.status or "active").lower() == "active"


class Named(Struct, frozen=True):
    """Anything with a name, where all that is listed is what it is called."""

    id: Id
    name: str
    key: str | None = None


class User(Struct, frozen=True):
    """Somebody."""

    id: Id
    email: str | None = None


class Belongings(Struct, frozen=True):
    """What somebody is in."""

    courses: list[Named] = []
    groups: list[Named] = []


class Badge(Struct, frozen=True):
    """Something that somebody has earned."""

    name: str = ""


class Earned(Struct, frozen=True):
    """What somebody has earned so far."""

    points: Number = None
    level: Number = None
    badges: list[Badge] | None = None


class Quota(Struct, frozen=True):
    """How many calls an hour has."""

    limit: int | str = ""
    remaining: int | str = ""


class Happened(Struct, frozen=True):
    """A line of the timeline of v1: a course was completed."""

    timestamp: Number
    object_id: Id | None = None
    course_id: Id | None = None
    user_id: Id | None = None
    user_email: str | None = None

    @property
    def course(self) -> str:
        """Which one."""
        return str(self.course_id or self.object_id or "")

    @property
    def email(self) -> str:
        """Who, if it says so."""
        return (self.user_email or "").strip().lower()


def course(told: Lesson, base: str) -> Course:
    """A course as people see it; an inactive one is not there for them."""
    leaves = instant(told.expires_at)
    return Course(
        catalogue=NAME,
        id=str(told.id),
        url=opens(base, str(told.id)),
        title=line(told.name, TITLE) or str(told.id),
        summary=_summary(told.description),
        image=_image(told.cover_image),
        provider="TalentLMS",
        kind="course",
        leaves=leaves.date() if leaves else None,
        retired=not told.active,
    )


def brief(told: Named, base: str) -> Course:
    """A course of which no more is said than its name."""
    id = str(told.id)
    title = line(told.name, TITLE) or id
    return Course(catalogue=NAME, id=id, url=opens(base, id), title=title, provider="TalentLMS")


def points(told: Earned) -> Points:
    """What they count for somebody; each badge once."""
    names = (line(one.name, BADGE) for one in told.badges or ())
    return Points(
        provider="TalentLMS",
        points=count(told.points),
        level=count(told.level),
        badges=tuple(dict.fromkeys(name for name in names if name))[:BADGES],
    )


def opens(base: str, id: str) -> str:
    """Where people open a course."""
    return f"{base}/learner/course/id:{quote(id, safe='')}"


def age(told: Lesson) -> float:
    """When it was made or changed, to put the newest first."""
    found = instant(told.last_updated_on) or instant(told.creation_date)
    return found.timestamp() if found else 0.0


def _summary(told: Rich | str | None) -> str:
    if isinstance(told, Rich):
        return line(told.text, SUMMARY) or plain(told.html, SUMMARY)
    return plain(told, SUMMARY)


def _image(told: str | dict[str, str | None] | None) -> str:
    if isinstance(told, dict):
        return next(filter(None, map(picture, told.values())), "")
    return picture(told)
