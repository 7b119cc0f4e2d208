"""What leaves for Teams, and what each of its answers means."""

import asyncio
import socket

import aiohttp
import orjson
import pytest
from aiohttp import web

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import Address, Capabilities, Viewer
from core.message import Post, Text, verbatim
from teams.auth import tokens
from teams.client import Client, NoTokens, WrongHost
from teams.cloud import GCC_CONNECTOR, TeamsConfig
from teams.send import TeamsPlatform, in_gcc
from tests.fakes.activities import Conversation, Human, message
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot, reached

ADA = Human("Ada Example")


def post(words: str = "Better handovers") -> Post:
    return Post(summary=verbatim(words), blocks=(Text(verbatim(words)),))


async def send(
    bot: Bot, teams: FakeTeams, place: Conversation, *, thread: str = "", replace: str = ""
) -> str:
    platform = bot.platform
    payload = platform.render(post(), Viewer())
    address = reached(place, teams)
    return (await platform.send(address, payload, thread=thread, replace=replace, key="k")).ref


async def test_a_card_goes_into_a_private_chat(teams: FakeTeams, bot: Bot) -> None:
    chat = teams.chats.chat(ADA)
    ref = await send(bot, teams, chat)

    (sent,) = teams.sent
    assert (sent.id, sent.conversation) == (ref, chat.id)
    assert sent.activity["summary"] == "Better handovers"
    assert sent.card["version"] == "1.5"


async def test_a_channel_gets_a_new_thread_and_answers_in_it(teams: FakeTeams, bot: Bot) -> None:
    team = teams.chats.channel(ADA)
    root = await send(bot, teams, team)
    await send(bot, teams, team, thread=root)

    first, second = teams.sent
    assert (first.id, first.thread, second.thread) == (root, root, root)
    assert teams.requests[0][1].endswith("/v3/conversations")


async def test_a_group_chat_has_no_threads(teams: FakeTeams, bot: Bot) -> None:
    group = teams.chats.group(ADA)
    await send(bot, teams, group, thread="12")

    assert teams.requests[-1][1].endswith(f"/{group.id}/activities")


async def test_a_message_is_edited_and_taken_away_in_place(teams: FakeTeams, bot: Bot) -> None:
    team = teams.chats.channel(ADA)
    ref = await send(bot, teams, team)
    assert await send(bot, teams, team, replace=ref) == ref
    (sent,) = teams.sent
    await bot.platform.withdraw(reached(team, teams), ref)
    await bot.platform.withdraw(reached(team, teams), ref)

    assert (sent.edits, sent.deleted) == (1, True)
    with pytest.raises(Gone):
        await send(bot, teams, team, replace=ref)


async def test_somebody_is_reached_in_private_for_the_first_time(
    teams: FakeTeams, bot: Bot
) -> None:
    teams.chats.channel(ADA)
    met = Address(
        id=ADA.account,
        ref={"service": teams.service_url, "bot": f"28:{bot.config.app_id}", "user": ADA.id},
    )
    address = await bot.platform.reach(ADA.account, met)
    await bot.platform.send(address, bot.platform.render(post(), Viewer()), key="k")

    assert teams.sent[0].conversation == teams.chats.chat(ADA).id
    assert address.ref == {**met.ref, "conversation": teams.chats.chat(ADA).id, "type": "personal"}


async def test_whom_the_app_never_met_is_not_reached(teams: FakeTeams, bot: Bot) -> None:
    stranger = Human("Cem Nobody")
    hint = Address(id=stranger.account, ref={"service": teams.service_url})

    with pytest.raises(Unreachable) as told:
        await bot.platform.reach(stranger.account, hint)
    assert told.value.state == "not_installed"


