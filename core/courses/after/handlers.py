"""Writing down what somebody took from a course; asking, two weeks later, whether it worked."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.access import closed, joined, opened_form, redrawn, refused
from core.cohorts.model import Cohort, lines, timer
from core.courses.after import posts
from core.courses.after.model import (
    AFTER,
    FADES,
    LINE,
    SIGHTS,
    TEXT,
    Reflection,
    Sight,
    Worked,
    answer_of,
    counts,
    reflection_id,
    shares,
    sight_of,
    written,
)
from core.courses.after.sharing import brought
from core.courses.learning.handlers import meant
from core.courses.learning.model import home_of
from core.courses.learning.posts import GONE
from core.courses.model import Learning, Send, withdrawn
from core.engine.ports import Changes, Delivery, Event, Invalid, Job, Moment, Record, Show, ToPerson
from core.message import Phrase
from core.pairs.model import partners_of
from core.people.model import Person

# --- a few words ----------------------------------------------------------------------------------


async def reflect(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; then keeps what they wrote, for whom they chose, or takes it back."""
    send = await meant(event, moment, me)
    if isinstance(send, Phrase):
        return refused(send)
    was = await moment.read.get(Reflection, reflection_id(send.id, me.id))
    cohort = await moment.read.get(Cohort, home_of(send))
    sights = await _sights(moment, cohort, me)
    args = {"send": send.id, **({"there": "yes"} if was else {})}
    if event.source != "form":
        there = (was.text, was.sight) if was else ("", "me")
        return Changes(reply=opened_form(posts.reflect_form(args, send.question, sights, there)))
    if event.values.get("back") == "true":
        return _back(send, cohort, was)
    text, sight = event.values.get("text", ""), sight_of(event.values.get("sight", "me"))
    wrong = _wrong(text, sight, sights)
    if wrong or sight is None:
        typed = (text[: TEXT + 1], sight or "me")
        again = posts.reflect_form(args, send.question, sights, typed, wrong)
        return Changes(reply=Invalid(again))
    about = {"send": send.id, "cohort": cohort.id if cohort else "", "person": me.id}
    new = written(was, about, sight, lines(text, TEXT), moment.now)
    if sight == "partner" and cohort:
        new = replace(new, told=await partners_of(moment.read, cohort.id, me.id))
    note = posts.HIDDEN if new.hidden else posts.KEPT[sight]
    return redrawn(_changed((send, cohort), new, was), note)


def _wrong(text: str, sight: Sight | None, sights: Sequence[Sight]) -> dict[str, Phrase]:
    found = {
        "text": not lines(text, TEXT) or len(text.strip()) > TEXT,
        "sight": sight not in sights,
    }
    return {name: posts.WRONG[name] for name, is_wrong in found.items() if is_wrong}


async def _sights(moment: Moment, cohort: Cohort | None, me: Person) -> tuple[Sight, ...]:
    """Who could read it: a partner, where they have one; the cohort, where it meets somewhere."""
    if cohort is None or closed(cohort, moment) or not await joined(moment, cohort, me):
        return ("me",)
    able = {
        "me": True,
        "partner": bool(await partners_of(moment.read, cohort.id, me.id)),
        "cohort": bool(cohort.spaces),
    }
    return tuple(sight for sight in SIGHTS if able[sight])


def _back(send: Send, cohort: Cohort | None, was: Reflection | None) -> Changes:
    if was is None:
        return refused(posts.NOTHING)
    return redrawn(_changed((send, cohort), None, was), posts.BACK)


def _changed(
    about: tuple[Send, Cohort | None],
    new: Reflection | None,
    was: Reflection | None,
) -> Changes:
    return Changes(
        saves=(new,) if new else (),
        deletes=(was,) if was and not new else (),
        tallies=shares(new, was),
        jobs=brought(about, new, was),
    )


# --- did it work? ---------------------------------------------------------------------------------


async def finished(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Whoever has done all of it is asked two weeks later, once."""
    before = isinstance(was, Learning) and was.done
    if not isinstance(now, Learning) or not now.done or before:
        return Changes()
    due = moment.now + AFTER
    asks = timer("courses.ask", event.org, due, send=now.send, person=now.person)
    return Changes(jobs=(asks,))


async def ask(event: Event, moment: Moment) -> Changes:
    """Asks, unless it was taken back, is not done after all, or they have said so."""
    id = reflection_id(event.args.get("send", ""), event.args.get("person", ""))
    send = await moment.read.get(Send, event.args.get("send", ""))
    learning = await moment.read.get(Learning, id)
    if send is None or send.state == "taken" or learning is None or not learning.done:
        return Changes()
    if await moment.read.get(Worked, id):
        return Changes()
    slot = f"course-worked/{send.id}"
    job = Job(
        key=f"{slot}/{learning.person}",
        work=Show(ToPerson(learning.person), slot),
        weight="nudge",
        until=moment.now + FADES,
    )
    return Changes(jobs=(job,))


async def taken(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """A link was taken back from somebody: the question about it goes as well."""
    if not isinstance(now, Delivery) or now.state != "withdrawn":
        return Changes()
    learning = await moment.read.get(Learning, reflection_id(now.campaign, now.person))
    if learning is None or not learning.done:
        return Changes()
    return Changes(jobs=(withdrawn(now.person, f"course-worked/{now.campaign}"),))


async def worked(event: Event, moment: Moment, me: Person) -> Changes:
    """Whether it worked, and a line about it for themselves."""
    id = reflection_id(event.args.get("send", ""), me.id)
    learning = await moment.read.get(Learning, id)
    was = await moment.read.get(Worked, id)
    if "line" in event.args:
        return _line(event, was)
    answer = answer_of(event.args.get("answer", ""))
    if learning is None or answer is None:
        return refused(GONE)
    if not learning.done and was is None:
        return refused(posts.NOT_DONE)
    new = Worked(
        id=id,
        version=was.version if was else 0,
        send=learning.send,
        person=me.id,
        answer=answer,
        text=was.text if was else "",
        at=moment.now,
    )
    return redrawn(Changes(saves=(new,), tallies=counts(new, was)), posts.NOTED)


def _line(event: Event, was: Worked | None) -> Changes:
    if was is None:
        return refused(posts.ANSWER_FIRST)
    args = {"send": was.send, "line": "yes"}
    if event.source != "form":
        return Changes(reply=opened_form(posts.line_form(args, was.text)))
    text = event.values.get("text", "")
    if not lines(text, LINE) or len(text.strip()) > LINE:
        return Changes(reply=Invalid(posts.line_form(args, text[: LINE + 1], wrong=True)))
    return redrawn(Changes(saves=(replace(was, text=lines(text, LINE)),)), posts.KEPT["me"])
