"""Services that say what is behind a link by oEmbed. The `html` they offer is never looked at."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from connectors.catalogues.link import durations, says
from connectors.catalogues.link.says import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where to ask. `timed`: the answer tells how long it takes, so that no page need be read."""

    name: str
    endpoint: str
    hosts: re.Pattern[str]
    paths: re.Pattern[str]
    kind: str = "video"
    timed: bool = False

    def shows(self, url: str) -> bool:
        """Whether a link is one of its own."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        return bool(self.hosts.fullmatch(host) and self.paths.match(parts.path))

    def question(self, url: str) -> str:
        """Where it tells about this link."""
        return f"{self.endpoint}?{urlencode({'url': url, 'format': 'json'})}"


def _service(
    name: str, endpoint: str, hosts: str, paths: str, *, kind: str = "video", timed: bool = False
) -> Service:
    return Service(
        name=name,
        endpoint=endpoint,
        hosts=re.compile(rf"(?:www\.|m\.)?(?:{hosts})"),
        paths=re.compile(paths),
        kind=kind,
        timed=timed,
    )


SERVICES = (
    _service(
        "YouTube",
        "https://www.youtube.com/oembed",
        r"youtube\.com|youtu\.be",
        r"/(?:watch$|playlist$|shorts/|live/|embed/|v/|[\w-]{11}$)",
    ),
    _service(
        "Vimeo",
        "https://vimeo.com/api/oembed.json",
        r"vimeo\.com|player\.vimeo\.com",
        r"/(?:.*/)?\d+",
        timed=True,
    ),
    _service("TED", "https://www.ted.com/services/v1/oembed.json", r"ted\.com", "/talks/"),
    _service("Loom", "https://www.loom.com/v1/oembed", r"loom\.com", "/(?:share|embed|i)/"),
    _service(
        "Wistia",
        "https://fast.wistia.com/oembed.json",
        r"(?:[\w-]+\.)?wistia\.(?:com|net)",
        "/(?:medias|embed)/",
        timed=True,
    ),
    _service(
        "SlideShare",
        "https://www.slideshare.net/api/oembed/2",
        r"(?:[a-z]{2}\.)?slideshare\.net",
        "/[^/]+/[^/]+",
        kind="slides",
    ),
    _service(
        "Sway",
        "https://sway.com/api/v1.0/oembed",
        r"sway\.com|sway\.office\.com|sway\.cloud\.microsoft",
        "/[^/]+",
        kind="page",
    ),
    _service(
        "Dailymotion",
        "https://www.dailymotion.com/services/oembed",
        r"dailymotion\.com",
        "/video/",
    ),
    _service(
        "Speaker Deck",
        "https://speakerdeck.com/oembed.json",
        r"speakerdeck\.com",
        "/[^/]+/[^/]+",
        kind="slides",
    ),
    _service(
        "SoundCloud",
        "https://soundcloud.com/oembed",
        r"soundcloud\.com",
        "/[^/]+/[^/]+",
        kind="audio",
    ),
    _service(
        "Spotify",
        "https://open.spotify.com/oembed",
        r"open\.spotify\.com",
        r"/(?:intl-\w+/)?(?:episode|show)/",
        kind="podcast",
    ),
)


def known(services: Sequence[Service], url: str) -> Service | None:
    """The service that shows a link, if it is one of these."""
    return next((one for one in services if one.shows(url)), None)


def told(answer: bytes, service: Service, url: str) -> Says | None:
    """What it says; None for what is no answer."""
    try:
        found: object = json.loads(answer.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not (title := says.title(found.get("title"))):
        return None
    seconds = found.get("duration")
    return Says(
        title=title,
        summary=says.summary(found.get("description")),
        image=says.image(found.get("thumbnail_url"), url),
        minutes=durations.from_seconds(seconds) if isinstance(seconds, (str, int, float)) else 0,
        provider=says.name(found.get("provider_name")) or service.name,
        kind=service.kind,
    )
