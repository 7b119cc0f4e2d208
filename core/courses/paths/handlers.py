"""Making a path of a draft: another link, another order, another pace."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.access import opened_form, redrawn, refused
from core.courses.model import LINK, PATH, Send, bare, desk_slot
from core.courses.paths import forms
from core.courses.paths.model import EDITED, is_pace, ordered, with_courses
from core.courses.sending.links import links_in
from core.engine.ports import Ask, Changes, Event, Invalid, Job, Moment, ToPerson, show
from core.message import Phrase
from core.people.model import Person


async def _mine(event: Event, moment: Moment, me: Person) -> Send | Phrase:
    """The draft that somebody may change, else why not."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    if send is None or send.by != me.id:
        return forms.GONE
    if send.reading or send.state == "reading":
        return forms.BUSY
    return send if send.state in EDITED else forms.TOO_LATE


async def add(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; its link is read and comes last."""
    send = await _mine(event, moment, me)
    if isinstance(send, Phrase):
        return refused(send)
    if len(send.courses) >= PATH:
        return refused(forms.FULL)
    args = {"send": send.id}
    if event.source != "form":
        return Changes(reply=opened_form(forms.add_form(args)))
    text = event.values.get("link", "")
    url = next(iter(links_in(text)), "")
    wrong = forms.KNOWN if any(course.url == url for course in send.courses) else forms.NO_LINK
    if not url or wrong == forms.KNOWN:
        return Changes(reply=Invalid(forms.add_form(args, text, wrong)))
    return redrawn(_reading(moment, send, url), forms.ADDED)


def _reading(moment: Moment, send: Send, url: str) -> Changes:
    """It stands there by its address until it is read, as the first links of a send do."""
    n = len(send.courses)
    new = replace(send, courses=(*send.courses, bare(url[:LINK])), reading=(n,))
    question = {"platform": "catalogues", "url": url, "send": send.id, "n": str(n)}
    work = Ask("resolve", question, "courses.read")
    job = Job(key=f"resolve/{send.id}/{moment.id('added')[:8]}", work=work, weight="answer")
    return Changes(saves=(new,), jobs=(job,))


async def order(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; one of them goes elsewhere or is left out, and the pace is set."""
    send = await _mine(event, moment, me)
    if isinstance(send, Phrase):
        return refused(send)
    if len(send.courses) == 1:
        return refused(forms.ONE)
    if event.source != "form":
        return Changes(reply=opened_form(forms.order_form(send)))
    wrong = _wrong(event.values, len(send.courses))
    if wrong:
        return Changes(reply=Invalid(forms.order_form(send, event.values, *wrong)))
    which, where = event.values.get("which", ""), event.values.get("where", "")
    courses = send.courses
    if which:
        courses = ordered(courses, int(which), None if where == forms.OUT else int(where))
    new = replace(with_courses(send, courses), pace=event.values["pace"])
    desk = show(ToPerson(send.by), desk_slot(send.id))
    return redrawn(Changes(saves=(new,), jobs=(desk,)), forms.ORDERED)


def _wrong(values: Mapping[str, str], count: int) -> tuple[str, ...]:
    """Which fields say what none of the choices does: both of them, or neither, name a move."""
    numbers = {str(n) for n in range(count)}
    which, where = values.get("which", ""), values.get("where", "")
    wrong = [] if is_pace(values.get("pace", "")) else ["pace"]
    if which or where:
        wrong += [] if which in numbers else ["which"]
        wrong += [] if where in {*numbers, forms.OUT} else ["where"]
    return tuple(wrong)
