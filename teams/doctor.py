"""What is wrong with the way to Teams, and what to do about it: one sentence each."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from core.checks import Check, clock, fail, ok
from core.engine.errors import DeliveryError, NotAllowed
from teams import auth
from teams.cloud import TeamsConfig
from teams.door import CHANNEL

TIMEOUT = aiohttp.ClientTimeout(total=5)
FAULTS = (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError)
REGISTRATION = (
    "See the app registration: its id, its tenant, and a client secret that has not expired (the"
    " value, not its id)."
)


async def checks(config: TeamsConfig, session: aiohttp.ClientSession, now: datetime) -> list[Check]:
    """Looks at all that Teams needs."""
    keys, date = await _keys(config, session)
    return [keys, clock("clock", now, date), await token(config, session)]


async def _keys(
    config: TeamsConfig, session: aiohttp.ClientSession
) -> tuple[Check, datetime | None]:
    """Whether we can tell that a message is from Teams, and what time it is there."""
    if not config.app_id:
        return ok("keys", "Not needed before Teams is connected."), None
    try:
        told, date = await _json(config.metadata, session)
        found, _ = await _json(told["jwks_uri"], session)
        keys = [key for key in found["keys"] if CHANNEL in key.get("endorsements", (CHANNEL,))]
    except FAULTS as error:
        said = f"The signing keys cannot be fetched by way of {config.metadata}: {_reason(error)}."
        todo = f"Let this machine reach {urlsplit(config.metadata).hostname} on port 443."
        return fail("keys", said, todo), None
    if not keys:
        said = f"{config.metadata} leads to no key that may sign for Teams."
        return fail("keys", said, "See COTERIE_TEAMS_CLOUD and _OPENID_METADATA."), date
    said = f"{len(keys)} keys that may sign for Teams."
    return ok("keys", said), date


async def _json(
    url: str, session: aiohttp.ClientSession
) -> tuple[Mapping[str, Any], datetime | None]:
    async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as answer:
        answer.raise_for_status()
        date = answer.headers.get("Date")
        found: Mapping[str, Any] = await answer.json(content_type=None)
        return found, parsedate_to_datetime(date) if date else None


async def token(config: TeamsConfig, session: aiohttp.ClientSession) -> Check:
    """Whether we are given what we need to answer."""
    if not config.app_id:
        return ok("token", "Not needed before Teams is connected.")
    held = auth.tokens(config, session)
    try:
        await held.get(config.scope)
    except NotAllowed as error:
        return fail("token", f"We are given no token to answer with. {error.why}", REGISTRATION)
    except DeliveryError as error:
        host = urlsplit(config.token_url or config.authority).hostname
        said = f"We are given no token to answer with: {error.why.partition(':')[0]}."
        return fail("token", said, f"Let this machine reach {host}.")
    finally:
        await held.close()
    return ok("token", "Microsoft gives us a token to answer with.")


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
