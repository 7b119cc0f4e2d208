"""A workspace as its Slack keeps it: people, channels, messages, windows; and its limits."""

import itertools
import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM, FOREIGN = "T0COTERIE", "T0ELSEWHERE"
BOT, BOT_ID = "U0BOT", "B0BOT"
TRIGGER_SECONDS = 3.0
ANSWER_SECONDS, ANSWER_USES = 1800.0, 5
TIERS = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.unfurl": 50,
    "conversations.create": 20,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.invite": 50,
    "conversations.members": 100,
    "conversations.open": 50,
    "conversations.replies": 50,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
    "views.open": 100,
    "views.publish": 100,
}
_numbers = itertools.count(1)


def number() -> str:
    """Another one each time."""
    return f"{next(_numbers):06}"


class Wrong(Exception):
    """An answer of Slack that is no success."""

    def __init__(self, error: str, status: int = 200, after: int | None = None) -> None:
        super().__init__(f"{status} {error}")
        self.error, self.status, self.after = error, status, after


@dataclass(eq=False)
class Human:
    """Somebody in the workspace, or a guest, or a program."""

    name: str
    email: str = ""
    tz: str = "Europe/London"
    locale: str = "en-GB"
    title: str = ""
    team: str = TEAM
    restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    id: str = field(default_factory=lambda: f"U0{number()}")

    @property
    def account(self) -> str:
        """As Coterie names them."""
        return f"slack:{TEAM}:{self.id}"

    def shown(self) -> Json:
        """As users.info tells of them."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.lower().replace(" ", "."),
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": self.restricted,
            "is_ultra_restricted": False,
            "is_email_confirmed": True,
            "tz": self.tz,
            "locale": self.locale,
            "profile": {
                "real_name": self.name,
                "display_name": self.name.partition(" ")[0],
                "email": self.email or f"{self.id.lower()}@example.com",
                "title": self.title,
            },
        }


@dataclass(eq=False)
class Channel:
    """A conversation. `there`: the bot is in it."""

    id: str
    name: str = ""
    people: list[Human] = field(default_factory=list)
    there: bool = True
    archived: bool = False

    @property
    def place(self) -> str:
        """As Coterie names it."""
        return f"slack:{TEAM}:{self.id}"

    @property
    def private(self) -> bool:
        """Whether it is somebody's chat with the bot."""
        return self.id.startswith("D")

    def shown(self) -> Json:
        """As conversations.info tells of it."""
        kind: Json = {"is_im": True, "user": self.people[0].id} if self.private else {}
        named = {} if self.private else {"name": self.name, "is_member": self.there}
        return {"id": self.id, "is_archived": self.archived, **named, **kind}


@dataclass(eq=False)
class Message:
    """What the bot posted, as it stands now."""

    ts: str
    channel: str
    thread: str
    payload: Json
    edits: int = 0
    deleted: bool = False

    @property
    def blocks(self) -> list[Json]:
        """What it is made of."""
        found: list[Json] = self.payload.get("blocks", [])
        return found

    def buttons(self) -> Iterator[Json]:
        """All that can be pressed."""
        for block in self.blocks:
            if block["type"] == "actions":
                yield from block["elements"]

    def button(self, label: str) -> Json:
        """The button with this label."""
        return next(one for one in self.buttons() if one["text"]["text"] == label)


@dataclass(eq=False)
class Window:
    """A modal that is open before somebody."""

    id: str
    user: Human
    view: Json


@dataclass
class Way:
    """A trigger or a response_url: when it was given out, and how often it was used."""

    at: float
    used: int = 0


class World:
    """All of it."""

    def __init__(self) -> None:
        self.people: dict[str, Human] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.log: list[Message] = []

    def human(self, name: str, **more: Any) -> Human:
        """Somebody new."""
        return self.add(Human(name, **more))

    def add(self, human: Human) -> Human:
        """Somebody who was made elsewhere."""
        self.people[human.id] = human
        return human

    def channel(self, *people: Human, name: str = "handovers", there: bool = True) -> Channel:
        """A public channel with these people."""
        return self.new(Channel(f"C0{number()}", name, [*people], there))

    def chat(self, human: Human) -> Channel:
        """Somebody's own chat with the bot."""
        known = self.channels.get(f"D{human.id}")
        return known or self.new(Channel(f"D{human.id}", people=[human]))

    def find(self, id: str) -> Channel:
        """Where the bot may speak. Raises Wrong."""
        human = self.people.get(id)
        if human is not None:
            self.person(id)
            return self.chat(human)
        place = self.channels.get(id)
        if place is None:
            raise Wrong("channel_not_found")
        if place.archived:
            raise Wrong("is_archived")
        if not place.there:
            raise Wrong("not_in_channel")
        return place

    def person(self, id: str) -> Human:
        """Somebody who can be written to. Raises Wrong."""
        human = self.people.get(id)
        if human is None:
            raise Wrong("user_not_found")
        if human.deleted:
            raise Wrong("user_disabled")
        if human.is_bot:
            raise Wrong("cannot_dm_bot")
        return human

    def message(self, channel: str, ts: str) -> Message:
        """One of the bot's own that still stands. Raises Wrong."""
        found = self.messages.get((channel, ts))
        if found is None or found.deleted:
            raise Wrong("message_not_found")
        return found

    def posted(self, place: Channel, thread: str, payload: Json) -> Message:
        """A new message of the bot."""
        made = Message(stamp(), place.id, thread, payload)
        self.messages[place.id, made.ts] = made
        self.log.append(made)
        return made

    def new(self, place: Channel) -> Channel:
        """A conversation that was made elsewhere."""
        return self.channels.setdefault(place.id, place)


def stamp() -> str:
    """A time stamp as Slack makes them, another one each time."""
    return f"1772442000.{number()}"


class Limits:
    """One message a second in each channel, and so many calls a minute of each method."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.enforced = True
        self.refused = 0
        self._times: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=1000))

    def check(self, method: str, channel: str) -> None:
        """Counts a call. Raises Wrong when it is one too many."""
        if method == "chat.postMessage":
            self._count(f"{method} {channel}", 1, 0.95)
        elif method in TIERS:
            self._count(method, TIERS[method], 60.0)

    def _count(self, what: str, most: int, seconds: float) -> None:
        now, times = self.clock(), self._times[what]
        if self.enforced and len(times) >= most and now - times[-most] < seconds:
            self.refused += 1
            raise Wrong("ratelimited", 429, math.ceil(times[-most] + seconds - now) or 1)
        times.append(now)
