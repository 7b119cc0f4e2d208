"""The oEmbed endpoints of services, as strict as theirs: they tell what they show, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from aiohttp import web

from connectors.catalogues.link.oembed import SERVICES, Service

Json = dict[str, object]
SCRIPT = '<iframe src="https://evil.example/"></iframe><script>alert(1)</script>'


@dataclass
class FakeOembed:
    """`shown` by the address of the thing; `statuses` are answers of another kind."""

    shown: dict[str, Json] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def show(self, url: str, title: str, **more: object) -> None:
        """From now on it knows this one; `html` is in every answer, as in theirs."""
        told: Json = {"type": "video", "version": "1.0", "title": title, "html": SCRIPT}
        self.shown[url] = told | more

    def services(self, address: str) -> Sequence[Service]:
        """The services as they are, but asked here."""
        return [
            replace(one, endpoint=f"{address}/oembed/{one.name.replace(' ', '')}")
            for one in SERVICES
        ]

    def answer(self, request: web.Request) -> web.Response:
        """As the service that was asked would answer."""
        url, name = request.query.get("url", ""), request.path.rpartition("/")[2]
        self.asked.append(url)
        if url in self.raw:
            return web.Response(body=self.raw[url], content_type="application/json")
        if url in self.statuses:
            return web.Response(text="Unauthorized", status=self.statuses[url])
        if request.query.get("format") != "json":
            return web.Response(status=501)
        if url not in self.shown or not self._is_theirs(name, url):
            return web.Response(text="Not Found", status=404)
        return web.json_response(self.shown[url])

    def _is_theirs(self, name: str, url: str) -> bool:
        services = {one.name.replace(" ", ""): one for one in SERVICES}
        return bool(urlsplit(url).scheme) and services[name].shows(url)
