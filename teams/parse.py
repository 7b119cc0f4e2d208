"""Activities to Events: what happened.

An installation arrives as conversationUpdate and as installationUpdate, with nothing in common
but the conversation. Each becomes a `place.added` with its time in `args`: merging them here by
conversation would swallow a removal and return, merging by time would greet twice when a minute
turns over. Only the record of the space knows whether it is attached already.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.engine.ports import PAGE, Actor, Address, Event, Media
from teams import compose
from teams.activity import Account, Activity, Attachment, Malformed, read
from teams.cloud import GUID
from teams.menu import apart, chosen
from teams.scene import Scene, overheard, person
from teams.spoken import spoken

FILES = 20
DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"


class Parsed(Struct, frozen=True, kw_only=True):
    """What an activity means. `kind` is for counting: one of a bounded number of words.

    `answers` says what the HTTP answer has to hold; who only `looks` changes nothing.
    """

    kind: str
    events: tuple[Event, ...] = ()
    answers: Literal["nothing", "empty", "card", "task", "found", "unfurled"] = "nothing"
    looks: bool = False


class Carried(Struct, frozen=True):
    """What our buttons and dialogs carry: an action, its arguments, the slot of their card."""

    a: str
    k: Mapping[str, str] = {}
    s: str = ""


class Execute(Struct, frozen=True):
    """The button of an adaptiveCard/action."""

    data: dict[str, Any] | None = None


class CardAction(Struct, frozen=True):
    """The value of adaptiveCard/action."""

    action: Execute | None = None
    trigger: str | None = None


class Task(Struct, frozen=True):
    """The value of task/fetch and of all that is sent off."""

    data: dict[str, Any] | None = None


class Download(Struct, frozen=True, rename="camel"):
    """Where an attached file can be fetched for a while."""

    download_url: str = ""
    file_type: str = ""


_objects = msgspec.json.Decoder(dict[str, Any] | None)
_downloads = msgspec.json.Decoder(Download | None)
_card_actions = msgspec.json.Decoder(CardAction | None)
_tasks = msgspec.json.Decoder(Task | None)


def parse(activity: Activity, org: str, body: bytes) -> Parsed:
    """What this activity means to us. Raises Malformed."""
    return KINDS.get(activity.type, _unknown)(Scene(activity, org, body))


# --- messages ---------------------------------------------------------------------------------


def _message(scene: Scene) -> Parsed:
    activity = scene.activity
    if activity.from_ and (activity.from_.id or "").startswith("28:"):
        return Parsed(kind="message.of_a_bot")
    data = read(activity.value, _objects)
    if data and "coterie" in data:
        return Parsed(kind="message.submit", events=(_pressed(scene, data),))
    event = scene.acted("message", "message", message=activity.id or "")
    text, mentioned = spoken(activity)
    media = tuple(_media(activity.attachments or ()))
    if not (text or mentioned or media):
        return Parsed(kind="message.empty")
    if not mentioned:
        event = replace(event, learned=tuple(map(overheard, event.learned)))
    return Parsed(
        kind="message", events=(replace(event, text=text, mentioned=mentioned, media=media),)
    )


def _edited(scene: Scene) -> Parsed:
    activity = scene.activity
    stamp = f"/edited/{activity.timestamp or ''}"
    event = scene.acted("message", "message.edited", id=stamp, message=activity.id or "")
    text, mentioned = spoken(activity)
    return Parsed(kind="messageUpdate", events=(replace(event, text=text, mentioned=mentioned),))


def _deleted(scene: Scene) -> Parsed:
    stamp = f"/deleted/{scene.activity.timestamp or ''}"
    event = scene.event("message", "message.deleted", id=stamp, message=scene.activity.id or "")
    return Parsed(kind="messageDelete", events=(event,))


def _reactions(scene: Scene) -> Parsed:
    activity, message = scene.activity, scene.activity.reply_to_id or ""
    changed = (
        ("reaction.added", activity.reactions_added or ()),
        ("reaction.removed", activity.reactions_removed or ()),
    )
    events = (
        replace(
            scene.acted("message", name, id=f"/{name}/{reaction.type}", message=message),
            args={"type": reaction.type or ""},
        )
        for name, reactions in changed
        for reaction in reactions[:FILES]
    )
    return Parsed(kind="messageReaction", events=tuple(events))


def _media(attachments: tuple[Attachment, ...]) -> Iterator[Media]:
    for one in attachments[:FILES]:
        kind, name = one.content_type or "", one.name or ""
        if kind == DOWNLOAD:
            file = read(one.content, _downloads) or Download()
            yield Media(name=name, mime=file.file_type, size=0, handle=file.download_url)
        elif kind.startswith(("image/", "video/", "audio/")) and one.content_url:
            yield Media(name=name, mime=kind, size=0, handle=one.content_url)


# --- buttons and dialogs ----------------------------------------------------------------------


def _invoke(scene: Scene) -> Parsed:
    activity = scene.activity
    match activity.name:
        case "adaptiveCard/action":
            value = read(activity.value, _card_actions) or CardAction()
            data = value.action.data if value.action else None
            looks = value.trigger == "automatic"
            events = _inline(scene, data)
            return Parsed(kind=activity.name, events=events, answers="card", looks=looks)
        case "task/fetch" | "task/submit":
            events = _dialog(scene, form=activity.name == "task/submit")
            return Parsed(kind=activity.name, events=events, answers="task")
        case _:
            return _composed(scene)


def _composed(scene: Scene) -> Parsed:
    """What the compose box asks, and the menus of messages."""
    match scene.activity.name:
        case "composeExtension/query" as kind:
            events = compose.looked_for(scene)
            return Parsed(kind=kind, events=events, answers="found", looks=True)
        case "composeExtension/queryLink" as kind:
            events = compose.linked(scene)
            return Parsed(kind=kind, events=events, answers="unfurled", looks=True)
        case "composeExtension/fetchTask" as kind:
            return Parsed(kind=kind, events=chosen(scene), answers="task")
        case "composeExtension/submitAction" as kind:
            events = tuple(map(apart, _dialog(scene, form=True)))
            return Parsed(kind=kind, events=events, answers="task")
        case _:
            return Parsed(kind="invoke.unknown", answers="empty")


def _dialog(scene: Scene, *, form: bool) -> tuple[Event, ...]:
    """What was asked of a dialog, or sent off in one."""
    task = read(scene.activity.value, _tasks) or Task()
    events = _inline(scene, task.data)
    return tuple(replace(event, source="form") for event in events) if form else events


def _inline(scene: Scene, data: Mapping[str, Any] | None) -> tuple[Event, ...]:
    """The event whose reply is the HTTP answer; nothing when the button is none of ours."""
    if not data or "coterie" not in data:
        return ()
    opener = "" if scene.activity.name == "adaptiveCard/action" else "task"
    return (replace(_pressed(scene, data), inline=True, opener=opener),)


def _pressed(scene: Scene, data: Mapping[str, Any]) -> Event:
    """What our own data in a button or dialog says was done."""
    try:
        carried = msgspec.convert(data["coterie"], Carried)
        values = {
            name: _entered(value, scene.tenant)
            for name, value in data.items()
            if name not in {"coterie", "msteams"}
        }
    except msgspec.ValidationError as error:
        raise Malformed(f"{error}, in the data of a button") from None
    source: Literal["press", "form"] = "form" if values else "press"
    event = scene.acted(source, carried.a, message=scene.activity.reply_to_id or "")
    origin = event.origin and replace(event.origin, slot=carried.s)
    return replace(
        event, origin=origin, args=carried.k, values=values, people=_named(values, scene.tenant)
    )


def _entered(value: object, tenant: str) -> str:
    """One answer as text; people from the directory's picker become accounts."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            ids = value.split(",") if "-" in value else ()
            if ids and all(GUID.fullmatch(id) for id in ids):
                return ",".join(f"teams:{tenant}:{id.lower()}" for id in ids)
            return value
        case int() | float():
            return str(value)
        case _:
            raise Malformed("Expected words or a number in every field of a form")


