"""Where a stranger’s link may lead: to public web servers, and nowhere else."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

from yarl import URL

Network = IPv4Network | IPv6Network
Why = Literal[
    "address", "private", "nowhere", "slow", "status", "kind", "broken", "moved", "unsafe"
]

LONGEST = 8000  # where one logs in, addresses are long
SCHEMES = frozenset({"http", "https"})
PORTS = frozenset({80, 443})
UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")
NAME = re.compile(r"(?=.{1,254}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "svc", "home.arpa")

# All that is special by IANA’s registries, with Azure’s WireServer (168.63.129.16), which is public
# by its number only. Of IPv6 the global unicast space (2000::/3) is left, without its tunnels: so
# mapped, compatible, translated (NAT64), local and multicast addresses are out with all others.
SPECIAL = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
    192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    ::/3 4000::/2 8000::/1
    2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20
"""
BLOCKED: tuple[Network, ...] = tuple(map(ip_network, SPECIAL.split()))
ISATAP = 0x5EFE
EITHER = 0xFDFFFFFF  # without the bit that says whether the address inside is unique


class NotFetched(Exception):
    """Nothing was read, and why; what the other side said is never part of it."""

    def __init__(self, why: Why, status: int = 0) -> None:
        super().__init__(f"{why} {status}" if status else why)
        self.why, self.status = why, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where one may go.

    `blocked` comes on top of what always is. `opened` networks are let through all the same: only
    for whoever builds it and owns them.
    """

    ports: frozenset[int] = PORTS
    blocked: tuple[Network, ...] = ()
    opened: tuple[Network, ...] = ()

    def admitted(self, text: str) -> URL:
        """The address as it may be asked for. Raises NotFetched; no name is looked up for it."""
        url = _parsed(text)
        host = url.raw_host or ""
        address = _literal(host)
        if address is not None:
            if not self.reaches(str(address)):
                raise NotFetched("private")
        elif not NAME.fullmatch(host):
            raise NotFetched("address")
        elif _inside(host):
            raise NotFetched("private")
        if url.port not in self.ports:
            raise NotFetched("address")
        return url

    def reaches(self, address: str) -> bool:
        """Whether a connection to this very address is allowed: the last word, after every name."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if any(found in network for network in self.opened):
            return True
        blocked = any(found in network for network in (*BLOCKED, *self.blocked))
        return found.is_global and not blocked and not _tunnelled(found)


def _parsed(text: str) -> URL:
    """A web address without anybody’s name in it."""
    text = text.strip()
    if len(text) > LONGEST or UNFIT.search(text):
        raise NotFetched("address")
    try:
        userinfo = "@" in urlsplit(text).netloc
        url = URL(text)
        fit = url.scheme in SCHEMES and bool(url.raw_host) and url.port is not None
    except ValueError:
        raise NotFetched("address") from None
    if not fit or userinfo:
        raise NotFetched("address")
    return url


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.removesuffix("."))
    except ValueError:
        return None


def _inside(host: str) -> bool:
    """Names of one’s own network, and the many ways to write a number that browsers understand."""
    name = host.removesuffix(".")
    last = name.rpartition(".")[2]
    return "." not in name or bool(NUMBER.fullmatch(last)) or name.endswith(_ENDINGS)


def _tunnelled(found: IPv4Address | IPv6Address) -> bool:
    """An IPv4 address inside an IPv6 one, by ISATAP."""
    return isinstance(found, IPv6Address) and (int(found) >> 32) & EITHER == ISATAP


_ENDINGS = tuple(f".{name}" for name in INSIDE)
