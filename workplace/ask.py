"""What Coterie asks Workplace: who is in a group, who has an address, a group of its own."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import Actor, Address, Answer, Asker, Reader
from workplace.client import Client, Item, Request, path, read, readable
from workplace.errors import Closed, ReadOnly, TokenDead, fault
from workplace.payload import Id, word
from workplace.scene import group, name, private
from workplace.standing import Standing

PAGE, EMPTY = 100, 20
MOST_PAGES = 1000
GROUP_NAME = 75
PROFILE = "id,name,email,title,locale,account_claim_time,managers{id}"
SHARED = "WORK_MULTI_COMPANY"

UNKNOWN = "I do not know that group any more. Mention me there once, and try again."
NOT_THERE = "Coterie does not see that group. A system admin can give the integration access."
NO_ROSTER = "Workplace did not say who is there. You can still invite people by list or by code."
MULTI_COMPANY = (
    "That group is shared with another company, and Workplace lets no integration post there."
    " Make a group of your own company, and start the cohort there."
)
NOT_ALLOWED = (
    "Workplace does not let me make groups. A system admin can allow it (manage groups); or make"
    " the group yourself, and start the cohort there."
)
NO_GROUP = "Workplace did not make the group. Make it yourself, and start the cohort there."
NO_OWNER = (
    "Workplace made the group and did not let anybody in, so I put it away again. Make it yourself,"
    " and start the cohort there."
)
NO_EMAIL = "That is no e-mail address."
NOT_INVITED = "Workplace did not let me add {n} of {all}. A group admin can add them."


class Manager(Struct, frozen=True):
    """Somebody's manager."""

    id: Id = ""


class Managers(Struct, frozen=True):
    """An edge, of which the first counts."""

    data: tuple[Manager, ...] = ()


class Profile(Struct, frozen=True):
    """Somebody, as far as our permissions show."""

    id: Id = ""
    name: str | None = None
    email: str | None = None
    title: str | None = None
    locale: str | None = None
    account_claim_time: str | int | None = None
    managers: Managers | None = None


class Group(Struct, frozen=True):
    """A group."""

    id: Id = ""
    name: str = ""
    purpose: str | None = None


