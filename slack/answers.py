"""What becomes of a reply in Slack: a form that opens, a sentence, the card as it is now.

All of it happens within the request, after the commit: what lets a form open lives for three
seconds. What cannot be told in time is left: the message of the queue comes in any case.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cards import blocks
from core.engine.errors import DeliveryError
from core.engine.outward import aside
from core.engine.ports import Card, Done, Event, Invalid, Open, Preview, Reply, Results, Say, Viewer
from core.message import Buttons, Form, OpenForm, Phrase, Post, Text, ToggleField, say
from slack.client import Client
from slack.config import SlackConfig
from slack.interaction import Asked
from slack.scene import PEOPLE

log = logging.getLogger("coterie.slack")

Json = dict[str, Any]
SECONDS, OPENING = 1.8, 1.2
NAME = say("slack.name", "Coterie")
LATE = say("slack.late", "This button is from an earlier time and does nothing any more.")
TOO_SLOW = say("slack.too-slow", "That took too long for a form to open. Please try once more.")
NOT_HERE = say(
    "slack.not-here",
    "I’m not in this channel yet. Write /invite @Coterie here, then try again; or write to me"
    " directly.",
)


class Answers:
    """Tells people what came of what they did, by the ways that Slack gave with it."""

    def __init__(self, config: SlackConfig, client: Client, counts: Counter[str]) -> None:
        self._client, self._counts = client, counts
        self._host = urlsplit(config.api).hostname or ""

    async def told(self, asked: Asked, reply: Reply | None) -> Json | None:
        """Does what the reply needs; answers what the HTTP answer has to hold."""
        try:
            async with asyncio.timeout(SECONDS):
                if asked.event is None:
                    return await self._sentence(asked, LATE, Viewer())
                return await self._told(asked, asked.event, reply)
        except TimeoutError:
            self._counts["answers.too_slow"] += 1
        except DeliveryError as error:
            self._counts["answers.failed"] += 1
            log.info("an answer was not taken: %s", error.why)
        return None

    async def _told(self, asked: Asked, event: Event, reply: Reply | None) -> Json | None:
        viewer, told = reading(event), None
        match reply:
            case Open(form, again):
                told = await self._opened(asked, event, form, again)
            case Invalid(form):
                told = await self._corrected(asked, form, viewer)
            case Done(phrase):
                told = await self._sentence(asked, phrase, viewer)
            case Card(post, note):
                told = await self._card(asked, post, note)
            case Preview(post):
                told = await self._shown(asked, post, viewer)
            case Say(post) if aside(event, post):
                told = await self._shown(asked, post, viewer)
            case Say() | Results() | None:
                pass
        return told

    async def _opened(
        self, asked: Asked, event: Event, form: Form, again: OpenForm | None
    ) -> Json | None:
        """Opens the form; in place of a form that was just sent, the next one."""
        viewer = reading(event)
        view = blocks.modal(form, viewer, carried(event, form))
        if asked.surface == "form":
            return {"response_action": "update", "view": view}
        body = {"trigger_id": asked.trigger, "view": view}
        try:
            async with asyncio.timeout(OPENING):
                await self._client.tell("views.open", body)
        except (DeliveryError, TimeoutError) as error:
            self._counts["forms.not_opened"] += 1
            log.info("a form did not open: %s", getattr(error, "why", "no time"))
            button = again or _opening(event, form)
            post = Post(summary=TOO_SLOW, blocks=(Text(TOO_SLOW), Buttons((button,))))
            return await self._shown(asked, post, viewer)
        return None

    async def _corrected(self, asked: Asked, form: Form, viewer: Viewer) -> Json | None:
        if asked.surface == "form":
            wrong = blocks.errors(form, viewer)
            if wrong:
                return {"response_action": "errors", "errors": wrong}
        words = next(iter(form.errors.values()), form.title)
        return await self._sentence(asked, words, viewer)

    async def _sentence(self, asked: Asked, words: Phrase, viewer: Viewer) -> Json | None:
        """A sentence to whoever acted and to nobody else."""
        if asked.surface == "form":
            view = blocks.sentence(words, NAME, viewer)
            return {"response_action": "update", "view": view}
        return await self._private(asked, blocks.said(words, viewer), words, viewer)

    async def _card(self, asked: Asked, post: Post, note: Phrase | None) -> Json | None:
        """The pressed card as it is now, and the sentence about the press.

        What stands in the open is read by others: its job redraws it, in their words.
        """
        viewer, stands = reading(asked.event), asked.surface == "message" and not asked.ephemeral
        if stands and _theirs(asked.event):
            now = blocks.message(post, viewer) | {"replace_original": True}
            await self._posted(asked, now)
        elif asked.surface == "home":
            await self._home(asked, post, viewer)
        elif asked.surface != "form" and not (stands and note):
            return await self._shown(asked, post, viewer, note)
        return await self._sentence(asked, note, viewer) if note else None

    async def _home(self, asked: Asked, post: Post, viewer: Viewer) -> None:
        """The home tab as it is now, if that is what was pressed."""
        event = asked.event
        if event and event.by and event.origin and event.origin.slot.startswith("home/"):
            user = event.by.account.rpartition(":")[2]
            view = blocks.home(post, viewer)
            await self._client.tell("views.publish", {"user_id": user, "view": view})

    async def _shown(
        self, asked: Asked, post: Post, viewer: Viewer, note: Phrase | None = None
    ) -> Json | None:
        """A card to whoever acted and to nobody else."""
        told = blocks.ephemeral(post, viewer, note)
        return await self._private(asked, told, note or post.summary, viewer)

    async def _private(
        self, asked: Asked, told: Json, words: Phrase, viewer: Viewer
    ) -> Json | None:
        """By the answer of a command, else by its address, else as a small window."""
        if asked.surface == "command":
            return {name: it for name, it in told.items() if name != "replace_original"}
        if asked.url:
            await self._posted(asked, told)
        elif asked.trigger:
            view = blocks.sentence(words, NAME, viewer)
            await self._client.tell("views.open", {"trigger_id": asked.trigger, "view": view})
        return None

    async def _posted(self, asked: Asked, told: Json) -> None:
        """Posts to the address that came with a press, if it is one of this Slack."""
        host = urlsplit(asked.url).hostname or ""
        if host == self._host or host.endswith(f".{self._host}"):
            await self._client.answer(asked.url, told)
        elif asked.url:
            self._counts["answers.strange_address"] += 1


def carried(event: Event, form: Form) -> Mapping[str, object]:
    """What a form has to know when it comes back: where it was asked for."""
    origin = event.origin
    toggles = [field.name for field in form.fields if isinstance(field, ToggleField)]
    if origin is None:
        return {"y": toggles}
    place = origin.place.rpartition(":")[2]
    if place.startswith(PEOPLE):
        place = ""
    found = {"s": origin.slot, "p": place, "t": origin.thread, "m": origin.message, "y": toggles}
    return {name: it for name, it in found.items() if it or name == "s"}


def _theirs(event: Event | None) -> bool:
    """Whether a card stands before one person alone."""
    return event is None or event.origin is None or event.origin.private


def _opening(event: Event, form: Form) -> OpenForm:
    """The button that opens a form: what was pressed, or what the form itself does."""
    if event.source == "press":
        return OpenForm(form.title, event.name, event.args, "primary")
    return OpenForm(form.title, form.action, form.args, "primary")


def reading(event: Event | None) -> Viewer:
    """Whoever acted, as they like to read."""
    by = event.by if event else None
    return Viewer(locale=by.locale or "en", zone=by.zone or "UTC") if by else Viewer()
