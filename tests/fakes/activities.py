"""Activities as Teams writes them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.issuer import APP_ID

Json = dict[str, Any]
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
BOT = {"id": f"28:{APP_ID}", "name": "Coterie"}
_numbers: Iterator[int] = count(1_700_000_000_000)


@dataclass(frozen=True)
class Human:
    """Somebody with a Teams client."""

    name: str
    zone: str = "Europe/Lisbon"
    locale: str = "en-GB"
    tenant: str = TENANT

    @property
    def id(self) -> str:
        return f"29:{uuid.uuid5(uuid.NAMESPACE_DNS, self.name).hex}"

    @property
    def aad(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.name))

    @property
    def account(self) -> str:
        """As Coterie calls them."""
        return f"teams:{TENANT}:{self.aad}"

    def told(self) -> Json:
        """As an activity names them."""
        return {"id": self.id, "name": self.name, "aadObjectId": self.aad}

    def listed(self) -> Json:
        """As a roster names them."""
        return {
            "id": self.id,
            "name": self.name,
            "objectId": self.aad,
            "email": f"{self.name.lower().replace(' ', '.')}@example.org",
            "tenantId": self.tenant,
            "userRole": "user",
        }


@dataclass
class Conversation:
    """A chat, a group or a channel, and who is in it."""

    id: str
    kind: str = "personal"
    people: list[Human] = field(default_factory=list)
    team: str = ""
    group: str = ""
    installed: bool = True

    @property
    def place(self) -> str:
        """As Coterie calls it."""
        return f"teams:{TENANT}:{self.id}"


def number() -> str:
    """The id of a message: a time, as Teams has it."""
    return str(next(_numbers))


def activity(kind: str, by: Human | None, where: Conversation, **more: Any) -> Json:
    """Any activity: what all of them have, and `more`."""
    root = more.pop("thread", "")
    data: Json = {"tenant": {"id": TENANT}}
    if where.team:
        data |= {"team": {"id": where.team}, "channel": {"id": where.id}}
    conversation = {
        "id": f"{where.id};messageid={root}" if root else where.id,
        "conversationType": where.kind,
        "tenantId": TENANT,
    }
    return {
        "type": kind,
        "id": number(),
        "timestamp": "2026-03-02T09:00:00.000Z",
        "channelId": "msteams",
        "from": by.told() if by else BOT,
        "recipient": BOT,
        "conversation": conversation,
        "channelData": data | more.pop("data", {}),
        **more,
    }


def client(by: Human) -> list[Json]:
    """What a client tells of itself."""
    return [{"type": "clientInfo", "locale": by.locale, "timezone": by.zone, "country": "PT"}]


def message(by: Human, where: Conversation, text: str, **more: Any) -> Json:
    """Words; with the mention that groups and channels need."""
    entities = client(by)
    if where.kind != "personal":
        tag = "<at>Coterie</at>"
        entities = [*entities, {"type": "mention", "text": tag, "mentioned": BOT}]
        text = f"{tag} {text}"
    return activity("message", by, where, text=text, entities=entities, **more)


def invoke(by: Human, where: Conversation, name: str, value: Json, **more: Any) -> Json:
    """A call that wants its answer at once."""
    told = {"name": name, "value": value, "entities": client(by)} | more
    return activity("invoke", by, where, **told)


def pressed(by: Human, where: Conversation, data: Json, *, card: str = "", **more: Any) -> Json:
    """A button with Action.Execute."""
    action = {"type": "Action.Execute", "verb": data["coterie"]["a"], "data": data}
    value = {"action": action, "trigger": more.pop("trigger", "manual")}
    return invoke(by, where, "adaptiveCard/action", value, replyToId=card, **more)


def submitted(by: Human, where: Conversation, data: Json, **more: Any) -> Json:
    """A button with Action.Submit, as older clients send it."""
    return activity("message", by, where, value=data, entities=client(by), **more)


def asked(
    by: Human, where: Conversation, data: Json, name: str = "task/fetch", **more: Any
) -> Json:
    """A dialog: `task/fetch` or `task/submit`."""
    value = {"data": data, "context": {"theme": "default"}}
    return invoke(by, where, name, value, **more)


def chosen(by: Human, where: Conversation, wrote: Json, *, command: str = "flagMessage") -> Json:
    """An action in the menu of a message."""
    value = {
        "commandId": command,
        "commandContext": "message",
        "requestId": "1",
        "messagePayload": wrote,
        "context": {"theme": "default"},
    }
    return invoke(by, where, "composeExtension/fetchTask", value)


def written(by: Human, content: str, *, kind: str = "html") -> Json:
    """A message as its menu tells of it."""
    user = {"id": by.aad, "displayName": by.name, "userIdentityType": "aadUser"}
    return {
        "id": number(),
        "replyToId": None,
        "createdDateTime": "2026-03-02T09:00:00.000Z",
        "importance": "normal",
        "from": {"device": None, "conversation": None, "user": user, "application": None},
        "body": {"contentType": kind, "content": content},
        "attachments": [],
        "mentions": [],
        "reactions": [],
    }


def carries(action: str, slot: str = "", **args: str) -> Json:
    """What our buttons carry."""
    return {"coterie": {"a": action, "k": args, "s": slot}}


def added(where: Conversation, *people: Human, by: Human | None = None) -> Json:
    """People, or the bot itself when none are named, come in."""
    who = [human.told() for human in people] or [BOT]
    return activity("conversationUpdate", by, where, membersAdded=who)


def removed(where: Conversation, *people: Human, by: Human | None = None) -> Json:
    """They leave."""
    who = [human.told() for human in people] or [BOT]
    return activity("conversationUpdate", by, where, membersRemoved=who)


def installed(where: Conversation, by: Human, action: str = "add") -> Json:
    """The app is installed, upgraded or removed."""
    return activity("installationUpdate", by, where, action=action)


def searched(by: Human, where: Conversation, words: str | None, **more: Any) -> Json:
    """Words in the search of the compose box; None: it was just opened."""
    first = {"name": "initialRun", "value": "true"}
    value = {
        "commandId": "searchCourses",
        "parameters": [first if words is None else {"name": "words", "value": words}],
        "queryOptions": {"skip": 0, "count": 25},
        "context": {"theme": "default"},
    }
    return invoke(by, where, "composeExtension/query", value | more)


def pasted(by: Human, where: Conversation, url: Any) -> Json:
    """A link that was pasted into the compose box."""
    return invoke(by, where, "composeExtension/queryLink", {"url": url})
