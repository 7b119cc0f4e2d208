"""Coterie as `app.py serve` runs it, for platforms that allow a thousand times as much.

    python -m tests.bench.bots.ours [teams slack workplace]

The pace is kept as always: only what the platform says it allows is another figure.
"""

import importlib
import sys

import app
from core.engine.ports import Platform

ALLOWS = 1000


def platform_of(name: str) -> type[Platform]:
    """Each folder names its platform alike, and is imported when it is used."""
    found: type[Platform] = getattr(
        importlib.import_module(f"{name}.send"), f"{name.title()}Platform"
    )
    return found


def generous(platform: type[Platform]) -> None:
    """From now on it allows more."""
    platform.windows = tuple((n * ALLOWS, seconds) for n, seconds in platform.windows)
    platform.rate *= ALLOWS
    platform.ceiling *= ALLOWS


if __name__ == "__main__":
    for name in sys.argv[1:] or ["teams"]:
        generous(platform_of(name))
    sys.exit(app.main(["serve"]))
