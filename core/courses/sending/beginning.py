"""A link, or a course that somebody found, becomes a send: read, suggested for, shown once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from core.cohorts.access import opened_form, refused
from core.cohorts.introductions.model import newest_first
from core.cohorts.model import Cohort, line
from core.courses.audience.groups import probe
from core.courses.model import (
    PATH,
    SUMMARY,
    TITLE,
    TROUBLES,
    Audience,
    Course,
    Send,
    bare,
    course_in,
    desk_slot,
    host_of,
    may_send,
)
from core.courses.sending import forms, sentences
from core.courses.sending.links import links_in
from core.courses.sending.spreading import AFTER, spread
from core.courses.sending.suggesting import suggested
from core.courses.sending.watching import desk
from core.engine.ports import (
    Ask,
    Changes,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    named,
)
from core.people.model import Person, alive

PATIENCE = timedelta(seconds=1.2)
UNKNOWN = {"unknown": "off", "no answer": "slow"}


async def send(event: Event, moment: Moment, me: Person) -> Changes:
    """Takes a link from a form, or from what stands after the word."""
    cohort = await moment.read.get(Cohort, event.args.get("cohort", ""))
    if not await may_send(moment, me, cohort):
        return refused(sentences.LEADS_ONLY)
    draft = event.args.get("draft") or moment.id("draft")[:12]
    args = {"draft": draft, **({"cohort": cohort.id} if cohort else {})}
    text = event.values.get("url", "") if event.source == "form" else event.text
    urls = links_in(text)
    if urls:
        return await begun(event, moment, me, urls, cohort, draft=draft)
    if event.source == "form":
        return Changes(reply=Invalid(forms.send_form(args, text, wrong=True)))
    return Changes(reply=opened_form(forms.send_form(args)))


async def begun(
    event: Event,
    moment: Moment,
    me: Person,
    urls: Sequence[str],
    cohort: Cohort | None = None,
    *,
    draft: str = "",
) -> Changes:
    """A send of links that are yet to be read; its card comes once they are, or soon."""
    fit = links_in("\n".join(urls))
    if not fit:
        return refused(sentences.NO_LINK)
    courses = tuple(bare(url) for url in fit[:PATH])
    return await _made(event, moment, me, _Fresh(courses, cohort, draft, unread=True))


async def known(
    event: Event,
    moment: Moment,
    me: Person,
    course: Course,
    cohort: Cohort | None = None,
    *,
    draft: str = "",
) -> Changes:
    """A send of a course that a search gave."""
    if not links_in(course.url):
        return refused(sentences.NO_LINK)
    return await _made(event, moment, me, _Fresh((clean(course),), cohort, draft))


@dataclass(frozen=True, slots=True)
class _Fresh:
    """What a send is made of."""

    courses: tuple[Course, ...]
    cohort: Cohort | None
    draft: str
    unread: bool = False


async def _made(event: Event, moment: Moment, me: Person, what: _Fresh) -> Changes:
    if not await may_send(moment, me, what.cohort):
        return refused(sentences.LEADS_ONLY)
    id = named(f"send/{me.id}/{what.draft}") if what.draft else moment.id("send")
    if await moment.read.get(Send, id[:20]):
        return refused(sentences.TWICE)
    fresh = Send(
        id=id[:20],
        by=me.id,
        made=moment.now,
        rank=newest_first(moment.now),
        courses=what.courses,
        course=what.courses[0].key,
        cohort=what.cohort.id if what.cohort else "",
        state="reading" if what.unread else "draft",
        reading=tuple(range(len(what.courses))) if what.unread else (),
        audience=None if what.cohort else _here(event),
    )
    account = event.by.account if event.origin and event.by else ""
    new = fresh if what.unread else suggested(moment, fresh, what.cohort, me)
    asks = tuple(_asked(new, n, account) for n in new.reading)
    shown = _card(new, account, moment, PATIENCE if what.unread else timedelta())
    alone = event.origin is not None and event.origin.private
    reply = None if alone else Done(sentences.PRIVATELY)
    return await probe(moment) + Changes(saves=(new,), jobs=(*asks, shown), reply=reply)


def _here(event: Event) -> Audience | None:
    """Where it began, unless that is in private: they are there, as their platform says."""
    if event.origin is None or event.origin.private:
        return None
    return Audience(kind="place", ids=(event.origin.place,), name=event.origin.title)


def _asked(it: Send, n: int, account: str) -> Job:
    """What reads one of its links; the account is where the sender waits for the card."""
    url = it.courses[n].url
    question = {"platform": "catalogues", "url": url, "send": it.id, "n": str(n)}
    work = Ask("resolve", {**question, "account": account}, "courses.read")
    return Job(key=f"resolve/{it.id}/{n}", work=work, weight="answer")


def _card(it: Send, account: str, moment: Moment, wait: timedelta) -> Job:
    """The sender's card: planned for later, an answer brings it forward."""
    slot = desk_slot(it.id)
    return Job(
        key=f"show/{it.by}/{slot}",
        work=Show(ToPerson(it.by, account), slot),
        due=moment.now + wait,
        weight="answer",
        plan="replace",
    )


# --- what the catalogues say ----------------------------------------------------------------------


async def read(event: Event, moment: Moment) -> Changes:
    """A link was read, or could not be: once all are, the card is complete."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    n = next((n for n in it.reading if str(n) == event.args.get("n")), None) if it else None
    if it is None or n is None:
        return Changes()
    course, trouble = _read(event, it.courses[n])
    courses = (*it.courses[:n], course, *it.courses[n + 1 :])
    rest = tuple(other for other in it.reading if other != n)
    new = replace(it, courses=courses, reading=rest, trouble=trouble or it.trouble)
    new = replace(new, course=courses[0].key)
    if rest:
        return Changes(saves=(new,))
    if it.state in AFTER:
        new = replace(new, edition=it.edition + 1)
        return Changes(saves=(new,), jobs=(*spread(event.org, new), desk(new)))
    me = await alive(moment.read, it.by)
    if me is not None and it.state == "reading":
        cohort = await moment.read.get(Cohort, it.cohort)
        new = suggested(moment, replace(new, state="draft"), cohort, me)
    shown = _card(new, event.args.get("account", ""), moment, timedelta())
    return Changes(saves=(new,), jobs=(shown,))


def _read(event: Event, was: Course) -> tuple[Course, str]:
    """The course, or what is known of it without, and what went wrong."""
    error = UNKNOWN.get(event.error, event.error)
    if error:
        return was, error if error in TROUBLES else "unreadable"
    try:
        found = course_in(event.values.get("course", ""))
    except msgspec.DecodeError:
        return was, "unreadable"
    if not links_in(found.url) or not found.title.strip():
        return was, "unreadable"
    typed = found if was == bare(was.url) else replace(found, title=was.title)
    return clean(typed), "gone" if found.retired else ""


def clean(course: Course) -> Course:
    """The course with its texts on one line and no longer than a card takes."""
    return replace(
        course,
        title=line(course.title, TITLE) or host_of(course.url),
        summary=line(course.summary, SUMMARY),
        provider=line(course.provider, TITLE),
        minutes=max(0, course.minutes),
        image=next(iter(links_in(course.image)), ""),
    )


def asked_again(it: Send, n: int) -> Job:
    """What reads a link that was put in the place of another."""
    job = _asked(it, n, "")
    return replace(job, key=f"{job.key}/{it.edition}")
