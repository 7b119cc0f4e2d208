"""Messages as the browser shows them: each card in one of six looks."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import orjson
from markupsafe import Markup
from msgspec import Struct

from cards import adaptive, blocks, html, limits, parts, plain, workplace
from cards.limits import clip
from cards.mrkdwn import value
from cards.words import line, reader
from core.engine.ports import Viewer
from core.message import Post, choices
from web import slack_look, teams_look, workplace_look
from web.pages import templates
from web.sandbox.model import FACILITATOR, PLAYERS, ROOMS, Player, Screen, key_of

Look = Literal["browser", "teams", "slack", "workplace", "lock", "json"]
LOOKS: tuple[Look, ...] = get_args(Look)
NAMES: Mapping[Look, str] = {
    "browser": "Browser",
    "teams": "Teams",
    "slack": "Slack",
    "workplace": "Workplace",
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
            body=card(post, screen.viewer, look, screen.at, private=_private(screen))
            if post
            else "",
            parts=_parts(screen.text),
            look=look,
            looks=[(key, NAMES[key], key == look) for key in LOOKS],
        )
    )


def card(post: Post, viewer: Viewer, look: Look, at: datetime, *, private: bool) -> Markup:
    """A card in one of its looks."""
    if look == "lock":
        return LOCK.format(at.astimezone(HERE), plain.summary(post, viewer))
    if look == "workplace" and private:
        return workplace_look.chat(workplace.chat(post, viewer))
    return DRAWN[look](post, viewer)


def _private(screen: Screen) -> bool:
    return ROOMS[key_of(screen.place)].kind == "chat"


def _json(post: Post, viewer: Viewer) -> Markup:
    native = orjson.dumps(adaptive.card(post, viewer), option=orjson.OPT_INDENT_2)
    return JSON.format(native.decode())


def _workplace(post: Post, viewer: Viewer) -> Markup:
    """A post in a group, whose choices have numbers."""
    who = reader(post, viewer)
    answers = [
        (
            clip(line(button.label, who), limits.LABEL),
            value(parts.carried(button.action, button.args, post.slot)),
        )
        for button in choices(post)
    ]
    return workplace_look.post(workplace.group_post(post, viewer), answers)


DRAWN: Mapping[Look, Callable[[Post, Viewer], Markup]] = {
    "browser": html.post,
    "teams": lambda post, viewer: teams_look.card(adaptive.card(post, viewer)),
    "slack": lambda post, viewer: slack_look.message(blocks.message(post, viewer)),
    "workplace": _workplace,
    "json": _json,
}


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
    where = "" if _private(screen) else f" in {room.title}"
    if screen.removed:
        return f"A message{where} was removed."
    words = plain.summary(screen.post, screen.viewer) if screen.post else screen.text
    return f"{player.name if player else 'Coterie'}{where}: {words}"


def _player(account: str) -> Player | None:
    return PLAYERS.get(key_of(account)) if account else None
