"""Who may ask: only this machine, and only pages of ours may change anything."""

import re
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address

from aiohttp import web

NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host")
BODY = 64 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def local(handler: Handler) -> Handler:
    """Lets in whoever sits at this machine: not through a tunnel, not under another name."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        named = re.sub(r":\d*$", "", request.host).lower() in NAMES
        forwarded = any(name in request.headers for name in FORWARDED)
        if forwarded or not named or not is_loopback(request.remote or ""):
            raise web.HTTPForbidden(text="The sandbox answers only on the machine it runs on.")
        return await handler(request)

    return guarded


def ours(handler: Handler) -> Handler:
    """Lets in what a page of ours sends as JSON."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not _same_origin(request):
            raise web.HTTPForbidden(text="Only the sandbox's own page may do this.")
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Please send JSON.")
        return await handler(request)

    return guarded


async def body(request: web.Request) -> bytes:
    """What was sent, if it is not too much."""
    read = await request.content.read(BODY + 1)
    while len(read) <= BODY and (more := await request.content.read(BODY + 1 - len(read))):
        read += more
    if len(read) > BODY:
        raise web.HTTPRequestEntityTooLarge(max_size=BODY, actual_size=len(read))
    return read


def is_loopback(address: str) -> bool:
    """Whether an address is this machine."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def _same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.host}"
