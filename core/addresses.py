"""Addresses on the web, and whether what is sent there stays between us and them."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit


def secure(url: str) -> bool:
    """Whether an address is https, or plain http that does not leave this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and loopback(host)))


def loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
