"""What Teams sends, as far as we read it: raw bytes to typed fields, or a clear refusal."""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field

from core.halves import decoded

LARGEST = 256 * 1024
T = TypeVar("T")
Id = Annotated[str, Meta(max_length=1024, pattern=r"^[^\x00-\x1f]*\Z")]
Slug = Annotated[str, Meta(max_length=128, pattern=r"^[A-Za-z0-9._-]*\Z")]


class Malformed(Exception):
    """No activity; says which field is wrong, and how."""


class TooLarge(Exception):
    """More bytes than any activity has."""


class Wire(Struct, frozen=True, rename="camel", gc=False):
    """One object of an activity. Any field may be absent or null."""


class Tenant(Wire, frozen=True, gc=False):
    """The organisation that a conversation belongs to."""

    id: Slug | None = None


class Account(Wire, frozen=True, gc=False):
    """Someone: `id` is theirs for this bot only, `aad_object_id` for all."""

    id: Id | None = None
    name: str | None = None
    aad_object_id: Slug | None = None
    object_id: Slug | None = None
    tenant_id: Slug | None = None
    user_role: str | None = None
    email: str | None = None
    user_principal_name: str | None = None


class Conversation(Wire, frozen=True, gc=False):
    """Where it happened; in a channel the id ends with the message that a thread began with."""

    id: Id | None = None
    conversation_type: str | None = None
    tenant_id: Slug | None = None
    name: str | None = None


class Team(Wire, frozen=True, gc=False):
    """A team; its id is that of its General channel."""

    id: Id | None = None
    name: str | None = None
    aad_group_id: Slug | None = None


class Channel(Wire, frozen=True, gc=False):
    """A channel of a team."""

    id: Id | None = None
    name: str | None = None


class Settings(Wire, frozen=True, gc=False):
    """What the installer chose."""

    selected_channel: Channel | None = None


class ChannelData(Wire, frozen=True, gc=False):
    """What only Teams says."""

    tenant: Tenant | None = None
    team: Team | None = None
    channel: Channel | None = None
    settings: Settings | None = None
    event_type: str | None = None


class Entity(Wire, frozen=True, gc=False):
    """A mention, or what is known of the client."""

    type: str | None = None
    text: str | None = None
    mentioned: Account | None = None
    locale: str | None = None
    timezone: str | None = None


class Attachment(Wire, frozen=True, gc=False):
    """A file, or a copy of the message."""

    content_type: str | None = None
    content_url: str | None = None
    name: str | None = None
    content: Raw = Raw()


class Reaction(Wire, frozen=True, gc=False):
    """A like, a heart."""

    type: Slug | None = None


class Activity(Wire, frozen=True, gc=False):
    """Something that Teams tells us. `value` is read by those who know what it holds."""

    type: Annotated[str, Meta(min_length=1, max_length=128)]
    service_url: Annotated[str, Meta(max_length=2048)] = ""
    id: Id | None = None
    channel_id: str | None = None
    name: str | None = None
    action: str | None = None
    timestamp: Id | None = None
    from_: Account | None = field(default=None, name="from")
    recipient: Account | None = None
    conversation: Conversation | None = None
    channel_data: ChannelData | None = None
    reply_to_id: Id | None = None
    text: str | None = None
    text_format: str | None = None
    locale: str | None = None
    local_timezone: str | None = None
    entities: tuple[Entity, ...] | None = None
    attachments: tuple[Attachment, ...] | None = None
    members_added: tuple[Account, ...] | None = None
    members_removed: tuple[Account, ...] | None = None
    reactions_added: tuple[Reaction, ...] | None = None
    reactions_removed: tuple[Reaction, ...] | None = None
    value: Raw = Raw()

    @property
    def tenant(self) -> str:
        """The organisation: channelData says it, the conversation where that is silent."""
        data, place = self.channel_data, self.conversation
        said = data.tenant.id if data and data.tenant else None
        return said or (place.tenant_id if place else None) or ""


_decode = msgspec.json.Decoder(Activity).decode


def decode(body: bytes) -> Activity:
    """The activity in these bytes. Raises Malformed, or TooLarge."""
    if len(body) > LARGEST:
        raise TooLarge
    try:
        activity = decoded(_decode, body)
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError as error:  # bad JSON, wrong types and broken UTF-8 alike
        raise Malformed(str(error)) from None
    if not (activity.conversation and activity.conversation.id):
        raise Malformed("Expected an id - at `$.conversation.id`")
    return activity


def read(raw: Raw, decoder: msgspec.json.Decoder[T | None]) -> T | None:
    """A value as this type; None when there is none. Raises Malformed."""
    if not bytes(raw):
        return None
    try:
        return decoder.decode(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{error}, inside `$.value`") from None
