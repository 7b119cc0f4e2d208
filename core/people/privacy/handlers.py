"""See, take along, erase: what somebody may do with all that we keep about them."""

from collections.abc import Mapping, Sequence

import msgspec

from core.engine.ports import (
    Address,
    Bundle,
    Changes,
    Choices,
    Diary,
    Done,
    Event,
    Job,
    Moment,
    Raise,
    Record,
    Say,
    Shown,
    Told,
)
from core.message import plain
from core.people.handlers import alone, privately, to_person
from core.people.model import Account, Eraser, Exporter, Person, by_account
from core.people.privacy import posts

PART = 2500  # what every window shows uncut


async def privacy(event: Event, moment: Moment, me: Person) -> Changes:
    """What we keep, in plain words."""
    manager = await by_account(moment.read, me.manager) if me.manager else None
    return privately(event, moment, me, posts.privacy(me, manager.name if manager else ""))


async def export(
    exporters: Mapping[str, Exporter], event: Event, moment: Moment, me: Person
) -> Changes:
    """All that we keep, as JSON, in as many messages as it takes."""
    kept = {name: await exporter(me, moment) for name, exporter in exporters.items()}
    parts = cut(msgspec.json.format(msgspec.json.encode(kept), indent=1).decode())
    cards = [posts.copy(part, n, len(parts)) for n, part in enumerate(parts, 1)]
    more = tuple(to_person(moment, me, card, n) for n, card in enumerate(cards[1:], 2))
    return privately(event, moment, me, cards[0]) + Changes(jobs=more)


async def erase(event: Event, moment: Moment, me: Person) -> Changes:
    """Asks first."""
    return privately(event, moment, me, posts.erase())


async def erase_now(erasers: Sequence[Eraser], event: Event, moment: Moment, me: Person) -> Changes:
    """Erases the person and all that hangs on them; leaves a reference and no name."""
    changes = Changes()
    for erase_from in erasers:
        changes += await erase_from(me, moment)
    reference = moment.id("erased")[:8].upper()
    walks = (_unshown(event.org, reference, account) for account in me.accounts)
    changes += Changes(jobs=tuple(walks))
    if alone(event):
        return changes + Changes(reply=Say(posts.erased(reference)))
    return changes + Changes(reply=Done(posts.erased_line(reference)))


async def unshown(event: Event, moment: Moment) -> Changes:
    """Where cards stand in the private chat of somebody who was erased is forgotten, page by page.

    Nothing is if they are back by now.
    """
    account, after = event.args["account"], event.args.get("cursor", "")
    if await moment.read.get(Account, account):
        return Changes()
    page = await moment.read.find(Shown, address=account, after=after)
    together = await moment.read.find(Bundle, address=account)
    more = _unshown(event.org, event.args["turn"], account, page.cursor)
    on = (more,) if page.cursor or together.cursor else ()
    return Changes(deletes=(*page.items, *together.items), jobs=on)


def _unshown(org: str, turn: str, account: str, cursor: str = "") -> Job:
    key = f"people.unshown/{turn}/{account}/{cursor}"
    args = {"turn": turn, "account": account, "cursor": cursor}
    rings = Event(id=f"timer/{key}", org=org, source="timer", name="people.unshown", args=args)
    return Job(key=key, work=Raise(rings))


def cut(text: str) -> list[str]:
    """The text in parts, between two lines where that is possible."""
    parts: list[str] = []
    while len(text) > PART:
        end = text.rfind("\n", 1, PART) + 1 or PART
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text]


# --- what this slice keeps ----------------------------------------------------------------------


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """The person, their accounts and the diary."""
    diary = await moment.read.get(Diary, me.id)
    told = [_line(one) for one in diary.told] if diary else []
    return {**msgspec.structs.asdict(me), "unasked": told}


async def forget(me: Person, moment: Moment) -> Changes:
    """Leaves an empty person behind, so that nothing finds its way back to a name."""
    found: list[Record | None] = [await moment.read.get(Diary, me.id)]
    for account in me.accounts:
        found.append(await moment.read.get(Account, account))
        found.append(await moment.read.get(Address, account))
        found.append(await moment.read.get(Choices, f"{account}|"))
    empty = Person(id=me.id, version=me.version, erased=True)
    return Changes(saves=(empty,), deletes=tuple(record for record in found if record))


def _line(told: Told) -> Mapping[str, object]:
    why = plain(told.purpose) if told.purpose else ""
    return {"at": told.at, "message": plain(told.summary), "why": why}
