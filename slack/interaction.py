"""Buttons, forms, shortcuts and commands of Slack to Events, and how each can be answered."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Literal
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.engine.ports import Actor, Event
from slack.scene import OPEN, Scene, Team
from slack.spoken import Names, spoken
from slack.wire import (
    Command,
    Container,
    Entered,
    Inner,
    Interaction,
    Malformed,
    Profile,
    convert,
    decode,
)

OTHERS = "/others"  # a second picker of the same field
FIELDS = 32
FLAG, LINK = "flag_message", "send_message_link"
SHORTCUTS: Mapping[str, str] = {
    "start_cohort": "cohorts.create",
    "help": "people.help",
    "send_course": "courses.send",
    LINK: "courses.from_message",
    FLAG: "moderation.flag",
}

Surface = Literal["message", "home", "form", "shortcut", "command"]


class Carried(Struct, frozen=True):
    """What our buttons and forms carry: an action, its arguments, the slot of their card.

    Forms also know where they were asked for, and which of their fields are yes or no.
    """

    a: str
    k: Mapping[str, str] = {}
    s: str = ""
    p: str = ""
    t: str = ""
    m: str = ""
    y: tuple[str, ...] = ()


class Asked(Struct, frozen=True, kw_only=True):
    """Something that somebody did and waits for: `kind` for counting, and ways to answer.

    Without an event it is none of ours, or nothing of today.
    """

    kind: str
    surface: Surface
    event: Event | None = None
    trigger: str = ""
    url: str = ""
    ephemeral: bool = False


def form_of(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises Malformed."""
    try:
        text = body.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS))
    except ValueError as error:
        raise Malformed(f"no form: {error}") from None


def payload_of(body: bytes) -> Interaction:
    """The interaction in the body of a request. Raises Malformed."""
    payload = form_of(body).get("payload")
    if not payload:
        raise Malformed("Expected a field `payload`")
    return decode(payload, Interaction)


def command_of(fields: Mapping[str, str]) -> Command:
    """The command in the fields of a form. Raises Malformed."""
    return convert(dict(fields), Command)


# --- buttons, forms, shortcuts ------------------------------------------------------------------


def interacted(told: Interaction, org: str, team: Team, name_of: Names) -> Asked | None:
    """What was done; None when nothing has to happen. Raises Malformed."""
    match told.type:
        case "block_actions":
            return _pressed(told, org, team)
        case "view_submission":
            return _submitted(told, org, team)
        case "shortcut" | "message_action":
            return _shortcut(told, org, team, name_of)
        case _:
            return None


def _pressed(told: Interaction, org: str, team: Team) -> Asked | None:
    """A button; what is chosen in a list says nothing yet, and links open by themselves."""
    user, box = _who(told), told.container or Container()
    action = next((one for one in told.actions or () if one.type == "button"), None)
    if action is None or not action.value:
        return None
    place = box.channel_id or (told.channel.id if told.channel else "")
    surface: Surface = "message" if box.message_ts else "home"
    message = box.message_ts or ""
    stands = "" if box.is_ephemeral else message
    thread = box.thread_ts or _below(place or user.id, stands)
    asked = Asked(
        kind="block_actions",
        surface=surface,
        trigger=told.trigger_id or "",
        url=told.response_url or "",
        ephemeral=bool(box.is_ephemeral),
    )
    carried = _carried(action.value)
    if carried is None:
        return asked
    scene = _scene(user, org, team, place or user.id, thread)
    at, name = action.action_ts or told.trigger_id or "", action.action_id or ""
    id = scene.id(place, message, user.id, at, name)
    event = scene.event("press", carried.a, id, message=stands)
    event = _placed(event, carried.s, asked.trigger)
    return replace(asked, event=replace(event, args=carried.k))


def _submitted(told: Interaction, org: str, team: Team) -> Asked:
    user, view = _who(told), told.view
    if view is None or not view.id:
        raise Malformed("Expected an id - at `$.view.id`")
    asked = Asked(kind="view_submission", surface="form", trigger=told.trigger_id or "")
    carried = _carried(view.private_metadata or "")
    if carried is None:
        return asked
    values = (view.state.values if view.state else None) or {}
    entered = _values(values, f"slack:{team.id}:", carried.y)
    digest = blake2b(msgspec.json.encode(entered, order="sorted"), digest_size=8).hexdigest()
    scene = _scene(user, org, team, carried.p or user.id, carried.t)
    id = scene.id("view", view.id, user.id, digest)
    event = scene.event("form", carried.a, id, message=carried.m)
    event = _placed(event, carried.s, asked.trigger)
    people = _named(entered, f"slack:{team.id}:")
    event = replace(event, args=carried.k, values=entered, people=people)
    return replace(asked, event=event)


