"""Coterie as `app.py` runs it, started in a moment, with a clock that the test moves.

    python -m tests.crash.serving CLOCK LEASE

Everything is imported once. Each line on standard input (the words of the command line, the
settings, where the log goes) then becomes a process of its own, whose id is the answer. CLOCK is a
file with the seconds by which the time of all of them is ahead, as a double. Where several share
a database, one that is killed is missed after LEASE seconds, which is sooner than usual.
"""

import json
import mmap
import os
import pkgutil
import signal
import struct
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import app
from connectors.clock import Clock
from connectors.stores.mongo.store import MongoStore

AHEAD = struct.Struct("d")
LEASE = 2.0
PACKAGES = ("core", "cards", "connectors", "teams", "web")


def follow(clock: Path) -> None:
    """From now on every clock is as far ahead as the file says."""
    with clock.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), AHEAD.size)

    def now(self: Clock) -> datetime:
        ahead = timedelta(seconds=AHEAD.unpack_from(shared)[0])
        return datetime.now(UTC) + ahead  # noqa: TID251 - the time that is moved

    Clock.now = now  # type: ignore[method-assign] # nothing else in the service tells the time


def miss_after(seconds: float) -> None:
    """Whoever is not heard of for so long is replaced."""
    usual = MongoStore.__init__.__kwdefaults__ or {}
    usual["seconds"] = seconds


def import_all() -> None:
    """What the service imports when it is used, before it is used."""
    for name in PACKAGES:
        package = import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            with suppress(Exception):  # it will be told by whoever needs it
                import_module(found.name)


def become(asked: dict[str, Any]) -> NoReturn:
    """The process that was asked for."""
    log = os.open(asked["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, log, log)):
        os.dup2(file, number)
    os.environ.update(asked["settings"])  # noqa: TID251 - it starts as it would from a shell
    code = 1
    try:
        code = app.main(asked["command"])
    except BaseException:  # noqa: BLE001 - it ends here, and never goes back to its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def main(clock: Path, lease: float) -> None:
    """One process a line, until there are no more lines; then all of them end."""
    follow(clock)
    miss_after(lease)
    import_all()
    print("ready", flush=True)
    living: set[int] = set()
    for line in sys.stdin:
        for old in [*living]:
            with suppress(ChildProcessError):
                living -= {os.waitpid(old, os.WNOHANG)[0]}
        born = os.fork()
        if not born:
            become(json.loads(line))
        living.add(born)
        print(born, flush=True)
    for left in living:
        os.kill(left, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
