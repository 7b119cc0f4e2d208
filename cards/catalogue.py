"""Words in other languages: one file per language in `locales/`, English in the Phrases themselves.

A file maps the key of a Phrase to its words, with the same `{places}` as the English ones:

    cohorts.hello: "Hallo {name}."

Only files that are there are ever read, so a locale that somebody sends names none.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import yaml

LOCALES = Path(__file__).parent.parent / "locales"


@cache
def languages() -> frozenset[str]:
    """Those that have a catalogue, as `de` or `pt-br`."""
    return frozenset(path.stem.lower() for path in LOCALES.glob("*.yml"))


def warm() -> None:
    """Reads all languages now, so that no reader waits for theirs."""
    for language in languages():
        catalogue(language)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All words of one language, by key; read once."""
    if language not in languages():
        return {}
    return read(next(p for p in LOCALES.glob("*.yml") if p.stem.lower() == language))


def read(path: Path) -> Mapping[str, str]:
    """A catalogue as its file has it; raises ValueError where it is not words by key."""
    found = yaml.safe_load(path.read_text("utf-8")) or {}
    if not isinstance(found, dict) or not all(
        isinstance(key, str) and isinstance(words, str) for key, words in found.items()
    ):
        raise ValueError(f"{path.name} has to map keys to words")
    return found


def translated(key: str, locale: str) -> str | None:
    """The words for a key, in `pt-br` or else in `pt`; None where only English has them."""
    for language in chain(locale):
        words = catalogue(language).get(key)
        if words is not None:
            return words
    return None


@lru_cache(256)
def chain(locale: str) -> tuple[str, ...]:
    """The languages to ask for a locale, the closest first, as far as they exist."""
    parts = locale.lower().replace("_", "-").split("-")
    asked = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    return tuple(language for language in asked if language in languages())
