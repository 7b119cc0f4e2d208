"""A template, and what is not in order in one."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from core.programmes.model import Step


class Template(Struct, frozen=True, kw_only=True):
    """Steps that can be laid on the calendar of any cohort; the id is the name of its file."""

    id: str
    name: str
    about: str
    steps: tuple[Step, ...]


class Problem(Struct, frozen=True, order=True):
    """What is not in order, where, and what to write instead."""

    file: str
    line: int
    said: str
    instead: str

    def __str__(self) -> str:
        """In one line, the place first."""
        return f"{self.file}, line {self.line}: {self.said} {self.instead}"


class Unclear(ValueError):
    """A template that cannot be used; it says all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keeps what is wrong, from top to bottom."""
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def one_of(written: str, known: Iterable[str]) -> str:
    """What was probably meant, else all that there is."""
    names = sorted(known)
    near = get_close_matches(written[:60].casefold(), names, 1, 0.6)
    return f"Write {near[0]}." if near else f"Write one of: {', '.join(names)}."
