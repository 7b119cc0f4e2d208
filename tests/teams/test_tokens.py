"""Our own tokens: fetched once, renewed beside the work, and clear when they cannot be had."""

import asyncio
from dataclasses import replace

import orjson
import pytest

from core.engine.errors import NotAllowed, RetryLater
from teams.auth import Tokens, entra, tokens
from teams.cloud import TeamsConfig
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot

SCOPE = "https://api.botframework.com/.default"


class Login:
    """Gives out numbered tokens that are good for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.asked = seconds, 0
        self.error: Exception | None = None

    async def __call__(self, scope: str) -> tuple[str, float]:
        self.asked += 1
        number = self.asked
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        return f"{scope}-{number}", self.seconds


async def test_many_who_need_a_token_fetch_it_once() -> None:
    login = Login(3600)
    held = Tokens(login)
    got = await asyncio.gather(*(held.get("a") for _ in range(50)))
    other = await held.get("b")

    assert (set(got), other, login.asked) == ({"a-1"}, "b-2", 2)


async def test_a_token_is_renewed_early_without_anyone_waiting() -> None:
    login = Login(200)
    held = Tokens(login, patience=0.0)
    await held.get("a")
    login.seconds = 3600
    meanwhile = [await held.get("a") for _ in range(5)]
    await held.settled()

    assert meanwhile == ["a-1"] * 5
    assert (await held.get("a"), login.asked) == ("a-2", 2)


async def test_a_token_that_cannot_be_renewed_is_used_while_it_lasts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    login = Login(200)
    held = Tokens(login, patience=0.0)
    await held.get("a")
    login.error = RetryLater(why="no answer")
    got = [await held.get("a") for _ in range(3)]
    await held.settled()

    assert got == ["a-1"] * 3
    assert "no answer" in caplog.text
    login.error = None
    await held.get("a")
    await held.settled()
    assert await held.get("a") != "a-1"
    await held.close()


async def test_a_token_that_ended_is_waited_for() -> None:
    login = Login(0)
    held = Tokens(login)

    assert [await held.get("a"), await held.get("a")] == ["a-1", "a-2"]


async def test_a_wrong_password_says_which_setting(teams: FakeTeams, bot: Bot) -> None:
    config = replace(bot.config, password="wrong")

    with pytest.raises(NotAllowed, match=r"TEAMS_APP_PASSWORD.*AADSTS7000215"):
        await tokens(config, bot.session).get(SCOPE)


async def test_no_login_is_worth_another_try(bot: Bot) -> None:
    config = replace(bot.config, token_url="http://127.0.0.1:9/token")

    with pytest.raises(RetryLater):
        await tokens(config, bot.session).get(SCOPE)


class Entra:
    """Entra ID, as msal's own HTTP client sees it."""

    def __init__(self, **answer: object) -> None:
        self.asked: list[tuple[str, object]] = []
        self.answer = answer
        self.headers: dict[str, str] = {}
        self.status_code, self.text = 200, ""

    def get(self, url: str, **more: object) -> "Entra":
        root = url.partition("/v2.0/")[0]
        told = {
            "issuer": f"{root}/v2.0",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        }
        self.text = orjson.dumps(told).decode()
        return self

    def post(self, url: str, *, data: object = None, **more: object) -> "Entra":
        self.asked.append((url, data))
        self.text = orjson.dumps(self.answer).decode()
        return self

    def raise_for_status(self) -> None:
        """All is well."""

    def close(self) -> None:
        """Nothing to close."""


async def test_without_an_address_msal_asks_the_own_tenant_once() -> None:
    tenant = "aaaaaaaa-0000-4000-8000-000000000001"
    login = Entra(access_token="from Entra", expires_in=3600, token_type="Bearer")
    config = TeamsConfig(app_id="app", password="secret", tenant_id=tenant)
    held = Tokens(entra(config, login))

    assert [await held.get(SCOPE) for _ in range(3)] == ["from Entra"] * 3
    ((url, data),) = login.asked
    assert url.startswith(f"https://login.microsoftonline.com/{tenant}/")
    assert isinstance(data, dict)
    assert data["scope"] == SCOPE


async def test_what_entra_refuses_is_told_to_the_operator() -> None:
    login = Entra(error="unauthorized_client", error_description="AADSTS700016: no such app")
    held = Tokens(entra(TeamsConfig(app_id="app", password="secret", tenant_id="mine"), login))

    with pytest.raises(NotAllowed, match="AADSTS700016"):
        await held.get(SCOPE)
