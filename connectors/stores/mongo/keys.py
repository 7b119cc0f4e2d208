"""Several texts as one: what a document is known by.

The last text stands as it is, so that documents sort by it; in those before it the separator is
written out. What begins alike lies together.
"""

from connectors.stores.codec import clean

SEPARATOR = "\n"
BEHIND = "\x0b"  # what follows the separator: where all that begins alike ends


def key(*parts: str) -> str:
    """The key of these texts; other texts have another."""
    *first, last = map(_cleaned, parts)
    return SEPARATOR.join((*map(_escaped, first), last))


def last_of(key: str, parts: int = 2) -> str:
    """The last of so many texts."""
    return key.split(SEPARATOR, parts - 1)[-1]


def below(*parts: str) -> dict[str, str]:
    """The condition on all keys that begin with these texts and have one more."""
    start = SEPARATOR.join([_escaped(_cleaned(part)) for part in parts])
    return {"$gte": start + SEPARATOR, "$lt": start + BEHIND}


def _escaped(part: str) -> str:
    if "\\" in part or SEPARATOR in part:
        return part.replace("\\", "\\\\").replace(SEPARATOR, "\\n")
    return part


def _cleaned(part: str) -> str:
    return part if part.isascii() else clean(part)
