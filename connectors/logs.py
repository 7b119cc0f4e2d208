"""What is logged: lines of JSON by a service in production, lines for eyes otherwise.

What people wrote and what is secret never gets here, because no call passes it on. Exceptions are
the one thing whose words nobody knows beforehand. So only their kinds and places are told, and the
words of the two kinds that an operator has to read: of the store and of the machine. Developers
see all of them. What looks like a secret all the same is crossed out.
"""

import asyncio
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from types import TracebackType

import msgspec

from core.engine import trail
from core.engine.errors import StoreError

OURS = "coterie"
FRAMES = 12
CAUSES = 4
KEY = 160
CROSSED = "…"
SHORTEST = 8  # shorter values of secrets would cross out plain words
SECRET = re.compile(r"(SECRET|PASSWORD|TOKEN|API_KEY)$")
TOKENS = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*|xox\w-[\w-]+|(?<=Bearer )[^\s\"']+")
QUOTES = re.compile(r"[(<:]")
LINKS = re.compile(r"(?<=://)[^\s/@]+@")


def start(*, level: str, lines: bool, development: bool, secrets: Iterable[str]) -> None:
    """From now on Coterie logs at this level, and everything else when it is a warning.

    `lines`: in JSON, unless a developer reads it.
    """
    handler = logging.StreamHandler(sys.stderr)
    eyes = ForEyes(secrets, words=development)
    handler.setFormatter(Json(secrets) if lines and not development else eyes)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = development  # it would print what could not be written down


def listen(loop: asyncio.AbstractEventLoop) -> None:
    """What goes wrong where nobody waits for it is logged as ours."""
    loop.set_exception_handler(_unheard)


def _unheard(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Without what asyncio would quote: what was called, with what, and the words of errors."""
    error = context.get("exception")
    wrong = error if isinstance(error, BaseException) else None
    said = QUOTES.split(str(context["message"]))[0].strip()
    logging.getLogger(OURS).error("%s", said, exc_info=wrong)


def secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """What must never be read anywhere, of these settings."""
    for name, value in environ.items():
        if name.endswith("API_TOKENS"):
            yield from (part.partition("=")[2].strip() for part in value.split(","))
        elif SECRET.search(name):
            yield value.strip()


class Json(logging.Formatter):
    """One line of JSON for each thing that is said."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        known = sorted((it for it in set(secrets) if len(it) >= SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and words; which turn and job; what went wrong, and where."""
        at = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _one_line(record.getMessage()),
            **marks(),
        }
        if record.exc_info and record.exc_info[1]:
            told["error"] = list(causes(record.exc_info[1]))
        return self.crossed(msgspec.json.encode(_writable(told)).decode())

    def crossed(self, line: str) -> str:
        """Without what looks like a secret."""
        line = TOKENS.sub(CROSSED, LINKS.sub(f"{CROSSED}@", line))
        return self._known.sub(CROSSED, line) if self._known else line


class ForEyes(Json):
    """For whoever sits at the terminal; with the `words` of exceptions for a developer."""

    def __init__(self, secrets: Iterable[str], *, words: bool) -> None:
        super().__init__(secrets)
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        """A line, and below it what went wrong."""
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        where = " ".join(f"{name}={value}" for name, value in marks().items())
        words = [f"{at:%H:%M:%S}", f"{record.levelname:<7}", record.name, record.getMessage()]
        line = _one_line(" ".join((*words, f"[{where}]") if where else words))
        if record.exc_info and record.exc_info[1]:
            told = (
                self.formatException(record.exc_info) if self._words else _brief(record.exc_info[1])
            )
            line = f"{line}\n{told}"
        return self.crossed(_clean(line))


def marks() -> dict[str, str]:
    """Which turn and which job this belongs to, where it is known.

    A turn is told by a hash of its event's id, the same on every machine and after every start.
    """
    turn, job = trail.turn.get(), trail.job.get()
    found = {"turn": blake2b(turn.encode("utf-8", "replace"), digest_size=6).hexdigest()}
    return (found if turn else {}) | ({"job": _one_line(job[:KEY])} if job else {})


def causes(error: BaseException) -> Iterator[dict[str, object]]:
    """The kinds of an exception and of what caused it, and where they came from."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen and len(seen) < CAUSES:
        seen.add(id(found))
        said = _words(found)
        told: dict[str, object] = {"kind": type(found).__name__}
        yield told | ({"words": said} if said else {}) | {"at": _places(found.__traceback__)}
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _brief(error: BaseException) -> str:
    return "\n".join(f"  {it['kind']}: {it.get('words', '')} {it['at']}" for it in causes(error))


def _words(error: BaseException) -> str:
    match error:
        case StoreError():
            return _one_line(str(error))
        case OSError(errno=int(), strerror=str(said)):
            return said
        case _:
            return ""


def _places(trace: TracebackType | None) -> list[str]:
    """The innermost frames: file, line and function, and nothing of what was in them."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(it.filename.split('/')[-3:])}:{it.lineno} {it.name}" for it in frames]


def _writable(told: Mapping[str, object]) -> Mapping[str, object]:
    return {name: _clean(it) if isinstance(it, str) else it for name, it in told.items()}


def _clean(text: str) -> str:
    """Halves of letters, which nothing can write down, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _one_line(text: str) -> str:
    """Nobody can begin a line of their own."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
