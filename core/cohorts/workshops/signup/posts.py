"""What one person reads before a workshop: the question, a free seat, the reminders."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.model import awake, belongs, subject
from core.cohorts.workshops.model import Workshop, turn_in
from core.cohorts.workshops.posts import (
    CALENDAR,
    EXAMPLE,
    JOIN,
    about,
    args_of,
    calendar_of,
    choices,
    found,
    ways,
)
from core.cohorts.workshops.signup.model import (
    INTERESTED,
    Choice,
    Signup,
    board,
    seated,
    signup_id,
    unsure,
)
from core.engine.ports import Moment, Viewer
from core.message import (
    Buttons,
    Facts,
    Form,
    Heading,
    Link,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)

# --- the question ---------------------------------------------------------------------------------


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Whether somebody comes; nothing once they have said so."""
    workshop, _ = await _ahead(moment, slot, viewer)
    if workshop is None or not await unsure(moment, workshop, viewer.person):
        return None
    if turn_in(slot) != str(workshop.turn):
        return None
    coming = 0
    for choice in ("room", "online"):
        coming += max(await moment.read.tally(board(choice), workshop.id), 0)
    return asking(workshop, coming, calendar_of(workshop))


def asking(workshop: Workshop, coming: int, calendar: str) -> Post:
    """To somebody who would not see the card in the space."""
    first = say("workshops.ask", "Will you come? It takes one press, and you can change it.")
    more = say("workshops.ask.coming", "Will you come? People who do: {n}.", n=coming)
    return Post(
        slot=f"workshop-ask/{workshop.id}/{workshop.turn}",
        summary=say("workshops.summary", "A workshop to sign up for"),
        purpose=verbatim(workshop.purpose),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(more if coming else first),
            Facts(about(workshop)),
            Buttons((*choices(workshop), *ways(workshop, calendar, on=False))),
        ),
    )


# --- a seat ---------------------------------------------------------------------------------------


async def seat_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """A seat has become free for somebody; nothing once they have said something else."""
    workshop, signup = await _ahead(moment, slot, viewer)
    if workshop is None or signup is None or turn_in(slot) != str(signup.turn):
        return None
    return seat(workshop, slot, calendar_of(workshop))


def seat(workshop: Workshop, slot: str, calendar: str) -> Post:
    """To who had waited longest."""
    return Post(
        slot=slot,
        summary=say("workshops.seat.summary", "There is a seat for you"),
        purpose=say("workshops.seat.why", "You were on the waiting list."),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(
                say(
                    "workshops.seat.text",
                    "A seat is free, and it is yours. Nothing to do if you come; if you can’t, "
                    "say so, and the next in line gets it.",
                )
            ),
            Facts(about(workshop)),
            Buttons((*_out(workshop), *ways(workshop, calendar, on=False))),
        ),
    )


def _out(workshop: Workshop) -> tuple[OpenForm | Press | Link, ...]:
    """The way out, for who comes."""
    return tuple(b for b in choices(workshop, seated(workshop)) if _is_no(b))


def _is_no(button: OpenForm | Press | Link) -> bool:
    return isinstance(button, Press) and button.args.get("choice") == "no"


# --- reminders ------------------------------------------------------------------------------------


async def day_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The last working day before."""
    workshop, signup = await _reminded(moment, slot, viewer)
    if workshop is None or signup is None or signup.choice == "waiting":
        return None
    text = say("workshops.day.text", "It is soon. You said that you come; see you there.")
    return reminder(workshop, signup, slot, text)


async def hour_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """An hour before; who still waits need not come in vain."""
    workshop, signup = await _reminded(moment, slot, viewer)
    if workshop is None or signup is None:
        return None
    if signup.choice == "waiting":
        return no_seat(workshop, slot)
    text = say("workshops.hour.text", "It begins within the hour. Everything you need is here.")
    return reminder(workshop, signup, slot, text)


async def _reminded(
    moment: Moment, slot: str, viewer: Viewer
) -> tuple[Workshop | None, Signup | None]:
    """Who still comes, at the time that this reminder is about."""
    workshop, signup = await _ahead(moment, slot, viewer)
    if workshop is None or turn_in(slot) != str(workshop.turn):
        return None, None
    return workshop, signup if signup and signup.choice in INTERESTED else None


def reminder(workshop: Workshop, signup: Signup, slot: str, text: Phrase) -> Post:
    """To who comes: when, where, and the way out."""
    online = signup.choice == "online"
    way = (Link(JOIN, workshop.link),) if online else ()
    out = _out(workshop)
    return Post(
        slot=slot,
        summary=say("workshops.reminder.summary", "A workshop you signed up for"),
        purpose=say("workshops.reminder.why", "You signed up."),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(text),
            Facts(about(_seen(workshop, online=online))),
            Buttons((*way, OpenForm(HERE, "workshops.here", args_of(workshop)), *out)),
        ),
    )


def no_seat(workshop: Workshop, slot: str) -> Post:
    """To who has waited in vain so far."""
    return Post(
        slot=slot,
        summary=say("workshops.full.summary", "All seats of a workshop are taken"),
        purpose=say("workshops.full.why", "You are on the waiting list."),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(
                say(
                    "workshops.full.text",
                    "It begins within the hour, and all seats are still taken. Should one become "
                    "free, I’ll tell you at once. If there is a recording, you hear of it.",
                )
            ),
            Buttons(choices(workshop, "room" if workshop.mode == "both" else seated(workshop))),
        ),
    )


def _seen(workshop: Workshop, *, online: bool) -> Workshop:
    """As it is for somebody who is in the room, or is not."""
    return replace(workshop, mode="online" if online else "room")


# --- elsewhere ------------------------------------------------------------------------------------


async def where_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Another room or link than people were told."""
    workshop, signup = await _ahead(moment, slot, viewer)
    if workshop is None or signup is None or signup.choice not in INTERESTED:
        return None
    if turn_in(slot) != str(workshop.sequence):
        return None
    return elsewhere(workshop, signup, slot, calendar_of(workshop))


