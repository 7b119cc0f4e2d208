"""Every Post and Form that we know, as every renderer draws it, to the byte."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cards import adaptive, blocks, html, modal, workplace
from cards.catalogue import languages
from cards.limits import CARD_BYTES, DIALOG_BYTES, SUMMARY
from cards.words import line
from core.engine.ports import Viewer
from core.examples import EXAMPLES
from core.message import Form, Post
from tests.cards import blocks_checker, workplace_checker
from tests.cards.checker import problems
from tests.cards.samples import LINK, SAMPLES

ALL: Mapping[str, Post | Form] = {**EXAMPLES, **SAMPLES}
POSTS = {name: shown for name, shown in ALL.items() if isinstance(shown, Post)}
FORMS = {name: shown for name, shown in ALL.items() if isinstance(shown, Form)}
KINDS: Mapping[str, tuple[str, Mapping[str, Post | Form]]] = {
    "adaptive": ("json", ALL),
    "html": ("html", ALL),
    "slack": ("json", ALL),
    "workplace": ("json", POSTS),
}
UNFURLED = {"adaptive/sample.link-unfurled.json", "slack/sample.link-unfurled.json"}
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


@pytest.mark.parametrize("name", sorted(POSTS))
def test_slack_draws_a_post_as_reviewed_and_without_a_fault(name: str, golden: Golden) -> None:
    message = blocks.message(POSTS[name], READER)
    golden(f"slack/{name}", message)
    assert blocks_checker.message(message) == []
    assert blocks_checker.view(blocks.home(POSTS[name], READER)) == []


@pytest.mark.parametrize("name", sorted(FORMS))
def test_slack_draws_a_form_as_reviewed_and_without_a_fault(name: str, golden: Golden) -> None:
    view = modal.modal(FORMS[name], READER, {"s": "slot/1"})
    golden(f"slack/{name}", {"view": view, "errors": modal.errors(FORMS[name], READER)})
    assert blocks_checker.view(view) == []


@pytest.mark.parametrize("name", sorted(POSTS))
def test_workplace_draws_a_post_as_reviewed_and_without_a_fault(name: str, golden: Golden) -> None:
    shown = POSTS[name]
    posted, said = workplace.group_post(shown, READER), workplace.comment(shown, READER)
    chat = workplace.chat(shown, READER)
    drawn = {
        "post": posted["message"].split("\n"),
        "comment": said["message"].split("\n"),
        "chat": chat,
    }
    golden(f"workplace/{name}", drawn)
    assert workplace_checker.post(posted) == []
    assert workplace_checker.comment(said) == []
    assert workplace_checker.chat(chat) == []


def test_a_pasted_link_unfurls_in_slack_as_reviewed(golden: Golden) -> None:
    unfurled = blocks.unfurl(LINK, READER)
    golden("slack/sample.link-unfurled", unfurled)
    assert blocks_checker.message({"text": "A link", **unfurled}) == []


def test_a_pasted_link_is_drawn_as_reviewed_and_without_a_fault(golden: Golden) -> None:
    card = adaptive.unfurl(LINK, READER)
    golden("adaptive/sample.link-unfurled", card)
    assert problems(card) == []


@pytest.mark.parametrize("language", ["en", *sorted(languages())])
@each
def test_it_says_all_it_has_to_say_in_every_language(name: str, language: str) -> None:
    shown, reader = ALL[name], Viewer(person="ada", locale=language, zone="Europe/Berlin")
    assert problems(drawn(shown, reader), most=limit(shown)) == []
    assert elsewhere(shown, reader) == []
    if isinstance(shown, Post) and name in EXAMPLES:
        assert len(line(shown.summary, reader)) <= SUMMARY


def test_no_golden_outlives_its_example() -> None:
    known = {f"{at}/{name}.{kind}" for at, (kind, shown) in KINDS.items() for name in shown}
    kept = {path.relative_to(GOLDENS).as_posix() for path in GOLDENS.rglob("*") if path.is_file()}
    assert kept == known | UNFURLED


def limit(shown: Post | Form) -> int:
    return DIALOG_BYTES if isinstance(shown, Form) else CARD_BYTES


def drawn(shown: Post | Form, viewer: Viewer) -> dict[str, object]:
    if isinstance(shown, Post):
        return adaptive.card(shown, viewer)
    return adaptive.form(shown, viewer)


def elsewhere(shown: Post | Form, viewer: Viewer) -> list[str]:
    """What is wrong with it in Slack and in Workplace."""
    if isinstance(shown, Form):
        return blocks_checker.view(modal.modal(shown, viewer, {}))
    return [
        *blocks_checker.message(blocks.message(shown, viewer)),
        *workplace_checker.post(workplace.group_post(shown, viewer)),
        *workplace_checker.comment(workplace.comment(shown, viewer)),
        *workplace_checker.chat(workplace.chat(shown, viewer)),
    ]
