"""What the sandbox keeps: its stage, the messages on its screens, and who and where there is."""

from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from core.engine.ports import Actor, Address, Record, Viewer
from core.message import Post

Kind = Literal["channel", "group", "chat"]


class Stage(Record, frozen=True, kw_only=True):
    """Which generation plays, since when, at what time of its own, and where Coterie is in."""

    kind: ClassVar[str] = "sandbox-stage"
    versioned: ClassVar[bool] = False

    id: str = "stage"
    generation: int
    began: datetime
    at: datetime
    begun: bool = False
    installed: tuple[str, ...] = ()

    @property
    def tenant(self) -> str:
        """The tenant of all accounts and places of this generation."""
        return f"g{self.generation}"


class Screen(Record, frozen=True, kw_only=True):
    """A message as the sandbox received it. `by` "" is Coterie.

    Tenant, number and id are given to it when it is put up.
    """

    kind: ClassVar[str] = "screen"
    indexes: ClassVar[tuple[str, ...]] = ("tenant",)
    versioned: ClassVar[bool] = False

    id: str = ""
    tenant: str = ""
    n: int = 0
    place: str
    at: datetime
    by: str = ""
    thread: str = ""
    key: str = ""
    text: str = ""
    post: Post | None = None
    viewer: Viewer = Viewer()
    edits: int = 0
    removed: bool = False


RECORDS: tuple[type[Record], ...] = (Stage, Screen)


class Player(Struct, frozen=True):
    """A fictional person."""

    key: str
    name: str
    part: str
    zone: str = "Europe/Berlin"

    @property
    def initials(self) -> str:
        """What stands in the round picture."""
        return "".join(word[0] for word in self.name.split())

    def actor(self, tenant: str) -> Actor:
        """The account as the sandbox vouches for it."""
        return Actor(
            account=f"sandbox:{tenant}:{self.key}",
            name=self.name,
            email=self.mail(tenant),
            zone=self.zone,
            locale="en",
        )

    def mail(self, tenant: str) -> str:
        """The address by which providers of courses know them; nobody has it."""
        return f"{self.key}@{tenant}.hilltop.example"

    def address(self, tenant: str) -> Address:
        """Where the account is reached: the private chat with Coterie."""
        return Address(
            id=f"sandbox:{tenant}:{self.key}", ref={"place": f"sandbox:{tenant}:chat-{self.key}"}
        )


class Room(Struct, frozen=True):
    """A place to talk."""

    key: str
    title: str
    kind: Kind
    team: str = ""

    def id(self, tenant: str) -> str:
        """The id of the place."""
        return f"sandbox:{tenant}:{self.key}"

    def address(self, tenant: str) -> Address:
        """Where the place is reached: itself."""
        return Address(id=self.id(tenant), ref={"place": self.id(tenant)})


PLAYERS = {
    player.key: player
    for player in (
        Player("robin", "Robin Rivers", "Facilitator"),
        Player("sky", "Sky Meadows", "Learner"),
        Player("sunny", "Sunny Brooks", "Moderator"),
        Player("forest", "Forest Hill", "Learner"),
        Player("misty", "Misty Vale", "Learner"),
        Player("coral", "Coral Banks", "Learner"),
        Player("heath", "Heath Fielding", "Learner"),
        Player("ivy", "Ivy Green", "Learner"),
        Player("dale", "Dale Woods", "Learner", zone="Europe/London"),
        Player("fern", "Fern Shore", "Learner"),
        Player("clay", "Clay Stone", "Learner"),
        Player("jasper", "Jasper Lake", "Learner"),
    )
}
FACILITATOR = PLAYERS["robin"]
CHANNEL = Room("channel", "better-handovers", "channel", team="Hilltop Hospital")
GROUP = Room("group", "Early shift", "group")
ROOMS = {
    room.key: room
    for room in (
        CHANNEL,
        GROUP,
        *(Room(f"chat-{player.key}", "Coterie", "chat") for player in PLAYERS.values()),
    )
}


def tenant_of(id: str) -> str:
    """The tenant in the id of an account or place."""
    return id.split(":", 2)[1]


def key_of(id: str) -> str:
    """The key of the player or room in the id of an account or place."""
    return id.split(":", 2)[2]


def sees(player: Player, room: Room) -> bool:
    """Whether somebody is in a place: everybody shares all but the private chats."""
    return room.kind != "chat" or room.key == f"chat-{player.key}"
