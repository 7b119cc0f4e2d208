"""Posts as Block Kit: messages, the home tab and unfurled links in Slack.

Only blocks that every client knows. A button carries `{"a": action, "k": args, "s": slot}` as
JSON in its `value`; its `action_id` is the action and its place. The `text` beside the blocks is
the summary: what notifications show.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from cards import limits, parts
from cards.bars import bar
from cards.limits import Room, clip, fit
from cards.marks import UNSEEN, seen
from cards.modal import errors, modal, sentence
from cards.mrkdwn import (
    Draft,
    Json,
    escape,
    inside,
    mrkdwn_text,
    plain_text,
    section,
    value,
    weigh,
)
from cards.plain import summary
from cards.reaching import reached
from cards.words import MISSING, line, reader, web
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Block,
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Image,
    Link,
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

__all__ = ["ephemeral", "errors", "home", "message", "modal", "said", "sentence", "unfurl"]


def message(post: Post, viewer: Viewer, note: Phrase | None = None) -> Json:
    """The Post as a message; `note` is a sentence about what was just pressed."""
    drawn = _fitted(post, viewer, note, limits.SLACK_CHARS, limits.SLACK_BLOCKS)
    return {"text": _told(post, viewer), "blocks": drawn}


def ephemeral(post: Post, viewer: Viewer, note: Phrase | None = None) -> Json:
    """The Post as an answer that only who asked sees, and that replaces nothing."""
    return message(post, viewer, note) | {"response_type": "ephemeral", "replace_original": False}


def said(words: Phrase, viewer: Viewer) -> Json:
    """A sentence as an answer that only who asked sees."""
    told = seen(Draft(viewer, limits.ROOMS[0]).words(words))
    return {
        "text": told,
        "blocks": section(told),
        "response_type": "ephemeral",
        "replace_original": False,
    }


def home(post: Post, viewer: Viewer) -> Json:
    """The Post as somebody's home tab."""
    drawn = _fitted(post, viewer, None, limits.SLACK_VIEW_CHARS, limits.SLACK_VIEW_BLOCKS)
    return {"type": "home", "blocks": drawn}


def unfurl(post: Post, viewer: Viewer) -> Json:
    """The Post under a pasted link: words and links, nothing to press."""
    most = limits.SLACK_CHARS, limits.SLACK_BLOCKS
    return {"blocks": _fitted(post, viewer, None, *most, linked=True)}


def _told(post: Post, viewer: Viewer) -> str:
    return seen(escape(summary(post, viewer), lines=False))


def _fitted(
    post: Post,
    viewer: Viewer,
    note: Phrase | None,
    chars: int,
    blocks: int,
    *,
    linked: bool = False,
) -> list[Json]:
    who = reader(post, viewer)
    post = reached(post, "slack", who)

    def draw(room: Room) -> list[Json]:
        return _blocks(post, Draft(who, room, post.slot, linked), note)

    def size(drawn: list[Json]) -> int:
        return weigh(drawn) if len(drawn) <= blocks else chars + 1

    return fit(draw, size, chars)


def _blocks(post: Post, draft: Draft, note: Phrase | None) -> list[Json]:
    drawn: list[Json] = []
    if note is not None:
        drawn += [*draft.section(note), {"type": "divider"}]
    if post.purpose is not None:
        drawn += draft.context(post.purpose, limits.PURPOSE)
    blocks, all_of_it = limits.whole(post.blocks, draft.room.blocks)
    for at, block in enumerate(blocks, 1):
        if not all_of_it and at == len(blocks):
            drawn += draft.context(parts.SHORTENED)
        drawn += _block(block, draft)
    return drawn or section(seen(draft.words(post.summary, limits.SUMMARY)))


def _block(block: Block, draft: Draft) -> Iterator[Json]:
    match block:
        case Text(words, subtle):
            yield from draft.context(words) if subtle else draft.section(words)
        case Heading(words):
            yield from _heading(words, draft)
        case Facts(rows):
            yield from _facts(rows, draft)
        case Bullets(items, numbered):
            yield from _bullets(items, numbered, draft)
        case Buttons(buttons):
            yield from _buttons(buttons, draft)
        case _:
            yield from _seen(block, draft)


def _seen(block: Image | Video | Progress | Ranking | Quote, draft: Draft) -> Iterable[Json]:
    match block:
        case Image(url, alt):
            return _image(web(url), alt, draft)
        case Video(url, title, minutes):
            return _video(url, title, minutes, draft)
        case Progress(label, done, of):
            return _progress(label, done, of, draft)
        case Ranking(rows):
            return _ranking(rows, draft)
        case Quote(words, by):
            return _quote(words, by, draft)
        case _:
            assert_never(block)


def _heading(words: Phrase, draft: Draft) -> Iterator[Json]:
    """The first as a header; those after it are smaller."""
    told = clip(line(words, draft.viewer), limits.HEADING)
    if not told.strip(UNSEEN):
        return
    if draft.titled:
        yield from section(f"*{inside(told)}*")
    else:
        yield {"type": "header", "text": plain_text(told)}
    draft.titled = True


