"""Every Post and Form that we know, as every renderer draws it, to the byte."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cards import adaptive, html
from cards.catalogue import languages
from cards.limits import CARD_BYTES, DIALOG_BYTES, SUMMARY
from cards.words import line
from core.actions import EXAMPLES
from core.engine.ports import Viewer
from core.message import Form, Post
from tests.cards.checker import problems
from tests.cards.samples import LINK, SAMPLES

ALL = {**EXAMPLES, **SAMPLES}
KINDS = {"adaptive": "json", "html": "html"}
GOLDENS = Path(__file__).parent / "golden"
READER = Viewer(person="ada", locale="en", zone="Europe/Berlin")

Golden = Callable[[str, object], None]
each = pytest.mark.parametrize("name", sorted(ALL))


@each
def test_teams_draws_it_as_reviewed_and_without_a_fault(name: str, golden: Golden) -> None:
    card = drawn(ALL[name], READER)
    golden(f"adaptive/{name}", card)
    assert problems(card, most=limit(ALL[name])) == []


@each
def test_the_browser_draws_it_as_reviewed(name: str, golden: Golden) -> None:
    shown = ALL[name]
    golden(
        f"html/{name}",
        html.post(shown, READER) if isinstance(shown, Post) else html.form(shown, READER),
    )


def test_a_pasted_link_is_drawn_as_reviewed_and_without_a_fault(golden: Golden) -> None:
    card = adaptive.unfurl(LINK, READER)
    golden("adaptive/sample.link-unfurled", card)
    assert problems(card) == []


@pytest.mark.parametrize("language", ["en", *sorted(languages())])
@each
def test_it_says_all_it_has_to_say_in_every_language(name: str, language: str) -> None:
    shown, reader = ALL[name], Viewer(person="ada", locale=language, zone="Europe/Berlin")
    assert problems(drawn(shown, reader), most=limit(shown)) == []
    if isinstance(shown, Post) and name in EXAMPLES:
        assert len(line(shown.summary, reader)) <= SUMMARY


def test_no_golden_outlives_its_example() -> None:
    known = {f"{at}/{name}.{kind}" for at, kind in KINDS.items() for name in ALL}
    kept = {path.relative_to(GOLDENS).as_posix() for path in GOLDENS.rglob("*") if path.is_file()}
    assert kept == known | {"adaptive/sample.link-unfurled.json"}


def limit(shown: Post | Form) -> int:
    return DIALOG_BYTES if isinstance(shown, Form) else CARD_BYTES


def drawn(shown: Post | Form, viewer: Viewer) -> dict[str, object]:
    if isinstance(shown, Post):
        return adaptive.card(shown, viewer)
    return adaptive.form(shown, viewer)