def _named(values: Mapping[str, str], tenant: str) -> tuple[Actor, ...]:
    prefix = f"teams:{tenant}:"
    accounts = (id for value in values.values() if prefix in value for id in value.split(","))
    return tuple(Actor(account=id) for id in accounts if id.startswith(prefix))


# --- places and people ------------------------------------------------------------------------


def _conversation(scene: Scene) -> Parsed:
    activity = scene.activity
    added = activity.members_added or ()
    removed = activity.members_removed or ()
    events = (
        *_arrived(scene, any(_is_bot(one, scene) for one in added)),
        *_left(scene, any(_is_bot(one, scene) for one in removed)),
        *_people(scene, "people.added", added),
        *_people(scene, "people.removed", removed),
        *_changed(scene),
    )
    return Parsed(
        kind="conversationUpdate" if events else "conversationUpdate.other", events=events
    )


def _installation(scene: Scene) -> Parsed:
    """An upgrade changes nothing for anyone."""
    action = scene.activity.action
    events = (*_arrived(scene, action == "add"), *_left(scene, action == "remove"))
    return Parsed(
        kind="installationUpdate" if events else "installationUpdate.other", events=events
    )


def _arrived(scene: Scene, happened: bool) -> Iterator[Event]:
    if happened:
        event = scene.event("place", "place.added", id="/place.added")
        yield replace(event, args=_at(scene))


