"""The SDK's own ways to write to many chats: what it documents, and one client for all of them.

    python proactive.py documented|shared SENDS RESULT SERVICE

Without tokens, which flatters it: with them it would fetch two for each message.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import (
    Activity,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import MicrosoftAppCredentials

FLYING = 32
CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "It takes 20 minutes.", "wrap": True},
        {"type": "TextBlock", "text": "A course for all of us", "style": "heading"},
    ],
}
BOT, PERSON = ChannelAccount(id="28:bot"), ChannelAccount(id="29:somebody")


def card() -> Activity:
    """A course for everybody, say."""
    attachment = Attachment(content_type="application/vnd.microsoft.card.adaptive", content=CARD)
    return Activity(type="message", attachments=[attachment], from_property=BOT, recipient=PERSON)


async def documented(number: int, service: str, adapter: CloudAdapter) -> None:
    """`continue_conversation`, as the samples for proactive messages have it."""
    reference = ConversationReference(
        bot=BOT,
        user=PERSON,
        channel_id="msteams",
        service_url=service,
        conversation=ConversationAccount(id=f"a:chat-{number}"),
    )

    async def say(context: TurnContext) -> None:
        await context.send_activity(card())

    await adapter.continue_conversation(reference, say, "bot")


async def shared(number: int, client: ConnectorClient) -> None:
    """A request of the one client."""
    await client.conversations.send_to_conversation(f"a:chat-{number}", card())


async def main(way: str, sends: int, service: str) -> dict[str, float]:
    settings = SimpleNamespace()
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(settings))
    nobody = MicrosoftAppCredentials("", "")
    client = ConnectorClient(nobody, base_url=service)
    numbers = iter(range(sends))

    async def send() -> None:
        for number in numbers:
            one: Any = documented(number, service, adapter)
            await (one if way == "documented" else shared(number, client))
            if way != "documented":
                one.close()

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(send() for _ in range(FLYING)))
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


if __name__ == "__main__":
    figures = asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[4]))
    Path(sys.argv[3]).write_text(json.dumps({**figures, "sends": int(sys.argv[2])}))
