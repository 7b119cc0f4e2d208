"""What of a provider's news was told already, where the old are listed with the new."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2s

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.courses.model import Progress

REMEMBERED = 1_000
OVERLAP = timedelta(days=2)
AT_ONCE = 200
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

News = Mapping[str, Progress]
"""Completions by what makes each of them another one."""


class Seen(Struct, frozen=True, omit_defaults=True):
    """How far the news were read: nothing before `start`, and of the days since not what is marked.

    News come late, and some know no more than their day: the days before the newest are looked at
    again. Of a list in pages, `page` is the next one, and `print` knows the one before it again.
    """

    start: datetime
    newest: datetime
    marks: tuple[str, ...] = ()
    page: int = 1
    print: str = ""

    @property
    def text(self) -> str:
        """It, as whoever asks keeps it."""
        return msgspec.json.encode(self).decode()

    def fresh(self, news: News) -> list[str]:
        """Those that were not told yet, the oldest first, and not too many of them."""
        marks = set(self.marks)
        new = [
            (one.done or self.start, name)
            for name, one in news.items()
            if _mark(name) not in marks and _since(one.done or self.start, self.start)
        ]
        return [name for _, name in sorted(new)][:AT_ONCE]

    def after(self, told: News, now: datetime) -> "Seen":
        """When these were told as well."""
        newest = max([self.newest, *(min(one.done or now, now) for one in told.values())])
        marks = (*self.marks, *map(_mark, told))
        return replace(self, newest=newest, marks=marks[-REMEMBERED:])

    def ended(self) -> "Seen":
        """When all of the list was looked at: the next time begins where news may still come."""
        start = max(self.start, self.newest - OVERLAP)
        return replace(self, start=start, page=1, print="")


def seen(text: str) -> Seen | None:
    """What was kept; None for what nobody has given out."""
    try:
        found = msgspec.json.decode(text, type=Seen)
        start, newest = found.start.astimezone(UTC), found.newest.astimezone(UTC)
        return replace(found, start=start, newest=newest, page=max(1, found.page))
    except (ValueError, OverflowError, RecursionError):
        return None


def print_of(names: Iterable[str]) -> str:
    """By what a page is known again."""
    return _mark("\n".join(names))


def _since(done: datetime, floor: datetime) -> bool:
    """Midnight is what a provider says who knows the day only."""
    return done >= floor or (done.time() == time() and done.date() >= floor.date())


def _mark(name: str) -> str:
    return blake2s(name.encode("utf-8", "replace"), digest_size=5).hexdigest()
