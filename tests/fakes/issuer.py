"""Keys, metadata and tokens, as Microsoft's login gives them out."""

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
APP_ID = "11111111-2222-3333-4444-555555555555"
PASSWORD = "a secret of the test"


@cache
def private_key(kid: str) -> RSAPrivateKey:
    """A key by name, made once."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """Signs what is sent to the bot, and gives the bot its own tokens."""

    app_id: str = APP_ID
    password: str = PASSWORD
    name: str = ISSUER
    keys: dict[str, list[str]] = field(default_factory=lambda: {"first": ["msteams"]})
    signing: str = "first"
    lifetime: int = 3600
    down: bool = False
    metadata_asked: int = 0
    tokens_asked: int = 0
    given: dict[str, str] = field(default_factory=dict)

    def rotate(self, kid: str) -> None:
        """From now on another key signs."""
        self.keys[kid] = ["msteams"]
        self.signing = kid

    def token(self, service_url: str, *, kid: str = "", key: str = "", **claims: Any) -> str:
        """A signed token; claims that are None are left out."""
        now = int(time.time())  # noqa: TID251 - the SDK reads the real clock
        usual = {
            "iss": self.name,
            "aud": self.app_id,
            "serviceurl": service_url,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
        }
        kept = {name: value for name, value in (usual | claims).items() if value is not None}
        kid = kid or self.signing
        return jwt.encode(kept, private_key(key or kid), "RS256", headers={"kid": kid})

    def revoke(self) -> None:
        """All tokens that the bot holds are void."""
        self.given.clear()

    def allows(self, request: web.Request, resource: str) -> bool:
        """Whether a request carries a token that we gave out for this resource."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.given.get(token, "").startswith(resource)

    def routes(self) -> list[web.RouteDef]:
        """Where all that is found."""
        return [
            web.get("/metadata", self._metadata),
            web.get("/keys", self._keys),
            web.post("/token", self._token),
        ]

    async def _metadata(self, request: web.Request) -> web.Response:
        self.metadata_asked += 1
        if self.down:
            raise web.HTTPServiceUnavailable
        return web.json_response(
            {"issuer": self.name, "jwks_uri": str(request.url.with_path("/keys"))}
        )

    async def _keys(self, request: web.Request) -> web.Response:
        keys = [
            RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
            | {"kid": kid, "use": "sig", "endorsements": endorsements}
            for kid, endorsements in self.keys.items()
        ]
        return web.json_response({"keys": keys})

    async def _token(self, request: web.Request) -> web.Response:
        self.tokens_asked += 1
        asked = await request.post()
        if (asked.get("client_id"), asked.get("client_secret")) != (self.app_id, self.password):
            told = {"error": "invalid_client", "error_description": "AADSTS7000215: wrong secret"}
            return web.json_response(told, status=401)
        token = f"token-{self.tokens_asked}"
        self.given[token] = str(asked.get("scope", ""))
        return web.json_response({"access_token": token, "expires_in": self.lifetime})
