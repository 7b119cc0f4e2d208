"""The residents at home: they read what comes, make up their minds, and do it in their hours."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from cards.limits import clip
from core.engine.ports import Reader
from web.sandbox.model import ROOMS, Screen, key_of
from web.sandbox.play import Play
from web.sandbox.residents.acts import Actors, Done
from web.sandbox.residents.choose import gone, marks, meant
from web.sandbox.residents.chronicle import Chronicle
from web.sandbox.residents.mind import Mind
from web.sandbox.residents.model import Intent, Line, Sort, Tale
from web.sandbox.residents.tempers import TEMPERS
from web.sandbox.wall import Told, Wall

LONGEST = 90


class Residents:
    """Who lives in this sandbox, and what they are about to do."""

    def __init__(self, play: Play) -> None:
        self._play, self._wall = play, play.wall
        self._actors = Actors(play)
        self._chronicle = Chronicle(play.wall)
        self._tale: Tale | None = None
        self._mind = Mind(play.wall)
        self._loaded = False

    @property
    def wall(self) -> Wall:
        """Where they read."""
        return self._wall

    @property
    def read(self) -> Reader:
        """What they live in."""
        return self._wall.reader

    async def tale(self) -> Tale | None:
        """Their story, as far as it is one of this generation."""
        stage = await self._wall.stage()
        if not self._loaded:
            self._tale = await self.read.get(Tale, "tale")
            self._mind.read_all()
            self._loaded = True
        ours = self._tale and stage and self._tale.tenant == stage.tenant
        return self._tale if ours else None

    async def keep(self, tale: Tale) -> None:
        """Their story goes on like this."""
        self._tale, self._loaded = tale, True
        await self._wall.keep(tale)
        self._wall.tell(Told("show"))

    async def move_in(self, tale: Tale) -> None:
        """A new story begins: what hung there before, they have read."""
        self._mind.read_all()
        await self.keep(tale)

    # --- what the clock asks -------------------------------------------------------------------

    async def next(self) -> datetime | None:
        """When somebody does something next."""
        tale = await self.tale()
        if tale is None or not tale.lively:
            return None
        return min((intent.at for intent in tale.intents), default=None)

    async def act(self, now: datetime) -> None:
        """Those whose time has come do what they meant to."""
        tale = await self.tale()
        if tale is None or not tale.lively:
            return
        due = sorted((one for one in tale.intents if one.at <= now), key=lambda one: one.at)
        for intent in due:
            await self._does(intent)

    async def look(self) -> None:
        """They read what is new, and some mean to answer."""
        tale = await self.tale()
        if tale is None:
            return
        meaning = {meant(intent) for intent in tale.intents} | set(tale.done)
        intents = list(tale.intents)
        for screen in self._wall.all():
            for intent in self._mind.stirred(tale, screen):
                if meant(intent) not in meaning:
                    meaning.add(meant(intent))
                    intents.append(intent)
        if len(intents) > len(tale.intents):
            await self.keep(replace(tale, intents=tuple(intents)))

    async def note(self, lines: list[Line]) -> None:
        """Something happened that is worth telling."""
        tale = await self.tale()
        if tale is not None and lines:
            await self._chronicle.add(tale.tenant, lines)
            self._wall.tell(Told("show"))

    async def lines(self) -> list[Line]:
        """All that happened so far."""
        tale = await self.tale()
        return await self._chronicle.lines(tale.tenant) if tale else []

    async def hand(self, person: str, *, mine: bool) -> None:
        """From now on the visitor plays this person, or no longer does."""
        tale = await self.tale()
        if tale is None or person not in TEMPERS or (person in tale.hands) == mine:
            return
        others = tuple(one for one in tale.hands if one != person)
        await self.keep(replace(tale, hands=(*others, person) if mine else others))

    # --- what goes on in them -------------------------------------------------------------------

    async def _does(self, intent: Intent) -> None:
        tale = await self.tale()
        if tale is None or intent not in tale.intents:
            return
        tale = replace(tale, intents=tuple(one for one in tale.intents if one != intent))
        await self.keep(tale)
        joins = intent.action == "members.join"  # to be silent, one has to be there
        if (intent.person in tale.hands and not joins) or gone(intent.person) in tale.done:
            return
        did = await self._actors.act(intent, tale)
        tale = await self.tale()
        if did is None or tale is None:
            return
        acts = {**tale.acts, intent.person: tale.acts.get(intent.person, 0) + 1}
        done = (*tale.done, meant(intent), *did.words, *marks(intent))
        latest = {**tale.latest, intent.person: self._wall.clock.now()}
        await self.keep(replace(tale, acts=acts, latest=latest, done=done))
        await self.note([self.line("did", self._said(intent, did), intent.person)])

    def _said(self, intent: Intent, did: Done) -> str:
        """The button, and what was written for everybody to read."""
        screen = self._wall.get(intent.message)
        if not did.words or screen is None or ROOMS[key_of(screen.place)].kind == "chat":
            return did.label
        return f"{did.label}: “{clip(did.words[0], LONGEST)}”"

    def line(self, sort: Sort, words: str, who: str = "") -> Line:
        """A line of what happened, now."""
        return Line(at=self._wall.clock.now(), sort=sort, who=who, words=words)


def received(screens: list[Screen]) -> Mapping[str, int]:
    """How many messages Coterie sent to each in private."""
    places = (key_of(screen.place) for screen in screens if not screen.by)
    return Counter(key.removeprefix("chat-") for key in places if key.startswith("chat-"))
