"""What people typed, as Teams writes it down, turned back into plain words."""

import html
import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Raw, Struct

from teams.activity import Activity, Attachment
from teams.scene import MENTIONS

ATTACHED, LINKS = 20, 6
CARD = "application/vnd.microsoft.card.adaptive"

TAGS = re.compile(r"<[^<>]*>")
BREAKS = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)
SPACES = re.compile(r"[ \t]{2,}")
INSERTED = re.compile(  # where a card stands that was chosen beside the compose box
    r"<span\s[^<>]{0,300}InputExtension[^<>]{0,300}>\s*(?:<span[^<>]{0,300}>\s*</span>\s*)?</span>"
)
HREF = re.compile(r"<a\s[^<>]{0,4000}?href=[\"'](https?://[^\"'<>\s]{1,4000})", re.IGNORECASE)


class Opens(Struct, frozen=True):
    """A button of a card."""

    url: str | None = None


class Card(Struct, frozen=True):
    """A card, as far as it leads somewhere."""

    actions: tuple[Opens, ...] | None = None


_copy = msgspec.json.Decoder(str | Card | None)
_card = msgspec.json.Decoder(Card)


def spoken(activity: Activity) -> tuple[str, bool]:
    """The words without the mention of the bot, and whether there was one.

    A mention is taken out by the text that its entity has, never by a name: people have names
    that are words.
    """
    text, mentioned = INSERTED.sub("", activity.text or ""), False
    bot = activity.recipient.id if activity.recipient else None
    for entity in (activity.entities or ())[:MENTIONS]:
        who = entity.mentioned
        if entity.type != "mention" or who is None or not entity.text:
            continue
        mine = bool(who.id) and who.id == bot
        mentioned = mentioned or mine
        text = text.replace(entity.text, "" if mine else who.name or "", 1)
    words = plain(text, activity.text_format == "xml")
    return with_links(words, text, activity.attachments or ()), mentioned


def plain(text: str, marked_up: bool) -> str:
    """What is read of a text that may be marked up."""
    if marked_up:
        text = TAGS.sub("", BREAKS.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return SPACES.sub(" ", text.replace("\xa0", " ")).strip()


def with_links(words: str, source: str, attached: Sequence[Attachment]) -> str:
    """The words, and below them the links that stand behind a title or a button, if nothing else.

    Teams shows the title of a page in place of its address, and a card has it in a button.
    """
    if "://" in words:
        return words
    found = dict.fromkeys((*_hrefs(source), *_behind(attached[:ATTACHED])))
    return "\n".join(filter(None, (words, *list(found)[:LINKS])))


def _behind(attached: Sequence[Attachment]) -> Iterator[str]:
    for one in attached:
        if one.content_type in {"text/html", CARD}:
            copy = _read(one.content)
            yield from _hrefs(copy) if isinstance(copy, str) else _opened(copy)


def _read(content: Raw) -> str | Card:
    """A copy in HTML, or a card, which the menu of a message tells as text."""
    try:
        told = _copy.decode(content) if bytes(content) else None
        return _card.decode(told) if isinstance(told, str) and told[:1] == "{" else told or ""
    except (ValueError, RecursionError):
        return ""


def _opened(card: Card) -> Iterator[str]:
    urls = (one.url or "" for one in card.actions or ())
    yield from (url for url in urls if url.startswith(("https://", "http://")))


def _hrefs(source: str) -> Iterator[str]:
    yield from map(html.unescape, HREF.findall(source) if "href" in source else ())
