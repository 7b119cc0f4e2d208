"""Slack and Workplace as the bench needs them: at once with answers, and signing what they send."""

import hashlib
import hmac
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson

from tests.bench.load import Load
from tests.bench.outside import Outside
from tests.bench.wire import Request, answer, post
from tests.bench.world import Speech, Who

SECRET, TOKEN = "bench", "xoxb-bench"
TEAM, BOT, APP = "T0BENCH", "U0COTERIE", "A0BENCH"
COMMUNITY, PAGE = "900000000000001", "900000000000002"
VERIFY = "bench"
GRAPH = "/graph/"
FINE = b'{"ok":true}'


class Platforms(Outside):
    """Both services. `arrived(place, "", body)` hears of each message to somebody alone."""

    def _answer(self, request: Request) -> bytes:
        if request.path.startswith("/api/"):
            method = request.path.removeprefix("/api/").partition("?")[0]
            return answer(self._slack(method, request.body))
        if request.path.startswith(GRAPH):
            return answer(self._graph(request))
        return super()._answer(request)

    def _slack(self, method: str, body: bytes) -> bytes:
        self.calls[method] += 1
        match method:
            case "chat.postMessage":
                return self._posted(body)
            case "auth.test":
                who = {"team_id": TEAM, "user_id": BOT, "bot_id": "B0COTERIE", "app_id": APP}
                return orjson.dumps({"ok": True, "url": self.url(), "team": "Bench", **who})
            case "users.info":
                return orjson.dumps({"ok": True, "user": profile(given(body)["user"])})
            case "conversations.open":
                channel = "D" + given(body)["users"].removeprefix("U")
                return orjson.dumps({"ok": True, "channel": {"id": channel}})
            case _:
                return FINE

    def _posted(self, body: bytes) -> bytes:
        self.cards += 1
        channel = given(body)["channel"]
        self.arrived(Who(int(channel.removeprefix("D"))).chat, "", body)
        ts = f"1700000000.{self.cards:06}"
        return orjson.dumps({"ok": True, "channel": channel, "ts": ts, "message": {"ts": ts}})

    def _graph(self, request: Request) -> bytes:
        path, _, _ = request.path.removeprefix(GRAPH).partition("?")
        path = path.partition("/")[2] if path.startswith("v") else path
        self.calls[f"graph {request.method}"] += 1
        if request.method == "POST":
            return self._chatted(path, request.body)
        known = {"me": PAGE, "community": COMMUNITY}
        return orjson.dumps({"id": known.get(path, path), "name": "Coterie", "data": []})

    def _chatted(self, path: str, body: bytes) -> bytes:
        if path != "me/messages":
            return b'{"id":"1","success":true}'
        self.cards += 1
        recipient = orjson.loads(body)["recipient"]["id"]
        self.arrived(Who(int(recipient)).chat, "", body)
        return b'{"recipient_id":"%s","message_id":"m%d"}' % (recipient.encode(), self.cards)


def given(body: bytes) -> dict[str, str]:
    """What was sent, as JSON or as a form."""
    if body.startswith(b"{"):
        found: dict[str, str] = orjson.loads(body)
        return found
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def profile(user: str) -> dict[str, object]:
    """Somebody as Slack knows them."""
    told = {"real_name": f"Sample {user}", "email": f"{user.lower()}@example.org"}
    return {
        "id": user,
        "team_id": TEAM,
        "real_name": told["real_name"],
        "is_email_confirmed": True,
        "tz": "Europe/London",
        "locale": "en-GB",
        "profile": told,
    }


@dataclass
class Talk(Load):
    """Sends what somebody says to one platform, signed as that platform signs."""

    outside: Platforms
    port: int
    people: int
    platform: str = "slack"
    run_name: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        super().__init__(self.outside, self.port, people=self.people, signed=False)

    def word(self, text: str, who: Who) -> bytes:
        """The body of a message."""
        make = said_in_slack if self.platform == "slack" else said_in_workplace
        return make(who, text, next(self._ids), self.port)

    def request(self, activity: bytes) -> bytes:
        """The body as it comes over the wire."""
        return slack(activity) if self.platform == "slack" else workplace(activity)

    def says(self, text: str) -> "Saying":
        """Somebody says this."""
        return Saying(self, (text,))


@dataclass
class Saying:
    """The words of a mix, one after another."""

    talk: Talk
    words: tuple[str, ...]

    def __call__(self, speech: Speech, who: Who, turn: int) -> bytes:
        return self.talk.word(self.words[turn % len(self.words)], who)


def said_in_slack(who: Who, text: str, number: int, run: int) -> bytes:
    """A message to Coterie alone, as the Events API tells it."""
    ts = f"{1_700_000_000 + number}.{run:06}"
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": f"D{who.number:08}",
        "user": f"U{who.number:08}",
        "text": text,
        "ts": ts,
        "event_ts": ts,
        "team": TEAM,
        "client_msg_id": f"00000000-0000-4000-8000-{number:012}",
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": []}],
    }
    return orjson.dumps(
        {
            "token": "bench",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{run}X{number}",
            "event_time": 1_700_000_000 + number,
            "authorizations": [
                {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-bench",
        }
    )


def said_in_workplace(who: Who, text: str, number: int, run: int) -> bytes:
    """A message to Coterie alone, as the webhook tells it."""
    return delivery([messaging(who, text, number, run)])


def messaging(who: Who, text: str, number: int, run: int) -> dict[str, object]:
    """One item of a delivery."""
    return {
        "sender": {"id": str(who.number), "community": {"id": COMMUNITY}},
        "recipient": {"id": PAGE},
        "timestamp": 1_700_000_000_000 + number,
        "message": {"mid": f"m_{run}_{number}", "text": text},
    }


def delivery(items: list[dict[str, object]]) -> bytes:
    """A batch, an entry for each item."""
    at = int(time.time())  # noqa: TID251 - what was sent long ago is not taken
    entries = [{"id": PAGE, "time": at, "messaging": [item]} for item in items]
    return orjson.dumps({"object": "page", "entry": entries})


def slack(body: bytes) -> bytes:
    """A request of Slack's."""
    at = str(int(time.time()))  # noqa: TID251 - a signature is good for five minutes of real time
    base = b"v0:%s:%s" % (at.encode(), body)
    signature = f"v0={hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()}"
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}
    return post("/slack/events", body, headers)


def workplace(body: bytes) -> bytes:
    """A request of Workplace's."""
    signature = f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"
    return post("/workplace/webhook", body, {"X-Hub-Signature-256": signature})
