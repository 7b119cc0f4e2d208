"""Events of Slack to Events: what happened.

A mention of us in a channel comes twice, as `message` and as `app_mention`. Both have the same
time stamp, which is their id, and both are read in the same way, so that either may come first.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Raw, Struct
from msgspec.structs import replace

from core.engine.ports import Actor, Address, Event, Media
from slack.scene import Scene, Team
from slack.spoken import Names, spoken
from slack.wire import File, Happened, Inner, Malformed, Named, Profile, Type, decode

FILES = 20
LINKS = 5
SLACKBOT = "USLACKBOT"


class Shared(Struct, frozen=True, kw_only=True):
    """Links that somebody pasted, and how to answer: a query for each."""

    queries: Mapping[str, Event]
    where: Mapping[str, str]


class Parsed(Struct, frozen=True, kw_only=True):
    """What an event means. `kind` is for counting: one of a bounded number of words.

    `fresh` is a person as Slack knows them now. `joined` asks to look at who it is before they
    are called people; `lost` says that our token is worth nothing any more.
    """

    kind: str
    events: tuple[Event, ...] = ()
    fresh: Profile | None = None
    at: str = ""
    shared: Shared | None = None
    joined: bool = False
    lost: bool = False


class Reader(Struct, frozen=True, kw_only=True):
    """What is needed to read events: whose they are, and the names of people."""

    org: str
    team: Team
    name_of: Names

    def parse(self, raw: Raw) -> Parsed:
        """What this event means to us. Raises Malformed."""
        kind = decode(raw, Type).type
        read = KINDS.get(kind)
        return read(self, decode(raw, Happened)) if read else Parsed(kind="unknown")

    def scene(self, event: Happened, place: str, *, thread: str = "", user: str = "") -> Scene:
        """Where it happened."""
        guest = bool(event.user_team) and event.user_team != self.team.id
        return Scene(
            org=self.org, team=self.team, place=place, thread=thread, user=user, guest=guest
        )


# --- messages ---------------------------------------------------------------------------------


def _message(who: Reader, event: Happened) -> Parsed:
    read = SUBTYPES.get(event.subtype or "")
    return read(who, event) if read else Parsed(kind="message.other")


def _said(who: Reader, event: Happened) -> Parsed:
    user, place, ts = _user(event), _place(event), event.ts or ""
    if event.bot_id or not user or user in {who.team.bot_user, SLACKBOT}:
        return Parsed(kind="message.of_a_bot")
    if not ts:
        raise Malformed("Expected a time stamp - at `$.event.ts`")
    text, mentioned = spoken(event.text or "", who.team.bot_user, who.name_of)
    media = tuple(_media(event.files or ()))
    if not (text or mentioned or media):
        return Parsed(kind="message.empty")
    thread = event.thread_ts or ("" if place.startswith("D") else ts)
    scene = who.scene(event, place, thread=thread, user=user)
    told = scene.event("message", "message", scene.id(place, ts), message=ts)
    told = replace(told, text=text, mentioned=mentioned, media=media)
    return Parsed(kind="message", events=(told,))


def _edited(who: Reader, event: Happened) -> Parsed:
    """What a person changed; what Slack adds to a message, such as previews, changes no words."""
    new, old = event.message or Inner(), event.previous_message or Inner()
    if new.subtype == "tombstone":
        return _gone(who, event, old)
    if _ours(who, new) or not new.user or new.text == old.text:
        return Parsed(kind="message.unchanged")
    stamp = (new.edited.ts if new.edited else None) or event.event_ts or event.ts or ""
    scene = _about(who, event, new)
    id = scene.id(scene.place, new.ts or "", "edited", stamp)
    told = scene.event("message", "message.edited", id, message=new.ts or "")
    text, mentioned = spoken(new.text or "", who.team.bot_user, who.name_of)
    return Parsed(kind="message.edited", events=(replace(told, text=text, mentioned=mentioned),))


def _deleted(who: Reader, event: Happened) -> Parsed:
    return _gone(who, event, event.previous_message or Inner())


def _gone(who: Reader, event: Happened, old: Inner) -> Parsed:
    ts = event.deleted_ts or old.ts or ""
    if _ours(who, old) or not ts:
        return Parsed(kind="message.unchanged")
    scene = _about(who, event, old)
    told = scene.event(
        "message", "message.deleted", scene.id(scene.place, ts, "deleted"), message=ts
    )
    return Parsed(kind="message.deleted", events=(told,))


def _about(who: Reader, event: Happened, message: Inner) -> Scene:
    """Where a message stands that something happened to; its author did it, as far as we know."""
    place = _place(event)
    ts = "" if place.startswith("D") else message.ts or ""
    thread = message.thread_ts or ts
    return who.scene(event, place, thread=thread, user=message.user or "")


def _ours(who: Reader, message: Inner) -> bool:
    """Whether a message is of a program, as ours are."""
    return bool(message.bot_id) or message.user in {who.team.bot_user, SLACKBOT}


def _reaction(who: Reader, event: Happened) -> Parsed:
    item, user = event.item, _user(event)
    if not (item and item.channel and item.ts and user) or user == who.team.bot_user:
        return Parsed(kind="reaction.other")
    name = "reaction.added" if event.type == "reaction_added" else "reaction.removed"
    scene = who.scene(event, item.channel, user=user)
    kind = event.reaction or ""
    id = scene.id(item.channel, item.ts, name, user, kind, event.event_ts or "")
    told = scene.event("message", name, id, message=item.ts)
    return Parsed(kind=name, events=(replace(told, args={"type": kind}),))


def _media(files: tuple[File, ...]) -> Iterator[Media]:
    for one in files[:FILES]:
        if one.url_private and one.mode not in {"tombstone", "hidden_by_limit"}:
            yield Media(
                name=one.name or "",
                mime=one.mimetype or "",
                size=max(one.size or 0, 0),
                handle=one.url_private,
            )


# --- places and people ------------------------------------------------------------------------


def _member(who: Reader, event: Happened) -> Parsed:
    """Somebody came or went; we are somebody too."""
    came = event.type == "member_joined_channel"
    place, user, at = _place(event), _user(event), event.event_ts or ""
    if user == who.team.bot_user:
        return _here(who, event, there=came)
    if not user or user == SLACKBOT:
        return Parsed(kind="member.other")
    name = "people.added" if came else "people.removed"
    scene = who.scene(event, place)
    told = scene.event("place", name, scene.id(place, name, user, at))
    people = (Actor(account=scene.account(user), guest=_foreign(who, event)),)
    return Parsed(kind=name, events=(replace(told, people=people),), joined=True)


def _foreign(who: Reader, event: Happened) -> bool:
    return bool(event.user_team) and event.user_team != who.team.id


def _here(who: Reader, event: Happened, *, there: bool) -> Parsed:
    """We came into a place, or are gone from it: then what we knew of it no longer holds."""
    place, at = _place(event), event.event_ts or event.ts or ""
    name = "place.added" if there else "place.removed"
    scene = who.scene(event, place)
    told = scene.event("place", name, scene.id(place, name, at))
    state: Literal["ok", "not_installed"] = "ok" if there else "not_installed"
    address = Address(id=scene.account(place), ref={"conversation": place}, state=state)
    args = {"at": at} if at else {}
    told = replace(told, learned=(address,), args=args)
    return Parsed(kind=name, events=(told,), joined=there)


def _left(who: Reader, event: Happened) -> Parsed:
    return _here(who, event, there=False)


def _back(who: Reader, event: Happened) -> Parsed:
    return _here(who, event, there=True)


def _renamed(who: Reader, event: Happened) -> Parsed:
    place = _place(event)
    title = event.channel.name if isinstance(event.channel, Named) else ""
    scene = who.scene(event, place)
    told = scene.event("place", "place.renamed", scene.id(place, "renamed", event.event_ts or ""))
    origin = told.origin and replace(told.origin, title=title or "")
    return Parsed(kind="place.renamed", events=(replace(told, origin=origin),))


def _person(who: Reader, event: Happened) -> Parsed:
    """Somebody is new, or not who they were."""
    known = event.user
    fresh = known if isinstance(known, Profile) and known.id else None
    at = event.event_ts or ""
    return Parsed(kind="person" if fresh else "person.other", fresh=fresh, at=at)


def _home(who: Reader, event: Happened) -> Parsed:
    """Somebody looks at us: at the home tab, or at our chat for the first time."""
    user, place = _user(event), _place(event)
    if not user:
        raise Malformed("Expected an id - at `$.event.user`")
    if event.tab == "messages":
        scene = who.scene(event, place, user=user)
        told = scene.event("place", "place.added", scene.id(place, "opened"))
        return Parsed(kind="home.messages", events=(told,))
    scene = who.scene(event, f"home-{user}", user=user)
    told = scene.event("place", "home.opened", scene.id("home", user, event.event_ts or ""))
    home = Address(id=scene.account(f"home-{user}"), ref={"home": user})
    mine = Address(id=scene.account(user), ref={"user": user})
    origin = told.origin and replace(told.origin, private=True)
    return Parsed(kind="home.opened", events=(replace(told, origin=origin, learned=(home, mine)),))


# --- the rest ---------------------------------------------------------------------------------


def _links(who: Reader, event: Happened) -> Parsed:
    """Somebody pasted links to where courses are; each may have a card, if there is one."""
    user, place = _user(event), _place(event)
    if not user or user == who.team.bot_user:
        return Parsed(kind="links.other")
    scene = who.scene(event, place, user=user)
    member = "true" if event.is_bot_user_member else "false"
    asked = scene.event("message", "link.preview", scene.id(place, event.message_ts or "", "links"))
    urls = dict.fromkeys(link.url for link in (event.links or ())[:LINKS] if link.url)
    queries = {url: replace(asked, args={"url": url, "member": member}) for url in urls}
    return Parsed(kind="links", shared=Shared(queries=queries, where=_where(event, place)))


def _where(event: Happened, place: str) -> Mapping[str, str]:
    if event.unfurl_id and event.source:
        return {"unfurl_id": event.unfurl_id, "source": event.source}
    return {"channel": place, "ts": event.message_ts or ""}


def _lost(who: Reader, event: Happened) -> Parsed:
    bots = event.tokens.bot if event.tokens else None
    return Parsed(kind=event.type, lost=event.type == "app_uninstalled" or bool(bots))


def _user(event: Happened) -> str:
    return event.user.id if isinstance(event.user, Profile) else event.user or ""


def _place(event: Happened) -> str:
    """The channel. Raises Malformed without one."""
    place = event.channel.id if isinstance(event.channel, Named) else event.channel
    if not place:
        raise Malformed("Expected an id - at `$.event.channel`")
    return place


SUBTYPES: Mapping[str, Callable[[Reader, Happened], Parsed]] = {
    "": _said,
    "file_share": _said,
    "me_message": _said,
    "thread_broadcast": _said,
    "message_changed": _edited,
    "message_deleted": _deleted,
}
KINDS: Mapping[str, Callable[[Reader, Happened], Parsed]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "member_joined_channel": _member,
    "member_left_channel": _member,
    "channel_left": _left,
    "group_left": _left,
    "channel_archive": _left,
    "group_archive": _left,
    "channel_deleted": _left,
    "group_deleted": _left,
    "channel_unarchive": _back,
    "group_unarchive": _back,
    "channel_rename": _renamed,
    "group_rename": _renamed,
    "team_join": _person,
    "user_change": _person,
    "app_home_opened": _home,
    "link_shared": _links,
    "app_uninstalled": _lost,
    "tokens_revoked": _lost,
}
