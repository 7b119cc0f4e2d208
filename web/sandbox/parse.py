"""What people do in the browser -> Events, as any platform's webhook would tell them."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from core.engine.ports import Actor, Event, Origin
from core.halves import decoded
from web.sandbox.model import PLAYERS, ROOMS, Player, Room, Screen, Stage, key_of, sees

MENTION = re.compile(r"@coterie\b[:,]?\s*", re.IGNORECASE)
BODY = 64 * 1024

Key = Annotated[str, Meta(min_length=1, max_length=40)]
Nonce = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Reference = Annotated[str, Meta(max_length=60)]
Args = Annotated[
    dict[Name, Annotated[str, Meta(max_length=2000)]],
    Meta(max_length=40),
]
Values = Annotated[dict[Name, Annotated[str, Meta(max_length=8000)]], Meta(max_length=60)]


class Malformed(Exception):
    """What came in makes no sense; the words are for whoever sent it."""


class Saying(Struct, frozen=True):
    """Somebody writes something."""

    person: Key
    place: Key
    text: Words
    thread: Reference = ""


class Pressing(Struct, frozen=True):
    """Somebody presses a button of the card in `message`, or sends the form that it opened."""

    person: Key
    place: Key
    action: Name
    nonce: Nonce
    message: Reference = ""
    slot: Annotated[str, Meta(max_length=300)] = ""
    args: Args = {}
    values: Values | None = None


class Moving(Struct, frozen=True):
    """Somebody moves the clock."""

    by: Annotated[str, Meta(pattern="^(hour|day|monday|end)$")]


class Running(Struct, frozen=True):
    """The demo cohort lives on by itself up to a day; `mine` are played by who looks on."""

    goal: Annotated[str, Meta(pattern="^(team|talk|workshop|pairs|end)$")] = "end"
    mine: Annotated[tuple[Key, ...], Meta(max_length=12)] = ()


class Handing(Struct, frozen=True):
    """Who looks on plays this person, or lets them live by themselves."""

    person: Key
    mine: bool


class Living(Struct, frozen=True):
    """Whether the others live on while the clock is moved by hand."""

    on: bool


class Inviting(Struct, frozen=True):
    """Coterie is added to a place, or removed from it."""

    person: Key
    place: Key
    nonce: Nonce
    add: bool


B = TypeVar("B", bound=Struct)


def read(body: bytes, kind: type[B]) -> B:
    """The body as this kind. Raises Malformed."""
    try:
        return decoded(lambda some: msgspec.json.decode(some, type=kind), body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Malformed(str(error)) from None


def who(person: str, place: str) -> tuple[Player, Room]:
    """The player and the room, if they are one and in there. Raises Malformed."""
    player, room = PLAYERS.get(person), ROOMS.get(place)
    if player is None or room is None or not sees(player, room):
        raise Malformed("There is nobody of this name here.")
    return player, room


def said(org: str, stage: Stage, screen: Screen) -> Event | None:
    """The message as Coterie hears it; None when it does not hear it."""
    room, player = ROOMS[key_of(screen.place)], PLAYERS[key_of(screen.by)]
    mentioned = bool(MENTION.search(screen.text))
    if room.kind != "chat" and not (mentioned and room.key in stage.installed):
        return None
    return Event(
        id=f"{screen.place}/{screen.id}",
        org=org,
        source="message",
        name="message",
        by=player.actor(stage.tenant),
        origin=replace(origin(room, stage), thread=_thread(room, screen), message=screen.id),
        text=MENTION.sub("", screen.text).strip(),
        mentioned=mentioned or room.kind == "chat",
        learned=(player.address(stage.tenant), room.address(stage.tenant)),
    )


def pressed(org: str, stage: Stage, press: Pressing, screen: Screen | None) -> Event:
    """The press, or the filled form, as Coterie is told."""
    player, room = who(press.person, press.place)
    where = replace(origin(room, stage), slot=press.slot)
    if screen is not None:
        slot = screen.post.slot if screen.post else press.slot
        where = replace(where, thread=_thread(room, screen), message=screen.id, slot=slot)
    return Event(
        id=f"{where.place}/{press.message}/{press.nonce}",
        org=org,
        source="press" if press.values is None else "form",
        name=press.action,
        by=player.actor(stage.tenant),
        origin=where,
        opener=press.nonce,
        inline=True,
        args=press.args,
        values=press.values or {},
        people=_named(stage, press.values or {}),
        learned=(player.address(stage.tenant), room.address(stage.tenant)),
    )


def _thread(room: Room, screen: Screen) -> str:
    """In a channel every message is in a thread, the first one in its own."""
    return (screen.thread or screen.id) if room.kind == "channel" else ""


def _named(stage: Stage, values: Mapping[str, str]) -> tuple[Actor, ...]:
    """Who was picked, as far as they were picked by their account."""
    picked = {value for field in values.values() for value in field.split(",")}
    actors = (player.actor(stage.tenant) for player in PLAYERS.values())
    return tuple(actor for actor in actors if actor.account in picked)


def added(org: str, stage: Stage, player: Player, room: Room, nonce: str) -> tuple[Event, ...]:
    """Coterie comes into a place: where it is, and, where others are, who they are."""
    here = _place(org, stage, player, room, nonce)
    arrival = replace(here, name="place.added")
    if room.kind == "chat":
        return (arrival,)
    everybody = tuple(p.actor(stage.tenant) for p in PLAYERS.values())
    people = replace(here, id=f"{here.id}/people", name="people.added", people=everybody)
    return (arrival, people)


def removed(org: str, stage: Stage, player: Player, room: Room, nonce: str) -> Event:
    """Coterie is taken out of a place."""
    return replace(_place(org, stage, player, room, nonce), name="place.removed")


def origin(room: Room, stage: Stage) -> Origin:
    """The place, as an event names it."""
    team = f"sandbox:{stage.tenant}:team" if room.kind == "channel" else ""
    title = "" if room.kind == "chat" else room.title
    return Origin(place=room.id(stage.tenant), private=room.kind == "chat", team=team, title=title)


def _place(org: str, stage: Stage, player: Player, room: Room, nonce: str) -> Event:
    return Event(
        id=f"{room.id(stage.tenant)}/{nonce}",
        org=org,
        source="place",
        name="place.added",
        by=player.actor(stage.tenant),
        origin=origin(room, stage),
        learned=(room.address(stage.tenant), *(p.address(stage.tenant) for p in PLAYERS.values())),
    )
