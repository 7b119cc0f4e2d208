"""Started by tests: copies, and dies at the count of so many batches.

    killed.py SOURCE TARGET COUNT

With a COUNT of 0 it lives, unless somebody else kills it, and says how much memory it took.
"""

import asyncio
import os
import resource
import signal
import sys

from connectors.transfer.command import Order, main
from connectors.transfer.opened import Kinds
from tests.connectors.transfer.house import NOW, RANKED
from tests.contracts.notes import KINDS


class Fuse:
    """Burns one step at a time; at its end there is nothing that could tidy up."""

    def __init__(self, left: int) -> None:
        self._left = left

    def step(self, _: str) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(source: str, target: str, count: str) -> int:
    order = Order(
        source=source,
        target=target,
        kinds=Kinds(records=KINDS, ranked=RANKED),
        made=NOW,
        chosen=True,
        tell=say,
        show=Fuse(int(count)).step,
    )
    ended = asyncio.run(main(order))
    say(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")
    return ended


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