def elsewhere(workshop: Workshop, signup: Signup, slot: str, calendar: str) -> Post:
    """To who comes or waits."""
    way = (Link(JOIN, workshop.link),) if signup.choice == "online" else ()
    return Post(
        slot=slot,
        summary=say("workshops.where.summary", "A workshop takes place elsewhere"),
        purpose=say("workshops.reminder.why", "You signed up."),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(say("workshops.where.text", "The time stays; where it takes place has changed.")),
            Facts(about(workshop)),
            Buttons((*way, *_out(workshop), Link(UPDATE, calendar))),
        ),
    )


async def _ahead(
    moment: Moment, slot: str, viewer: Viewer
) -> tuple[Workshop | None, Signup | None]:
    """The workshop of a private card as long as it lies ahead of a member, and what they said."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or not viewer.person:
        return None, None
    ahead = workshop.state == "planned" and moment.now < workshop.starts
    if not (ahead and awake(cohort, moment.now)):
        return None, None
    if not await belongs(moment.read, cohort, viewer.person):
        return None, None
    return workshop, await moment.read.get(Signup, signup_id(workshop.id, viewer.person))


# --- sentences ------------------------------------------------------------------------------------

HERE = say("workshops.here", "I’m here")
UPDATE = say("workshops.calendar.update", "Update my calendar")
TOO_LATE = say("workshops.too-late", "Sign-up is closed, so nothing has changed.")
NOT_OFFERED = say("workshops.not-offered", "That is not offered for this workshop.")

SAID: Mapping[Choice, Phrase] = {
    "room": say("workshops.said.room", "Good, you’re coming. You can change it any time."),
    "online": say("workshops.said.online", "Good, you join online. The link comes before."),
    "waiting": say("workshops.said.waiting", "You’re on the waiting list; I’ll tell you."),
    "no": say("workshops.said.no", "That’s fine. If there is a recording, I’ll tell you."),
}


def waiting(place: int) -> Phrase:
    """All seats are taken."""
    return say(
        "workshops.said.full",
        "All seats are taken. On the waiting list you’re number {n}; I’ll tell you when one is "
        "free.",
        n=place,
    )


_SIGNED = Signup(
    id="sample-talk/ada",
    workshop="sample-talk",
    cohort="sample",
    person="ada",
    choice="online",
    at=EXAMPLE.starts,
    rank="1",
)
_SOON: Sequence[Phrase] = (
    say("workshops.day.text", "It is soon. You said that you come; see you there."),
    say("workshops.hour.text", "It begins within the hour. Everything you need is here."),
)

EXAMPLES: dict[str, Post | Form] = {
    "workshops.ask": asking(EXAMPLE, 7, CALENDAR),
    "workshops.seat": seat(EXAMPLE, "workshop-seat/sample-talk/2", CALENDAR),
    "workshops.day": reminder(EXAMPLE, _SIGNED, "workshop-day/sample-talk/0", _SOON[0]),
    "workshops.hour": reminder(
        EXAMPLE, replace(_SIGNED, choice="room"), "workshop-hour/sample-talk/0", _SOON[1]
    ),
    "workshops.full": no_seat(EXAMPLE, "workshop-hour/sample-talk/0"),
    "workshops.where": elsewhere(EXAMPLE, _SIGNED, "workshop-where/sample-talk/1", CALENDAR),
}
