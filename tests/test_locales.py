"""Every language says what English says: the same keys, the same places."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec import Struct

from cards import catalogue
from core.cohorts.introductions.questions import QUESTIONS
from core.examples import EXAMPLES
from core.message import Phrase
from core.programmes.templates.shipped import phrases

ROOT = Path(__file__).parent.parent
PLACE = re.compile(r"\{(\w+)\}")
WORDS_ARE_SAID_IN = ("core", "cards", "slack", "teams", "web")
LANGUAGES = sorted(path for path in catalogue.LOCALES.iterdir() if path.is_dir())

each_language = pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.name)


def said() -> Iterator[tuple[str, str]]:
    """Key and English words of every Phrase in the sources, the examples and the question bank."""
    for folder in WORDS_ARE_SAID_IN:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from called(node)
    for shown in EXAMPLES.values():
        yield from shown_in(shown)
    for asked in QUESTIONS:
        yield f"introductions.question.{asked.key}", asked.words
    yield from ((phrase.key, phrase.words) for phrase in phrases())


def called(call: ast.Call) -> Iterator[tuple[str, str]]:
    named = isinstance(call.func, ast.Name) and call.func.id in {"say", "Phrase"}
    match call.args[:2]:
        case [ast.Constant(str(key)), ast.Constant(str(words))] if named and key:
            yield key, words


def shown_in(part: object) -> Iterator[tuple[str, str]]:
    if isinstance(part, Phrase) and part.key:
        yield part.key, part.words
    if isinstance(part, Struct):
        inner = [getattr(part, name) for name in part.__struct_fields__]
    elif isinstance(part, Mapping):
        inner = list(part.values())
    else:
        inner = list(part) if isinstance(part, tuple) else []
    for each in inner:
        yield from shown_in(each)


def test_a_key_stands_for_the_same_words_everywhere() -> None:
    known: dict[str, str] = {}
    assert [(key, words) for key, words in said() if known.setdefault(key, words) != words] == []


@each_language
def test_a_language_has_only_keys_that_are_said(path: Path) -> None:
    assert set(catalogue.whole(path)) - dict(said()).keys() == set()


@each_language
def test_a_language_fills_the_same_places_as_english(path: Path) -> None:
    english = dict(said())
    wrong = {
        key: words
        for key, words in catalogue.whole(path).items()
        if set(PLACE.findall(words)) != set(PLACE.findall(english.get(key, "")))
    }
    assert wrong == {}


@each_language
def test_a_language_that_is_offered_is_complete(path: Path) -> None:
    assert dict(said()).keys() - catalogue.whole(path).keys() == set()
