"""Who is let in, over HTTP, as a stranger would try it."""

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from teams.activity import decode
from teams.auth import Microsoft
from teams.cloud import TeamsConfig, problems
from teams.door import Loopback, Refused
from tests.fakes.activities import Human, Json, message
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot

ADA = Human("Ada Example")


def hello(teams: FakeTeams, **more: object) -> Json:
    return message(ADA, teams.chats.chat(ADA), "hello", **more)


async def test_a_signed_message_is_let_in(teams: FakeTeams, bot: Bot) -> None:
    answer = await teams.deliver(hello(teams))

    assert (answer.status, answer.body) == (200, b"")
    assert bot.event.text == "hello"


FORGED: dict[str, Json] = {
    "expired": {"exp": 1_700_000_000},
    "no_expiry": {"exp": None},
    "audience": {"aud": "22222222-0000-0000-0000-000000000000"},
    "issuer": {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
    "unknown_key": {"kid": "nobody's"},
    "signature": {"kid": "first", "key": "another"},
    "service_url": {"serviceurl": "https://smba.example.org/"},
    "not_yet": {"nbf": 4_000_000_000},
}


@pytest.mark.parametrize("reason", FORGED)
async def test_a_wrong_token_is_refused_without_a_word(
    teams: FakeTeams, bot: Bot, reason: str
) -> None:
    answer = await teams.deliver(hello(teams), **FORGED[reason])

    assert (answer.status, answer.body) == (401, b"")
    assert bot.counts == {f"refused.{reason}": 1}
    assert bot.engine.events == []


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "no_token"),
        ("Bearer", "no_token"),
        ("Bearer garbage", "malformed"),
        ("Bearer a.b.c", "malformed"),
        ("Basic YTpi", "malformed"),
    ],
)
async def test_what_is_no_token_is_refused(
    teams: FakeTeams, bot: Bot, header: str, reason: str
) -> None:
    answer = await teams.deliver(hello(teams), header=header)

    assert (answer.status, answer.body) == (401, b"")
    assert bot.counts == {f"refused.{reason}": 1}


async def test_a_token_for_another_way_of_signing_is_refused(teams: FakeTeams, bot: Bot) -> None:
    unsigned = "eyJhbGciOiJub25lIn0." + teams.issuer.token(teams.service_url).split(".")[1] + ".x"

    answer = await teams.deliver(hello(teams), header=f"Bearer {unsigned}")

    assert (answer.status, answer.body) == (401, b"")


async def test_a_key_that_may_not_sign_for_teams_is_refused(teams: FakeTeams, bot: Bot) -> None:
    teams.issuer.keys["first"] = ["webchat"]

    answer = await teams.deliver(hello(teams))

    assert (answer.status, answer.body) == (401, b"")


async def test_another_channel_or_tenant_is_refused(teams: FakeTeams, bot: Bot) -> None:
    web = await teams.deliver(hello(teams, channelId="webchat"))
    nowhere = await teams.deliver(hello(teams) | {"channelId": None})
    foreign = await teams.deliver(hello(teams, data={"tenant": {"id": "elsewhere"}}))

    assert [answer.status for answer in (web, nowhere, foreign)] == [403, 403, 403]
    assert bot.counts == {"refused.channel": 2, "refused.tenant": 1}


async def test_a_missing_service_address_is_refused(teams: FakeTeams, bot: Bot) -> None:
    header = f"Bearer {teams.issuer.token('')}"

    answer = await teams.deliver(hello(teams) | {"serviceUrl": ""}, header=header)

    assert (answer.status, answer.body) == (403, b"")


async def test_a_new_key_is_found_at_once(teams: FakeTeams, bot: Bot) -> None:
    await teams.deliver(hello(teams))
    teams.issuer.rotate("second")

    answer = await teams.deliver(hello(teams))

    assert answer.status == 200
    assert teams.issuer.metadata_asked == 2


async def test_forged_keys_do_not_make_us_hammer_the_issuer(teams: FakeTeams, bot: Bot) -> None:
    for n in range(20):
        await teams.deliver(hello(teams), kid=f"forged {n % 2}")

    assert teams.issuer.metadata_asked <= 5
    assert (await teams.deliver(hello(teams))).status == 200


async def test_without_keys_teams_is_asked_to_come_back(teams: FakeTeams, bot: Bot) -> None:
    teams.issuer.down = True

    answer = await teams.deliver(hello(teams))

    assert answer.status == 503
    assert "Retry-After" in answer.headers


async def test_a_verified_token_is_remembered_until_it_ends(teams: FakeTeams, bot: Bot) -> None:
    header = f"Bearer {teams.issuer.token(teams.service_url)}"
    await teams.deliver(hello(teams), header=header)
    teams.issuer.keys.clear()
    remembered = await teams.deliver(hello(teams), header=header)
    other = {"serviceUrl": teams.service_url + "x"}
    elsewhere = await teams.deliver(hello(teams) | other, header=header)
    bot.wall.ahead = 3601.0
    teams.issuer.rotate("first")
    again = await teams.deliver(hello(teams), header=header)

    assert [a.status for a in (remembered, elsewhere, again)] == [200, 401, 200]


async def test_in_development_this_machine_may_speak_and_no_page_in_its_browser(
    teams: FakeTeams, local: Bot
) -> None:
    mine = await teams.deliver(hello(teams), header="")
    page = await teams.post(b"{}", "", Origin="https://example.org")

    assert (mine.status, page.status) == (200, 403)
    assert local.event.by is not None
    assert local.event.by.name == "Ada Example"


@pytest.mark.parametrize("peer", ["192.0.2.7", "", "2001:db8::1", "::ffff:192.0.2.7", "nonsense"])
def test_in_development_no_other_machine_may_speak(peer: str) -> None:
    door = Loopback(TeamsConfig(development=True))
    headers = make_mocked_request("POST", "/", {"X-Forwarded-For": "127.0.0.1"}).headers

    with pytest.raises(Refused) as refused:
        door.glance(headers, peer)
    assert refused.value.status == 401


async def test_in_development_service_addresses_elsewhere_are_https(teams: FakeTeams) -> None:
    door = Loopback(TeamsConfig(development=True))
    spy = decode(b'{"type":"x","serviceUrl":"http://192.0.2.7/","conversation":{"id":"a"}}')

    with pytest.raises(Refused):
        await door.admit({}, spy)


async def test_keys_can_be_fetched_before_the_first_message(teams: FakeTeams, bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        await Microsoft(bot.config, session, bot.wall).prepare()

    assert teams.issuer.metadata_asked == 1


def test_all_that_is_wrong_with_the_settings_is_told_at_once() -> None:
    config = TeamsConfig(
        app_id="x", app_type="UserAssignedMSI", cloud="moon", token_url="http://192.0.2.7/token"
    )

    told = "\n".join(problems(config))

    for name in ("APP_PASSWORD", "APP_TYPE", "ALLOWED_TENANTS", "CLOUD", "TOKEN_URL"):
        assert f"TEAMS_{name}" in told
    assert problems(TeamsConfig()) == []


def test_an_app_of_one_tenant_asks_its_own_tenant_for_tokens() -> None:
    one = TeamsConfig(tenant_id="mine")
    many = TeamsConfig(tenant_id="mine", app_type="MultiTenant", cloud="gcch")

    assert one.authority == "https://login.microsoftonline.com/mine"
    assert many.authority == "https://login.microsoftonline.us/MicrosoftServices.onmicrosoft.us"
    assert (many.issuer, many.scope) == (
        "https://api.botframework.us",
        "https://api.botframework.us/.default",
    )
