"""Lines that a machine can read, with what an operator needs and nothing that anybody wrote."""

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import pytest
from bson.errors import InvalidDocument
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
    ServerSelectionTimeoutError,
)

from connectors import logs
from connectors.stores.mongo.wire import explained
from core.engine import trail
from core.engine.errors import DeliveryError, StoreError
from core.engine.ports import Changes, Commit, Event, Job, Raise

CANARY = "what Ada wrote"
SECRET = "not-a-secret-at-all"
EVENT = Event(id="teams/t1/a:1/17", org="main", source="message", name="said")
Word = Literal["yes", "no"]
log = logging.getLogger("coterie.test")


class Kept(logging.Handler):
    """Keeps the lines of a formatter."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def told(self) -> dict[str, Any]:
        """The only line."""
        (line,) = self.lines
        found: dict[str, Any] = json.loads(line)
        return found


def listening(formatter: logging.Formatter) -> Iterator[Kept]:
    kept = Kept(formatter)
    log.addHandler(kept)
    log.setLevel(logging.DEBUG)
    yield kept
    log.removeHandler(kept)
    log.setLevel(logging.NOTSET)


@pytest.fixture
def said() -> Iterator[Kept]:
    """What is logged in production."""
    yield from listening(logs.Json([SECRET]))


@pytest.fixture
def seen() -> Iterator[Kept]:
    """What a developer sees."""
    yield from listening(logs.ForEyes([SECRET], words=True))


def test_a_line_says_when_how_bad_where_and_what(said: Kept) -> None:
    log.warning("%d rows left out", 3)
    told = said.told
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "warning", "logger": "coterie.test", "message": "3 rows left out"}


def test_a_turn_and_its_deliveries_carry_one_id(said: Kept) -> None:
    async def turn() -> None:
        trail.turn.set(EVENT.id)
        log.info("handled")

    async def delivery(to: trail.Trail) -> None:
        to.follow("answer/1")
        log.info("sent")

    async def both() -> None:
        remembered = trail.Trail()
        job = Job(key="answer/1", work=Raise(EVENT))
        at, changes = datetime(2027, 3, 1, tzinfo=UTC), Changes(jobs=(job,))
        remembered.planned([Commit(org="main", event=EVENT.id, at=at, changes=changes)])
        await asyncio.gather(turn(), delivery(remembered))

    asyncio.run(both())
    first, second = map(json.loads, said.lines)
    assert first["turn"] == second["turn"]
    assert (len(first["turn"]), second["job"]) == (12, "answer/1")


def refused(words: str) -> None:
    try:
        dict[str, str]()[words]
    except KeyError as error:
        raise DeliveryError(f"400 {words}") from error


def test_an_exception_is_told_without_its_words(said: Kept) -> None:
    try:
        refused(CANARY)
    except DeliveryError:
        log.exception("a fault of ours")
    kinds = [one["kind"] for one in said.told["error"]]
    assert kinds == ["DeliveryError", "KeyError"]
    assert said.told["error"][0]["at"][0].startswith("tests/connectors/test_logs.py:")
    assert CANARY not in said.lines[0]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreError("the database says: disk is full"), "the database says: disk is full"),
        (OSError(28, "No space left on device", "/home/ada"), "No space left on device"),
    ],
)
def test_what_the_store_and_the_machine_say_is_told(
    said: Kept, error: Exception, words: str
) -> None:
    log.error("nothing was taken", exc_info=error)
    assert said.told["error"][0]["words"] == words


@pytest.mark.parametrize(
    "error",
    [
        BulkWriteError({"writeErrors": [{"code": 11000, "op": {"text": CANARY}}]}),
        DuplicateKeyError(f"dup key: {CANARY}", 11000, {"keyValue": {"_id": CANARY}}),
        OperationFailure(f"cannot write {CANARY}", 52),
        InvalidDocument(f"cannot encode {CANARY}"),
    ],
)
def test_a_database_that_quotes_what_it_was_given_is_not_quoted(
    said: Kept, error: Exception
) -> None:
    with pytest.raises(StoreError) as told, explained():
        raise error
    log.error("nothing was taken", exc_info=told.value)
    assert type(error).__name__ in said.told["error"][0]["words"]
    assert CANARY not in said.lines[0]


def test_why_a_database_cannot_be_reached_is_told(said: Kept) -> None:
    with pytest.raises(StoreError) as told, explained():
        raise ServerSelectionTimeoutError("db.example:27017: refused, Timeout: 3.0s, Topology: <>")
    assert str(told.value) == "the database says: db.example:27017: refused"


def test_a_decoder_that_quotes_is_not_quoted(said: Kept) -> None:
    try:
        msgspec.json.decode(json.dumps(CANARY), type=Word)
    except msgspec.ValidationError:
        log.exception("it cannot be read")
    assert CANARY not in said.lines[0]


@pytest.mark.parametrize(
    "leak",
    [
        SECRET,
        "xoxb-1-abc",
        "eyJhbGciOi.eyJzdWIiOi.c2ln",
        "Authorization: Bearer abc.def",
        "mongodb://ada:hunter22@db.example",
    ],
)
def test_what_looks_like_a_secret_is_crossed_out(said: Kept, seen: Kept, leak: str) -> None:
    log.error("so: %s", leak)
    for line in (*said.lines, *seen.lines):
        assert leak not in line
        assert logs.CROSSED in line


def test_nobody_can_write_a_line_of_their_own(said: Kept, seen: Kept) -> None:
    log.warning("a channel: %s", 'x\n{"level": "critical"}')
    assert "\n" not in said.lines[0] + seen.lines[0]


def test_half_a_letter_is_no_reason_to_say_nothing() -> None:
    record = log.makeRecord(log.name, logging.WARNING, "", 1, "a name: %s", ("\ud83d",), None)
    assert json.loads(logs.Json([SECRET]).format(record))["message"] == "a name: \\ud83d"
    assert logs.ForEyes([SECRET], words=True).format(record)


def test_a_developer_sees_all_of_an_exception(seen: Kept) -> None:
    try:
        refused(CANARY)
    except DeliveryError:
        log.exception("a fault of ours")
    assert CANARY in seen.lines[0]


def test_settings_that_are_secret_are_known_by_their_names() -> None:
    environ = {
        "COTERIE_TEAMS_APP_PASSWORD": "p",
        "COTERIE_SLACK_BOT_TOKEN": "t",
        "COTERIE_API_TOKENS": "ada@example.com=one, bo@example.com=two",
        "COTERIE_TALENTLMS_API_KEY": "k",
        "COTERIE_HOST": "h",
    }
    assert sorted(logs.secrets(environ)) == ["k", "one", "p", "t", "two"]


async def test_what_nobody_waits_for_is_told_without_its_words(said: Kept) -> None:
    loop = asyncio.get_running_loop()
    logs.listen(loop)
    ours = logging.getLogger(logs.OURS)
    ours.addHandler(said)
    try:
        loop.call_soon(int, CANARY)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    finally:
        ours.removeHandler(said)
        loop.set_exception_handler(None)
    assert CANARY not in said.lines[0]
    assert said.told["level"] == "error"
