"""Deliveries to Events: what happened, once, however many topics tell of it.

A mention comes as a mention and as a post or comment: both are one event, named by the post or
comment. No delivery says that Coterie was added to a group, so every mention and every group that
our page joins raises `place.added`; the record of the space knows whether that is news.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Literal

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from core.engine.ports import Address, Event, Media
from workplace.payload import (
    Change,
    Delivery,
    Item,
    Message,
    Messaging,
    Someone,
    Stamp,
    Value,
    items,
    tags,
    word,
)
from workplace.scene import Scene, actor, chat, group, thread
from workplace.standing import Known

FILES = 20
TEXT = 20_000
MILLISECONDS = 1e11
MEDIA = frozenset({"image", "video", "audio", "file"})
IN_GROUP = re.compile(r"/groups/(\d+)(?:/|\Z)")
SPACES = re.compile(r"[ \t]{2,}")
EDITED: Mapping[str, str] = {
    "edit": "message.edited",
    "edited": "message.edited",
    "update": "message.edited",
    "delete": "message.deleted",
    "remove": "message.deleted",
    "hide": "message.deleted",
}
JOINS, LEAVES = frozenset({"add", "join", "accept"}), frozenset({"remove", "leave", "delete"})
Place = Literal["group", "page"]


class Carried(Struct, frozen=True):
    """What our buttons carry: an action, its arguments, the slot of their message."""

    a: str
    k: Mapping[str, str] = {}
    s: str = ""


class Unread(Exception):
    """Something that is not for us; the reason is for counting."""


_carried = msgspec.json.Decoder(Carried).decode


def parse(
    delivery: Delivery, org: str, who: Known, counts: Counter[str], since: float = 0.0
) -> list[Event]:
    """What a delivery means to us, in its order; a broken item is counted and loses no other.

    What was sent before `since` is left: nobody remembers any more whether it was taken.
    """
    found: dict[str, Event] = {}
    for item in items(delivery):
        if sent(item.entry.time) < since:
            counts["stale"] += 1
            continue
        try:
            kind, events = _item(delivery.object, item, org, who)
        except Unread as reason:
            counts[str(reason)] += 1
            continue
        counts[kind] += 1
        for event in events:
            found[event.id] = _merged(found.get(event.id), event)
    return list(found.values())


def _merged(first: Event | None, second: Event) -> Event:
    """Two tellings of one thing: the one that says that we are meant knows more."""
    if first is None or (second.mentioned and not first.mentioned):
        return second
    return first


def _item(topic: str, item: Item, org: str, who: Known) -> tuple[str, Sequence[Event]]:
    match item.what:
        case None:
            raise Unread("broken")
        case Messaging() as said:
            return _said(said, org, who)
        case Change(field, value):
            take = TOPICS.get((topic, field))
            if take is None:
                raise Unread("unknown_topic")
            _ours(value.community and value.community.id, who)
            scene = Scene(org, who, value.from_, group(who.community, _group(value, item, topic)))
            return f"{topic}.{field}", tuple(take(scene, value, item))


def _ours(community: object, who: Known) -> None:
    if community is not None and str(community) != who.community:
        raise Unread("other_community")


def _group(value: Value, item: Item, topic: str) -> str:
    """The group that something happened in: posts are `<group>_<post>`, and links name it."""
    told, _, post = word(value.post_id).partition("_")
    link = IN_GROUP.search(value.permalink_url or "")
    near = word(item.entry.id) if topic == "group" else ""
    found = (post and told) or word(value.group_id) or near or (link[1] if link else "")
    if not found or value.target_type not in (None, "", "group"):
        raise Unread("elsewhere")
    return found


# --- chat -----------------------------------------------------------------------------------------


def _said(said: Messaging, org: str, who: Known) -> tuple[str, Sequence[Event]]:
    by, message = said.sender, said.message
    if by is None or not word(by.id):
        raise Unread("broken")
    if word(by.id) == who.page or (message and message.is_echo):
        raise Unread("own")
    _ours(by.community and by.community.id, who)
    scene = Scene(org, who, by, _chat(said, by, who))
    if said.postback:
        told = said.postback
        id = told.mid or f"{word(by.id)}/{said.timestamp}/{_digest(told.payload or '')}"
        pressed = _pressed(scene, told.payload, f"postback/{id}", "")
        return "page.postback", (pressed or _words(scene, f"postback/{id}", told.title or ""),)
    if message is None:
        raise Unread("messaging_other")
    if not message.mid:
        raise Unread("broken")
    return "page.message", tuple(_message(scene, message))


def _chat(said: Messaging, by: Someone, who: Known) -> Address:
    if said.thread and word(said.thread.id):
        return thread(who.community, word(said.thread.id))
    return chat(who.community, word(by.id))


def _message(scene: Scene, message: Message) -> Iterator[Event]:
    id = f"message/{message.mid}"
    reply = message.quick_reply
    pressed = _pressed(scene, reply.payload, id, message.mid or "") if reply else None
    if pressed:
        yield pressed
        return
    media = tuple(_media(message))
    text, mentioned = spoken(message.text or "", message.tags, scene.who)
    if text or media or mentioned:
        event = _words(scene, id, text, message=message.mid or "")
        yield replace(event, media=media, mentioned=mentioned and not scene.private)


def _pressed(scene: Scene, payload: str | None, id: str, message: str) -> Event | None:
    """A button of ours; None where it is none."""
    try:
        carried = _carried(payload or "")
    except (ValueError, RecursionError):
        return None
    event = scene.event("press", carried.a, id, message=message, slot=carried.s)
    return replace(event, args=carried.k)


def _media(message: Message) -> Iterator[Media]:
    for one in (message.attachments or ())[:FILES]:
        url = one.payload.url if one.payload else None
        if one.type in MEDIA and url:
            yield Media(name="", mime=f"{one.type}/*", size=0, handle=url)


# --- groups ---------------------------------------------------------------------------------------


def _posted(scene: Scene, value: Value, item: Item) -> Iterator[Event]:
    """A post or a comment, told by the group or by a mention."""
    post, comment = _post_id(scene, value), word(value.comment_id)
    message = comment or post
    name = EDITED.get(value.verb or "add", "message")
    by = word(scene.by.id) if scene.by else ""
    if not message or not (by or name == "message.deleted"):
        raise Unread("broken")
    if by == scene.who.page:
        raise Unread("own")
    parent = word(value.parent_id)
    below = parent if comment and _last(parent) not in ("", _last(post), _last(comment)) else post
    origin = {"message": message, "thread": below}
    if name == "message.deleted":
        yield scene.event("message", name, f"{_last(message)}/deleted", **origin)
        return
    text, mentioned = spoken(value.message or "", value.message_tags, scene.who)
    mentioned = mentioned or (item.what is not None and _is_mention(item.what))
    id = _last(message) if name == "message" else f"{_last(message)}/edited/{_stamp(value)}"
    if mentioned and name == "message":
        yield _arrived(scene, f"{id}/place.added")
    if text or mentioned:
        event = scene.event("message", name, id, **origin)
        yield replace(event, text=text, mentioned=mentioned, learned=_called(scene, mentioned))


def _member(scene: Scene, value: Value, item: Item) -> Iterator[Event]:
    """Somebody came or went; where it is our page, it is Coterie itself."""
    who, verb = value.user, value.verb or ""
    if who is None or not word(who.id) or verb not in JOINS | LEAVES:
        raise Unread("membership_other")
    at = value.updated_time or value.created_time or item.entry.time or ""
    came = verb in JOINS
    group = scene.place.ref["conversation"]
    what = ("place." if word(who.id) == scene.who.page else "people.") + (
        "added" if came else "removed"
    )
    id = f"{group}/{what}/{word(who.id)}/{at}"
    if what == "place.added":
        yield _arrived(scene, id)
    elif what == "place.removed":
        gone = replace(scene.place, state="not_installed")
        yield replace(scene.event("place", what, id), learned=(gone,), args={"at": str(at)})
    else:
        people = (actor(who, scene.who.community),)
        yield replace(scene.event("place", what, id), people=people)


def _arrived(scene: Scene, id: str) -> Event:
    """We are called in a group, so we can speak there."""
    return replace(scene.event("place", "place.added", id), learned=(scene.place,))


def _called(scene: Scene, mentioned: bool) -> tuple[Address, ...]:
    return (scene.place,) if mentioned else ()


def _post_id(scene: Scene, value: Value) -> str:
    """A post by the name that the API has for it."""
    told = word(value.post_id)
    return told if "_" in told or not told else f"{scene.place.ref['conversation']}_{told}"


def _is_mention(what: Messaging | Change) -> bool:
    return isinstance(what, Change) and what.field == "mention"


def _words(scene: Scene, id: str, text: str, **origin: str) -> Event:
    return replace(scene.event("message", "message", id, **origin), text=text)


Take = Callable[[Scene, Value, Item], Iterator[Event]]
TOPICS: Mapping[tuple[str, str], Take] = {
    ("page", "mention"): _posted,
    ("group", "posts"): _posted,
    ("group", "comments"): _posted,
    ("group", "membership"): _member,
}


# --- words ----------------------------------------------------------------------------------------


def spoken(text: str, told: Raw, who: Known) -> tuple[str, bool]:
    """The words without our name where they mention us, and whether they do.

    Where a telling says nothing of mentions, our full name in the words counts as one: it may
    come before the telling that knows, and the two are one event.
    """
    text, found = text[:TEXT], tags(told)
    ours = [tag for tag in found or () if word(tag.id) == who.page]
    tagged = bool(ours)
    name = next((tag.name for tag in ours if tag.name and tag.name in text), who.name)
    named = re.compile(rf"(?<![\w@])@?{re.escape(name)}(?![\w@]|\.\w)[:,]?") if name else None
    if named is None:
        return text.strip(), tagged
    mentioned = tagged or (found is None and named.search(text) is not None)
    words = named.sub("", text, count=1) if mentioned else text
    return SPACES.sub(" ", words).strip(), mentioned


def sent(at: Stamp | None) -> float:
    """When a delivery was sent, in seconds, as Meta tells it in either unit; else any time."""
    if not isinstance(at, int | float):
        return math.inf
    return at / 1000 if at > MILLISECONDS else at


def _stamp(value: Value) -> Stamp:
    """When it was edited; where that is not told, what it was edited to."""
    return value.updated_time or _digest(f"{value.created_time}/{value.message}")


def _last(id: str) -> str:
    """The part of an id that names one thing, whatever it is named below."""
    return id.rpartition("_")[2]


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
