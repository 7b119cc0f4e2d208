"""The SDK's own way: an echo on botbuilder's CloudAdapter, with nothing stored.

    python stock.py PORT CARDS [METADATA]

With METADATA it checks tokens; its own tokens are given to it, where the SDK would fetch two a
turn. CARDS is a JSON file of [words, payload] pairs.
"""

import json
import sys
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity, Attachment
from botframework.connector.auth import (
    AppCredentials,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)

APP = "00000000-0000-4000-8000-00000000c07e"


class Given(MicrosoftAppCredentials):  # type: ignore[misc] # the SDK has no types
    """Credentials that have a token already."""

    def get_access_token(self, force_refresh: bool = False) -> str:
        return "bench"


class Free(PasswordServiceClientCredentialFactory):  # type: ignore[misc] # the SDK has no types
    """Makes them for each turn, as the SDK does."""

    async def create_credentials(self, *_: Any, **__: Any) -> AppCredentials:
        return Given(APP, "bench")


class Echo(ActivityHandler):  # type: ignore[misc] # the SDK has no types
    """One card for each message."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        payload = self._answers[turn_context.activity.text or "press"]
        attachments = [
            Attachment(content_type=each["contentType"], content=each["content"])
            for each in payload.get("attachments", ())
        ]
        reply = Activity(type="message", text=payload.get("text"), attachments=attachments)
        await turn_context.send_activity(reply)


def adapter(metadata: str) -> CloudAdapter:
    """Anonymous, or one that checks tokens by these keys."""
    if not metadata:
        return CloudAdapter(ConfigurationBotFrameworkAuthentication(SimpleNamespace()))
    settings = SimpleNamespace(
        TO_CHANNEL_FROM_BOT_LOGIN_URL="https://login.microsoftonline.com/botframework.com",
        TO_CHANNEL_FROM_BOT_OAUTH_SCOPE="https://api.botframework.com",
        TO_BOT_FROM_CHANNEL_TOKEN_ISSUER="https://api.botframework.com",
        OAUTH_URL="https://token.botframework.com",
        TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL=metadata,
        TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL=metadata,
        CALLER_ID="",
    )
    return CloudAdapter(
        ConfigurationBotFrameworkAuthentication(settings, credentials_factory=Free(APP, "bench"))
    )


def main(port: int, cards: Path, metadata: str = "") -> None:
    door, bot = adapter(metadata), Echo(dict(json.loads(cards.read_text())))

    async def ready(_: web.Request) -> web.Response:
        return web.Response(status=HTTPStatus.OK)

    async def message(request: web.Request) -> web.Response:
        answer: web.Response | None = await door.process(request, bot)
        return answer or web.Response(status=HTTPStatus.OK)

    app = web.Application()
    app.router.add_post("/api/messages", message)
    app.router.add_get("/ready", ready)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, backlog=4096)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
