"""What people typed, as Slack writes it down, turned back into plain words."""

import html
import re
from collections.abc import Callable

Names = Callable[[str], str]

TOKEN = re.compile(r"<((?:[@#!]|[A-Za-z][A-Za-z0-9+.-]{0,20}:)[^<>\n]{1,2000})>")
SPACES = re.compile(r"[ \t]{2,}")


def spoken(text: str, bot: str, name_of: Names) -> tuple[str, bool]:
    """The words without the mention of the bot, and whether there was one.

    People become their names where these are known; what Slack marked up becomes what was seen.
    """
    if "<" not in text:
        return _plain(text), False
    mine = f"@{bot}"
    mentioned = False

    def seen(token: re.Match[str]) -> str:
        nonlocal mentioned
        what, _, label = token[1].partition("|")
        if what == mine:
            mentioned = True
            return ""
        return _seen(what, label, name_of)

    return _plain(TOKEN.sub(seen, text)), mentioned


def _seen(what: str, label: str, name_of: Names) -> str:
    """What stands for one token: its label, the name of a person, an address."""
    match what[:1]:
        case "@":
            return name_of(what[1:]) or label or what
        case "#":
            return f"#{label}" if label else what
        case "!":
            return label or f"@{what[1:].partition('^')[0]}"
        case _:
            address = what.removeprefix("mailto:")
            return address if not label or label in address else f"{label} ({address})"


def _plain(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    return SPACES.sub(" ", text.replace("\xa0", " ")).strip()
