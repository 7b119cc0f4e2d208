"""A replica set that is there, or what stands in for one, and a database on it for one test.

SecantusDB speaks the protocol and has transactions that conflict. It is not MongoDB: what it does
not do alike is told in decision 19. `COTERIE_TEST_MONGODB` names a real one, without a database.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pymongo import MongoClient
from secantus import SecantusDBServer

REAL = "COTERIE_TEST_MONGODB"
NEVER = 86_400.0
SECONDS = 30
_numbers = count()


@contextmanager
def replica_set() -> Iterator[str]:
    """Its address, without a database."""
    if uri := os.environ.get(REAL):  # noqa: TID251 - where tests run is for tests to know
        yield uri
        return
    with SecantusDBServer(port=0, storage_path=":memory:", ttl_sweep_seconds=NEVER) as server:
        yield server.uri


@contextmanager
def process(folder: Path) -> Iterator[str]:
    """The address of one that is a process of its own, and keeps its data in this folder."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    own = [str(Path(sys.executable).with_name("secantusd-py")), "--log-level", "WARNING"]
    where = ["--port", str(port), "--storage-path", str(folder)]
    uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    with subprocess.Popen([*own, *where]) as server:  # noqa: S603 - it is on the list of tools
        try:
            with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=SECONDS * 1000) as it:
                it.admin.command("ping")
            yield uri
        finally:
            server.terminate()
            server.wait(SECONDS)


@contextmanager
def database(server: str) -> Iterator[str]:
    """The address of a new database, which goes afterwards."""
    name = f"coterie-test-{os.getpid()}-{next(_numbers)}"
    yield named(server, name)
    with MongoClient[dict[str, object]](server) as client:
        client.drop_database(name)


def named(server: str, name: str) -> str:
    """The address of this database."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
