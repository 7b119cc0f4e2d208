"""Several nudges as one message, which stays true when one of them changes or goes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.engine.ports import Bundle, Deliver, Due, Moment, Product, Show
from core.engine.route import Route, slot_of
from core.message import Post


class Part(NamedTuple):
    """One of the things that a message says: the slot that it shows, "" for none."""

    slot: str
    post: Post


async def drawn(route: Route, product: Product, now: datetime) -> Sequence[Part]:
    """What the message says as things stand; nothing if what the job shows is not there."""
    slot = slot_of(route.due)
    if route.shown and route.shown.bundled:
        parts = await standing(route, product, now)
        return parts if slot in [part.slot for part in parts] else ()
    found = [(slot_of(due), await _post(route, due, product, now)) for due in route.jobs]
    return [Part(slot, post) for slot, post in found if post]


async def standing(route: Route, product: Product, now: datetime) -> Sequence[Part]:
    """The parts of the bundle that a thing came in, each as it stands now."""
    ref = route.shown.ref if route.shown else ""
    bundle = await route.read.get(Bundle, bundle_id(route, ref))
    parts: list[Part] = []
    for part in bundle.parts if bundle else (slot_of(route.due),):
        if isinstance(part, Post):
            parts.append(Part("", part))
        elif post := await _viewed(route, part, product, now):
            parts.append(Part(part, post))
    return parts


def whole(parts: Sequence[Part], product: Product) -> Post:
    """All of it as one message."""
    return product.bundle([part.post for part in parts]) if len(parts) > 1 else parts[0].post


def kept(route: Route, ref: str, parts: Sequence[Part]) -> Bundle:
    """What is remembered of a message with several parts."""
    names = tuple([part.slot or part.post for part in parts])
    return Bundle(id=bundle_id(route, ref), address=route.address.id, parts=names)


def bundle_id(route: Route, ref: str) -> str:
    """One for each message."""
    return f"{route.address.id}|{ref}"


async def _post(route: Route, due: Due, product: Product, now: datetime) -> Post | None:
    match due.job.work:
        case Deliver(_, post):
            return post
        case Show(_, slot):
            return await _viewed(route, slot, product, now)
        case _:
            return None


async def _viewed(route: Route, slot: str, product: Product, now: datetime) -> Post | None:
    moment = Moment(route.read, now, route.due.job.key)
    return await product.view(moment, slot, route.viewer)
