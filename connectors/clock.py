"""What time it is."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The time of the machine, which the sandbox can move."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """An aware UTC datetime."""
        return datetime.now(UTC) + self._ahead

    def set(self, to: datetime) -> None:
        """From now on it is this time."""
        self._ahead = to - datetime.now(UTC)
