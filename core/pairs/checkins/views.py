"""Check-ins as they stand now: for who promised, and for a partner."""

from msgspec import Struct

from core.cohorts.model import Cohort
from core.cohorts.words import name_of
from core.engine.ports import Moment, Reader, Shown, Viewer
from core.message import Post
from core.pairs.checkins import others, posts
from core.pairs.checkins.model import KEPT, CheckIn, Cheer, checkin_id, open_still
from core.pairs.commitments.model import MISSES, PROMISED, Commitment, K
from core.pairs.commitments.partners import eyes, may_read
from core.pairs.model import pair_of
from core.people.model import Person


class Found(Struct, frozen=True, kw_only=True):
    """A check-in, the promise that it is about, and where."""

    cohort: Cohort
    one: Commitment
    n: int
    checkin: CheckIn | None = None


async def found(read: Reader, slot: str) -> Found | None:
    """What a slot `<kind>/<commitment>/<n>` is about."""
    _, id, n = [*slot.split("/"), "", ""][:3]
    one = await read.get(Commitment, id)
    cohort = await read.get(Cohort, one.cohort) if one else None
    if one is None or cohort is None or not (n.isascii() and n.isdigit()):
        return None
    checkin = await read.get(CheckIn, checkin_id(id, int(n)))
    return Found(cohort=cohort, one=one, n=int(n), checkin=checkin)


async def readers(read: Reader, cohort: Cohort, one: Commitment) -> tuple[str, ...]:
    """The names of who can read how it goes."""
    return tuple(person.name for person in await eyes(read, cohort, one))


async def stands(read: Reader, person: Person, slot: str) -> bool:
    """Whether a card has reached somebody, on any of their accounts."""
    for account in person.accounts:
        shown = await read.get(Shown, f"{account}|{slot}")
        if shown is not None and not shown.withdrawn:
            return True
    return False


# --- for who promised ---------------------------------------------------------------------------


async def question_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question, or the one reminder of it, as long as it can be answered and was not."""
    it = await found(moment.read, slot)
    if it is None or it.checkin is None or it.one.person != viewer.person:
        return None
    quiet = it.one.state == "closed" or it.cohort.stage == "cancelled"
    if quiet or it.checkin.answer or not open_still(it.checkin, moment.now):
        return None
    names = await readers(moment.read, it.cohort, it.one)
    asked = posts.Asked(one=it.one, n=it.n, final=it.checkin.final, readers=names)
    last = slot.startswith("checkin-last/")
    return posts.reminder(asked, slot) if last else posts.question(asked, slot)


async def quiet_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What would help, to each of the pair; nothing once somebody has said so."""
    it = await found(moment.read, slot)
    if it is None or it.one.state == "closed" or it.cohort.stage == "cancelled":
        return None
    if it.one.asks or it.one.missed < MISSES:
        return None
    pair = await pair_of(moment.read, it.one.cohort, it.one.person)
    if it.one.person == viewer.person:
        shared = pair is not None and it.one.sight != "me"
        return posts.quiet(it.one, slot, pair.id if pair and shared else "")
    if pair is None or not await may_read(moment.read, it.cohort, it.one, viewer.person):
        return None
    return others.quiet_partner(it.one, await name_of(moment, it.one.person), slot, pair.id)


async def cheer_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What a partner made of it, to who promised."""
    kind, _, id = slot.partition("/")
    cheer = await moment.read.get(Cheer, id)
    one = await moment.read.get(Commitment, cheer.commitment) if cheer else None
    if cheer is None or one is None or cheer.owner != viewer.person:
        return None
    asks = cheer.question if "question" not in cheer.hidden else ""
    there = asks if kind == "cheer-ask" else (cheer.five or cheer.onwards)
    if not there:
        return None
    name = await name_of(moment, cheer.person)
    draw = others.asked if kind == "cheer-ask" else others.cheered
    return draw(one, cheer, name, slot)


# --- for a partner ------------------------------------------------------------------------------


async def told_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """How it went."""
    it = await found(moment.read, slot)
    if it is None or it.checkin is None or not it.checkin.answer or it.one.hidden:
        return None
    if not await may_read(moment.read, it.cohort, it.one, viewer.person):
        return None
    return others.said(it.one, it.checkin, await name_of(moment, it.one.person), slot)


async def replied_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The answer to one's own question."""
    cheer = await moment.read.get(Cheer, slot.partition("/")[2])
    one = await moment.read.get(Commitment, cheer.commitment) if cheer else None
    cohort = await moment.read.get(Cohort, one.cohort) if one else None
    if cheer is None or one is None or cohort is None or not cheer.answer or cheer.hidden:
        return None
    if cheer.person != viewer.person or not await may_read(moment.read, cohort, one, viewer.person):
        return None
    return others.replied(one, cheer, await name_of(moment, cheer.owner), slot)


# --- for all ------------------------------------------------------------------------------------


async def week_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """How many promises were kept this week; nothing where that would point at somebody."""
    _, id, week = [*slot.split("/"), "", ""][:3]
    cohort = await moment.read.get(Cohort, id)
    if cohort is None or cohort.stage != "open" or viewer.person:
        return None
    kept = await moment.read.tally(KEPT, f"{id}/{week}")
    if kept < K or await moment.read.tally(PROMISED, id) < K:
        return None
    return posts.kept_line(kept, slot)
