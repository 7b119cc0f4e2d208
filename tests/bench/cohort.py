"""A cohort as the bench needs it: set up over HTTP like any other, its welcome card watched."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from tests.bench.outside import Outside
from tests.bench.wire import Client, post
from tests.bench.world import NOW, Speech, Who

GROUP = "19:bench@thread.v2"
OWNER, MODERATOR = Who(1_000_001), Who(1_000_002)
ACTION = "members.join"
SECONDS = 15.0


@dataclass
class Cohort:
    """One cohort in one group chat. `seen` are (when, ref, joined) of its card."""

    outside: Outside
    speech: Speech = field(init=False)
    headers: dict[str, str] = field(init=False)
    button: dict[str, Any] = field(default_factory=dict)
    seen: list[tuple[float, str, int]] = field(default_factory=list)
    private: dict[str, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.speech = Speech(self.outside.service(tls=False), run="k")
        token = self.outside.signer.token(self.speech.service)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.outside.arrived = self._arrived

    @property
    def id(self) -> str:
        """Which cohort the button names."""
        return str(self.button["data"]["coterie"]["k"]["cohort"])

    @property
    def joined(self) -> int:
        """What the card says."""
        return self.seen[-1][2] if self.seen else 0

    async def begin(self, port: int) -> None:
        """Adds Coterie to a group, and starts a cohort there with its form."""
        client = await Client.connect(port)
        for who in (OWNER, MODERATOR):
            await client.send(self.request(self.speech.private(who, "help")))
        await client.send(self.request(self.speech.added(OWNER, GROUP)))
        values = {
            "name": "Bench",
            "purpose": "To see how fast everybody is in",
            "first": f"{NOW:%Y-%m-%d}",
            "last": f"{NOW + timedelta(days=60):%Y-%m-%d}",
            "zone": "UTC",
            "facilitator": OWNER.id,
            "moderator": MODERATOR.id,
            "guests": "true",
            "where": "here",
        }
        submitted = self.speech.submitted(OWNER, "cohorts.create", values, GROUP)
        answer = await client.send(self.request(submitted))
        client.close()
        try:
            await self.until(lambda: bool(self.button))
        except TimeoutError:
            told = f"{answer.status} {answer.body[:300]!r}"
            raise RuntimeError(
                f"no card with {ACTION} came; the form was answered {told}"
            ) from None

    async def until(self, done: Callable[[], bool], seconds: float = SECONDS) -> None:
        """Waits for something to become true. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not done():  # noqa: ASYNC110 - it may become true anywhere
                await asyncio.sleep(0.01)

    def press(self, who: Who, id: str = "") -> bytes:
        """The request of somebody who presses Join."""
        return self.request(self.speech.executed(who, self.button, GROUP, id))

    def request(self, activity: bytes) -> bytes:
        """An activity as it comes over the wire."""
        return post("/api/messages", activity, self.headers)

    def _arrived(self, place: str, ref: str, body: bytes) -> None:
        if place != GROUP:
            self.private.setdefault(place, []).append(body)
            return
        card = orjson.loads(body)
        button = next((o for o in _objects(card) if o.get("verb") == ACTION), None)
        if button:
            self.button = {"verb": button["verb"], "data": button["data"]}
            self.seen.append((time.perf_counter(), ref, _joined(card)))


def _objects(value: object) -> Iterator[dict[str, object]]:
    match value:
        case dict():
            yield value
            for inner in value.values():
                yield from _objects(inner)
        case list():
            for inner in value:
                yield from _objects(inner)
        case _:
            return


def _joined(card: object) -> int:
    """The number beside the word Joined."""
    for one in _objects(card):
        if one.get("title") == "Joined":
            digits = "".join(c for c in str(one.get("value")) if c.isdecimal())
            return int(digits or 0)
    return 0
