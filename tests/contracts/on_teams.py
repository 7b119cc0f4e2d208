"""Microsoft Teams: a channel, in front of a connector that checks everything."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from markdown_it import MarkdownIt

from core.engine.ports import Address, Asker
from teams.ask import Questions
from teams.auth import Microsoft, tokens
from teams.client import Client
from teams.send import TeamsPlatform
from tests.contracts.hearing import Engine
from tests.contracts.side import (
    PATIENCE,
    Answered,
    Asked,
    Call,
    Facts,
    Names,
    Stands,
    Told,
    Trouble,
)
from tests.fakes.activities import (
    TENANT,
    Conversation,
    Human,
    Json,
    activity,
    added,
    asked,
    client,
    message,
    pressed,
    removed,
    submitted,
)
from tests.fakes.connector import FakeTeams, Fault, Message
from tests.teams.bot import Wall, reached, serving

ADA, BO, CEM = Human("Ada Example"), Human("Bo Sample"), Human("Cem Nobody")
PEOPLE = {human.account: human for human in (ADA, BO, CEM)}
FOREIGN = "bbbbbbbb-0000-4000-8000-000000000002"
SHORTLY = aiohttp.ClientTimeout(total=2)
READ = MarkdownIt("commonmark")
FAULTS: Mapping[Trouble, Fault] = {
    "throttled": Fault(429, "Throttled", after=PATIENCE),
    "blocked": Fault(403, "ConversationBlockedByUser"),
    "not_installed": Fault(403, "BotNotInConversationRoster"),
    "hangs": Fault(hang=True),
    "accepted": Fault(502, accepted=True),
    "not_allowed": Fault(403, "NotEnoughPermissions"),
    "too_big": Fault(413, "MessageSizeTooBig"),
}
FACTS = Facts(
    suffers=frozenset(FAULTS),
    hostile=(f"<at>{BO.name}</at>", "[win](https://evil.example)", "<https://evil.example>"),
)


@dataclass
class Teams:
    """Teams as the suite uses it."""

    fake: FakeTeams
    channel: Conversation
    platform: TeamsPlatform
    client: Client
    session: aiohttp.ClientSession
    facts: Facts = FACTS

    def __post_init__(self) -> None:
        self.names = Names(
            place=self.channel.place,
            ada=ADA.account,
            bo=BO.account,
            stranger=CEM.account,
            bo_mail=BO.listed()["email"],
        )

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "COTERIE_TEAMS_APP_ID": self.fake.issuer.app_id,
            "COTERIE_TEAMS_APP_PASSWORD": self.fake.issuer.password,
            "COTERIE_TEAMS_APP_TENANT_ID": TENANT,
            "COTERIE_TEAMS_APP_TYPE": "SingleTenant",
            "COTERIE_TEAMS_OPENID_METADATA": f"{self.fake.address}/metadata",
            "COTERIE_TEAMS_TOKEN_URL": f"{self.fake.address}/token",
        }

    def found_at(self, url: str) -> None:
        self.fake.bot = f"{url}/api/messages"

    @property
    def askers(self) -> Mapping[str, Asker]:
        return Questions(self.fake.config(), self.client).askers()

    def alone(self, account: str) -> Address:
        return reached(self.fake.chats.chat(PEOPLE[account]), self.fake)

    def met(self, account: str) -> Address:
        return Address(id=account, ref={"service": self.fake.service_url})

    def standing(self, address: Address) -> list[Stands]:
        place = address.ref["conversation"]
        return [stands(one) for one in self.fake.sent if one.conversation == place]

    async def suffer(self, trouble: Trouble) -> None:
        fault = FAULTS[trouble]
        self.fake.fail(
            fault.status, fault.code, after=fault.after, accepted=fault.accepted, hang=fault.hang
        )

    def says(self, who: str, text: str, *, private: bool = False, thread: str = "") -> Told:
        told = message(PEOPLE[who], self._where(who, private), escaped(text))
        if not private:
            told["conversation"]["id"] += f";messageid={thread or told['id']}"
        return self._told(told)

    def edits(self, who: str, message: str, text: str) -> Told:
        human = PEOPLE[who]
        told = activity("messageUpdate", human, self.channel, text=text, entities=client(human))
        return self._told(told | {"id": message})

    def deletes(self, who: str, message: str) -> Told:
        told = activity("messageDelete", PEOPLE[who], self.channel)
        return self._told(told | {"id": message})

    def presses(self, who: str, ref: str, label: str, *, private: bool = False) -> Told:
        human, where = PEOPLE[who], self._where(who, private)
        action = button(self.fake.chats.messages[ref], label)
        if action["data"].get("msteams", {}).get("type") == "task/fetch":
            return self._told(asked(human, where, action["data"], replyToId=ref))
        if action["type"] == "Action.Submit":
            return self._told(submitted(human, where, action["data"], replyToId=ref))
        return self._told(pressed(human, where, action["data"], card=ref))

    def submits(self, who: str, form: Asked, values: Mapping[str, str]) -> Told:
        data = {**form.native, **form.values, **values}
        return self._told(asked(PEOPLE[who], self.channel, data, "task/submit"))

    def joins(self, who: str) -> Told:
        return self._told(added(self.channel, PEOPLE[who]))

    def leaves(self, who: str) -> Told:
        return self._told(removed(self.channel, PEOPLE[who]))

    def arrives(self, by: str) -> Told:
        return self._told(added(self.channel, by=PEOPLE[by]))

    def echoes(self, ref: str) -> Told:
        return self._told(activity("message", None, self.channel, text="hello") | {"id": ref})

    def strangers(self) -> Told:
        told = message(ADA, self.channel, "hello")
        told["channelData"] = {"tenant": {"id": FOREIGN}}
        told["conversation"] |= {"tenantId": FOREIGN}
        return self._told(told)

    async def raw(self, body: bytes) -> list[int]:
        header = f"Bearer {self.fake.issuer.token(self.fake.service_url)}"
        return [(await self.fake.post(body, header)).status]

    def samples(self) -> list[Json]:
        data = {"coterie": {"a": "join", "k": {"id": "1"}, "s": "card/1"}, "words": "hello"}
        told = pressed(ADA, self.channel, data, card="1")
        extra = message(ADA, self.channel, "hello") | added(self.channel, BO)
        return [extra | told | {"serviceUrl": self.fake.service_url}]

    def _where(self, who: str, private: bool) -> Conversation:
        return self.fake.chats.chat(PEOPLE[who]) if private else self.channel

    def _told(self, told: Json) -> Told:
        async def deliver() -> Answered:
            answer = await self.fake.deliver(told)
            shown = answer.json if answer.body else {}
            return Answered(status=answer.status, words=spoken(shown), form=form(shown))

        call: Call = deliver
        return Told(calls=(call,))


def escaped(text: str) -> str:
    """As Teams sends what somebody typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stands(one: Message) -> Stands:
    """A card as Teams shows it."""
    card = one.card
    people = card.get("msteams", {}).get("entities", ())
    texts = [node["text"] for node in nodes(card) if node.get("type") == "TextBlock"]
    return Stands(
        ref=one.id,
        words=spoken(one.activity),
        thread="" if one.thread == one.id else one.thread,
        labels=tuple(action["title"] for action in actions(card)),
        mentions=frozenset(f"teams:{TENANT}:{one['mentioned']['id']}" for one in people),
        links=frozenset(link for text in texts for link in links(text)),
    )


