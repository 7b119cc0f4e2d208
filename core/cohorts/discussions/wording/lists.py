"""Lists of words, as they are best read: one after another."""


def these(words: str) -> frozenset[str]:
    """Each of the words once."""
    return frozenset(words.split())
