"""Who may speak to us. What Microsoft's SDK has to say about it is behind `teams/auth.py`."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from core.addresses import loopback, secure
from teams.activity import Activity
from teams.cloud import TeamsConfig

CHANNEL = "msteams"


class Refused(Exception):
    """Whoever this is may not speak to us; `reason` is one of a few words, for counting."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status, self.reason = status, reason


class Door(Protocol):
    """Lets requests in, or raises Refused."""

    def glance(self, headers: Mapping[str, str], peer: str) -> None:
        """What can be told before the body is read."""

    async def admit(self, headers: Mapping[str, str], activity: Activity) -> None:
        """Whether this may be from whom it says it is from."""


class Loopback:
    """Development without an app: programs on this machine may speak to us, nobody else.

    The address is the one of the connection, whatever a proxy claims. A page in a browser of
    this machine is a stranger, and browsers say so with an Origin.
    """

    def __init__(self, config: TeamsConfig) -> None:
        self._tenants = config.tenants

    def glance(self, headers: Mapping[str, str], peer: str) -> None:
        """From this machine, and not by way of a stranger's page."""
        if not loopback(peer):
            raise Refused(401, "not_loopback")
        origin = headers.get("Origin", "")
        if origin and not local(origin):
            raise Refused(403, "origin")

    async def admit(self, headers: Mapping[str, str], activity: Activity) -> None:
        """For a tenant that we serve, if any is named."""
        if not secure(activity.service_url):
            raise Refused(403, "service_url")
        if self._tenants and activity.tenant.lower() not in self._tenants:
            raise Refused(403, "tenant")


def local(origin: str) -> bool:
    """Whether a page was served by this machine."""
    try:
        return loopback(urlsplit(origin).hostname or "")
    except ValueError:
        return False
