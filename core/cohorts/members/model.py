"""What follows when somebody comes or goes: counts that stay right, cards that are redrawn."""

from core.cohorts.agreement.model import Agreement, Consent, consent_id, uncounted
from core.cohorts.model import Cohort, Membership, Standing, moved, refreshed
from core.engine.ports import Changes, Job, Moment, ToPerson, show


async def left_by(moment: Moment, cohort: Cohort, was: Membership, state: Standing) -> Changes:
    """Somebody is no longer a member: what they said about the agreement no longer counts."""
    new, tallies = moved(was, state, moment.now)
    agreement = await moment.read.get(Agreement, cohort.id)
    changes = Changes(saves=(new,), tallies=tallies, jobs=await shared_cards(moment, cohort))
    if agreement is None:
        return changes
    said = await moment.read.get(Consent, consent_id(cohort.id, agreement.number, was.person))
    if said is None:
        return changes
    return changes + Changes(deletes=(said,), tallies=(uncounted(said),))


async def shared_cards(moment: Moment, cohort: Cohort) -> tuple[Job, ...]:
    """The cards that tell how many have joined."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    cards = (desk, *refreshed(cohort, f"welcome/{cohort.id}"))
    agreement = await moment.read.get(Agreement, cohort.id)
    if agreement is None or not agreement.number:
        return cards
    return (*cards, *refreshed(cohort, f"agreement/{cohort.id}"))
