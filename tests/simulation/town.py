"""A town of simulated people on a chat system in memory, and the whole product at work in it.

The clock jumps from one thing that is due to the next. What people do is drawn from a seed: who
answers, who is rarely there, who never answers, who leaves, who pauses, who has blocked the bot.
"""

import asyncio
import heapq
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Literal

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import RetryLater, Unreachable
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Capabilities,
    Card,
    Event,
    Invalid,
    Open,
    Origin,
    Payload,
    Reply,
    Sent,
    Viewer,
)
from core.engine.worker import Worker
from core.message import (
    Buttons,
    ChoiceField,
    DateField,
    Form,
    OpenForm,
    PeopleField,
    Post,
    Press,
    TextField,
    ToggleField,
)
from core.product import PRODUCT

Doing = Callable[[], Awaitable[object]]
Habit = Literal["keen", "regular", "rare", "silent"]

CHANNEL = "town:t1:square"
PLACE = Address(id=CHANNEL, ref={"conversation": "square"})
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
ANSWERS: Mapping[Habit, float] = {"keen": 0.9, "regular": 0.55, "rare": 0.2, "silent": 0.0}
STEP = timedelta(minutes=15)
TICK = timedelta(minutes=15)  # what is due within it happens at once
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUTIES = ("pairs.approve", "circles.approve", "workshops.complete", "agreement.close")
LEFT_ALONE = (  # buttons that would end the story, or start another
    "leave",
    "left",
    "erase",
    "privacy",
    "export",
    "cohorts.",
    "spaces.",
    "accounts.",
    "people.",
    "moving.",
    "moderation.flag",
    "programmes.",
)


