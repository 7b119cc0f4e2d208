"""What somebody chooses in the menu of a message, or beside the box in which they write."""

from msgspec import Struct, field, json
from msgspec.structs import replace

from core.engine.ports import Actor, Event
from teams.activity import Attachment, Id, Slug, read
from teams.cloud import GUID
from teams.scene import Scene
from teams.spoken import plain, with_links

FLAG, LINK, SEND = "flagMessage", "sendMessageLink", "sendCourse"
ACTIONS = {FLAG: "moderation.flag", LINK: "courses.from_message", SEND: "courses.send"}
MINE = ("service", "bot", "user")


class User(Struct, frozen=True, rename="camel"):
    """Whoever wrote it: the id is the directory's."""

    id: Slug | None = None
    display_name: str | None = None


class From(Struct, frozen=True):
    """A person, or else a program."""

    user: User | None = None


class Body(Struct, frozen=True, rename="camel"):
    """What was written."""

    content: str | None = None
    content_type: str | None = None


class Payload(Struct, frozen=True):
    """The message whose menu it was."""

    id: Id | None = None
    from_: From | None = field(default=None, name="from")
    body: Body | None = None
    attachments: tuple[Attachment, ...] | None = None


class Chosen(Struct, frozen=True, rename="camel"):
    """The value of composeExtension/fetchTask."""

    command_id: str | None = None
    message_payload: Payload | None = None


_chosen = json.Decoder(Chosen | None)


def chosen(scene: Scene) -> tuple[Event, ...]:
    """A press, with the message, its words and its author; nothing when it is none of ours."""
    asked = read(scene.activity.value, _chosen) or Chosen()
    name = ACTIONS.get(asked.command_id or "")
    if name is None:
        return ()
    told = asked.message_payload or Payload()
    event = replace(
        scene.acted("press", name, message=told.id or ""),
        text=_text(told),
        people=_author(told.from_, scene.tenant),
        inline=True,
        opener="task",
    )
    return (apart(event),)


def _text(told: Payload) -> str:
    """Its words, and the links in it."""
    body = told.body or Body()
    content = body.content or ""
    words = plain(content, (body.content_type or "") == "html")
    return with_links(words, content, told.attachments or ())


def _author(wrote: From | None, tenant: str) -> tuple[Actor, ...]:
    """Nobody where a program wrote it."""
    who = wrote.user if wrote else None
    if who is None or not GUID.fullmatch(who.id or ""):
        return ()
    account = f"teams:{tenant}:{(who.id or '').lower()}"
    return (Actor(account=account, name=who.display_name or ""),)


def apart(event: Event) -> Event:
    """The menu is also there where Coterie is not: nobody is reached, or answered, in that chat."""
    by = event.by and event.by.account
    learned = tuple(
        replace(one, ref={name: one.ref[name] for name in MINE if name in one.ref})
        for one in event.learned
        if one.id == by
    )
    return replace(
        event, origin=event.origin and replace(event.origin, private=False), learned=learned
    )
