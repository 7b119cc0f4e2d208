"""What Workplace sends, as far as we read it: raw bytes to typed items, broken ones left out."""

from collections.abc import Callable, Iterator
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field

from core.halves import decoded

LARGEST = 8 * 1024 * 1024
Id = Annotated[str, Meta(max_length=128, pattern=r"^[A-Za-z0-9_.:-]*\Z")] | int
Stamp = str | int | float

T = TypeVar("T")


class Malformed(Exception):
    """No delivery; says which field is wrong, and how."""


class TooLarge(Exception):
    """More bytes than any delivery has."""


class Wire(Struct, frozen=True, gc=False):
    """One object of a delivery. Any field may be absent or null, and there may be others."""


class Community(Wire, frozen=True, gc=False):
    """The Workplace it comes from."""

    id: Id | None = None


class Someone(Wire, frozen=True, gc=False):
    """A person, a page or a group, as a delivery names it."""

    id: Id | None = None
    name: str | None = None
    community: Community | None = None


class Tag(Wire, frozen=True, gc=False):
    """A mention."""

    id: Id | None = None
    name: str | None = None


class Payload(Wire, frozen=True, gc=False):
    """What a quick reply carries, or where an attachment is."""

    payload: str | None = None
    url: str | None = None


class Attached(Wire, frozen=True, gc=False):
    """A file that came with a message."""

    type: str | None = None
    payload: Payload | None = None


class Message(Wire, frozen=True, gc=False):
    """Words in a chat."""

    mid: Annotated[str, Meta(max_length=512)] | None = None
    text: str | None = None
    is_echo: bool | None = None
    quick_reply: Payload | None = None
    attachments: tuple[Attached, ...] | None = None
    tags: Raw = Raw()


class Postback(Wire, frozen=True, gc=False):
    """A button that was pressed in a chat."""

    mid: Annotated[str, Meta(max_length=512)] | None = None
    title: str | None = None
    payload: str | None = None


class Messaging(Wire, frozen=True, gc=False):
    """Something that happened in a chat."""

    sender: Someone | None = None
    recipient: Someone | None = None
    timestamp: Stamp | None = None
    message: Message | None = None
    postback: Postback | None = None
    thread: Someone | None = None


class Value(Wire, frozen=True, gc=False):
    """Something that happened in a group, or that mentions us."""

    verb: str | None = None
    item: str | None = None
    from_: Someone | None = field(default=None, name="from")
    user: Someone | None = None
    community: Community | None = None
    post_id: Id | None = None
    comment_id: Id | None = None
    parent_id: Id | None = None
    group_id: Id | None = None
    target_type: str | None = None
    permalink_url: str | None = None
    created_time: Stamp | None = None
    updated_time: Stamp | None = None
    message: str | None = None
    message_tags: Raw = Raw()
    link: str | None = None


class Change(Wire, frozen=True, gc=False):
    """A change of one field that we subscribed to."""

    field: str = ""
    value: Value = Value()


class Entry(Wire, frozen=True, gc=False):
    """What happened to one object: chat or changes."""

    id: Id | None = None
    time: Stamp | None = None
    messaging: tuple[Raw, ...] | None = None
    changes: tuple[Raw, ...] | None = None


class Delivery(Wire, frozen=True, gc=False):
    """A batch of up to 1000 things, of one topic."""

    object: Annotated[str, Meta(max_length=64)]
    entry: tuple[Raw, ...]


class Item(Struct, frozen=True, gc=False):
    """One thing that happened, or None where it cannot be read."""

    entry: Entry
    what: Messaging | Change | None


_delivery = msgspec.json.Decoder(Delivery).decode
_entry = msgspec.json.Decoder(Entry).decode
_messaging = msgspec.json.Decoder(Messaging).decode
_change = msgspec.json.Decoder(Change).decode
_tags = msgspec.json.Decoder(tuple[Tag, ...] | dict[str, tuple[Tag, ...]]).decode
UNREADABLE = Item(Entry(), None)


def decode(body: bytes) -> Delivery:
    """The delivery in these bytes. Raises Malformed."""
    try:
        return decoded(_delivery, body)
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError as error:  # bad JSON, wrong types and broken UTF-8 alike
        raise Malformed(str(error)) from None


def items(delivery: Delivery) -> Iterator[Item]:
    """Everything in it, in order; a broken one is an item without contents."""
    for raw in delivery.entry:
        entry = read(_entry, raw)
        if entry is None:
            yield UNREADABLE
            continue
        for one in entry.messaging or ():
            yield Item(entry, read(_messaging, one))
        for one in entry.changes or ():
            yield Item(entry, read(_change, one))


def read(decoder: Callable[[Raw], T], raw: Raw) -> T | None:
    """A part as its type; None where it is broken."""
    try:
        return decoder(raw)
    except (ValueError, RecursionError):
        return None


def tags(raw: Raw) -> tuple[Tag, ...] | None:
    """The mentions in a text; None where nothing is said about them."""
    found = read(_tags, raw) if bytes(raw) not in (b"", b"null") else None
    if isinstance(found, dict):
        return tuple(tag for some in found.values() for tag in some)
    return found


def word(id: Id | None) -> str:
    """An id, which Meta writes as text or as a number."""
    return "" if id is None else str(id)
