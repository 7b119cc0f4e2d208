"""A cohort on its way to another platform, and how each of its people gets there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.model import Cohort, Membership, Space, membership_id
from core.engine.ports import PAGE, Reader, Record
from core.people.model import Account, Person, alive

Stage = Literal["looking", "moving", "arriving", "waiting", "done", "cancelled"]
Role = Literal["member", "invited", "runs"]
Result = Literal["", "found", "guest_there", "not_found", "ambiguous", "unanswered"]
Way = Literal[
    "told",
    "there",
    "linked",
    "found",
    "guest",
    "guest_there",
    "erased",
    "no_email",
    "not_found",
    "ambiguous",
    "taken",
    "unanswered",
    "unasked",
]

ROLES: tuple[Role, ...] = ("member", "invited", "runs")
UNDER_WAY: frozenset[Stage] = frozenset({"moving", "arriving", "waiting"})
REACHED: frozenset[Way] = frozenset({"told", "there", "linked", "found"})
CHUNK = 100


class Move(Record, frozen=True, kw_only=True):
    """Where a cohort (its id) is going. `turn` counts its moves, `step` what was done of this one.

    `role` and `cursor` are how far the walk through its people has come, `counts` what it met:
    `<role>.<way>`. `place` is a wish, `why` what stands in the way of having a place.
    """

    kind: ClassVar[str] = "move"
    indexes: ClassVar[tuple[str, ...]] = ("cohort",)

    cohort: str
    to: str
    at: datetime
    stage: Stage = "looking"
    turn: int = 1
    step: int = 0
    role: Role = "member"
    cursor: str = ""
    place: str = ""
    counts: Mapping[str, int] = {}
    why: str = ""


class Passage(Record, frozen=True, kw_only=True):
    """What is known of one person's way; the id is `<trip>/<person>`.

    `asked` is a digest of the e-mail address that was looked up, `told` says that they were
    written to: nobody is a second time. `missed` counts messages that never left.
    """

    kind: ClassVar[str] = "passage"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person")

    cohort: str
    trip: str
    person: str
    at: datetime
    result: Result = ""
    account: str = ""
    asked: str = ""
    why: str = ""
    told: bool = False
    missed: int = 0


# --- a move -------------------------------------------------------------------------------------


def trip(move: Move) -> str:
    """One move of a cohort, and no earlier one."""
    return f"{move.cohort}/{move.turn}"


def message(move: Move, person: str, missed: int = 0) -> str:
    """The key of the one message to a person; another when the one before never left."""
    again = f"/{missed}" if missed else ""
    return f"moved/{trip(move)}/{person}{again}"


def planned(was: Move | None, cohort: str, to: str, now: datetime) -> Move:
    """The move that is looked into; going on with the one there is if it has the same aim."""
    if was is None:
        return Move(id=cohort, cohort=cohort, to=to, at=now)
    if was.to == to or was.stage in UNDER_WAY:
        return was
    return Move(
        id=cohort, version=was.version, cohort=cohort, to=to, at=now, turn=was.turn + 1, step=1
    )


def begun(move: Move, place: str, now: datetime) -> Move:
    """From the start; who has been told already will not be told again."""
    return replace(
        move,
        at=now,
        stage="moving",
        step=move.step + 1,
        role="member",
        cursor="",
        place=place or move.place,
        counts={},
        why="",
    )


def now_at(move: Move, stage: Stage, why: str = "") -> Move:
    """The move at another stage; timers of the one before no longer matter."""
    return replace(move, stage=stage, step=move.step + 1, why=why)


def counted(move: Move, met: Sequence[tuple[Role, Way]]) -> Move:
    """The move with these people in its figures."""
    counts = dict(move.counts)
    for role, way in met:
        counts[f"{role}.{way}"] = counts.get(f"{role}.{way}", 0) + 1
    return replace(move, counts=counts)


def reached(move: Move, role: Role) -> int:
    """How many have a way there."""
    return sum(n for key, n in move.counts.items() if key in {f"{role}.{way}" for way in REACHED})


def total(move: Move, role: Role) -> int:
    """How many there are."""
    return sum(n for key, n in move.counts.items() if key.startswith(f"{role}."))


def platform_of(id: str) -> str:
    """The platform of an account or place."""
    return id.partition(":")[0]


def home(cohort: Cohort, to: str) -> str:
    """The place that it has on a platform, "" for none."""
    return next((place for place in cohort.spaces if platform_of(place) == to), "")


def abroad(cohort: Cohort, to: str) -> tuple[str, ...]:
    """Its places elsewhere."""
    return tuple(place for place in cohort.spaces if platform_of(place) != to)


def let_go(space: Space, now: datetime) -> Space:
    """The place without its cohort, free for another one."""
    return replace(space, cohort="", since=now, turn=space.turn + 1)


# --- its people ---------------------------------------------------------------------------------


def passage_id(move: Move, person: str) -> str:
    """One for each person and move."""
    return f"{trip(move)}/{person}"


def digest(email: str) -> str:
    """Tells whether an address is the one that was asked for, without keeping it."""
    return blake2b(email.strip().lower().encode(), digest_size=8).hexdigest()


def accounts_on(person: Person, to: str) -> tuple[str, ...]:
    """A person's accounts on a platform."""
    return tuple(account for account in person.accounts if platform_of(account) == to)


