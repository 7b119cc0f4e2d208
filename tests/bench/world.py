"""Who speaks in the bench, and what they say: activities as Teams sends them, signed."""

import itertools
import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import jwt
import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


def now() -> datetime:
    """Real time: tokens have to be good today."""
    return datetime.now(UTC)  # noqa: TID251 - the bench has no clock to move


APP = "00000000-0000-4000-8000-00000000c07e"
TENANT = "00000000-0000-4000-8000-0000000be9c4"
BOT = f"28:{APP}"
ISSUER = "https://api.botframework.com"
KID = "bench"
NOW = now()

Json = dict[str, object]


class Signer:
    """The key of whoever plays Microsoft."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> Json:
        """The public half, endorsed for Teams."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**key, "kid": KID, "use": "sig", "endorsements": ["msteams"]}]}

    def token(self, service: str) -> str:
        """A token as Teams shows it to a bot."""
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "serviceurl": service,
            "nbf": NOW - timedelta(minutes=5),
            "exp": NOW + timedelta(hours=4),
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KID})


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for localhost, and the file that makes a client trust it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "localhost.pem", folder / "localhost.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted


@dataclass(frozen=True, slots=True)
class Who:
    """A fictional person, and their chat with Coterie."""

    number: int

    @property
    def id(self) -> str:
        """In the directory."""
        return f"00000000-0000-4000-9000-{self.number:012}"

    @property
    def chat(self) -> str:
        """Their private conversation."""
        return f"a:chat-{self.number}"

    def account(self) -> Json:
        """As Teams names them."""
        return {"id": f"29:{self.number}", "name": f"Sample {self.number}", "aadObjectId": self.id}


@dataclass
class Speech:
    """Makes activities; no two have the same id."""

    service: str
    run: str = "b"
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def private(self, who: Who, text: str, id: str = "") -> bytes:
        """Somebody writes to Coterie alone."""
        return orjson.dumps(self._message(who, _alone(who), {"text": text}, id))

    def pressed(self, who: Who, action: str, args: Mapping[str, str]) -> bytes:
        """Somebody presses a button of the kind that sends a message."""
        value = {"coterie": {"a": action, "k": args, "s": ""}}
        return orjson.dumps(self._message(who, _alone(who), {"value": value}, ""))

    def executed(self, who: Who, button: Json, group: str, id: str = "") -> bytes:
        """Somebody presses a button of a shared card."""
        value = {"action": {"type": "Action.Execute", **button}, "trigger": "manual"}
        more: Json = {"type": "invoke", "name": "adaptiveCard/action", "value": value}
        return orjson.dumps(self._message(who, _group(group), {**more, "replyToId": "1"}, id))

    def submitted(self, who: Who, action: str, values: Mapping[str, str], group: str) -> bytes:
        """Somebody sends a dialog off."""
        data = {"coterie": {"a": action, "k": {"draft": "1"}, "s": ""}, **values}
        more: Json = {"type": "invoke", "name": "task/submit", "value": {"data": data}}
        return orjson.dumps(self._message(who, _group(group), more, ""))

    def added(self, who: Who, group: str) -> bytes:
        """Somebody adds Coterie to a group chat."""
        bot = {"id": BOT, "name": "Coterie"}
        more: Json = {"type": "conversationUpdate", "membersAdded": [bot]}
        return orjson.dumps(self._message(who, _group(group), more, ""))

    def _message(self, who: Who, where: Json, more: Json, id: str) -> Json:
        return {
            "type": "message",
            "id": id or f"{self.run}{next(self._ids)}",
            "timestamp": "2026-03-02T10:00:00.000Z",
            "localTimestamp": "2026-03-02T11:00:00.000+01:00",
            "serviceUrl": self.service,
            "channelId": "msteams",
            "from": who.account(),
            "conversation": where,
            "recipient": {"id": BOT, "name": "Coterie"},
            "textFormat": "plain",
            "attachments": [{"contentType": "text/html", "content": "<div><p>.</p></div>"}],
            "entities": [
                {
                    "type": "clientInfo",
                    "locale": "en-GB",
                    "country": "GB",
                    "platform": "Windows",
                    "timezone": "Europe/London",
                }
            ],
            "channelData": {"tenant": {"id": TENANT}, "source": {"name": "message"}},
            "locale": "en-GB",
            "localTimezone": "Europe/London",
            **more,
        }


def _alone(who: Who) -> Json:
    return {"id": who.chat, "conversationType": "personal", "tenantId": TENANT}


def _group(id: str) -> Json:
    return {
        "id": id,
        "conversationType": "groupChat",
        "tenantId": TENANT,
        "isGroup": True,
        "name": "Bench",
    }
