"""Addresses of our own pages on buttons: written as paths inside, signed when they leave.

Whoever has such an address may open it, so nobody can find one by trying.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace as with_fields
from hashlib import sha256

from msgspec.structs import replace

from core.engine.ports import (
    Asker,
    Card,
    Changes,
    Deliver,
    Event,
    Job,
    Moment,
    Product,
    Reply,
    Say,
    Viewer,
)
from core.message import Block, Button, Buttons, Link, Post

SIGNS = 32
POSTED = (Say, Card)


class Signer:
    """Puts our address and a signature into a path, and says whether one is ours."""

    def __init__(self, address: str, secret: str) -> None:
        self.address, self._secret = address, secret.encode()

    def signed(self, path: str) -> str:
        """`/m/abc.ics` as `https://…/m/abc.<signature>.ics`, `/l/abc` as `…/l/abc.<signature>`."""
        stem, end = _parted(path)
        return f"{self.address}{stem}.{self._signature(path)}{end}"

    def path(self, signed: str) -> str | None:
        """The path that somebody asked for, if it was signed here."""
        whole, _, last = signed.rpartition(".")
        stem, _, middle = whole.rpartition(".")
        for path, signature in ((f"{stem}.{last}", middle), (whole, last)):
            known = self._signature(path).encode()
            if hmac.compare_digest(known, signature.encode()):
                return path
        return None

    def _signature(self, path: str) -> str:
        digest = hmac.digest(self._secret, f"link{path}".encode(), sha256)
        return urlsafe_b64encode(digest).decode()[:SIGNS]


def _parted(path: str) -> tuple[str, str]:
    """A path and its ending, "" for none."""
    stem, dot, end = path.rpartition(".")
    return (stem, f".{end}") if dot and "/" not in end else (path, "")


def linked(product: Product, address: Callable[[str], str]) -> Product:
    """The product whose posts, wherever they come from, lead to our pages in full."""

    async def handle(event: Event, moment: Moment) -> Changes:
        changes = await product.handle(event, moment)
        reply, jobs = _reply(changes.reply, address), changes.jobs
        for job in jobs:  # as plain as can be: every press comes by here
            if isinstance(job.work, Deliver) and _leads(job.work.post):
                jobs = tuple([_job(one, address) for one in changes.jobs])
                break
        same = reply is changes.reply and jobs is changes.jobs
        return changes if same else replace(changes, jobs=jobs, reply=reply)

    async def view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
        post = await product.view(moment, slot, viewer)
        return _post(post, address) if post else None

    async def query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
        return _reply(await product.query(event, moment, asks), address)

    return with_fields(product, handle=handle, view=view, query=query)


def _job(job: Job, address: Callable[[str], str]) -> Job:
    if not isinstance(job.work, Deliver):
        return job
    return replace(job, work=replace(job.work, post=_post(job.work.post, address)))


def _reply(reply: Reply | None, address: Callable[[str], str]) -> Reply | None:
    if not isinstance(reply, POSTED) or not _leads(reply.post):
        return reply
    return replace(reply, post=_post(reply.post, address))


def _leads(post: Post) -> bool:
    """Whether any of its buttons leads to us."""
    for block in post.blocks:
        if isinstance(block, Buttons):
            for button in block.buttons:
                if isinstance(button, Link) and button.url[:1] == "/":
                    return True
    return False


def _post(post: Post, address: Callable[[str], str]) -> Post:
    """The same Post, leading to us in full."""
    if not _leads(post):
        return post
    return replace(post, blocks=tuple(_block(block, address) for block in post.blocks))


def _block(block: Block, address: Callable[[str], str]) -> Block:
    if not isinstance(block, Buttons):
        return block
    return Buttons(tuple(_button(button, address) for button in block.buttons))


def _button(button: Button, address: Callable[[str], str]) -> Button:
    if isinstance(button, Link) and button.url.startswith("/"):
        return replace(button, url=address(button.url))
    return button