async def way_of(
    read: Reader, person: str, passage: Passage | None, to: str
) -> tuple[Way, str, Person | None]:
    """How a person gets there, by which account, and who they are."""
    found = await alive(read, person)
    if found is None:
        return "erased", "", None
    there = accounts_on(found, to)
    if there:
        return _settled(found, passage, there), there[0], found
    if passage is None or not passage.result:
        return _unasked(found), "", found
    if passage.result == "found" and await _taken(read, passage.account, person):
        return "taken", passage.account, found
    return passage.result, passage.account, found


def _settled(person: Person, passage: Passage | None, there: Sequence[str]) -> Way:
    if passage is not None and passage.told:
        return "told"
    return "there" if len(there) == len(person.accounts) else "linked"


def _unasked(person: Person) -> Way:
    if person.guest:
        return "guest"
    return "unasked" if person.email else "no_email"


async def _taken(read: Reader, account: str, person: str) -> bool:
    """Whether an account is known as somebody else's: a human has to look at that."""
    known = await read.get(Account, account)
    if known is None or known.person == person:
        return False
    other = await alive(read, known.person)
    return other is not None and other.id != person


async def bound(read: Reader, person: Person, account: str) -> tuple[Person, Account | None]:
    """The person with this account first, and the account as theirs if it was not."""
    others = tuple(one for one in person.accounts if one != account)
    old = await read.get(Account, account)
    version = old.version if old else 0
    new = Account(id=account, version=version, person=person.id, by_mail=True)
    theirs = old is not None and old.person == person.id
    return replace(person, accounts=(account, *others)), None if theirs else new


async def people(
    read: Reader, cohort: Cohort, role: Role, after: str
) -> tuple[tuple[str, ...], str]:
    """The next people in a role, and where to go on; "" after the last."""
    if role == "runs":
        return await _running(read, cohort), ""
    page = await read.find(Membership, cohort=cohort.id, state=role, after=after, limit=CHUNK)
    return tuple(row.person for row in page.items), page.cursor


async def _running(read: Reader, cohort: Cohort) -> tuple[str, ...]:
    """Those who run it and are neither members nor invited."""
    run = dict.fromkeys((cohort.owner, cohort.facilitator, cohort.moderator))
    rows = {id: await read.get(Membership, membership_id(cohort.id, id)) for id in run}
    return tuple(id for id, row in rows.items() if not row or row.state not in ROLES)


async def passages(read: Reader, person: str) -> Sequence[Passage]:
    """All that is known of somebody's ways."""
    return (await read.find(Passage, person=person, limit=PAGE)).items


def handed_on(was: Passage, kept: Passage | None, person: str) -> Passage:
    """The passage of somebody who turned out to be `person`: told is told."""
    if kept is None:
        return replace(was, id=f"{was.trip}/{person}", version=0, person=person)
    return replace(kept, told=kept.told or was.told)
