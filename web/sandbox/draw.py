"""Messages as the browser shows them: each card in one of four looks."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import orjson
from markupsafe import Markup
from msgspec import Struct

from cards import adaptive, html, plain
from core.engine.ports import Viewer
from core.message import Post
from web import teams_look
from web.pages import templates
from web.sandbox.model import FACILITATOR, PLAYERS, ROOMS, Player, Screen, key_of

Look = Literal["browser", "teams", "lock", "json"]
LOOKS: tuple[Look, ...] = get_args(Look)
NAMES: Mapping[Look, str] = {
    "browser": "Browser",
    "teams": "Teams",
    "lock": "Lock screen",
    "json": "JSON",
}
LOCK = Markup(
    '<div class="lock"><span class="lock-clock" aria-hidden="true">{:%H:%M}</span>'
    '<div class="lock-toast"><img src="/static/mark.svg" alt="" width="32" height="32">'
    "<div><span>now</span><b>Coterie</b><p>{}</p></div></div></div>"
)
JSON = Markup('<pre class="json" tabindex="0" role="group" aria-label="JSON"><code>{}</code></pre>')
_CALL = re.compile(r"(@coterie\b)", re.IGNORECASE)
HERE = ZoneInfo(FACILITATOR.zone)


class Shown(Struct, frozen=True, kw_only=True):
    """A message for the page: where it belongs, and its HTML. `plain` is for screen readers."""

    id: str
    n: int
    place: str
    thread: str
    by: str
    edits: int
    removed: bool
    plain: str
    html: str


def shown(screen: Screen, look: Look) -> Shown:
    """The message, its card in this look."""
    return Shown(
        id=screen.id,
        n=screen.n,
        place=key_of(screen.place),
        thread=screen.thread,
        by=key_of(screen.by) if screen.by else "",
        edits=screen.edits,
        removed=screen.removed,
        plain=_plain(screen),
        html=_html(screen, look),
    )


def _html(screen: Screen, look: Look) -> str:
    post = screen.post
    return (
        templates()
        .get_template("message.html")
        .render(
            screen=screen,
            player=_player(screen.by),
            clock=clock(screen.at),
            moment=f"{screen.at.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
            body=card(post, screen.viewer, look, screen.at) if post else "",
            parts=_parts(screen.text),
            look=look,
            looks=[(key, NAMES[key], key == look) for key in LOOKS],
        )
    )


def card(post: Post, viewer: Viewer, look: Look, at: datetime) -> Markup:
    """A card in one of its looks."""
    match look:
        case "browser":
            return html.post(post, viewer)
        case "teams":
            return teams_look.card(adaptive.card(post, viewer))
        case "lock":
            return LOCK.format(at.astimezone(HERE), plain.summary(post, viewer))
        case "json":
            native = orjson.dumps(adaptive.card(post, viewer), option=orjson.OPT_INDENT_2)
            return JSON.format(native.decode())


def clock(at: datetime) -> str:
    """A time as the people of the sandbox say it."""
    return f"{at.astimezone(HERE):%a %-d %b, %H:%M}"


def _parts(text: str) -> list[tuple[str, bool]]:
    """The text, and which parts of it call Coterie."""
    pieces = _CALL.split(text)
    return [(piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece]


def _plain(screen: Screen) -> str:
    """What a screen reader says when it comes."""
    room, player = ROOMS[key_of(screen.place)], _player(screen.by)
    where = f" in {room.title}" if room.kind != "chat" else ""
    if screen.removed:
        return f"A message{where} was removed."
    words = plain.summary(screen.post, screen.viewer) if screen.post else screen.text
    return f"{player.name if player else 'Coterie'}{where}: {words}"


def _player(account: str) -> Player | None:
    return PLAYERS.get(key_of(account)) if account else None
