"""What Coterie asks Teams: who is in a place, who has an e-mail, and a channel of its own."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct

from core.engine.errors import (
    DeliveryError,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import PAGE, Actor, Address, Answer, Asker, Reader
from teams.activity import Account
from teams.client import Client, conversations, read
from teams.cloud import TeamsConfig
from teams.scene import person
from teams.send import service

CHANNEL_NAME = 50
FORBIDDEN = re.compile(r"[~#%&*{}+/\\:<>?|'\"\x00-\x1f]+")

UNKNOWN = "I do not know that place any more. Mention me there once, and try again."
NOT_THERE = "Coterie is not in that place any more. A team owner can add it again."
NO_ROSTER = "Teams did not say who is there. You can still invite people by list or by code."
NO_TEAM = "A channel can only be made in a team. Use this place, or add Coterie to a team."
NOT_ALLOWED = (
    "Teams does not let me make channels here. A Teams admin can allow it (Channel.Create.Group);"
    " or make the channel yourself, and start the cohort there."
)
NAME_TAKEN = "The team has a channel of that name already. Start the cohort there, or rename it."
NO_LOOKUP = (
    "Teams does not let me look people up by e-mail. A Teams admin can allow it (User.Read.All)."
)
NO_TENANT = "COTERIE_TEAMS_APP_TENANT_ID does not say in which tenant to look people up."
NO_ANSWER = "Teams did not say who has that e-mail address."
NO_CHANNEL = "Teams did not make the channel. Make it yourself, and start the cohort there."


class Roster(Struct, frozen=True, rename="camel"):
    """One page of who is there."""

    members: tuple[Account, ...] = ()
    continuation_token: str | None = None


class Details(Struct, frozen=True, rename="camel"):
    """A team, or a channel that was made."""

    id: str = ""
    aad_group_id: str = ""
    display_name: str = ""


class User(Struct, frozen=True, rename="camel"):
    """Somebody in the directory."""

    id: str = ""
    display_name: str | None = None
    mail: str | None = None
    job_title: str | None = None
    user_type: str | None = None


class Users(Struct, frozen=True):
    """Who was found."""

    value: tuple[User, ...] = ()


class Questions:
    """The questions that the engine may put to Teams."""

    def __init__(self, config: TeamsConfig, client: Client) -> None:
        self._config, self._client = config, client

    def askers(self) -> Mapping[str, Asker]:
        """The questions by name."""
        return {
            "teams.members": self.members,
            "teams.lookup": self.lookup,
            "teams.make_channel": self.make_channel,
        }

    async def members(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A page of the people in `place`, from `cursor` on."""
        place = await reader.get(Address, question.get("place", ""))
        if place is None:
            return Answer(error=UNKNOWN)
        try:
            page = await self._page(place, question.get("cursor", ""))
        except (RetryLater, Uncertain) as error:
            raise RetryLater(getattr(error, "after", None), error.why) from error
        except Rejected:
            return Answer(error=NO_ROSTER)
        except DeliveryError:
            return Answer(error=NOT_THERE)
        return self._people(place, page)

    async def lookup(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """Whoever in the directory has this `email`, as mail or to sign in."""
        tenant = self._config.tenant_id
        if not tenant:
            return Answer(error=NO_TENANT)
        mail = question.get("email", "").strip().replace("'", "''")
        wanted = quote(f"mail eq '{mail}' or userPrincipalName eq '{mail}'", safe="")
        fields = "id,displayName,mail,jobTitle,userType"
        url = f"{self._config.graph}/v1.0/users?$filter={wanted}&$select={fields}"
        try:
            answer = await self._client.call("GET", url, self._config.graph_scope)
            found = read(answer, Users).value
        except RetryLater:
            raise
        except (NotAllowed, Unreachable):  # any 403, as for channels
            return Answer(error=NO_LOOKUP)
        except (DeliveryError, ValueError):
            return Answer(error=NO_ANSWER)
        return Answer(people=tuple(_listed(one, tenant) for one in found if one.id))

    async def make_channel(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A channel called `name` in the team of `place`: answers its place and title."""
        place = await reader.get(Address, question.get("place", ""))
        if place is None or not (place.ref.get("group") or place.ref.get("team")):
            return Answer(error=NO_TEAM)
        try:
            made = await self._make(place, channel_name(question.get("name", "")))
        except (NotAllowed, Unreachable):  # any 403: Graph has many words for it
            return Answer(error=NOT_ALLOWED)
        except Rejected as error:
            return Answer(error=NAME_TAKEN if "NameAlreadyExists" in error.why else NO_CHANNEL)
        except RetryLater:
            raise
        except DeliveryError:
            return Answer(error=NO_CHANNEL)
        id = f"teams:{place.tenant}:{made.id}"
        ref = {**place.ref, "conversation": made.id, "type": "channel"}
        values = {"place": id, "title": made.display_name, "team": place.ref.get("team", "")}
        return Answer(values=values, learned=(Address(id=id, ref=ref),))

    async def _page(self, place: Address, cursor: str) -> Roster:
        where, conversation = service(place, self._config), place.ref["conversation"]
        url = f"{conversations(where, conversation, 'pagedmembers')}?pageSize={PAGE}"
        if cursor:
            url += f"&continuationToken={quote(cursor, safe='')}"
        answer = await self._client.call("GET", url, self._config.scope)
        try:
            return read(answer, Roster)
        except ValueError as error:
            raise Rejected(f"the roster cannot be read: {error}") from error

    def _people(self, place: Address, page: Roster) -> Answer:
        there = [one for one in page.members if one.id and not one.id.startswith("28:")]
        people = tuple(person(one, place.tenant) for one in there)
        common = {name: place.ref.get(name, "") for name in ("service", "bot")}
        learned = (
            Address(id=who.account, ref={**common, "user": one.id or ""})
            for who, one in zip(people, there, strict=True)
        )
        return Answer(people=people, cursor=page.continuation_token or "", learned=tuple(learned))

    async def _make(self, place: Address, name: str) -> Details:
        group = place.ref.get("group") or await self._group(place)
        url = f"{self._config.graph}/v1.0/teams/{quote(group, safe='')}/channels"
        asked = {"displayName": name, "membershipType": "standard"}
        answer = await self._client.call("POST", url, self._config.graph_scope, asked, once=True)
        try:
            return read(answer, Details)
        except ValueError as error:
            raise Rejected(f"the channel cannot be read: {error}") from error

    async def _group(self, place: Address) -> str:
        """The directory's id of a team; activities seldom tell it."""
        where = service(place, self._config).rstrip("/")
        url = f"{where}/v3/teams/{quote(place.ref['team'], safe='')}"
        answer = await self._client.call("GET", url, self._config.scope)
        try:
            return read(answer, Details).aad_group_id
        except ValueError as error:
            raise Rejected(f"the team cannot be read: {error}") from error


def _listed(user: User, tenant: str) -> Actor:
    return Actor(
        account=f"teams:{tenant}:{user.id}",
        name=user.display_name or "",
        email=user.mail or "",
        title=user.job_title or "",
        guest=user.user_type == "Guest",
    )


def channel_name(wished: str) -> str:
    """A name that Teams takes, as near to the wish as it lets us."""
    words = " ".join(FORBIDDEN.sub(" ", wished).split())[:CHANNEL_NAME]
    return words.strip("_. ") or "Cohort"
