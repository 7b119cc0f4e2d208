"""The workspace that our token is for: who we are there, and the places that we are in."""

import asyncio
import logging
from collections import OrderedDict
from contextlib import suppress

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.engine.errors import DeliveryError, Rejected, RetryLater, Unreachable
from core.engine.ports import Event
from slack.client import Client, Revoked, read
from slack.people import People
from slack.scene import Team
from slack.wire import Id

log = logging.getLogger("coterie.slack")

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
LOOK = 60.0
PATIENCE = 0.8
PLACES = 10_000


class Ourselves(Struct, frozen=True):
    """What auth.test says of a token."""

    team_id: Id = ""
    user_id: Id = ""
    bot_id: Id = ""
    url: str = ""


class Channel(Struct, frozen=True):
    """A place, as far as we need to know it."""

    id: Id = ""
    name: str | None = None
    is_member: bool | None = None
    is_im: bool | None = None
    is_mpim: bool | None = None
    user: Id | None = None


class Described(Struct, frozen=True):
    """What is known of a channel."""

    channel: Channel = Channel()


class Workspace:
    """Known from a moment after the start; until then nobody is let in."""

    def __init__(self, client: Client) -> None:
        self.client, self.people = client, People(client)
        self.team: Team | None = None
        self._places: OrderedDict[str, Channel] = OrderedDict()

    async def run(self) -> None:
        """Finds out who we are and who is there, and stays awake."""
        await self.prepare()
        await self.watch()

    async def watch(self, look: float = LOOK) -> None:
        """A token that is worth nothing is tried again now and then: it may be put right."""
        while True:
            await asyncio.sleep(look)
            if self.client.revoked:
                with suppress(DeliveryError):
                    await self.client.scopes()

    async def prepare(self, wait: float = FIRST_WAIT) -> None:
        """Asks who we are until Slack says so, then reads who else is there."""
        while self.team is None:
            try:
                self.team = await self._identified()
            except DeliveryError as error:
                log.warning("Slack does not say who we are: %s", error.why)
                await asyncio.sleep(_patience(error) or wait)
                wait = min(2 * wait, LONGEST_WAIT)
        await self.people.preload(self.team)

    def missing(self) -> list[str]:
        """What keeps us from working, for `/ready`."""
        if self.client.revoked:
            return [f"Slack: the token is worth nothing any more ({self.client.revoked})"]
        return [] if self.team else ["Slack: it has not said yet who we are"]

    def forget(self) -> None:
        """The app was removed, or its token revoked."""
        self.client.lose("token_revoked")

    async def there(self, place: str, user: str) -> bool:
        """Whether we are in a place, so that an answer can stand there."""
        try:
            known = await self._described(place)
        except (DeliveryError, TimeoutError) as error:
            return not isinstance(error, Unreachable) and not place.startswith("D")
        return bool(known.is_member or known.is_mpim or (known.is_im and known.user == user))

    async def titled(self, event: Event) -> Event:
        """The event with the name of its place, where that can be told in time."""
        if event.origin is None or event.origin.title:
            return event
        try:
            known = await self._described(event.origin.place.rpartition(":")[2])
        except (DeliveryError, TimeoutError) as error:
            log.warning("a channel could not be looked up: %s", type(error).__name__)
            return event
        return replace(event, origin=replace(event.origin, title=known.name or ""))

    def heard(self, event: Event) -> None:
        """Where we hear what is said, we are; what happens to a place makes us look again."""
        place = event.origin.place.rpartition(":")[2] if event.origin else ""
        if event.name.startswith("place."):
            self._places.pop(place, None)
        elif event.name == "message" and not place.startswith("D") and place not in self._places:
            self._keep(Channel(id=place, is_member=True))

    async def _described(self, place: str) -> Channel:
        """What Slack says of a place. Raises DeliveryError, or TimeoutError."""
        known = self._places.get(place)
        if known is not None:
            return known
        async with asyncio.timeout(PATIENCE):
            found = await self.client.ask("conversations.info", Described, channel=place)
        return self._keep(msgspec.structs.replace(found.channel, id=place))

    def _keep(self, place: Channel) -> Channel:
        if place.is_member or place.is_im or place.is_mpim:
            self._places[place.id] = place
            if len(self._places) > PLACES:
                self._places.popitem(last=False)
        return place

    async def _identified(self) -> Team:
        answer, _ = await self.client.scopes()
        found = read(answer, Ourselves)
        if not (found.team_id and found.user_id):
            raise Rejected("auth.test names no workspace")
        return Team(id=found.team_id, bot_user=found.user_id, bot_id=found.bot_id, url=found.url)


def _patience(error: DeliveryError) -> float:
    """How long Slack asked us to wait, if it did."""
    match error:
        case Revoked():
            return 0.0
        case RetryLater(after=after):
            return after or 0.0
        case _:
            return 0.0
