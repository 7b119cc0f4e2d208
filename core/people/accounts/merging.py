"""Two persons who turned out to be one: at once for the accounts, page by page for the rest."""

from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from core.engine.gate import week_of
from core.engine.overlay import Overlay
from core.engine.ports import Changes, Diary, Event, Job, Moment, Raise, Record, Tally
from core.people.accounts.model import Code, Missed, kept_apart, pointing, united
from core.people.model import SENT, Account, Eraser, Merger, Person, Teller, Twins, alive

DIARY = 5


async def merged(
    mergers: Sequence[Merger],
    tellers: Sequence[Teller],
    event: Event,
    moment: Moment,
    both: tuple[Person, Person],
) -> tuple[Person, Changes]:
    """One person of two, with the first page of what the other had; timers bring the rest."""
    me = both[0]
    first, second = [await _weight(tellers, moment, one) for one in both]
    kept, gone = both if first >= second else (both[1], both[0])
    new = united(kept, gone, me.accounts[0] if me.accounts else "")
    moved: list[Record] = [new, pointing(gone, new)]
    for account in gone.accounts:
        was = await moment.read.get(Account, account) or Account(id=account, person="")
        moved.append(replace(was, person=new.id))
    changes = Changes(saves=tuple(moved))
    page = await _page(mergers, event, await _after(moment, changes), new, gone.id)
    return new, changes + page


async def merge(
    mergers: Sequence[Merger], erasers: Sequence[Eraser], event: Event, moment: Moment
) -> Changes:
    """The next page; if the person was erased meanwhile, what is left goes as well."""
    kept = await alive(moment.read, event.args["kept"])
    if kept is not None:
        return await _page(mergers, event, moment, kept, event.args["gone"])
    gone = await moment.read.get(Person, event.args["gone"])
    changes = Changes()
    for erase in erasers:
        changes += await erase(gone, moment) if gone else Changes()
    return changes


async def _page(
    mergers: Sequence[Merger], event: Event, moment: Moment, kept: Person, gone: str
) -> Changes:
    was = await moment.read.get(Person, gone) or Person(id=gone)
    changes = Changes()
    for merger in mergers:
        changes += await merger(kept, was, moment)
    number = int(event.args.get("page", "0")) + 1
    on = _next(event.org, kept=kept.id, gone=gone, page=str(number))
    return changes + Changes(jobs=(on,)) if changes else changes


def _next(org: str, **args: str) -> Job:
    key = "/".join(("accounts.merge", *args.values()))
    event = Event(id=f"timer/{key}", org=org, source="timer", name="accounts.merge", args=args)
    return Job(key=key, work=Raise(event))


async def _weight(tellers: Sequence[Teller], moment: Moment, one: Person) -> tuple[int, int]:
    """How much hangs on somebody, and how often something changed: the older has more of both."""
    told = [await tell(moment.read, one) for tell in tellers]
    return len(list(chain.from_iterable(told))), one.version


async def _after(moment: Moment, changes: Changes) -> Moment:
    after = Overlay(moment.read)
    await after.lay(changes)
    return replace(moment, read=after)


# --- what this slice carries over, forgets and hands out ----------------------------------------


async def carried(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The diary and this week's count of messages; open questions and codes of the other end."""
    old = await moment.read.get(Diary, gone.id)
    changes = await _pairs_carried(kept, gone, moment)
    changes += Changes(deletes=(await moment.read.find(Code, person=gone.id)).items)
    if old is None:
        return changes
    ours = await moment.read.get(Diary, kept.id) or Diary(id=kept.id)
    told = sorted((*ours.told, *old.told), key=lambda one: one.at, reverse=True)[:DIARY]
    week = f"{SENT}/{week_of(kept.zone, moment.now)}"
    sent = await moment.read.tally(week, gone.id)
    counts = (Tally(board=week, subject=kept.id, by=sent),) if sent else ()
    return changes + Changes(
        saves=(replace(ours, told=tuple(told)),), deletes=(old,), tallies=counts
    )


async def _pairs_carried(kept: Person, gone: Person, moment: Moment) -> Changes:
    """Whom the other was not is remembered; what was still open is not asked any more."""
    saves: list[Twins] = []
    deletes: list[Twins] = []
    for pair in await _pairs(gone.id, moment):
        third = pair.other if pair.one == gone.id else pair.one
        if third == kept.id:
            saves += () if pair.state == "joined" else (replace(pair, state="joined"),)
            continue
        deletes.append(pair)
        saves += (await kept_apart(kept.id, third, moment),) if pair.state == "apart" else ()
    return Changes(saves=tuple(saves), deletes=tuple(deletes))


def dropped(erase: Eraser) -> Merger:
    """What the other had of something short-lived goes, and nothing takes its place."""

    async def merger(kept: Person, gone: Person, moment: Moment) -> Changes:
        return await erase(gone, moment)

    return merger


async def forget(me: Person, moment: Moment) -> Changes:
    """Codes, wrong tries, and who was taken for whom."""
    codes = (await moment.read.find(Code, person=me.id)).items
    missed = [await moment.read.get(Missed, account) for account in me.accounts]
    gone: list[Record] = [*codes, *filter(None, missed), *await _pairs(me.id, moment)]
    return Changes(deletes=tuple(gone))


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """Who this person was taken for, and what they said to it."""
    return {
        "taken_for": [
            {"state": pair.state, "said_yes": me.id in pair.yes}
            for pair in await _pairs(me.id, moment)
        ]
    }


async def _pairs(person: str, moment: Moment) -> tuple[Twins, ...]:
    one = (await moment.read.find(Twins, one=person)).items
    other = (await moment.read.find(Twins, other=person)).items
    return (*one, *other)
