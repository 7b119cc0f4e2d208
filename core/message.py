"""The neutral message: what every platform shows in its own way.

A Post is built from a closed union of blocks; a renderer matches it to the end, so that a new
block fails the type check in every renderer. Words are Phrases: English with a key, translated
when the Post is drawn. Text that a person wrote is only ever an argument of a Phrase, never part
of its words, so each renderer escapes it for its own platform.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

_PLACE = re.compile(r"\{(\w+)\}")


class Bold(Struct, frozen=True, tag="bold"):
    """Strong words inside a Phrase."""

    text: "str | Phrase"


class Italic(Struct, frozen=True, tag="italic"):
    """Names of things (a cohort, a course) inside a Phrase."""

    text: "str | Phrase"


class Anchor(Struct, frozen=True, tag="anchor"):
    """A link inside a Phrase; `url` is http(s), checked by the renderer."""

    text: "str | Phrase"
    url: str


class Mention(Struct, frozen=True, tag="mention"):
    """A person, called by name; platforms that can, notify them.

    `account` is filled in by the worker for the platform of the reader; without it the name
    stands as plain words.
    """

    person: str
    name: str
    account: str = ""


class Day(Struct, frozen=True, tag="day"):
    """A calendar day, written in the reader's language."""

    on: date


class When(Struct, frozen=True, tag="when"):
    """A moment, written in the reader's language and time zone."""

    at: datetime


class Phrase(Struct, frozen=True, tag="phrase"):
    """Words with a key: English here, other languages from `locales/` by the key.

    `words` holds `{name}` for each argument. Key "" means words that are not translated.
    """

    key: str
    words: str
    args: "Mapping[str, Value]" = {}


Value = str | int | Bold | Italic | Anchor | Mention | Day | When | Phrase
Run = str | Bold | Italic | Anchor | Mention


def say(key: str, words: str, **args: Value) -> Phrase:
    """A Phrase: `say("cohorts.hi", "Hi {name}.", name=person.name)`."""
    return Phrase(key, words, args)


def verbatim(text: str) -> Phrase:
    """What a person wrote, as it is."""
    return Phrase("", "{text}", {"text": text})


def plain(value: Value) -> str:
    """The English words without markup, for whatever is no chat window: exports and tests."""
    match value:
        case Phrase(_, words, args):
            return _PLACE.sub(lambda place: plain(args.get(place[1], "…")), words)
        case Bold(text) | Italic(text) | Anchor(text):
            return plain(text)
        case Mention(_, name):
            return name
        case Day(when) | When(when):
            return when.isoformat()
        case _:
            return str(value)


class Heading(Struct, frozen=True, tag="heading"):
    """The title of a Post: one, at its top."""

    text: Phrase


class Text(Struct, frozen=True, tag="text"):
    """A paragraph."""

    text: Phrase
    subtle: bool = False


class Facts(Struct, frozen=True, tag="facts"):
    """Short name and value pairs."""

    rows: tuple[tuple[Phrase, Phrase], ...]


class Bullets(Struct, frozen=True, tag="bullets"):
    """A list of lines, numbered when their order matters."""

    items: tuple[Phrase, ...]
    numbered: bool = False


class Image(Struct, frozen=True, tag="image"):
    """A picture; `alt` is required because a picture without words excludes people."""

    url: str
    alt: Phrase


class Video(Struct, frozen=True, tag="video"):
    """A film behind a link, with a title and, where known, its length in minutes."""

    url: str
    title: Phrase
    minutes: int = 0


class Progress(Struct, frozen=True, tag="progress"):
    """How many of how many, in words and as a bar."""

    label: Phrase
    done: int
    of: int


class Ranking(Struct, frozen=True, tag="ranking"):
    """Names with a number, highest first."""

    rows: tuple[tuple[Phrase, int], ...]


class Quote(Struct, frozen=True, tag="quote"):
    """What a person wrote, and who."""

    text: str
    by: Phrase


Style = Literal["plain", "primary", "danger"]


