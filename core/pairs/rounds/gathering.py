"""Who may be matched, looked up page by page; and then the proposal."""

from msgspec.structs import replace

from core.challenges.model import Challenge
from core.cohorts.model import Cohort, Membership, awake, timer
from core.engine.gate import SILENT_AFTER
from core.engine.ports import Changes, Deliver, Event, Job, Moment, Tally, ToPerson, show
from core.pairs.matching.people import Away, Candidate, Draw, Rules, reasons
from core.pairs.model import ODD, Apart, Style, pair_of, standing_of
from core.pairs.partners.telling import reachable
from core.pairs.rounds import posts
from core.pairs.rounds.model import (
    AT_ONCE,
    FADES,
    POOL,
    REMINDS,
    Match,
    Met,
    Missed,
    Pool,
    Round,
    Sheet,
    away,
    candidate,
    newest_first,
    sheets_of,
    size_of,
    words_of,
)
from core.people.model import SENT, Person, alive, by_account

FEW = 5


def begun(event: Event, moment: Moment, cohort: Cohort, style: Style, *, asked: str) -> Changes:
    """A round begins: everybody is looked up first."""
    round = Round(
        id=moment.id("round", style),
        cohort=cohort.id,
        style=style,
        size=size_of(event.args.get("size", "")),
        asked=asked,
        at=moment.now,
        rank=newest_first(moment.now),
    )
    args = {"cohort": cohort.id, "round": round.id}
    jobs = (
        timer("pairs.gather", event.org, None, **args),
        timer("pairs.remind", event.org, moment.now + REMINDS, **args),
        timer("pairs.stale", event.org, moment.now + FADES, **args),
    )
    return Changes(saves=(round,), jobs=jobs)


