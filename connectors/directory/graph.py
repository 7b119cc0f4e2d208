"""What Coterie asks the directory: groups by name, and who is in one, however deep.

Graph gives pages of 999; they are handed on two hundred at a time, the rest kept until asked for.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from connectors.directory.client import READ_USERS, Graph
from core.engine.errors import DeliveryError, Gone, NotAllowed, RetryLater
from core.engine.ports import PAGE, Actor, Answer, Asker, Reader

FOUND = 10
WORDS = 100
WHOLE = 999
PAGES = 250
KEPT = 8
ID = re.compile(r"[0-9A-Za-z-]{1,64}")
CURSOR = re.compile(r"([0-9]{1,4}) ([0-9]{1,4}) (\S+)")
FIELDS = "id,displayName,mail,jobTitle,userType,accountEnabled,preferredLanguage"
CAST = "transitiveMembers/microsoft.graph.user"
T = TypeVar("T")


class Named(Struct, frozen=True, rename="camel"):
    """A group that was found."""

    id: str = ""
    display_name: str | None = None


class Groups(Struct, frozen=True):
    """Those that were found."""

    value: tuple[Named, ...] = ()


class User(Struct, frozen=True, rename="camel"):
    """Somebody in a group; what may not be read is None."""

    id: str = ""
    display_name: str | None = None
    mail: str | None = None
    job_title: str | None = None
    user_type: str | None = None
    account_enabled: bool | None = None
    preferred_language: str | None = None


class Users(Struct, frozen=True):
    """A page of them, and where the next one is."""

    value: tuple[User, ...] = ()
    next: str | None = msgspec.field(default=None, name="@odata.nextLink")


class Spot(NamedTuple):
    """How far a reader has come: the so-manieth page, from there on, and its address."""

    page: int
    at: int
    url: str

    @property
    def cursor(self) -> str:
        """The spot as it comes back."""
        return f"{self.page} {self.at} {self.url}"


class Listed(NamedTuple):
    """A page as it is handed on."""

    people: tuple[Actor, ...]
    next: str


class Directory:
    """The questions that the engine may put to the directory."""

    def __init__(self, graph: Graph, url: str, tenant: str) -> None:
        self._graph, self._groups, self._tenant = graph, f"{url}/v1.0/groups", tenant
        self._kept: OrderedDict[str, Listed] = OrderedDict()

    def askers(self) -> Mapping[str, Asker]:
        """The questions by name."""
        return {
            "directory.groups": _answered(self.groups),
            "directory.members": _answered(self.members),
        }

    async def groups(self, question: Mapping[str, str]) -> Answer:
        """The groups whose names hold these `words`, each with its size where that is told."""
        words = re.sub(r'["\\]', " ", question.get("words", ""))[:WORDS].strip()
        wanted = quote(f'"displayName:{words}"', safe="")
        search = f"&$search={wanted}" if words else ""
        url = f"{self._groups}?$select=id,displayName&$top={FOUND}&$count=true{search}"
        found = [one for one in _read(await self._graph.get(url), Groups).value if _fit(one.id)]
        sizes = await asyncio.gather(*(self._size(one.id) for one in found[:FOUND]))
        told = [
            {"id": one.id, "name": one.display_name or one.id, **({} if n is None else {"size": n})}
            for one, n in zip(found, sizes, strict=False)
        ]
        return Answer(values={"groups": msgspec.json.encode(told).decode()})

    async def members(self, question: Mapping[str, str]) -> Answer:
        """The next people of a `group` from `cursor` on: enabled, and no guests."""
        group = question.get("group", "")
        if not _fit(group):
            return Answer(error="gone")
        spot = self._spot(group, question.get("cursor", ""))
        if spot is None:
            return Answer(error="unreadable")
        listed = (self._kept.pop(spot.url, None) if spot.at else None) or await self._page(spot.url)
        after = spot.at + PAGE
        if after < len(listed.people):
            self._keep(spot.url, listed)
            on = spot._replace(at=after).cursor
        else:
            on = Spot(spot.page + 1, 0, listed.next).cursor if listed.next else ""
        return Answer(people=listed.people[spot.at : after], cursor=on)

    def _spot(self, group: str, cursor: str) -> Spot | None:
        """Where to go on; None where pages lead nowhere, or round and round."""
        if not cursor:
            asked = f"$select={FIELDS}&$top={WHOLE}&$count=true"
            return Spot(0, 0, f"{self._groups}/{group}/{CAST}?{asked}")
        read = CURSOR.fullmatch(cursor)
        spot = Spot(int(read[1]), int(read[2]), read[3]) if read else None
        inside = spot and self._graph.ours(spot.url) and f"/{group}/" in spot.url
        return spot if spot and inside and spot.page < PAGES else None

    def _keep(self, url: str, listed: Listed) -> None:
        self._kept[url] = listed
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    async def _page(self, url: str) -> Listed:
        page = _read(await self._graph.get(url), Users)
        if page.value and all(one.account_enabled is None for one in page.value):
            raise NotAllowed(READ_USERS)
        if page.next and (page.next == url or not self._graph.ours(page.next)):
            raise ValueError("the next page is this one, or leads elsewhere")
        people = tuple(self._person(one) for one in page.value if _belongs(one))
        return Listed(people, page.next or "")

    def _person(self, user: User) -> Actor:
        return Actor(
            account=f"teams:{self._tenant}:{user.id}",
            name=user.display_name or "",
            email=user.mail or "",
            title=user.job_title or "",
            locale=user.preferred_language or "",
        )

    async def _size(self, group: str) -> int | None:
        """How many are in it, where that is told."""
        try:
            told = await self._graph.get(f"{self._groups}/{group}/{CAST}/$count")
            return int(told.decode("utf-8-sig"))
        except (DeliveryError, ValueError):
            return None


def _answered(ask: Callable[[Mapping[str, str]], Awaitable[Answer]]) -> Asker:
    """What goes wrong is told by one word, with the permission that would put it right."""

    async def answered(question: Mapping[str, str], reader: Reader) -> Answer:
        try:
            return await ask(question)
        except RetryLater:
            raise
        except NotAllowed as error:
            return Answer(error="off", values={"permission": error.why})
        except Gone:
            return Answer(error="gone")
        except (DeliveryError, ValueError):
            return Answer(error="unreadable")

    return answered


def _read(answer: bytes, kind: type[T]) -> T:
    """An answer as this type. Raises ValueError."""
    try:
        return msgspec.json.decode(answer, type=kind)
    except RecursionError:
        raise ValueError("an answer without a bottom") from None


def _fit(id: str) -> bool:
    return ID.fullmatch(id) is not None


def _belongs(user: User) -> bool:
    """Whether somebody can be written to: there, and one of the organisation's own."""
    return _fit(user.id) and user.account_enabled is True and user.user_type != "Guest"
