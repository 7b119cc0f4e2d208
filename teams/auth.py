"""The one door to Microsoft's SDK: it decides who is let in, and msal fetches our own tokens.

Stock botbuilder answers 500 to bad tokens, takes ones that never expire and fetches keys on the
event loop. So our own checks come first, the keys are fetched here and lent to the SDK through
the cache that its extractor looks into, and whatever it raises is a refusal.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import aiohttp
import jwt
import msal
from botbuilder.schema import Activity as SdkActivity
from botframework.connector.auth import (
    AuthenticationConfiguration,
    BotFrameworkAuthenticationFactory,
    JwtTokenExtractor,
    PasswordServiceClientCredentialFactory,
)

from core.addresses import secure
from core.engine.errors import DeliveryError, NotAllowed, RetryLater
from teams.activity import Activity
from teams.cloud import TeamsConfig
from teams.door import CHANNEL, Refused

log = logging.getLogger("coterie.teams")

Wall = Callable[[], float]
TIMEOUT = aiohttp.ClientTimeout(total=5)
KEYS_DAY = 24 * 3600.0
FETCHES, FETCHES_PER = 5, 300.0
REMEMBERED = 4096
LONGEST_TOKEN = 16 * 1024
JWT = re.compile(r"Bearer [\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
FETCH_ERRORS = (
    aiohttp.ClientError,
    jwt.PyJWTError,
    AttributeError,
    LookupError,
    TimeoutError,
    TypeError,
    ValueError,
)
EARLY, PATIENCE = 300.0, 30.0

# --- coming in --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """One of Microsoft's signing keys, and the channels that it may sign for."""

    public_key: Any
    endorsements: list[str]


class Keys:
    """The keys of the issuer, as the SDK asks for them: `await get(kid)`.

    An unknown key may be a new one, so it is looked for, but never more than a few times in
    five minutes: forged tokens cannot make us hammer anyone.
    """

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session
        self._keys: Mapping[str, Key] = {}
        self._since = -KEYS_DAY
        self._fetches: deque[float] = deque(maxlen=FETCHES)
        self._one = asyncio.Lock()

    async def get(self, kid: str | None) -> Key:
        """The key of this name. Raises Refused."""
        if kid not in self._keys or time.monotonic() - self._since > KEYS_DAY:
            await self._refresh(self._since)
        if not self._keys:
            raise Refused(503, "no_keys")
        if kid is None or kid not in self._keys:
            raise Refused(401, "unknown_key")
        return self._keys[kid]

    async def _refresh(self, known: float) -> None:
        async with self._one:
            if self._since != known or not self._may_fetch():
                return
            try:
                self._keys = await self._fetch()
                self._since = time.monotonic()
            except FETCH_ERRORS as error:
                log.warning("the signing keys of Teams could not be fetched: %r", error)

    def _may_fetch(self) -> bool:
        now = time.monotonic()
        if len(self._fetches) == FETCHES and now - self._fetches[0] < FETCHES_PER:
            return False
        self._fetches.append(now)
        return True

    async def _fetch(self) -> Mapping[str, Key]:
        told = await self._json(self._url)
        keys = (await self._json(told["jwks_uri"]))["keys"]
        return {key["kid"]: _key(key) for key in keys if key.get("kty") == "RSA" and "kid" in key}

    async def _json(self, url: str) -> Any:
        async with self._session.get(url, timeout=TIMEOUT) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _key(key: Mapping[str, Any]) -> Key:
    return Key(jwt.PyJWK.from_dict(dict(key), "RS256").key, list(key.get("endorsements") or ()))


