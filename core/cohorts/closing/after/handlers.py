"""The report to those who led it, and the next intake."""

from collections.abc import Mapping

from core.cohorts.access import (
    Drawn,
    Handler,
    copy,
    for_anyone,
    opened_form,
    privately,
    refused,
)
from core.cohorts.agreement.model import Agreement, Line
from core.cohorts.closing.after import posts
from core.cohorts.model import Cohort, Details, cohort_id, details, leads, problems, started
from core.cohorts.posts import LEADS_ONLY
from core.engine.ports import Changes, Event, Invalid, Moment, Viewer
from core.people.model import Person, alive

ASKED = ("name", "first", "last")


def report(draw: Drawn) -> Handler:
    """The handler that shows this card."""

    @for_anyone
    async def shown(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        """Shows those who led it what came of it."""
        slot = copy("closing-report", cohort, moment)
        card = await draw(moment, slot, Viewer(person=me.id))
        return privately(event, me, card) if card else refused(LEADS_ONLY)

    return shown


@for_anyone
async def again(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The same once more for other people: with its agreement as a draft, from other dates on."""
    if not leads(cohort, me.id):
        return refused(LEADS_ONLY)
    if event.source != "form":
        return Changes(reply=opened_form(posts.again_form(cohort, moment.id("again"))))
    asked = {name: event.values.get(name, "") for name in ASKED}
    values = {**await _inherited(moment, me, cohort), **asked}
    wrong = problems(values, moment.now.date())
    if wrong:
        form = posts.again_form(cohort, event.args.get("draft", ""), event.values, wrong)
        return Changes(reply=Invalid(form))
    id = cohort_id(me.id, f"again/{cohort.id}/{event.args.get('draft', '')[:64]}")
    if await moment.read.get(Cohort, id):
        return refused(posts.STARTED_ALREADY)
    return await _started(event, moment, me, cohort, (id, details(values)))


async def _started(
    event: Event, moment: Moment, me: Person, cohort: Cohort, new: tuple[str, Details]
) -> Changes:
    id, said = new
    fresh = started(id, me.id, said)
    old = await moment.read.get(Agreement, cohort.id)
    kept = tuple(Line(one.text) for one in old.lines) if old else ()
    draft = Agreement(id=id, cohort=id, lines=kept, at=moment.now)
    saves = (fresh, draft) if kept else (fresh,)
    return Changes(saves=saves) + privately(event, me, posts.started_again(fresh))


async def _inherited(moment: Moment, me: Person, cohort: Cohort) -> Mapping[str, str]:
    """As it was; whoever is no longer there is replaced by who asks."""
    roles = {
        role: getattr(cohort, role) if await alive(moment.read, getattr(cohort, role)) else me.id
        for role in ("facilitator", "moderator")
    }
    guests = {"guests": "true" if cohort.guests else "false"}
    return {"purpose": cohort.purpose, "zone": cohort.zone, **roles, **guests}
