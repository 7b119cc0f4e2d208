"""Posts as Adaptive Cards: schema 1.5 in messages, 1.3 for unfurled links.

Only elements that every client knows. A button carries `{"coterie": {"a": action, "k": args,
"s": slot}}`, in `Action.Execute` and again in the `Action.Submit` for clients without it; what
opens a dialog is a `task/fetch`.
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

from cards import limits, parts
from cards.dialog import form, task
from cards.limits import Room, clip, fit
from cards.markdown import bullets
from cards.plain import summary
from cards.reaching import reached
from cards.sheet import Json, Sheet, attached, carried, said, weigh
from cards.words import MISSING, line, reader, web
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Block,
    Bold,
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Image,
    Link,
    OpenForm,
    Phrase,
    Post,
    Progress,
    Quote,
    Ranking,
    Text,
    Video,
    say,
    verbatim,
)

__all__ = ["activity", "card", "form", "task", "unfurl"]

STYLES = {"primary": "positive", "danger": "destructive"}


def card(post: Post, viewer: Viewer, note: Phrase | None = None) -> Json:
    """The Post as a card of at most 24 KB; `note` is a sentence about what was just pressed."""
    who = reader(post, viewer)
    post = reached(post, "teams", who)

    def draw(room: Room) -> Json:
        return _card(post, Sheet(who, room, post.slot), note)

    return fit(draw, weigh, limits.CARD_BYTES)


def activity(post: Post, viewer: Viewer) -> Json:
    """The Post as a message; its summary is what toasts and lock screens show."""
    return {
        "type": "message",
        "text": "",
        "summary": summary(post, viewer),
        "attachments": [attached(card(post, viewer))],
    }


def unfurl(post: Post, viewer: Viewer) -> Json:
    """The Post as a card beside a pasted link: words and links, nothing to press."""
    who = reader(post, viewer)

    def draw(room: Room) -> Json:
        return _card(post, Sheet(who, room, linked=True), None)

    return fit(draw, weigh, limits.CARD_BYTES)


def _card(post: Post, sheet: Sheet, note: Phrase | None) -> Json:
    body: list[Json] = []
    actions: list[Json] = []
    if note is not None:
        body.append({"type": "Container", "style": "emphasis", "items": [sheet.text(note)]})
    if post.purpose is not None:
        body.append(_purpose(post.purpose, sheet))
    blocks, all_of_it = limits.whole(post.blocks, sheet.room.blocks)
    last = blocks[-1] if blocks else None
    for block in blocks:
        if block is last and isinstance(block, Buttons):
            continue
        body.extend(_block(block, sheet))
    if not all_of_it:
        body.append(sheet.text(parts.SHORTENED, isSubtle=True))
    if isinstance(last, Buttons):
        words, actions = _buttons(last, sheet)
        body.extend(words)
    return sheet.finished(said(body) or [_only(post.summary, sheet)], actions)


def _block(block: Block, sheet: Sheet) -> Iterator[Json]:
    match block:
        case Text(words, subtle):
            yield sheet.text(words, isSubtle=True) if subtle else sheet.text(words)
        case Heading(words):
            yield _heading(words, sheet)
        case Facts(rows):
            yield from _facts(rows, sheet)
        case Bullets(items, numbered):
            yield from _bullets(items, numbered, sheet)
        case Quote(words, by):
            yield from _quote(words, by, sheet)
        case Buttons():
            yield from _action_set(block, sheet)
        case _:
            yield from _seen(block, sheet)


def _seen(block: Image | Video | Progress | Ranking, sheet: Sheet) -> Iterator[Json]:
    match block:
        case Image(url, alt):
            yield _image(url, alt, sheet)
        case Video(url, title, minutes):
            yield _video(web(url), title, minutes, sheet)
        case Progress(label, done, of):
            yield from _progress(label, done, of, sheet)
        case Ranking(rows):
            yield from _ranking(rows, sheet)
        case _:
            assert_never(block)


def _only(words: Phrase, sheet: Sheet) -> Json:
    return sheet.text(verbatim(line(words, sheet.viewer) or MISSING), limits.SUMMARY)


def _purpose(words: Phrase, sheet: Sheet) -> Json:
    return sheet.text(words, limits.PURPOSE, lines=False, isSubtle=True, size="Small")


def _heading(words: Phrase, sheet: Sheet) -> Json:
    size = "Medium" if sheet.titled else "Large"
    sheet.titled = True
    style = {} if sheet.linked else {"style": "heading"}
    return sheet.text(words, limits.HEADING, lines=False, size=size, weight="Bolder", **style)


def _facts(rows: Sequence[tuple[Phrase, Phrase]], sheet: Sheet) -> Iterator[Json]:
    shown, left = limits.some(rows, sheet.room.rows)
    facts = [
        {"title": sheet.words(name, limits.LABEL), "value": sheet.words(value)}
        for name, value in shown
    ]
    if facts:
        yield {"type": "FactSet", "facts": facts}
    yield from _left_out(left, sheet)


def _bullets(items: Sequence[Phrase], numbered: bool, sheet: Sheet) -> Iterator[Json]:
    shown, left = limits.some(items, sheet.room.rows)
    if shown:
        listed = bullets((sheet.words(item) for item in shown), numbered=numbered)
        yield {"type": "TextBlock", "text": listed, "wrap": True}
    yield from _left_out(left, sheet)


def _ranking(rows: Sequence[tuple[Phrase, int]], sheet: Sheet) -> Iterator[Json]:
    shown, left = limits.some(rows, sheet.room.rows)
    facts = [
        {"title": str(place), "value": f"{sheet.words(name, limits.LABEL)} · {number}"}
        for place, (name, number) in zip(parts.places(n for _, n in shown), shown, strict=True)
    ]
    if facts:
        yield {"type": "FactSet", "facts": facts}
    yield from _left_out(left, sheet)


def _left_out(rows: int, sheet: Sheet) -> Iterator[Json]:
    if rows:
        yield sheet.text(parts.more(rows), isSubtle=True, spacing="Small")


def _quote(words: str, by: Phrase, sheet: Sheet) -> Iterator[Json]:
    quoted = sheet.text(verbatim(words))
    named = sheet.text(by, limits.LABEL, isSubtle=True, size="Small", spacing="Small")
    items = said([quoted, named])
    if items:
        yield {"type": "Container", "style": "emphasis", "items": items}


def _image(url: str, alt: Phrase, sheet: Sheet) -> Json:
    """The picture, or its words where the address is none."""
    safe = web(url)
    if not safe:
        return sheet.text(alt, isSubtle=True)
    told = clip(line(alt, sheet.viewer), limits.ALT)
    return {"type": "Image", "url": safe, "altText": told or MISSING, "size": "Stretch"}


def _video(url: str, title: Phrase, minutes: int, sheet: Sheet) -> Json:
    name = line(title, sheet.viewer) or MISSING
    linked = Anchor(name, url) if url else Bold(name)
    items = [sheet.text(say("", "{title}", title=linked), weight="Bolder")]
    if minutes > 0:
        long = parts.lasting(minutes)
        items.append(sheet.text(long, isSubtle=True, size="Small", spacing="None"))
    return {"type": "Container", "style": "emphasis", "items": items}


def _progress(label: Phrase, done: int, of: int, sheet: Sheet) -> Iterator[Json]:
    count = parts.counted(line(label, sheet.viewer), done, of)
    columns = [_column("stretch", sheet.text(label))]
    if count is not None:
        columns.append(_column("auto", sheet.text(count, weight="Bolder")))
    yield {"type": "ColumnSet", "columns": columns}
    if of > 0:
        share = min(max(round(100 * done / of), 0), 100)
        stripes = ((share, "good"), (100 - share, "emphasis"))
        bar = [_stripe(width, style) for width, style in stripes if width]
        yield {"type": "ColumnSet", "columns": bar, "spacing": "Small"}


def _column(width: str, words: Json) -> Json:
    return {"type": "Column", "width": width, "items": said([words])}


def _stripe(width: int, style: str) -> Json:
    return {
        "type": "Column",
        "width": width,
        "style": style,
        "minHeight": "8px",
        "spacing": "None",
        "items": [],
    }


def _action_set(block: Buttons, sheet: Sheet) -> Iterator[Json]:
    words, actions = _buttons(block, sheet)
    yield from words
    if actions:
        yield {"type": "ActionSet", "actions": actions}


def _buttons(block: Buttons, sheet: Sheet) -> tuple[list[Json], list[Json]]:
    """What is left to say in words, and the buttons."""
    words: list[Json] = []
    actions: list[Json] = []
    for button in block.buttons[: limits.BUTTONS]:
        action = _button(button, sheet)
        if action:
            actions.append(action)
        elif not sheet.linked:
            words.append(sheet.text(button.label, limits.LABEL, isSubtle=True))
    words.extend(_left_out(max(len(block.buttons) - limits.BUTTONS, 0), sheet))
    return words, actions


def _button(button: Button, sheet: Sheet) -> Json | None:
    """The button, or None where it could do nothing."""
    title = clip(line(button.label, sheet.viewer), limits.LABEL) or MISSING
    if isinstance(button, Link):
        url = web(button.url)
        return {"type": "Action.OpenUrl", "title": title, "url": url} if url else None
    data = carried(button.action, button.args, sheet.slot)
    if sheet.linked or weigh(data) > limits.DATA_BYTES:
        return None
    look: Json = {"title": title}
    if button.style != "plain":
        look["style"] = STYLES[button.style]
    if isinstance(button, OpenForm):
        data["msteams"] = {"type": "task/fetch"}
        return {"type": "Action.Submit", **look, "data": data}
    return {
        "type": "Action.Execute",
        **look,
        "verb": button.action,
        "data": data,
        "fallback": {"type": "Action.Submit", **look, "data": data},
    }
