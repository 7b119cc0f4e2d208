"""Who hears of their pair, and when: it concerns them, so it waits for their own hours only."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.engine.ports import Job, Moment
from core.engine.records import Address
from core.pairs.commitments.partners import told
from core.pairs.model import Pair
from core.people.model import Person, alive, ways


async def shown_to(moment: Moment, pair: Pair, people: Sequence[str]) -> tuple[Job, ...]:
    """Shows them whom they are with, also those who left other messages without an answer."""
    cohort = await moment.read.get(Cohort, pair.cohort)
    if cohort is None:
        return ()
    found = [await alive(moment.read, one) for one in people]
    return told([one for one in found if one], cohort, f"pair/{pair.id}", moment)


async def reachable(moment: Moment, person: Person) -> bool:
    """Whether any of their accounts can be written to, as far as we know."""
    found = [await moment.read.get(Address, account) for account in ways(person)]
    return not found or any(one is None or one.state == "ok" for one in found)
