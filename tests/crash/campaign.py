"""A course link to everybody in a channel, asked for over the API by a program that is patient."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.crash.town import TITLE, TOKEN, Town

MINUTE = 61.0
LOOKS = 5
"""The states are read one after another: a sum counts as off when it is so several times."""
WRONG = (400, 404, 409, 422)
OPEN = ("planned", "held", "waiting_install", "claimed")
Json = dict[str, Any]


@dataclass
class Campaign:
    """What was asked for, and how it stands as far as the service says."""

    town: Town
    session: aiohttp.ClientSession
    id: str = ""
    stands: Json | None = None
    uneven: int = 0
    looks: int = 0
    _off: int = 0

    @property
    def audience(self) -> int:
        """How many it is for."""
        return len(self.town.everybody)

    @property
    def waits(self) -> bool:
        """Whether only the minute is left in which it could be undone."""
        return self.stands is not None and self.stands["state"] == "waiting"

    @property
    def over(self) -> bool:
        """Whether all that can be done for everybody has been done."""
        told = self.stands
        return bool(
            told and told["state"] == "sent" and not any(told["deliveries"][it] for it in OPEN)
        )

    @property
    def sum(self) -> int:
        """Everybody that it accounts for."""
        return sum(self.stands["deliveries"].values()) if self.stands else 0

    async def go_on(self, url: str) -> None:
        """Asks for it, or how it stands; a service that is not there is asked again later."""
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            await (self._look(url) if self.id else self._ask(url))
            for _ in range(LOOKS):
                if self._off:
                    await self._look(url)

    async def watch(self, url: str) -> None:
        """Goes on like that until cancelled."""
        while True:
            await self.go_on(url)
            await asyncio.sleep(0.3)

    async def _ask(self, url: str) -> None:
        wanted = {
            "link": "http://127.0.0.1:9/course",
            "to": {"place": self.town.channel.place},
            "title": TITLE,
            "purpose": "To talk about it on Thursday",
            "question": "What will you try this week?",
            "number": self.audience,
        }
        named = {"Idempotency-Key": "the-campaign"}
        told = await self._told("POST", f"{url}/api/v1/sends", 202, named, wanted)
        if told:
            self.id, self.stands = told["id"], told

    async def _look(self, url: str) -> None:
        told = await self._told("GET", f"{url}/api/v1/sends/{self.id}", 200, {}, None)
        if told is None:
            return
        self.stands = told
        self.looks += 1
        self._off = self._off + 1 if told["state"] == "sent" and self.sum != self.audience else 0
        self.uneven += self._off == LOOKS

    async def _told(
        self, method: str, url: str, status: int, named: Json, body: Json | None
    ) -> Json | None:
        headers = {"Authorization": f"Bearer {TOKEN}", **named}
        async with self.session.request(method, url, headers=headers, json=body) as answer:
            told: Json = await answer.json()
            if answer.status in WRONG:
                raise RuntimeError(f"{method} {url} was answered {told}")
            return told if answer.status == status else None
