"""Every Post and Form that we know, as every renderer draws it, to the byte."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cards import adaptive, html
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
    card = as_card(ALL[name])
    golden(f"adaptive/{name}", card)
    assert problems(card, most=60 * 1024 if isinstance(ALL[name], Form) else 24 * 1024) == []


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


def test_no_golden_outlives_its_example() -> None:
    drawn = {f"{at}/{name}.{kind}" for at, kind in KINDS.items() for name in ALL}
    kept = {path.relative_to(GOLDENS).as_posix() for path in GOLDENS.rglob("*") if path.is_file()}
    assert kept == drawn | {"adaptive/sample.link-unfurled.json"}


def as_card(shown: Post | Form) -> dict[str, object]:
    if isinstance(shown, Post):
        return adaptive.card(shown, READER)
    return adaptive.form(shown, READER)
