"""The Markdown of Adaptive Cards, written so that only we write it.

Clients disagree about it: phones show a backslash that desktops take away. So what could begin a
link, a tag, an entity, a list or a date function is broken by a space of no width, which is the
same everywhere; backslashes stand only before stars, low lines and ticks.
"""

import re
from collections.abc import Iterable
from unicodedata import category

from cards.words import bare
from core.message import Anchor, Bold, Italic, Mention, Run

APART = "\u200b"
UNSEEN = " \n\u200b\u200c\u200d\u2060\ufeff"
ACCOUNTS = "teams:"

_LIVE = re.compile(r"[*_`\]<&{$~\\\n\t]|^[\s\d>#+-]")
_INLINE = re.compile(
    r"(`|(?<!\s)\*|\*(?!\s)|_(?![^\W_])|(?<![^\W_])_)"
    r"|(?:\](?=[(\[:])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|[{$](?=\{)|~(?=~)|\\(?=[!-/:-@\[-`{-~\s]|$))"
)
_BLOCK = re.compile(r"^(?=[-+*>#]|\d{1,9}[.)])", re.MULTILINE)
_NEWLINES = re.compile(r"\s*\n\s*")
_SPACES = re.compile(r"\s+")
_NAME = re.compile(r"[<>\[\]*_`\\{}&~|#\s]+")
_LOOKALIKES = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{MODIFIER LETTER LOW MACRON}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    }
)

Entity = dict[str, object]


class Mentions:
    """Those of one card: each text stands for one account, as Teams matches them by their text."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def tag(self, mention: Mention) -> str:
        """The text that calls this person, or nothing where it could call another one."""
        name = _NAME.sub(" ", mention.name).strip()
        account = mention.account.split(":", 2)[2] if mention.account.startswith(ACCOUNTS) else ""
        if not name or not account or self.found.setdefault(name, account) != account:
            return ""
        return f"<at>{name}</at>"

    def entities(self) -> list[Entity]:
        """What a card has to say about its mentions."""
        return [
            {
                "type": "mention",
                "text": f"<at>{name}</at>",
                "mentioned": {"id": account, "name": name},
            }
            for name, account in self.found.items()
        ]


def markdown(runs: tuple[Run, ...], mentions: Mentions, *, lines: bool = True) -> str:
    """The words in Markdown; without `lines` all on one line."""
    if len(runs) == 1 and isinstance(words := runs[0], str):
        return escape(words, lines=lines)
    written: list[str] = []
    for at, run in enumerate(runs):
        if isinstance(run, str):
            written.append(escape(run, lines=lines, start=not at))
        else:
            before = written[-1][-1:] if written else ""
            after = bare(runs[at + 1])[:1] if at + 1 < len(runs) else ""
            written.append(_marked(run, mentions, before, after))
    return "".join(written)


def escape(text: str, *, lines: bool = True, start: bool = True) -> str:
    """Words that stay words. `start`: a line begins with them."""
    if not _LIVE.search(text):
        return text
    safe = _INLINE.sub(_apart, text)
    safe = _NEWLINES.sub("\n\n", safe) if lines else _SPACES.sub(" ", safe)
    return _BLOCK.sub(APART, safe.lstrip()) if start else _BLOCK.sub(_not_first, safe)


def tame(text: str) -> str:
    """For places where some clients read Markdown and others do not, as beside a tick box."""
    return escape(text.translate(_LOOKALIKES), lines=False)


def bullets(items: Iterable[str], *, numbered: bool) -> str:
    """A list, of items that are on one line each."""
    marks = (f"{n}. {item}" if numbered else f"- {item}" for n, item in enumerate(items, 1))
    return "\r".join(marks)


def _apart(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[1] else found[0] + APART


def _not_first(found: re.Match[str]) -> str:
    return APART if found.start() else ""


def _marked(
    run: Bold | Italic | Anchor | Mention, mentions: Mentions, before: str, after: str
) -> str:
    match run:
        case Mention():
            return mentions.tag(run) or _strong("**", run.name, before, after)
        case Anchor(_, url):
            apart = APART if before == "!" else ""
            return f"{apart}[{escape(bare(run), lines=False, start=False).strip()}]({url})"
        case Bold():
            return _strong("**", bare(run), before, after)
        case Italic():
            return _strong("_", bare(run), before, after)


def _strong(mark: str, words: str, before: str, after: str) -> str:
    """Marked where Markdown would understand it, else plain: no stray stars beside a letter."""
    inner = words.strip()
    if not inner or (before and before in "*_"):
        return escape(words, lines=False, start=False)
    lead, tail = words[0].isspace(), words[-1].isspace()
    if not (
        _opens(mark, inner[0], " " if lead else before)
        and _opens(mark, inner[-1], " " if tail else after)
    ):
        return escape(words, lines=False, start=False)
    safe = escape(inner, lines=False, start=False)
    return f"{' ' * lead}{mark}{safe}{mark}{' ' * tail}"


def _opens(mark: str, inside: str, outside: str) -> bool:
    return (
        outside == ""
        or outside.isspace()
        or category(outside)[0] in "PS"
        or (mark == "**" and inside.isalnum())
    )