TABLE: list[tuple[int, str, type[DeliveryError], str]] = [
    (400, "BadSyntax", Rejected, ""),
    (401, "BotNotRegistered", NotAllowed, ""),
    (403, "BotDisabledByAdmin", Unreachable, "blocked"),
    (403, "BotNotInConversationRoster", Unreachable, "not_installed"),
    (403, "ConversationBlockedByUser", Unreachable, "blocked"),
    (403, "MessageWritesBlocked", Unreachable, "blocked"),
    (403, "SomethingNew", Unreachable, "blocked"),
    (403, "NotEnoughPermissions", NotAllowed, ""),
    (404, "ConversationNotFound", Gone, ""),
    (412, "PreconditionFailed", RetryLater, ""),
    (413, "MessageSizeTooBig", Rejected, ""),
    (418, "Teapot", Rejected, ""),
    (429, "Throttled", RetryLater, ""),
    (500, "ServiceError", Rejected, ""),
    (408, "", Uncertain, ""),
    (502, "", Uncertain, ""),
    (503, "", Uncertain, ""),
    (504, "", Uncertain, ""),
]


@pytest.mark.parametrize("row", TABLE)
async def test_each_answer_says_what_to_do_next(
    teams: FakeTeams, bot: Bot, row: tuple[int, str, type[DeliveryError], str]
) -> None:
    status, code, error, state = row
    teams.fail(status, code, times=2)
    with pytest.raises(error) as told:
        await send(bot, teams, teams.chats.chat(ADA))

    assert type(told.value) is error
    assert getattr(told.value, "state", "") == state
    assert str(status) in told.value.why


async def test_doubt_about_an_edit_is_no_doubt(teams: FakeTeams, bot: Bot) -> None:
    chat = teams.chats.chat(ADA)
    ref = await send(bot, teams, chat)
    teams.fail(502)

    with pytest.raises(RetryLater):
        await send(bot, teams, chat, replace=ref)


async def test_what_arrived_before_the_line_broke_is_uncertain(teams: FakeTeams, bot: Bot) -> None:
    teams.fail(502, accepted=True)
    with pytest.raises(Uncertain):
        await send(bot, teams, teams.chats.chat(ADA))

    assert len(teams.sent) == 1


async def test_no_answer_is_uncertain(teams: FakeTeams) -> None:
    teams.fail(0, hang=True)
    brief = aiohttp.ClientTimeout(total=0.05)
    async with aiohttp.ClientSession() as session:
        client = Client(tokens(teams.config(), session), session, brief)
        platform = TeamsPlatform(teams.config(), client)
        chat = reached(teams.chats.chat(ADA), teams)

        with pytest.raises(Uncertain):
            await platform.send(chat, {"type": "message"}, key="k")


async def test_no_connection_is_worth_another_try(bot: Bot) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        nobody = Address(
            id="teams:t:a:1",
            ref={"service": f"http://127.0.0.1:{port}/", "conversation": "a:1"},
        )
        with pytest.raises(RetryLater):
            await bot.platform.send(nobody, {"type": "message"}, key="k")


async def test_retry_after_moves_the_chat_or_the_tenant(teams: FakeTeams, bot: Bot) -> None:
    scopes = []
    for place in (teams.chats.chat(ADA), teams.chats.group(ADA)):
        teams.fail(429, "Throttled", after=7)
        with pytest.raises(RetryLater) as told:
            await send(bot, teams, place)
        scopes.append((told.value.after, told.value.scope))

    assert scopes == [(7.0, "tenant"), (7.0, "lane")]


async def test_teams_counts_what_we_send(teams: FakeTeams, bot: Bot) -> None:
    teams.limits.clock = lambda: 1000.0
    group = teams.chats.group(ADA)
    for _ in range(7):
        await send(bot, teams, group)

    with pytest.raises(RetryLater) as told:
        await send(bot, teams, group)
    assert (told.value.after, teams.limits.refused) == (1.0, 1)
    teams.limits.clock = lambda: 1002.0
    assert await send(bot, teams, group)


async def test_a_refused_token_is_replaced_once(teams: FakeTeams, bot: Bot) -> None:
    await send(bot, teams, teams.chats.chat(ADA))
    teams.issuer.revoke()
    await send(bot, teams, teams.chats.chat(ADA))

    assert (len(teams.sent), teams.issuer.tokens_asked) == (2, 2)


