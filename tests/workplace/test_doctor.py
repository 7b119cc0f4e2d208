"""What is wrong with Workplace, and what to do about it."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from core.checks import Check, exit_code
from tests.fakes.graph import START, FakeGraph
from workplace import doctor
from workplace.config import WorkplaceConfig, problems

NOW = datetime.fromtimestamp(START, UTC)


async def looked(config: WorkplaceConfig) -> list[Check]:
    async with aiohttp.ClientSession() as session:
        return await doctor.checks(config, session, NOW)


async def test_nothing_is_said_where_workplace_is_off() -> None:
    assert await looked(WorkplaceConfig()) == []


async def test_it_is_said_plainly_that_workplace_is_closed(graph: FakeGraph) -> None:
    closed, known = await looked(graph.config())

    assert (closed.state, known.state) == ("warn", "ok")
    assert "Meta closed Workplace on 2026-06-01" in closed.said
    assert "a fake Graph server only" in closed.said
    assert "move COHORT" in closed.todo
    assert "Coterie" in known.said
    assert exit_code([closed, known]) == 0


@pytest.mark.parametrize(
    ("trouble", "words"),
    [("revoked", "access token"), ("closed", "2026-06-01"), ("html", "does not answer as Graph")],
)
async def test_trouble_is_a_sentence_with_a_way_out(
    graph: FakeGraph, trouble: str, words: str
) -> None:
    graph.revoked, graph.closed = trouble == "revoked", trouble == "closed"
    if trouble == "html":
        graph.fail(502, html=True)
    _, found = await looked(graph.config())

    assert found.state == "fail"
    assert words in found.said
    assert found.todo
    assert found.todo not in found.said
    assert graph.token not in found.said


async def test_a_clock_that_is_wrong_is_told_from_a_wrong_address(graph: FakeGraph) -> None:
    late = NOW + timedelta(minutes=6)
    async with aiohttp.ClientSession() as session:
        _, found = await doctor.checks(graph.config(), session, late)
    assert found.state == "fail"
    assert "clock" in found.todo
    assert "COTERIE_WORKPLACE_APP_SECRET" in found.todo


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        (WorkplaceConfig(), []),
        (
            WorkplaceConfig(access_token="a"),
            ["WORKPLACE_APP_SECRET", "WORKPLACE_VERIFY_TOKEN"],
        ),
        (WorkplaceConfig(graph_url="http://graph.example"), ["WORKPLACE_GRAPH_URL"]),
    ],
)
def test_half_of_the_settings_is_none(config: WorkplaceConfig, wrong: list[str]) -> None:
    assert [line.partition(" ")[0] for line in problems(config)] == wrong
