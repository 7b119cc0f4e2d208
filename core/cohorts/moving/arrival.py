"""When everyone is told: the new place, who is added to it, and the last line in the old ones."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import wraps

from msgspec.structs import replace

from core.cohorts.access import closed
from core.cohorts.agreement.model import Agreement
from core.cohorts.model import Cohort, Space, detached, timer
from core.cohorts.moving import posts
from core.cohorts.moving.model import (
    Move,
    Role,
    Stage,
    abroad,
    accounts_on,
    home,
    let_go,
    now_at,
    people,
    reached,
    trip,
)
from core.cohorts.spaces.model import bind, reason
from core.cohorts.words import name_of
from core.engine.ports import (
    Address,
    Ask,
    Changes,
    Deliver,
    Event,
    Job,
    Moment,
    ToPerson,
    ToPlace,
    show,
)
from core.message import Post, verbatim
from core.people.model import Person, alive

INVITED = 50
TAKEN = "Another cohort lives in that place."
UNKNOWN = "I am not in that place yet."

Handler = Callable[[Event, Moment, Person], Awaitable[Changes]]


def following(do: Handler) -> Handler:
    """A cohort that waits for a place arrives as soon as somebody gives it one."""

    @wraps(do)
    async def followed(event: Event, moment: Moment, me: Person) -> Changes:
        changes = await do(event, moment, me)
        for cohort in [record for record in changes.saves if isinstance(record, Cohort)]:
            move = await moment.read.get(Move, cohort.id)
            if move and move.stage == "waiting" and home(cohort, move.to):
                changes += Changes(jobs=(step("moving.settle", event, move),))
        return changes

    return followed


async def settle(event: Event, moment: Moment) -> Changes:
    """The place is there."""
    move, cohort = await meant(event, moment)
    if move is None or cohort is None or not current(event, move, "waiting"):
        return Changes()
    return await arrive(event, moment, cohort, move)


async def made(event: Event, moment: Moment) -> Changes:
    """The channel that was asked for is there, or it is not and who leads it hears of it."""
    move, cohort = await meant(event, moment)
    if move is None or cohort is None or not current(event, move, "arriving"):
        return Changes()
    place = event.values.get("place", "")
    if event.error or not place:
        return _waits(cohort, now_at(move, "waiting", reason(event.error)))
    title = event.values.get("title", "") or cohort.name
    new = Space(id=place, since=moment.now, title=title, team=event.values.get("team", ""))
    space = await moment.read.get(Space, place) or new
    if await _taken(moment, cohort, space):
        return _waits(cohort, now_at(move, "waiting", TAKEN))
    return await _settled(event, moment, cohort, move, space)


async def arrive(event: Event, moment: Moment, cohort: Cohort, move: Move) -> Changes:
    """Into the place that there is, that was wished for, or that can be made."""
    place = home(cohort, move.to) or move.place
    if not place:
        asking = now_at(move, "arriving")
        owner = await _accounts(moment, move, (cohort.owner, cohort.facilitator))
        return Changes(saves=(asking,), jobs=(_channel(cohort, asking, owner),))
    space = await moment.read.get(Space, place) or Space(id=place, since=moment.now)
    if await _taken(moment, cohort, space):
        return _waits(cohort, replace(now_at(move, "waiting", TAKEN), place=""))
    address = await moment.read.get(Address, place)
    if address is None or address.state != "ok":
        return _waits(cohort, now_at(move, "waiting", UNKNOWN))
    return await _settled(event, moment, cohort, move, space)


async def _settled(
    event: Event, moment: Moment, cohort: Cohort, move: Move, space: Space
) -> Changes:
    """Lives there, with all that was written; the places it had say where it went."""
    old = abroad(cohort, move.to)
    left = await _left(moment, cohort, move, old, space.title)
    for place in old:
        cohort = detached(cohort, place)
    welcomed, carried = Changes(saves=(cohort,)), bool(old)
    if space.id not in cohort.spaces:
        cohort, welcomed = bind(cohort, space, moment.now)
        carried = True
    new = now_at(move, "done")
    done, there = posts.arrived(cohort, new, space.title), reached(new, "member")
    told = tuple(
        essential(f"arrived/{trip(move)}/{space.id}/{there}/{person}", ToPerson(person), done)
        for person in dict.fromkeys((cohort.owner, cohort.facilitator))
    )
    added = (step("moving.invite", event, new, role=role) for role in ("member", "runs"))
    written = await _written(event, moment, new, space.id) if carried else ()
    jobs = (*written, *added, *told)
    return left + welcomed + Changes(saves=(new,), jobs=jobs)


async def _written(event: Event, moment: Moment, move: Move, place: str) -> tuple[Job, ...]:
    """The agreement, and a walk through the introductions."""
    walk = step("moving.history", event, move, place=place)
    if await moment.read.get(Agreement, move.cohort) is None:
        return (walk,)
    return (show(ToPlace(place), f"agreement/{move.cohort}"), walk)


async def _left(
    moment: Moment, cohort: Cohort, move: Move, old: tuple[str, ...], title: str
) -> Changes:
    """If nobody is there any more to say it to, nothing hangs on that."""
    by = await name_of(moment, cohort.facilitator)
    last = posts.gone_on(cohort, move.to, title, by)
    spaces = [await moment.read.get(Space, place) for place in old]
    return Changes(
        saves=tuple(let_go(space, moment.now) for space in spaces if space),
        jobs=tuple(essential(f"gone/{trip(move)}/{at}", ToPlace(at), last) for at in old),
    )


async def _taken(moment: Moment, cohort: Cohort, space: Space) -> bool:
    if space.cohort in ("", cohort.id):
        return False
    other = await moment.read.get(Cohort, space.cohort)
    return other is not None and not closed(other, moment)


def _waits(cohort: Cohort, move: Move) -> Changes:
    said = posts.homeless(cohort, move)
    leads = dict.fromkeys((cohort.owner, cohort.facilitator))
    key = f"homeless/{trip(move)}/{move.step}"
    jobs = tuple(essential(f"{key}/{person}", ToPerson(person), said) for person in leads)
    return Changes(saves=(move,), jobs=jobs)


def _channel(cohort: Cohort, move: Move, owner: Sequence[str]) -> Job:
    question = {
        "platform": move.to,
        "name": cohort.name,
        "cohort": cohort.id,
        "step": str(move.step),
        "owner": next(iter(owner), ""),
    }
    work = Ask(port="make_channel", question=question, then="moving.made")
    return Job(key=f"moving/channel/{trip(move)}/{move.step}", work=work)


# --- who is added to it -------------------------------------------------------------------------


async def invite(event: Event, moment: Moment) -> Changes:
    """Adds the next people to the place, where the platform can."""
    move, cohort = await meant(event, moment)
    if move is None or cohort is None or not current(event, move, "done"):
        return Changes()
    role: Role = "runs" if event.args["role"] == "runs" else "member"
    after = event.args.get("cursor", "")
    some, cursor = await people(moment.read, cohort, role, after)
    accounts = await _accounts(moment, move, some)
    parts = [accounts[at : at + INVITED] for at in range(0, len(accounts), INVITED)]
    jobs = [_invitation(cohort, move, it, f"{role}/{after}/{n}") for n, it in enumerate(parts)]
    if cursor:
        jobs.append(step("moving.invite", event, move, role=role, cursor=cursor))
    return Changes(jobs=tuple(jobs))


async def invited(event: Event, moment: Moment) -> Changes:
    """Who leads it hears, once, if people have to be added by hand."""
    move, cohort = await meant(event, moment)
    why = reason(event.error)
    if move is None or cohort is None or not why:
        return Changes()
    said = posts.uninvited(cohort, verbatim(why))
    key = f"uninvited/{trip(move)}/{move.step}"
    return Changes(jobs=(essential(key, ToPerson(cohort.facilitator), said),))


async def _accounts(moment: Moment, move: Move, some: tuple[str, ...]) -> list[str]:
    met = [await alive(moment.read, id) for id in some]
    theirs = [accounts_on(person, move.to) for person in met if person]
    return [own[0] for own in theirs if own]


def _invitation(cohort: Cohort, move: Move, accounts: list[str], part: str) -> Job:
    question = {
        "place": home(cohort, move.to),
        "people": ",".join(accounts),
        "cohort": cohort.id,
    }
    work = Ask(port="invite", question=question, then="moving.invited")
    return Job(key=f"moving/invite/{trip(move)}/{move.step}/{part}", work=work)


# --- parts --------------------------------------------------------------------------------------


async def meant(event: Event, moment: Moment) -> tuple[Move | None, Cohort | None]:
    """The move that an event is about, and its cohort."""
    id = event.args["cohort"]
    return await moment.read.get(Move, id), await moment.read.get(Cohort, id)


def current(event: Event, move: Move, stage: Stage) -> bool:
    """Whether a timer still matters: the move is where it was when the timer was set."""
    return move.stage == stage and event.args.get("step") == str(move.step)


def step(name: str, event: Event, move: Move, due: datetime | None = None, **args: str) -> Job:
    """The timer of what comes next in a move."""
    return timer(name, event.org, due, cohort=move.cohort, step=str(move.step), **args)


def essential(key: str, target: ToPerson | ToPlace, post: Post, due: datetime | None = None) -> Job:
    """A message that has to arrive."""
    return Job(key=key, work=Deliver(target, post), due=due, weight="essential")
