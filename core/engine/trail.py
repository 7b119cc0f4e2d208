"""Which event or job is being worked on, so that what is logged meanwhile can say so.

A stored job does not know the event that planned it. The process that stored it remembers this
for a while; afterwards, and in other processes, a delivery is known by the key of its job alone.
"""

from collections.abc import Sequence
from contextvars import ContextVar

from core.engine.queue import Commit

REMEMBERED = 10_000

turn: ContextVar[str] = ContextVar("turn", default="")
job: ContextVar[str] = ContextVar("job", default="")


class Trail:
    """The events that planned the last jobs, ten thousand or more, by the key of the job."""

    __slots__ = ("_before", "_causes")

    def __init__(self) -> None:
        self._causes: dict[str, str] = {}
        self._before: dict[str, str] = {}

    def planned(self, commits: Sequence[Commit]) -> None:
        """These were stored."""
        if len(self._causes) >= REMEMBERED:
            self._before, self._causes = self._causes, {}
        for commit in commits:
            for one in commit.changes.jobs:
                self._causes[one.key] = commit.event

    def follow(self, key: str) -> None:
        """From here on this job is worked on, and with it the event that planned it."""
        job.set(key)
        turn.set(self._causes.get(key) or self._before.get(key, ""))
