"""Payloads as the platforms publish them, field by field, and exactly what the service does then.

Each file holds what is `told` and where `to`, what is `answered`, and what is `sent` because of it.
`--golden-write` writes the last two anew. Names and ids are fictional.
"""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.wire.replay import PLATFORMS, swapped
from tests.wire.whole import whole

FILES = sorted(Path(__file__).parent.glob("*/*.json"))
Json = dict[str, Any]


class Recording:
    """One file."""

    def __init__(self, path: Path, *, anew: bool) -> None:
        self._path, self._anew = path, anew
        self.platform = path.parent.name
        self.kept: Json = orjson.loads(path.read_bytes())

    def compare(self, seen: Json) -> None:
        """What happens is what was reviewed."""
        if self._anew:
            self.kept |= seen
            self._path.write_bytes(orjson.dumps(self.kept, option=orjson.OPT_INDENT_2) + b"\n")
        assert seen == {name: self.kept.get(name) for name in seen}


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def recording(request: pytest.FixtureRequest) -> Recording:
    return Recording(request.param, anew=request.config.getoption("--golden-write"))


async def test_what_is_told_has_exactly_this_answer(recording: Recording, tmp_path: Path) -> None:
    told, to = recording.kept["told"], recording.kept["to"]
    async with whole(tmp_path) as engine, PLATFORMS[recording.platform](engine) as wire:
        signs = wire.filled
        back = {filled: sign for sign, filled in signs.items() if isinstance(filled, str)}
        heard = await wire.tell(to, swapped(told, signs))
        await engine.idle()
        sent = swapped(wire.reached(), back)
        again = await wire.tell(to, swapped(told, signs))
        await engine.idle()
        more = swapped(wire.reached(), back)[len(sent) :]

    sent.sort(key=orjson.dumps)  # who is written to first is nobody's promise
    recording.compare({"answered": [heard.status, swapped(heard.shown, back)], "sent": sent})
    assert again.status == heard.status
    assert [one for one in more if says_something(one)] == []


def says_something(sent: Json) -> bool:
    """Whether this is more than a look or an answer to the press itself."""
    looks = ("auth.", "chat.unfurl", "conversations.", "users.", "response_url", "views.", "GET ")
    return not next(iter(sent)).startswith(looks)


def test_every_platform_has_payloads_of_its_own() -> None:
    assert {path.parent.name for path in FILES} == set(PLATFORMS)