def _facts(rows: Sequence[tuple[Phrase, Phrase]], draft: Draft) -> Iterator[Json]:
    """Side by side where they are short, else a line for each."""
    shown, left = limits.some(rows, draft.room.rows)
    pairs = [
        (_name(name, draft), seen(draft.words(worth, lines=False, cap=limits.SLACK_FIELD)))
        for name, worth in shown
    ]
    if all(len(worth) <= limits.SLACK_SHORT for _, worth in pairs):
        for at in range(0, len(pairs), limits.SLACK_FIELDS):
            some = pairs[at : at + limits.SLACK_FIELDS]
            fields = [mrkdwn_text(f"{name}\n{worth}") for name, worth in some]
            yield {"type": "section", "fields": fields}
    else:
        yield from _lines([f"{name}  {worth}" for name, worth in pairs])
    yield from draft.left_out(left)


def _name(words: Phrase, draft: Draft) -> str:
    told = clip(line(words, draft.viewer), limits.LABEL)
    return f"*{inside(told)}*" if told.strip(UNSEEN) else MISSING


def _bullets(items: Sequence[Phrase], numbered: bool, draft: Draft) -> Iterator[Json]:
    shown, left = limits.some(items, draft.room.rows)
    marks = [f"{n}." if numbered else "•" for n in range(1, len(shown) + 1)]
    told = (draft.words(item, lines=False, cap=limits.SLACK_FIELD) for item in shown)
    yield from _lines([f"{mark} {words}" for mark, words in zip(marks, told, strict=True)])
    yield from draft.left_out(left)


def _ranking(rows: Sequence[tuple[Phrase, int]], draft: Draft) -> Iterator[Json]:
    shown, left = limits.some(rows, draft.room.rows)
    places = parts.places(number for _, number in shown)
    yield from _lines(
        [
            f"{place}. {seen(draft.words(name, limits.LABEL, lines=False))} · *{number}*"
            for place, (name, number) in zip(places, shown, strict=True)
        ]
    )
    yield from draft.left_out(left)


def _lines(lines: Sequence[str]) -> Iterator[Json]:
    """Lines in as few sections as they need."""
    kept: list[str] = []
    for one in lines:
        if sum(map(len, kept)) + len(kept) + len(one) > limits.SLACK_TEXT:
            yield from section("\n".join(kept))
            kept = []
        kept.append(one)
    yield from section("\n".join(kept))


def _quote(words: str, by: Phrase, draft: Draft) -> Iterator[Json]:
    told = draft.words(verbatim(words), cap=limits.SLACK_FIELD)
    if told.strip(UNSEEN):
        quoted = "\n".join(f"> {one}" for one in told.split("\n"))
        yield from section(clip(quoted, limits.SLACK_TEXT))
    yield from draft.context(by, limits.LABEL)


def _image(url: str, alt: Phrase, draft: Draft) -> Iterable[Json]:
    """The picture, or its words where the address is none."""
    if not url:
        return draft.context(alt)
    told = clip(line(alt, draft.viewer), limits.ALT)
    return [{"type": "image", "image_url": url, "alt_text": seen(told)}]


def _video(url: str, title: Phrase, minutes: int, draft: Draft) -> Iterator[Json]:
    name = seen(clip(line(title, draft.viewer), limits.HEADING))
    linked = say("", "{title}", title=Anchor(name, url))
    long = f"\n{draft.words(parts.lasting(minutes))}" if minutes > 0 else ""
    yield from section(draft.words(linked, cap=limits.SLACK_FIELD) + long)


def _progress(label: Phrase, done: int, of: int, draft: Draft) -> Iterator[Json]:
    """Words and figures, and a bar of text under them."""
    count = parts.counted(line(label, draft.viewer), done, of)
    words = draft.words(label, limits.QUESTION, lines=False)
    if count is not None:
        words = f"{words}  *{draft.words(count)}*"
    yield from section(f"{words}\n{bar(done, of, draft.viewer.locale)}".strip())


def _buttons(buttons: Sequence[Button], draft: Draft) -> Iterator[Json]:
    """What is left to say in words, and the buttons."""
    elements: list[Json] = []
    for at, button in enumerate(buttons[: limits.BUTTONS], 1):
        drawn = _button(button, at, draft)
        if drawn is not None:
            elements.append(drawn)
        elif not draft.linked:
            yield from draft.context(button.label, limits.LABEL)
    yield from draft.left_out(max(len(buttons) - limits.BUTTONS, 0))
    if elements:
        yield {"type": "actions", "elements": elements}


def _button(button: Button, at: int, draft: Draft) -> Json | None:
    """The button, or None where it could do nothing."""
    look = {"type": "button", "text": draft.label(button.label, limits.LABEL)}
    if isinstance(button, Link):
        url = web(button.url)
        return look | {"action_id": f"link.{at}", "url": url} if url else None
    carried = value(parts.carried(button.action, button.args, draft.slot))
    if draft.linked or len(carried.encode()) > limits.DATA_BYTES:
        return None
    style = {} if button.style == "plain" else {"style": button.style}
    name = f"{button.action[: limits.SLACK_ID - 4]}.{at}"
    return look | {"action_id": name, "value": carried} | style
