"""What is wrong with the way to Teams, and what to do about it."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import aiohttp

from core.checks import Check
from teams import doctor
from teams.cloud import TeamsConfig
from tests.fakes.connector import FakeTeams


async def looked(config: TeamsConfig) -> Mapping[str, Check]:
    now = datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - the fake's clock is real
    async with aiohttp.ClientSession() as session:
        return {check.name: check for check in await doctor.checks(config, session, now)}


async def test_without_teams_nothing_is_asked_of_anybody() -> None:
    found = await looked(TeamsConfig(development=True))
    assert {check.state for check in found.values()} == {"ok"}


async def test_all_is_well_when_teams_answers(teams: FakeTeams) -> None:
    found = await looked(teams.config())
    assert {name: check.said for name, check in found.items() if check.state != "ok"} == {}
    assert "token" in found["token"].said


async def test_a_wrong_secret_is_told_with_the_words_of_the_login(teams: FakeTeams) -> None:
    found = await looked(teams.config(password="another"))
    assert found["token"].state == "fail"
    assert "AADSTS7000215" in found["token"].said
    assert "client secret" in found["token"].todo


async def test_a_login_that_is_down_is_told(teams: FakeTeams) -> None:
    found = await looked(teams.config(token_url="http://127.0.0.1:9/token"))
    assert found["token"].said.endswith("TEAMS_TOKEN_URL did not answer.")
    assert found["token"].todo == "Let this machine reach 127.0.0.1."


async def test_keys_that_cannot_be_fetched_are_told(teams: FakeTeams) -> None:
    teams.issuer.down = True
    found = await looked(teams.config())
    assert found["keys"].state == "fail"
    assert "port 443" in found["keys"].todo


async def test_keys_that_may_not_sign_for_teams_are_told(teams: FakeTeams) -> None:
    teams.issuer.keys = {"first": ["skype"]}
    assert (await looked(teams.config()))["keys"].state == "fail"
