"""Is it alive, is it ready, how is it doing: for whoever watches over the service."""

from collections.abc import Callable, Mapping

from aiohttp import web

Counts = Callable[[], Mapping[str, Mapping[str, float]]]


def add(app: web.Application, *, missing: Callable[[], list[str]], counts: Counts) -> None:
    """Adds /live, /ready and /metrics. `missing` says what is not there yet, in words."""

    async def live(request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(request: web.Request) -> web.Response:
        lacks = missing()
        return web.Response(text="\n".join(lacks or ["ready"]) + "\n", status=503 if lacks else 200)

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
