"""What all pages share: templates that escape, headers that let nothing strange in, own files."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import jinja2

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FRESH = "public, max-age=300"


@cache
def templates() -> "jinja2.Environment":
    """The templates; what goes into them is escaped."""
    import jinja2  # noqa: PLC0415 - most services never show a page

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(name: str, *, status: int = 200, **values: object) -> web.Response:
    """A page of ours."""
    text = templates().get_template(name).render(**values)
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def add_static(app: web.Application) -> None:
    """Serves our own files below /static, to be kept for five minutes."""
    app.router.add_get("/static/{name}", _file)


async def _file(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    kind = TYPES.get(Path(name).suffix)
    if kind is None or name not in _names():
        raise web.HTTPNotFound
    headers = {**HEADERS, "Cache-Control": FRESH, "Content-Type": kind}
    return web.FileResponse(HERE / "static" / name, headers=headers)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in (HERE / "static").iterdir())
