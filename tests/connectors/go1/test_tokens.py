"""How we get in at Go1: one token for all, renewed in time, and never shown."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.catalogues.go1.tokens import Tokens
from connectors.catalogues.port import NoCourse
from connectors.clock import Clock
from tests.connectors.go1.conftest import ADA, Shelf
from tests.contracts.catalogues.side import Fault
from tests.fakes.go1 import SECRET, FakeGo1


async def test_many_who_wait_cost_one_token(go1: FakeGo1, catalogue: Go1Catalogue) -> None:
    await asyncio.gather(*(catalogue.search("") for _ in range(8)))
    assert go1.kept.tokens == 1


async def test_a_token_is_kept_until_shortly_before_it_ends(
    go1: FakeGo1, session: aiohttp.ClientSession
) -> None:
    time = [0.0]
    tokens = Tokens(go1.config, session, lambda: time[0])
    first = await tokens.headers()
    time[0] = go1.lifetime - 61
    assert await tokens.headers() == first
    time[0] = go1.lifetime - 59
    assert await tokens.headers() != first
    assert go1.kept.tokens == 2


@pytest.mark.parametrize("lifetime", [-5.0, 0.0, 3.0, 1e300])
async def test_an_odd_lifetime_still_lets_us_in(
    go1: FakeGo1, session: aiohttp.ClientSession, lifetime: float
) -> None:
    go1.lifetime = lifetime
    tokens = Tokens(go1.config, session, lambda: 0.0)
    assert await tokens.headers() == await tokens.headers()
    assert go1.kept.tokens == 1


async def test_a_token_that_is_withdrawn_is_renewed_once(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    await catalogue.search("")
    go1.expire()
    assert await catalogue.enrol(there.course, ADA, None) == "enrolled"
    assert go1.kept.tokens == 2


async def test_wrong_credentials_are_not_tried_over_and_over(
    go1: FakeGo1, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    config = replace(go1.config, client_secret="not-the-secret")
    catalogue = Go1Catalogue(config, session, Clock().now)
    for _ in range(3):
        with pytest.raises(NoCourse) as caught:
            await catalogue.search("")
        assert caught.value.trouble == "refused"
    assert go1.kept.tokens == 1
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    assert "not-the-secret" not in caplog.text


async def test_who_goes_away_takes_the_token_from_nobody_else(
    go1: FakeGo1, catalogue: Go1Catalogue
) -> None:
    hasty = asyncio.create_task(catalogue.search(""))
    patient = asyncio.create_task(catalogue.search(""))
    await asyncio.sleep(0)
    hasty.cancel()
    assert (await patient).courses
    assert go1.kept.tokens == 1


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("broken", "busy"),
        ("throttled", "busy"),
        ("garbage", "unreadable"),
        ("html", "unreadable"),
        ("wrong_types", "unreadable"),
        ("huge", "unreadable"),
        ("html_401", "refused"),
        ("missing", "refused"),
    ],
)
async def test_trouble_at_the_door_is_trouble_of_everything(
    go1: FakeGo1, catalogue: Go1Catalogue, fault: Fault, trouble: str
) -> None:
    go1.login_faults.now = fault
    with pytest.raises(NoCourse) as caught:
        await catalogue.search("")
    assert caught.value.trouble == trouble
    assert go1.kept.requests == []


async def test_the_secret_goes_to_the_login_only(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    await catalogue.resolve(f"{go1.config.portal_url}/play/{there.course}")
    assert SECRET not in repr(go1.kept.requests)
    assert SECRET not in repr(catalogue)
    assert SECRET not in repr(go1.config)
