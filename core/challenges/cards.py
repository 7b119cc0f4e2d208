"""What stands of a challenge, where, and how it is brought up to date or taken away."""

from core.challenges.model import Challenge, counts
from core.cohorts.model import Cohort, refreshed
from core.engine.ports import Job, ToPerson, ToPlace, ToThread, Withdraw, show


def card_slot(challenge: str) -> str:
    """The card that everyone sees."""
    return f"challenge/{challenge}"


def result_slots(challenge: Challenge) -> tuple[str, ...]:
    """What stands under the thread, the newest last: one for each thing that was tried."""
    began = [past.began for past in challenge.past]
    if challenge.outcome:
        began.append(challenge.began)
    return tuple(f"result/{challenge.id}/{when}" for when in began)


def own_slot(challenge: str) -> str:
    """The card of its owner."""
    return f"challenge-mine/{challenge}"


def cards(cohort: Cohort, challenge: Challenge) -> tuple[Job, ...]:
    """What everyone sees of a challenge: its card and the wall."""
    card = refreshed(cohort, card_slot(challenge.id))
    return (*card, *refreshed(cohort, f"wall/{cohort.id}"))


def desk(cohort: Cohort) -> Job:
    """The facilitator’s card."""
    return show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")


def changed(cohort: Cohort, new: Challenge, was: Challenge | None) -> tuple[Job, ...]:
    """All that shows a challenge, and the desk where it counts it otherwise than before."""
    return (*cards(cohort, new), *((desk(cohort),) if counts(new, was) else ()))


def taken_away(cohort: Cohort, challenge: Challenge) -> tuple[Job, ...]:
    """Takes what stands of a challenge away, and draws the wall and the desk without it."""
    slot = card_slot(challenge.id)
    return (
        *(
            away(ToThread(place, slot), below)
            for place in cohort.spaces
            for below in result_slots(challenge)
        ),
        *(away(ToPlace(place), slot) for place in cohort.spaces),
        away(ToPerson(challenge.owner), own_slot(challenge.id)),
        *refreshed(cohort, f"wall/{cohort.id}"),
        desk(cohort),
    )


def away(target: ToPerson | ToPlace | ToThread, slot: str) -> Job:
    """Takes a message away."""
    where = target.person if isinstance(target, ToPerson) else target.place
    return Job(key=f"withdraw/{where}/{slot}", work=Withdraw(target, slot))
