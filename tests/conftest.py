"""What every test may use: goldens, and hypothesis with the same examples on every run."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import orjson
import pytest
from hypothesis import settings

GOLDENS = Path(__file__).parent / "cards" / "golden"

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-write", action="store_true", help="write goldens instead of comparing"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, object], None]:
    """`golden("adaptive/checkin", card)`: the card is, to the byte, what was reviewed."""
    write = request.config.getoption("--golden-write")

    def check(name: str, seen: object) -> None:
        path = GOLDENS / f"{name}.{'html' if isinstance(seen, str) else 'json'}"
        told = lined(str(seen)) if isinstance(seen, str) else seen
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(told))
        assert told == (lined(path.read_text()) if isinstance(seen, str) else read(path))

    return check


@pytest.fixture(scope="session")
def mongodb() -> Iterator[str]:
    """The address of a replica set, or of what stands in for one; started when first asked for."""
    with import_module("tests.contracts.on_mongo").replica_set() as uri:
        yield uri


@pytest.fixture
def mongo_uri(mongodb: str) -> Iterator[str]:
    """The address of a database that nobody else has, and that goes afterwards."""
    with import_module("tests.contracts.on_mongo").database(mongodb) as uri:
        yield uri


def lined(markup: str) -> str:
    """An element a line, so that a change can be reviewed."""
    return markup.replace("><", ">\n<").rstrip("\n") + "\n"


def read(path: Path) -> object:
    return orjson.loads(path.read_bytes())


def written(seen: object) -> bytes:
    if isinstance(seen, str):
        return seen.encode()
    return orjson.dumps(seen, option=orjson.OPT_INDENT_2) + b"\n"
