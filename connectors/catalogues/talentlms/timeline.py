"""The timeline of v1: times as people write them, and completions among what it tells."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from connectors.catalogues.talentlms.wire import Happened
from connectors.catalogues.telling import instant

WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}),? *(\d{1,2}):(\d{2})(?::(\d{2}))?")
MONTHS = 12


def times(rows: Iterable[Happened]) -> list[datetime | None]:
    """When each happened. Days come first, unless a number shows that months do.

    They are written as the account has chosen, in a zone that nobody tells: a day may be wrong by
    one, and is taken for UTC.
    """
    stamps = [row.timestamp for row in rows]
    written = [WRITTEN.fullmatch(one.strip()) if isinstance(one, str) else None for one in stamps]
    month_first = any(one is not None and int(one.group(2)) > MONTHS for one in written)
    return [
        instant(stamp) if match is None else _read(match, month_first=month_first)
        for stamp, match in zip(stamps, written, strict=True)
    ]


def name_of(row: Happened) -> str:
    """What makes one completion another than all others."""
    return f"{row.course}/{row.user_id or row.email}/{row.timestamp}"


def _read(match: re.Match[str], *, month_first: bool) -> datetime | None:
    first, second, year, hour, minute, seconds = (int(part or 0) for part in match.groups())
    month, day = (first, second) if month_first else (second, first)
    try:
        return datetime(year, month, day, hour, minute, seconds, tzinfo=UTC)
    except ValueError:
        return None
