"""Half an emoji: clients cut texts in the middle of one, and strict readers refuse such JSON."""

import json
import re
from collections.abc import Callable
from typing import TypeVar

ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
HALF = re.compile("[\ud800-\udfff]")
SIGN = "\ufffd"

T = TypeVar("T")


def decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    """What a strict reader finds in these bytes, once more without halves where it refuses them."""
    try:
        return decode(body)
    except ValueError:
        whole = mended(body)
        if whole is body:
            raise
        return decode(whole)


def mended(body: bytes) -> bytes:
    """The same JSON with a sign for every half; what needs no mending stays as it is."""
    if not ESCAPED.search(body):
        return body
    try:
        told = json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
    return HALF.sub(SIGN, told).encode()
