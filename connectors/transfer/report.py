"""What `export` and `import` say: how far they are, and whether everything has come."""

from collections.abc import Callable, Iterator

from connectors.stores.entries import JOBS, ONCES, POISONS, SEEN, TALLIES, Total
from connectors.transfer.copying import Copied

OFTEN = 100_000
SHORT = 16
NOTHING = Total(0, "")
WORDS = {
    JOBS: "jobs",
    ONCES: "counted once",
    POISONS: "events set aside",
    SEEN: "events handled",
    TALLIES: "tallies",
}


def called(section: str) -> str:
    """What people call it."""
    return WORDS.get(section, section)


class Progress:
    """Says how far it is: over and over on one line, or now and then where nobody looks.

    `tell` is a line that stays, `show` one that the next takes the place of.
    """

    def __init__(self, tell: Callable[[str], None], show: Callable[[str], None]) -> None:
        self._tell, self._show = tell, show
        self._listed = False
        self._section, self._count = "", 0

    def stage(self, what: str, *, listed: bool = False) -> None:
        """Something begins."""
        self.close()
        self._listed = listed
        self._tell(f"{what} …")

    def count(self, section: str, count: int) -> None:
        """So many of a kind so far."""
        if section != self._section:
            self.close()
        elif count // OFTEN > self._count // OFTEN:
            self._tell(_counted(section, count))
        self._section, self._count = section, count
        self._show(_counted(section, count))

    def close(self) -> None:
        """The kind that was counted last is complete."""
        if self._section and self._listed:
            self._tell(_counted(self._section, self._count))
        self._section, self._count = "", 0


def _counted(section: str, count: int) -> str:
    return f"  {called(section)}: {count:,}"


def table(it: Copied) -> Iterator[str]:
    """A line for each kind: how many there are on both sides, and whether they are the same."""
    sections = sorted({*it.there, *it.here})
    wide = max([len(called(section)) for section in sections], default=0)
    yield f"{'':{wide}}  {'there':>12}  {'here':>12}  digest"
    for section in sections:
        there, here = it.there.get(section, NOTHING), it.here.get(section, NOTHING)
        same = there.digest[:SHORT] if there == here else "DIFFERS"
        yield f"{called(section):{wide}}  {there.count:>12,}  {here.count:>12,}  {same}"


def different(it: Copied) -> list[str]:
    """The kinds that are not the same on both sides."""
    sections = sorted({*it.there, *it.here})
    return [called(name) for name in sections if it.there.get(name) != it.here.get(name)]
