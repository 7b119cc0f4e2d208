"""What the API works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.engine.ports import Asker, Clock, Moment, Reader, Takes

AT = "/api/v1"
SETTLES = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The engine, the store, and the questions to catalogues."""

    org: str
    engine: Takes
    reader: Reader
    clock: Clock
    asks: Mapping[str, Asker]
    settles: float = SETTLES

    def moment(self) -> Moment:
        """Things as they stand now."""
        return Moment(self.reader, self.clock.now(), "api")
