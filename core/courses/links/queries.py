"""What is looked up while somebody waits: a link that they see, and courses that they look for."""

from collections.abc import Mapping

from msgspec import DecodeError

from core.courses.links import posts
from core.courses.links.model import ours, pasted_in
from core.courses.model import Course, course_in, courses_in
from core.engine.errors import DeliveryError
from core.engine.ports import Answer, Asker, Done, Event, Moment, Preview, Reply, Results
from core.people.model import by_account

WORDS, PLACE = 200, 500


async def preview(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    """A card for a link that leads to something to learn, the same for everybody; else nothing."""
    url = event.args.get("url", "")
    if pasted_in(url).urls != (url,) or ours(url) or await visiting(event, moment):
        return None
    told = await _asked(asks, "catalogues.resolve", {"url": url}, moment)
    course = _course(told) if told else None
    return Preview(posts.preview(course)) if course else None


async def search(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    """Courses that fit some words, or the newest; a sentence where there is none to show."""
    if await visiting(event, moment):
        return Done(posts.GUESTS)
    asked = {
        "words": " ".join(event.args.get("words", "").replace("\0", " ").split())[:WORDS],
        "cursor": event.args.get("cursor", "")[:PLACE],
    }
    told = await _asked(asks, "catalogues.search", asked, moment)
    if told is None or told.error:
        off = told is not None and told.error == "off"
        return Done(posts.OFF if off else posts.SLOW)
    try:
        courses = courses_in(told.values.get("courses", ""))
    except DecodeError:
        return Done(posts.SLOW)
    if not courses:
        return Done(posts.NOTHING)
    return Results(tuple(map(posts.preview, courses)), told.cursor)


async def visiting(event: Event, moment: Moment) -> bool:
    """Whether it is a guest who looks: what the organisation has is not theirs to search."""
    if event.by is None:
        return False
    me = await by_account(moment.read, event.by.account)
    return me.guest if me else event.by.guest


async def _asked(
    asks: Mapping[str, Asker], port: str, question: Mapping[str, str], moment: Moment
) -> Answer | None:
    """What the catalogues say; None when they have no time."""
    ask = asks.get(port)
    if ask is None:
        return Answer(error="off")
    try:
        return await ask(question, moment.read)
    except DeliveryError:
        return None


def _course(told: Answer) -> Course | None:
    """The course that an answer tells of, unless it cannot be had any more."""
    if told.error:
        return None
    try:
        course = course_in(told.values.get("course", ""))
    except DecodeError:
        return None
    return course if course.title and not course.retired else None
