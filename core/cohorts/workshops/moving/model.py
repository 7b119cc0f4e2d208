"""A move or a calling-off that is looked over before anybody hears of it."""

from datetime import datetime
from typing import ClassVar

from core.engine.ports import Record


class Shift(Record, frozen=True, kw_only=True):
    """What somebody who leads is about to do with a workshop (its id): another time, or none."""

    kind: ClassVar[str] = "workshop_shift"

    starts: datetime | None = None
    reason: str
    turn: int = 0
