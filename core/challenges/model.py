"""A challenge, the ideas for it, who knows it too and who was asked to help: records and rules.

A challenge without a name is without a name everywhere: only its owner's own cards and what we
do for them know whose it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from core.challenges.likeness.model import alike, likeness, words_of
from core.cohorts.model import day, line, lines
from core.engine.ports import Record, Tally, named

About = Literal["problem", "example"]
State = Literal["open", "trying", "told", "closed", "hidden"]
Outcome = Literal["", "worked", "bit", "not"]
Leave = Literal["", "asked", "named", "nameless", "no"]
Asked = Literal["asked", "accepted", "passed", "answered", "lapsed"]
Problem = Literal["situation", "tried", "wish", "needed", "link"]

SITUATION, TRIED, WISH, LINK, STEP = 800, 600, 400, 500, 200
IDEA = 800
ALIKE = 3
OPEN_AT_ONCE = 5
KEPT = 5
FAR = timedelta(days=366)
TRYING = timedelta(days=14)
OUTCOMES: tuple[Outcome, ...] = ("worked", "bit", "not")

OPEN = "challenges.open"
WAITING = "challenges.waiting"
TOLD = "challenges.told"
IDEAS = "challenges.ideas"
TOO = "challenges.too"


class Past(Struct, frozen=True, kw_only=True):
    """What was tried before, and how it went."""

    began: str
    step: str
    outcome: Outcome
    lesson: str = ""


class Challenge(Record, frozen=True, kw_only=True):
    """A real problem that a member works on, or an example of their work.

    `waits`: nobody has had an idea yet. `began`: since when something is tried; `turn`: how often
    we have asked since whether it worked. `before`: how it stood before it was hidden.
    `leave`: whether it may be used in the training. `like`: those that were alike when it came.
    """

    kind: ClassVar[str] = "challenge"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "owner", "state", "waits", "leave")
    order: ClassVar[str] = "rank"

    cohort: str
    owner: str
    about: About = "problem"
    nameless: bool = True
    situation: str
    tried: str = ""
    wish: str = ""
    link: str = ""
    needed: date | None = None
    state: State = "open"
    waits: str = "yes"
    best: str = ""
    step: str = ""
    outcome: Outcome = ""
    lesson: str = ""
    past: tuple[Past, ...] = ()
    began: str = ""
    turn: int = 0
    before: State = "open"
    leave: Leave = ""
    like: tuple[str, ...] = ()
    stems: Mapping[str, str] = {}
    at: datetime
    rank: str


class Idea(Record, frozen=True, kw_only=True):
    """What somebody would try; for an example also what `works`. `message`: it was a reply.

    `stands`: the challenge on whose card it is, "" while it is hidden. `pair`: challenge and
    person, so that what somebody has said is found among thousands.
    """

    kind: ClassVar[str] = "idea"
    indexes: ClassVar[tuple[str, ...]] = (
        "challenge",
        "cohort",
        "person",
        "message",
        "stands",
        "pair",
    )
    order: ClassVar[str] = "rank"

    challenge: str
    cohort: str
    person: str
    stands: str
    pair: str
    text: str = ""
    works: str = ""
    message: str = ""
    at: datetime
    rank: str


class Too(Record, frozen=True, kw_only=True):
    """Somebody knows a challenge as well; the id is `<challenge>/<person>`."""

    kind: ClassVar[str] = "too"
    indexes: ClassVar[tuple[str, ...]] = ("challenge", "person")

    challenge: str
    cohort: str
    person: str


class Help(Record, frozen=True, kw_only=True):
    """Somebody was asked to help with a challenge; the id is `<challenge>/<person>`."""

    kind: ClassVar[str] = "help"
    indexes: ClassVar[tuple[str, ...]] = ("challenge", "person", "state")

    challenge: str
    cohort: str
    person: str
    state: Asked = "asked"
    at: datetime


class Helper(Record, frozen=True, kw_only=True):
    """A member’s place in the rota; the id is `<cohort>/<person>`.

    `there`: still a member. `last`: when they were last asked.
    """

    kind: ClassVar[str] = "helper"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "there")
    order: ClassVar[str] = "rank"

    cohort: str
    person: str
    there: str = "yes"
    asked: int = 0
    helped: int = 0
    last: datetime | None = None
    lot: str
    rank: str


# --- what people write --------------------------------------------------------------------------


def problems(values: Mapping[str, str], today: date) -> dict[str, Problem]:
    """What is not in order, by field."""
    found: dict[str, Problem] = {}
    situation = values.get("situation", "")
    if not lines(situation, SITUATION) or len(situation.strip()) > SITUATION:
        found["situation"] = "situation"
    if len(values.get("tried", "").strip()) > TRIED:
        found["tried"] = "tried"
    if len(values.get("wish", "").strip()) > WISH:
        found["wish"] = "wish"
    if values.get("link", "").strip() and not link_of(values["link"]):
        found["link"] = "link"
    if values.get("needed", "").strip() and not _ahead(values["needed"], today):
        found["needed"] = "needed"
    return found


def _ahead(text: str, today: date) -> bool:
    on = day(text)
    return on is not None and today <= on <= today + FAR


def link_of(text: str) -> str:
    """An address that a browser may open, else ""."""
    link = text.strip()
    sound = link.lower().startswith(("https://", "http://")) and len(link) <= LINK
    return link if sound and link.split() == [link] and link.isprintable() else ""


def written(challenge: Challenge, values: Mapping[str, str]) -> Challenge:
    """The challenge as its form now says; only after `problems` found none.

    What the form does not say clearly stays without a name.
    """
    situation, wish = lines(values["situation"], SITUATION), lines(values.get("wish", ""), WISH)
    tried = lines(values.get("tried", ""), TRIED)
    new = replace(
        challenge,
        nameless=values.get("who") != "named",
        situation=situation,
        tried=tried,
        wish=wish,
        link=link_of(values.get("link", "")),
        needed=day(values.get("needed", "")),
    )
    return replace(new, stems=words_of(text_of(new)))


def text_of(challenge: Challenge) -> str:
    """All that its owner wrote about it."""
    return f"{challenge.situation}\n{challenge.wish}\n{challenge.tried}"


def blank(cohort: str, owner: str, draft: str, about: About, now: datetime) -> Challenge:
    """A new one, to be written; the same form handed in twice is one."""
    return Challenge(
        id=challenge_id(cohort, owner, draft),
        cohort=cohort,
        owner=owner,
        about=about,
        situation="",
        at=now,
        rank=newest_first(now),
    )


def challenge_id(cohort: str, owner: str, draft: str) -> str:
    """Says nothing about its owner to whoever does not know the draft."""
    return named(f"challenge/{cohort}/{owner}/{draft}")


def newest_first(at: datetime) -> str:
    """Sorts later moments before earlier ones."""
    return f"{10**13 - int(at.timestamp() * 1000):013d}"


def pair_id(challenge: str, person: str) -> str:
    """One for each person and challenge."""
    return f"{challenge}/{person}"


def idea_of(challenge: Challenge, person: str, id: str, now: datetime) -> Idea:
    """Somebody’s idea, still without words."""
    return Idea(
        id=id,
        challenge=challenge.id,
        cohort=challenge.cohort,
        person=person,
        stands=challenge.id,
        pair=pair_id(challenge.id, person),
        at=now,
        rank=newest_first(now),
    )


# --- likeness -----------------------------------------------------------------------------------


def those_alike(one: Challenge, others: Sequence[Challenge]) -> tuple[Challenge, ...]:
    """At most three, the most alike first; none of its owner's own."""
    near = [
        other
        for other in others
        if other.state != "hidden" and other.owner != one.owner and alike(one.stems, other.stems)
    ]
    return tuple(sorted(near, key=lambda it: -likeness(one.stems, it.stems))[:ALIKE])


