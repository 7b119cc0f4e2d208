"""What is wrong with the way to course providers, and what to do about it: one sentence each."""

from collections.abc import Awaitable
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from connectors.catalogues.config import CataloguesConfig, Go1Config, TalentLmsConfig, UdemyConfig
from connectors.catalogues.go1.client import Client
from connectors.catalogues.port import NoCourse
from connectors.catalogues.talentlms.client import Client as TalentLms
from connectors.catalogues.udemy.client import Client as Udemy
from core.checks import Check, fail, ok

PROBE = "nobody@example.com"
SECONDS = 5.0


async def checks(
    config: CataloguesConfig, session: aiohttp.ClientSession, now: datetime
) -> list[Check]:
    """Asks each provider that is set up for next to nothing."""
    found: list[Check] = []
    if config.go1.on:
        found += await _go1(config.go1, session, now)
    if config.talentlms.on:
        found += await _talentlms(config.talentlms, session)
    if config.udemy.on:
        found += await _udemy(config.udemy, session, now)
    return found


async def _go1(config: Go1Config, session: aiohttp.ClientSession, now: datetime) -> list[Check]:
    client = Client(config, session, SECONDS)
    wrong = await trouble(client.tokens.headers())
    if wrong:
        todo = "Set COTERIE_GO1_CLIENT_ID and COTERIE_GO1_CLIENT_SECRET to those of your Go1 app."
        return [told("go1 credentials", "Go1", wrong, todo, config.auth_url)]
    probes = {
        "lo.read": client.search("", 0, 1),
        "user.read": client.accounts(PROBE),
        "enrollment.read": client.completed(now, 0),
    }
    troubles = {scope: await trouble(asked) for scope, asked in probes.items()}
    missing = [scope for scope, error in troubles.items() if error and error.trouble == "refused"]
    others = [error for error in troubles.values() if error and error.trouble != "refused"]
    if others:
        return [told("go1 credentials", "Go1", others[0], "", config.url)]
    known = ok("go1 credentials", f"Go1 knows us, at {urlsplit(config.url).hostname}.")
    return [known, _scopes(missing), *_wishes(config)]


def _scopes(missing: list[str]) -> Check:
    if not missing:
        return ok("go1 scopes", "We may read courses, people and enrolments.")
    said = f"The Go1 app may not do all that is needed: {', '.join(missing)} is missing."
    return fail("go1 scopes", said, "Give the app these scopes, and enrollment.write, in Go1.")


def _wishes(config: Go1Config) -> list[Check]:
    """What works without, but better with."""
    found = []
    if not config.portal_url:
        said = "Courses of Go1 cannot be searched for: nobody could open what is found."
        todo = "Set COTERIE_GO1_PORTAL_URL to the address of your Go1 portal."
        found.append(Check(name="go1 portal", state="warn", said=said, todo=todo))
    if not config.webhook_secret:
        said = "Completions come by asking now and then; a webhook would bring them at once."
        todo = "Make a webhook in Go1 to /webhooks/go1, and set COTERIE_GO1_WEBHOOK_SECRET."
        found.append(Check(name="go1 webhook", state="warn", said=said, todo=todo))
    return found


async def _talentlms(config: TalentLmsConfig, session: aiohttp.ClientSession) -> list[Check]:
    """An unknown domain answers like a wrong key: so both are named."""
    client = TalentLms(config, session, SECONDS)
    try:
        await client.lessons(1)
        left, most = await client.quota()
    except NoCourse as wrong:
        todo = (
            "Switch the API on in TalentLMS (Account & Settings, Integrations, API), and set "
            "COTERIE_TALENTLMS_API_KEY to its key and COTERIE_TALENTLMS_URL to your own domain."
        )
        return [told("talentlms key", "TalentLMS", wrong, todo, config.url)]
    said = f"TalentLMS knows us, at {urlsplit(config.url).hostname}."
    if 0 <= left < most // 10:
        said = f"Only {left} of {most} calls to TalentLMS are left in this hour."
        todo = "Enrolments and groups wait for the next hour. See who else uses its API."
        return [Check(name="talentlms key", state="warn", said=said, todo=todo)]
    return [ok("talentlms key", said)]


async def _udemy(config: UdemyConfig, session: aiohttp.ClientSession, now: datetime) -> list[Check]:
    client = Udemy(config, session, SECONDS)
    wrong = await trouble(client.lessons(1)) or await trouble(client.activity(1, now.date()))
    if wrong:
        todo = (
            "Set COTERIE_UDEMY_CLIENT_ID, COTERIE_UDEMY_CLIENT_SECRET and COTERIE_UDEMY_ACCOUNT_ID "
            "to what Udemy Business shows an admin under Settings, API."
        )
        return [told("udemy credentials", "Udemy Business", wrong, todo, config.url)]
    said = f"Udemy Business knows us, at {urlsplit(config.url).hostname}."
    return [ok("udemy credentials", said)]


# --- for every provider --------------------------------------------------------------------------


async def trouble(asked: Awaitable[object]) -> NoCourse | None:
    """What goes wrong with a question, if anything does."""
    try:
        await asked
    except NoCourse as error:
        return error
    return None


def told(name: str, provider: str, error: NoCourse, todo: str, url: str) -> Check:
    """A question that came to nothing; `todo` is for credentials that are not taken."""
    if error.trouble == "refused":
        return fail(name, f"{provider} does not take our credentials ({error.detail}).", todo)
    host = urlsplit(url).hostname
    said = f"{provider} does not answer as it should ({error.detail})."
    return fail(name, said, f"Let this machine reach {host}, and see that it is the right address.")
