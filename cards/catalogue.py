"""Words in other languages: a folder per language in `locales/`, English in the Phrases themselves.

Each file in it belongs to one slice of the product and maps the key of a Phrase to its words, with
the same `{places}` as the English ones:

    cohorts.hello: "Hallo {name}."

Only files that are there are ever read, so a locale that somebody sends names none.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import yaml

LOCALES = Path(__file__).parent.parent / "locales"
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast


@cache
def languages() -> frozenset[str]:
    """Those that have a catalogue, as `de` or `pt-br`."""
    return frozenset(path.name.lower() for path in LOCALES.iterdir() if path.is_dir())


def warm() -> None:
    """Reads all languages now, so that no reader waits for theirs."""
    for language in languages():
        catalogue(language)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All words of one language, by key; read once."""
    if language not in languages():
        return {}
    return whole(next(path for path in LOCALES.iterdir() if path.name.lower() == language))


def whole(folder: Path) -> Mapping[str, str]:
    """The words of all files of a language; raises ValueError where two have the same key."""
    words: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        found = read(path)
        twice = words.keys() & found.keys()
        if twice:
            raise ValueError(f"{path.name} has keys of another file: {', '.join(sorted(twice))}")
        words |= found
    return words


def read(path: Path) -> Mapping[str, str]:
    """The words of one file; raises ValueError where it is not words by key."""
    found = LOADER(path.read_text("utf-8")).get_single_data() or {}
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
