"""The manifest from which an administrator makes the app in Slack: one JSON file to paste."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack.interaction import FLAG, LINK

COMMAND = "/coterie"
COLOUR = "#3b3a8c"
DOMAINS = 5
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "reactions:read",
    "users:read",
    "users:read.email",
)
MAKES = ("channels:manage", "groups:write.invites")
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "tokens_revoked",
    "user_change",
)
SHORT = "Learn with the people you work with, right in your channels"
LONG = """\
Coterie helps a group of colleagues to learn from each other without leaving Slack.

An organiser starts a cohort in a channel. Whoever wants to joins with one press. The group \
agrees on how it works together, people introduce themselves and say what they are working on.

You decide how much you hear from Coterie: it keeps to your hours, writes unasked at most three \
times a week, answers “why” to every message and stops when you say so.

What you write stays with your group and on your organisation's own server. There is no artificial \
intelligence in it, and managers see no names. Write “privacy” to see, copy or erase your data."""


class Incomplete(Exception):
    """The manifest cannot be written; says what is missing, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes into a manifest; `make_channels`: also make channels and bring their people in.

    `courses`: where courses are, by host, so that a link to one gets a card when it is pasted.
    """

    public_url: str
    make_channels: bool = False
    courses: tuple[str, ...] = ()


def build_package(plan: Plan, out: Path) -> Path:
    """Writes the manifest, the same bytes for the same plan. Raises Incomplete."""
    wrong = list(problems(plan))
    if wrong:
        raise Incomplete("\n".join(wrong))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(manifest(plan), indent=2, ensure_ascii=False) + "\n")
    return out


def problems(plan: Plan) -> Iterator[str]:
    """What is missing, each with what would put it right."""
    url = _split(plan.public_url)
    if not plan.public_url:
        yield "COTERIE_PUBLIC_URL is missing: the https address at which Slack reaches Coterie"
    elif url is None or url[0] != "https":
        yield "COTERIE_PUBLIC_URL must be an https address: Slack speaks to no other"


def manifest(plan: Plan) -> dict[str, Any]:
    """What Slack is told about us."""
    home = plan.public_url.rstrip("/")
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Coterie",
            "description": SHORT,
            "long_description": LONG,
            "background_color": COLOUR,
        },
        "features": _features(home, plan.courses),
        "oauth_config": {"scopes": {"bot": list(scopes(make_channels=plan.make_channels))}},
        "settings": {
            "event_subscriptions": {
                "request_url": f"{home}/slack/events",
                "bot_events": list(EVENTS),
            },
            "interactivity": {"is_enabled": True, "request_url": f"{home}/slack/interactivity"},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def scopes(*, make_channels: bool) -> tuple[str, ...]:
    """What the app asks to be allowed."""
    return tuple(sorted((*SCOPES, *(MAKES if make_channels else ()))))


def _features(home: str, courses: tuple[str, ...]) -> dict[str, Any]:
    _, domain = _split(home) or ("", "")
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Coterie", "always_online": True},
        "shortcuts": [
            _shortcut("Start a cohort", "start_cohort", "A name, a purpose, dates, two leads"),
            _shortcut("Help", "help", "What Coterie can do for you"),
            _shortcut("Send a course link", "send_course", "Say what it is for, and to whom"),
            _shortcut("Send as a course link", LINK, "Takes the link in this message", "message"),
            _shortcut(
                "Something is not right", FLAG, "Tell the moderator of your cohort", "message"
            ),
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                "url": f"{home}/slack/commands",
                "description": "Start or join a cohort, see where you stand, set your hours",
                "usage_hint": "help, status, cohort new, join CODE, send LINK, why, pause, privacy",
                "should_escape": True,
            }
        ],
        "unfurl_domains": [*dict.fromkeys((domain, *courses))][:DOMAINS],
    }


def _shortcut(name: str, callback: str, what: str, kind: str = "global") -> dict[str, str]:
    """One for the whole app, or in the menu of every message."""
    return {"name": name, "type": kind, "callback_id": callback, "description": what}


def _split(url: str) -> tuple[str, str] | None:
    """The scheme and the host of an address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return (parts.scheme, host) if host else None
