"""Words that stay words where a client has marks of its own and no way to write them plainly.

What could begin or end bold, slanted, struck or code words becomes a sign that looks like it;
what only stands between two spaces, or inside a name_like_this, is left as it was typed.
"""

import re
from collections.abc import Callable

from cards.words import MISSING
from core.message import Run

APART = "\u200b"
BESIDE = " \n()[]{}.,;:!?…/–—\"'»«„“”’"
UNSEEN = " \t\n\u00a0\u200b\u200c\u200d\u2060\ufeff"

_LIVE = re.compile(r"(?<! )[*~]|[*~](?! )|`|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ANY = re.compile(r"[*~`_]")
_LOOKALIKES = {
    "*": "\N{ASTERISK OPERATOR}",
    "~": "\N{TILDE OPERATOR}",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    "_": "\N{MODIFIER LETTER LOW MACRON}",
}
_NEWLINES = re.compile(r"\s*\n\s*")
_SPACES = re.compile(r"\s+")


def disarm(text: str) -> str:
    """Words without any live mark."""
    return _LIVE.sub(lambda found: _LOOKALIKES[found[0]], text)


def tame(text: str) -> str:
    """For words that stand inside marks of ours: no sign that could end them."""
    return _ANY.sub(lambda found: _LOOKALIKES[found[0]], text)


def broken(text: str, *, lines: bool) -> str:
    """The words with at most one line break in a row, or on one line."""
    return _NEWLINES.sub("\n", text) if lines else _SPACES.sub(" ", text)


def seen(words: str) -> str:
    """The words, or an ellipsis where there is nothing to see."""
    return words if words.strip(UNSEEN) else MISSING


def strong(mark: str, words: str, before: str, after: str) -> str:
    """Marked where clients understand it, else plain: no stray marks beside a letter."""
    inner = words.strip(UNSEEN)
    lead, tail = words[:1].isspace(), words[-1:].isspace()
    beside = ("" if lead else before) + ("" if tail else after)
    if not (mark and inner) or beside.strip(BESIDE) or mark in before + after:
        return words
    return f"{' ' * lead}{mark}{inner}{mark}{' ' * tail}"


def joined(found: tuple[Run, ...], write: Callable[[Run, str, str, bool], str]) -> str:
    """All runs, each written with what stands before it, behind it, and whether it is first."""
    written: list[str] = []
    for at, run in enumerate(found):
        before = written[-1][-1:] if written else ""
        after = _begins(found[at + 1]) if at + 1 < len(found) else ""
        written.append(write(run, before, after, not "".join(written)))
    return "".join(written)


def _begins(run: Run) -> str:
    """The first sign of a run; one with marks of its own counts as a letter."""
    return run[:1] if isinstance(run, str) else "x"
