"""What a post of ours carries unseen, so that it can be found again: the digest of its key.

Graph knows no key of ours. Four characters without a width spell it, after the last word: people
see and hear nothing, and the same text under another key is another text.
"""

from hashlib import blake2b

SIGNS = "\u200b\u200c\u2060\u2063"
LENGTH = 24


def marker(key: str) -> str:
    """48 bits of the key, in signs that nobody sees."""
    number = int.from_bytes(blake2b(key.encode(), digest_size=6).digest())
    return "".join(SIGNS[number >> 2 * at & 3] for at in range(LENGTH))


def marked(text: str, key: str) -> str:
    """The text, and unseen the key that it was sent under, apart from an address at its end."""
    return f"{text} {marker(key)}"
