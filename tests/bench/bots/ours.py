"""Coterie as `app.py serve` runs it, for a Teams that allows a thousand times as much.

The pace is kept as always: only what the platform says it allows is another figure.
"""

import sys

import app
from teams.send import TeamsPlatform

ALLOWS = 1000

if __name__ == "__main__":
    TeamsPlatform.windows = tuple((n * ALLOWS, seconds) for n, seconds in TeamsPlatform.windows)
    TeamsPlatform.rate *= ALLOWS
    TeamsPlatform.ceiling *= ALLOWS
    sys.exit(app.main(["serve"]))
