"""Discussions that a programme begins."""

from collections.abc import Callable
from datetime import timedelta

from core.cohorts.discussions.model import (
    PURPOSE,
    QUESTION,
    Contribution,
    Discussion,
    begun,
    cards,
    counted,
)
from core.cohorts.discussions.posts import about
from core.cohorts.model import Cohort, afar, awake, members, timer
from core.engine.ports import Changes, Event, Job, Moment, Show, ToPerson
from core.message import Button, OpenForm, say
from core.programmes.model import Kind

FADES = timedelta(days=5)


async def run(event: Event, moment: Moment) -> Changes:
    """Asks where the cohort meets, and privately those who would not read it there."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None:
        return Changes()
    said = {"question": event.args["question"], "own": event.args["purpose"]}
    draft = f"{event.args.get('step', '')}/{moment.now:%Y%m%d}"
    new = begun(moment, cohort, "", said, draft=draft, name=event.args.get("key", "programme"))
    if await moment.read.get(Discussion, new.id):
        return Changes()
    ask = timer("discussions.ask", event.org, None, cohort=cohort.id, discussion=new.id)
    return Changes(saves=(new,), tallies=counted(new, 1), jobs=(*cards(cohort, new), ask))


async def ask(event: Event, moment: Moment) -> Changes:
    """Brings the question to those members who would not see it in a space."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    it = await moment.read.get(Discussion, event.args["discussion"])
    if cohort is None or not awake(cohort, moment.now) or it is None or it.state == "closed":
        return Changes()
    page, on = await members(event, moment)
    far = [m.person for m in page.items if afar(cohort, m)]
    return Changes(jobs=(*(_asked(it, person) for person in far), *on))


def _asked(it: Discussion, person: str) -> Job:
    slot = f"discussion-ask/{it.id}"
    work = Show(ToPerson(person), slot)
    return Job(key=f"{slot}/{person}", work=work, weight="nudge", until=it.opened + FADES)


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """The newest discussion that is open, for somebody who came after it began."""
    found = await moment.read.find(Discussion, cohort=cohort, state="open", limit=1)
    for it in found.items:
        said = await moment.read.find(Contribution, discussion=it.id, person=person, limit=1)
        if not said.items:
            label = say("discussions.late", "Join the discussion")
            return OpenForm(label, "discussions.answer", about(it))
    return None


def _at_most(limit: int) -> Callable[[str], bool]:
    return lambda words: 1 <= len(words.strip()) <= limit


STEPS = {
    "discussion": Kind(
        run=run,
        options={"question": _at_most(QUESTION), "purpose": _at_most(PURPOSE)},
        active=1,
        silent=1,
        late=late,
    )
}
