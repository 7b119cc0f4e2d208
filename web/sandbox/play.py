"""The play itself: begin, speak, press, invite, start over. Each tells the engine what happened."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from msgspec.structs import replace

from core.engine.ports import Card, Event, Reply, Viewer
from core.people import model as people
from web.sandbox import parse
from web.sandbox.model import CHANNEL, FACILITATOR, ROOMS, Player, Room, Screen, Stage
from web.sandbox.wall import Wall


class Engine(Protocol):
    """What takes events."""

    async def submit(self, event: Event) -> Reply | None: ...


class Play:
    """One stage, and what people do on it."""

    def __init__(self, engine: Engine, wall: Wall) -> None:
        self.wall = wall
        self._engine = engine
        self._beginning = asyncio.Lock()

    async def stage(self) -> Stage:
        """What plays now; the first visit begins it, with Coterie coming into the channel."""
        async with self._beginning:
            stage = await self.wall.stage()
            if stage is None or not stage.begun:
                stage = await self._begin(stage or self._new(1))
            return stage

    async def start_over(self) -> Stage:
        """Wipes what happened; Coterie leaves every place of the old stage and comes anew."""
        old = await self.stage()
        async with self._beginning:
            for room in map(ROOMS.__getitem__, old.installed):
                event = parse.removed(self.wall.org, old, FACILITATOR, room, "end")
                await self._engine.submit(event)
            self.wall.clock.set(self.wall.today())
            return await self._begin(self._new(old.generation + 1))

    async def say(self, saying: parse.Saying) -> None:
        """Records what somebody wrote; Coterie is told if it can hear it."""
        player, room = parse.who(saying.person, saying.place)
        stage = await self.stage()
        thread = self._root(saying.thread, room, stage)
        screen = await self.wall.add(
            Screen(
                place=room.id(stage.tenant),
                at=self.wall.clock.now(),
                by=player.actor(stage.tenant).account,
                thread=thread,
                text=saying.text,
            )
        )
        event = parse.said(self.wall.org, stage, screen)
        if event is not None:
            await self._engine.submit(event)

    async def press(self, press: parse.Pressing) -> Reply | None:
        """Tells of a press or a form; in private the card stays as the reply shows it."""
        player, room = parse.who(press.person, press.place)
        stage = await self.stage()
        screen = self.wall.get(press.message)
        if screen is not None and screen.place != room.id(stage.tenant):
            raise parse.Malformed("That card is somewhere else.")
        event = parse.pressed(self.wall.org, stage, press, screen)
        reply = await self._engine.submit(event)
        private = room.kind == "chat" and screen is not None and not screen.removed
        if isinstance(reply, Card) and private:
            await self.wall.edit(press.message, reply.post, await self.viewer(player, stage))
        return reply

    async def invite(self, inviting: parse.Inviting) -> None:
        """Adds Coterie to a place, or takes it out."""
        player, room = parse.who(inviting.person, inviting.place)
        stage = await self.stage()
        if (room.key in stage.installed) == inviting.add:
            return
        others = tuple(key for key in stage.installed if key != room.key)
        installed = (*others, room.key) if inviting.add else others
        await self.wall.change(replace(stage, installed=installed))
        org, nonce = self.wall.org, inviting.nonce
        if inviting.add:
            await self._submit(parse.added(org, stage, player, room, nonce))
        else:
            await self._submit([parse.removed(org, stage, player, room, nonce)])

    async def viewer(self, player: Player, stage: Stage) -> Viewer:
        """For whom an answer is drawn."""
        account = player.actor(stage.tenant).account
        person = await people.by_account(self.wall.reader, account)
        return people.viewer(person) if person else Viewer(zone=player.zone)

    def _new(self, generation: int) -> Stage:
        now = self.wall.clock.now()
        return Stage(generation=generation, began=now, at=now, installed=(CHANNEL.key,))

    async def _begin(self, stage: Stage) -> Stage:
        await self.wall.raise_curtain(stage)
        org, home = self.wall.org, ROOMS[f"chat-{FACILITATOR.key}"]
        await self._submit(parse.added(org, stage, FACILITATOR, CHANNEL, "begin"))
        await self._submit(parse.added(org, stage, FACILITATOR, home, "begin"))
        stage = replace(stage, begun=True)
        await self.wall.change(stage)
        return stage

    async def _submit(self, events: Iterable[Event]) -> None:
        for event in events:
            await self._engine.submit(event)

    def _root(self, thread: str, room: Room, stage: Stage) -> str:
        """The message that a thread hangs from; a reply to a reply joins its thread."""
        if not thread:
            return ""
        root = self.wall.get(thread)
        if root is None or root.place != room.id(stage.tenant) or room.kind != "channel":
            raise parse.Malformed("That thread is not here.")
        return root.thread or root.id
