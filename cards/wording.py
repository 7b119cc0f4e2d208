"""A Post as paragraphs, in as many marks as its window knows: Markdown, a chat's own, or none.

What people wrote calls nobody (`@[id]`), is no link and no mark. Between brackets, beside an
address and at the start of a line a space of no width keeps it apart.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, assert_never

from cards import limits, parts
from cards.bars import bar
from cards.limits import Room, clip, clip_runs
from cards.marks import APART, UNSEEN, broken, disarm, joined, seen, strong, tame
from cards.words import bare, known, line, runs, web
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
    Italic,
    Link,
    Mention,
    OpenForm,
    Phrase,
    Post,
    Press,
    Progress,
    Quote,
    Ranking,
    Run,
    Text,
    Video,
    say,
    verbatim,
)

ACCOUNTS = "workplace:"

_INLINE = re.compile(
    r"(?<=@)(?=\[)|(?<=\])(?=[(\[:])|(?<=<)(?=[A-Za-z/!?])|(?<=&)(?=#?\w+;)"
    r"|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\\)",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"^(?=[-+*>#=|]|\d{1,9}[.)])", re.MULTILINE)
_LIVE = re.compile(r"[@\]<&\\*_`~\n\t]|:/|\]:|www\.|^[\s\d>#+|=-]", re.IGNORECASE)
_USER = re.compile(r"\d{1,32}")


class Marks(NamedTuple):
    """What a window knows: signs for bold and slanted words, lists, links and calls."""

    bold: str = ""
    italic: str = ""
    heading: str = ""
    item: str = "•"
    quote: str = ""
    linked: bool = False
    calls: bool = False
    numbers: bool = False


POST = Marks("**", "*", "#", "*", "> ", linked=True, calls=True, numbers=True)
COMMENT = Marks(calls=True, numbers=True)
CHAT = Marks("*", "_")
PLAIN = Marks()


@dataclass(slots=True)
class Sheet:
    """One drawing: for whom, in how much room, in which marks; how many choices stand there.

    `listed`: a numbered list stands just above, into which the numbers of choices would run.
    """

    viewer: Viewer
    room: Room
    marks: Marks
    titled: bool = False
    choices: int = 0
    listed: bool = False

    def words(self, phrase: Phrase, most: int = 0, *, lines: bool = True) -> str:
        """A Phrase in the marks of the window, within `most` characters."""
        room = min(most, self.room.text) if most else self.room.text
        if not phrase.args:
            always = _always(phrase.key, phrase.words, self.viewer.locale, lines)
            if len(always) <= room:
                return always
        return written(clip_runs(runs(phrase, self.viewer), room), self.marks, lines=lines)

    def strong(self, phrase: Phrase, most: int = 0) -> str:
        """A Phrase on one line in strong words."""
        told = clip(line(phrase, self.viewer), min(most or self.room.text, self.room.text))
        return strong(self.marks.bold, escape(tame(told), lines=False, start=False), "", "")

    def left_out(self, rows: int) -> list[str]:
        """What stands for the rows that do not fit."""
        return [self.words(parts.more(rows))] if rows else []


def written(found: tuple[Run, ...], marks: Marks, *, lines: bool = True) -> str:
    """The words in these marks; without `lines` all on one line."""

    def write(run: Run, before: str, after: str, first: bool) -> str:
        if isinstance(run, str):
            return escape(run, lines=lines, start=first)
        return _marked(run, marks, before, after)

    return joined(found, write)


def escape(text: str, *, lines: bool = True, start: bool = True) -> str:
    """Words that stay words. `start`: a line begins with them."""
    if not _LIVE.search(text):
        return text
    safe = _INLINE.sub(APART, broken(disarm(text), lines=lines))
    if start:
        return _BLOCK.sub(APART, safe.lstrip())
    return _BLOCK.sub(lambda found: APART if found.start() else "", safe)


def paragraphs(post: Post, sheet: Sheet, note: Phrase | None = None) -> list[str]:
    """The Post, a paragraph for each thing it says."""
    told = [sheet.words(words) for words in (note, post.purpose) if words is not None]
    blocks, all_of_it = limits.whole(post.blocks, sheet.room.blocks)
    for block in blocks:
        told += _block(block, sheet)
        sheet.listed = isinstance(block, Bullets) and block.numbered
    if not all_of_it:
        told.insert(len(told) - isinstance(blocks[-1], Buttons), sheet.words(parts.SHORTENED))
    return [words for words in told if words.strip(UNSEEN)]


def _block(block: Block, sheet: Sheet) -> Iterator[str]:
    match block:
        case Text(words):
            yield sheet.words(words)
        case Heading(words):
            yield _heading(words, sheet)
        case Facts(rows):
            yield from _facts(rows, sheet)
        case Bullets(items, numbered):
            yield from _bullets(items, numbered, sheet)
        case Buttons(buttons):
            yield from _buttons(buttons, sheet)
        case _:
            yield from _seen(block, sheet)


def _seen(block: Image | Video | Progress | Ranking | Quote, sheet: Sheet) -> Iterable[str]:
    match block:
        case Image(url, alt):
            return [_linked(alt, web(url), sheet)]
        case Video(url, title, minutes):
            long = f" · {sheet.words(parts.lasting(minutes))}" if minutes > 0 else ""
            return [_linked(title, web(url), sheet) + long]
        case Progress(label, done, of):
            return [_progress(label, done, of, sheet)]
        case Ranking(rows):
            return _ranking(rows, sheet)
        case Quote(words, by):
            return _quote(words, by, sheet)
        case _:
            assert_never(block)


def _heading(words: Phrase, sheet: Sheet) -> str:
    if not sheet.marks.heading:
        return sheet.strong(words, limits.HEADING)
    told = escape(clip(line(words, sheet.viewer), limits.HEADING), lines=False, start=False)
    mark = sheet.marks.heading * (2 if sheet.titled else 1)
    sheet.titled = True
    return f"{mark} {told}" if told.strip(UNSEEN) else ""


def _facts(rows: Sequence[tuple[Phrase, Phrase]], sheet: Sheet) -> Iterator[str]:
    shown, left = limits.some(rows, sheet.room.rows)
    lead = f"{sheet.marks.item} " if sheet.marks.heading else ""
    yield "\n".join(
        f"{lead}{seen(sheet.strong(name, limits.LABEL))}: {seen(sheet.words(worth, lines=False))}"
        for name, worth in shown
    )
    yield from sheet.left_out(left)


def _bullets(items: Sequence[Phrase], numbered: bool, sheet: Sheet) -> Iterator[str]:
    shown, left = limits.some(items, sheet.room.rows)
    yield "\n".join(
        f"{f'{n}.' if numbered else sheet.marks.item} {sheet.words(item, lines=False)}"
        for n, item in enumerate(shown, 1)
    )
    yield from sheet.left_out(left)


def _ranking(rows: Sequence[tuple[Phrase, int]], sheet: Sheet) -> Iterator[str]:
    """Not as a numbered list, which would count on where two share a place."""
    shown, left = limits.some(rows, sheet.room.rows)
    lead = f"{sheet.marks.item} " if sheet.marks.heading else ""
    places = parts.places(number for _, number in shown)
    yield "\n".join(
        f"{lead}{place} · {seen(sheet.words(name, limits.LABEL, lines=False))} · {number}"
        for place, (name, number) in zip(places, shown, strict=True)
    )
    yield from sheet.left_out(left)


def _quote(words: str, by: Phrase, sheet: Sheet) -> Iterator[str]:
    told = sheet.words(verbatim(words))
    named = sheet.words(by, limits.LABEL, lines=False)
    if not told.strip(UNSEEN):
        yield named
    elif sheet.marks.quote:
        yield "\n".join(f"{sheet.marks.quote}{one}" for one in told.split("\n"))
        yield named and f"– {named}"
    else:
        yield sheet.words(parts.quoted(words)) + (f"\n– {named}" if named else "")


def _progress(label: Phrase, done: int, of: int, sheet: Sheet) -> str:
    count = parts.counted(line(label, sheet.viewer), done, of)
    words = sheet.words(label, limits.QUESTION, lines=False)
    if count is not None:
        words = f"{words} · {sheet.words(count)}"
    return f"{words}\n{bar(done, of, sheet.viewer.locale)}".strip()


def _buttons(buttons: Sequence[Button], sheet: Sheet) -> Iterator[str]:
    """What can be pressed with its number where that is an answer, and the links."""
    told = sheet.marks.numbers and (sheet.listed or not sheet.choices)
    shown, hidden = buttons[: limits.BUTTONS], buttons[limits.BUTTONS :]
    lines = [_choice(button, sheet) for button in shown if not isinstance(button, Link)]
    sheet.choices += sum(not isinstance(button, Link) for button in hidden)
    if lines and told:
        yield sheet.words(parts.REPLY if sheet.marks.heading else parts.REPLY_HERE)
    yield "\n".join(lines)
    yield "\n".join(
        _linked(button.label, web(button.url), sheet)
        for button in shown
        if isinstance(button, Link)
    )
    yield from sheet.left_out(len(hidden))


def _choice(button: Press | OpenForm, sheet: Sheet) -> str:
    sheet.choices += 1
    lead = f"{sheet.choices}. " if sheet.marks.numbers else ""
    told = clip(line(button.label, sheet.viewer), limits.LABEL)
    return lead + seen(escape(told, lines=False))


def _linked(words: Phrase, url: str, sheet: Sheet) -> str:
    name = seen(clip(line(words, sheet.viewer), limits.HEADING))
    return sheet.words(say("", "{name}", name=Anchor(name, url)), lines=False)


@lru_cache(4096)
def _always(key: str, words: str, locale: str, lines: bool) -> str:
    """Words that are the same for everyone who reads the language."""
    return escape(known(key, words, locale), lines=lines)


def _marked(run: Bold | Italic | Anchor | Mention, marks: Marks, before: str, after: str) -> str:
    match run:
        case Mention(_, name):
            return _called(run, marks) or strong(marks.bold, _inner(name), before, after)
        case Anchor():
            return _anchor(seen(_inner(bare(run)).strip(UNSEEN)), run.url, marks, before)
        case Bold():
            return strong(marks.bold, _inner(bare(run)), before, after)
        case Italic():
            return strong(marks.italic, _inner(bare(run)), before, after)
        case _:
            assert_never(run)


def _anchor(label: str, url: str, marks: Marks, before: str) -> str:
    if not marks.linked:
        return f"{label} ({url})"
    apart = APART if before in ("!", "@") else ""
    return f"{apart}[{label}]({url})"


def _inner(words: str) -> str:
    return escape(tame(words), lines=False, start=False)


def _called(mention: Mention, marks: Marks) -> str:
    """What calls this person in Workplace, if they are there."""
    known = marks.calls and mention.account.startswith(ACCOUNTS)
    user = mention.account.rpartition(":")[2] if known else ""
    return f"@[{user}]" if _USER.fullmatch(user) else ""
