"""What is wrong with the way to Go1, and what to do about it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from connectors.catalogues.config import CataloguesConfig, Go1Config
from connectors.catalogues.doctor import checks
from connectors.clock import Clock
from core.checks import Check
from tests.fakes.go1 import SECRET, FakeGo1


async def looked(config: Go1Config, session: aiohttp.ClientSession) -> Mapping[str, Check]:
    found = await checks(CataloguesConfig(go1=config), session, Clock().now())
    return {check.name: check for check in found}


async def test_a_go1_that_lets_us_in_is_said_to(
    go1: FakeGo1, session: aiohttp.ClientSession
) -> None:
    found = await looked(go1.config, session)
    assert {name: check.state for name, check in found.items()} == {
        "go1 credentials": "ok",
        "go1 scopes": "ok",
    }


async def test_what_is_not_set_up_is_not_looked_at(session: aiohttp.ClientSession) -> None:
    assert await looked(Go1Config(), session) == {}


async def test_wrong_credentials_are_named_and_never_shown(
    go1: FakeGo1, session: aiohttp.ClientSession
) -> None:
    found = await looked(replace(go1.config, client_id="other"), session)
    check = found["go1 credentials"]
    assert check.state == "fail"
    assert "COTERIE_GO1_CLIENT_SECRET" in check.todo
    assert SECRET not in repr(found)


async def test_missing_scopes_are_named(go1: FakeGo1, session: aiohttp.ClientSession) -> None:
    go1.scopes = frozenset({"lo.read"})
    check = (await looked(go1.config, session))["go1 scopes"]
    assert check.state == "fail"
    assert "user.read, enrollment.read is missing" in check.said


@pytest.mark.parametrize("fault", ["broken", "html", "garbage", "missing"])
async def test_a_go1_that_does_not_answer_as_it_should_is_said_not_to(
    go1: FakeGo1, session: aiohttp.ClientSession, fault: Any
) -> None:
    go1.faults.now = fault
    check = (await looked(go1.config, session))["go1 credentials"]
    assert check.state == "fail"
    assert "127.0.0.1" in check.todo


async def test_nobody_there_is_said(session: aiohttp.ClientSession) -> None:
    nobody = "http://127.0.0.1:1"
    config = Go1Config(client_id="x", client_secret="y", url=nobody, auth_url=nobody)
    assert (await looked(config, session))["go1 credentials"].state == "fail"


async def test_what_would_be_better_is_a_wish_and_no_failure(
    go1: FakeGo1, session: aiohttp.ClientSession
) -> None:
    found = await looked(replace(go1.config, portal_url="", webhook_secret=""), session)
    assert {name: check.state for name, check in found.items()} == {
        "go1 credentials": "ok",
        "go1 scopes": "ok",
        "go1 portal": "warn",
        "go1 webhook": "warn",
    }
