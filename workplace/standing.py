"""Who we are in Workplace and whether it is still there: asked at the start, and now and then."""

import asyncio
import logging
from dataclasses import dataclass

from msgspec import Struct

from core.engine.errors import DeliveryError, NotAllowed, RetryLater, Unreachable
from workplace.client import Client
from workplace.errors import ReadOnly, TokenDead
from workplace.payload import Id, word

log = logging.getLogger("coterie.workplace")

AGAIN, LONGEST, LOOK = 1.0, 300.0, 600.0
NOT_YET = "Workplace has not said yet who we are there."


class Named(Struct, frozen=True):
    """Something with an id and a name."""

    id: Id = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Our page, by its id and the name that people mention it with, and the community it is in."""

    page: str
    name: str
    community: str


class Standing:
    """What Workplace says of us; nothing is believed before it has said so."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.known: Known | None = None
        self.why = NOT_YET
        self._before: ReadOnly | None = None

    def wall(self) -> float:
        """The time in the world."""
        return self._client.wall()

    async def run(self) -> None:
        """Asks until it is told, then looks from time to time whether all is as it was."""
        wait = AGAIN
        while True:
            await self.look()
            well = self.known and not self._client.trouble
            wait = LOOK if well else min(2 * wait, LONGEST)
            await asyncio.sleep(wait)

    async def look(self) -> None:
        """Asks once; what goes wrong is kept as a sentence."""
        trouble = self._client.trouble
        self._before = trouble if isinstance(trouble, ReadOnly) else None
        self._client.forgive()
        try:
            self.known = await who(self._client)
        except (NotAllowed, TokenDead, Unreachable) as error:
            self.why = error.why
        except DeliveryError as error:
            self.why = f"{NOT_YET} {error.why}."
        else:
            self.why = ""

    def missing(self) -> list[str]:
        """What keeps us from working in Workplace, in sentences; nothing when all is well.

        That we may read again says nothing about writing: the next try to write does.
        """
        trouble = self._client.trouble or self._before
        said = trouble.why if trouble else self.why if self.known is None else ""
        return [said] if said else []


async def who(client: Client) -> Known:
    """Our page and community. Raises DeliveryError."""
    page = await client.get("me", Named, fields="id,name")
    community = await client.get("community", Named, fields="id,name")
    if not (word(page.id) and word(community.id)):
        raise RetryLater(why="Workplace named no page or no community")
    return Known(word(page.id), page.name, word(community.id))
