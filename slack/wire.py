"""What Slack sends, as far as we read it: raw bytes to typed fields, or a clear refusal."""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from core.halves import decoded

LARGEST = 1024 * 1024
Id = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]*\Z")]
Stamp = Annotated[str, Meta(max_length=32, pattern=r"^([0-9]+(\.[0-9]+)?)?\Z")]
Word = Annotated[str, Meta(max_length=128, pattern=r"^[^\x00-\x1f]*\Z")]
Token = Annotated[str, Meta(max_length=1024, pattern=r"^[^\x00-\x1f]*\Z")]
T = TypeVar("T")


class Malformed(Exception):
    """Nothing that Slack sends; says which field is wrong, and how."""


class Wire(Struct, frozen=True, gc=False):
    """One object of Slack's. Any field may be absent or null."""


class Installed(Wire, frozen=True, gc=False):
    """A workspace that an event is meant for."""

    team_id: Id | None = None


class Envelope(Wire, frozen=True, gc=False):
    """The outside of an event. In a channel shared with others `team_id` may be theirs."""

    type: Word = ""
    team_id: Id | None = None
    authorizations: tuple[Installed, ...] | None = None
    challenge: Token | None = None
    event: Raw = Raw()


class Type(Wire, frozen=True, gc=False):
    """What kind of event it is."""

    type: Word = ""


class Facts(Wire, frozen=True, gc=False):
    """What somebody tells of themselves."""

    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None
    title: str | None = None


class Profile(Wire, frozen=True, gc=False):
    """Somebody, or something, in a workspace."""

    id: Id = ""
    team_id: Id | None = None
    name: str | None = None
    username: str | None = None
    real_name: str | None = None
    deleted: bool | None = None
    is_bot: bool | None = None
    is_workflow_bot: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None
    is_stranger: bool | None = None
    is_email_confirmed: bool | None = None
    tz: str | None = None
    locale: str | None = None
    profile: Facts | None = None


class Named(Wire, frozen=True, gc=False):
    """A channel, with its name where that is told."""

    id: Id = ""
    name: str | None = None


class File(Wire, frozen=True, gc=False):
    """A file that came with a message."""

    id: Id | None = None
    name: str | None = None
    mimetype: str | None = None
    size: int | None = None
    url_private: Token | None = None
    mode: str | None = None


class Edited(Wire, frozen=True, gc=False):
    """When a message was changed."""

    ts: Stamp | None = None


class Inner(Wire, frozen=True, gc=False):
    """A message inside the news about it."""

    user: Id | None = None
    bot_id: Id | None = None
    subtype: Word | None = None
    text: str | None = None
    ts: Stamp | None = None
    thread_ts: Stamp | None = None
    edited: Edited | None = None


class Item(Wire, frozen=True, gc=False):
    """What somebody reacted to."""

    type: Word | None = None
    channel: Id | None = None
    ts: Stamp | None = None


class Pasted(Wire, frozen=True, gc=False):
    """A link in a message."""

    url: str = ""


class Tokens(Wire, frozen=True, gc=False):
    """Which tokens are worth nothing any more: the ids of their users."""

    bot: tuple[Id, ...] | None = None


class Happened(Wire, frozen=True, gc=False):
    """One event, of whatever kind."""

    type: Word
    subtype: Word | None = None
    user: Id | Profile | None = None
    channel: Id | Named | None = None
    bot_id: Id | None = None
    text: str | None = None
    ts: Stamp | None = None
    thread_ts: Stamp | None = None
    event_ts: Stamp | None = None
    deleted_ts: Stamp | None = None
    message_ts: Token | None = None
    user_team: Id | None = None
    files: tuple[File, ...] | None = None
    message: Inner | None = None
    previous_message: Inner | None = None
    item: Item | None = None
    reaction: Word | None = None
    tab: Word | None = None
    links: tuple[Pasted, ...] | None = None
    unfurl_id: Token | None = None
    source: Word | None = None
    is_bot_user_member: bool | None = None
    tokens: Tokens | None = None


class Team(Wire, frozen=True, gc=False):
    """A workspace."""

    id: Id | None = None


class Action(Wire, frozen=True, gc=False):
    """A button that was pressed, or something else that was chosen."""

    type: Word | None = None
    action_id: Word | None = None
    block_id: Word | None = None
    value: Token | None = None
    action_ts: Stamp | None = None


class Container(Wire, frozen=True, gc=False):
    """What a button stands on."""

    type: Word | None = None
    channel_id: Id | None = None
    message_ts: Stamp | None = None
    thread_ts: Stamp | None = None
    is_ephemeral: bool | None = None


class Option(Wire, frozen=True, gc=False):
    """One choice."""

    value: Token | None = None


class Entered(Wire, frozen=True, gc=False):
    """What stands in one field of a form."""

    type: Word | None = None
    value: str | None = None
    selected_option: Option | None = None
    selected_options: tuple[Option, ...] | None = None
    selected_date: Word | None = None
    selected_user: Id | None = None
    selected_users: tuple[Id, ...] | None = None


class State(Wire, frozen=True, gc=False):
    """All that stands in a form, by block and action."""

    values: dict[str, dict[str, Entered]] | None = None


class View(Wire, frozen=True, gc=False):
    """A modal or a home tab."""

    id: Id | None = None
    type: Word | None = None
    callback_id: str | None = None
    private_metadata: Annotated[str, Meta(max_length=4096)] | None = None
    state: State | None = None


class Interaction(Wire, frozen=True, gc=False):
    """What somebody did with a button, a form or a shortcut."""

    type: Annotated[str, Meta(min_length=1, max_length=128)]
    team: Team | None = None
    user: Profile | None = None
    trigger_id: Token | None = None
    response_url: Token | None = None
    callback_id: str | None = None
    action_ts: Stamp | None = None
    container: Container | None = None
    channel: Named | None = None
    message: Inner | None = None
    actions: tuple[Action, ...] | None = None
    view: View | None = None


class Command(Wire, frozen=True, gc=False):
    """A typed command."""

    team_id: Id
    user_id: Id
    channel_id: Id
    trigger_id: Token
    text: str = ""
    user_name: str = ""
    channel_name: str = ""
    response_url: Token = ""


def decode(body: bytes | Raw | str, kind: type[T]) -> T:
    """These bytes as this type. Raises Malformed."""
    plain = body.encode() if isinstance(body, str) else bytes(body)
    try:
        return decoded(lambda some: msgspec.json.decode(some, type=kind), plain)
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError as error:  # bad JSON, wrong types and broken UTF-8 alike
        raise Malformed(str(error)) from None


def convert(value: Any, kind: type[T]) -> T:
    """These fields of a form as this type. Raises Malformed."""
    try:
        return msgspec.convert(value, kind)
    except ValueError as error:
        raise Malformed(str(error)) from None