async def gather(event: Event, moment: Moment) -> Changes:
    """The next members; after the last of them the round is drawn."""
    round = await moment.read.get(Round, event.args["round"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if round is None or cohort is None or round.stage != "gathering":
        return Changes()
    if not awake(cohort, moment.now):
        return await dropped(moment, round)
    after = event.args.get("cursor", "")
    page = await moment.read.find(
        Membership, cohort=cohort.id, state="member", after=after, limit=AT_ONCE
    )
    people: list[Candidate] = []
    apart: list[tuple[str, str]] = []
    for member in page.items:
        found = await alive(moment.read, member.person)
        if found is not None:
            people.append(await _looked_up(found, moment, cohort, round))
            wished = await moment.read.find(Apart, cohort=cohort.id, one=found.id)
            apart += [(one.one, one.other) for one in wished.items]
    round, pool = await _poured(moment, round, people, apart)
    args = {"cohort": cohort.id, "round": round.id}
    walk = {**args, "cursor": page.cursor} if page.cursor else {**args, "turn": "0"}
    name = "pairs.gather" if page.cursor else "pairs.match"
    return Changes(saves=(round, pool), jobs=(timer(name, event.org, None, **walk),))


async def _looked_up(person: Person, moment: Moment, cohort: Cohort, round: Round) -> Candidate:
    read = moment.read
    standing = await standing_of(read, cohort.id, person.id)
    named = await read.find(Challenge, cohort=cohort.id, owner=person.id, limit=FEW)
    paired = await pair_of(read, cohort.id, person.id) is not None
    found = candidate(
        person,
        words_of(named.items),
        odd=await read.tally(ODD, standing.id),
        away=await _quiet(moment, person)
        or away(person, standing, round.style, paired=paired, now=moment.now),
        now=moment.now,
    )
    return replace(found, manager=await _boss(moment, person))


async def _quiet(moment: Moment, person: Person) -> Away:
    """Nobody is put together with somebody who does not answer, or whom we cannot write to."""
    if not await reachable(moment, person):
        return "stopped"
    unanswered = await moment.read.tally(SENT, person.id) - person.heard
    return "quiet" if unanswered >= SILENT_AFTER else ""


async def _boss(moment: Moment, person: Person) -> str:
    """The person behind the account of their manager, if we have met."""
    from_account = await by_account(moment.read, person.manager) if person.manager else None
    return from_account.id if from_account else ""


async def _poured(
    moment: Moment, round: Round, people: list[Candidate], apart: list[tuple[str, str]]
) -> tuple[Round, Pool]:
    last = await moment.read.get(Pool, f"{round.id}/{max(round.pools - 1, 0)}")
    round = replace(round, people=round.people + len(people))
    if last is not None and len(last.people) < POOL:
        return round, replace(last, people=(*last.people, *people), apart=(*last.apart, *apart))
    pool = Pool(id=f"{round.id}/{round.pools}", people=tuple(people), apart=tuple(apart))
    return replace(round, pools=round.pools + 1), pool


# --- the proposal -------------------------------------------------------------------------------


async def match(event: Event, moment: Moment) -> Changes:
    """Draws, and shows whoever asked for it what would be."""
    round = await moment.read.get(Round, event.args["round"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    fresh = round is not None and str(round.turn) == event.args["turn"]
    if round is None or cohort is None or round.stage != "gathering" or not fresh:
        return Changes()
    people, drawn = await _drawn(moment, round)
    if not drawn.groups:
        return await _nobody(moment, cohort, round, drawn)
    rows = _rows(people, drawn)
    sheets = [
        Sheet(id=f"{round.id}/{round.turn}/{n}", rows=some, keys=b"" if n else drawn.keys)
        for n, some in enumerate(sheets_of(rows))
    ]
    new = replace(
        round,
        stage="proposed",
        sheets=len(sheets),
        groups=len(drawn.groups),
        left=len(drawn.left),
    )
    card = show(ToPerson(round.asked), f"draw/{round.id}/0", weight="answer")
    return Changes(saves=(new, *sheets), jobs=(card,))


async def _drawn(moment: Moment, round: Round) -> tuple[dict[str, Candidate], Draw]:
    from core.pairs.matching.draw import draw  # noqa: PLC0415 - numpy, only where it is used

    pools = [await moment.read.get(Pool, f"{round.id}/{n}") for n in range(round.pools)]
    people = {one.id: one for pool in pools if pool for one in pool.people}
    apart = [two for pool in pools if pool for two in pool.apart]
    met = (await moment.read.find(Met, cohort=round.cohort)).items
    past = [one.keys for one in reversed(met)]
    rules = Rules(size=round.size, apart=apart, past=past)
    return people, draw(list(people.values()), rules, f"{round.id}/{round.turn}")


def _rows(people: dict[str, Candidate], drawn: Draw) -> list[Match | Missed]:
    groups = [(group, [people[one] for one in group.people]) for group in drawn.groups]
    left = [one for one in drawn.left if one.why != "busy"]
    return [
        *(Match(group.people, reasons(them, group.again)) for group, them in groups),
        *(Missed(one.person, one.why) for one in left),
    ]


async def _nobody(moment: Moment, cohort: Cohort, round: Round, drawn: Draw) -> Changes:
    """There is nothing to propose: says why."""
    work = Deliver(ToPerson(round.asked), posts.nobody(cohort, drawn))
    job = Job(key=f"nobody/{round.id}", work=work, weight="answer")
    return await dropped(moment, round) + Changes(jobs=(job,))


async def dropped(moment: Moment, round: Round) -> Changes:
    """It comes to nothing, and nothing of it is kept."""
    new = replace(round, stage="dropped")
    return Changes(saves=(new,)) + await cleared(moment, new)


async def cleared(moment: Moment, round: Round) -> Changes:
    """What a round was made of goes once it is sent or dropped."""
    read, sheet = moment.read, f"{round.id}/{round.turn}"
    pools = [await read.get(Pool, f"{round.id}/{n}") for n in range(round.pools)]
    sheets = [await read.get(Sheet, f"{sheet}/{n}") for n in range(round.sheets)]
    return Changes(deletes=tuple(one for one in (*pools, *sheets) if one is not None))


def counted_odd(cohort: str, round: Round, people: tuple[str, ...]) -> tuple[Tally, ...]:
    """Who was in a trio, so that next time it is somebody else."""
    if len(people) == round.size:
        return ()
    return tuple(
        Tally(board=ODD, subject=f"{cohort}/{one}", once=f"odd/{round.id}/{one}") for one in people
    )
