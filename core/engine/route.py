"""The way of a message: from a target to an address on a platform, or why there is none now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.engine.gate import Go, Later, Skip, gate, week_of
from core.engine.ports import (
    Address,
    Deliver,
    Due,
    Outcome,
    Platform,
    Product,
    Reader,
    Recipient,
    Show,
    Shown,
    State,
    ToOrigin,
    ToPerson,
    ToThread,
    Viewer,
    Withdraw,
)

SENT = "sent"
ROOTLESS = "nothing to stand below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A job with everything that sending it needs; `also` are nudges that travel with it."""

    due: Due
    read: Reader
    address: Address
    platform: Platform
    viewer: Viewer
    person: str = ""
    thread: str = ""
    shown: Shown | None = None
    reach: bool = False
    also: tuple[Due, ...] = ()

    @property
    def jobs(self) -> tuple[Due, ...]:
        """The job and those that travel with it."""
        return (self.due, *self.also)

    @property
    def counts(self) -> bool:
        """Whether the person did not ask for this message, so that it is one of their few."""
        asked = self.due.job.weight in ("answer", "person")
        return bool(self.person) and not asked and self.shown is None

    @property
    def requests(self) -> int:
        """How many requests it takes: a first contact is two."""
        return 2 if self.reach else 1


def week(zone: str, now: datetime) -> str:
    """The board that counts a week's messages, the week of whoever gets them."""
    return f"{SENT}/{week_of(zone, now)}"


def slot_of(due: Due) -> str:
    """The thing that a job shows, "" for none."""
    match due.job.work:
        case Show(_, slot) | Withdraw(_, slot):
            return slot
        case Deliver(_, post):
            return post.slot
        case _:
            return ""


class Router:
    """Resolves targets; knows no vendor, only names of platforms."""

    def __init__(self, product: Product, platforms: Mapping[str, Platform]) -> None:
        self._product, self._platforms = product, platforms

    async def route(self, due: Due, read: Reader, now: datetime) -> Route | Outcome:
        """Where the message goes, or what becomes of it when it cannot go now."""
        work = due.job.work
        if not isinstance(work, Deliver | Show | Withdraw):
            return _ended(due, "failed", now, "not a message")
        if isinstance(work.target, ToPerson):
            route = await self._to_person(due, read, work.target.person, now)
        else:
            route = await self._to_place(due, read, work.target.place, now)
        if isinstance(route, Outcome):
            return route
        can = route.platform.capabilities(route.address)
        if isinstance(work.target, ToThread) and not can.threads:
            return _ended(due, "skipped", now, "no threads there")
        shown = None
        if can.edits and not isinstance(work, Deliver):
            shown = await read.get(Shown, f"{route.address.id}|{slot_of(due)}")
        thread = await _thread(work.target, read)
        if isinstance(work.target, ToThread) and not (
            thread or shown or isinstance(work, Withdraw)
        ):
            return _ended(due, "skipped", now, ROOTLESS)
        return replace(route, shown=shown, thread=thread)

    async def _to_place(self, due: Due, read: Reader, place: str, now: datetime) -> Route | Outcome:
        address = await read.get(Address, place)
        platform = self._platforms.get(place.partition(":")[0])
        if address is None or address.state != "ok" or platform is None:
            return _ended(due, "not_installed", now, "place")
        return Route(due=due, read=read, address=address, platform=platform, viewer=Viewer())

    async def _to_person(
        self, due: Due, read: Reader, person: str, now: datetime
    ) -> Route | Outcome:
        recipient = await self._product.recipient(read, person)
        if recipient is None:
            return _ended(due, "skipped", now, "gone")
        wait = await _gated(due, read, recipient, now)
        return wait or await self._reachable(due, read, recipient, now)

    async def _reachable(
        self, due: Due, read: Reader, recipient: Recipient, now: datetime
    ) -> Route | Outcome:
        """The first account with an address that works, else the first one to make."""
        new: Route | None = None
        state: State = "not_installed"
        for account in recipient.accounts:
            platform = self._platforms.get(account.partition(":")[0])
            address = await read.get(Address, account)
            if platform is None or (address is not None and address.state != "ok"):
                state = "blocked" if address and address.state == "blocked" else state
                continue
            route = Route(
                due=due,
                read=read,
                address=address or Address(id=account),
                platform=platform,
                viewer=recipient.viewer,
                person=recipient.person,
                reach="conversation" not in (address.ref if address else {}),
            )
            if not route.reach:
                return route
            new = new or route
        return new or _ended(due, state, now, "no way to reach them")


async def _gated(due: Due, read: Reader, who: Recipient, now: datetime) -> Outcome | None:
    if due.job.weight != "nudge":
        return None
    verdict = gate(
        who.rhythm,
        now,
        sent_this_week=await read.tally(week(who.rhythm.zone, now), who.person),
        unanswered=await read.tally(SENT, who.person) - who.rhythm.heard,
    )
    match verdict:
        case Later(at, why):
            due_at = min(at, now + timedelta(days=1)) if why == "paused" else at
            return Outcome(key=due.job.key, org=due.org, state="held", at=now, why=why, due=due_at)
        case Skip(why):
            return _ended(due, "skipped", now, why)
        case Go():
            return None


async def _thread(target: object, read: Reader) -> str:
    match target:
        case ToThread(place, slot):
            root = await read.get(Shown, f"{place}|{slot}")
            return root.ref if root and not root.withdrawn else ""
        case ToOrigin(_, thread, _):
            return thread
        case _:
            return ""


def _ended(due: Due, state: State, now: datetime, why: str) -> Outcome:
    return Outcome(key=due.job.key, org=due.org, state=state, at=now, why=why)
