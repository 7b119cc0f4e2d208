"""What the parts of one piece of HTML share while it is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

import orjson
from markupsafe import Markup

from cards import parts
from cards.limits import LABEL, Room, clip, clip_runs
from cards.words import MISSING, bare, line, runs
from core.engine.ports import Viewer
from core.message import Anchor, Bold, Italic, Mention, Phrase, Run

REL = "noopener noreferrer"


@dataclass(slots=True)
class Page:
    """One drawing: for whom, in how much room, of which slot; `scope` keeps its ids apart."""

    viewer: Viewer
    room: Room
    slot: str = ""
    scope: str = ""
    titled: bool = False

    def words(self, phrase: Phrase, most: int = 0) -> Markup:
        """A Phrase with its markup."""
        room = min(most, self.room.text) if most else self.room.text
        return join(marked(run) for run in clip_runs(runs(phrase, self.viewer), room))

    def label(self, phrase: Phrase, most: int = LABEL) -> str:
        """A Phrase on one line without markup."""
        return clip(line(phrase, self.viewer), most) or MISSING

    def paragraph(self, look: str, phrase: Phrase, most: int = 0) -> Markup:
        """A Phrase as a paragraph."""
        words = self.words(phrase, most)
        return Markup('<p class="{}">{}</p>').format(look, words) if words else words

    def left_out(self, rows: int) -> Markup:
        """What stands for the rows that do not fit."""
        return self.paragraph("more", parts.more(rows)) if rows else Markup()


def marked(run: Run) -> Markup:
    """A run with its markup, its lines kept."""
    match run:
        case str():
            return Markup("<br>").join(run.split("\n"))
        case Bold():
            return Markup("<strong>{}</strong>").format(bare(run))
        case Italic():
            return Markup("<em>{}</em>").format(bare(run))
        case Anchor(_, url):
            return link("", url, bare(run))
        case Mention(person, name):
            return Markup('<span class="mention" data-person="{}">{}</span>').format(person, name)
        case _:
            assert_never(run)


def link(look: str, url: str, words: str) -> Markup:
    """A link that opens beside the page; `url` is one that `words.web` let through."""
    styled = Markup(' class="{}"').format(look) if look else ""
    return Markup('<a{} href="{}" target="_blank" rel="{}">{}</a>').format(styled, url, REL, words)


def join(drawn: Iterable[Markup]) -> Markup:
    """All of them, in a row."""
    return Markup().join(drawn)


def carried(action: str, args: Mapping[str, str], slot: str) -> str:
    """What a button or a form brings back, as the value of an input."""
    return orjson.dumps(parts.carried(action, args, slot)).decode()


def weigh(drawn: Markup) -> int:
    """The size of a drawing on the wire."""
    return len(drawn.encode())
