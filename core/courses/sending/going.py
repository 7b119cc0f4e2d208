"""A send is confirmed: a minute to undo, then it leaves, unless something has come in between."""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from core.cohorts.access import opened_form, redrawn, refused
from core.cohorts.model import Cohort, timer
from core.courses.audience.model import Count, count_id
from core.courses.model import ROLL, Audience, Send, answers_for, card_slot, course_in
from core.courses.sending import forms, sentences
from core.courses.sending.drafting import mine
from core.courses.sending.expanding import expanded, in_places
from core.courses.sending.halting import halted, hindered
from core.courses.sending.timing import UNDO
from core.courses.sending.watching import desk, watch
from core.engine.ports import (
    Ask,
    Changes,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
)
from core.message import Phrase
from core.people.model import Person

CHECKED = "courses.checked"
AHEAD = timedelta(seconds=60)


async def me_first(event: Event, moment: Moment, me: Person) -> Changes:
    """Whoever sends it sees it as everyone will."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    slot = card_slot(it.id)
    work = Show(ToPerson(me.id), slot)
    job = Job(key=f"show/{me.id}/{slot}", work=work, weight="answer", plan="replace")
    return Changes(jobs=(job,)) + refused(sentences.ME_FIRST)


async def go(event: Event, moment: Moment, me: Person) -> Changes:
    """Sends it in a minute, or when it is to go out; many people are typed as a number first."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    against = await _against(moment, it)
    if against is not None:
        return refused(against)
    if it.state == "stopped":
        new = replace(it, state="going", halt="", ended=None)
        return redrawn(await expanded(event.org, moment, new), sentences.GOES_ON)
    unsure = await _sure(event, moment, it)
    if unsure is not None:
        return unsure
    return redrawn(_leaving(event.org, moment, it), sentences.IN_A_MINUTE)


async def _against(moment: Moment, it: Send) -> Phrase | None:
    """Why it may not leave now, in a sentence."""
    if it.state not in ("ready", "stopped") or it.reading:
        return sentences.not_now(it)
    why = await hindered(moment, it)
    return sentences.HALTS[why] if why else None


async def _sure(event: Event, moment: Moment, it: Send) -> Changes | None:
    """What there is to say before it leaves: to nobody, or to so many that they are typed."""
    count = await moment.read.get(Count, count_id(it))
    reached = count.will + count.later if count else 0
    if not reached:
        return refused(sentences.NOBODY)
    if reached <= ROLL or it.open:
        return None
    if event.source != "form":
        return Changes(reply=opened_form(forms.sure_form(event.args, reached)))
    typed = event.values.get("number", "")
    if "".join(filter(str.isdecimal, typed)) == str(reached):
        return None
    return Changes(reply=Invalid(forms.sure_form(event.args, reached, typed, wrong=True)))


def _leaving(org: str, moment: Moment, it: Send) -> Changes:
    """It leaves once it can no longer be undone; just before, its links are looked at again."""
    goes = max(moment.now + UNDO, it.starts or moment.now)
    new = replace(it, state="waiting", goes=goes, halt="")
    ring = timer("courses.begin", org, goes, send=it.id, goes=goes.isoformat())
    checks = tuple(_check(it, n, goes, moment.now) for n in range(len(it.courses)))
    return Changes(saves=(new,), jobs=(ring, *checks, desk(new)))


def _check(it: Send, n: int, goes: datetime, now: datetime) -> Job:
    question = {"platform": "catalogues", "url": it.courses[n].url, "send": it.id, "n": str(n)}
    work = Ask("resolve", question, CHECKED)
    key = f"check/{it.id}/{n}/{goes.isoformat()}"
    return Job(key=key, work=work, due=max(now, goes - AHEAD))


async def undo(event: Event, moment: Moment, me: Person) -> Changes:
    """Not yet, after all: nobody has got it."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    if it.state != "waiting":
        return refused(sentences.not_now(it))
    new = replace(it, state="ready", goes=None)
    return redrawn(Changes(saves=(new,), jobs=(desk(new),)), sentences.UNDONE)


async def stop(event: Event, moment: Moment, me: Person) -> Changes:
    """Nobody else gets it until it goes on."""
    it = await moment.read.get(Send, event.args.get("id", ""))
    if it is None or not await answering(moment, it, me):
        return refused(sentences.GONE)
    if it.state != "going":
        return refused(sentences.not_now(it))
    new = replace(it, state="stopped")
    jobs = (desk(new), *watch(event.org, new, moment.now))
    return redrawn(Changes(saves=(new,), jobs=jobs), sentences.STOPPED)


async def answering(moment: Moment, it: Send, me: Person) -> bool:
    """Whether this person may see how it goes, and stop it."""
    return answers_for(it, await moment.read.get(Cohort, it.cohort), me.id)


# --- what may come in between ---------------------------------------------------------------------


async def begin(event: Event, moment: Moment) -> Changes:
    """The minute is over: it leaves, or its sender hears why it does not."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    if it is None or it.state != "waiting" or it.goes is None:
        return Changes()
    if it.goes.isoformat() != event.args.get("goes"):
        return Changes()
    why = await hindered(moment, it)
    if why:
        return halted(it, why)
    new = replace(it, state="going", next=0, audience=_nameless(it.audience))
    return in_places(event.org, moment, new) if it.open else await expanded(event.org, moment, new)


def _nameless(audience: Audience | None) -> Audience | None:
    """Whom it is for stands in its rolls, and in what becomes of each."""
    named = audience is not None and audience.kind in ("people", "me")
    return replace(audience, ids=()) if audience and named else audience


async def checked(event: Event, moment: Moment) -> Changes:
    """Its provider says, just before it leaves, whether the course is still there."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    n = event.args.get("n", "")
    if it is None or it.state not in ("waiting", "going") or not n.isdecimal():
        return Changes()
    if int(n) >= len(it.courses) or it.courses[int(n)].url != event.args.get("url"):
        return Changes()
    if not _retired(event):
        return Changes()
    courses = list(it.courses)
    courses[int(n)] = replace(courses[int(n)], retired=True)
    looks = watch(event.org, it, moment.now)
    return halted(replace(it, courses=tuple(courses)), "gone") + Changes(jobs=looks)


def _retired(event: Event) -> bool:
    if event.error:
        return event.error == "gone"
    try:
        return course_in(event.values.get("course", "")).retired
    except msgspec.DecodeError:
        return False
