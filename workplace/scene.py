"""Where something happened in Workplace and who did it, and how both are reached again."""

from dataclasses import dataclass

from core.engine.ports import QUESTIONS, Actor, Address, Event, Origin, Source
from workplace.payload import Someone, word
from workplace.standing import Known

CHAT, THREAD = "chat-", "t_"


def name(community: str, what: str) -> str:
    """The id of an account or a place."""
    return f"workplace:{community}:{what}"


def chat(community: str, user: str) -> Address:
    """The private chat with somebody; it need not be made."""
    id = f"{CHAT}{user}"
    return Address(id=name(community, id), ref={"type": "chat", "conversation": id, "user": user})


def private(account: str) -> Address:
    """The same, as what an account is reached by."""
    community, user = account.split(":", 2)[1:]
    return Address(id=account, ref=chat(community, user).ref)


def group(community: str, id: str) -> Address:
    """A group."""
    return Address(id=name(community, id), ref={"type": "group", "conversation": id})


def thread(community: str, id: str) -> Address:
    """A chat of several people, by its key."""
    id = f"{THREAD}{id.removeprefix(THREAD)}"
    return Address(id=name(community, id), ref={"type": "thread", "conversation": id, "thread": id})


@dataclass(frozen=True, slots=True)
class Scene:
    """The surroundings of one thing that happened."""

    org: str
    who: Known
    by: Someone | None
    place: Address

    @property
    def private(self) -> bool:
        """Whether only the person and Coterie are there."""
        return self.place.ref["type"] == "chat"

    def actor(self) -> Actor | None:
        """Whoever did it, unless it was Coterie itself."""
        known = self.by and word(self.by.id)
        return actor(self.by, self.who.community) if self.by and known else None

    def event(self, source: Source, what: str, id: str, **origin: str) -> Event:
        """An event with its who and where; `id` says what happened in this community."""
        by = self.actor()
        asks = source in ("press", "form") or (source == "message" and what == "message")
        return Event(
            id=f"workplace/{self.who.community}/{id}",
            org=self.org,
            source=source,
            name=what,
            by=by,
            origin=Origin(
                place=self.place.id,
                private=self.private,
                overheard=self.place.ref["type"] == "group",
                team="" if self.private else self.who.community,
                **origin,
            ),
            opener=QUESTIONS if asks else "",
            learned=self._learned(by),
        )

    def _learned(self, by: Actor | None) -> tuple[Address, ...]:
        """Of a group only what calls us tells that we can be there: see the parser."""
        if self.place.ref["type"] == "group":
            return ()
        mine = (private(by.account),) if by and self.private else ()
        return (self.place, *mine)


def actor(who: Someone, community: str) -> Actor:
    """An account as a delivery names it."""
    return Actor(account=name(community, word(who.id)), name=who.name or "")
