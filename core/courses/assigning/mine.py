"""What is open for me, across all sends: what I got, and what waits in my cohorts."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.access import current, privately, redrawn, refused
from core.cohorts.model import Cohort, subject
from core.courses.assigning import posts
from core.courses.assigning.model import (
    OUT,
    THEIRS,
    Reminding,
    concerns,
    local,
    offered,
    one_id,
)
from core.courses.model import Learning, Send, given
from core.engine.gate import zone_of
from core.engine.ports import Changes, Delivery, Event, Moment, Viewer
from core.message import Post
from core.people.model import Person, rhythm

COHORTS, EACH = 5, 40


class Open(Struct, frozen=True, kw_only=True):
    """Something to do: `at` is the step of it, `brought` whether it came as a message."""

    send: Send
    at: int = 0
    brought: bool = True
    quiet: bool = False


async def look(event: Event, moment: Moment, me: Person) -> Changes:
    """What is open for me, privately."""
    slot = f"courses-mine/{me.id}/{moment.id('copy')[:8]}"
    return privately(event, me, await _drawn(moment, slot, me.id, me.zone))


async def mine_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The same for who it is about, and for nobody else."""
    if not viewer.person or subject(slot) != viewer.person:
        return None
    return await _drawn(moment, slot, viewer.person, viewer.zone)


async def _drawn(moment: Moment, slot: str, person: str, zone: str) -> Post:
    today = moment.now.astimezone(zone_of(zone or "UTC")).date()
    rows = [
        posts.Row(send=one.send, at=one.at, brought=one.brought)
        for one in await open_to(moment, person)
    ]
    return posts.mine(slot, person, rows, today)


async def open_to(moment: Moment, person: str) -> list[Open]:
    """What is due first comes first; what they would rather not hear of, last."""
    learnings = {one.send: one for one in (await moment.read.find(Learning, person=person)).items}
    found: dict[str, Open] = {}
    for brought in (await moment.read.find(Delivery, person=person)).items:
        send = await moment.read.get(Send, brought.campaign)
        if send and brought.state in THEIRS and send.state in OUT:
            quiet = await _quiet(moment, send, person)
            found[send.id] = Open(send=send, quiet=quiet)
    for send in await waiting(moment, person):
        found.setdefault(send.id, Open(send=send, brought=False))
    rows = (_open(one, learnings) for one in found.values())
    return sorted((one for one in rows if one), key=_first)


def _open(one: Open, learnings: Mapping[str, Learning]) -> Open | None:
    learning = learnings.get(one.send.id)
    if learning is None:
        return one
    done = len(learning.steps) >= len(one.send.courses) and learning.done
    return None if done else replace(one, at=min(learning.at, len(one.send.courses) - 1))


def _first(one: Open) -> tuple[bool, date, float]:
    return one.quiet, one.send.due or date.max, one.send.made.timestamp()


async def _quiet(moment: Moment, send: Send, person: str) -> bool:
    told = await moment.read.get(Reminding, one_id(send.id, person))
    return told is not None and told.stopped is not None


async def waiting(moment: Moment, person: str) -> list[Send]:
    """What is assigned in my cohorts and was not brought to me yet."""
    found: list[Send] = []
    members = [one for one in await current(moment.read, person) if one.state == "member"]
    for member in members[:COHORTS]:
        if not await concerns(moment, member.cohort, person):
            continue
        page = await moment.read.find(Send, cohort=member.cohort, state="sent", limit=EACH)
        found += [send for send in page.items if await _meant(moment, send)]
    return found


async def _meant(moment: Moment, send: Send) -> bool:
    cohort = await moment.read.get(Cohort, send.cohort) if send.assigned else None
    today = moment.now.astimezone(zone_of(cohort.zone)).date() if cohort else None
    return today is not None and offered(send, today)


async def bring(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody would like one now that waits for them."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    meant = send is not None and (send.assigned or send.step) and send.cohort
    if send is None or not meant or send.state != "sent":
        return refused(posts.GONE)
    belongs = any(
        one.cohort == send.cohort and one.state == "member"
        for one in await current(moment.read, me.id)
    )
    if not belongs or not offered(send, local(moment.now, rhythm(me))):
        return refused(posts.GONE)
    was = await moment.read.get(Delivery, one_id(send.id, me.id))
    changes = given(send, me.id, moment.now)
    now = tuple(replace(job, weight="person") for job in changes.jobs)
    if was is None:
        return redrawn(replace(changes, jobs=now), posts.ON_ITS_WAY)
    if was.state in ("planned", "held"):
        return redrawn(Changes(jobs=now), posts.ON_ITS_WAY)
    return redrawn(Changes(), posts.THERE)
