"""What Coterie sends into the sandbox: kept as it came, and shown."""

from contextlib import suppress
from typing import cast

from core.engine.errors import Gone, Unreachable
from core.engine.ports import Address, Capabilities, Payload, Sent, Viewer
from core.message import Post
from web.sandbox.model import PLAYERS, ROOMS, Room, Screen, key_of, tenant_of
from web.sandbox.wall import Wall


class Sandbox:
    """The Platform of fictional people."""

    name = "sandbox"
    windows: tuple[tuple[int, float], ...] = ()
    rate = 1000.0
    ceiling = 1000.0

    def __init__(self, wall: Wall) -> None:
        self._wall = wall

    def render(self, post: Post, viewer: Viewer) -> Payload:
        """The Post itself: each look is drawn from it when somebody looks."""
        return {"post": post, "viewer": viewer}

    def capabilities(self, address: Address) -> Capabilities:
        """Coterie hears all in private, elsewhere what mentions it; a channel has threads."""
        room = ROOMS.get(key_of(place_of(address)))
        if room is None or room.kind == "chat":
            return Capabilities()
        return Capabilities(hears="mentions", threads=room.kind == "channel")

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        """Puts the message up, or draws `replace` anew."""
        room = await self._reachable(address)
        post, viewer = cast("Post", payload["post"]), cast("Viewer", payload["viewer"])
        if replace:
            await self._wall.edit(replace, post, viewer)
            return Sent(ref=replace)
        screen = Screen(
            place=place_of(address),
            at=self._wall.clock.now(),
            thread=thread if room.kind == "channel" else "",
            key=key,
            post=post,
            viewer=viewer,
        )
        return Sent(ref=(await self._wall.add(screen)).id)

    async def withdraw(self, address: Address, ref: str) -> None:
        """Leaves a note where the message stood; one that is gone already is left."""
        await self._reachable(address)
        with suppress(Gone):
            await self._wall.take_down(ref)

    async def find(self, address: Address, key: str) -> str | None:
        """The latest message under this key."""
        place = place_of(address)
        found = (s.id for s in reversed(self._wall.all()) if s.key == key and s.place == place)
        return next(found, None)

    async def reach(self, account: str, hint: Address | None) -> Address:
        """Everybody has a private chat with Coterie."""
        player = PLAYERS.get(key_of(account))
        if player is None:
            raise Unreachable("nobody of this name")
        return player.address(tenant_of(account))

    async def _reachable(self, address: Address) -> Room:
        stage = await self._wall.stage()
        room = ROOMS.get(key_of(place_of(address)))
        if stage is None or room is None or tenant_of(address.id) != stage.tenant:
            raise Unreachable("this sandbox was reset")
        if room.kind != "chat" and room.key not in stage.installed:
            raise Unreachable("Coterie was removed here")
        return room


def place_of(address: Address) -> str:
    """The conversation behind the address of an account or place."""
    return address.ref.get("place", address.id)
