"""What a page says of itself: in JSON-LD, else for previews, else in its title."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from connectors.catalogues.link import durations, linked, says
from connectors.catalogues.link.address import alike
from connectors.catalogues.link.pieces import Pieces, pieces
from connectors.catalogues.link.says import Says

KINDS = {"video": "video", "article": "article", "music": "audio"}
DOORS = re.compile(
    r"log-?in|sign-?in|sso|saml2?|adfs|oauth2?|auth|authorize|authenticate|openid-connect"
)
HOSTS = re.compile(r"login|signin|sso|auth|accounts|idp|adfs|consent")


def read(page: str, url: str, asked: str) -> Says | None:
    """What it says; None where all it says is that one has to log in."""
    if _is_door(url) and not _is_door(asked):
        return None
    found = pieces(page)
    base = _base(found, url)
    told = linked.said(found.scripts, base).then(_previewed(found, base))
    if found.locked and not (told.title and (told.kind or alike(url, asked))):
        return None
    plain = Says(
        title=says.title(found.title),
        summary=says.summary(_metas(found).get("description")),
        language=says.language(found.language),
    )
    return told.then(plain)


def _previewed(found: Pieces, base: str) -> Says:
    """By og: and twitter:, and the few others that tell a length."""
    metas = _metas(found)

    def first(*keys: str) -> str:
        return next((metas[key] for key in keys if metas.get(key)), "")

    kind = first("og:type").partition(".")[0].lower()
    return Says(
        title=says.title(first("og:title", "twitter:title")),
        summary=says.summary(first("og:description", "twitter:description")),
        image=says.image(
            [metas.get(key, "") for key in ("og:image:secure_url", "og:image", "twitter:image")],
            base,
        ),
        minutes=_minutes(metas),
        provider=says.name(first("og:site_name")),
        language=says.language(first("og:locale")),
        kind=KINDS.get(kind, ""),
    )


def _metas(found: Pieces) -> Mapping[str, str]:
    """By their names; the first of each counts."""
    named: dict[str, str] = {}
    for meta in found.metas:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if meta.get("content"):
            named.setdefault(name.strip().lower(), meta["content"])
    return named


def _minutes(metas: Mapping[str, str]) -> int:
    seconds = (metas.get(key, "") for key in ("og:video:duration", "video:duration"))
    told = (
        *(durations.from_seconds(one) for one in seconds),
        *(durations.from_iso(metas.get(key, "")) for key in ("duration", "timerequired")),
        *(durations.from_words(one) for one in _labelled(metas)),
    )
    return next((found for found in told if found), 0)


def _labelled(metas: Mapping[str, str]) -> Iterator[str]:
    """Previews have two lines of their own, and one of them often is the reading time."""
    return (metas.get(f"twitter:data{number}", "") for number in (1, 2))


def _base(found: Pieces, url: str) -> str:
    try:
        return urljoin(url, found.base)
    except ValueError:
        return url


def _is_door(url: str) -> bool:
    """Whether an address is where one logs in, by its look."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    steps = (step.partition(".")[0] for step in parts.path.lower().split("/"))
    host = parts.netloc.lower().partition(".")[0]
    return bool(HOSTS.fullmatch(host)) or any(map(DOORS.fullmatch, steps))