@dataclass
class Clock:
    """A clock that is moved."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True)
class Letter:
    """A message that arrived; an edit is none."""

    at: datetime
    account: str
    key: str
    ref: str
    post: Post


@dataclass
class Villager:
    """One simulated person."""

    actor: Actor
    habit: Habit
    leaves: datetime | None = None
    pauses: datetime | None = None
    blocks: bool = False
    gone: bool = False

    @property
    def account(self) -> str:
        return self.actor.account


@dataclass
class Phones:
    """The chat system: every message that arrived, and what stands where."""

    clock: Clock
    name: str = "town"
    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 1e9
    ceiling: float = 1e9
    letters: list[Letter] = field(default_factory=list)
    stands: dict[str, Post] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    outages: tuple[tuple[datetime, datetime], ...] = ()
    edits: int = 0
    refused: int = 0

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {"post": post}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities(threads=True)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        now = self.clock.now()
        if any(start <= now < end for start, end in self.outages):
            self.refused += 1
            raise RetryLater(60.0, "503")
        if address.id in self.blocked:
            raise Unreachable("blocked")
        post = payload["post"]
        assert isinstance(post, Post)
        ref = replace or f"m{len(self.letters)}"
        self.stands[ref] = post
        if replace:
            self.edits += 1
            return Sent(ref=ref)
        self.letters.append(Letter(now, address.id, key, ref, post))
        return Sent(ref=ref)

    async def withdraw(self, address: Address, ref: str) -> None:
        self.stands.pop(ref, None)

    async def find(self, address: Address, key: str) -> str | None:
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        if account in self.blocked:
            raise Unreachable("blocked")
        return Address(id=account, ref={"conversation": account})


@dataclass
class Town:
    """Everything at once."""

    store: SqliteStore
    intake: Intake
    worker: Worker
    clock: Clock
    phones: Phones
    people: list[Villager]
    dice: Random
    plans: list[tuple[datetime, int, Doing]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)
    read: int = 0
    pressed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.by_account = {one.account: one for one in self.people}

    # --- time -----------------------------------------------------------------------------------

    async def until(self, end: datetime) -> None:
        """Lets time pass: what is due is done, and people react."""
        while True:
            await self._settle()
            due = await self.store.next_due(self.clock.now())
            ahead = [at for at in (due, self.plans[0][0] if self.plans else None) if at]
            at = min((max(one, self.clock.now() + TICK) for one in ahead), default=end)
            if at >= end:
                self.clock.time = end
                await self._settle()
                return
            self.clock.time = at
            while self.plans and self.plans[0][0] <= at:
                await heapq.heappop(self.plans)[2]()

    async def _settle(self) -> None:
        async with asyncio.timeout(120):
            await self.worker.idle()
        new, self.read = self.phones.letters[self.read :], len(self.phones.letters)
        for letter in new:
            self._considered(letter)

    def plan(self, at: datetime, do: Doing) -> None:
        """On the next quarter of an hour, so that many things happen at once."""
        late = (at - START) % STEP
        heapq.heappush(self.plans, (at + (STEP - late), next(self.numbers), do))

    # --- what people do ---------------------------------------------------------------------------

    def _considered(self, letter: Letter) -> None:
        readers = [self.by_account.get(letter.account)]
        if letter.account == CHANNEL:
            readers = [one for one in self.people if one.habit in ("keen", "regular")]
        for one in readers:
            share = 0.3 if letter.account == CHANNEL else 1.0
            if one and not one.gone and self.dice.random() < ANSWERS[one.habit] * share:
                wait = timedelta(minutes=self.dice.choice((5, 20, 45, 120, 300)))
                self.plan(self.clock.now() + wait, partial(self._reacts, one, letter))

    async def _reacts(self, who: Villager, letter: Letter) -> None:
        post = self.phones.stands.get(letter.ref)
        buttons = [
            button
            for block in (post.blocks if post else ())
            if isinstance(block, Buttons)
            for button in block.buttons
            if isinstance(button, Press | OpenForm) and _safe(button.action)
        ]
        if who.gone or not buttons or post is None:
            return
        weights = [3 if n == 0 else 1 for n in range(len(buttons))]
        duty = [button for button in buttons if button.action in DUTIES]
        button = duty[0] if duty else self.dice.choices(buttons, weights)[0]
        await self.press(who, button.action, button.args, letter, post.slot)

    async def press(
        self,
        who: Villager,
        action: str,
        args: Mapping[str, str],
        letter: Letter | None = None,
        slot: str = "",
    ) -> Reply | None:
        """Presses, and fills in the form that opens."""
        origin = self.origin(who, letter, slot)
        reply = await self.tell("press", action, who, origin, args=args)
        for _ in range(2):
            if not isinstance(reply, Open | Invalid):
                break
            form = reply.form
            values = filled(form, self.dice, self.clock.now())
            reply = await self.tell("form", form.action, who, origin, args=form.args, values=values)
        return reply

    async def tell(
        self,
        source: Literal["press", "form", "message"],
        name: str,
        who: Villager,
        origin: Origin,
        **more: object,
    ) -> Reply | None:
        """One event by one person."""
        self.pressed[name] += 1
        event = Event(
            id=f"{source}{next(self.numbers)}",
            org="main",
            source=source,
            name=name,
            by=who.actor,
            origin=origin,
            opener="dialog",
            inline=True,
            **more,  # type: ignore[arg-type] # an event's own fields
        )
        reply = await self.intake.submit(event)
        if isinstance(reply, Card) and origin.private and origin.message in self.phones.stands:
            self.phones.stands[origin.message] = reply.post
        return reply

    def origin(self, who: Villager, letter: Letter | None = None, slot: str = "") -> Origin:
        """Where somebody presses: in their chat, or on the square."""
        if letter and letter.account == CHANNEL:
            return self.square(letter.ref, slot)
        ref = letter.ref if letter else ""
        return Origin(place=who.account, message=ref, slot=slot, private=True)

    def square(self, ref: str = "", slot: str = "") -> Origin:
        """Where everybody can read it."""
        return Origin(place=CHANNEL, message=ref, slot=slot, team="town", title="Square")


TOPICS = "handover shift notes morning board question team late photo clear ask tell night machine"
WORDS = tuple(TOPICS.split())


def filled(form: Form, dice: Random, now: datetime) -> Mapping[str, str]:
    """Something sensible in each field."""
    values = {}
    for one in form.fields:
        match one:
            case TextField(name=name, value=value, limit=limit):
                words = dice.sample(WORDS, 6)
                values[name] = value or " ".join(words).capitalize()[:limit]
            case ChoiceField(name=name, options=options, value=value):
                values[name] = value or (dice.choice(options).value if options else "")
            case DateField(name=name, value=value):
                later = now + timedelta(days=dice.randint(7, 21))
                values[name] = value or later.date().isoformat()
            case PeopleField(name=name, options=options, value=value):
                values[name] = value or (options[0].value if options else "")
            case ToggleField(name=name, value=on):
                values[name] = "true" if on else "false"
    return values


def _safe(action: str) -> bool:
    return not any(part in action for part in LEFT_ALONE)


def villagers(size: int, dice: Random) -> list[Villager]:
    """People with their habits: half of them answer, a quarter hardly ever, a quarter never."""
    people = []
    for n in range(size):
        actor = Actor(
            account=f"town:t1:p{n}",
            name=f"Person {n:03}",
            zone=dice.choice(ZONES),
            title=dice.choice(("Nurse", "Planner", "Clerk", "Driver")),
        )
        habit: Habit = dice.choices(("keen", "regular", "rare", "silent"), (3, 3, 2, 2))[0]
        people.append(Villager(actor, habit))
    for one in dice.sample(people[2:], size // 10):
        one.leaves = START + timedelta(days=dice.randint(7, 40))
    for one in dice.sample(people[2:], size // 10):
        one.pauses = START + timedelta(days=dice.randint(7, 40))
    for one in dice.sample(people[2:], size // 50):
        one.blocks = True
    return people


@asynccontextmanager
async def town(folder: Path, size: int, seed: int = 1) -> AsyncIterator[Town]:
    """The town on its first morning; the bot has just been added to the square."""
    dice, clock = Random(seed), Clock()
    phones = Phones(clock)
    people = villagers(size, dice)
    async with SqliteStore(
        folder / "town.db", records=PRODUCT.records, ranked=PRODUCT.ranked
    ) as store:
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms={"town": phones}, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            it = Town(store, intake, worker, clock, phones, people, dice)
            await _arrives(it)
            yield it
        finally:
            await worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _arrives(it: Town) -> None:
    origin = Origin(place=CHANNEL, team="town", title="Square")
    event = Event(
        id="added",
        org="main",
        source="place",
        name="place.added",
        by=it.people[0].actor,
        origin=origin,
        learned=(PLACE,),
    )
    await it.intake.submit(event)


def by_account(letters: list[Letter]) -> Mapping[str, list[Letter]]:
    """All that each account got."""
    found: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        found[letter.account].append(letter)
    return found
