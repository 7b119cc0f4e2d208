"""Which workshop is meant: its cohort follows from it, and with it who may do what."""

from collections.abc import Awaitable, Callable
from functools import wraps

from msgspec.structs import replace

from core.cohorts.access import Handler, Ruled, refused
from core.cohorts.model import Cohort
from core.cohorts.workshops.model import Workshop
from core.engine.ports import Changes, Event, Moment
from core.message import say
from core.people.model import Person

GONE = say("workshops.gone", "I can’t find that workshop. Write workshop to see what is planned.")

About = Callable[[Event, Moment, Person, Cohort, Workshop], Awaitable[Changes]]


def about(guard: Callable[[Ruled], Handler]) -> Callable[[About], Handler]:
    """Whoever the guard lets in, to the workshop that a button names and to no other cohort’s."""

    def guarded(do: About) -> Handler:
        async def let_in(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
            workshop = await meant(event, moment)
            return await do(event, moment, me, cohort, workshop) if workshop else refused(GONE)

        ask = guard(let_in)

        @wraps(do)
        async def checked(event: Event, moment: Moment, me: Person) -> Changes:
            workshop = await meant(event, moment)
            if workshop is None:
                return refused(GONE)
            args = {**event.args, "cohort": workshop.cohort}
            return await ask(replace(event, args=args), moment, me)

        return checked

    return guarded


async def meant(event: Event, moment: Moment) -> Workshop | None:
    """The workshop that a button or a timer names."""
    return await moment.read.get(Workshop, event.args.get("workshop", ""))
