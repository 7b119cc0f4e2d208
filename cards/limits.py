"""All limits of all windows, and how a message is cut to fit them: never silently.

A text that is too long ends in an ellipsis, a list in "and 12 more", a message that is too big
says that it was shortened. `fit` draws with ever less room, so what is longest is cut first.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from core.message import Anchor, Block, Buttons, Mention, Option, Run

CARD_BYTES = 24 * 1024  # UTF-8; Teams takes about 100 KB of UTF-16, its older doors 28 KB
DIALOG_BYTES = 60 * 1024  # an answer to a press, not a message
PAGE_BYTES = 64 * 1024
ACTIVITY_UTF16 = 80_000
SUMMARY = 80
HEADING = 150
PURPOSE = 300
LABEL = 60
QUESTION = 200
HINT = 150
ALT = 300
TITLE = 60
BUTTONS = 6
DATA_BYTES = 700
FIELDS = 20

SLACK_CHARS = 10_000  # of JSON; refused at about 13,200 characters though each part may be long
SLACK_BLOCKS = 50
SLACK_VIEW_CHARS = 40_000
SLACK_VIEW_BLOCKS = 100
SLACK_TEXT = 3000
SLACK_CONTEXT = 2000
SLACK_FIELD = 1900  # 2000, less what stands around it
SLACK_FIELDS = 10
SLACK_SHORT = 60  # what two columns show on one or two lines
SLACK_TITLE = 24
SLACK_INPUT = 3000
SLACK_ID = 255
SLACK_METADATA = 3000
SLACK_OPTIONS = 100
SLACK_OPTION = 75
SLACK_OPTION_VALUE = 150
SLACK_SHOWN = 10

WORKPLACE_POST = 20_000
WORKPLACE_COMMENT = 8000
WORKPLACE_CHAT = 2000
WORKPLACE_TEMPLATE = 640
WORKPLACE_BUTTON = 20
WORKPLACE_TITLE = 80
WORKPLACE_BUTTONS = 3
WORKPLACE_REPLIES = 11
WORKPLACE_MESSAGES = 6  # of one Post in a chat

T = TypeVar("T")


class Room(NamedTuple):
    """How much may be shown: characters of a text, rows of a list, blocks, what was typed."""

    text: int
    rows: int
    blocks: int
    typed: int


ROOMS = (
    Room(text=3000, rows=50, blocks=40, typed=8000),
    Room(text=1500, rows=30, blocks=40, typed=8000),
    Room(text=800, rows=20, blocks=30, typed=8000),
    Room(text=400, rows=12, blocks=20, typed=4000),
    Room(text=200, rows=8, blocks=12, typed=2000),
    Room(text=100, rows=5, blocks=6, typed=800),
    Room(text=60, rows=3, blocks=3, typed=300),
    Room(text=30, rows=2, blocks=1, typed=100),
)


def fit(draw: Callable[[Room], T], size: Callable[[T], int], most: int) -> T:
    """The drawing with the most room that stays within `most`."""
    for room in ROOMS[:-1]:
        drawn = draw(room)
        if size(drawn) <= most:
            return drawn
    return draw(ROOMS[-1])


def some(rows: Sequence[T], most: int) -> tuple[Sequence[T], int]:
    """The rows that fit, and how many are left out; a single one is never left out."""
    if len(rows) <= most + 1:
        return rows, 0
    return rows[:most], len(rows) - most


def options(offered: Sequence[Option], chosen: str, room: Room) -> tuple[Sequence[Option], int]:
    """The options that fit, those that are chosen among them, and how many are left out."""
    most = 4 * room.rows
    if len(offered) <= most:
        return offered, 0
    wanted = set(chosen.split(","))
    kept = [o for n, o in enumerate(offered) if n < most or o.value in wanted]
    return kept, len(offered) - len(kept)


def whole(blocks: Sequence[Block], most: int) -> tuple[Sequence[Block], bool]:
    """The blocks that fit and whether they are all; the last buttons stay, they are the way out."""
    if len(blocks) <= most:
        return blocks, True
    buttons = [block for block in blocks if isinstance(block, Buttons)][-1:]
    others = [block for block in blocks if not isinstance(block, Buttons)]
    return [*others[: most - len(buttons)], *buttons], False


def clip(text: str, most: int) -> str:
    """The text, or as much of it as fits and an ellipsis, cut between words where that is near."""
    if len(text) <= most:
        return text
    cut = text[: max(most - 1, 0)]
    space = cut.rfind(" ", most * 4 // 5)
    return (cut if space < 0 else cut[:space]).rstrip("\u200d ,;:-–\n") + "…"


def clip_runs(runs: tuple[Run, ...], most: int) -> tuple[Run, ...]:
    """The same for words with markup; addresses and mentions count as what they weigh."""
    left = most
    for at, run in enumerate(runs):
        left -= weight(run)
        if left < 0:
            return (*runs[:at], _end(run, left + weight(run)))
    return runs


def weight(run: Run) -> int:
    """How much room a run takes: its letters, and a little for what stands behind them."""
    match run:
        case str():
            return len(run)
        case Mention(_, name):
            return len(name) + 4
        case Anchor(words, url):
            return len(str(words)) + len(url) // 16
        case _:
            return len(str(run.text)) + 4


def _end(run: Run, left: int) -> str:
    words = run if isinstance(run, str) else run.name if isinstance(run, Mention) else str(run.text)
    return clip(words, max(left, 1)) if len(words) > left else f"{words} …"
