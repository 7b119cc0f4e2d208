"""Whether a delivery is from Meta: an HMAC over the raw bytes. Any header and any body: a bool."""

import hmac
import re
from collections.abc import Mapping

SHA256, SHA1 = "X-Hub-Signature-256", "X-Hub-Signature"
_SHA256 = re.compile(r"sha256=[0-9a-fA-F]{64}")
_SHA1 = re.compile(r"sha1=[0-9a-fA-F]{40}")


def claims(headers: Mapping[str, str], *, sha1: bool = False) -> bool:
    """Whether there is a signature to look at, before the body is read."""
    found = _SHA256.fullmatch(headers.get(SHA256, ""))
    return bool(found or (sha1 and _SHA1.fullmatch(headers.get(SHA1, ""))))


def signed(headers: Mapping[str, str], body: bytes, secret: str, *, sha1: bool = False) -> bool:
    """Whether whoever sent these bytes knows the app's secret; sha1 counts only where allowed."""
    if not secret:
        return False
    told = headers.get(SHA256, "")
    if told or not sha1:
        return _same(told, "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex())
    digest = hmac.digest(secret.encode(), body, "sha1").hex()
    return _same(headers.get(SHA1, ""), f"sha1={digest}")


def challenged(query: Mapping[str, str], token: str) -> str | None:
    """What to answer when Meta asks whether this address is ours, or None when it is not Meta."""
    asked = query.get("hub.mode") == "subscribe" and "hub.challenge" in query
    if asked and token and _same(query.get("hub.verify_token", ""), token):
        return query["hub.challenge"]
    return None


def _same(told: str, right: str) -> bool:
    """In constant time, whatever was told: a header may hold half a letter."""
    return hmac.compare_digest(told.encode("utf-8", "replace"), right.encode("utf-8", "replace"))
