"""Where a reflection is read: below a card where the cohort meets, by a partner, or nowhere."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.courses.after.model import Reflection, reflected_slot
from core.courses.learning.model import places
from core.courses.model import Send, shared_slot
from core.engine.ports import Job, Show, ToPerson, ToPlace, ToThread, Withdraw, show


def brought(
    about: tuple[Send, Cohort | None], new: Reflection | None, was: Reflection | None
) -> tuple[Job, ...]:
    """What brings everything that others read up to date when `was` becomes `new`."""
    send, cohort = about
    threads = _threads(send, cohort) if cohort else ()
    return (*_in_the_open(threads, new, was), *_to_partners(new, was))


def _in_the_open(
    threads: Sequence[ToThread], new: Reflection | None, was: Reflection | None
) -> tuple[Job, ...]:
    seen, was_seen = _shown(new), _shown(was)
    cards = tuple(show(ToPlace(it.place), it.slot) for it in threads)
    if seen is not None:
        return (*cards, *(show(it, reflected_slot(seen)) for it in threads))
    if was_seen is None:
        return ()
    slot = reflected_slot(was_seen)
    gone = (
        Job(key=f"withdraw/{it.place}/{slot}", work=Withdraw(it, slot), plan="replace")
        for it in threads
    )
    return (*cards, *gone)


def _shown(one: Reflection | None) -> Reflection | None:
    return one if one is not None and one.shown == "yes" else None


def _to_partners(new: Reflection | None, was: Reflection | None) -> tuple[Job, ...]:
    """Whoever may read it gets it when it suits them; whoever may not any more, loses it."""
    about = new or was
    if about is None:
        return ()
    slot = reflected_slot(about)
    now = new.told if new is not None and not new.hidden else ()
    lost = [one for one in (was.told if was else ()) if one not in now]
    gone = (
        Job(key=f"gone/{slot}/{one}", work=Withdraw(ToPerson(one), slot), plan="replace")
        for one in lost
    )
    return (*gone, *(_to_read(one, slot) for one in now))


def _to_read(person: str, slot: str) -> Job:
    work = Show(ToPerson(person), slot)
    return Job(key=f"show/{person}/{slot}", work=work, weight="nudge", plan="replace")


def _threads(send: Send, cohort: Cohort) -> tuple[ToThread, ...]:
    """Below the card for all to see where there is one, else below one made for this."""
    cards = {place: shared_slot(send.id, n) for n, place in enumerate(places(send))}
    made = f"course-said/{send.id}"
    return tuple(ToThread(place, cards.get(place, made)) for place in cohort.spaces)
