"""Every card and form of programmes, as it is written."""

import pytest

from core.actions import ACTIONS, VIEWS
from core.examples import EXAMPLES
from core.message import Buttons, Facts, Form, Heading, Link, Post, Quote, plain
from core.programmes.posts import mirrored
from core.programmes.templates.shipped import phrases
from tests.cohorts.story import buttons
from tests.people.world import words
from tests.programmes.story import START

MINE = {name: shown for name, shown in EXAMPLES.items() if name.startswith("programmes.")}
POSTS = {name: shown for name, shown in MINE.items() if isinstance(shown, Post)}
FORMS = {name: shown for name, shown in MINE.items() if isinstance(shown, Form)}


@pytest.mark.parametrize("name", POSTS)
def test_a_card_has_sixty_words_at_most_beside_its_rows(name: str) -> None:
    post = POSTS[name]
    blocks = [b for b in post.blocks if not isinstance(b, Buttons | Quote | Facts)]
    assert len(f"{words(post.purpose)} {words(blocks)}".split()) <= 60


@pytest.mark.parametrize("name", POSTS)
def test_a_lock_screen_shows_a_short_line_of_our_own_words(name: str) -> None:
    summary = POSTS[name].summary
    assert 0 < len(plain(summary)) <= 80
    assert not summary.args
    assert POSTS[name].purpose


@pytest.mark.parametrize("name", POSTS)
def test_a_card_has_one_title_and_six_buttons_in_a_row_at_most(name: str) -> None:
    blocks = POSTS[name].blocks
    assert [isinstance(b, Heading) for b in blocks].count(True) <= 1
    assert all(len(b.buttons) <= 6 for b in blocks if isinstance(b, Buttons))


@pytest.mark.parametrize("name", POSTS)
def test_every_button_does_something_and_every_slot_has_a_view(name: str) -> None:
    pressed = [b for b in buttons(POSTS[name]) if not isinstance(b, Link)]
    assert [b.action for b in pressed if b.action not in ACTIONS] == []
    slot = POSTS[name].slot
    assert not slot or slot.partition("/")[0] in VIEWS


@pytest.mark.parametrize("name", FORMS)
def test_a_form_opens_again_by_its_own_action(name: str) -> None:
    assert FORMS[name].action in ACTIONS


def test_nothing_blames_rushes_or_jokes() -> None:
    bad = ("!", "oops", "sorry", "hurry", "must", "you failed", "don't forget", "yet again")
    said = [*(plain(phrase) for phrase in phrases()), *(words(shown) for shown in MINE.values())]
    assert [line for line in said if any(word in line.casefold() for word in bad)] == []


def test_a_clock_elsewhere_is_shown_as_it_stands_there() -> None:
    there = mirrored(START, "Asia/Tokyo", "Europe/Berlin")
    assert f"{there:%d %H:%M}" == "09 16:30"  # 17:30 in Tokyo, read in Berlin
