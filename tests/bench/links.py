"""From a pasted link to its course, while every website takes 200 ms to answer each request."""

import asyncio
import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import quantiles
from threading import Thread

from connectors.catalogues.link.catalogue import LinkCatalogue
from connectors.http.safe import SIZE, Safe
from tests.bench.report import Report, middle
from tests.fakes.websites import FakeWebsites, Site

LATENCY = 0.2
LINKS, FLYING = 200, 16
MINUTES = 12
CARD = "<div class=card><p>Somebody said something about <b>handovers</b>.</p></div>"


async def run() -> Report:
    """Links of each kind, none of them seen before."""
    report = Report("Links")
    report.say(f"{LINKS} links of each kind, {FLYING} at once; each request takes {LATENCY:g} s")
    rows: list[tuple[object, ...]] = []
    with websites() as web:
        for name, prepare in KINDS.items():
            urls = [prepare(web, number) for number in range(LINKS)]
            seconds, cpu = await measured(web, urls)
            late = quantiles(seconds, n=100)[-1]
            rows.append((name, f"{middle(seconds):.3f}", f"{late:.3f}", f"{cpu:.2f}"))
            report.target(f"{name}, p99", late, 1.0, "s")
    report.table(("a link to", "p50 s", "p99 s", "CPU ms of the loop"), rows)
    return report


async def measured(web: FakeWebsites, urls: Sequence[str]) -> tuple[list[float], float]:
    """Seconds of each, and what each takes of the thread in which everything else happens."""
    services = web.oembed.services(web.at(""))
    link = LinkCatalogue(Safe(web.rule, names=web.names), services=services)
    seconds, waiting = list[float](), iter(urls)

    async def reading() -> None:
        for url in waiting:
            began = time.perf_counter()
            found = await link.resolve(url)
            seconds.append(time.perf_counter() - began)
            if found.minutes != MINUTES:
                raise AssertionError(found)

    before = time.thread_time()
    await asyncio.gather(*(reading() for _ in range(FLYING)))
    cpu = 1000 * (time.thread_time() - before) / len(urls)
    await link.close()
    return seconds, cpu


@contextmanager
def websites() -> Iterator[FakeWebsites]:
    """The fake in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    web = FakeWebsites(latency=LATENCY)
    asyncio.run_coroutine_threadsafe(web.__aenter__(), loop).result(30)
    try:
        yield web
    finally:
        asyncio.run_coroutine_threadsafe(web.__aexit__(None, None, None), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def page(size: int) -> Site:
    """A course page of so many bytes, packed as on the web."""
    told = {"@type": "Course", "name": "Better handovers", "timeRequired": "PT12M"}
    head = f'<title>x</title><script type="application/ld+json">{json.dumps(told)}</script>'
    body = (head + CARD * (size // len(CARD))).encode()
    return Site(gzip.compress(body), headers={"Content-Encoding": "gzip"})


def _page(web: FakeWebsites, number: int) -> str:
    web["/course"] = SMALL
    return web.at("/course", f"learn-{number}.example")


def _large(web: FakeWebsites, number: int) -> str:
    web["/large"] = LARGE
    return web.at("/large", f"learn-{number}.example")


def _deep(web: FakeWebsites, number: int) -> str:
    web["/deep"] = DEEP
    return web.at("/deep", f"learn-{number}.example")


def _moved(web: FakeWebsites, number: int) -> str:
    web["/course"] = SMALL
    web.moves("/old", "/course", 301)
    return web.at("/old", f"learn-{number}.example")


def _video(web: FakeWebsites, number: int) -> str:
    url = web.at(f"/watch?v={number:011}", "www.youtube.com")
    web.oembed.show(url, "Better handovers")
    web["/watch"] = VIDEO
    return url


def _film(web: FakeWebsites, number: int) -> str:
    url = web.at(f"/{1000 + number}", "vimeo.com")
    web.oembed.show(url, "Better handovers", duration=720)
    return url


SMALL, LARGE = page(20_000), page(2 * SIZE)
DEEP = Site(
    gzip.compress(b"<div>" * 100_000 + gzip.decompress(page(1000).data)), headers=LARGE.headers
)
VIDEO = Site(
    gzip.compress((CARD * 5000 + "<meta itemprop=duration content=PT12M>").encode()),
    headers=LARGE.headers,
)
KINDS: Mapping[str, Callable[[FakeWebsites, int], str]] = {
    "a page": _page,
    "a page of a megabyte": _large,
    "a page that means no good": _deep,
    "a page that has moved": _moved,
    "a video and its page": _video,
    "a film": _film,
}
