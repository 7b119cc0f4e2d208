"""The webhook of Go1: only what it signed, only what is so, and nothing twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.catalogues.go1.signature import signed, verdict
from connectors.catalogues.go1.webhook import routes
from core.courses.model import progress_in
from core.engine.errors import Overloaded
from core.engine.ports import Event, Reply
from tests.connectors.go1.conftest import ADA, Shelf
from tests.fakes.go1 import FakeGo1
from tests.fakes.go1_hook import HOOK, delivery


@dataclass
class Intake:
    """Takes events once, as the engine does, but for the next few."""

    events: dict[str, Event] = field(default_factory=dict)
    full: int = 0

    async def submit(self, event: Event) -> Reply | None:
        if self.full:
            self.full -= 1
            raise Overloaded
        self.events.setdefault(event.id, event)
        return None

    async def submit_all(self, events: Sequence[Event]) -> None:
        for event in events:
            await self.submit(event)

    async def query(self, event: Event) -> Reply | None:
        return None


@dataclass
class Service:
    """Ours, as far as Go1 meets it."""

    intake: Intake = field(default_factory=Intake)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Of whom it was told that they finished what."""
        events = self.intake.events.values()
        return [
            (one.email, one.course)
            for event in events
            for one in progress_in(event.args["progress"])
        ]


@asynccontextmanager
async def serving(go1: FakeGo1, catalogue: Go1Catalogue) -> AsyncIterator[Service]:
    """Our service, where Go1 finds it."""
    ours, app = Service(), web.Application()
    found = routes(
        go1.config, ours.intake, catalogue, org="main", wall=go1.seconds, counts=ours.counts
    )
    app.add_routes(found)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    go1.bot = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield ours
    await runner.cleanup()


@pytest.fixture
async def ours(go1: FakeGo1, catalogue: Go1Catalogue) -> AsyncIterator[Service]:
    async with serving(go1, catalogue) as service:
        yield service


def hook(data: Any, kind: str = "enrollment.complete", id: str = "evt-1", **more: Any) -> bytes:
    """A delivery, well signed, of whatever."""
    return orjson.dumps({"id": id, "event_type": kind, "data": data, **more})


# --- what is true --------------------------------------------------------------------------------


async def test_a_completion_is_told_as_it_stands(go1: FakeGo1, ours: Service, there: Shelf) -> None:
    assert await go1.tells(go1.completes(there.ada, there.course)) == 200
    assert ours.told == [(ADA, there.course)]
    (event,) = ours.intake.events.values()
    assert (event.source, event.name, event.org) == ("message", "course.confirmed", "main")
    assert event.by is None


async def test_what_is_delivered_again_is_told_once_and_asked_once(
    go1: FakeGo1, ours: Service, there: Shelf
) -> None:
    body = delivery(
        "evt-1", "enrollment.complete", {"id": go1.completes(there.ada, there.course)}, go1.now()
    )
    assert [await go1.delivers(body) for _ in range(3)] == [200, 200, 200]
    assert len(ours.intake.events) == 1
    assert [path for _, path, _ in go1.kept.requests if path.startswith("/enrollments")] == [
        "/enrollments/90000"
    ]
    assert ours.counts["repeated"] == 2


async def test_two_deliveries_of_one_completion_are_one_event(
    go1: FakeGo1, ours: Service, there: Shelf
) -> None:
    row = go1.completes(there.ada, there.course)
    await asyncio.gather(go1.tells(row), go1.tells(row))
    assert len(ours.intake.events) == 1


async def test_the_order_in_which_deliveries_come_makes_no_difference(
    go1: FakeGo1, ours: Service, there: Shelf
) -> None:
    row = go1.completes(there.ada, there.course)
    assert await go1.tells(row) == 200
    assert await go1.tells(row, "enrollment.create") == 200
    assert await go1.tells(row, "enrollment.delete") == 200
    assert ours.told == [(ADA, there.course)]
    assert ours.counts["other"] == 2


async def test_what_is_not_so_is_not_believed(go1: FakeGo1, ours: Service, there: Shelf) -> None:
    assert await go1.tells(go1.enrolled(there.ada, there.course)) == 200
    assert await go1.tells("424242") == 200
    assert ours.told == []
    assert ours.counts["nothing"] == 2


@pytest.mark.parametrize("name", ["id", "enrollment_id", "enrolment_id"])
async def test_the_enrolment_may_stand_under_several_names(
    go1: FakeGo1, ours: Service, there: Shelf, name: str
) -> None:
    row = go1.completes(there.ada, there.course)
    assert await go1.delivers(hook({name: int(row), "user_id": "7"})) == 200
    assert ours.told == [(ADA, there.course)]


# --- what comes again ----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["broken", "html", "forbidden", "throttled", "huge"])
async def test_while_go1_is_in_trouble_it_is_asked_to_come_again(
    go1: FakeGo1, ours: Service, there: Shelf, fault: Any
) -> None:
    row = go1.completes(there.ada, there.course)
    go1.faults.now = fault
    assert await go1.tells(row, attempts=1) == 503
    assert ours.told == []


