"""One message on its way: drawn as things stand when it leaves, sent, and accounted for."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec

from core.engine.bundles import Part, drawn, kept, standing, whole
from core.engine.errors import DeliveryError, Uncertain
from core.engine.mentions import called
from core.engine.outcomes import AGAIN, ended, failed
from core.engine.ports import (
    Choices,
    Diary,
    Outcome,
    Payload,
    Product,
    Record,
    Sent,
    Shown,
    Tally,
    Told,
    Withdraw,
)
from core.engine.route import SENT, Route, slot_of, week
from core.message import Post, choices

DIARY = 5

Turn = Callable[[Route], Awaitable[None]]


async def deliver(
    route: Route, product: Product, now: datetime, another: Turn
) -> Sequence[Outcome]:
    """Sends what a claimed job asks for; answers an outcome for each job that travels with it.

    Its turn has come for one request; `another` waits for that of a second.
    """
    try:
        if isinstance(route.due.job.work, Withdraw):
            return [await _withdraw(route, product, now)]
        return await _send(route, product, now, another)
    except Uncertain as error:
        ref = await _looked_up(route)
        if ref:
            parts = await drawn(route, product, now)
            return _outcomes(route, now, await _found_saves(route, ref, parts, product, now))
        return _doubted(route, [failed(route, due, error, now) for due in route.jobs])
    except (DeliveryError, OSError) as error:  # no platform should let an OSError through
        known = error if isinstance(error, DeliveryError) else Uncertain(repr(error))
        return [failed(route, due, known, now) for due in route.jobs]


async def _send(route: Route, product: Product, now: datetime, another: Turn) -> Sequence[Outcome]:
    parts = await drawn(route, product, now)
    if not parts:
        return [ended(due, "skipped", now, why="nothing to show") for due in route.jobs]
    post = _message(route, parts, product)
    if route.reach:
        address = await route.platform.reach(route.address.id, route.address)
        route = msgspec.structs.replace(route, address=address)
        await another(route)
    before = await _sent_before(route)
    if before:
        return _outcomes(route, now, await _found_saves(route, before, parts, product, now))
    if not route.person:  # in private nobody else is called
        post = await called(post, route.address, product, route.read)
    payload = route.platform.render(post, route.viewer)
    digest = _digest(payload) if slot_of(route.due) else ""
    old = route.shown
    if old and old.withdrawn:
        return [ended(route.due, "withdrawn", now, why="taken away")]
    stands = old or route.before
    if stands and stands.digest == digest:
        return [ended(route.due, "sent", now, why="unchanged")]
    diary = await _diary(route, post, now)  # before it leaves: afterwards nothing may go wrong
    sent = await route.platform.send(
        route.address,
        payload,
        thread=route.thread,
        replace=old.ref if old else "",
        key=route.due.job.key,
    )
    saves = (*_saves(route, sent, digest, parts, now), *await _choices(route, sent, post), *diary)
    return _outcomes(route, now, saves)


def _message(route: Route, parts: Sequence[Part], product: Product) -> Post:
    """The message, with a word about it where it may have arrived before."""
    post = whole(parts, product)
    return product.marked(post) if route.due.why == AGAIN and not route.shown else post


async def _withdraw(route: Route, product: Product, now: datetime) -> Outcome:
    """Takes it away; what came with it stays."""
    old = route.shown
    if old is None or old.withdrawn:
        return ended(route.due, "skipped", now, why="not shown")
    saves: tuple[Record, ...] = (msgspec.structs.replace(old, withdrawn=True),)
    rest = await standing(route, product, now) if old.bundled else ()
    rest = [part for part in rest if part.slot != old.slot]
    if rest:
        payload = route.platform.render(whole(rest, product), route.viewer)
        key = route.due.job.key
        sent = await route.platform.send(route.address, payload, replace=old.ref, key=key)
        saves = (*saves, kept(route, sent.ref, rest))
    else:
        await route.platform.withdraw(route.address, old.ref)
    return ended(route.due, "sent", now, saves=saves)


async def _sent_before(route: Route) -> str:
    """What had left after all when the process before this one died, where that can be told."""
    return await _found(route) if route.due.why == AGAIN else ""


async def _looked_up(route: Route) -> str:
    """The message after all, where the platform can tell."""
    return "" if route.reach else await _found(route)


async def _found(route: Route) -> str:
    if route.shown:
        return ""
    try:
        return await route.platform.find(route.address, route.due.job.key) or ""
    except DeliveryError:
        return ""


def _saves(
    route: Route, sent: Sent, digest: str, parts: Sequence[Part], now: datetime
) -> tuple[Record, ...]:
    """What is remembered of a message that arrived: its address and its reference."""
    bundled = len(parts) > 1 or bool(route.shown and route.shown.bundled)
    slots = {slot_of(due) for due in route.jobs} - {""}
    shown = (
        Shown(
            id=f"{route.address.id}|{slot}",
            address=route.address.id,
            slot=slot,
            ref=sent.ref,
            at=now,
            digest=digest,
            bundled=bundled,
        )
        for slot in sorted(slots)
    )
    bundle = (kept(route, sent.ref, parts),) if bundled else ()
    return (*([route.address] if route.reach else ()), *sent.learned, *shown, *bundle)


async def _found_saves(
    route: Route, ref: str, parts: Sequence[Part], product: Product, now: datetime
) -> tuple[Record, ...]:
    """The same of a message that had arrived after all."""
    sent = Sent(ref=ref)
    chosen = await _choices(route, sent, whole(parts, product)) if parts else ()
    return (*_saves(route, sent, "", parts, now), *chosen)


async def _choices(route: Route, sent: Sent, post: Post) -> tuple[Record, ...]:
    """What the numbers below a message mean, where there are no buttons to press.

    Where there are some and no message is ever edited, they may vanish: their words still count.
    """
    able = route.platform.capabilities(route.address)
    buttons = choices(post)
    if not (buttons or (route.shown and not able.buttons)) or (able.buttons and able.edits):
        return ()
    place, locale = route.address.id, post.locale or route.viewer.locale
    found = Choices(
        id=f"{place}|{'' if able.buttons else sent.ref}",
        place=place,
        buttons=buttons,
        slot=post.slot or slot_of(route.due),
        locale=locale,
    )
    return (found, *(() if able.buttons else await _below(route, sent, found)))


async def _below(route: Route, sent: Sent, found: Choices) -> tuple[Record, ...]:
    """People may answer beside a message instead of below it."""
    if not route.thread:
        return ()
    id = f"{route.address.id}|{route.thread}"
    root = await route.read.get(Choices, id)
    own = root is not None and (not root.of or (route.shown and root.of != sent.ref))
    return () if own else (msgspec.structs.replace(found, id=id, of=sent.ref),)


async def _diary(route: Route, post: Post, now: datetime) -> tuple[Record, ...]:
    """The line about a message that nobody asked for."""
    if not route.counts:
        return ()
    old = await route.read.get(Diary, route.person)
    line = Told(at=now, summary=post.summary, purpose=post.purpose)
    return (Diary(id=route.person, told=(line, *(old.told if old else ()))[:DIARY]),)


def _doubted(route: Route, outcomes: list[Outcome]) -> list[Outcome]:
    """What may have arrived counts as one message of the week, as if it had."""
    first, *rest = outcomes
    if first.state != "unconfirmed":
        return outcomes
    return [msgspec.structs.replace(first, tallies=_counted(route, first.at)), *rest]


def _counted(route: Route, now: datetime) -> tuple[Tally, ...]:
    boards = (SENT, week(route.viewer.zone, now)) if route.counts else ()
    return tuple(Tally(board=board, subject=route.person) for board in boards)


def _outcomes(route: Route, now: datetime, saves: tuple[Record, ...]) -> Sequence[Outcome]:
    first = ended(route.due, "sent", now, saves=saves, tallies=_counted(route, now))
    return [first, *(ended(due, "sent", now, why="bundled") for due in route.also)]


def _digest(payload: Payload) -> str:
    return blake2b(msgspec.json.encode(payload), digest_size=8).hexdigest()
