"""Posts for Workplace: posts in groups in its Markdown, comments in plain words, chat messages.

Posts and comments have no buttons: what can be pressed stands there with its number, in the order
of `core.message.choices`, and a line says how to answer. A chat shows up to three buttons in a
template, up to eleven as quick replies under the last message, and more in several templates; each
carries `{"a": action, "k": args, "s": slot}` as JSON in its `payload`.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from cards import limits, parts
from cards.limits import Room, clip, fit
from cards.marks import seen
from cards.mrkdwn import value
from cards.reaching import reached
from cards.wording import CHAT, COMMENT, PLAIN, POST, Marks, Sheet, paragraphs
from cards.words import line, reader, web
from core.engine.ports import Viewer
from core.message import (
    Block,
    Button,
    Buttons,
    Heading,
    Image,
    Link,
    OpenForm,
    Phrase,
    Post,
    Press,
)

Json = dict[str, Any]


def group_post(post: Post, viewer: Viewer, note: Phrase | None = None) -> Json:
    """The Post as one in a group; what can be pressed has a number."""
    written = _written(post, reader(post, viewer), note, POST, limits.WORKPLACE_POST)
    return {"message": written, "formatting": "MARKDOWN"}


def comment(post: Post, viewer: Viewer, note: Phrase | None = None) -> Json:
    """The Post as a comment: words only."""
    return {
        "message": _written(post, reader(post, viewer), note, COMMENT, limits.WORKPLACE_COMMENT)
    }


def chat(post: Post, viewer: Viewer, note: Phrase | None = None) -> list[Json]:
    """The Post as messages of the Send API, to be sent one after another."""
    who = reader(post, viewer)
    post = reached(post, "workplace", who)
    picture = _picture(post, who)
    pieces = _pieces(_without_picture(post) if picture else post)
    sent = list(picture)
    for at, piece in enumerate(pieces, 1):
        sent += _piece(piece, who, note if at == 1 else None, last=at == len(pieces))
    return sent


def said(words: Phrase, viewer: Viewer) -> Json:
    """A sentence as a chat message."""
    told = Sheet(viewer, limits.ROOMS[0], CHAT).words(words)
    return {"text": seen(short(told, limits.WORKPLACE_CHAT))}


def wide(text: str) -> int:
    """How long Meta finds a text: an emoji counts twice."""
    return len(text.encode("utf-16-le", "replace")) // 2


def short(text: str, most: int) -> str:
    """The text, clipped to what Meta takes."""
    cut = clip(text, most)
    while (over := wide(cut) - most) > 0:
        cut = clip(text, len(cut) - (over + 1) // 2)
    return cut


def _written(post: Post, who: Viewer, note: Phrase | None, marks: Marks, most: int) -> str:
    post = reached(post, "workplace", who)

    def draw(room: Room) -> str:
        sheet = Sheet(who, room, marks)
        return "\n\n".join(paragraphs(post, sheet, note)) or seen(sheet.words(post.summary))

    return short(fit(draw, wide, most), most)


def _without_picture(post: Post) -> Post:
    """The Post less its first title and picture, which stand in a message of their own."""
    first = {Heading, Image}
    kept: list[Block] = []
    for block in post.blocks:
        if type(block) in first:
            first.discard(type(block))
        else:
            kept.append(block)
    return replace(post, blocks=tuple(kept))


def _pieces(post: Post) -> list[Post]:
    """The Post cut behind its rows of buttons, so that each stands under what it is about."""
    pieces: list[list[Block]] = [[]]
    for block in post.blocks:
        if not isinstance(block, Buttons) and pieces[-1] and isinstance(pieces[-1][-1], Buttons):
            pieces.append([])
        pieces[-1].append(block)
    if len(pieces) > 1 and not any(isinstance(block, Buttons) for block in pieces[-1]):
        rest = pieces.pop()
        pieces[-1] += rest
    if len(pieces) > limits.WORKPLACE_MESSAGES:
        return [post]
    later = replace(post, purpose=None)
    return [
        replace(later if at else post, blocks=tuple(blocks)) for at, blocks in enumerate(pieces)
    ]


def _piece(piece: Post, who: Viewer, note: Phrase | None, *, last: bool) -> list[Json]:
    """Words with what can be pressed; only the last message of all keeps its quick replies."""
    buttons = _buttons(piece)
    if len(buttons) > limits.WORKPLACE_BUTTONS:
        buttons = [button for button in buttons if not isinstance(button, Link)]
    shown, slot = _shown(piece, buttons), piece.slot
    if len(buttons) <= limits.WORKPLACE_BUTTONS:
        return _with_template(shown, buttons, who, note, slot)
    text = _written(shown, who, note, CHAT, limits.WORKPLACE_CHAT)
    if last and len(buttons) <= limits.WORKPLACE_REPLIES:
        replies = [_reply(button, who, slot) for button in buttons]
        return [{"text": text, "quick_replies": replies}]
    return [{"text": text}, *_pages(buttons, who, slot)]


def _buttons(post: Post) -> list[Button]:
    """Those that do something here, at most six of a row."""
    return [
        button
        for block in post.blocks
        if isinstance(block, Buttons)
        for button in block.buttons[: limits.BUTTONS]
        if _works(button, post.slot)
    ]


def _works(button: Button, slot: str) -> bool:
    if isinstance(button, Link):
        return bool(web(button.url))
    return len(_payload(button, slot).encode()) <= limits.DATA_BYTES


def _shown(post: Post, buttons: Sequence[Button]) -> Post:
    """The Post without what stands in buttons."""
    kept: list[Block] = []
    for block in post.blocks:
        if not isinstance(block, Buttons):
            kept.append(block)
        elif left := tuple(button for button in block.buttons if button not in buttons):
            kept.append(Buttons(left))
    return replace(post, blocks=tuple(kept))


def _picture(post: Post, who: Viewer) -> list[Json]:
    """The title with its picture, where there are both."""
    title = next((block.text for block in post.blocks if isinstance(block, Heading)), None)
    image = next((block for block in post.blocks if isinstance(block, Image)), None)
    if title is None or image is None or not web(image.url):
        return []
    element = {
        "title": seen(short(line(title, who), limits.WORKPLACE_TITLE)),
        "subtitle": seen(short(line(image.alt, who), limits.WORKPLACE_TITLE)),
        "image_url": web(image.url),
    }
    return [_template({"template_type": "generic", "elements": [element]})]


def _with_template(
    shown: Post, buttons: Sequence[Button], who: Viewer, note: Phrase | None, slot: str
) -> list[Json]:
    """Words and up to three buttons: in one message where the words are few."""
    text = _written(shown, who, note, CHAT, limits.WORKPLACE_CHAT)
    if not buttons:
        return [{"text": text}]
    bare = _written(shown, who, note, PLAIN, limits.WORKPLACE_CHAT)
    if wide(bare) <= limits.WORKPLACE_TEMPLATE:
        return [_choice(bare, buttons, who, slot)]
    return [{"text": text}, _choice(line(parts.CHOOSE, who), buttons, who, slot)]


def _pages(buttons: Sequence[Button], who: Viewer, slot: str) -> list[Json]:
    size = limits.WORKPLACE_BUTTONS
    return [
        _choice(line(parts.AND if at else parts.CHOOSE, who), buttons[at : at + size], who, slot)
        for at in range(0, len(buttons), size)
    ]


def _choice(text: str, buttons: Sequence[Button], who: Viewer, slot: str) -> Json:
    drawn = [_button(button, who, slot) for button in buttons]
    return _template({"template_type": "button", "text": text, "buttons": drawn})


def _template(payload: Json) -> Json:
    return {"attachment": {"type": "template", "payload": payload}}


def _button(button: Button, who: Viewer, slot: str) -> Json:
    if isinstance(button, Link):
        return {"type": "web_url", "title": _title(button, who), "url": web(button.url)}
    payload = _payload(button, slot)
    return {"type": "postback", "title": _title(button, who), "payload": payload}


def _reply(button: Button, who: Viewer, slot: str) -> Json:
    payload = "" if isinstance(button, Link) else _payload(button, slot)
    return {"content_type": "text", "title": _title(button, who), "payload": payload}


def _title(button: Button, who: Viewer) -> str:
    return seen(short(line(button.label, who), limits.WORKPLACE_BUTTON))


def _payload(button: Press | OpenForm, slot: str) -> str:
    return value(parts.carried(button.action, button.args, slot))
