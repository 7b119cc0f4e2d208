"""A round as the facilitator has it: begin, approve, redo, leave it; and sending it."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.access import for_leads, redrawn, refused
from core.cohorts.model import Cohort, Membership, awake, later, membership_id, timer
from core.engine.ports import (
    Card,
    Changes,
    Done,
    Event,
    Job,
    Moment,
    Page,
    Show,
    ToPerson,
    Viewer,
    show,
)
from core.pairs.model import (
    PAIR,
    SETTLES,
    Pair,
    Style,
    ended,
    pair_of,
    paired,
    placed,
    settled,
    standing_of,
    waited,
)
from core.pairs.partners.changing import fits, unreached
from core.pairs.partners.telling import shown_to
from core.pairs.rounds import posts
from core.pairs.rounds.chatting import ask_for_chat
from core.pairs.rounds.gathering import begun, cleared, counted_odd, dropped
from core.pairs.rounds.model import (
    ASKS,
    AT_ONCE,
    COFFEE,
    FADES,
    LIVE,
    SHEET,
    Match,
    Met,
    Missed,
    Round,
    Sheet,
    away,
    newest_first,
)
from core.people.model import Person, alive
from core.programmes.model import Run, reached


@for_leads
async def draw(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Looks everybody up, and proposes who would meet whom."""
    style: Style = "coffee" if event.args.get("style") == "coffee" else "lasting"
    going = await _going(moment, cohort, style)
    if going is not None and going.stage == "proposed":
        again = show(ToPerson(me.id), f"draw/{going.id}/0", weight="answer")
        return Changes(jobs=(again,), reply=Done(posts.PROPOSED_ALREADY))
    if going is not None:
        return refused(posts.DRAWING_ALREADY)
    if not awake(cohort, moment.now):
        return refused(posts.PAUSED)
    changes = begun(event, moment, cohort, style, asked=me.id)
    return changes + Changes(reply=Done(posts.DRAWING))


def begin(style: Style) -> Run:
    """The step of a programme that begins such a round."""

    async def run(event: Event, moment: Moment) -> Changes:
        cohort = await moment.read.get(Cohort, event.args["cohort"])
        if cohort is None or not awake(cohort, moment.now):
            return Changes()
        if await _going(moment, cohort, style) is not None:
            return Changes()
        return begun(event, moment, cohort, style, asked=cohort.facilitator)

    return run


async def _going(moment: Moment, cohort: Cohort, style: str) -> Round | None:
    for stage in LIVE:
        rounds = (await moment.read.find(Round, cohort=cohort.id, stage=stage)).items
        found = next((round for round in rounds if round.style == style), None)
        if found is not None:
            return found
    return None


