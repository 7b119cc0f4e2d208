"""Which link is which: the one that people open stays as it was pasted."""

import re
from urllib.parse import urlsplit, urlunsplit

TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_hs(enc|mi)|mkt_tok",
    re.IGNORECASE,
)
ROUTES = ("/", "!")  # pages that are one program name their places behind the #
PORTS = {"http": ":80", "https": ":443"}


def canonical(url: str) -> str:
    """The address without what only says how somebody came by it."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    kept = [piece for piece in parts.query.split("&") if piece and not _tracks(piece)]
    host = parts.netloc.lower().removesuffix(PORTS.get(parts.scheme.lower(), ""))
    place = parts.fragment if parts.fragment.startswith(ROUTES) else ""
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", "&".join(kept), place))


def alike(one: str, other: str) -> bool:
    """Whether two addresses are of the same page, as far as their hosts and paths tell."""
    return _place(one) == _place(other)


def _tracks(piece: str) -> bool:
    return bool(TRACKING.fullmatch(piece.partition("=")[0]))


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")
