"""A discussion, what people say in it, and the rules for both."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.introductions.model import newest_first
from core.cohorts.model import Cohort, line, lines, refreshed
from core.engine.ports import (
    Changes,
    Job,
    Moment,
    Reader,
    Record,
    Tally,
    ToPerson,
    ToThread,
    Withdraw,
    show,
)
from core.message import Phrase, say, verbatim

QUESTION = 200
PURPOSE = 140
TEXT = 800
SUMMARY = 600
LATEST = 3
CLIP = 200
EACH = 20
OPEN = 20
WAITS = timedelta(days=1)
ANSWERS = "discussions.answers"
OPENED = "discussions.open"

HIDDEN = say("discussions.hidden", "A moderator has hidden this question.")
OFFERED: Mapping[str, Phrase] = {
    "learn": say("discussions.purpose.learn", "So that we learn from what others have tried."),
    "try": say("discussions.purpose.try", "So that each of us finds one thing to try."),
    "stuck": say("discussions.purpose.stuck", "Because I’m stuck and would like to hear you."),
    "decide": say("discussions.purpose.decide", "So that a decision rests on more than one view."),
    "understand": say("discussions.purpose.understand", "So that we understand each other better."),
}


class Discussion(Record, frozen=True, kw_only=True):
    """An open question to a cohort; `by` is "" where a programme asks, `name` what it is there.

    `purpose` is one of those that are offered, else `own` says it. `heard`: somebody has answered.
    A moderator may have `hidden` the question: nobody reads or answers it.
    """

    kind: ClassVar[str] = "discussion"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "state", "by", "closer", "heard")
    order: ClassVar[str] = "rank"

    cohort: str
    by: str
    question: str
    purpose: str = ""
    own: str = ""
    name: str = ""
    state: Literal["open", "closed"] = "open"
    heard: Literal["yes", "no"] = "no"
    opened: datetime
    closed: datetime | None = None
    summary: str = ""
    closer: str = ""
    hidden: bool = False
    rank: str


class Contribution(Record, frozen=True, kw_only=True):
    """What somebody says in a discussion. `message` is set for a reply in a thread."""

    kind: ClassVar[str] = "contribution"
    indexes: ClassVar[tuple[str, ...]] = ("discussion", "cohort", "person", "message", "shown")
    order: ClassVar[str] = "rank"

    discussion: str
    cohort: str
    person: str
    text: str
    message: str = ""
    shown: Literal["yes", "no"] = "yes"
    at: datetime
    rank: str


# --- words --------------------------------------------------------------------------------------


def question_of(it: Discussion) -> Phrase:
    """What it asks; a programme’s question in the reader’s language."""
    if it.hidden:
        return HIDDEN
    return Phrase(f"{it.name}.question", it.question) if it.name else verbatim(it.question)


def purpose_of(it: Discussion) -> Phrase:
    """What it is for."""
    if it.hidden:
        return HIDDEN
    if it.purpose in OFFERED:
        return OFFERED[it.purpose]
    return Phrase(f"{it.name}.purpose", it.own) if it.name else verbatim(it.own)


def clean(text: str) -> str:
    """An answer as it is kept."""
    return lines(text, TEXT)


# --- a discussion -------------------------------------------------------------------------------


def discussion_id(cohort: str, by: str, draft: str) -> str:
    """The same for the same opened form, however often it is submitted."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"discussion/{cohort}/{by}/{draft}").hex[:20]


def begun(
    moment: Moment,
    cohort: Cohort,
    by: str,
    values: Mapping[str, str],
    *,
    draft: str,
    name: str = "",
) -> Discussion:
    """A new one; only after its values were found in order."""
    return Discussion(
        id=discussion_id(cohort.id, by, draft),
        cohort=cohort.id,
        by=by,
        question=line(values["question"], QUESTION),
        purpose=values.get("purpose", "") if values.get("purpose", "") in OFFERED else "",
        own=line(values.get("own", ""), PURPOSE),
        name=name,
        opened=moment.now,
        rank=newest_first(moment.now),
    )


