"""The front page: what Coterie is, what it keeps, and on what terms."""

from aiohttp import web

from web.pages import page


def add(app: web.Application, *, sandbox: bool) -> None:
    """Serves `/`, where the app package's links to privacy and terms lead."""

    async def show(request: web.Request) -> web.Response:
        return page("about.html", sandbox=sandbox)

    app.router.add_get("/", show)