def links(text: str) -> Iterator[str]:
    """What a client would open."""
    for token in READ.parse(text):
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])


def nodes(value: Any) -> Iterator[Json]:
    """All objects in it."""
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)
    elif isinstance(value, dict):
        yield value
        for name, one in value.items():
            if name not in {"data", "fallback"}:
                yield from nodes(one)


def spoken(value: Any) -> str:
    """All that can be read."""
    kept = ("text", "title", "value", "label", "summary", "errorMessage")
    found = (node[name] for node in nodes(value) for name in kept if name in node)
    return "\n".join(one for one in found if isinstance(one, str))


def actions(card: Json) -> list[Json]:
    """All that can be pressed, wherever it stands."""
    return [node for node in nodes(card) if str(node.get("type")).startswith("Action.")]


def button(message: Message, label: str) -> Json:
    """The button with this label."""
    return next(action for action in actions(message.card) if action["title"] == label)


def form(answer: Json) -> Asked | None:
    """The dialog that an answer opens or shows again."""
    task = answer.get("task", {})
    if task.get("type") != "continue":
        return None
    card = task["value"]["card"]["content"]
    inputs = [node for node in nodes(card) if str(node.get("type")).startswith("Input.")]
    values = {node["id"]: str(node.get("value", "")) for node in inputs}
    (submit,) = card["actions"]
    return Asked(
        values=values, words=spoken(card), native=orjson.loads(orjson.dumps(submit["data"]))
    )


@asynccontextmanager
async def around_teams() -> AsyncIterator[Teams]:
    """Teams, where nobody has seen Coterie yet."""
    async with FakeTeams() as fake, aiohttp.ClientSession() as session:
        fake.limits.enforced = False
        fake.directory = [ADA, BO]
        source = tokens(fake.config(), session)
        client = Client(source, session, SHORTLY)
        platform = TeamsPlatform(fake.config(), client)
        yield Teams(fake, fake.chats.channel(ADA, BO), platform, client, session)
        await source.close()


@asynccontextmanager
async def on_teams(engine: Engine) -> AsyncIterator[Teams]:
    """A bot with an app, as in production."""
    async with around_teams() as teams:
        config = teams.fake.config()
        engine.platforms["teams"] = teams.platform
        door, counts = Microsoft(config, teams.session, Wall()), Counter[str]()
        async with serving(teams.fake, engine.intake, door, counts, config):
            yield teams
