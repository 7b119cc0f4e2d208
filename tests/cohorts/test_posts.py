"""Every card and form of this slice, as it is written."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from core.actions import ACTIONS, TIMERS, VIEWS
from core.examples import EXAMPLES
from core.message import Buttons, Form, Heading, Link, OpenForm, Phrase, Post, Quote, plain
from tests.cohorts.story import buttons
from tests.people.world import words as plain_words

SLICE = Path(__file__).parents[2] / "core" / "cohorts"
PARTS = ("cohorts", "spaces", "members", "invitations", "agreement", "introductions", "working-on")
MINE: Mapping[str, Post | Form] = {
    name: shown for name, shown in EXAMPLES.items() if name.startswith(PARTS)
}
POSTS = [name for name, shown in MINE.items() if isinstance(shown, Post)]
FORMS = [name for name, shown in MINE.items() if isinstance(shown, Form)]


def post(name: str) -> Post:
    shown = MINE[name]
    assert isinstance(shown, Post)
    return shown


def form(name: str) -> Form:
    shown = MINE[name]
    assert isinstance(shown, Form)
    return shown


@pytest.mark.parametrize("name", POSTS)
def test_a_card_has_sixty_words_at_most(name: str) -> None:
    blocks = [b for b in post(name).blocks if not isinstance(b, Buttons | Quote)]
    assert len(f"{plain_words(post(name).purpose)} {plain_words(blocks)}".split()) <= 60


@pytest.mark.parametrize("name", POSTS)
def test_a_lock_screen_shows_a_short_line_of_our_own_words(name: str) -> None:
    summary = post(name).summary
    assert 0 < len(plain(summary)) <= 80
    assert not summary.args


@pytest.mark.parametrize("name", POSTS)
def test_a_card_has_one_title_and_six_buttons_in_a_row_at_most(name: str) -> None:
    blocks = post(name).blocks
    assert [isinstance(b, Heading) for b in blocks].count(True) <= 1
    assert all(len(b.buttons) <= 6 for b in blocks if isinstance(b, Buttons))


@pytest.mark.parametrize("name", POSTS)
def test_every_button_does_something(name: str) -> None:
    pressed = [b for b in buttons(post(name)) if not isinstance(b, Link)]
    assert [b.action for b in pressed if b.action not in ACTIONS] == []


@pytest.mark.parametrize("name", POSTS)
def test_every_slot_has_a_view(name: str) -> None:
    slot = post(name).slot
    assert not slot or slot.partition("/")[0] in VIEWS


@pytest.mark.parametrize("name", FORMS)
def test_a_form_opens_again_by_its_own_action(name: str) -> None:
    assert form(name).action in ACTIONS
    assert len({field.name for field in form(name).fields}) == len(form(name).fields)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_opened_by_a_button_that_says_so(name: str) -> None:
    opens = {b.action for other in POSTS for b in buttons(post(other)) if isinstance(b, OpenForm)}
    assert form(name).action in opens | {"cohorts.cancel"}


def test_one_key_means_one_sentence() -> None:
    meanings: dict[str, set[str]] = {}
    for key, words in phrases():
        meanings.setdefault(key, set()).add(words)
    assert {key: words for key, words in meanings.items() if len(words) > 1} == {}


def test_nothing_blames_rushes_or_jokes() -> None:
    bad = ("!", "oops", "sorry", "hurry", "must", "you failed", "don't forget", "yet again")
    said = [words for _, words in phrases()]
    assert [w for w in said if any(word in w.casefold() for word in bad)] == []


def test_every_timer_that_is_set_rings_somewhere() -> None:
    named = {words[0] for name, words in calls("timer")} | {w[1] for _, w in calls("chunks")}
    assert named - set(TIMERS) - {""} == set()


def calls(name: str) -> Iterator[tuple[str, list[str]]]:
    """The arguments of every call of a function of this name; "" for what is no plain text."""
    for path in SLICE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield path.name, [_literal(argument) for argument in node.args]


def _literal(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def phrases() -> Iterator[tuple[str, str]]:
    """Every key with its words, as written in the code of this slice."""
    yield from ((key, words) for _, (key, words, *_rest) in calls("say") if key)


def test_a_phrase_has_an_argument_for_each_gap() -> None:
    for shown in MINE.values():
        for phrase in _inside(shown):
            assert "…" not in plain(Phrase(phrase.key, phrase.words, {**phrase.args})) or (
                "…" in str(phrase.args)
            )


def _inside(shown: object) -> Iterator[Phrase]:
    if isinstance(shown, Phrase):
        yield shown
        return
    if isinstance(shown, tuple | list):
        for item in shown:
            yield from _inside(item)
    for name in getattr(shown, "__struct_fields__", ()):
        yield from _inside(getattr(shown, name))
