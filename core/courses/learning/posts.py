"""The card that learners see, as it stands for one of them, and as all see it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from core.cohorts.words import called
from core.courses.after.moves import moves
from core.courses.learning.model import gone
from core.courses.model import (
    Audience,
    Course,
    Learning,
    Send,
    Step,
    card_slot,
    host_of,
    shared_slot,
)
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Day,
    Heading,
    Image,
    Link,
    Phrase,
    Post,
    Press,
    Text,
    When,
    say,
    verbatim,
)

SHOWN = 8
SUMMARY = say("courses.card.summary", "A course for you")
OPEN = say("courses.card.open", "Open")
AGAIN = say("courses.card.again", "Open it again")
DONE = say("courses.card.done", "I’ve done it")
LATER = say("courses.card.later", "Later today")
HOLD = say("courses.card.hold", "Save 15 minutes")
UNDONE = say("courses.card.undone", "Not done yet")


class Seen(Struct, frozen=True, kw_only=True):
    """What one person’s card is drawn from; `by` is who sent it, `moves` what may come after."""

    now: datetime
    person: str
    by: str
    learning: Learning
    nameless: bool = False
    moves: tuple[Button, ...] = ()


class Board(Struct, frozen=True, kw_only=True):
    """What the card of a place is drawn from; `said` is what people let everyone read."""

    now: datetime
    by: str
    place: int = 0
    opened: int = 0
    done: int = 0
    said: tuple[Block, ...] = ()


# --- for one person -------------------------------------------------------------------------------


def card(send: Send, seen: Seen, slot: str = "") -> Post:
    """Where they stand with it: to open, done, between two of a path, or no longer there."""
    at = min(seen.learning.at, len(send.courses) - 1)
    course, step = send.courses[at], seen.learning.steps[at]
    if step.done:
        body = _done(send, seen, step, course)
    elif gone(course, seen.now):
        body = (_lost(course, seen.by), _buttons(_tick(send, at)))
    else:
        body = _open(send, seen, course, at)
    return Post(
        slot=slot or card_slot(send.id),
        summary=SUMMARY,
        purpose=verbatim(send.purpose) if send.purpose else None,
        blocks=(Heading(verbatim(course.title)), *_which(send, at), *body),
    )


def _open(send: Send, seen: Seen, course: Course, at: int) -> tuple[Block, ...]:
    return (
        Text(_about(course, seen.by)),
        *_picture(course),
        *((Text(verbatim(send.question)),) if send.question else ()),
        *_until(send, course, seen.now),
        Text(_how(nameless=seen.nameless), subtle=True),
        _buttons(
            Link(OPEN, page_of(send, seen.person)),
            Press(LATER, "courses.later", {"send": send.id}),
            _tick(send, at),
            Link(HOLD, f"/m/hold-{send.id}-{seen.person}.ics"),
        ),
    )


def _done(send: Send, seen: Seen, step: Step, course: Course) -> tuple[Block, ...]:
    """What is said of it, by whom, and what to do next."""
    at = min(seen.learning.at, len(send.courses) - 1)
    again = Link(AGAIN, page_of(send, seen.person))
    back = Press(UNDONE, "courses.undone", {"send": send.id, "step": str(at)})
    if not seen.learning.done:
        soon = say("courses.card.between", "The next course opens here when it is its turn.")
        return (Text(_said(step, course)), Text(soon), _buttons(again, *_if(step, back)))
    ask = say("courses.card.after", "What stays is what you say in your own words and try out.")
    return (
        Text(_said(step, course)),
        *((Text(verbatim(send.question)),) if send.question else ()),
        *((Text(ask, subtle=True),) if seen.moves else ()),
        _buttons(*seen.moves, again, *_if(step, back)),
    )


def _if(step: Step, back: Press) -> tuple[Press, ...]:
    """What the provider confirmed is not for anybody to take back."""
    return (back,) if step.declared and not step.confirmed else ()


def _said(step: Step, course: Course) -> Phrase:
    if step.confirmed:
        provider = course.provider or host_of(course.url)
        return say("courses.card.confirmed", "Done, as {provider} confirms.", provider=provider)
    return say("courses.card.declared", "Done, as you say.")


def _tick(send: Send, at: int) -> Press:
    return Press(DONE, "courses.done", {"send": send.id, "step": str(at)})


def page_of(send: Send, who: str) -> str:
    """The page of ours that leads to the course that is open to somebody, or from a place."""
    return f"/l/{send.id}-{who}"


# --- for all to see -------------------------------------------------------------------------------


def shared(send: Send, seen: Board) -> Post:
    """One card for a whole place, with figures and no names but of those who want to be read."""
    first, single = send.courses[0], len(send.courses) == 1
    door = Link(OPEN, page_of(send, f"at{seen.place}"))
    tick = Press(DONE, "courses.done", {"send": send.id})
    lost = single and gone(first, seen.now)
    return Post(
        slot=shared_slot(send.id, seen.place),
        summary=say("courses.shared.summary", "A course for everyone here"),
        purpose=verbatim(send.purpose) if send.purpose else None,
        blocks=(
            Heading(verbatim(first.title)) if single else _title(send),
            *((_lost(first, seen.by),) if lost else _inside(send, seen.by)),
            *((Text(verbatim(send.question)),) if send.question else ()),
            *_until(send, first, seen.now),
            *((Text(_so_far(seen)),) if seen.opened or seen.done else ()),
            Text(say("courses.shared.how", "Counted, never named."), subtle=True),
            *seen.said,
            _buttons(*(() if lost else (door,)), tick),
        ),
    )


def _so_far(seen: Board) -> Phrase:
    opened = say("courses.shared.opened", "{n} have opened it", n=seen.opened)
    done = say("courses.shared.done", "{n} say they are done", n=seen.done)
    if seen.opened == 1:
        opened = say("courses.shared.opened.one", "one has opened it")
    if seen.done == 1:
        done = say("courses.shared.done.one", "one says it is done")
    return say("courses.shared.counts", "So far {opened}, and {done}.", opened=opened, done=done)


def _title(send: Send) -> Heading:
    n = len(send.courses)
    return Heading(say("courses.shared.path", "A path of {n} courses", n=n))


def _inside(send: Send, by: str) -> tuple[Block, ...]:
    """What the course is, or which courses a path has."""
    first = send.courses[0]
    if len(send.courses) == 1:
        return (Text(_about(first, by)), *_picture(first))
    titles = tuple(verbatim(it.title) for it in send.courses[:SHOWN])
    sender = say("courses.card.from", "from {name}", name=called(by))
    return (Bullets(titles, numbered=True), Text(sender, subtle=True))


# --- parts of both --------------------------------------------------------------------------------


def _which(send: Send, at: int) -> tuple[Block, ...]:
    if len(send.courses) == 1:
        return ()
    which = say("courses.card.path", "Course {n} of {of}", n=at + 1, of=len(send.courses))
    return (Text(which, subtle=True),)


def _about(course: Course, by: str) -> Phrase:
    """How long it takes, where it is, and who sends it."""
    parts: list[Phrase] = []
    if course.minutes:
        parts.append(say("courses.card.minutes", "{n} minutes", n=course.minutes))
    parts.append(verbatim(course.provider or host_of(course.url)))
    parts.append(say("courses.card.from", "from {name}", name=called(by)))
    return _row(parts)


def _row(parts: Sequence[Phrase]) -> Phrase:
    whole = parts[0]
    for part in parts[1:]:
        whole = say("courses.card.row", "{one}, {other}", one=whole, other=part)
    return whole


def _picture(course: Course) -> tuple[Block, ...]:
    if not course.image.startswith(("https://", "http://")):
        return ()
    alt = say("courses.card.image", "The picture of the course {title}", title=course.title)
    return (Image(course.image, alt),)


def _until(send: Send, course: Course, now: datetime) -> tuple[Block, ...]:
    if send.due:
        return (Text(say("courses.card.due", "Please by {day}.", day=Day(send.due))),)
    if course.leaves and course.leaves - now.date() < timedelta(days=60):
        until = say("courses.card.leaves", "It is there until {day}.", day=Day(course.leaves))
        return (Text(until),)
    return ()


def _how(*, nameless: bool) -> Phrase:
    if nameless:
        return say(
            "courses.card.how.nameless",
            "Opens in your browser. That it was opened is counted; by whom is kept nowhere.",
        )
    return say(
        "courses.card.how",
        "Opens in your browser. Whoever sent it learns how many opened it, never who.",
    )


def _lost(course: Course, by: str) -> Text:
    return Text(
        say(
            "courses.card.gone",
            "It’s no longer there at {provider}. Ask {name} what to take instead.",
            provider=course.provider or host_of(course.url),
            name=called(by),
        )
    )


def _buttons(*buttons: Button) -> Buttons:
    return Buttons(buttons)


# --- sentences ------------------------------------------------------------------------------------

GONE = say("courses.gone", "I can’t find that course any more.")
TAKEN = say("courses.taken", "This link was taken back, so nothing has changed.")
NOT_YOURS = say("courses.not-yours", "That course was not sent to you, so nothing has changed.")
PREVIEW = say("courses.preview", "This is how others see it, so nothing is counted.")
NOT_YET = say("courses.not-yet", "That course of the path is not open to you yet.")
SAID = say("courses.said", "Noted: you’ve done it.")
SAID_BEFORE = say("courses.said-before", "You’ve said so already.")
UNSAID = say("courses.unsaid", "Taken back: it counts as not done yet.")
NEVER_SAID = say("courses.never-said", "You haven’t said that you’re done, so nothing has changed.")
DONE_ALREADY = say("courses.done-already", "You’ve done it already.")


def again_at(at: datetime) -> Phrase:
    """When it comes back."""
    return say("courses.again-at", "I’ll bring it back to you: {at}.", at=When(at))


# --- examples -------------------------------------------------------------------------------------

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
COURSE = Course(
    catalogue="demo",
    id="feedback",
    url="https://courses.example/feedback",
    title="Feedback that lands",
    image="https://courses.example/feedback.png",
    minutes=12,
    provider="Example Academy",
)
SECOND = Course(
    catalogue="demo",
    id="listening",
    url="https://courses.example/listening",
    title="Listening well",
    minutes=8,
    provider="Example Academy",
)
SEND = Send(
    id="sample",
    by="brook",
    made=NOW,
    rank="1",
    courses=(COURSE,),
    course=COURSE.key,
    state="sent",
    cohort="sample",
    purpose="For Thursday’s workshop: how to open a difficult talk.",
    question="While you watch: which sentence could you say this week?",
    audience=Audience(kind="cohort", ids=("sample",)),
    due=date(2027, 3, 4),
)
PATH = Send(
    id="sample",
    by="brook",
    made=NOW,
    rank="1",
    courses=(COURSE, SECOND),
    course=COURSE.key,
    state="sent",
    purpose="Two short courses before we meet.",
    question="Which of them would you send to a friend?",
    audience=Audience(kind="cohort", ids=("sample",)),
    open=True,
)


def sample(*steps: Step, at: int = 0) -> Learning:
    """How far Ada has come."""
    return Learning(id="sample/ada", send="sample", person="ada", steps=steps, at=at)


def _seen(*steps: Step, at: int = 0, nameless: bool = False) -> Seen:
    return Seen(
        now=NOW,
        person="ada",
        by="Brook Sample",
        learning=sample(*steps, at=at),
        nameless=nameless,
        moves=moves("sample", cohort="sample"),
    )


_RETIRED = Course(
    catalogue="demo",
    id="old",
    url="https://courses.example/old",
    title="Writing by hand",
    provider="Example Academy",
    retired=True,
)
_OLD = Send(
    id="sample", by="brook", made=NOW, rank="1", courses=(_RETIRED,), state="sent", purpose="To try"
)
_SAID, _TOLD = Step(declared=NOW), Step(confirmed=NOW)

_BOARD = Board(now=NOW, by="Brook Sample", opened=7, done=3)

EXAMPLES: Mapping[str, Post] = {
    "courses.learning.card": card(SEND, _seen(Step())),
    "courses.learning.nameless": card(SEND, _seen(Step(), nameless=True)),
    "courses.learning.said": card(SEND, _seen(_SAID)),
    "courses.learning.confirmed": card(SEND, _seen(_TOLD)),
    "courses.learning.between": card(PATH, _seen(_SAID, Step())),
    "courses.learning.second": card(PATH, _seen(_SAID, Step(), at=1)),
    "courses.learning.gone": card(_OLD, _seen(Step())),
    "courses.learning.shared": shared(SEND, _BOARD),
    "courses.learning.shared.path": shared(PATH, _BOARD),
    "courses.learning.shared.gone": shared(_OLD, _BOARD),
}