def _left(scene: Scene, happened: bool) -> Iterator[Event]:
    """The app is gone from a place: what we knew of how to reach it no longer holds."""
    if happened:
        event = scene.event("place", "place.removed", id="/place.removed")
        yield replace(event, args=_at(scene), learned=_unreachable(scene, event.learned))


def _unreachable(scene: Scene, learned: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(
        replace(address, state="not_installed")
        for address in learned
        if scene.private or address.id == scene.place
    )


def _at(scene: Scene) -> Mapping[str, str]:
    data = scene.activity.channel_data
    channel = data.settings.selected_channel if data and data.settings else None
    args = {"at": scene.activity.timestamp or "", "channel": (channel and channel.id) or ""}
    return {name: value for name, value in args.items() if value}


def _people(scene: Scene, name: str, accounts: tuple[Account, ...]) -> Iterator[Event]:
    """All who joined or left, a page of them in each event."""
    others = (one for one in accounts if one.id and not _is_bot(one, scene))
    people = tuple(person(one, scene.tenant) for one in others)
    for start in range(0, 0 if scene.private else len(people), PAGE):
        event = scene.event("place", name, id=f"/{name}/{start}")
        yield replace(event, people=people[start : start + PAGE])


def _is_bot(one: Account, scene: Scene) -> bool:
    return bool(one.id) and one.id == scene.bot


def _changed(scene: Scene) -> Iterator[Event]:
    """A team or channel with a new name, or none at all any more."""
    data = scene.activity.channel_data
    kind = (data and data.event_type) or ""
    named = data and (data.channel if kind.startswith("channel") else data.team)
    if not named or not named.id or kind not in CHANGES:
        return
    event = scene.event("place", CHANGES[kind], id=f"/{kind}")
    place = f"teams:{scene.tenant}:{named.id}"
    state: Literal["ok", "not_installed"] = "ok" if kind.endswith("Renamed") else "not_installed"
    ref = {**event.learned[0].ref, "conversation": named.id, "type": "channel"}
    yield replace(
        event,
        origin=event.origin and replace(event.origin, place=place, title=named.name or ""),
        learned=(Address(id=place, ref=ref, state=state),),
        args=_at(scene),
    )


CHANGES: Mapping[str, str] = {
    "channelRenamed": "place.renamed",
    "channelDeleted": "place.removed",
    "teamRenamed": "place.renamed",
    "teamDeleted": "place.removed",
    "teamHardDeleted": "place.removed",
}


# --- the rest ---------------------------------------------------------------------------------


def _ignored(scene: Scene) -> Parsed:
    return Parsed(kind=scene.activity.type)


def _unknown(scene: Scene) -> Parsed:
    return Parsed(kind="unknown")


KINDS: Mapping[str, Callable[[Scene], Parsed]] = {
    "message": _message,
    "messageUpdate": _edited,
    "messageDelete": _deleted,
    "messageReaction": _reactions,
    "invoke": _invoke,
    "conversationUpdate": _conversation,
    "installationUpdate": _installation,
    "event": _ignored,
    "typing": _ignored,
    "endOfConversation": _ignored,
}
