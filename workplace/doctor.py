"""What is wrong with Workplace, and what to do about it: one sentence each."""

from datetime import datetime

import aiohttp

from core.checks import Check, fail, ok
from core.engine.errors import DeliveryError, NotAllowed, Unreachable
from workplace.client import Client
from workplace.config import WorkplaceConfig
from workplace.errors import MOVE, TokenDead
from workplace.standing import who

CLOSED = (
    "Meta closed Workplace on 2026-06-01. This adapter is proven against the last published"
    " contract and a fake Graph server only."
)

PROOF = (
    "A proof is good for five minutes: set this machine's clock by NTP. If it is right, look at"
    " COTERIE_WORKPLACE_APP_SECRET."
)


async def checks(
    config: WorkplaceConfig, session: aiohttp.ClientSession, now: datetime
) -> list[Check]:
    """Looks at what we know of Workplace; nothing where it is not set up."""
    if not config.on:
        return []
    closed = Check(name="workplace", state="warn", said=CLOSED, todo=MOVE)
    return [closed, await token(config, session, now)]


async def token(config: WorkplaceConfig, session: aiohttp.ClientSession, now: datetime) -> Check:
    """Whether Graph knows us."""
    try:
        known = await who(Client(config, session, now.timestamp))
    except TokenDead as error:
        return fail("graph", error.why, "See COTERIE_WORKPLACE_ACCESS_TOKEN and _APP_SECRET.")
    except (NotAllowed, Unreachable) as error:
        return fail("graph", error.why.removesuffix(MOVE).strip(), MOVE)
    except DeliveryError as error:
        if "appsecret" in error.why:
            return fail("graph", error.why, PROOF)
        return fail(
            "graph", f"{config.graph_url} does not answer as Graph does: {error.why}.", MOVE
        )
    said = f"{config.graph_url} knows us as {known.name or known.page}, in {known.community}."
    return ok("graph", said)
