"""The agreement as a step of a programme: drafted from good lines, and closed by itself."""

from datetime import timedelta

from core.cohorts.agreement import posts
from core.cohorts.agreement.handlers import cards_of, closing
from core.cohorts.agreement.model import Agreement, Consent, consent_id, drafted
from core.cohorts.model import Cohort, awake, later, timer
from core.engine.ports import Changes, Event, Moment
from core.message import Button, Press, say
from core.programmes.model import Kind, Options

DAYS = range(1, 15)


async def begin(event: Event, moment: Moment) -> Changes:
    """A draft for everyone to add to, unless there is one; after so many days it is closed."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    was = await moment.read.get(Agreement, event.args["cohort"])
    if cohort is None or (was is not None and was.state == "closed"):
        return Changes()
    new = was or drafted(cohort, None, "\n".join(posts.DEFAULTS), moment.now)
    due = moment.now + timedelta(days=int(event.args["days"]))
    number = str(new.number)
    ripe = timer("agreement.freeze", event.org, due, cohort=cohort.id, number=number)
    return Changes(saves=() if was else (new,), jobs=(*cards_of(cohort), ripe))


async def freeze(event: Event, moment: Moment) -> Changes:
    """The draft has stood long enough: as it stands, it becomes the next version."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    agreement = await moment.read.get(Agreement, event.args["cohort"])
    if cohort is None or agreement is None or agreement.state == "closed":
        return Changes()
    if str(agreement.number) != event.args["number"]:
        return Changes()
    if not awake(cohort, moment.now):
        return Changes(jobs=(later(event, moment.now),) if cohort.stage == "paused" else ())
    return closing(event, moment, cohort, agreement, cohort.facilitator)


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """Who has not answered the version that stands can still do so."""
    agreement = await moment.read.get(Agreement, cohort)
    if agreement is None or not agreement.number:
        return None
    said = await moment.read.get(Consent, consent_id(cohort, agreement.number, person))
    label = say("agreement.late", "Read the agreement")
    return None if said else Press(label, "agreement.look", {"cohort": cohort})


def asked_on(options: Options) -> tuple[int, ...]:
    """People are asked when it closes."""
    return (int(options["days"]),)


STEP = Kind(
    run=begin,
    options={"days": lambda days: days.isascii() and days.isdigit() and int(days[:4]) in DAYS},
    active=1,
    silent=2,
    days=asked_on,
    late=late,
)