@for_leads
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Another page of the proposal."""
    slot = f"draw/{event.args.get('round', '')}/{event.args.get('from', '0')}"
    card = await posts.draw_view(moment, slot, Viewer(person=me.id))
    return Changes(reply=Card(card)) if card else refused(posts.GONE)


@for_leads
async def approve(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Everybody hears whom they meet."""
    round = await _proposed(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    if not awake(cohort, moment.now):
        return refused(posts.PAUSED)
    args = {"cohort": cohort.id, "round": round.id, "n": "0"}
    job = timer("pairs.send", event.org, None, **args)
    return redrawn(Changes(saves=(replace(round, stage="sending"),), jobs=(job,)), posts.SENDING)


@for_leads
async def redo(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Another proposal of the same people."""
    round = await _proposed(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    sheets = [
        await moment.read.get(Sheet, f"{round.id}/{round.turn}/{n}") for n in range(round.sheets)
    ]
    new = replace(round, stage="gathering", turn=round.turn + 1, asked=me.id)
    args = {"cohort": cohort.id, "round": round.id, "turn": str(new.turn)}
    job = timer("pairs.match", event.org, None, **args)
    gone = tuple(sheet for sheet in sheets if sheet)
    return Changes(saves=(new,), deletes=gone, jobs=(job,), reply=Done(posts.REDOING))


@for_leads
async def drop(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Not now: nobody hears of it."""
    round = await _proposed(event, moment, cohort)
    if round is None:
        return refused(posts.GONE)
    return redrawn(await dropped(moment, round), posts.DROPPED)


async def _proposed(event: Event, moment: Moment, cohort: Cohort) -> Round | None:
    round = await moment.read.get(Round, event.args.get("id", ""))
    mine = round is not None and round.cohort == cohort.id and round.stage == "proposed"
    return round if mine else None


async def stale(event: Event, moment: Moment) -> Changes:
    """Nobody approved it for a week: it goes, with all that it was made of."""
    round = await moment.read.get(Round, event.args["round"])
    if round is None or round.stage not in {"gathering", "proposed"}:
        return Changes()
    return await dropped(moment, round)


async def remind(event: Event, moment: Moment) -> Changes:
    """A proposal that nobody approved so far: says so once, before it goes."""
    round = await moment.read.get(Round, event.args["round"])
    if round is None or round.stage != "proposed":
        return Changes()
    slot = f"draw-waits/{round.id}"
    job = Job(
        key=slot,
        work=Show(ToPerson(round.asked), slot),
        weight="nudge",
        until=round.at + FADES,
    )
    return Changes(jobs=(job,))


# --- sending ------------------------------------------------------------------------------------


async def send(event: Event, moment: Moment) -> Changes:
    """The next groups; after the last the round runs."""
    round = await moment.read.get(Round, event.args["round"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if round is None or cohort is None or round.stage != "sending":
        return Changes()
    if not awake(cohort, moment.now):
        paused = cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),)) if paused else await dropped(moment, round)
    at = int(event.args["n"])
    sheet = await moment.read.get(Sheet, f"{round.id}/{round.turn}/{at // SHEET}")
    rows = sheet.rows[at % SHEET : at % SHEET + AT_ONCE] if sheet else ()
    if not rows:
        return await _running(event, moment, cohort, round)
    changes = Changes()
    for n, row in enumerate(rows, at):
        if isinstance(row, Match):
            changes += await _introduced(event, moment, cohort, round, (n, row))
        else:
            changes += await _left_out(moment, cohort, round, row)
    upto = min(at + AT_ONCE, (at // SHEET + 1) * SHEET)
    args = {"cohort": cohort.id, "round": round.id, "n": str(upto)}
    return changes + Changes(jobs=(timer("pairs.send", event.org, None, **args),))


async def _introduced(
    event: Event, moment: Moment, cohort: Cohort, round: Round, row: tuple[int, Match]
) -> Changes:
    n, match = row
    free = [one for one in match.people if await _free(moment, cohort, round, one)]
    here = await _fitting(moment, cohort, free)
    alone = [Missed(one, "only") for one in free if len(here) < PAIR or one not in here]
    changes = Changes()
    for missed in alone:
        changes += await _left_out(moment, cohort, round, missed)
    if len(here) < PAIR:
        return changes
    new = replace(
        paired(moment.id("pair", n), cohort.id, here, round.style, moment.now),
        round=round.id,
        reasons=match.reasons,
    )
    changes += Changes(tallies=counted_odd(cohort.id, round, here))
    for one in here:
        was = await standing_of(moment.read, cohort.id, one)
        now = placed(was, new)
        changes += Changes(saves=(now,), tallies=waited(now, was))
    jobs = (*await shown_to(moment, new, here), *await ask_for_chat(moment, new))
    return changes + Changes(saves=(new,), jobs=jobs)


async def _free(moment: Moment, cohort: Cohort, round: Round, person: str) -> bool:
    """Whether somebody is still here, without anybody, and would still like to be matched."""
    read = moment.read
    member = await read.get(Membership, membership_id(cohort.id, person))
    found = await alive(read, person)
    if member is None or member.state != "member" or found is None:
        return False
    standing = await standing_of(read, cohort.id, person)
    paired = await pair_of(read, cohort.id, person) is not None
    return not away(found, standing, round.style, paired=paired, now=moment.now)


async def _fitting(moment: Moment, cohort: Cohort, people: Sequence[str]) -> tuple[str, ...]:
    """Those whom nothing speaks against by now: no wish, and no new manager."""
    here: list[str] = []
    for one in people:
        if all([await fits(moment, cohort, one, other) for other in here]):
            here.append(one)
    return tuple(here)


async def _left_out(moment: Moment, cohort: Cohort, round: Round, row: Missed) -> Changes:
    """What they read when they ask; who would have met somebody waits for the next."""
    was = await standing_of(moment.read, cohort.id, row.person)
    waits = "yes" if row.why in {"rules", "only"} and round.style == "lasting" else was.waiting
    now = replace(was, left=row.why, missed=round.id, waiting=waits)
    return Changes(saves=(now,), tallies=waited(now, was))


async def _running(event: Event, moment: Moment, cohort: Cohort, round: Round) -> Changes:
    first = await moment.read.get(Sheet, f"{round.id}/{round.turn}/0")
    keys = first.keys if first else b""
    met = Met(id=round.id, cohort=cohort.id, keys=keys, rank=newest_first(moment.now))
    new = replace(round, stage="running")
    args = {"cohort": cohort.id, "round": round.id}
    org, now = event.org, moment.now
    coffee = (
        timer("pairs.ask_met", org, now + ASKS, **args),
        timer("pairs.over", org, now + COFFEE, **args),
    )
    lasting = (timer("pairs.settle", org, now + SETTLES, **args),)
    jobs = coffee if round.style == "coffee" else lasting
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    told = reached(org, cohort.id, "pairs" if round.style == "lasting" else "coffee", round.id)
    changes = Changes(saves=(new, met), jobs=(*jobs, desk)) + await cleared(moment, round)
    return changes + told


# --- afterwards ---------------------------------------------------------------------------------


async def settle(event: Event, moment: Moment) -> Changes:
    """Nobody minded: the pairs run."""
    page = await _page(event, moment)
    news = tuple(new for one in page.items if (new := settled(one)) != one)
    changes = Changes(saves=news, jobs=_on(event, page.cursor))
    for pair in page.items:
        changes += await unreached(event.org, moment, pair)
    return changes


async def ask_met(event: Event, moment: Moment) -> Changes:
    """Asks whether they met, before the round ends."""
    page = await _page(event, moment)
    jobs: list[Job] = []
    for pair in page.items:
        asked = () if pair.state == "ended" else pair.people
        jobs += [
            Job(
                key=f"met/{pair.id}/{one}",
                work=Show(ToPerson(one), f"met/{pair.id}"),
                weight="nudge",
                until=moment.now + COFFEE - ASKS,
            )
            for one in asked
        ]
    return Changes(jobs=(*jobs, *_on(event, page.cursor)))


async def over(event: Event, moment: Moment) -> Changes:
    """The coffee round is over."""
    round = await moment.read.get(Round, event.args["round"])
    done = (replace(round, stage="over"),) if round and round.stage == "running" else ()
    page = await _page(event, moment)
    news = tuple(new for one in page.items if (new := ended(one, "over")) != one)
    return Changes(saves=(*done, *news), jobs=_on(event, page.cursor))


async def _page(event: Event, moment: Moment) -> Page[Pair]:
    after = event.args.get("cursor", "")
    return await moment.read.find(Pair, round=event.args["round"], after=after, limit=AT_ONCE)


def _on(event: Event, cursor: str) -> tuple[Job, ...]:
    if not cursor:
        return ()
    return (timer(event.name, event.org, None, **{**event.args, "cursor": cursor}),)
