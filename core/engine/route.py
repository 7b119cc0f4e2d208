"""The way of a message: from a target to an address on a platform, or why there is none now."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from core.engine.gate import Go, Later, Skip, gate, week_of
from core.engine.ports import (
    Address,
    Capabilities,
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
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONG = 60.0


class Route(Struct, frozen=True, kw_only=True):
    """A job with everything that sending it needs; `also` are nudges that travel with it.

    `shown` is the message that it edits, `before` what stands there where nothing can be edited.
    """

    due: Due
    read: Reader
    address: Address
    platform: Platform
    viewer: Viewer
    person: str = ""
    thread: str = ""
    shown: Shown | None = None
    before: Shown | None = None
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
    """Resolves targets; knows no vendor, only names of platforms.

    `closed` says for how many seconds an address is to be left alone.
    """

    def __init__(
        self,
        product: Product,
        platforms: Mapping[str, Platform],
        closed: Callable[[str], float] = lambda _: 0.0,
    ) -> None:
        self._product, self._platforms, self._closed = product, platforms, closed

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
        if isinstance(work.target, ToThread) and not _can(route).threads:
            return _ended(due, "skipped", now, "no threads there")
        stands = None
        if not isinstance(work, Deliver):
            stands = await read.get(Shown, f"{route.address.id}|{slot_of(due)}")
        return await _placed(route, work, stands, now)

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
        wait = await _gated(due, read, recipient, now) or await self._disturbs(due, read, now)
        return wait or await self._reachable(due, read, recipient, now)

    async def _disturbs(self, due: Due, read: Reader, now: datetime) -> Outcome | None:
        """Later, when the person is in the middle of something."""
        if due.job.weight != "nudge":
            return None
        until = await self._product.busy(read, due.job.lane)
        return _held(due, until, now, "busy") if until and until > now else None

    async def _reachable(
        self, due: Due, read: Reader, recipient: Recipient, now: datetime
    ) -> Route | Outcome:
        """The first account that may work; one that turns out not to leads to the next.

        Nobody waits for a platform that is closed for long while there is another way.
        """
        state: State = "not_installed"
        ways = await _ways(due, read, recipient)
        if not isinstance(due.job.work, Withdraw):
            ways = sorted(ways, key=lambda account: self._closed(account) > LONG)
        for account in ways:
            platform = self._platforms.get(account.partition(":")[0])
            address = await read.get(Address, account)
            if platform is None or (address is not None and address.state != "ok"):
                state = "blocked" if address and address.state == "blocked" else state
                continue
            return Route(
                due=due,
                read=read,
                address=address or Address(id=account),
                platform=platform,
                viewer=recipient.viewer,
                person=recipient.person,
                reach="conversation" not in (address.ref if address else {}),
            )
        return _ended(due, state, now, "no way to reach them")


async def _ways(due: Due, read: Reader, recipient: Recipient) -> Sequence[str]:
    """The accounts to try in turn: the one that is named, else first where it stands already."""
    accounts, work = recipient.accounts, due.job.work
    if isinstance(work, Deliver | Show) and isinstance(work.target, ToPerson):
        only = work.target.account
        if only:
            return [account for account in accounts if account == only]
    slot = slot_of(due)
    if len(accounts) == 1 or not slot:
        return accounts
    standing = [account for account in accounts if await _stands(read, account, slot)]
    return list(dict.fromkeys((*standing, *accounts)))


async def _stands(read: Reader, account: str, slot: str) -> bool:
    shown = await read.get(Shown, f"{account}|{slot}")
    return shown is not None and not shown.withdrawn


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
            return _held(due, min(at, now + DAY) if why == "paused" else at, now, why)
        case Skip(why):
            return _ended(due, "skipped", now, why)
        case Go():
            return None


async def _placed(
    route: Route, work: Deliver | Show | Withdraw, stands: Shown | None, now: datetime
) -> Route | Outcome:
    """The route with the message that it edits and the thread that it hangs in."""
    edits = _can(route).edits
    if not edits and isinstance(work, Withdraw):
        return _ended(route.due, "skipped", now, "nothing can be taken away there")
    thread = await _thread(work.target, route.read)
    rooted = thread or isinstance(work, Withdraw) or (edits and stands)
    if isinstance(work.target, ToThread) and not rooted:
        return _ended(route.due, "skipped", now, ROOTLESS)
    if edits:
        return replace(route, shown=stands, thread=thread)
    return _anew(replace(route, before=stands, thread=thread), now)


def _anew(route: Route, now: datetime) -> Route | Outcome:
    """Where nothing can be edited: what changes is posted anew, at most once an hour.

    Who pressed a button never waits for what it did.
    """
    asked = bool(route.person) and route.due.job.weight == "answer"
    again = route.before.at + HOUR if route.before and not asked else now
    return _held(route.due, again, now, "posted within the hour") if now < again else route


def _can(route: Route) -> Capabilities:
    return route.platform.capabilities(route.address)


async def _thread(target: object, read: Reader) -> str:
    match target:
        case ToThread(place, slot):
            root = await read.get(Shown, f"{place}|{slot}")
            return root.ref if root and not root.withdrawn else ""
        case ToOrigin(_, thread, _):
            return thread
        case _:
            return ""


def _held(due: Due, until: datetime, now: datetime, why: str) -> Outcome:
    return replace(_ended(due, "held", now, why), due=until)


def _ended(due: Due, state: State, now: datetime, why: str) -> Outcome:
    return Outcome(
        key=due.job.key, org=due.org, state=state, at=now, why=why, report=due.job.report
    )