async def test_a_tenant_of_the_government_is_found_at_its_own_host() -> None:
    asked: list[str] = []

    class Moved(Client):
        async def call(
            self, method: str, url: str, scope: str, body: object = None, *, once: bool = False
        ) -> bytes:
            asked.append(url)
            if url.startswith(GCC_CONNECTOR):
                return b'{"id":"12"}'
            raise WrongHost("403 InvalidBotApiHost")

    async with aiohttp.ClientSession() as session:
        platform = TeamsPlatform(TeamsConfig(app_id="x"), Moved(NoTokens(), session))
        here = Address(id="teams:t:a:1", ref={"conversation": "a:1", "type": "personal"})
        sent = await platform.send(here, {"type": "message"}, key="k")
        address = await platform.reach("teams:t:someone", None)

    assert (sent.ref, sent.learned) == ("12", (in_gcc(here),))
    assert address.ref["service"] == GCC_CONNECTOR
    assert len(asked) == 4


async def test_an_answer_without_an_id_is_uncertain() -> None:
    async def mute(request: web.Request) -> web.Response:
        return web.Response(status=201, text="fine")

    app = web.Application()
    app.router.add_post("/{any:.*}", mute)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session:
        platform = TeamsPlatform(TeamsConfig(), Client(NoTokens(), session))
        here = Address(id="teams:t:a:1", ref={"service": service, "conversation": "a:1"})
        with pytest.raises(Uncertain):
            await platform.send(here, {"type": "message"}, key="k")
    await runner.cleanup()


def test_a_place_says_what_is_heard_there() -> None:
    def here(kind: str, **ref: str) -> Capabilities:
        address = Address(id="teams:t:x", ref={"type": kind, **ref})
        return TeamsPlatform(TeamsConfig(), Client(NoTokens(), None)).capabilities(address)  # type: ignore[arg-type] # asks nobody

    assert here("personal") == Capabilities(hears="all", threads=False)
    assert here("groupChat") == Capabilities(hears="mentions", threads=False)
    assert here("channel") == Capabilities(hears="mentions", threads=True)
    assert here("channel", hears="all") == Capabilities(hears="all", threads=True)


async def test_a_card_that_changes_is_asked_for_by_those_who_see_it(
    teams: FakeTeams, bot: Bot
) -> None:
    group = teams.chats.group(ADA, Human("Bo Sample"))
    data = {"coterie": {"a": "show", "k": {}, "s": "thing/1"}}
    payload = orjson.loads(orjson.dumps(bot.platform.render(post(), Viewer())))
    payload["attachments"][0]["content"]["refresh"] = {
        "action": {"type": "Action.Execute", "data": data}
    }
    await bot.platform.send(reached(group, teams), payload, key="k")
    await teams.settled()

    assert [one.name for one in bot.engine.asked] == ["show", "show"]
    assert bot.engine.events == []


async def test_the_service_address_is_taken_from_what_comes_in(teams: FakeTeams, bot: Bot) -> None:
    chat = teams.chats.chat(ADA)
    await teams.deliver(message(ADA, chat, "hello"))
    for address in bot.event.learned:
        await bot.platform.send(address, bot.platform.render(post(), Viewer()), key="k")

    assert [one.conversation for one in teams.sent] == [chat.id, chat.id]


async def test_a_person_whose_service_does_not_answer_holds_up_nobody_else(bot: Bot) -> None:
    nowhere = Address(id=ADA.account, ref={"service": "http://127.0.0.1:1/"})
    with pytest.raises(RetryLater) as told:
        await bot.platform.reach(ADA.account, nowhere)
    assert told.value.scope == "lane"


class Fixed:
    """Always gives out the same token."""

    async def get(self, scope: str) -> str:
        return "a-fictional-token"

    def forget(self, scope: str) -> None:
        raise AssertionError(scope)


async def test_an_answer_that_is_no_http_leaves_no_token_in_the_log() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"no HTTP at all\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    here = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v3"
    async with server, aiohttp.ClientSession() as session:
        with pytest.raises(RetryLater) as told:
            await Client(Fixed(), session).call("GET", here, "scope")
    assert "a-fictional-token" not in str(told.value)
