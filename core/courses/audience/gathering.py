"""An audience is gathered page by page, frozen into rolls and counted, however large it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from core.cohorts.invitations.model import acquainted
from core.cohorts.model import Membership as Member
from core.cohorts.model import timer
from core.courses.audience.model import (
    STRANGER,
    Count,
    by_mail,
    count_id,
    counted_in,
    roll_id,
    standing,
    with_guests,
)
from core.courses.model import ROLL, Audience, Roll, Send, Standing, desk_slot
from core.engine.ports import (
    Actor,
    Address,
    Ask,
    Changes,
    Event,
    Job,
    Moment,
    Raise,
    Tally,
    ToPerson,
    show,
)

STALE = 3
GATHERED = "courses.gathered"
OUTSIDE = ("place", "group")


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an audience, and where it goes on; "" after the last."""

    people: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    cursor: str = ""


def gather(it: Send, org: str) -> Job:
    """Begins to gather the audience of a send, as it is named now."""
    return step(it, org, 0, "")


def step(it: Send, org: str, n: int, cursor: str) -> Job:
    """The next page: looked up here, or asked of whoever knows the people of a place."""
    audience = it.audience or Audience(kind="me")
    if it.open or audience.kind not in OUTSIDE:
        return _timer(it, org, n, cursor)
    named = {"place": audience.ids[0]} if audience.kind == "place" else _group(audience)
    question = {**named, "cursor": cursor, "send": it.id, "round": str(it.round), "n": str(n)}
    work = Ask("members", question, GATHERED)
    return Job(key=f"{GATHERED}/{roll_id(it, n)}", work=work)


def _group(audience: Audience) -> dict[str, str]:
    return {"platform": "directory", "group": audience.ids[0]}


def _timer(it: Send, org: str, n: int, cursor: str) -> Job:
    args = {"send": it.id, "round": str(it.round), "n": str(n), "cursor": cursor}
    key = f"courses.gather/{roll_id(it, n)}"
    event = Event(id=f"timer/{key}", org=org, source="timer", name="courses.gather", args=args)
    return Job(key=key, work=Raise(event))


async def gathering(event: Event, moment: Moment) -> Changes:
    """One page of an audience that is looked up here; then the next."""
    it = await meant(event, moment)
    if it is None or it.audience is None:
        return Changes()
    if it.open:
        return await _places(moment, it, it.audience)
    page = await _page(event, moment, it, it.audience)
    return await _taken(event, moment, it, page)


async def gathered(event: Event, moment: Moment) -> Changes:
    """One page of who is in a place or a group, as told from outside; then the next."""
    it = await meant(event, moment)
    if it is None:
        return Changes()
    if event.error:
        new = replace(it, state="draft", halt="unlisted")
        return Changes(saves=(new,), jobs=(_desk(new),))
    some, rest = event.people[:ROLL], event.people[ROLL:]
    people, met = await acquainted(replace(event, people=some), moment)
    fresh = [one.id for one in people if not await moment.read.counted(_once(it, one.id))]
    tallies = tuple(Tally(board=GATHERED, subject=it.id, once=_once(it, one)) for one in fresh)
    on = _rest(event, it, rest) if rest else None
    page = Page(tuple(fresh), cursor="more" if rest else event.cursor)
    return met + Changes(tallies=tallies) + await _taken(event, moment, it, page, on)


def _rest(event: Event, it: Send, people: Sequence[Actor]) -> Job:
    """Those of a long page that do not fit into one roll, as if they were the next page."""
    n = int(event.args["n"]) + 1
    args = {**event.args, "n": str(n)}
    key = f"{GATHERED}/{roll_id(it, n)}"
    id = f"timer/{key}"
    on = replace(event, id=id, source="timer", people=tuple(people), args=args, learned=())
    return Job(key=key, work=Raise(on))


def _once(it: Send, person: str) -> str:
    """Whoever is told from outside may be named twice, or for ever."""
    return f"{GATHERED}/{count_id(it)}/{person}"


