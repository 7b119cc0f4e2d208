"""A cohort in Teams, a Slack beside it, the service between them, and the command line."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from tests.contracts.on_slack import Slack, around_slack
from tests.contracts.on_teams import Teams, around_teams, button, form, spoken
from tests.e2e.house import PATIENCE, ROOT, free_port
from tests.fakes.activities import Conversation, Human, Json, added, asked, message, pressed
from tests.fakes.connector import Message

NAME, PURPOSE = "Better handovers", "Fewer surprises at shift change"
TODAY = datetime.fromtimestamp(time.time(), UTC).date()  # noqa: TID251 - the service's clock is real
DAYS = {
    "first": (TODAY + timedelta(days=7)).isoformat(),
    "last": (TODAY + timedelta(days=49)).isoformat(),
}
ADA, BO = Human("Ada Example"), Human("Bo Sample")
FOUND = [Human(f"Member Found{letter}") for letter in "abcdefgh"]
RENAMED, LOST = Human("Ren Amed"), Human("Lo St")
EVERYONE = [ADA, BO, *FOUND, RENAMED, LOST]
NEW_MAIL = "ren@new.example.org"
BREATH = 0.05
LOOKUP = "users.lookupByEmail"
MOVED = "From now on this cohort meets here"


@dataclass
class Ran:
    """What a command printed, and how it ended."""

    code: int
    text: str


@dataclass
class Running:
    """A command that is under way."""

    process: asyncio.subprocess.Process

    async def ended(self) -> Ran:
        """Waits for its end."""
        async with asyncio.timeout(PATIENCE):
            said, _ = await self.process.communicate()
        return Ran(self.process.returncode or 0, said.decode())


@dataclass
class Exodus:
    """All of it."""

    folder: Path
    teams: Teams
    slack: Slack
    port: int = field(default_factory=free_port)
    service: asyncio.subprocess.Process | None = None

    # --- the processes ---

    @property
    def settings(self) -> Mapping[str, str]:
        """What the service and the command are told."""
        return {
            **os.environ,  # noqa: TID251 - they start as they would from a shell
            "COTERIE_PORT": str(self.port),
            "COTERIE_DATABASE": f"sqlite:///{self.folder / 'coterie.db'}",
            "COTERIE_SECRET": "fictional-secret",
            **self.teams.settings,
            **self.slack.settings,
        }

    async def serve(self) -> None:
        """The service runs, and both platforms find it."""
        with (self.folder / "service.log").open("ab") as log:
            self.service = await self._start("serve", out=log)
        await self._ready()

    async def kill(self) -> None:
        """The service is gone from one moment to the next."""
        if self.service and self.service.returncode is None:
            self.service.kill()
            await self.service.wait()

    async def types(self, *words: str) -> Running:
        """Somebody types the command."""
        return Running(await self._start("move", NAME, *words, out=asyncio.subprocess.PIPE))

    async def runs(self, *words: str) -> Ran:
        """The same, to its end."""
        return await (await self.types(*words)).ended()

    async def interrupted(self, running: Running, by: signal.Signals) -> Ran:
        """The command is stopped."""
        running.process.send_signal(by)
        return await running.ended()

    async def _start(self, *words: str, out: Any) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "app.py",
            *words,
            cwd=ROOT,
            env=self.settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def _ready(self) -> None:
        url = f"http://127.0.0.1:{self.port}"
        self.teams.found_at(url)
        self.slack.found_at(url)
        async with asyncio.timeout(PATIENCE):
            while not await self._answers(f"{url}/ready"):
                assert self.service is not None
                assert self.service.returncode is None, (self.folder / "service.log").read_text()
                await asyncio.sleep(BREATH)

    async def _answers(self, url: str) -> bool:
        try:
            async with self.teams.session.get(url) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    # --- the cohort ---

    async def cohort(self) -> None:
        """Twelve people are its members, all in Teams."""
        channel = self.teams.channel
        await self._tells(added(channel, by=ADA))
        for human in (ADA, BO):
            await self._tells(message(human, self.teams.fake.chats.chat(human), "hello"))
        hello = await self.shown(channel, "Start a cohort")
        opened = await self._presses(ADA, hello, "Start a cohort")
        asks = form(opened)
        assert asks is not None, opened
        values = {"name": NAME, "purpose": PURPOSE, **DAYS, "moderator": BO.aad}
        await self._tells(
            asked(ADA, channel, {**asks.native, **asks.values, **values}, "task/submit")
        )
        welcome = await self.shown(channel, PURPOSE)
        for human in EVERYONE:
            await self._presses(human, welcome, "Join")

    def told(self) -> Counter[str]:
        """Who was told in Slack that the cohort moved, how often, by name."""
        counts = {human.name: self.said_to(human, MOVED) for human in EVERYONE}
        return Counter({name: count for name, count in counts.items() if count})

    def said_to(self, human: Human, words: str) -> int:
        """How often these words stand in somebody's chat in Slack."""
        world = self.slack.fake.world
        chats = {f"D{one.id}" for one in world.people.values() if one.name == human.name}
        sent = (one for one in self.slack.fake.sent if one.channel in chats)
        return sum(words in str(one.payload) for one in sent)

    def private(self) -> int:
        """How many messages stand in private chats in Teams."""
        place = self.teams.channel.id
        return sum(one.conversation != place for one in self.teams.fake.sent)

    async def until(self, so: Callable[[], object]) -> None:
        """Waits until it is so."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if so():
                    return
                await asyncio.sleep(BREATH)

    def looked_up(self) -> Counter[str]:
        """Which addresses Slack was asked for, how often."""
        asked = (told for method, told in self.slack.fake.kept.calls if method == LOOKUP)
        return Counter(told["email"] for told in asked)

    async def shown(self, where: Conversation, words: str) -> Message:
        """The newest message of a place of Teams with these words, as soon as it is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                there = [it for it in self.teams.fake.sent if it.conversation == where.id]
                for one in reversed(there):
                    if words in spoken(one.activity):
                        return one
                await asyncio.sleep(BREATH)

    async def _presses(self, human: Human, on: Message, label: str) -> Json:
        data = button(on, label)["data"]
        if data.get("msteams", {}).get("type") == "task/fetch":
            return await self._tells(asked(human, self.teams.channel, data, replyToId=on.id))
        return await self._tells(pressed(human, self.teams.channel, data, card=on.id))

    async def _tells(self, activity: Json) -> Json:
        answer = await self.teams.fake.deliver(activity)
        assert answer.status < 300, answer
        told: Json = answer.json if answer.body.startswith(b"{") else {}
        return told


def hire(slack: Slack) -> None:
    """All but one are in Slack too; one of them under another address."""
    for human in EVERYONE[1:-1]:
        mail = NEW_MAIL if human is RENAMED else human.listed()["email"]
        slack.fake.world.human(human.name, email=mail)


@asynccontextmanager
async def exodus(folder: Path) -> AsyncIterator[Exodus]:
    """The service runs and the cohort is there; Slack knows all of its people but one."""
    async with around_teams() as teams, around_slack() as slack:
        teams.channel.people[:] = EVERYONE
        made = Exodus(folder, teams, slack)
        await made.serve()
        try:
            await made.cohort()
            hire(slack)
            yield made
        finally:
            await made.kill()
