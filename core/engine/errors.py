"""Errors named by what to do next. Each platform maps its vendor's codes to these in one table.

DeliveryError
  RetryLater       try again, not before `after` seconds
  Unreachable      nobody there: blocked or not installed; wait until they come back
  Gone             what we address is no longer there: forget the reference
  Rejected         the platform will never take this: a fault of ours, raise an alarm
  NotAllowed       a permission is missing: tell the operator which
  Uncertain        it may have arrived: never send blindly again
StoreError
  Conflict         somebody else changed the record: run the event again
  Fenced           another process owns this work now: stop
Overloaded         too much is waiting: answer 503 and say when to come back
Undeclared         a look-up that no record or board declares: a fault of ours
"""

from typing import Literal

Scope = Literal["lane", "tenant"]


class DeliveryError(Exception):
    """A platform did not take a message."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or self.__doc__ or "")
        self.why = why or type(self).__name__.lower()


class RetryLater(DeliveryError):
    """The platform asks for patience; `scope` says what has to wait."""

    def __init__(self, after: float | None = None, why: str = "", scope: Scope = "lane") -> None:
        super().__init__(why)
        self.after = after
        self.scope = scope


class Unreachable(DeliveryError):
    """The person or place cannot be reached; `state` is blocked or not_installed."""

    def __init__(
        self, why: str = "", state: Literal["blocked", "not_installed"] = "not_installed"
    ) -> None:
        super().__init__(why)
        self.state = state


class Gone(DeliveryError):
    """What was addressed no longer exists."""


class Rejected(DeliveryError):
    """The platform refuses this message for good."""


class NotAllowed(DeliveryError):
    """A permission or setting is missing."""


class Uncertain(DeliveryError):
    """The request left, the answer did not come: it may have arrived."""


class StoreError(Exception):
    """The store did not commit."""


class Conflict(StoreError):
    """A record changed since it was read; `events` are those that have to run again."""

    def __init__(self, events: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(events))
        self.events = events


class Fenced(StoreError):
    """Another process holds the lease."""


class Overloaded(Exception):
    """Too much is waiting; come back after `after` seconds."""

    def __init__(self, after: int = 2) -> None:
        super().__init__(f"come back in {after} s")
        self.after = after


class Undeclared(LookupError):
    """A field or board is used that its record does not declare."""
