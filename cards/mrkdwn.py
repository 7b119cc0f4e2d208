"""The mrkdwn of Slack, written so that only we write it, and what one drawing of blocks shares.

Slack takes back `&`, `<` and `>` when they are written as entities, and nothing else; marks that
people typed become signs that look like them. Texts are sent `verbatim`, so that Slack makes no
link, channel or call of what somebody wrote.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, assert_never

import orjson

from cards import limits, parts
from cards.limits import Room, clip, clip_runs
from cards.marks import APART, UNSEEN, broken, disarm, joined, seen, strong, tame
from cards.words import bare, known, line, runs
from core.engine.ports import Viewer
from core.message import Anchor, Bold, Italic, Mention, Phrase, Run

Json = dict[str, Any]

ACCOUNTS = "slack:"

_LIVE = re.compile(r"[&<>*_`~\n\t]")
_BARS = {ord("|"): "\N{DIVIDES}"}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_QUOTED = re.compile(r"^(?=&gt;)", re.MULTILINE)
_USER = re.compile(r"[A-Z0-9]{2,32}")


@dataclass(slots=True)
class Draft:
    """One drawing: for whom, in how much room, of which slot. `linked`: nothing to press."""

    viewer: Viewer
    room: Room
    slot: str = ""
    linked: bool = False
    titled: bool = False

    def words(
        self, phrase: Phrase, most: int = 0, *, lines: bool = True, cap: int = limits.SLACK_TEXT
    ) -> str:
        """A Phrase in mrkdwn, within `most` characters as read and `cap` as written."""
        room = min(most, self.room.text) if most else self.room.text
        if not phrase.args:
            always = _always(phrase.key, phrase.words, self.viewer.locale, lines)
            if len(always) <= min(room, cap):
                return always
        found = runs(phrase, self.viewer)
        written = mrkdwn(clip_runs(found, room), lines=lines)
        while len(written) > cap:
            room = room * cap // len(written) - 1
            written = mrkdwn(clip_runs(found, room), lines=lines)
        return written

    def label(self, phrase: Phrase, most: int) -> Json:
        """A Phrase on one line without marks."""
        return plain_text(clip(line(phrase, self.viewer), most))

    def section(self, phrase: Phrase, most: int = 0) -> list[Json]:
        """A paragraph, or nothing where it says nothing."""
        return section(self.words(phrase, most))

    def context(self, phrase: Phrase, most: int = 0) -> list[Json]:
        """Small words, or nothing where there are none."""
        return context(self.words(phrase, most, cap=limits.SLACK_CONTEXT))

    def left_out(self, rows: int) -> list[Json]:
        """What stands for the rows that do not fit."""
        return self.context(parts.more(rows)) if rows else []


def mrkdwn(found: tuple[Run, ...], *, lines: bool = True) -> str:
    """The words in mrkdwn; without `lines` all on one line."""

    def write(run: Run, before: str, after: str, first: bool) -> str:
        if isinstance(run, str):
            return escape(run, lines=lines, start=first)
        return _marked(run, before, after)

    return joined(found, write)


def escape(text: str, *, lines: bool = True, start: bool = True) -> str:
    """Words that stay words. `start`: a line begins with them."""
    if not _LIVE.search(text):
        return text
    safe = broken(disarm(text), lines=lines).translate(_ENTITIES)
    if start:
        return _QUOTED.sub(APART, safe.lstrip())
    return _QUOTED.sub(lambda found: APART if found.start() else "", safe)


def section(words: str) -> list[Json]:
    """A section of words in mrkdwn, or nothing."""
    if not words.strip(UNSEEN):
        return []
    return [{"type": "section", "text": mrkdwn_text(words)}]


def context(words: str) -> list[Json]:
    """Small words in mrkdwn, or nothing."""
    if not words.strip(UNSEEN):
        return []
    return [{"type": "context", "elements": [mrkdwn_text(words)]}]


def mrkdwn_text(words: str) -> Json:
    """A text object that Slack does not look into for links and calls."""
    return {"type": "mrkdwn", "text": words, "verbatim": True}


def plain_text(words: str) -> Json:
    """A text object without marks."""
    return {"type": "plain_text", "text": seen(words), "emoji": True}


def value(data: Mapping[str, object]) -> str:
    """What a button or a dialog carries, in JSON."""
    return orjson.dumps(data).decode()


def weigh(drawn: object) -> int:
    """How many characters a drawing has on the wire."""
    return len(orjson.dumps(drawn).decode())


@lru_cache(4096)
def _always(key: str, words: str, locale: str, lines: bool) -> str:
    """Words that are the same for everyone who reads the language."""
    return escape(known(key, words, locale), lines=lines)


def _marked(run: Bold | Italic | Anchor | Mention, before: str, after: str) -> str:
    match run:
        case Mention(_, name):
            return _called(run) or strong("*", inside(name), before, after)
        case Anchor(text, url):
            label = seen(inside(str(text)).translate(_BARS).strip(UNSEEN))
            return f"<{url.translate(_ENTITIES)}|{label}>"
        case Bold():
            return strong("*", inside(bare(run)), before, after)
        case Italic():
            return strong("_", inside(bare(run)), before, after)
        case _:
            assert_never(run)


def inside(words: str) -> str:
    """Words on one line that stand inside marks of ours."""
    return broken(tame(words), lines=False).translate(_ENTITIES)


def _called(mention: Mention) -> str:
    """What calls this person in Slack, if they are there."""
    user = mention.account.rpartition(":")[2] if mention.account.startswith(ACCOUNTS) else ""
    return f"<@{user}>" if _USER.fullmatch(user) else ""
