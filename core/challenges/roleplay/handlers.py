"""Dealing scenes to pairs, the clock, the swap, and what people keep."""

from msgspec.structs import replace

from core.challenges.roleplay import posts
from core.challenges.roleplay.model import (
    FADES,
    MINUTES,
    TEXT,
    Part,
    Play,
    begun,
    next_round,
    over,
    part_id,
)
from core.challenges.roleplay.scripts import at_home, chosen, script_of
from core.cohorts.access import (
    for_leads,
    for_members,
    joined,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import Cohort, awake, belongs, lines, timer
from core.engine.ports import (
    Changes,
    Deliver,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    Viewer,
)
from core.pairs.model import Pair
from core.people.model import Person, alive

GROUPS = 50
MOST = 3

# --- dealing ------------------------------------------------------------------------------------


@for_leads
async def deal(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks which scene, then gives it to every pair."""
    pairs = await moment.read.find(Pair, cohort=cohort.id, limit=1)
    if not pairs.items:
        return refused(posts.NO_PAIRS)
    if event.source != "form":
        return Changes(reply=opened_form(posts.deal_form(cohort)))
    script = event.values.get("script", "")
    minutes = event.values.get("minutes", "")
    args = {
        "cohort": cohort.id,
        "script": script if script_of(script) else "",
        "minutes": minutes if minutes in map(str, MINUTES) else "5",
        "draw": moment.id("deal")[:8],
    }
    return redrawn(Changes(jobs=(timer("roleplay.walk", event.org, None, **args),)), posts.DEALT)


async def begin(event: Event, moment: Moment) -> Changes:
    """The programme has come to a role-play."""
    args = {
        "cohort": event.args["cohort"],
        "script": event.args.get("script", ""),
        "minutes": "5",
        "draw": f"{event.args['step']}.{event.args['at'][:10]}",
    }
    return Changes(jobs=(timer("roleplay.walk", event.org, None, **args),))


async def walk(event: Event, moment: Moment) -> Changes:
    """Gives a scene to the next pairs."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        return Changes()
    after = event.args.get("cursor", "")
    page = await moment.read.find(Pair, cohort=cohort.id, after=after, limit=GROUPS)
    changes = Changes()
    for pair in page.items:
        if pair.style == "lasting" and pair.state != "ended":
            changes += await _dealt(event, moment, cohort, pair)
    if not page.cursor:
        return changes
    args = {**event.args, "cursor": page.cursor}
    return changes + Changes(jobs=(timer(event.name, event.org, None, **args),))


async def _dealt(event: Event, moment: Moment, cohort: Cohort, pair: Pair) -> Changes:
    """One scene for one pair; who does a role every day begins with the other."""
    id = f"{pair.cohort}/{event.args['draw']}/{pair.id.rpartition('/')[2]}"
    people = [
        person
        for one in pair.people[:MOST]
        if (person := await alive(moment.read, one)) and await joined(moment, cohort, person)
    ]
    if len(people) < 2 or await moment.read.get(Play, id):  # noqa: PLR2004 - two make a scene
        return Changes()
    titles = [person.title for person in people]
    script = script_of(event.args["script"]) or chosen(titles, moment.dice())
    play = Play(
        id=id,
        cohort=pair.cohort,
        script=script.key,
        minutes=int(event.args["minutes"]),
        seats=len(people),
        at=moment.now,
    )
    first = people[1:] + people[:1] if at_home(script, titles[0])[0] else people
    parts = tuple(
        Part(
            id=part_id(id, person.id),
            play=id,
            cohort=pair.cohort,
            person=person.id,
            seat=seat,
            at=moment.now,
        )
        for seat, person in enumerate(first)
    )
    return Changes(saves=(play, *parts), jobs=tuple(_asked(play, p, moment) for p in parts))


def _asked(play: Play, part: Part, moment: Moment) -> Job:
    work = Show(ToPerson(part.person), f"roleplay/{play.id}")
    until = moment.now + FADES
    return Job(key=f"roleplay/{part.id}", work=work, weight="nudge", until=until)


# --- the clock ----------------------------------------------------------------------------------


@for_members
async def start(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Both are there: the clock runs, for all of them."""
    play, part = await _mine(event, moment, me, cohort)
    if play is None or part is None:
        return refused(posts.GONE)
    if play.state != "ready":
        return redrawn(Changes(), posts.RUNS)
    new = begun(play, moment.now)
    changes = await _seen(moment, new, me.id)
    return redrawn(changes + _clock(event, new), posts.BEGUN)


async def swap(event: Event, moment: Moment) -> Changes:
    """A round is over: everybody gets the next role."""
    play = await moment.read.get(Play, event.args["play"])
    if play is None or play.state != "playing" or str(play.round) != event.args["round"]:
        return Changes()
    new = next_round(play, moment.now)
    return await _seen(moment, new, "") + _clock(event, new)


@for_members
async def stop(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Ends the scene before its time."""
    play, part = await _mine(event, moment, me, cohort)
    if play is None or part is None:
        return refused(posts.GONE)
    if play.state == "done":
        return redrawn(Changes(), posts.ENDED)
    return redrawn(await _seen(moment, over(play), me.id), posts.ENDED)


def _clock(event: Event, play: Play) -> Changes:
    if play.until is None:
        return Changes()
    args = {"play": play.id, "round": str(play.round)}
    return Changes(jobs=(timer("roleplay.swap", event.org, play.until, **args),))


async def _seen(moment: Moment, play: Play, but: str) -> Changes:
    """Everybody’s card at once: they sit together and wait for it."""
    parts = (await moment.read.find(Part, play=play.id, limit=MOST)).items
    jobs = tuple(
        Job(
            key=f"roleplay-now/{part.id}",
            work=Show(ToPerson(part.person), f"roleplay/{play.id}"),
            weight="answer",
            plan="replace",
        )
        for part in parts
        if part.person != but
    )
    return Changes(saves=(play,), jobs=jobs)


# --- what stays ---------------------------------------------------------------------------------


@for_members
async def keep(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What somebody noticed, and the one thing they keep; shared only if they say so."""
    play, part = await _mine(event, moment, me, cohort)
    script = script_of(play.script) if play else None
    if play is None or part is None or script is None:
        return refused(posts.GONE)
    if event.source != "form":
        return Changes(reply=opened_form(posts.keep_form(play, part, script)))
    text = lines(event.values.get("keeps", ""), TEXT + 1)
    if not text or len(text) > TEXT:
        return Changes(reply=Invalid(posts.keep_form(play, part, script, wrong=True)))
    seen = set(event.values.get("looks", "").split(","))
    looks = tuple(n for n in range(len(script.looks)) if str(n) in seen)
    shares = event.values.get("shared") == "partner"
    new = replace(part, keeps=text, looks=looks, shared="partner" if shares else "me")
    changes = Changes(saves=(new,))
    if shares and (part.keeps, part.shared) != (text, "partner"):
        changes += await _shared(moment, cohort, play, me, text)
    return redrawn(changes, posts.SHARED if shares else posts.KEPT)


async def _shared(moment: Moment, cohort: Cohort, play: Play, me: Person, text: str) -> Changes:
    parts = (await moment.read.find(Part, play=play.id, limit=MOST)).items
    told = posts.kept_by(me.name, text)
    jobs = [
        Job(
            key=f"roleplay-kept/{part.id}/{me.id}/{moment.id('kept')[:8]}",
            work=Deliver(ToPerson(part.person), told),
        )
        for part in parts
        if part.person != me.id and await belongs(moment.read, cohort, part.person)
    ]
    return Changes(jobs=tuple(jobs))


@for_members
async def mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """My scenes and what I kept, to me alone."""
    parts = (await moment.read.find(Part, cohort=cohort.id, person=me.id, limit=GROUPS)).items
    plays = [(part, await moment.read.get(Play, part.play)) for part in parts]
    told = [(part, play, script_of(play.script)) for part, play in plays if play]
    kept = [(part, play, script) for part, play, script in told if script]
    return privately(event, me, posts.journal(cohort, kept))


@for_members
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """One of my scenes, as it stands."""
    play, part = await _mine(event, moment, me, cohort)
    if play is None or part is None:
        return refused(posts.GONE)
    card = await posts.play_view(moment, f"roleplay/{play.id}", Viewer(person=me.id))
    return privately(event, me, card) if card else refused(posts.GONE)


async def _mine(
    event: Event, moment: Moment, me: Person, cohort: Cohort
) -> tuple[Play | None, Part | None]:
    """The scene that a button names, and my part in it."""
    play = await moment.read.get(Play, event.args.get("play", ""))
    if play is None or play.cohort != cohort.id:
        return None, None
    return play, await moment.read.get(Part, part_id(play.id, me.id))