def ended(it: Discussion, by: str, summary: str, now: datetime) -> Discussion:
    """Closed, with what came out of it."""
    return replace(it, state="closed", closer=by, summary=lines(summary, SUMMARY), closed=now)


def reopened(it: Discussion) -> Discussion:
    """It goes on; what was summed up so far stays until it is closed anew."""
    return replace(it, state="open", closed=None)


def counted(it: Discussion, by: int) -> tuple[Tally, ...]:
    """How many discussions of the cohort are open."""
    return (Tally(board=OPENED, subject=it.cohort, by=by),)


def cards(cohort: Cohort, it: Discussion) -> tuple[Job, ...]:
    """Where it is shown."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"discussion/{it.id}"))


# --- what is said in it -------------------------------------------------------------------------


def given(cohort: Cohort, it: Discussion, new: Contribution, was: Contribution | None) -> Changes:
    """On the card and below it, but not where it stands already as a reply."""
    tallies = () if was else (_count(new, 1),)
    heard = () if it.heard == "yes" else (replace(it, heard="yes"),)
    shows = tuple(show(target, f"said/{new.id}") for target in _threads(cohort, new))
    return Changes(saves=(new, *heard), tallies=tallies, jobs=(*cards(cohort, it), *shows))


def taken_back(cohort: Cohort | None, was: Contribution) -> Changes:
    """Gone, from the card and from below it."""
    tallies = (_count(was, -1),) if was.shown == "yes" else ()
    jobs = off_the_card(cohort, was) if cohort else ()
    return Changes(deletes=(was,), tallies=tallies, jobs=jobs)


async def unheard(read: Reader, gone: Sequence[Contribution]) -> Changes:
    """Questions whose only answers these were wait for one again."""
    left, changes = {one.id for one in gone}, Changes()
    for id in dict.fromkeys(one.discussion for one in gone):
        it = await read.get(Discussion, id)
        others = (await read.find(Contribution, discussion=id, limit=len(left) + 1)).items
        if it is not None and it.heard == "yes" and left.issuperset(one.id for one in others):
            changes += Changes(saves=(replace(it, heard="no"),))
    return changes


def veiled(cohort: Cohort | None, was: Contribution, *, hidden: bool) -> Changes:
    """Hidden from everyone, or seen again."""
    new = replace(was, shown="no" if hidden else "yes")
    tallies = (_count(was, -1 if hidden else 1),)
    if cohort is None:
        return Changes(saves=(new,), tallies=tallies)
    if hidden:
        return Changes(saves=(new,), tallies=tallies, jobs=off_the_card(cohort, was))
    shows = tuple(show(target, f"said/{new.id}") for target in _threads(cohort, new))
    card = refreshed(cohort, f"discussion/{was.discussion}")
    return Changes(saves=(new,), tallies=tallies, jobs=(*card, *shows))


def off_the_card(cohort: Cohort, was: Contribution) -> tuple[Job, ...]:
    """Redraws the card without it, and takes away what we wrote below."""
    slot = f"said/{was.id}"
    gone = tuple(
        Job(key=f"withdraw/{target.place}/{slot}", work=Withdraw(target, slot))
        for target in _threads(cohort, was)
    )
    return (*refreshed(cohort, f"discussion/{was.discussion}"), *gone)


def place_of(said: Contribution) -> str:
    """Where it was written as a reply, "" for one that was not."""
    return said.message.partition("|")[0]


def _threads(cohort: Cohort, said: Contribution) -> tuple[ToThread, ...]:
    places = (place for place in cohort.spaces if place != place_of(said))
    return tuple(ToThread(place, f"discussion/{said.discussion}") for place in places)


def _count(said: Contribution, by: int) -> Tally:
    return Tally(board=ANSWERS, subject=said.discussion, by=by)
