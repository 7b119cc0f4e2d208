"""What a command says, and a line that it writes over; a pipe gets only the lines that stay."""

import signal
from collections.abc import Callable
from typing import TextIO

CLEAR = "\r\x1b[K"


class Terminal:
    """Where a command was typed. `read` answers the next line that is typed, as `input` does."""

    def __init__(self, out: TextIO, read: Callable[[], str], *, asks: bool) -> None:
        self._out, self._read, self._asks = out, read, asks
        self._open = False

    def tell(self, text: str) -> None:
        """A line that stays."""
        self._write(f"{CLEAR if self._open else ''}{text}\n")
        self._open = False

    def progress(self, text: str) -> None:
        """A line that the next one takes the place of."""
        if self._out.isatty():
            self._write(f"{CLEAR}{text}")
            self._open = True

    def agreed(self, question: str) -> bool:
        """Whether somebody is there and says yes."""
        if not self._asks:
            return False
        self._write(f"{CLEAR if self._open else ''}{question}")
        self._open = False
        usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio would wait
        try:
            return self._read().strip().lower() in ("y", "yes")
        except (EOFError, KeyboardInterrupt):
            self._write("\n")
            return False
        finally:
            signal.signal(signal.SIGINT, usual)

    def _write(self, text: str) -> None:
        """Signs that this terminal cannot show become question marks."""
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()
