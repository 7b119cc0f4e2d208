"""Teams' compose box: courses that somebody looks for there, and links that they paste.

Cards that come of it are theirs to post: they carry links only, and nobody is sent anything.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, json
from msgspec.structs import replace

from cards import adaptive
from cards.sheet import attached
from cards.thumbnail import thumbnail
from cards.words import text
from core.engine.ports import Done, Event, Preview, Reply, Results, Viewer
from core.message import Post, say
from teams.activity import read
from teams.scene import Scene

Json = dict[str, Any]
SEARCH, WORDS, FIRST = "searchCourses", "words", "initialRun"
PARAMETERS = 20
SLOW = say("teams.slow", "That takes longer than usual. Please try again in a moment.")


class Parameter(Struct, frozen=True):
    """What was typed, or that nothing was yet."""

    name: str | None = None
    value: str | bool | None = None


class Options(Struct, frozen=True):
    """How much of it somebody has seen."""

    skip: int | None = None


class Asked(Struct, frozen=True, rename="camel"):
    """The value of composeExtension/query."""

    command_id: str | None = None
    parameters: tuple[Parameter, ...] | None = None
    query_options: Options | None = None


class Seen(Struct, frozen=True):
    """The value of composeExtension/queryLink."""

    url: str | None = None


_asked = json.Decoder(Asked | None)
_seen = json.Decoder(Seen | None)


def looked_for(scene: Scene) -> tuple[Event, ...]:
    """The courses that somebody looks for; nothing when they have seen what there is."""
    asked = read(scene.activity.value, _asked) or Asked()
    options = asked.query_options or Options()
    if asked.command_id != SEARCH or (options.skip or 0) > 0:
        return ()
    given = (asked.parameters or ())[:PARAMETERS]
    words = next((one.value for one in given if one.name == WORDS), "")
    args = {"words": words if isinstance(words, str) else ""}
    return (replace(scene.acted("message", "courses.search"), args=args, inline=True),)


def linked(scene: Scene) -> tuple[Event, ...]:
    """A link that somebody pasted."""
    url = (read(scene.activity.value, _seen) or Seen()).url
    if not url:
        return ()
    return (replace(scene.acted("message", "link.preview"), args={"url": url}, inline=True),)


# --- the answers ----------------------------------------------------------------------------------


def found(event: Event | None, reply: Reply | None, viewer: Viewer) -> Json:
    """What a search found, or a sentence; never an error."""
    match reply:
        case _ if event is None:
            return _listed(())
        case Results(items):
            return _listed([_item(post, viewer) for post in items])
        case Done(phrase):
            return _told(text(phrase, viewer))
        case _:
            return _told(text(SLOW, viewer))


def unfurled(event: Event | None, reply: Reply | None, viewer: Viewer) -> Json:
    """The card beside a link, where there is anything to tell of it."""
    return _listed([_item(reply.post, viewer)] if isinstance(reply, Preview) else ())


def _item(post: Post, viewer: Viewer) -> Json:
    """A card, and how it looks in the list."""
    return attached(adaptive.unfurl(post, viewer)) | {"preview": thumbnail(post, viewer)}


def _listed(items: Sequence[Json]) -> Json:
    result = {"type": "result", "attachmentLayout": "list", "attachments": [*items]}
    return {"composeExtension": result}


def _told(words: str) -> Json:
    return {"composeExtension": {"type": "message", "text": words}}
