"""Whether Go1 signed a delivery with our secret, a moment ago: never an error, only a word."""

import hmac
from typing import Literal

WINDOW = 60.0
STAMP_DIGITS = 12
LONGEST = 1024

Verdict = Literal["good", "unsigned", "late", "forged"]


def verdict(secret: str, header: str, body: bytes, now: float) -> Verdict:
    """What `t=<unix>,v1=<hex>` is worth for these bytes; a minute early is as bad as one late.

    Go1's own verifier takes whatever stands first for the time, and so do we.
    """
    parts = [part.strip().partition("=") for part in header[:LONGEST].split(",")]
    stamp = parts[0][2]
    given = [value for name, _, value in parts[1:] if name == "v1"]
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= STAMP_DIGITS and given):
        return "unsigned"
    if abs(now - int(stamp)) > WINDOW:
        return "late"
    right = signed(secret, stamp, body).encode()
    told = (value.encode("utf-8", "surrogatepass") for value in given)
    return "good" if secret and any(hmac.compare_digest(right, one) for one in told) else "forged"


def signed(secret: str, stamp: str, body: bytes) -> str:
    """The signature of these bytes at this time."""
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()
