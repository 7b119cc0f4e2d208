"""The way to people: a chat or a meeting with them, as each platform opens it."""

import re
from urllib.parse import quote

from msgspec.structs import replace

from cards.words import line
from core.engine.ports import Viewer
from core.message import Block, Button, Buttons, Link, Post, Reach

MAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+")
PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def reached(post: Post, platform: str, viewer: Viewer) -> Post:
    """The Post with addresses in the place of people; without the ways that lead nowhere here."""
    if not any(_reaches(block) for block in post.blocks):
        return post
    blocks = (_found(block, platform, viewer) for block in post.blocks)
    return replace(post, blocks=tuple(block for block in blocks if block is not None))


def _reaches(block: Block) -> bool:
    return isinstance(block, Buttons) and any(
        isinstance(button, Link) and button.reach for button in block.buttons
    )


def _found(block: Block, platform: str, viewer: Viewer) -> Block | None:
    if not isinstance(block, Buttons):
        return block
    ways = (_way(button, platform, viewer) for button in block.buttons)
    found = tuple(button for button in ways if button is not None)
    return Buttons(found) if found else None


def _way(button: Button, platform: str, viewer: Viewer) -> Button | None:
    if not isinstance(button, Link) or button.reach is None:
        return button
    url = WAYS[platform](button.reach, line(button.reach.text, viewer))
    return replace(button, url=url) if url else None


def _teams(reach: Reach, text: str) -> str:
    mails, words = _mails(reach), quote(text, safe="")
    if not mails:
        return ""
    if reach.how == "chat":
        return f"https://teams.microsoft.com/l/chat/0/0?users={mails}&message={words}"
    return f"https://teams.microsoft.com/l/meeting/new?subject={words}&attendees={mails}"


def _slack(reach: Reach, text: str) -> str:
    """The chat that was made for them. Meetings are no business of this platform."""
    platform, _, rest = reach.chat.partition(":")
    team, _, place = rest.partition(":")
    known = platform == "slack" and PLAIN.fullmatch(team) and PLAIN.fullmatch(place)
    return f"https://app.slack.com/client/{team}/{place}" if known and reach.how == "chat" else ""


def _workplace(reach: Reach, text: str) -> str:
    """A chat with one person; with several it has to be made by hand."""
    users = [one.rpartition(":")[2] for one in reach.accounts if one.startswith("workplace:")]
    alone = len(users) == len(reach.accounts) == 1 and PLAIN.fullmatch(users[0])
    return f"https://work.workplace.com/chat/t/{users[0]}" if alone and reach.how == "chat" else ""


def _browser(reach: Reach, text: str) -> str:
    mails = _mails(reach)
    return f"mailto:{mails}?subject={quote(text, safe='')}" if mails else ""


def _mails(reach: Reach) -> str:
    """All of them, or nothing: nobody is left out of a chat because their address is missing."""
    found = [quote(mail, safe="@+") for mail in reach.mails if MAIL.fullmatch(mail)]
    return ",".join(found) if len(found) == len(reach.mails) else ""


WAYS = {"teams": _teams, "slack": _slack, "workplace": _workplace, "browser": _browser}