async def test_go1_is_not_kept_waiting_longer_than_it_lets_us_wait(
    go1: FakeGo1, session: aiohttp.ClientSession, there: Shelf
) -> None:
    patient = Go1Catalogue(go1.config, session, go1.now, 30.0)
    row = go1.completes(there.ada, there.course)
    go1.faults.now = "hangs"
    async with serving(go1, patient) as ours:
        assert await go1.tells(row, attempts=1) == 503
    assert ours.counts == {"enrollment.complete": 1, "later.slow": 1}


async def test_a_delivery_that_comes_again_is_taken_then(
    go1: FakeGo1, ours: Service, there: Shelf
) -> None:
    ours.intake.full = 2
    assert await go1.tells(go1.completes(there.ada, there.course)) == 200
    assert [told["status"] for told in go1.deliveries] == [503, 503, 200]
    assert ours.told == [(ADA, there.course)]


# --- what is not taken ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "unsigned"),
        ("t=,v1=", "unsigned"),
        ("nonsense", "unsigned"),
        ("t=12345678901234567890,v1=00", "unsigned"),
        ("t=-5,v1=00", "unsigned"),
        ("t=١٢٣,v1=00", "unsigned"),
        ("t=1,v1=00", "late"),
        ("x" * 5_000, "unsigned"),
    ],
)
async def test_who_does_not_sign_is_not_heard(
    go1: FakeGo1, ours: Service, header: str, reason: str
) -> None:
    assert await go1.delivers(hook({"id": "1"}), header=header) == 401
    assert ours.counts == {f"refused.{reason}": 1}
    assert go1.kept.requests == []


async def test_another_secret_or_another_body_is_forged(go1: FakeGo1, ours: Service) -> None:
    stamp = str(int(go1.now().timestamp()))
    other = f"t={stamp},v1={signed(HOOK, stamp, b'{}')}"
    assert await go1.delivers(hook({"id": "1"}), secret="another") == 401
    assert await go1.delivers(hook({"id": "1"}), header=other) == 401
    assert ours.counts == {"refused.forged": 2}


@pytest.mark.parametrize(("away", "status"), [(-61, 401), (61, 401), (-55, 200), (55, 200)])
async def test_a_minute_early_is_as_bad_as_a_minute_late(
    go1: FakeGo1, ours: Service, there: Shelf, away: int, status: int
) -> None:
    at = (go1.now() + timedelta(seconds=away)).timestamp()
    body = hook({"id": go1.completes(there.ada, there.course)})
    assert await go1.delivers(body, at=at) == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"id": "x"',
        b'{"id": "x", "event_type": 7, "data": {}}',
        b'{"id": {}, "event_type": "enrollment.complete", "data": {"id": 1}}',
        b'{"id": "x", "event_type": "enrollment.complete", "data": []}',
        b'{"id": "x", "event_type": "enrollment.complete", "data": {}}',
        b'{"id": "x", "event_type": "enrollment.complete", "data": {"id": null}}',
        b'{"id": "x", "event_type": "enrollment.complete", "data": {"id": {"a": 1}}}',
        b'{"id": "x", "event_type": "enrollment.complete", "data": {"id": "../users"}}',
        b'{"id": "x", "event_type": "enrollment.complete", "data": {"id": ' + b"[" * 99_999,
        b"[" * 200_000,
    ],
)
async def test_what_makes_no_sense_is_said_to_make_none(
    go1: FakeGo1, ours: Service, body: bytes
) -> None:
    assert await go1.delivers(body) == 400
    assert go1.deliveries == [{"status": 400, "said": b""}]
    assert ours.counts["refused.malformed"] == 1
    assert go1.kept.requests == []


async def test_more_than_a_megabyte_is_not_read(go1: FakeGo1, ours: Service) -> None:
    assert await go1.delivers(b" " * (1024 * 1024 + 1)) == 413
    assert ours.counts == {"refused.too_large": 1}


async def test_half_a_delivery_is_none(
    go1: FakeGo1, ours: Service, there: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    body = hook({"id": go1.completes(there.ada, there.course)})
    host, _, port = go1.bot.removeprefix("http://").partition(":")
    head = f"POST /webhooks/go1 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + body[:-9])
    await writer.drain()
    writer.close()
    await asyncio.sleep(0.05)
    assert ours.told == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert await go1.delivers(body) == 200


async def test_without_a_secret_there_is_no_webhook(go1: FakeGo1, catalogue: Go1Catalogue) -> None:
    config = replace(go1.config, webhook_secret="")
    found = routes(config, Intake(), catalogue, org="main", wall=lambda: 0.0, counts=Counter())
    assert found == []
    assert verdict("", f"t=0,v1={signed('', '0', b'{}')}", b"{}", 0.0) == "forged"


@given(st.text(max_size=200), st.binary(max_size=50))
def test_no_header_is_an_error(header: str, body: bytes) -> None:
    assert verdict(HOOK, header, body, 0.0) != "good"


@given(st.binary(max_size=200))
def test_every_signature_of_our_own_is_good(body: bytes) -> None:
    right = signed(HOOK, "1000", body)
    assert verdict(HOOK, f"t=1000,v1={right}", body, 1_060.0) == "good"
    assert verdict(HOOK, f"t=1000, v0=x, v1=00, v1={right}", body, 940.0) == "good"
    assert verdict(HOOK, f"t=1000,v1={right}", body + b" ", 1_000.0) == "forged"