class Press(Struct, frozen=True, tag="press"):
    """A button that does `action` with `args` (ids only: authority comes from who presses)."""

    label: Phrase
    action: str
    args: Mapping[str, str] = {}
    style: Style = "plain"


class OpenForm(Struct, frozen=True, tag="open"):
    """A button whose action answers with a form."""

    label: Phrase
    action: str
    args: Mapping[str, str] = {}
    style: Style = "plain"


class Reach(Struct, frozen=True, omit_defaults=True):
    """People to write to or to meet; each platform has its own way to them, or none.

    `chat` is a place where they talk already, `text` what to begin with.
    """

    how: Literal["chat", "meeting"]
    accounts: tuple[str, ...]
    text: Phrase
    mails: tuple[str, ...] = ()
    chat: str = ""


class Link(Struct, frozen=True, tag="link", omit_defaults=True):
    """A button that opens an address, or the way to people: left out where there is none.

    A path is a page of ours; where we are, and a signature, are filled in when it leaves.
    """

    label: Phrase
    url: str = ""
    reach: Reach | None = None


Button = Press | OpenForm | Link


class Buttons(Struct, frozen=True, tag="buttons"):
    """At most six choices, the most likely first."""

    buttons: tuple[Button, ...]


Block = Heading | Text | Facts | Bullets | Image | Video | Progress | Ranking | Quote | Buttons


class Post(Struct, frozen=True, kw_only=True, tag="post"):
    """A message.

    `summary` is what a lock screen shows: at most 80 characters, never another person's words.
    `purpose` is why it is sent, shown first. `slot` names the thing it shows, so that showing it
    again edits the message. `locale` and `zone` are those of a shared place, "" the reader's own.
    """

    summary: Phrase
    blocks: tuple[Block, ...]
    purpose: Phrase | None = None
    slot: str = ""
    locale: str = ""
    zone: str = ""


def choices(post: Post) -> tuple[Press | OpenForm, ...]:
    """The buttons of a Post that do something, in their order: what a number means."""
    return tuple(
        button
        for block in post.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
        if not isinstance(button, Link)
    )


class Option(Struct, frozen=True):
    """One choice of a field."""

    value: str
    label: Phrase


class TextField(Struct, frozen=True, kw_only=True, tag="text-field"):
    """Words, on one line or several, at most `limit` characters."""

    name: str
    label: Phrase
    hint: Phrase | None = None
    required: bool = True
    lines: bool = False
    limit: int = 1000
    value: str = ""


class ChoiceField(Struct, frozen=True, kw_only=True, tag="choice-field"):
    """One of `options`, or several."""

    name: str
    label: Phrase
    options: tuple[Option, ...]
    required: bool = True
    several: bool = False
    value: str = ""


class DateField(Struct, frozen=True, kw_only=True, tag="date-field"):
    """A calendar day; `value` is ISO 8601."""

    name: str
    label: Phrase
    required: bool = True
    value: str = ""


class PeopleField(Struct, frozen=True, kw_only=True, tag="people-field"):
    """People of the organisation: `value` and what comes back are person ids.

    `options` are those already known here; a platform with a people picker may offer more and
    sends account ids, which the parser turns into persons.
    """

    name: str
    label: Phrase
    options: tuple[Option, ...] = ()
    required: bool = True
    several: bool = False
    value: str = ""


class ToggleField(Struct, frozen=True, kw_only=True, tag="toggle-field"):
    """Yes or no; comes back as "true" or "false"."""

    name: str
    label: Phrase
    value: bool = False


Field = TextField | ChoiceField | DateField | PeopleField | ToggleField


class Form(Struct, frozen=True, kw_only=True, tag="form"):
    """Questions whose answers do `action` with `args` and the values by field name.

    Some platforms open it as a dialog, the browser in place, others ask field by field.
    """

    title: Phrase
    action: str
    fields: tuple[Field, ...]
    submit: Phrase
    args: Mapping[str, str] = {}
    intro: Phrase | None = None
    errors: Mapping[str, Phrase] = {}
    locale: str = ""
    zone: str = ""
