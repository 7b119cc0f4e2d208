"""Who the people of a workspace are: what its events leave out, kept for a while in memory.

The whole workspace is read once in the background, and changes are told to us; so hardly anyone
has to be asked about. Whoever nobody knows in time counts as a guest until they are known.
"""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from core.engine.errors import DeliveryError, RetryLater, Unreachable
from core.engine.ports import Actor, Event
from slack.client import Client
from slack.scene import Team
from slack.wire import Facts, Profile

log = logging.getLogger("coterie.slack")

SLACKBOT = "USLACKBOT"
KNOWN = 20_000
PAGE = "1000"
PATIENCE = 0.5
PAUSE = 3.0
ASKED_AT_ONCE = 20


class Metadata(Struct, frozen=True):
    """Where the next page begins."""

    next_cursor: str = ""


class Listed(Struct, frozen=True):
    """One page of everybody."""

    members: tuple[Profile, ...] = ()
    response_metadata: Metadata = Metadata()


class Found(Struct, frozen=True):
    """One person."""

    user: Profile = Profile()


def actor(who: Profile, team: Team) -> Actor | None:
    """A person as Slack vouches for them; None for programs and for who is no longer there."""
    if who.is_bot or who.is_workflow_bot or who.deleted or who.id in {"", SLACKBOT, team.bot_user}:
        return None
    facts = who.profile or Facts()
    guest = foreign(who, team)
    sure = not guest and who.is_email_confirmed is not False
    return Actor(
        account=f"slack:{team.id}:{who.id}",
        name=facts.real_name or who.real_name or facts.display_name or who.name or "",
        email=(sure and facts.email) or "",
        title=facts.title or "",
        zone=who.tz or "",
        locale=who.locale or "",
        guest=guest,
    )


def foreign(who: Profile, team: Team) -> bool:
    """Whether someone is a guest here."""
    elsewhere = bool(who.team_id) and who.team_id != team.id
    return elsewhere or bool(who.is_restricted or who.is_ultra_restricted or who.is_stranger)


class People:
    """Those that we have heard of, the last twenty thousand; programs are known as nobody."""

    def __init__(self, client: Client) -> None:
        self.counts: Counter[str] = Counter()
        self._client = client
        self._known: OrderedDict[str, Actor | None] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, float] = {}
        self._closed_until = 0.0

    def name_of(self, user: str) -> str:
        """The name of somebody, if we have heard of them."""
        known = self._known.get(user)
        return known.name if known else ""

    def learn(self, who: Profile, team: Team) -> Actor | None:
        """Somebody as they are now."""
        if not who.id:
            return None
        found = actor(who, team)
        self._known.pop(who.id, None)
        self._known[who.id] = found
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)
        return found

    async def introduced(self, event: Event, team: Team) -> Event | None:
        """The event with all that is known of its people; None when only programs did it."""
        wanted = {one.account.rpartition(":")[2] for one in _all(event)}
        unknown = [user for user in wanted if user not in self._known][:ASKED_AT_ONCE]
        if unknown:
            await self._look(unknown, team)
        by = self._known_as(event.by) if event.by else None
        people = tuple(one for one in map(self._known_as, event.people) if one)
        if by is None and (event.by or (event.people and not people)):
            return None
        return replace(event, by=by, people=people)

    async def preload(self, team: Team) -> None:
        """Reads the whole workspace, page by page; what cannot be read is asked for later."""
        cursor, first = "", True
        while (cursor or first) and len(self._known) < KNOWN:
            try:
                page = await self._client.ask(
                    "users.list", Listed, cursor=cursor, limit=PAGE, include_locale="true"
                )
            except RetryLater as later:
                await asyncio.sleep(PAUSE if later.after is None else later.after)
                continue
            except DeliveryError as error:
                log.warning("the people of the workspace could not be listed: %s", error.why)
                return
            for who in page.members:
                self.learn(who, team)
            cursor, first = page.response_metadata.next_cursor, False
            await asyncio.sleep(PAUSE if cursor else 0)

    async def find(self, users: Sequence[str], team: Team) -> tuple[Actor, ...]:
        """Those of these that are people, asked for one after another. Raises DeliveryError."""
        found = []
        for user in users:
            if user not in self._known and user != team.bot_user:
                with suppress(Unreachable):
                    await self._fetch(user, team)
            found.append(self._known.get(user))
        return tuple(one for one in found if one)

    def _known_as(self, who: Actor) -> Actor | None:
        user = who.account.rpartition(":")[2]
        if user not in self._known:
            return replace(who, guest=True)
        known = self._known[user]
        return known and replace(known, guest=known.guest or who.guest)

    async def _look(self, users: Sequence[str], team: Team) -> None:
        """Asks for them; the question goes on when there is no time to wait for its answer."""
        now = asyncio.get_running_loop().time()
        if now < self._closed_until:
            return
        for user in users:
            if user not in self._asking:
                self._asking[user] = asyncio.create_task(self._ask(user, team))
                self._asked[user] = now
        left = max(self._asked[user] for user in users) + PATIENCE - now
        await asyncio.wait([self._asking[user] for user in users], timeout=max(left, 0.0))

    async def _ask(self, user: str, team: Team) -> None:
        """Asks for one; what goes wrong leaves them unknown, for another time."""
        try:
            await self._fetch(user, team)
        except RetryLater as later:
            self.counts["people.later"] += 1
            wait = later.after or PAUSE
            self._closed_until = asyncio.get_running_loop().time() + wait
        except DeliveryError as error:
            self.counts["people.unknown"] += 1
            log.warning("somebody could not be looked up: %s", error.why)
        finally:
            self._asking.pop(user, None)
            self._asked.pop(user, None)

    async def _fetch(self, user: str, team: Team) -> None:
        found = await self._client.ask("users.info", Found, user=user, include_locale="true")
        self.learn(found.user, team)

    async def close(self) -> None:
        """Nobody waits any more."""
        tasks = [*self._asking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _all(event: Event) -> tuple[Actor, ...]:
    return (*((event.by,) if event.by else ()), *event.people)
