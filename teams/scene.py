"""Who did something, where, and how to reach them again: what all events of an activity share."""

import re
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from core.engine.ports import Actor, Address, Event, Origin, Source
from teams.activity import Account, Activity, Malformed

MENTIONS = 50
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Scene:
    """The surroundings of one activity."""

    __slots__ = ("activity", "base", "bot", "conversation", "data", "org", "tenant", "thread")

    def __init__(self, activity: Activity, org: str, body: bytes) -> None:
        self.activity, self.org = activity, org
        self.tenant = activity.tenant or "local"
        self.bot = (activity.recipient and activity.recipient.id) or ""
        where = (activity.conversation and activity.conversation.id) or ""
        self.conversation, _, self.thread = where.partition(";messageid=")
        id = activity.id or sha256(body).hexdigest()
        self.base = f"teams/{self.tenant}/{self.conversation}/{id}"

    @property
    def place(self) -> str:
        """The id of the conversation, whatever thread of it this is in."""
        return f"teams:{self.tenant}:{self.conversation}"

    @property
    def private(self) -> bool:
        """Whether only the person and Coterie are there."""
        place = self.activity.conversation
        return place is not None and place.conversation_type == "personal"

    @property
    def team(self) -> str:
        """The team that the place is in, if any."""
        data = self.activity.channel_data
        return (data and data.team and data.team.id) or ""

    def event(self, source: Source, name: str, *, id: str = "", message: str = "") -> Event:
        """An event with its who and where; `id` tells the events of one activity apart."""
        by = self.actor()
        origin = Origin(
            place=self.place,
            thread=self.thread,
            message=message,
            private=self.private,
            team=self.team,
            title=(self.activity.conversation and self.activity.conversation.name) or "",
        )
        return Event(
            id=self.base + id,
            org=self.org,
            source=source,
            name=name,
            by=by,
            origin=origin,
            learned=self.learned(by),
        )

    def acted(self, source: Source, name: str, *, id: str = "", message: str = "") -> Event:
        """An event that somebody caused. Raises Malformed when nobody did."""
        event = self.event(source, name, id=id, message=message)
        if event.by is None:
            raise Malformed("Expected an id - at `$.from.id`")
        return event

    def actor(self) -> Actor | None:
        """Whoever did it, unless it was Coterie itself."""
        who = self.activity.from_
        if who is None or not who.id or who.id == self.bot:
            return None
        locale, zone = self._habits()
        return person(who, self.tenant, locale, zone)

    def learned(self, by: Actor | None) -> tuple[Address, ...]:
        """How the place and the person are reached from now on."""
        ref = {**self._service(), **self._whereabouts()}
        place = Address(id=self.place, ref=ref)
        if by is None or self.activity.from_ is None:
            return (place,)
        mine = ref if self.private else self._service()
        return (place, Address(id=by.account, ref={**mine, "user": self.activity.from_.id or ""}))

    def _service(self) -> dict[str, str]:
        return {"service": self.activity.service_url, "bot": self.bot}

    def _whereabouts(self) -> dict[str, str]:
        place, data = self.activity.conversation, self.activity.channel_data
        ref = {
            "conversation": self.conversation,
            "type": (place and place.conversation_type) or "",
        }
        if data and data.team and data.team.id:
            ref["team"] = data.team.id
        if data and data.team and data.team.aad_group_id:
            ref["group"] = data.team.aad_group_id
        return ref

    def _habits(self) -> tuple[str, str]:
        """The language and the zone of the client."""
        activity = self.activity
        locale, zone = activity.locale or "", activity.local_timezone or ""
        for entity in (activity.entities or ())[:MENTIONS]:
            if entity.type == "clientInfo":
                locale, zone = entity.locale or locale, entity.timezone or zone
        return known_locale(locale), known_zone(zone)


def overheard(address: Address) -> Address:
    """A place where we were told what did not mention us: its owner has consented to that."""
    if address.ref.get("type") not in {"channel", "groupChat"}:
        return address
    return Address(id=address.id, ref={**address.ref, "hears": "all"})


def person(who: Account, tenant: str, locale: str = "", zone: str = "") -> Actor:
    """An account as Teams vouches for it; whoever belongs to another tenant is a guest."""
    return Actor(
        account=account_id(who, tenant),
        name=who.name or "",
        email=who.email or "",
        zone=zone,
        locale=locale,
        guest=foreign(who, tenant),
    )


def account_id(who: Account, tenant: str) -> str:
    """The directory's id where it is told: it is the same for every bot."""
    return f"teams:{tenant}:{who.aad_object_id or who.object_id or who.id}"


def foreign(who: Account, tenant: str) -> bool:
    """Whether someone is a guest here, as far as it shows."""
    role, name = who.user_role or "", who.user_principal_name or ""
    elsewhere = bool(who.tenant_id) and who.tenant_id != tenant
    return elsewhere or role in {"guest", "anonymous"} or "#EXT#" in name


@lru_cache(1024)
def known_locale(name: str) -> str:
    """A language as we name them, or "" where it is none."""
    return name if LOCALE.fullmatch(name) else ""


@lru_cache(1024)
def known_zone(name: str) -> str:
    """The name of a time zone, or "" when there is none of that name."""
    try:
        return ZoneInfo(name).key if name else ""
    except (ValueError, OSError, LookupError):
        return ""
