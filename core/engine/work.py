"""What is decided: messages and timers to do later, and the reply to whoever acted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from core.engine.events import Event
from core.engine.records import Record, Tally
from core.message import Form, OpenForm, Phrase, Post


class ToPerson(Struct, frozen=True, tag="person", gc=False):
    """A private message to a person, wherever they are best reached, or only by `account`."""

    person: str
    account: str = ""


class ToPlace(Struct, frozen=True, tag="place", gc=False):
    """A message in a channel, group or chat."""

    place: str


class ToThread(Struct, frozen=True, tag="thread", gc=False):
    """A message below the one that shows `slot` in `place`."""

    place: str
    slot: str


class ToOrigin(Struct, frozen=True, tag="origin", gc=False):
    """An answer where something happened, in its thread."""

    place: str
    thread: str = ""
    message: str = ""


Target = ToPerson | ToPlace | ToThread | ToOrigin


class Deliver(Struct, frozen=True, tag="deliver", gc=False):
    """Send this Post."""

    target: Target
    post: Post


class Show(Struct, frozen=True, tag="show", gc=False):
    """Show the thing as it stands when sent; edits its message if there is one."""

    target: Target
    slot: str


class Withdraw(Struct, frozen=True, tag="withdraw"):
    """Take the message of a thing away."""

    target: Target
    slot: str


class Raise(Struct, frozen=True, tag="raise"):
    """Let an event happen: a timer, or a chunk of a long walk."""

    event: Event


class Ask(Struct, frozen=True, tag="ask"):
    """Ask the outside; the answer comes back as an event named `then` with the question as args."""

    port: str
    question: Mapping[str, str]
    then: str


Work = Deliver | Show | Withdraw | Raise | Ask
Weight = Literal["answer", "person", "essential", "nudge"]
WEIGHTS: tuple[Weight, ...] = ("answer", "person", "essential", "nudge")


class Job(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A thing to do at a time, under a unique key.

    `plan` says what a second job of the same key means: `keep` the first, or `replace` it while
    it is still planned, else wait as its successor. `due` None is now. Past `until` it expires.
    `lane` is filled in by `lane_of` when empty. `report` is the id of the Delivery that learns
    what became of it.
    """

    key: str
    work: Work
    due: datetime | None = None
    lane: str = ""
    weight: Weight = "person"
    plan: Literal["keep", "replace"] = "keep"
    until: datetime | None = None
    report: str = ""


def lane_of(job: Job) -> str:
    """The account or place that has to be served one at a time."""
    if job.lane:
        return job.lane
    match job.work:
        case Deliver(target) | Show(target) | Withdraw(target):
            return target.person if isinstance(target, ToPerson) else target.place
        case Raise(event):
            return event.origin.place if event.origin else job.key
        case Ask(_, question):
            return question.get("place", job.key)


def show(
    target: Target, slot: str, *, due: datetime | None = None, weight: Weight | None = None
) -> Job:
    """The job that brings the message of a thing up to date.

    What many look at goes before private messages: it is folded, so it is never many.
    """
    private = isinstance(target, ToPerson)
    where = target.person if isinstance(target, ToPerson) else target.place
    return Job(
        key=f"show/{where}/{slot}",
        work=Show(target, slot),
        due=due,
        weight=weight or ("person" if private else "answer"),
        plan="replace",
    )


class Say(Struct, frozen=True, tag="say"):
    """Answer with a message."""

    post: Post


class Card(Struct, frozen=True, tag="card"):
    """The card that was pressed, as it stands now, and perhaps a sentence about the press."""

    post: Post
    note: Phrase | None = None


class Open(Struct, frozen=True, tag="open"):
    """Open a form; where none can open now, a message with the button `again`."""

    form: Form
    again: OpenForm | None = None


class Invalid(Struct, frozen=True, tag="invalid"):
    """The form again, with what the person wrote and `form.errors`. Never stored."""

    form: Form


class Done(Struct, frozen=True, tag="done", gc=False):
    """A sentence to whoever acted, and only to them.

    With `redraws` the private card that was pressed comes along as it now stands.
    """

    phrase: Phrase
    redraws: bool = False


class Results(Struct, frozen=True, tag="results"):
    """What a search found."""

    items: tuple[Post, ...]
    cursor: str = ""


class Preview(Struct, frozen=True, tag="preview"):
    """A card for a link that someone pasted: links only, no personal content."""

    post: Post


Reply = Say | Card | Open | Invalid | Done | Results | Preview


class Changes(Struct, frozen=True, kw_only=True, gc=False):
    """What a handler decided, as data. Empty ones are not committed."""

    saves: tuple[Record, ...] = ()
    deletes: tuple[Record, ...] = ()
    tallies: tuple[Tally, ...] = ()
    jobs: tuple[Job, ...] = ()
    reply: Reply | None = None

    def __add__(self, other: "Changes") -> "Changes":
        """Both; a record saved twice counts as the second has it, and so does the reply.

        What either deletes is not saved.
        """
        if not (other.saves or other.deletes or other.tallies or other.jobs or other.reply):
            return self  # most of what is added is nothing
        plain = not (self.deletes or other.deletes or (self.saves and other.saves))
        return Changes(
            saves=self.saves + other.saves if plain else _saved(self, other),
            deletes=self.deletes + other.deletes,
            tallies=self.tallies + other.tallies,
            jobs=self.jobs + other.jobs,
            reply=other.reply or self.reply,
        )

    def __bool__(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.saves or self.deletes or self.tallies or self.jobs)


def _saved(one: Changes, other: Changes) -> tuple[Record, ...]:
    """What both save and neither deletes, each once."""
    gone = {(r.kind, r.id) for r in one.deletes + other.deletes}
    again = gone.union([(r.kind, r.id) for r in other.saves])
    first = [r for r in one.saves if (r.kind, r.id) not in again]
    return (*first, *[r for r in other.saves if (r.kind, r.id) not in gone])
