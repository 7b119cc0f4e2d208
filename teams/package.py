"""The app package that an administrator uploads to Teams: a manifest and two icons in a zip."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from teams import icons
from teams.cloud import GUID
from teams.compose import SEARCH, WORDS
from teams.menu import FLAG, LINK, SEND

PROFILE = "1.19"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{PROFILE}/MicrosoftTeams.schema.json"
PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
MIDNIGHT = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold: equal input, equal bytes

HELP = ("help", "What I can do for you here")
NEW = ("cohort new", "Start a cohort: a name, a purpose, dates, two people who lead it")
STATUS = ("status", "Your cohorts, and what comes next")
AGREEMENT = ("agreement", "How this group works together")
WHY = ("why", "Why you got a message from me")
PAUSE = ("pause", "Nothing from me for a while")
SETTINGS = ("settings", "Your hours, language and time zone")
PRIVACY = ("privacy", "See, copy or erase what I keep about you")
LEAVE = ("leave", "Leave a cohort, without giving a reason")
JOIN = ("join", "Join a cohort with the code that somebody gave you")
SEND_LINK = ("send", "Send a course link to people whom you lead")

COMMANDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "personal": (HELP, STATUS, NEW, JOIN, SEND_LINK, WHY, PAUSE, SETTINGS, PRIVACY, LEAVE),
    "team": (HELP, NEW, AGREEMENT, STATUS, PRIVACY, LEAVE),
    "groupChat": (HELP, NEW, AGREEMENT, STATUS, PRIVACY, LEAVE),
}

SHORT = "Learn with the people you work with, right in your chats"
FULL = """\
Coterie helps a group of colleagues to learn from each other without leaving Teams.

An organiser starts a cohort in a channel or group chat. Whoever wants to joins with one press. \
The group agrees on how it works together, people introduce themselves and say what they are \
working on.

You decide how much you hear from Coterie: it keeps to your hours, writes unasked at most three \
times a week, answers “why” to every message and stops when you say so.

What you write stays with your group and on your organisation's own server. There is no artificial \
intelligence in it, and managers see no names. Write “privacy” to see, copy or erase your data."""

HEARS = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
MAKES = ("Channel.Create.Group",)
DOMAINS = 20


class Incomplete(Exception):
    """The package cannot be written; says every setting that is missing, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes into a package. Without wishes it asks for no permission at all.

    `hear_threads`: also hear what does not mention Coterie. `make_channels`: make the channel for
    a new cohort. Both are granted by the owner of each team or chat, not by an administrator.
    `bring_app`: an administrator may allow Coterie in Graph to come to people by itself.
    `courses`: where courses are, by host, so that a link to one gets a card when it is pasted.
    """

    app_id: str
    public_url: str
    version: str = ""
    hear_threads: bool = False
    make_channels: bool = False
    bring_app: bool = False
    courses: tuple[str, ...] = ()