class Microsoft:
    """The door for what Microsoft's service signs."""

    def __init__(self, config: TeamsConfig, session: aiohttp.ClientSession, wall: Wall) -> None:
        self._config, self._wall = config, wall
        self._tenants = config.tenants
        self._keys = Keys(config.metadata, session)
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._sdk = BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url=config.authority,
            to_channel_from_bot_oauth_scope=config.place.resource,
            to_bot_from_channel_token_issuer=config.issuer,
            oauth_url=config.place.tokens,
            to_bot_from_channel_open_id_metadata_url=config.metadata,
            to_bot_from_emulator_open_id_metadata_url=config.metadata,
            caller_id="",
            credential_factory=PasswordServiceClientCredentialFactory(config.app_id),
            auth_configuration=AuthenticationConfiguration(),
        )

    async def prepare(self) -> None:
        """Fetches the keys, so that the first message need not wait; gives up after a second."""
        with suppress(Refused, TimeoutError):
            async with asyncio.timeout(1):
                await self._keys.get("")

    def glance(self, headers: Mapping[str, str], peer: str) -> None:
        """A bearer token that could be one."""
        header = headers.get("Authorization", "")
        if not header.partition(" ")[2]:
            raise Refused(401, "no_token")
        if len(header) > LONGEST_TOKEN or not _bears(header):
            raise Refused(401, "malformed")

    async def admit(self, headers: Mapping[str, str], activity: Activity) -> None:
        """Signed by Microsoft for us, for this service address, and for a tenant that we serve."""
        if activity.channel_id != CHANNEL:
            raise Refused(403, "channel")
        header = headers["Authorization"]
        known = (header, activity.service_url)
        if self._known.get(known, 0.0) <= self._wall():
            self._remember(known, await self._verify(header, activity))
        if activity.tenant.lower() not in self._tenants:
            raise Refused(403, "tenant")

    async def _verify(self, header: str, activity: Activity) -> float:
        """When the token ends. Raises Refused."""
        if not secure(activity.service_url):
            raise Refused(403, "service_url")
        ends = self._claims(header.partition(" ")[2], activity.service_url)
        JwtTokenExtractor.metadataCache[self._config.metadata] = self._keys
        asked = SdkActivity(channel_id=activity.channel_id, service_url=activity.service_url)
        try:
            await self._sdk.authenticate_request(asked, header)
        except Refused:
            raise
        except Exception as error:
            raise Refused(401, REASONS.get(type(error), "refused")) from error
        return ends

    def _claims(self, token: str, service_url: str) -> float:
        """What the SDK lets pass, or names badly: the token is not verified yet."""
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Refused(401, "malformed") from None
        ends = claims.get("exp")
        if not isinstance(ends, int | float) or isinstance(ends, bool):
            raise Refused(401, "no_expiry")
        if claims.get("iss") != self._config.issuer:
            raise Refused(401, "issuer")
        if claims.get("aud") != self._config.app_id:
            raise Refused(401, "audience")
        if claims.get("serviceurl") != service_url:
            raise Refused(401, "service_url")
        return float(ends)

    def _remember(self, known: tuple[str, str], ends: float) -> None:
        self._known[known] = ends
        self._known.move_to_end(known)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


@lru_cache(256)
def _bears(header: str) -> bool:
    """Whether this could be a token; the same one comes with every request for an hour."""
    return JWT.fullmatch(header) is not None


REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not_yet",
    jwt.InvalidSignatureError: "signature",
    PermissionError: "not_authorized",
}

# --- going out --------------------------------------------------------------------------------


@dataclass(slots=True)
class Held:
    """A token, until when it is good, and whoever is fetching the next one."""

    token: str = ""
    ends: float = 0.0
    tried: float = field(default=float("-inf"))
    fetching: "asyncio.Task[str] | None" = None


Fetch = Callable[[str], Awaitable[tuple[str, float]]]


