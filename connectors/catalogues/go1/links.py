"""Which links lead to courses of Go1, and where its courses open."""

import re
from urllib.parse import SplitResult, urlsplit

from core.courses.model import LINK

ID = r"(?P<id>[A-Za-z0-9_-]{1,64})"
FORMS = (rf"/play/{ID}/?", rf"/p/?#/app/(?:[a-z-]+/)+{ID}/?")
"""What follows the address of a portal, the fragment included; more may be added here."""

PORTS = {"https": 443, "http": 80}
HOSTS = re.compile(r"(?:[a-z0-9-]+\.)*(?:mygo1|go1)\.com")
OTHERS = frozenset({"gateway.go1.com", "auth.go1.com", "api.go1.com", "help.go1.com"})


class Links:
    """Reads and writes addresses of courses, in the portal or under Go1's own hosts."""

    def __init__(self, portal: str, forms: tuple[str, ...] = FORMS) -> None:
        self._portal = portal.rstrip("/")
        self._home = _split(self._portal)
        self._forms = tuple(re.compile(form) for form in forms)

    def id(self, url: str) -> str:
        """The course that a link leads to, "" for none of Go1's."""
        parts = _split(url)
        if parts is None or "@" in parts.netloc or "\\" in url:
            return ""
        path = self._below(parts)
        told = f"{path}#{parts.fragment}" if parts.fragment else path
        found = (form.fullmatch(told) or form.fullmatch(path) for form in self._forms)
        return next((match["id"] for match in found if match), "")

    def url(self, id: str, given: str = "") -> str:
        """Where a course opens: in the portal, or else where the given link leads."""
        if self._portal:
            return f"{self._portal}/play/{id}"
        parts = _split(given)
        return f"https://{parts.hostname}/play/{id}" if parts else ""

    def _below(self, parts: SplitResult) -> str:
        """The path within the portal, "" where there is none."""
        host, home = parts.hostname or "", self._home
        if home and (host, parts.port) == (home.hostname, home.port):
            within = parts.path.startswith(f"{home.path}/")
            return parts.path.removeprefix(home.path) if within else ""
        ours = host not in OTHERS and HOSTS.fullmatch(host)
        return parts.path if ours and parts.port in {None, PORTS[parts.scheme]} else ""


def _split(url: str) -> SplitResult | None:
    """A web address in its parts, None for what is none."""
    if len(url) > LINK or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in PORTS and parts.hostname and port != 0 else None
