"""A MongoDB for processes that are killed: a real one that is named, else what stands in for one.

    python -m tests.crash.mongod PORT FOLDER

A transaction whose process is dead holds what it has touched for a minute, as with the real one.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient
from secantus import SecantusDBServer

from tests.bench.host import free_port
from tests.contracts.on_mongo import REAL, SECONDS, database


@contextmanager
def mongod(folder: Path) -> Iterator[str]:
    """The address of a database of its own on it."""
    if uri := os.environ.get(REAL):  # noqa: TID251 - where tests run is for tests to know
        with database(uri) as own:
            yield own
        return
    port = free_port()
    command = [sys.executable, "-m", "tests.crash.mongod", str(port), str(folder)]
    uri = f"mongodb://127.0.0.1:{port}/crash?directConnection=true"
    with subprocess.Popen(command) as server:
        try:
            with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=SECONDS * 1000) as it:
                it.admin.command("ping")
            yield uri
        finally:
            server.terminate()
            server.wait(SECONDS)


def main(port: int, folder: Path) -> None:
    """Serves until it is told to end."""
    with SecantusDBServer(port=port, storage_path=str(folder)):
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(int(sys.argv[1]), Path(sys.argv[2]))
