"""A course that was sent to people, and what they do with it."""

import sqlite3
from pathlib import Path

from msgspec.structs import replace

from core.courses.learning.figures import rows
from core.courses.learning.polling import followed
from core.courses.model import (
    CONFIRMED,
    DECLARED,
    OPENED,
    Audience,
    Course,
    Learning,
    Progress,
    Send,
    packed,
)
from core.engine.ports import Actor, Changes, Delivery, Event, Origin, counted
from core.message import plain
from tests.cohorts.story import CEM, DEE, TEAM, Story, chat
from tests.people.world import ADA, BO

ELI = Actor(account="teams:t1:eli", name="Eli Sample", email="eli@example.org")
EVERYONE = (ADA, BO, CEM, DEE, ELI)
COURSE = Course(
    catalogue="demo",
    id="feedback",
    url="https://courses.example/feedback",
    title="Feedback that lands",
    minutes=12,
    provider="Example Academy",
)
SECOND = replace(COURSE, id="listening", url="https://courses.example/listening", title="Listening")
THIRD = replace(COURSE, id="asking", url="https://courses.example/asking", title="Asking")


async def sent(
    life: Story,
    *people: Actor,
    courses: tuple[Course, ...] = (COURSE,),
    open: bool = False,
    state: str = "sent",
    id: str = "send1",
) -> Send:
    """Ada sends it to these people, or into the channel for all to see."""
    cohort = await life.begins()
    await life.joins(CEM, ELI)
    ada = await life.known(ADA)
    audience = Audience(kind="cohort", ids=(cohort.id,))
    if open:
        audience = Audience(kind="place", ids=(TEAM.place,))
    send = Send(
        id=id,
        by=ada.id,
        made=life.now,
        rank="1",
        courses=courses,
        course=courses[0].key,
        cohort=cohort.id,
        purpose="For Thursday",
        question="Which sentence could you say this week?",
        audience=audience,
        open=open,
    )
    await life.commit(Changes(saves=(send,)))
    await life.meets(*people)
    return await out(life, send, state, *people)


async def out(life: Story, draft: Send, state: str, *people: Actor) -> Send:
    """It goes out, and reaches them."""
    draft = await again(life, draft)
    send = replace(draft, state=state)
    event = life.event("timer", "goes", None, None)
    changes = await followed(draft, send, event, life.moment("goes"))
    for actor in people:
        id = (await life.known(actor)).id
        brought = Delivery(
            id=f"{send.id}/{id}", campaign=send.id, person=id, at=life.now, state="sent"
        )
        changes += Changes(saves=(brought,), tallies=(counted(brought),))
    await life.commit(changes + Changes(saves=(send,)))
    return await again(life, send)


async def again(life: Story, send: Send) -> Send:
    found = await life.read.get(Send, send.id)
    assert found is not None
    return found


async def learning(life: Story, send: Send, who: Actor) -> Learning | None:
    person = await life.known(who)
    return await life.read.get(Learning, f"{send.id}/{person.id}")


async def does(
    life: Story, action: str, who: Actor, send: Send, origin: Origin | None = None, **args: str
) -> Changes:
    """Somebody presses a button of their card."""
    mine = replace(chat(who), slot=f"course/{send.id}")
    return await life.press(action, who, origin or mine, send=send.id, **args)


async def opens(life: Story, send: Send, who: Actor, step: int = 0) -> Changes:
    """What our page tells when somebody goes through it."""
    person = (await life.known(who)).id
    args = {"send": send.id, "person": person, "step": str(step), "at": ""}
    event = Event(
        id=f"open/{send.id}/{step}/{person}",
        org="main",
        source="message",
        name="course.opened",
        args=args,
    )
    return await life.happens(event)


async def visits(life: Story, send: Send, visit: str, step: str = "0", **args: str) -> Changes:
    """The same, by somebody whose name is not sent along."""
    told = {"send": send.id, "step": step, "visit": visit, **args}
    event = life.event("message", "course.opened", None, None)
    return await life.happens(replace(event, id=f"open/{send.id}/{step}/{visit}", args=told))


async def confirms(life: Story, *told: Progress) -> Changes:
    """A provider tells us, of its own accord."""
    event = life.event("message", "course.confirmed", None, None)
    return await life.happens(replace(event, args={"progress": packed(told)}))


def rows_with(folder: Path, text: str) -> list[str]:
    """Everything in the store that holds this text, in whatever column, as it stands."""
    as_bytes = text.encode().hex()
    with sqlite3.connect(folder / "test.db") as store:
        lines = list(store.iterdump())
    return sorted(line for line in lines if text in line or as_bytes in line.lower())


async def columns(life: Story, send: Send, step: int = 0) -> tuple[int, int, int]:
    """Opened, declared, confirmed."""
    boards = (OPENED, DECLARED, CONFIRMED)
    first, second, third = [await life.read.tally(it, f"{send.id}/{step}") for it in boards]
    return first, second, third


async def figures(life: Story, send: Send) -> list[str]:
    """What the sender reads."""
    return [plain(value) for _, value in await rows(life.moment(), await again(life, send))]