class Questions:
    """The questions that the engine may put to Workplace."""

    def __init__(self, client: Client, standing: Standing) -> None:
        self._client, self._standing = client, standing

    def askers(self) -> Mapping[str, Asker]:
        """The questions by name."""
        return {
            "workplace.members": self.members,
            "workplace.lookup": self.lookup,
            "workplace.make_channel": self.make_channel,
            "workplace.invite": self.invite,
        }

    async def members(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A page of the people in `place`, from `cursor` on."""
        place = await reader.get(Address, question.get("place", ""))
        if place is None or place.ref.get("type") != "group":
            return Answer(error=UNKNOWN)
        try:
            return await self._members(place, question.get("cursor", ""))
        except DeliveryError as error:
            return Answer(error=_sentence(error, NOT_THERE, NO_ROSTER))

    async def lookup(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """The person with this `email`, or nobody."""
        email = question.get("email", "").strip()
        if not 3 <= len(email) <= 254 or email.count("@") != 1 or not email.isprintable():  # noqa: PLR2004 - RFC 5321
            return Answer(error=NO_EMAIL)
        try:
            found = await self._client.get(path(email), Profile, fields=PROFILE)
        except (Gone, Rejected):
            return Answer()
        except DeliveryError as error:
            return Answer(error=_sentence(error, NOT_THERE, NO_ROSTER))
        return self._people((found,)) if word(found.id) else Answer()

    async def make_channel(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """A group called `name` with its `owner`, an account, in it: answers place and title."""
        wished, community = group_name(question.get("name", "")), self._community()
        owner = user_of(question.get("owner", ""), community)
        if not owner:
            return Answer(error=NO_GROUP)
        fields = {"name": wished, "privacy": "CLOSED", "group_type": "WORK_TEAMWORK"}
        try:
            made = await self._client.post("community/groups", Group, fields)
        except Uncertain:  # a second try would make a second group
            return Answer(error=NO_GROUP)
        except DeliveryError as error:
            return Answer(error=_sentence(error, NOT_ALLOWED, NO_GROUP))
        if not await self._owned(word(made.id), owner):
            return Answer(error=NO_OWNER)
        there = group(community, word(made.id))
        return Answer(values={"place": there.id, "title": wished, "team": ""}, learned=(there,))

    async def invite(self, question: Mapping[str, str], reader: Reader) -> Answer:
        """Lets `people`, accounts joined by commas, into the group of `place`."""
        place = await reader.get(Address, question.get("place", ""))
        if place is None or place.ref.get("type") != "group":
            return Answer(error=UNKNOWN)
        wanted = question.get("people", "").split(",")
        users = [user for one in wanted if (user := user_of(one, self._community()))]
        where = path(place.ref["conversation"], "members")
        try:
            answers = await self._client.batch(
                [Request("POST", where, {"member": user}) for user in users]
            )
        except DeliveryError as error:
            return Answer(error=_sentence(error, NOT_THERE, NO_ROSTER))
        missed = len(wanted) - sum(map(fine, answers))
        return Answer(error=NOT_INVITED.format(n=missed, all=len(wanted)) if missed else "")

    async def _members(self, place: Address, cursor: str) -> Answer:
        """The next page with somebody on it; a list that never ends does, after many pages."""
        id = place.ref["conversation"]
        if not cursor:
            about = await self._client.get(path(id), Group, fields="id,name,purpose")
            if about.purpose == SHARED:
                return Answer(error=MULTI_COMPANY)
        number, _, after = cursor.partition(":")
        at = int(number) if number.isdecimal() else 0
        there: list[Profile] = []
        ended = False
        for _ in range(EMPTY):
            fields = {"fields": "id,name", "limit": str(PAGE)}
            page = await self._client.page(path(id, "members"), after, **fields)
            there = [one for one in readable(page.data, Profile) if word(one.id)]
            at, ended, after = at + 1, page.cursor in ("", after), page.cursor
            if there or ended:
                break
        found = self._people(await self._profiles(there))
        more = "" if not after or ended or at >= MOST_PAGES else f"{at}:{after}"
        return Answer(people=found.people, cursor=more, learned=found.learned)

    async def _profiles(self, people: Sequence[Profile]) -> list[Profile]:
        """All about them; of whom nothing is told, the name is enough."""
        wanted = [Request("GET", f"{word(one.id)}?fields={PROFILE}") for one in people]
        answers = await self._client.batch(wanted)
        return [_profile(answer) or one for one, answer in zip(people, answers, strict=True)]

    def _people(self, found: Sequence[Profile]) -> Answer:
        known = self._standing.known
        people = tuple(
            person(one, self._community())
            for one in found
            if known is None or word(one.id) != known.page
        )
        return Answer(people=people, learned=tuple(private(who.account) for who in people))

    async def _owned(self, made: str, owner: str) -> bool:
        """Whether somebody is in the group: one without a member is seen by nobody."""
        try:
            await self._client.call("POST", path(made, "members"), {"member": owner})
            await self._client.call("POST", path(made, "admins"), {"uid": owner})
        except DeliveryError:
            await self._put_away(made)
            return False
        return True

    async def _put_away(self, made: str) -> None:
        try:
            await self._client.call("POST", path(made), {"archive": "true"})
        except DeliveryError:
            return

    def _community(self) -> str:
        known = self._standing.known
        if known is None:
            raise RetryLater(why=self._standing.why)
        return known.community


def person(found: Profile, community: str) -> Actor:
    """An account as Workplace vouches for it: an address counts once its owner has claimed it."""
    bosses = found.managers.data if found.managers else ()
    return Actor(
        account=name(community, word(found.id)),
        name=found.name or "",
        email=(found.email or "") if found.account_claim_time else "",
        title=found.title or "",
        manager=name(community, word(bosses[0].id)) if bosses else "",
        locale=found.locale or "",
    )


def user_of(account: str, community: str) -> str:
    """The user that an account of this community is of; "" for any other."""
    prefix = name(community, "")
    account = account.strip()
    return account.removeprefix(prefix) if account.startswith(prefix) else ""


def group_name(wished: str) -> str:
    """A name that Workplace takes."""
    return " ".join(wished.split())[:GROUP_NAME].strip() or "Cohort"


def fine(answer: Item | None) -> bool:
    """Whether one request of a batch was done."""
    if answer is None:
        return False
    return answer.code < 300 and fault(answer.body.encode()) is None  # noqa: PLR2004 - success


def _profile(answer: Item | None) -> Profile | None:
    try:
        return read(answer.body, Profile) if answer and fine(answer) else None
    except Rejected:
        return None


def _sentence(error: DeliveryError, forbidden: str, failed: str) -> str:
    """What to tell a human. Raises RetryLater where it is worth asking again."""
    match error:
        case Closed() | ReadOnly() | TokenDead():
            return error.why
        case RetryLater():
            raise error
        case Uncertain():
            raise RetryLater(why=error.why)
        case NotAllowed() | Unreachable() | Gone():
            return forbidden
        case _:
            return failed