def matching(words: Mapping[str, str], among: Sequence[Challenge]) -> tuple[Challenge, ...]:
    """Those that say any of these words: most words first, then those with an outcome."""
    seen = (one for one in among if one.state != "hidden")
    hits = [(len(words.keys() & one.stems.keys()), one) for one in seen]
    found = [(n, one) for n, one in hits if n]
    found.sort(key=lambda hit: (-hit[0], not hit[1].outcome, hit[1].rank))
    return tuple(one for _, one in found)


# --- what becomes of it ---------------------------------------------------------------------------


def chosen(was: Challenge, best: str, step: str, now: datetime) -> Challenge:
    """Its owner says which idea helps most, and what they do next: the waiting begins anew.

    What was tried before stays to be read, above all where it did not work.
    """
    if was.state == "told":
        before = Past(began=was.began, step=was.step, outcome=was.outcome, lesson=was.lesson)
        was = replace(was, past=(*was.past, before)[-KEPT:])
    tried = replace(was, state="trying", best=best, step=line(step, STEP), turn=0)
    return settled(replace(tried, outcome="", lesson="", began=f"{now:%Y%m%d%H%M%S}"))


def told(was: Challenge, outcome: Outcome) -> Challenge:
    """Whether it worked: a no counts as much as a yes."""
    return replace(was, state="told", outcome=outcome)


def counts(new: Challenge | None, was: Challenge | None) -> tuple[Tally, ...]:
    """What is added to the counts of the cohort when `was` becomes `new`."""
    about = new or was
    if about is None:
        return ()
    steps = (
        (OPEN, int(_open(new)) - int(_open(was))),
        (WAITING, int(_waits(new)) - int(_waits(was))),
        (TOLD, int(_told(new)) - int(_told(was))),
    )
    return tuple(Tally(board=board, subject=about.cohort, by=by) for board, by in steps if by)


def _open(one: Challenge | None) -> bool:
    return one is not None and one.state == "open"


def _waits(one: Challenge | None) -> bool:
    return one is not None and one.state == "open" and one.waits == "yes"


def _told(one: Challenge | None) -> bool:
    return one is not None and one.state == "told"


def settled(one: Challenge) -> Challenge:
    """Only what is open waits for an idea: so that it is found by that."""
    return one if one.state == "open" else replace(one, waits="")


# --- the rota -------------------------------------------------------------------------------------


def joined(cohort: str, person: str, was: Helper | None) -> Helper:
    """Takes the place that a member has or had in the rota, else a new one in a chance order."""
    if was is not None:
        return replace(was, there="yes")
    lot = named(f"{cohort}/{person}")[:8]
    return turned(Helper(id=f"{cohort}/{person}", cohort=cohort, person=person, lot=lot, rank=""))


def turned(helper: Helper, *, asked: int = 0, helped: int = 0) -> Helper:
    """Who was asked, or has helped, stands further back: fewest asked first, then helped."""
    new = replace(helper, asked=helper.asked + asked, helped=helper.helped + helped)
    return replace(new, rank=f"{new.asked:06d}/{new.helped:06d}/{new.lot}")
