"""Is it alive, is it ready, how is it doing: for whoever watches over the service."""

from collections.abc import Callable, Mapping

from aiohttp import web

Counts = Callable[[], Mapping[str, Mapping[str, float]]]


Lines = Callable[[], list[str]]


def add(app: web.Application, *, missing: Lines, troubles: Lines, counts: Counts) -> None:
    """Adds /live, /ready and /metrics, in words.

    Without what is `missing` nothing can be served; `troubles` are those of one platform, and the
    others go on.
    """

    async def live(request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(request: web.Request) -> web.Response:
        lacks = missing()
        lines = [*(lacks or ["ready"]), *troubles()]
        return web.Response(text="\n".join(lines) + "\n", status=503 if lacks else 200)

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(text=exposition(counts()), content_type="text/plain")

    app.router.add_get("/live", live)
    app.router.add_get("/ready", ready)
    app.router.add_get("/metrics", metrics)


def exposition(counts: Mapping[str, Mapping[str, float]]) -> str:
    """Counters in Prometheus' text format: one family per group, one label."""
    lines = []
    for family, values in sorted(counts.items()):
        lines.append(f"# TYPE coterie_{family} counter")
        lines += [
            f'coterie_{family}{{what="{what}"}} {value:g}' for what, value in sorted(values.items())
        ]
    return "\n".join(lines) + "\n"
