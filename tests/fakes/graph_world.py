"""Who and what there is in a Workplace: people, groups, posts, chats."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

COMMUNITY, PAGE = "100000000000001", "200000000000002"
BOT_NAME = "Coterie"
_numbers: Iterator[int] = count(700_000_000_000_001)


class Wrong(Exception):
    """An answer of Graph that is no success."""

    def __init__(self, code: int, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(f"{code} {message}")
        self.status = status
        self.body: Json = {
            "error": {
                "message": f"(#{code}) {message}",
                "type": "OAuthException",
                "code": code,
                "fbtrace_id": "AbCdEf",
                **more,
            }
        }


def number() -> str:
    """An id, as Graph makes them."""
    return str(next(_numbers))


@dataclass(frozen=True)
class Human:
    """Somebody with a Workplace account."""

    name: str
    title: str = ""
    manager: str = ""
    claimed: bool = True
    locale: str = "en_GB"

    @property
    def id(self) -> str:
        return str(300_000_000_000_000 + uuid.uuid5(uuid.NAMESPACE_DNS, self.name).int % 10**12)

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@example.org"

    @property
    def account(self) -> str:
        """As Coterie calls them."""
        return f"workplace:{COMMUNITY}:{self.id}"

    @property
    def chat(self) -> str:
        """The place of their private chat."""
        return f"workplace:{COMMUNITY}:chat-{self.id}"

    def told(self) -> Json:
        """As a webhook names them."""
        return {"id": self.id, "name": self.name}

    def profile(self) -> Json:
        """As Graph shows them."""
        boss = {"managers": {"data": [{"id": self.manager}]}} if self.manager else {}
        claimed = {"account_claim_time": "2024-01-02T03:04:05+0000"} if self.claimed else {}
        own = {"email": self.email, "title": self.title, "locale": self.locale}
        return self.told() | own | boss | claimed


@dataclass
class Group:
    """A group of the community."""

    name: str = "Shift leads"
    people: list[Human] = field(default_factory=list)
    purpose: str = "WORK_TEAMWORK"
    id: str = field(default_factory=number)
    admins: set[str] = field(default_factory=set)
    archived: bool = False

    @property
    def place(self) -> str:
        """As Coterie calls it."""
        return f"workplace:{COMMUNITY}:{self.id}"


@dataclass
class Standing:
    """A post, or a comment below `above`, as it stands now."""

    id: str
    group: str
    message: str
    above: str = ""
    by: str = PAGE
    fields: Json = field(default_factory=dict)
    created: float = 0.0
    edits: int = 0
    deleted: bool = False


@dataclass
class Said:
    """A message that the bot wrote in a chat."""

    id: str
    to: str
    message: Json
    type: str = ""


class World:
    """All of it."""

    def __init__(self) -> None:
        self.humans: dict[str, Human] = {}
        self.groups: dict[str, Group] = {}
        self.posts: dict[str, Standing] = {}
        self.said: list[Said] = []
        self.threads: dict[str, list[str]] = {}

    def join(self, *people: Human) -> None:
        """They have accounts."""
        self.humans |= {human.id: human for human in people}

    def group(self, *people: Human, **more: Any) -> Group:
        """A group with these people."""
        self.join(*people)
        made = Group(people=[*people], **more)
        return self.groups.setdefault(made.id, made)

    def human(self, id: str) -> Human:
        """By id or e-mail. Raises Wrong."""
        found = self.humans.get(id) or next(
            (one for one in self.humans.values() if one.email == id), None
        )
        if found is None:
            raise Wrong(803, f"Some of the aliases you requested do not exist: {id}", 404)
        return found

    def post(self, id: str) -> Standing:
        """One that still stands. Raises Wrong."""
        found = self.posts.get(id)
        if found is None or found.deleted:
            raise Wrong(100, "Invalid post id: the object does not exist", error_subcode=33)
        return found

    def standing(self, group: Group, above: str | None = "") -> list[Standing]:
        """What stands in a group: posts, or the comments below one; None means both."""
        return [
            post
            for post in self.posts.values()
            if post.group == group.id and not post.deleted and above in (None, post.above)
        ]

    def wrote(self, human: Human) -> list[Json]:
        """What the bot wrote to somebody in private."""
        return [said.message for said in self.said if said.to == human.id]
