"""Slack: a channel, in front of a Web API that checks everything."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from connectors.http.courier import Courier
from core.engine.ports import Address, Asker
from slack.ask import Questions
from slack.client import Client
from slack.routes import routes
from slack.send import SlackPlatform
from slack.workspace import Workspace
from tests.contracts.hearing import Engine
from tests.contracts.side import (
    PATIENCE,
    Answered,
    Asked,
    Call,
    Facts,
    Json,
    Names,
    Stands,
    Told,
    Trouble,
)
from tests.contracts.slack_view import asked, block_of, corrected, escaped, fields, stands
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_blocks import words
from tests.fakes.slack_client import FORM, Delivered, enveloped, message
from tests.fakes.slack_world import (
    BOT,
    BOT_ID,
    FOREIGN,
    TEAM,
    Channel,
    Human,
    Message,
    Window,
    stamp,
)
from tests.teams.bot import Wall

SHORTLY = aiohttp.ClientTimeout(total=2)
FAULTS: Mapping[Trouble, Mapping[str, Any]] = {
    "throttled": {"error": "ratelimited", "status": 429, "after": PATIENCE},
    "blocked": {"error": "messages_tab_disabled"},
    "not_installed": {"error": "not_in_channel"},
    "hangs": {"hang": True},
    "accepted": {"status": 502, "accepted": True},
    "not_allowed": {"error": "missing_scope"},
    "revoked": {"error": "token_revoked"},
    "too_big": {"error": "msg_too_long", "times": 2},
}
Deliver = Callable[[], Awaitable[Delivered]]


@dataclass
class Slack:
    """Slack as the suite uses it."""

    fake: FakeSlack
    channel: Channel
    ada: Human
    bo: Human
    workspace: Workspace
    platform: SlackPlatform

    @property
    def facts(self) -> Facts:
        return facts_of(self.bo)

    @property
    def names(self) -> Names:
        return Names(
            place=self.channel.place,
            ada=self.ada.account,
            bo=self.bo.account,
            stranger=f"slack:{TEAM}:U0NOBODY",
            bo_mail=self.bo.email,
        )

    @property
    def settings(self) -> Mapping[str, str]:
        config = self.fake.config()
        return {
            "COTERIE_SLACK_BOT_TOKEN": config.bot_token,
            "COTERIE_SLACK_SIGNING_SECRET": config.signing_secret,
            "COTERIE_SLACK_API_URL": config.api_url,
        }

    def found_at(self, url: str) -> None:
        self.fake.bot = url

    @property
    def askers(self) -> Mapping[str, Asker]:
        return Questions(self.workspace).askers()

    def alone(self, account: str) -> Address:
        return Address(id=account, ref={"conversation": self._chat(account).id})

    def met(self, account: str) -> Address:
        return Address(id=account, ref={"user": account.rpartition(":")[2]})

    def standing(self, address: Address) -> list[Stands]:
        place = address.ref["conversation"]
        return [stands(one) for one in self.fake.sent if one.channel == place]

    async def suffer(self, trouble: Trouble) -> None:
        self.fake.fail(**FAULTS[trouble])

    def says(self, who: str, text: str, *, private: bool = False, thread: str = "") -> Told:
        human, words = self._human(who), escaped(text)
        if private:
            return self._events(message(human, self._chat(who), words))
        more = {"thread_ts": thread} if thread else {}
        told = message(human, self.channel, f"<@{BOT}> {words}", **more)
        mention = {name: it for name, it in told.items() if name != "channel_type"}
        return self._events(told, mention | {"type": "app_mention"})

    def edits(self, who: str, message: str, text: str) -> Told:
        said = {"type": "message", "user": self._human(who).id, "ts": message}
        now = said | {"text": f"<@{BOT}> {escaped(text)}", "edited": {"ts": stamp()}}
        before = said | {"text": f"<@{BOT}> hello"}
        return self._events(
            about(self.channel, "message_changed", {"message": now, "previous_message": before})
        )

    def deletes(self, who: str, message: str) -> Told:
        before = {"type": "message", "user": self._human(who).id, "ts": message, "text": "hello"}
        told = {"deleted_ts": message, "previous_message": before}
        return self._events(about(self.channel, "message_deleted", told))

    def presses(self, who: str, ref: str, label: str, *, private: bool = False) -> Told:
        place = self._chat(who) if private else self.channel
        stood = self.fake.world.messages[place.id, ref]
        press = self.fake.press(self._human(who), stood, stood.button(label))
        return self._interacted(press)

    def submits(self, who: str, form: Asked, values: Mapping[str, str]) -> Told:
        window: Window = form.native
        named = {block_of(window, name): value for name, value in {**form.values, **values}.items()}
        return self._interacted(self.fake.submission(self._human(who), window, named), window)

    def joins(self, who: str) -> Told:
        return self._events(member(self.channel, "member_joined_channel", self._human(who).id))

    def leaves(self, who: str) -> Told:
        return self._events(member(self.channel, "member_left_channel", self._human(who).id))

    def arrives(self, by: str) -> Told:
        return self._events(member(self.channel, "member_joined_channel", BOT))

    def echoes(self, ref: str) -> Told:
        chat = self.fake.world.chat(self.ada)
        ours = {"user": BOT, "bot_id": BOT_ID, "ts": ref}
        said = [message(self.ada, where, f"<@{BOT}> hello") for where in (self.channel, chat)]
        return self._events(*(one | ours for one in said))

    def strangers(self) -> Told:
        told = message(self.ada, self.channel, f"<@{BOT}> hello")
        press = self.fake.acting("block_actions", self.ada) | {"team": {"id": FOREIGN}}
        events = self._call(lambda: self.fake.deliver(told, team=FOREIGN))
        return Told(calls=(events, self._call(lambda: self.fake.interact(press))))

    async def raw(self, body: bytes) -> list[int]:
        post = self.fake.post
        inner = urlencode({"payload": body}).encode()
        answers = [
            await post("/slack/events", body, "application/json"),
            await post("/slack/interactivity", inner, FORM),
            await post("/slack/interactivity", body, FORM),
            await post("/slack/commands", fields(body), FORM),
        ]
        return [one.status for one in answers]

    def samples(self) -> list[Json]:
        return samples(self)

    def _human(self, account: str) -> Human:
        return self.fake.world.people[account.rpartition(":")[2]]

    def _chat(self, account: str) -> Channel:
        return self.fake.world.chat(self._human(account))

    def _events(self, *events: Json) -> Told:
        return Told(calls=tuple(self._call(self._telling(enveloped(event))) for event in events))

    def _telling(self, envelope: Json) -> Deliver:
        return lambda: self.fake.told(envelope)

    def _interacted(self, payload: Json, window: Window | None = None) -> Told:
        return Told(calls=(self._call(lambda: self.fake.interact(payload), payload, window),))

    def _call(
        self, deliver: Deliver, payload: Json | None = None, window: Window | None = None
    ) -> Call:
        async def send() -> Answered:
            windows, shown = len(self.fake.kept.windows), len(self.fake.kept.answers)
            answer = await deliver()
            told = answer.json if answer.body.startswith(b"{") else {}
            opened = self.fake.kept.windows[windows:]
            seen = [one.payload for one in self.fake.kept.answers[shown:]]
            form = asked(opened[-1]) if opened else corrected(told, payload, window)
            return Answered(status=answer.status, words="\n".join(words([told, seen])), form=form)

        return send


def facts_of(bo: Human) -> Facts:
    """What Slack can do, and what would call Bo or somebody else there."""
    return Facts(
        finds=True,
        suffers=frozenset(FAULTS),
        hostile=(
            f"<@{bo.id}>",
            f"<@{bo.id}|Bo>",
            "<!everyone>",
            "<!subteam^S1|all>",
            "<https://evil.example|win>",
            "&lt;!channel&gt;",
        ),
    )


def about(channel: Channel, subtype: str, told: Json) -> Json:
    """Something that happens to a message."""
    where = {"channel": channel.id, "channel_type": "channel"}
    named = {"type": "message", "subtype": subtype, "ts": stamp(), "event_ts": stamp()}
    return named | where | told


def member(channel: Channel, kind: str, user: str) -> Json:
    """Somebody comes or goes."""
    where = {"channel": channel.id, "channel_type": "C", "team": TEAM}
    return {"type": kind, "user": user, "event_ts": stamp(), **where}


def samples(slack: Slack) -> list[Json]:
    """One of each kind of body."""
    chat = slack.fake.world.chat(slack.ada)
    carried = '{"a":"join","k":{"id":"1"},"s":"card/1"}'
    button = {"type": "button", "action_id": "a", "value": carried}
    stood = Message("1700000000.000001", chat.id, "", {"blocks": []})
    window = Window("V1", slack.ada, {"blocks": [], "private_metadata": carried})
    submission = slack.fake.submission(slack.ada, window, {})
    submission["view"]["state"] = {
        "values": {"words": {"w": {"type": "plain_text_input", "value": "hello"}}}
    }
    command = {
        "team_id": TEAM,
        "user_id": slack.ada.id,
        "channel_id": slack.channel.id,
        "command": "/coterie",
        "text": "help",
        "trigger_id": "1.2.3",
    }
    return [
        enveloped(message(slack.ada, slack.channel, f"<@{BOT}> hello", thread_ts="1.000001")),
        enveloped(
            about(slack.channel, "message_changed", {"message": message(slack.ada, chat, "x")})
        ),
        enveloped(member(slack.channel, "member_joined_channel", slack.bo.id)),
        slack.fake.press(slack.ada, stood, button),
        submission,
        command,
    ]


@asynccontextmanager
async def around_slack() -> AsyncIterator[Slack]:
    """Slack, where nobody has seen Coterie yet."""
    async with FakeSlack() as fake, aiohttp.ClientSession() as session:
        fake.limits.enforced = False
        courier = Courier(seconds=SHORTLY.total or 1.0)
        client = Client(fake.config(), session, SHORTLY, courier)
        ada = fake.world.human("Ada Example", email="ada.example@example.org")
        bo = fake.world.human("Sol Sample", email="sol.sample@example.org")
        channel = fake.world.channel(ada, bo)
        yield Slack(fake, channel, ada, bo, Workspace(client), SlackPlatform(client))
        courier.close()


@asynccontextmanager
async def on_slack(engine: Engine) -> AsyncIterator[Slack]:
    """An app that knows its workspace."""
    async with around_slack() as slack:
        async with asyncio.timeout(5):
            await slack.workspace.prepare()
        engine.platforms["slack"] = slack.platform
        app, counts = web.Application(), Counter[str]()
        config = slack.fake.config()
        app.add_routes(routes(config, engine.intake, slack.workspace, Wall(), counts))
        runner = web.AppRunner(app, shutdown_timeout=1, auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.found_at(f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield slack
        await runner.cleanup()