def build_package(plan: Plan, out: Path) -> Path:
    """Writes the zip, the same bytes for the same plan. Raises Incomplete."""
    wrong = list(problems(plan))
    if wrong:
        raise Incomplete("\n".join(wrong))
    text = json.dumps(manifest(plan), indent=2, ensure_ascii=False) + "\n"
    files = {
        "manifest.json": text.encode(),
        "color.png": icons.color(),
        "outline.png": icons.outline(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            info = ZipInfo(name, MIDNIGHT)
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, ZIP_DEFLATED)
    return out


def problems(plan: Plan) -> Iterator[str]:
    """What is missing, each with what would put it right."""
    if not plan.app_id:
        yield "COTERIE_TEAMS_APP_ID is missing: the “Microsoft App ID” of your Azure Bot"
    elif not GUID.fullmatch(plan.app_id):
        yield "COTERIE_TEAMS_APP_ID must look like 00000000-0000-0000-0000-000000000000"
    url = _split(plan.public_url)
    if not plan.public_url:
        yield "COTERIE_PUBLIC_URL is missing: the https address at which Teams reaches Coterie"
    elif url is None or url[0] != "https":
        yield "COTERIE_PUBLIC_URL must be an https address: Teams speaks to no other"


def manifest(plan: Plan) -> dict[str, Any]:
    """What Teams is told about us."""
    home = plan.public_url.rstrip("/")
    _, domain = _split(home) or ("", "")
    return {
        "$schema": SCHEMA,
        "manifestVersion": PROFILE,
        "version": plan.version or version(),
        "id": plan.app_id.lower(),
        "developer": {
            "name": "Coterie",
            "websiteUrl": f"{home}/",
            "privacyUrl": f"{home}/#privacy",
            "termsOfUseUrl": f"{home}/#terms",
        },
        "name": {"short": "Coterie", "full": "Coterie: learning together at work"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": icons.ACCENT,
        "bots": [_bot(plan)],
        "composeExtensions": [_compose(plan)],
        "validDomains": [domain],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        **_consent(plan, domain),
    }


def version() -> str:
    """Ours: Teams takes an update of an app only under a new one."""
    found: str = tomllib.loads(PYPROJECT.read_text())["project"]["version"]
    return found


def _bot(plan: Plan) -> dict[str, Any]:
    return {
        "botId": plan.app_id.lower(),
        "scopes": list(COMMANDS),
        "isNotificationOnly": False,
        "supportsFiles": False,
        "commandLists": [
            {
                "scopes": [scope],
                "commands": [{"title": word, "description": what} for word, what in commands],
            }
            for scope, commands in COMMANDS.items()
        ],
    }


def _compose(plan: Plan) -> dict[str, Any]:
    """What stands beside the box to write in, and in the menu of every message."""
    hosts = [*dict.fromkeys(plan.courses)][:DOMAINS]
    pasted = [{"type": "link", "value": {"domains": hosts}}]
    return {
        "botId": plan.app_id.lower(),
        "commands": [
            _search(),
            _action(
                SEND,
                "Send a course link",
                "Say what it is for and to whom, see it first, and know who got it",
                "compose",
                "commandBox",
            ),
            _action(
                LINK,
                "Send as a course link",
                "Takes the link in this message; you choose who gets it",
                "message",
            ),
            _action(
                FLAG,
                "Something is not right",
                "Tell the moderator of your cohort; nobody else learns that it was you",
                "message",
            ),
        ],
        **({"messageHandlers": pasted} if hosts else {}),
    }


def _search() -> dict[str, Any]:
    typed = {
        "name": WORDS,
        "title": "Words",
        "description": "What it is about, or a part of its title",
        "inputType": "text",
    }
    return {
        "id": SEARCH,
        "type": "query",
        "title": "Find a course",
        "description": "Search your catalogues; what you choose is posted as a card by you",
        "context": ["compose", "commandBox"],
        "initialRun": True,
        "parameters": [typed],
    }


def _action(id: str, title: str, what: str, *where: str) -> dict[str, Any]:
    """Something that opens a dialog."""
    return {
        "id": id,
        "type": "action",
        "title": title,
        "description": what,
        "context": [*where],
        "fetchTask": True,
    }


def _consent(plan: Plan, domain: str) -> dict[str, Any]:
    """What the owners of a team or chat are asked to allow; nothing unless it was wished for."""
    names = (HEARS if plan.hear_threads else ()) + (MAKES if plan.make_channels else ())
    if not (names or plan.bring_app):
        return {}
    id = plan.app_id.lower()
    ours = {"webApplicationInfo": {"id": id, "resource": f"api://{domain}/{id}"}}
    asked = [{"name": name, "type": "Application"} for name in names]
    return ours | ({"authorization": {"permissions": {"resourceSpecific": asked}}} if asked else {})


def _split(url: str) -> tuple[str, str] | None:
    """The scheme and the host of an address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return (parts.scheme, host) if host else None