class Tokens:
    """Our own tokens by scope: fetched once, renewed five minutes early beside the work."""

    def __init__(self, fetch: Fetch, patience: float = PATIENCE) -> None:
        self._fetch, self._patience = fetch, patience
        self._held: dict[str, Held] = {}

    async def prepare(self, scope: str) -> None:
        """Nobody has to wait for the first one."""
        with suppress(DeliveryError):
            await self.get(scope)

    async def get(self, scope: str) -> str:
        """A token that is good now. Raises NotAllowed or RetryLater."""
        held = self._held.setdefault(scope, Held())
        now = time.monotonic()
        if held.token and now < held.ends:
            if held.ends - now < EARLY and now - held.tried > self._patience:
                self._renew(scope, held)
            return held.token
        return await asyncio.shield(self._renew(scope, held))

    def forget(self, scope: str) -> None:
        """A token was refused: the next one is fetched anew."""
        self._held.pop(scope, None)

    async def settled(self) -> None:
        """Waits for what is being fetched."""
        tasks = [held.fetching for held in self._held.values() if held.fetching]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Lets go of what is being fetched."""
        for held in self._held.values():
            if held.fetching:
                held.fetching.cancel()
        await self.settled()

    def _renew(self, scope: str, held: Held) -> "asyncio.Task[str]":
        """The fetch that is under way: one at a time."""
        if held.fetching is None:
            held.tried = time.monotonic()
            held.fetching = asyncio.create_task(self._fetched(scope, held))
            held.fetching.add_done_callback(lambda task: _settle(task, held))
        return held.fetching

    async def _fetched(self, scope: str, held: Held) -> str:
        token, seconds = await self._fetch(scope)
        held.token, held.ends = token, time.monotonic() + seconds
        return token


def _settle(task: "asyncio.Task[str]", held: Held) -> None:
    held.fetching = None
    error = None if task.cancelled() else task.exception()
    if error is not None:
        why = error.why.partition(":")[0] if isinstance(error, DeliveryError) else repr(type(error))
        log.warning("no new token for Teams: %s. `python app.py doctor` says more.", why)


def tokens(config: TeamsConfig, session: aiohttp.ClientSession) -> Tokens:
    """Tokens from Entra ID, or from the address that TEAMS_TOKEN_URL names."""
    return Tokens(_posting(config, session) if config.token_url else entra(config))


def entra(config: TeamsConfig, http_client: object = None) -> Fetch:
    """One long-lived msal application; it blocks, so it lives in a thread."""
    made: list[Any] = []

    def acquire(scope: str) -> Mapping[str, Any]:
        if not made:
            made.append(
                msal.ConfidentialClientApplication(
                    config.app_id,
                    client_credential=config.password,
                    authority=config.authority,
                    http_client=http_client,
                    instance_discovery=False,
                    timeout=10,
                )
            )
        found: Mapping[str, Any] = made[0].acquire_token_for_client(scopes=[scope])
        return found

    async def fetch(scope: str) -> tuple[str, float]:
        try:
            return _token(await asyncio.to_thread(acquire, scope))
        except DeliveryError:
            raise
        except (LookupError, OSError, ValueError) as error:
            raise RetryLater(30, f"Entra ID did not answer: {error}", "tenant") from error

    return fetch


def _posting(config: TeamsConfig, session: aiohttp.ClientSession) -> Fetch:
    async def fetch(scope: str) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": config.app_id,
            "client_secret": config.password,
            "scope": scope,
        }
        try:
            async with session.post(config.token_url, data=form, timeout=TIMEOUT) as answer:
                return _token(await answer.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise RetryLater(30, f"TEAMS_TOKEN_URL did not answer: {error}", "tenant") from error

    return fetch


def _token(answer: object) -> tuple[str, float]:
    """The token in an answer of OAuth. Raises NotAllowed with what the operator has to know."""
    told = answer if isinstance(answer, dict) else {}
    token, seconds = told.get("access_token"), told.get("expires_in", 3600)
    if isinstance(token, str) and token and isinstance(seconds, int | float | str):
        return token, float(seconds)
    why = told.get("error_description") or told.get("error") or "no token in the answer"
    raise NotAllowed(f"TEAMS_APP_ID, TEAMS_APP_PASSWORD or TEAMS_APP_TENANT_ID: {why}")