def _shortcut(told: Interaction, org: str, team: Team, name_of: Names) -> Asked:
    """Of the whole app, or of the menu of a message."""
    user = _who(told)
    asked = Asked(
        kind=told.type,
        surface="shortcut",
        trigger=told.trigger_id or "",
        url=told.response_url or "",
    )
    name = SHORTCUTS.get(told.callback_id or "")
    if name is None:
        return asked
    about = told.message if told.type == "message_action" else None
    place = (about and told.channel and told.channel.id) or ""
    place = place if place.startswith(OPEN) else user.id
    scene = _scene(user, org, team, place, _thread(about, place))
    id = scene.id("shortcut", user.id, told.action_ts or told.trigger_id or "")
    event = scene.event("press", name, id, message=(about and about.ts) or "")
    event = _placed(replace(event, learned=event.learned[-1:]), "", asked.trigger)
    return replace(asked, event=_quoting(event, about or Inner(), team, name_of))


def _thread(about: Inner | None, place: str) -> str:
    """The thread that a message is in, or would begin."""
    return (about and (about.thread_ts or _below(place, about.ts or ""))) or ""


def _quoting(event: Event, about: Inner, team: Team, name_of: Names) -> Event:
    """The event with what the message says and who wrote it, unless a program did."""
    text, _ = spoken(about.text or "", team.bot_user, name_of)
    wrote = "" if about.bot_id or about.user == team.bot_user else about.user
    author = (Actor(account=f"slack:{team.id}:{wrote}"),) if wrote else ()
    return replace(event, text=text, people=author)


def commanded(told: Command, org: str, team: Team, name_of: Names, *, alone: bool = False) -> Asked:
    """A command is a mention with words, where it was typed; `alone`: nobody else is meant."""
    text, _ = spoken(told.text, team.bot_user, name_of)
    place = told.user_id if alone else told.channel_id
    user = Profile(id=told.user_id, name=told.user_name)
    scene = _scene(user, org, team, place, "")
    id = scene.id("command", told.user_id, told.trigger_id)
    event = _placed(scene.event("message", "message", id), "", told.trigger_id)
    return Asked(
        kind="command",
        surface="command",
        event=replace(event, text=text, mentioned=True),
        trigger=told.trigger_id,
        url=told.response_url,
    )


# --- what they have in common -------------------------------------------------------------------


def _who(told: Interaction) -> Profile:
    if told.user is None or not told.user.id:
        raise Malformed("Expected an id - at `$.user.id`")
    return told.user


def _scene(user: Profile, org: str, team: Team, place: str, thread: str) -> Scene:
    """Where it was done; whoever is of another workspace is a guest."""
    guest = bool(user.team_id) and user.team_id != team.id
    name = user.username or user.name or ""
    return Scene(
        org=org, team=team, place=place, thread=thread, user=user.id, name=name, guest=guest
    )


def _placed(event: Event, slot: str, trigger: str) -> Event:
    origin = event.origin and replace(event.origin, slot=slot)
    return replace(event, origin=origin, inline=True, opener=trigger)


def _below(place: str, message: str) -> str:
    """The thread for answers to a message in the open."""
    return message if place.startswith(("C", "G")) else ""


def _carried(value: str) -> Carried | None:
    """What a button or form of ours says; None for one of another time."""
    try:
        return msgspec.json.decode(value, type=Carried)
    except (ValueError, RecursionError):
        return None


def _values(
    blocks: Mapping[str, Mapping[str, Entered]], prefix: str, toggles: tuple[str, ...]
) -> dict[str, str]:
    """What stands in each field, by its name; lists are joined by commas.

    Whoever was picked from all of Slack stands beside those of a list, or in place of the one.
    """
    found: dict[str, str] = {}
    for block in sorted(blocks, key=lambda name: name.endswith(OTHERS)):
        name, was = block.removesuffix(OTHERS), found.get(block.removesuffix(OTHERS), "")
        for field in blocks[block].values():
            now = _entered(field, prefix)
            alone = field.type == "users_select" or not was
            found[name] = (now or was) if alone else ",".join(filter(None, (was, now)))
    return found | {name: "true" if found.get(name) == "true" else "false" for name in toggles}


def _entered(field: Entered, prefix: str) -> str:
    users = (*(field.selected_users or ()), *filter(None, (field.selected_user,)))
    options = (*(field.selected_options or ()), *filter(None, (field.selected_option,)))
    listed = (*(prefix + user for user in users), *(one.value or "" for one in options))
    return (field.value or field.selected_date or ",".join(listed)).strip()


def _named(values: Mapping[str, str], prefix: str) -> tuple[Actor, ...]:
    """The accounts that were picked."""
    found = (id for value in values.values() if prefix in value for id in value.split(","))
    return tuple(Actor(account=id) for id in dict.fromkeys(found) if id.startswith(prefix))
