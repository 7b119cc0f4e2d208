"""What the parts of one Adaptive Card share while it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from cards import parts
from cards.limits import Room, clip, clip_runs
from cards.markdown import UNSEEN, Mentions, escape, markdown
from cards.words import known, runs
from core.engine.ports import Viewer
from core.message import Phrase

Json = dict[str, Any]

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass(slots=True)
class Sheet:
    """One drawing: for whom, in how much room, of which slot. `linked`: for an unfurled link."""

    viewer: Viewer
    room: Room
    slot: str = ""
    linked: bool = False
    titled: bool = False
    mentions: Mentions = field(default_factory=Mentions)

    def words(self, phrase: Phrase, most: int = 0, *, lines: bool = False) -> str:
        """A Phrase in Markdown, on one line if not `lines`, within `most` characters."""
        room = min(most, self.room.text) if most else self.room.text
        if not phrase.args:
            always = _always(phrase.key, phrase.words, self.viewer.locale, lines)
            if len(always) <= room:
                return always
        found = runs(phrase, self.viewer)
        if len(found) == 1 and isinstance(words := found[0], str):
            return escape(clip(words, room), lines=lines)
        return markdown(clip_runs(found, room), self.mentions, lines=lines)

    def text(self, phrase: Phrase, most: int = 0, *, lines: bool = True, **look: object) -> Json:
        """A paragraph."""
        words = self.words(phrase, most, lines=lines)
        return {"type": "TextBlock", "text": words, "wrap": True, **look}

    def finished(self, body: list[Json], actions: list[Json]) -> Json:
        """The card itself."""
        whole: Json = {
            "$schema": SCHEMA,
            "type": "AdaptiveCard",
            "version": "1.3" if self.linked else "1.5",
            "body": body,
        }
        if actions:
            whole["actions"] = actions
        if self.mentions.found:
            whole["msteams"] = {"entities": self.mentions.entities()}
        return whole


@lru_cache(4096)
def _always(key: str, words: str, locale: str, lines: bool) -> str:
    """Words that are the same for everyone who reads the language."""
    return escape(known(key, words, locale), lines=lines)


def weigh(card: Json) -> int:
    """The size of a card on the wire, in UTF-8."""
    return len(orjson.dumps(card))


def said(items: Sequence[Json]) -> list[Json]:
    """The elements without those texts that say nothing."""
    return [item for item in items if item["type"] != "TextBlock" or item["text"].strip(UNSEEN)]


def carried(action: str, args: Mapping[str, str], slot: str) -> Json:
    """What a button or a form brings back."""
    return {"coterie": parts.carried(action, args, slot)}


def attached(card: Json) -> Json:
    """A card as messages and dialogs hold it."""
    return {"contentType": CONTENT_TYPE, "content": card}
