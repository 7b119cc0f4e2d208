"""The webhook of Go1: it signs what it sends, and sends it again while the answer is 5xx."""

import hmac
from datetime import datetime
from io import BytesIO
from typing import Any

import aiohttp
import orjson

from tests.fakes.go1_world import Json, World, iso

HOOK = "fictional-hook-secret"
ATTEMPTS = 3


class Hook(World):
    """Tells a service at `bot` what happened; `deliveries` are its answers."""

    session: aiohttp.ClientSession

    def __init__(self) -> None:
        super().__init__()
        self.bot = ""
        self.deliveries: list[Json] = []

    async def tells(self, enrolment: str, kind: str = "enrollment.complete", **how: Any) -> int:
        """Tells of an enrolment, again while the answer is 5xx; the last status."""
        id = f"evt-{len(self.deliveries)}"
        status = 0
        for attempt in range(1, how.pop("attempts", ATTEMPTS) + 1):
            body = delivery(id, kind, {"id": enrolment}, self.now(), attempt)
            status = await self.delivers(body, **how)
            if status < 500:
                break
        return status

    async def delivers(
        self, body: bytes, *, at: float | None = None, secret: str = HOOK, header: str | None = None
    ) -> int:
        """Sends these bytes, signed as Go1 signs; the status."""
        stamp = str(int(self.seconds() if at is None else at))
        right = hmac.digest(secret.encode(), f"{stamp}.".encode() + body, "sha256").hex()
        told = f"t={stamp},v1={right}" if header is None else header
        headers = {"go1-signature": told, "Content-Type": "application/json"}
        url = f"{self.bot}/webhooks/go1"
        async with self.session.post(url, data=BytesIO(body), headers=headers) as answer:
            self.deliveries.append({"status": answer.status, "said": await answer.read()})
            return answer.status


def delivery(id: str, kind: str, data: Json, sent: datetime, attempt: int = 1) -> bytes:
    """What the webhook sends."""
    return orjson.dumps(
        {
            "id": id,
            "event_type": kind,
            "webhook_version": "3.0.0",
            "sent": iso(sent),
            "attempt_number": attempt,
            "url": "https://coterie.example/webhooks/go1",
            "webhook_id": "hook-1",
            "data": data,
        }
    )
