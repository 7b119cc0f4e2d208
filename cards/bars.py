"""A progress as a line of text, for windows that draw no bars."""

from babel.numbers import format_percent

from cards.words import tongue

CELLS = 10


def bar(done: int, of: int, locale: str) -> str:
    """A bar and its figure; nothing where there is nothing to reach."""
    if of <= 0:
        return ""
    share = min(max(done / of, 0.0), 1.0)
    full = round(share * CELLS)
    return f"{'▓' * full}{'░' * (CELLS - full)} {format_percent(share, locale=tongue(locale))}"