async def meant(event: Event, moment: Moment) -> Send | None:
    """The send that is being gathered, unless it was changed or dropped meanwhile."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    goes_on = it is not None and it.state == "counting"
    return it if it and goes_on and str(it.round) == event.args.get("round") else None


async def _page(event: Event, moment: Moment, it: Send, audience: Audience) -> Page:
    """The next people, by what kind of audience it is."""
    match audience.kind:
        case "cohort":
            page = await moment.read.find(
                Member,
                cohort=audience.ids[0],
                state="member",
                after=event.args["cursor"],
                limit=ROLL,
            )
            return Page(tuple(one.person for one in page.items), cursor=page.cursor)
        case "mails":
            return await _known(moment, it, int(event.args["n"]))
        case _:
            return Page(audience.ids[:ROLL])


async def _known(moment: Moment, it: Send, n: int) -> Page:
    """Whose the addresses of a roll are; the rolls were written when they were pasted."""
    roll = await _pasted(moment, it, n) or Roll(id="", send=it.id)
    people = dict.fromkeys(roll.people)
    strangers: list[str] = []
    for mail in roll.strangers:
        person = await by_mail(moment.read, mail) if mail else None
        if person is None:
            strangers.append(mail)
        else:
            people[person.id] = None
    more = await _pasted(moment, it, n + 1)
    return Page(tuple(people), tuple(strangers), "more" if more else "")


async def _pasted(moment: Moment, it: Send, n: int) -> Roll | None:
    """A roll of addresses, or that of the gathering before where they are to be kept."""
    before = replace(it, round=it.round - 1)
    return await moment.read.get(Roll, roll_id(it, n)) or (
        await moment.read.get(Roll, roll_id(before, n)) if it.keeps else None
    )


async def _taken(
    event: Event, moment: Moment, it: Send, page: Page, on: Job | None = None
) -> Changes:
    """A page becomes a roll and is counted; `on` is what brings the next, if not the usual."""
    was = await moment.read.get(Count, count_id(it)) or Count(id=count_id(it), send=it.id)
    at = max(moment.now, it.starts or moment.now)
    guests = await with_guests(moment.read, it)
    stands = [await standing(moment.read, one, at, guests=guests) for one in page.people]
    stands += [("cannot", STRANGER)] * len(page.strangers)
    count = counted_in(was, stands)
    count = replace(count, stale=0 if stands else was.stale + 1)
    n = int(event.args["n"])
    roll = Roll(id=roll_id(it, n), send=it.id, people=page.people, strangers=page.strangers)
    endless = count.stale >= STALE
    if page.cursor and not endless:
        next_one = on or step(it, event.org, n + 1, page.cursor)
        return Changes(saves=(roll, count), jobs=(next_one, _desk(it)))
    old = (cleared(replace(it, round=it.round - 1), event.org),) if it.keeps else ()
    return Changes(saves=(roll,), jobs=old) + done(it, count, n + 1)


async def _places(moment: Moment, it: Send, audience: Audience) -> Changes:
    """What goes where everyone sees it is counted by places."""
    stands: list[tuple[Standing, str]] = []
    for place in audience.ids:
        address = await moment.read.get(Address, place)
        there = address is not None and address.state == "ok"
        stands.append(("will", "") if there else ("cannot", "not_installed"))
    return done(it, counted_in(Count(id=count_id(it), send=it.id), stands), 0)


def done(it: Send, count: Count, pages: int) -> Changes:
    """All are gathered: the sender sees whom it would reach."""
    empty = not count.all
    new = replace(
        it,
        state="draft" if empty else "ready",
        halt="nobody" if empty else "",
        pages=pages,
        next=0,
        keeps=False,
    )
    return Changes(saves=(new, count), jobs=(_desk(new),))


def _desk(it: Send) -> Job:
    return show(ToPerson(it.by), desk_slot(it.id), weight="answer")


def cleared(it: Send, org: str, *, all_of_it: bool = False) -> Job:
    """Forgets the rolls of an audience that is gathered anew, or no longer needed."""
    which = "all" if all_of_it else str(it.round)
    return timer("courses.clear", org, None, send=it.id, round=which)


def frozen(it: Send, mails: Sequence[str]) -> tuple[Roll, ...]:
    """The rolls of addresses that were pasted, before anybody knows whose they are."""
    pieces = [mails[at : at + ROLL] for at in range(0, len(mails), ROLL)]
    return tuple(
        Roll(id=roll_id(it, n), send=it.id, strangers=tuple(piece))
        for n, piece in enumerate(pieces)
    )


def within(people: Iterable[str]) -> tuple[str, ...]:
    """Each once, and no more than one roll takes."""
    return tuple(dict.fromkeys(people))[:ROLL]
