"""The card of whoever sends a link: from the draft to what became of it."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.words import at
from core.courses.audience.model import Count
from core.courses.audience.posts import because
from core.courses.audience.posts import rows as audience_rows
from core.courses.learning.posts import SUMMARY
from core.courses.model import Course, Send, bare, desk_slot, host_of
from core.courses.sending.figures import Figures
from core.courses.sending.forms import unread, untitled
from core.courses.sending.samples import SEND
from core.courses.sending.sentences import HALTS, READING, TROUBLES
from core.courses.sending.timing import minutes_for
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Image,
    OpenForm,
    Phrase,
    Post,
    Press,
    Progress,
    Text,
    When,
    say,
    verbatim,
)

Row = tuple[Phrase, Phrase]
Rows = tuple[Row, ...]
IMAGED = frozenset({"draft", "ready"})
YOURS = say("courses.sending.yours", "Because you are sending it.")
LOST: dict[str, Phrase] = {
    "blocked": say("courses.audience.cannot.blocked", "blocked me"),
    "not_installed": say("courses.sending.lost.not-installed", "no chat with me"),
    "skipped": say("courses.sending.lost.skipped", "quiet, or left"),
    "expired": say("courses.sending.lost.expired", "too late"),
    "failed": say("courses.sending.lost.failed", "failed"),
}
STRANGERS = say("courses.audience.cannot.unknown", "unknown address")


class Desk(Struct, frozen=True, kw_only=True):
    """What the card is drawn from: `learned` and `lines` are what other parts have to say.

    `mine`: whoever looks at it sends it; others who answer for it may only look, and end it.
    """

    send: Send
    count: Count | None = None
    figures: Figures = Figures(by={})
    learned: Rows = ()
    lines: tuple[Phrase, ...] = ()
    soon: bool = True
    directory: bool = False
    slot: str = ""
    mine: bool = True


def card(desk: Desk) -> Post:
    """How it stands, and what its sender may do next."""
    it = desk.send
    return Post(
        slot=desk.slot or desk_slot(it.id),
        summary=say("courses.sending.summary", "The course link that you are sending"),
        purpose=YOURS,
        blocks=(
            Heading(verbatim(it.courses[0].title)),
            Text(_about(desk), subtle=True),
            *_trouble(it),
            *_standing(desk),
            *((Bullets(desk.lines),) if desk.lines else ()),
            *_picture(it),
            *_moves(desk),
        ),
    )


def _about(desk: Desk) -> Phrase:
    """How long it takes, whose it is, and where it stands."""
    it = desk.send
    course = it.courses[0]
    state = _when(desk) if it.state == "waiting" else STATES[it.state]
    who = course.provider or host_of(course.url)
    if untitled(course):
        return state
    if not course.minutes:
        return say("courses.sending.about", "{who}. {state}", who=who, state=state)
    return say(
        "courses.sending.about.minutes",
        "{n} min, {who}. {state}",
        n=course.minutes,
        who=who,
        state=state,
    )


STATES: dict[str, Phrase] = {
    "reading": READING,
    "draft": say("courses.sending.state.draft", "A draft."),
    "counting": say("courses.sending.state.counting", "Counting whom it reaches."),
    "ready": say("courses.sending.state.ready", "Not sent yet."),
    "waiting": say("courses.sending.state.waiting", "It goes out soon."),
    "going": say("courses.sending.state.going", "On its way."),
    "sent": say("courses.sending.state.sent", "Sent."),
    "stopped": say("courses.sending.state.stopped", "Stopped."),
    "taken": say("courses.sending.state.taken", "Taken back."),
}


def _trouble(it: Send) -> tuple[Block, ...]:
    """What could not be read, and what came in between."""
    found: list[Phrase] = []
    if it.trouble and (unread(it) or it.trouble == "gone") and it.state in ("reading", "draft"):
        found.append(TROUBLES[it.trouble])
    if it.halt:
        found.append(HALTS[it.halt])
    return tuple(Text(words) for words in found)


def _picture(it: Send) -> tuple[Block, ...]:
    course: Course = it.courses[0]
    if not course.image or it.state not in IMAGED:
        return ()
    alt = say("courses.sending.image", "Picture: {title}", title=course.title)
    return (Image(course.image, alt),)


# --- how it stands --------------------------------------------------------------------------------


def _standing(desk: Desk) -> tuple[Block, ...]:
    it = desk.send
    n = desk.count.all if desk.count else 0
    blocks: dict[str, tuple[Block, ...]] = {
        "reading": (),
        "draft": (Facts(_said(it)),),
        "counting": (Text(say("courses.sending.so-far", "So far: {n}.", n=n)),),
        "ready": (Facts((*_said(it), _screen(), *_reached(desk))),),
        "waiting": (Facts(_reached(desk)),),
        "taken": (),
    }
    return blocks[it.state] if it.state in blocks else _progress(desk)


def _said(it: Send) -> Rows:
    name = it.audience.name if it.audience else ""
    return (
        *(((say("courses.sending.for", "For"), verbatim(name)),) if name else ()),
        (say("courses.sending.purpose.row", "Purpose"), verbatim(it.purpose)),
        (say("courses.sending.question.row", "Question"), verbatim(it.question)),
    )


def _screen() -> Row:
    return say("courses.sending.screen", "Lock screen"), SUMMARY


def _reached(desk: Desk) -> Rows:
    """The three counts; or in how many places everyone sees it."""
    count = desk.count
    if count is None:
        return ()
    if desk.send.open:
        where = say("courses.sending.places", "Places, for all to see")
        return ((where, say("courses.audience.n", "{n}", n=count.will)), *_lost_places(count))
    return (*audience_rows(count), *_takes(count))


def _lost_places(count: Count) -> Rows:
    if not count.out:
        return ()
    words = say("courses.sending.places.without", "Places without Coterie")
    return ((words, say("courses.audience.n", "{n}", n=count.out)),)


def _takes(count: Count) -> Rows:
    if not count.will:
        return ()
    minutes = minutes_for(count.will)
    short = say("courses.sending.takes.short", "under a minute")
    so_long = say("courses.sending.takes", "about {n} min", n=minutes)
    takes = say("courses.sending.takes.row", "Takes")
    return ((takes, so_long if minutes > 1 else short),)


def _when(desk: Desk) -> Phrase:
    goes = desk.send.goes
    if desk.soon or goes is None:
        return say("courses.sending.soon", "It goes out in a minute.")
    return say("courses.sending.at", "It goes out on {when}.", when=When(goes))


def _progress(desk: Desk) -> tuple[Block, ...]:
    """How many have it, who gets it later, who cannot, and what they have made of it."""
    figures, it = desk.figures, desk.send
    places = say("courses.sending.sent.places", "Places reached")
    label = places if it.open else say("courses.sending.sent", "Sent")
    out = figures.arrived
    bar = (Progress(label, out, figures.all),) if it.state == "going" else ()
    of = say("courses.sending.of", "{n} of {all}", n=out, all=figures.all)
    sent = () if bar else ((label, of),)
    return (*bar, Facts((*sent, *_coming(figures), *_lost(figures), *desk.learned)))


def _coming(figures: Figures) -> Rows:
    found: list[Row] = []
    if figures.coming:
        words = say("courses.sending.coming", "On their way")
        found.append((words, say("courses.audience.n", "{n}", n=figures.coming)))
    if figures.held:
        words = say("courses.sending.held", "When it suits them")
        found.append((words, say("courses.audience.n", "{n}", n=figures.held)))
    if figures.by.get("withdrawn"):
        words = say("courses.sending.removed", "Taken back")
        n = figures.by["withdrawn"]
        found.append((words, say("courses.audience.n", "{n}", n=n)))
    return tuple(found)


def _lost(figures: Figures) -> Rows:
    if not figures.lost:
        return ()
    known = [(LOST[why], n) for why, n in figures.by.items() if why in LOST]
    known += [(STRANGERS, figures.strangers)] if figures.strangers else []
    return ((say("courses.sending.lost", "Not reached"), because(figures.lost, known)),)


# --- what its sender may do -----------------------------------------------------------------------


def _moves(desk: Desk) -> tuple[Block, ...]:
    it = desk.send
    args = {"id": it.id, "send": it.id}
    plan = OpenForm(say("courses.sending.change", "Change"), "courses.plan", args)
    me = Press(say("courses.sending.me", "To me first"), "courses.me_first", args)
    drop = Press(say("courses.sending.drop", "Drop it"), "courses.drop", args)
    moves: Sequence[Button]
    match it.state:
        case "reading" | "draft" | "counting" | "ready" | "waiting" if not desk.mine:
            moves = ()
        case "reading" | "counting":
            moves = (plan, drop)
        case "draft":
            moves = (_first(args), me, *_more(desk, args), drop)
        case "ready":
            label = say("courses.sending.go", "Send")
            moves = (Press(label, "courses.go", at(it, send=it.id), "primary"), me, plan, drop)
        case "waiting":
            undo = Press(say("courses.sending.undo", "Undo"), "courses.undo", args, "primary")
            moves = (undo,) if desk.soon else (plan, undo)
        case "taken":
            moves = ()
        case _:
            moves = _after(desk, args)
    return (Buttons(tuple(moves)),) if moves else ()


def _first(args: dict[str, str]) -> Button:
    label = say("courses.sending.plan.button", "Whom is it for?")
    return OpenForm(label, "courses.plan", args, "primary")


def _more(desk: Desk, args: dict[str, str]) -> tuple[Button, ...]:
    path = OpenForm(say("courses.paths.add", "Add a link"), "courses.add", args)
    sort = OpenForm(say("courses.sending.order", "Order"), "courses.order", args)
    group = OpenForm(say("courses.sending.group.button", "To a group"), "courses.group", args)
    several = len(desk.send.courses) > 1
    return (path, *((sort,) if several else ()), *((group,) if desk.directory else ()))


def _after(desk: Desk, args: dict[str, str]) -> tuple[Button, ...]:
    it = desk.send
    stop = Press(say("courses.sending.stop", "Stop"), "courses.stop", args)
    label = say("courses.sending.go-on", "Go on")
    on = Press(label, "courses.go", at(it, send=it.id), "primary")
    edit = OpenForm(say("courses.sending.edit.button", "Change it"), "courses.edit", args)
    take = Press(say("courses.sending.take", "Take it back…"), "courses.take", args)
    missed = Press(say("courses.sending.missed", "Who wasn’t reached"), "courses.unreached", args)
    far = Press(say("courses.sending.far", "How far they are"), "courses.people", args)
    if not desk.mine:
        return (*((stop,) if it.state == "going" else ()), far, take)
    first = {"going": (stop,), "stopped": (on,)}.get(it.state, ())
    lost = (missed,) if desk.figures.lost else ()
    return (*first, far, *lost, edit, *_later_too(it), take)


def _later_too(it: Send) -> tuple[Button, ...]:
    """What a cohort got, those who join it later may get too, or not any more."""
    if not it.cohort or it.open:
        return ()
    more, less = (
        say("courses.sending.later-too", "Later members, too"),
        say("courses.sending.later-not", "Not for later members"),
    )
    if it.assigned:
        return (Press(less, "courses.assign", {"send": it.id, "on": "no"}),)
    return (Press(more, "courses.assign", {"send": it.id}),)


def taking(it: Send) -> Post:
    """Asked once, since it cannot be undone."""
    args = {"id": it.id, "send": it.id}
    sure = say("courses.sending.take.sure", "Take it back")
    return Post(
        summary=say("courses.sending.taking.summary", "Take a course link back?"),
        purpose=YOURS,
        blocks=(
            Heading(verbatim(it.courses[0].title)),
            Text(
                say(
                    "courses.sending.taking",
                    "It goes from every chat, and nobody else gets it. What people said about it "
                    "stays theirs. This can’t be undone.",
                )
            ),
            Buttons(
                (
                    Press(sure, "courses.take", {**args, "sure": "yes"}, "danger"),
                    Press(say("courses.sending.keep", "Leave it"), "courses.look", args),
                )
            ),
        ),
    )


# --- examples -------------------------------------------------------------------------------------

COUNT = Count(id="sample/1", send="sample", all=24, held={"hours": 3}, cannot={"no way": 1})
_OUT = Figures(by={"sent": 20, "held": 3, "blocked": 1})
_STOPPED = replace(SEND, state="stopped", halt="paused", goes=None)
_LATER = replace(SEND, state="waiting", goes=SEND.made + timedelta(days=1))

_UNREAD = replace(
    SEND, courses=(bare(SEND.courses[0].url),), state="draft", trouble="refused", audience=None
)

EXAMPLES: dict[str, Post] = {
    "courses.sending.reading": card(Desk(send=replace(_UNREAD, state="reading", trouble=""))),
    "courses.sending.draft": card(Desk(send=replace(SEND, state="draft"), directory=True)),
    "courses.sending.unread": card(Desk(send=_UNREAD)),
    "courses.sending.counting": card(Desk(send=replace(SEND, state="counting"), count=COUNT)),
    "courses.sending.ready": card(Desk(send=SEND, count=COUNT)),
    "courses.sending.ready.open": card(
        Desk(send=replace(SEND, open=True), count=Count(id="", send="", all=2))
    ),
    "courses.sending.waiting": card(Desk(send=replace(SEND, state="waiting"), count=COUNT)),
    "courses.sending.later": card(Desk(send=_LATER, count=COUNT, soon=False)),
    "courses.sending.going": card(
        Desk(send=replace(SEND, state="going"), figures=Figures(by={"sent": 9}, ahead=15))
    ),
    "courses.sending.out": card(Desk(send=replace(SEND, state="sent"), figures=_OUT)),
    "courses.sending.stopped": card(Desk(send=_STOPPED, figures=_OUT)),
    "courses.sending.taken": card(Desk(send=replace(SEND, state="taken"))),
    "courses.sending.taking": taking(replace(SEND, state="sent")),
}
