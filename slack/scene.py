"""Who did something, where, and how to reach them again: what all events of Slack share."""

from msgspec import Struct

from core.engine.ports import Actor, Address, Event, Origin, Source

PEOPLE = ("U", "W")
ALONE = ("D", *PEOPLE)
OPEN = ("C", "G")


class Team(Struct, frozen=True, kw_only=True):
    """The workspace that we are installed in, and who we are there."""

    id: str
    bot_user: str
    bot_id: str = ""
    url: str = ""


class Scene(Struct, frozen=True, kw_only=True):
    """The surroundings of something that happened. A place may be a person: their own chat."""

    org: str
    team: Team
    place: str = ""
    thread: str = ""
    user: str = ""
    name: str = ""
    guest: bool = False

    @property
    def private(self) -> bool:
        """Whether only the person and Coterie are there."""
        return self.place.startswith(ALONE)

    def id(self, *parts: str) -> str:
        """The id of what happened."""
        return "/".join(("slack", self.team.id, *filter(None, parts)))

    def account(self, user: str) -> str:
        """The account of somebody."""
        return f"slack:{self.team.id}:{user}"

    def event(self, source: Source, name: str, id: str, *, message: str = "") -> Event:
        """An event with its who and where."""
        origin = Origin(
            place=self.account(self.place),
            thread=self.thread,
            message=message,
            private=self.private,
            overheard=self.place.startswith(OPEN),
            team=self.team.id,
        )
        return Event(
            id=id,
            org=self.org,
            source=source,
            name=name,
            by=self.by(),
            origin=origin,
            learned=self.learned(),
        )

    def by(self) -> Actor | None:
        """Whoever did it, as far as the event says; `People` knows more."""
        if not self.user:
            return None
        return Actor(account=self.account(self.user), name=self.name, guest=self.guest)

    def learned(self) -> tuple[Address, ...]:
        """How the place and the person are reached from now on."""
        mine = {"user": self.user, "conversation": self.place}
        if self.place.startswith(PEOPLE):
            return (Address(id=self.account(self.place), ref={"user": self.place}),)
        place = Address(id=self.account(self.place), ref={"conversation": self.place})
        if not self.user:
            return (place,)
        ref = mine if self.private else {"user": self.user}
        return (place, Address(id=self.account(self.user), ref=ref))
