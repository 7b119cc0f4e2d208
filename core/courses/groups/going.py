"""Brings people in, some at a time: into the cohort by invitation, into the group by address."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from core.cohorts.access import closed, for_leads, refused
from core.cohorts.invitations.model import invite
from core.cohorts.model import Cohort
from core.courses.groups import posts
from core.courses.groups.model import (
    EACH,
    Fit,
    Mails,
    Standing,
    Sync,
    meant,
    moved,
    shown,
    step,
    uncounted,
)
from core.engine.ports import Ask, Changes, Done, Event, Job, Moment, Raise, Show, ToPerson
from core.people.model import Person, alive

FADES = timedelta(days=14)
PAGE = 200
LANES = 4
ADDED: Mapping[str, Standing] = {"enrolled": "done", "unknown": "unknown"}


@for_leads
async def go(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What the preview said happens now."""
    sync = await meant(event, moment)
    if sync is None or sync.stage != "ready":
        return refused(posts.MOVED_ON)
    new = replace(sync, stage="going")
    jobs = (step("courses.sync_on", event, new, part="0"), shown(new))
    return Changes(saves=(new,), jobs=jobs, reply=Done(posts.GOING, redraws=True))


async def on(event: Event, moment: Moment) -> Changes:
    """The next of those who come in."""
    sync = await meant(event, moment)
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if sync is None or cohort is None or sync.stage != "going" or closed(cohort, moment):
        return Changes()
    page = await moment.read.find(Fit, look=sync.look, standing="new", limit=EACH)
    if not page.items:
        return Changes(jobs=(shown(sync),))
    bring = _invited if sync.into == "cohort" else _asked_for
    brought = await bring(moment, sync, cohort, page.items)
    part = int(event.args["part"]) + 1
    return brought + Changes(
        jobs=(step("courses.sync_on", event, sync, part=str(part)), shown(sync))
    )


async def _invited(moment: Moment, sync: Sync, cohort: Cohort, fits: tuple[Fit, ...]) -> Changes:
    """Each gets the invitation that a list brings; who was quicker is there already."""
    met = {one.id: await alive(moment.read, one.person) for one in fits}
    people = {person.id: person for person in met.values() if person}
    new, changes = await invite(moment, cohort, people.values(), "list")
    fresh = {person.id for person in new}
    brought = [one for one in fits if (person := met[one.id]) and person.id in fresh]
    rest = [one for one in fits if one not in brought]
    jobs = tuple(_invitation(cohort, person, moment) for person in new)
    return changes + moved(brought, "done") + moved(rest, "there") + Changes(jobs=jobs)


def _invitation(cohort: Cohort, person: Person, moment: Moment) -> Job:
    slot = f"welcome/{cohort.id}/{moment.now:%Y%m%d}"
    return Job(
        key=f"{slot}/{person.id}",
        work=Show(ToPerson(person.id), slot),
        weight="nudge",
        until=moment.now + FADES,
    )


async def _asked_for(moment: Moment, sync: Sync, cohort: Cohort, fits: tuple[Fit, ...]) -> Changes:
    """The provider is asked to take each of them into the group."""
    return moved(fits, "asked") + Changes(
        jobs=tuple(_asking(sync, one, n % LANES) for n, one in enumerate(fits))
    )


def _asking(sync: Sync, one: Fit, lane: int) -> Job:
    """A few at a time, so that none waits for its turn at the provider until it is too late."""
    question = {
        "platform": "catalogues",
        "group": sync.group.id,
        "email": one.mail,
        "cohort": sync.id,
        "round": str(sync.round),
        "fit": one.id,
    }
    work = Ask("add", question, "courses.added")
    return Job(key=f"courses/add/{one.id}", work=work, lane=f"courses/add/{sync.id}/{lane}")


async def added(event: Event, moment: Moment) -> Changes:
    """The provider has taken somebody in, does not know them, or could not."""
    sync = await meant(event, moment)
    one = await moment.read.get(Fit, event.args.get("fit", ""))
    if sync is None or one is None or (one.look, one.standing) != (sync.look, "asked"):
        return Changes()
    told = "failed" if event.error else event.values.get("state", "")
    return moved((one,), ADDED.get(told, "failed")) + Changes(jobs=(shown(sync),))


# --- afterwards -----------------------------------------------------------------------------------


async def forget(event: Event, moment: Moment) -> Changes:
    """Who stood how is nobody’s business for longer than a week: first how they stood, then who."""
    look = f"{event.args['cohort']}/{event.args['round']}"
    fits = (await moment.read.find(Fit, look=look, limit=PAGE)).items
    if fits:
        on = _forgetting(event, {"part": str(int(event.args["part"]) + 1)})
        return Changes(deletes=fits, tallies=uncounted(fits), jobs=(on,))
    at, pages = int(event.args["at"]), int(event.args["pages"])
    held = [await moment.read.get(Mails, f"{look}/{n}") for n in range(at, min(at + PAGE, pages))]
    gone = Changes(deletes=tuple(mails for mails in held if mails))
    if at + PAGE < pages:
        return gone + Changes(jobs=(_forgetting(event, {"at": str(at + PAGE)}),))
    sync = await meant(event, moment)
    over = replace(sync, stage="over") if sync else None
    return gone + (Changes(saves=(over,), jobs=(shown(over),)) if over else Changes())


def forgetting(event: Event, sync: Sync, due: datetime | None = None) -> Job:
    """The timer that forgets a look, once people know."""
    args = {"part": "0", "at": "0", "pages": str(sync.pages), "soon": "" if due else "yes"}
    return step("courses.sync_forget", event, sync, due, **args)


def _forgetting(event: Event, more: Mapping[str, str]) -> Job:
    args = {**event.args, **more}
    key = "/".join((event.name, *args.values()))
    timer = replace(event, id=f"timer/{key}", args=args)
    return Job(key=key, work=Raise(timer))
