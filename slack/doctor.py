"""What is wrong with the way to Slack, and what to do about it: one sentence each."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from core.checks import Check, clock, fail, ok
from core.engine.errors import DeliveryError, NotAllowed
from slack.client import Client, Revoked, read
from slack.config import SlackConfig
from slack.package import SCOPES
from slack.workspace import Ourselves

TIMEOUT = aiohttp.ClientTimeout(total=5)
SCOPES_HEADER = "X-OAuth-Scopes"
INSTALL = (
    "Install the app in the workspace (again), and set COTERIE_SLACK_BOT_TOKEN to the “Bot User"
    " OAuth Token”."
)
AGAIN = "Paste the manifest of `python app.py package slack` again, and re-install the app."


async def checks(config: SlackConfig, session: aiohttp.ClientSession, now: datetime) -> list[Check]:
    """Looks at all that Slack needs."""
    try:
        answer, headers = await Client(config, session, TIMEOUT).scopes()
        team = read(answer, Ourselves)
    except (NotAllowed, Revoked) as error:
        said = f"Slack does not take our token ({error.why.rpartition(' ')[2]})."
        return [fail("slack token", said, INSTALL)]
    except DeliveryError as error:
        host = urlsplit(config.api).hostname
        said = f"Slack does not answer: {error.why}."
        return [fail("slack token", said, f"Let this machine reach {host} on port 443.")]
    there = urlsplit(team.url).hostname or team.team_id
    token = ok("slack token", f"Slack knows us, in the workspace {there}.")
    return [token, scopes(headers), clock("slack clock", now, _date(headers))]


def scopes(headers: Mapping[str, str]) -> Check:
    """Whether the token may do what the manifest asks for."""
    given = {one.strip() for one in headers.get(SCOPES_HEADER, "").split(",")}
    if not given - {""}:
        return ok("slack scopes", "Slack does not say what the token may do.")
    missing = [scope for scope in SCOPES if scope not in given]
    if missing:
        said = f"The app may not do all that it needs: {', '.join(missing)} is missing."
        return fail("slack scopes", said, AGAIN)
    return ok("slack scopes", f"All {len(SCOPES)} that Coterie needs.")


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(headers["Date"])
    except (LookupError, ValueError, TypeError):
        return None
