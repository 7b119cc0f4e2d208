import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import adaptive
from core.engine.ports import Viewer
from core.examples import EXAMPLES
from core.message import Post
from web.teams_look import card, markdown


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain", "<p>plain</p>"),
        ("**strong** and _slanted_", "<p><strong>strong</strong> and <em>slanted</em></p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        (r"\*not strong\*", "<p>*not strong*</p>"),
        (r"\_not slanted\_", "<p>_not slanted_</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("- a\r- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\r2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("<at>Ada</at>", '<p><span class="ac-mention">Ada</span></p>'),
        (
            "[read](https://example.org/a?b=1)",
            '<p><a href="https://example.org/a?b=1" rel="noopener" target="_blank">read</a></p>',
        ),
        ("[no](javascript:alert)", "<p>[no](javascript:alert)</p>"),
        ("<b>no</b> & so on", "<p>&lt;b&gt;no&lt;/b&gt; &amp; so on</p>"),
    ],
)
def test_markdown_is_drawn_as_cards_know_it(text: str, drawn: str) -> None:
    assert markdown(text) == drawn


@given(st.text())
def test_no_text_becomes_markup_of_its_own(text: str) -> None:
    drawn = markdown(text)
    for tag in ("p", "strong", "em", "ul", "ol", "li", "a", "span"):
        drawn = drawn.replace(f"</{tag}>", "")
    assert "</" not in drawn
    assert "<script" not in drawn.lower()


def test_what_this_drawing_does_not_know_is_named() -> None:
    drawn = card({"body": [{"type": "Carousel"}, {"type": "Image", "url": "file:///etc/passwd"}]})
    assert drawn.count("ac-unknown") == 2
    assert "Teams draws Carousel here." in drawn


def test_columns_images_and_styles_are_drawn() -> None:
    column = {"type": "Column", "width": 3, "items": [{"type": "TextBlock", "text": "a"}]}
    picture = {"type": "Image", "url": "https://example.org/a.png", "altText": "A board"}
    box = {"type": "Container", "style": "emphasis", "items": [picture]}
    drawn = card({"body": [{"type": "ColumnSet", "columns": [column, {"width": "auto"}]}, box]})

    assert 'class="ac-grow-3 ' in drawn
    assert 'class="ac-auto ' in drawn
    assert 'src="https://example.org/a.png" alt="A board"' in drawn
    assert "ac-style-emphasis" in drawn


@pytest.mark.parametrize(
    "name", [name for name, post in EXAMPLES.items() if isinstance(post, Post)]
)
def test_every_post_of_the_product_is_drawn_whole(name: str) -> None:
    post = EXAMPLES[name]
    assert isinstance(post, Post)
    assert "ac-unknown" not in card(adaptive.card(post, Viewer()))
