"""Who got what: what was acknowledged and asked for, beside what came and what is written down."""

from collections import Counter
from dataclasses import dataclass, field

from core.cohorts.model import Membership, board, membership_id
from core.engine.ports import Delivery, Reader, Store
from core.people.model import Person, by_account
from settings import ORG
from tests.crash.campaign import OPEN, Campaign
from tests.crash.crowd import Crowd, Turn
from tests.crash.town import MARK, Town, chat_of
from tests.fakes.activities import Human

FINISHED = ("sent", "unconfirmed")


@dataclass
class Account:
    """What does not add up, in a line each, and how much of everything there was."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    marked: int = 0
    came: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    never: int = 0
    audience: int = 0
    told: int = 0


@dataclass
class Auditor:
    """Compares, person by person."""

    store: Store
    town: Town
    cohort: str
    account: Account = field(default_factory=Account)

    def __post_init__(self) -> None:
        self._cards = self.town.cards()

    @property
    def _read(self) -> Reader:
        return self.store.reader(ORG)

    async def turns(self, crowd: Crowd) -> None:
        """Each acknowledged turn took effect, and its answer came once."""
        joined = 0
        for turn in crowd.taken:
            person = await by_account(self._read, turn.human.account)
            if person is None:
                self.account.lost.append(f"{turn.human.name} spoke and is not known")
                continue
            if turn.kind == "join":
                joined += await self._joined(person)
            await self._answered(turn, person)
        tally = await self._read.tally(board("member"), self.cohort)
        if tally != joined:
            self.account.lost.append(f"{joined} joined and {tally} are counted")

    async def _joined(self, person: Person) -> bool:
        found = await self._read.get(Membership, membership_id(self.cohort, person.id))
        if found is None or found.state != "member":
            self.account.lost.append(f"{person.name} pressed Join and is no member")
            return False
        return True

    async def _answered(self, turn: Turn, person: Person) -> None:
        """The card that a turn brings; one more is fine where it says so."""
        cards = [card for card in self._private(turn.human) if not brings(card)]
        marked = sum(MARK in card for card in cards)
        plain = len(cards) - marked
        self.account.came += len(cards)
        self.account.marked += marked
        if plain > 1 or marked > 1:
            self.account.doubled.append(f"{turn.kind} of {person.name}: {plain}, {marked} marked")
        if not cards:
            state = await self._state(turn, person)
            if state != "unconfirmed":
                self.account.lost.append(f"{turn.kind} of {person.name}: no card, {state}")

    async def _state(self, turn: Turn, person: Person) -> str:
        """What the job of a turn's card says of itself."""
        member = await self._read.get(Membership, membership_id(self.cohort, person.id))
        shown = f"show/{person.id}/me/{self.cohort}/{member.turn if member else 0}"
        key = shown if turn.kind == "join" else f"answer/{turn.event}"
        found = await self.store.job(ORG, key)
        return found.state if found else f"no job {key}"

    async def campaign(self, campaign: Campaign) -> None:
        """Each of the audience has a state, and the card as often as it says."""
        self.account.audience, self.account.told = campaign.audience, campaign.sum
        for human in self.town.everybody:
            person = await by_account(self._read, human.account)
            id = f"{campaign.id}/{person.id}" if person else ""
            delivery = await self._read.get(Delivery, id)
            if delivery is None:
                self.account.lost.append(f"{human.name} is not accounted for")
            else:
                self._brought(human, delivery)
        for state, n in self.account.states.items():
            tally = await self._read.tally(f"delivery.{state}", campaign.id)
            if tally != n:
                self.account.lost.append(f"{n} are {state} and {tally} are counted")

    def _brought(self, human: Human, delivery: Delivery) -> None:
        cards = sum(map(brings, self._private(human)))
        state = delivery.state
        self.account.states[state] += 1
        self.account.reasons[f"{state}: {delivery.why}"] += 1
        self.account.came += cards
        if cards > 1:
            self.account.doubled.append(f"{human.name} has the course {cards} times ({state})")
        if state in OPEN:
            self.account.undone.append(f"{human.name} waits: {state} {delivery.why}")
        if not cards and state == "sent":
            self.account.lost.append(f"{human.name} has nothing, and it is told as sent")
        self.account.never += state == "unconfirmed" and not cards

    async def queue(self) -> None:
        """Nothing is left claimed."""
        for due in await self.store.claimed():
            self.account.undone.append(f"{due.job.key} is claimed by nobody")

    def _private(self, human: Human) -> list[str]:
        """What ever came to somebody."""
        return self._cards.get(chat_of(self.town, human).id, [])


def brings(card: str) -> bool:
    """Whether this is the card of the campaign, as learners see it."""
    return '"courses.done"' in card
