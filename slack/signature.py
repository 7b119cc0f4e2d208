"""Whether a request was signed with our secret, a moment ago: never an error, only yes or no."""

import hmac

WINDOW = 300.0
STAMP_DIGITS = 12


def verified(secret: str, stamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether Slack signed these bytes within five minutes of now, before or after."""
    if not (secret and stamp.isascii() and stamp.isdecimal() and len(stamp) <= STAMP_DIGITS):
        return False
    if abs(now - int(stamp)) > WINDOW:
        return False
    right = b"v0=" + _signed(secret, stamp, body)
    return hmac.compare_digest(right, signature.encode("utf-8", "surrogatepass"))


def _signed(secret: str, stamp: str, body: bytes) -> bytes:
    text = b"v0:" + stamp.encode() + b":" + body
    return hmac.digest(secret.encode(), text, "sha256").hex().encode()
