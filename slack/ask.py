"""What Coterie asks Slack: who is in a place, whose e-mail it is, a channel, an invitation."""

import re
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from core.engine.errors import (
    DeliveryError,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import Actor, Address, Answer, Asker, Reader
from slack.client import Client, Revoked, read
from slack.people import Found, Metadata
from slack.scene import Team
from slack.wire import Id
from slack.workspace import Workspace

PAGE = "100"
INVITED_AT_ONCE = 100
TOGETHER = 8
NAME = 80
FORBIDDEN = re.compile(r"[^\w-]+")

STARTING = "Slack has not said yet who I am there. Try again in a minute."
UNKNOWN = "I do not know that place any more. Mention me there once, and try again."
NOT_THERE = "Coterie is not in that channel any more. Write /invite @Coterie there, and try again."
NO_ROSTER = "Slack did not say who is there. You can still invite people by list or by code."
REVOKED = (
    "Slack does not take our token any more. Whoever runs Coterie has to install its app in the"
    " workspace again."
)
NOT_ALLOWED = (
    "Slack does not let me make channels here. Make the channel yourself, write /invite @Coterie"
    " there, and start the cohort there."
)
NAME_TAKEN = (
    "There is a channel of that name already. Start the cohort there, or give it another name."
)
NO_CHANNEL = "Slack did not make the channel. Make it yourself, and start the cohort there."
NO_LOOKUP = (
    "Slack does not let me look people up by e-mail. An admin can allow it (users:read.email)."
)
NOT_INVITED = "Slack did not let me invite these people. Someone in the channel can: /invite @name."
NO_CHAT = "Slack did not open a chat with these people. They can still write to each other there."


class Members(Struct, frozen=True):
    """One page of who is in a place."""

    members: tuple[Id, ...] = ()
    response_metadata: Metadata = Metadata()


class Made(Struct, frozen=True):
    """A channel that was made."""

    id: Id = ""
    name: str = ""


class Making(Struct, frozen=True):
    """The answer to making a channel."""

    channel: Made = Made()


class Questions:
    """The questions that the engine may put to Slack."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._client: Client = workspace.client

    def askers(self) -> Mapping[str, Asker]:
        """The questions by name."""
        return {
            "slack.members": self.members,
            "slack.lookup": self.lookup,
            "slack.make_channel": self.make_channel,
            "slack.invite": self.invite,
            "slack.make_chat": self.make_chat,
        }

    async def members(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A page of the people in `place`, from `cursor` on; programs are left out."""
        place = await reader.get(Address, question.get("place", ""))
        if place is None:
            return Answer(error=UNKNOWN)
        try:
            team = self._team()
            page = await self._client.ask(
                "conversations.members",
                Members,
                channel=place.ref.get("conversation", ""),
                cursor=question.get("cursor", ""),
                limit=PAGE,
            )
            people = await self._workspace.people.find(page.members, team)
        except Revoked:
            return Answer(error=REVOKED)
        except (RetryLater, Uncertain) as error:
            raise RetryLater(getattr(error, "after", None), error.why) from error
        except Rejected:
            return Answer(error=NO_ROSTER)
        except DeliveryError:
            return Answer(error=NOT_THERE)
        cursor = page.response_metadata.next_cursor
        return Answer(people=people, cursor=cursor, learned=_reached(people))

    async def lookup(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """Whoever has this `email` in the workspace, if anybody has."""
        try:
            team = self._team()
            email = question.get("email", "").strip()
            found = await self._client.ask("users.lookupByEmail", Found, email=email)
        except Revoked:
            return Answer(error=REVOKED)
        except (RetryLater, Uncertain) as error:
            raise RetryLater(getattr(error, "after", None), error.why) from error
        except Unreachable:
            return Answer()
        except DeliveryError:
            return Answer(error=NO_LOOKUP)
        who = self._workspace.people.learn(found.user, team)
        if who is None:
            return Answer()
        return Answer(people=(who,), learned=_reached((who,)))

    async def make_channel(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A channel as near to `name` as Slack lets us, with those in `people` invited."""
        team = self._team()
        try:
            made = await self._make(channel_name(question.get("name", "")))
        except (NotAllowed, Unreachable):
            return Answer(error=NOT_ALLOWED)
        except Rejected as error:
            return Answer(error=NAME_TAKEN if "name_taken" in error.why else NO_CHANNEL)
        except Revoked:
            return Answer(error=REVOKED)
        except RetryLater:
            raise
        except DeliveryError:
            return Answer(error=NO_CHANNEL)
        place = f"slack:{team.id}:{made.id}"
        values = {"place": place, "title": made.name, "team": team.id}
        address = Address(id=place, ref={"conversation": made.id})
        users = users_of(question.get("people", ""), team)
        if users:
            values["note"] = await self._invited(made.id, users)
        return Answer(values={k: v for k, v in values.items() if v}, learned=(address,))

    async def invite(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """Brings those in `people` into `place`; whoever is there already stays."""
        place = await reader.get(Address, question.get("place", ""))
        if place is None:
            return Answer(error=UNKNOWN)
        users = users_of(question.get("people", ""), self._team())
        return Answer(error=await self._invited(place.ref.get("conversation", ""), users))

    async def make_chat(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A chat of those in `people` with us, always the same one: answers its place."""
        team = self._team()
        users = users_of(question.get("people", ""), team)[:TOGETHER]
        try:
            answer = await self._client.tell("conversations.open", {"users": ",".join(users)})
            made = read(answer, Making).channel
        except Revoked:
            return Answer(error=REVOKED)
        except RetryLater:
            raise
        except DeliveryError:
            return Answer(error=NO_CHAT)
        place = f"slack:{team.id}:{made.id}"
        address = Address(id=place, ref={"conversation": made.id})
        return Answer(values={"place": place, "team": team.id}, learned=(address,))

    async def _invited(self, place: str, users: list[str]) -> str:
        """What went wrong, in a sentence. Raises RetryLater."""
        for start in range(0, len(users), INVITED_AT_ONCE):
            some = ",".join(users[start : start + INVITED_AT_ONCE])
            body = {"channel": place, "users": some, "force": True}
            try:
                await self._client.tell("conversations.invite", body)
            except Revoked:
                return REVOKED
            except RetryLater:
                raise
            except DeliveryError as error:
                if not error.why.endswith(" already_in_channel"):
                    return NOT_INVITED
        return ""

    async def _make(self, name: str) -> Made:
        body = {"name": name, "is_private": False}
        answer = await self._client.tell("conversations.create", body, once=True)
        return read(answer, Making).channel

    def _team(self) -> Team:
        """Our workspace. Raises RetryLater until it is known."""
        if self._workspace.team is None:
            raise RetryLater(why=STARTING)
        return self._workspace.team


def users_of(people: str, team: Team) -> list[str]:
    """The ids of those of these accounts that are of our workspace."""
    prefix = f"slack:{team.id}:"
    found = (one.strip().removeprefix(prefix) for one in people.split(",") if prefix in one)
    return [*dict.fromkeys(filter(None, found))]


def channel_name(wished: str) -> str:
    """A name that Slack takes, as near to the wish as it lets us."""
    plain = unicodedata.normalize("NFC", wished).casefold()
    words = FORBIDDEN.sub("-", plain).strip("-_")[:NAME]
    return re.sub("-{2,}", "-", words).strip("-_") or "cohort"


def _reached(people: tuple[Actor, ...]) -> tuple[Address, ...]:
    return tuple(
        Address(id=who.account, ref={"user": who.account.rpartition(":")[2]}) for who in people
    )
