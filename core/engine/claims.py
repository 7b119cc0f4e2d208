"""What this process has claimed for a job that it does: nothing else may it put back or end."""

from msgspec.structs import replace

from core.engine.errors import StoreError
from core.engine.leases import Leases
from core.engine.ports import Due, Show, Store


class Taken(Exception):
    """Somebody else has claimed the job."""


class Claims:
    """The claims for one job: its own, and those of what travels with it."""

    __slots__ = ("_leases", "_store", "jobs")

    def __init__(self, store: Store, leases: Leases, *jobs: Due) -> None:
        self._store, self._leases = store, leases
        self.jobs = list(jobs)

    async def take(self, *dues: Due) -> None:
        """Raises Taken when one of them is somebody else's, or is not what it was."""
        try:
            marked = await self._leases.claim(*dues)
        except StoreError:
            self.jobs += dues  # perhaps they are
            raise
        self.jobs += [due for due in dues if (due.org, due.job.key) in marked]
        if len(marked) < len(dues):
            raise Taken
        for due in dues:
            if due.job.plan == "replace" and not isinstance(due.job.work, Show):
                found = await self._store.job(due.org, due.job.key)
                if found is None or found.seq != due.seq:
                    raise Taken

    def stay(self, due: Due) -> None:
        """Raises Taken when its lane is no longer ours: somebody else may be at it."""
        if not self._leases.owns(due.job.lane):
            raise Taken


def tried(due: Due) -> Due:
    """The job, claimed once more."""
    return replace(due, tries=due.tries + 1)
