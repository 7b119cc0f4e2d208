"""What a section found: lines for people, and the same for machines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Report:
    """One section's figures."""

    title: str
    lines: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def say(self, line: str = "") -> None:
        """A line for people."""
        self.lines.append(line)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table, its first column to the left and all others to the right."""
        cells = [[str(cell) for cell in row] for row in (head, *rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
        for number, row in enumerate(cells):
            first, *rest = (
                cell.ljust(width) if not at else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            self.say("  ".join((first, *rest)))
            if not number:
                self.say("  ".join("-" * width for width in widths))

    def target(
        self, name: str, value: float, limit: float, unit: str, *, least: bool = False
    ) -> None:
        """A figure to reach: at most `limit`, or at least."""
        reached = value >= limit if least else value <= limit
        sign = ">=" if least else "<="
        word = "reached" if reached else "MISSED "
        self.say(f"{word}  {name}: {value:,.4g} {unit} (target {sign} {limit:,g})")
        self.figures[name] = {"value": value, "limit": limit, "unit": unit, "reached": reached}
        if not reached:
            self.missed.append(name)


def middle(values: Sequence[float]) -> float:
    """The median, 0 of nothing."""
    return median(values) if values else 0.0
