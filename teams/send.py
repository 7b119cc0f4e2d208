"""What leaves for Teams: cards into conversations, threads and first private ones."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cards import adaptive
from core.engine.errors import Gone, Rejected, RetryLater, Scope, Uncertain, Unreachable
from core.engine.ports import Address, Capabilities, Payload, Sent, Viewer
from core.message import Post
from teams.client import Client, WrongHost, conversations, not_installed, read
from teams.cloud import GCC_CONNECTOR, TeamsConfig
from teams.install import Installs

WINDOWS: tuple[tuple[int, float], ...] = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
RATE, CEILING = 25.0, 50.0
THREAD = ";messageid="
INSTALLING = 30.0


class Made(Struct, frozen=True, rename="camel"):
    """What Teams answers when it has made something."""

    id: str = ""
    activity_id: str = ""


class TeamsPlatform:
    """Teams as the engine sees it."""

    name = "teams"
    windows = WINDOWS
    rate = RATE
    ceiling = CEILING

    def __init__(self, config: TeamsConfig, client: Client) -> None:
        self._config, self._client = config, client
        self._installs = Installs(config, client)

    def render(self, post: Post, viewer: Viewer) -> Payload:
        """The Post as a message with an Adaptive Card."""
        return adaptive.activity(post, viewer)

    def capabilities(self, address: Address) -> Capabilities:
        """In private everything is heard; elsewhere what mentions us, or all where allowed."""
        kind = address.ref.get("type", "")
        everything = kind == "personal" or address.ref.get("hears") == "all"
        hears: Literal["all", "mentions"] = "all" if everything else "mentions"
        return Capabilities(hears=hears, threads=kind == "channel")

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        """Sends, answers in a thread, or replaces a message. Raises DeliveryError."""
        try:
            return await self._send(address, payload, thread, replace)
        except WrongHost:
            moved = in_gcc(address)
            sent = await self._send(moved, payload, thread, replace)
            return Sent(ref=sent.ref, learned=(moved,))

    async def withdraw(self, address: Address, ref: str) -> None:
        """Takes a message away; one that is gone or cannot be taken away is left."""
        url = conversations(
            service(address, self._config), address.ref["conversation"], "activities", ref
        )
        try:
            await self._client.call("DELETE", url, self._config.scope)
        except Gone:
            return

    async def find(self, address: Address, key: str) -> str | None:
        """Teams keeps no key of ours."""
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        """The private conversation with an account; making it again gives the same one.

        Whoever never met the app is brought it first, where that is allowed.
        """
        known = hint or Address(id=account)
        try:
            return await self._made(known)
        except Unreachable as error:
            if error.state != "not_installed" or not await self._installs.brought(account):
                raise
        try:
            return await self._made(known)
        except Unreachable as error:
            raise RetryLater(INSTALLING, error.why) from error

    async def _made(self, known: Address) -> Address:
        try:
            return await self._reach(known)
        except WrongHost:
            return await self._reach(in_gcc(known))
        except (Gone, Rejected) as error:
            raise not_installed(error.why) from error
        except RetryLater as error:
            raise RetryLater(error.after, error.why, _whose(error)) from error

    async def _reach(self, known: Address) -> Address:
        bot = known.ref.get("bot") or f"28:{self._config.app_id}"
        where = service(known, self._config)
        asked = {
            "isGroup": False,
            "bot": {"id": bot},
            "members": [{"id": known.ref.get("user") or known.id.split(":", 2)[2]}],
            "tenantId": known.tenant,
            "channelData": {"tenant": {"id": known.tenant}},
        }
        answer = await self._client.call("POST", conversations(where), self._config.scope, asked)
        try:
            made = read(answer, Made)
        except ValueError as error:
            raise RetryLater(why="Teams answered no conversation") from error
        ref = {"service": where, "bot": bot, "conversation": made.id, "type": "personal"}
        return Address(id=known.id, ref={**known.ref, **ref})

    async def _send(self, address: Address, payload: Payload, thread: str, old: str) -> Sent:
        where, conversation = service(address, self._config), address.ref.get("conversation", "")
        if not conversation:
            raise not_installed("no conversation is known")
        if address.ref.get("type") == "channel" and not (thread or old):
            return await self._begin(address, payload)
        if thread and address.ref.get("type") == "channel":
            conversation = f"{conversation}{THREAD}{thread}"
        parts = ("activities", old) if old else ("activities",)
        url = conversations(where, conversation, *parts)
        try:
            answer = await self._client.call(
                "PUT" if old else "POST", url, self._config.scope, payload, once=not old
            )
        except RetryLater as error:
            raise self._throttled(address, error) from error
        return Sent(ref=old or _ref(answer))

    async def _begin(self, address: Address, payload: Payload) -> Sent:
        """A new thread in a channel."""
        asked = {
            "isGroup": True,
            "bot": {"id": address.ref.get("bot", "")},
            "tenantId": address.tenant,
            "channelData": {
                "channel": {"id": address.ref["conversation"]},
                "tenant": {"id": address.tenant},
            },
            "activity": payload,
        }
        url = conversations(service(address, self._config))
        answer = await self._client.call("POST", url, self._config.scope, asked, once=True)
        return Sent(ref=_ref(answer))

    def _throttled(self, address: Address, error: RetryLater) -> RetryLater:
        """One message at a time never fills the window of a private chat: it is the tenant's."""
        private = address.ref.get("type") == "personal"
        return RetryLater(error.after, error.why, _whose(error) if private else "lane")


def _whose(error: RetryLater) -> Scope:
    """Who has to wait: all of the tenant when Teams has too much of us, else this one alone."""
    return "tenant" if error.why.startswith("429") else "lane"


def service(address: Address, config: TeamsConfig) -> str:
    """Where an address is served; Teams tells with every activity. Raises Unreachable."""
    where = address.ref.get("service") or config.place.connector
    if not where:
        raise Unreachable("no service address is known yet")
    return where


def in_gcc(address: Address) -> Address:
    """The same address in the government's cloud."""
    return replace(address, ref={**address.ref, "service": GCC_CONNECTOR})


def _ref(answer: bytes) -> str:
    """The id of the message that was made."""
    try:
        made = read(answer, Made)
    except ValueError:
        made = Made()
    ref = made.activity_id or made.id.partition(THREAD)[2] or made.id
    if not ref:
        raise Uncertain("Teams took the message and did not say under which id")
    return ref
