"""The world around a bot, on one loop: Microsoft's keys and tokens, and the chats cards go to."""

import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import orjson

from tests.bench.wire import Request, answer, serve
from tests.bench.world import Signer, certificate

TOKEN = orjson.dumps({"token_type": "Bearer", "expires_in": 86400, "access_token": "bench"})
CREATED = "201 Created"

Arrived = Callable[[str, str, bytes], None]


def nobody(place: str, ref: str, body: bytes) -> None:
    """Whom no card interests."""


@dataclass
class Outside(AbstractAsyncContextManager["Outside"]):
    """Answers everything at once. `arrived(place, ref, body)` hears of each card; ref "" is new."""

    folder: Path
    arrived: Arrived = nobody
    cards: int = 0
    edits: int = 0
    chats: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    async def __aenter__(self) -> Self:
        self.signer = Signer()
        self._tls, self.trusted = certificate(self.folder)
        self._plain, self.port = await serve(self._answer)
        self._secure, self._secure_port = await serve(self._answer, self._tls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in (self._plain, self._secure):
            server.close()

    @property
    def tls(self) -> ssl.SSLContext:
        """What the secure half speaks with."""
        return self._tls

    def url(self, path: str = "") -> str:
        """Where keys and tokens are."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def service(self, *, tls: bool) -> str:
        """Where chats are, as an activity tells it."""
        return f"https://localhost:{self._secure_port}/" if tls else self.url()

    def _answer(self, request: Request) -> bytes:
        if request.path.startswith("/v3/conversations"):
            return self._card(request)
        self.calls[request.path] += 1
        match request.path:
            case "/metadata":
                return answer(orjson.dumps({"issuer": "bench", "jwks_uri": self.url("keys")}))
            case "/keys":
                return answer(orjson.dumps(self.signer.jwks()))
            case "/token":
                return answer(TOKEN)
            case _:
                return answer(b"{}", "404 Not Found")

    def _card(self, request: Request) -> bytes:
        parts = request.path.split("/", 5)
        if len(parts) == 3:
            return self._chat(request)
        place = parts[3]
        if request.method == "PUT":
            self.edits += 1
            self.arrived(_plain(place), parts[5], request.body)
            return answer(b'{"id":"%s"}' % parts[5].encode())
        if request.method != "POST":
            return answer(b'{"members":[]}')
        self.cards += 1
        self.arrived(_plain(place), parts[5] if len(parts) > 5 else "", request.body)
        return answer(b'{"id":"%d"}' % self.cards, CREATED)

    def _chat(self, request: Request) -> bytes:
        """A first private conversation."""
        self.chats += 1
        member = orjson.loads(request.body)["members"][0]["id"]
        chat = f"a:chat-{member.removeprefix('29:')}"
        return answer(orjson.dumps({"id": chat}), CREATED)


def _plain(place: str) -> str:
    return unquote(place) if "%" in place else place
