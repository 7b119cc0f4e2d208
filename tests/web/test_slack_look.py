import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import blocks
from cards.mrkdwn import escape
from core.engine.ports import Viewer
from core.examples import EXAMPLES
from core.message import Buttons, Link, Post, Press, verbatim
from tests.cards.samples import SAMPLES
from web.slack_look import message, mrkdwn

POSTS = {n: post for n, post in {**EXAMPLES, **SAMPLES}.items() if isinstance(post, Post)}
NEW = ' rel="noopener" target="_blank"'


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain", "<p>plain</p>"),
        ("*strong* and _slanted_", "<p><strong>strong</strong> and <em>slanted</em></p>"),
        ("snake_case_name 2 * 3", "<p>snake_case_name 2 * 3</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        (
            "said:\n> one\n> two",
            '<p>said:</p><blockquote class="sl-quote">one<br>two</blockquote>',
        ),
        ("<@U0ADA>", '<p><span class="sl-mention">@U0ADA</span></p>'),
        (
            "*<https://a.example/?a=1&amp;b=2|A &amp; B>*",
            f'<p><strong><a href="https://a.example/?a=1&amp;b=2"{NEW}>A &amp; B</a></strong></p>',
        ),
        ("&lt;!channel&gt; &amp;amp;", "<p>&lt;!channel&gt; &amp;amp;</p>"),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
    ],
)
def test_mrkdwn_is_drawn_as_slack_knows_it(text: str, drawn: str) -> None:
    assert mrkdwn(text) == drawn


@given(st.text())
def test_no_text_becomes_markup_of_its_own(text: str) -> None:
    drawn = mrkdwn(text)
    for tag in ("p", "strong", "em", "blockquote", "a", "span"):
        drawn = drawn.replace(f"</{tag}>", "")
    assert "</" not in drawn
    assert "<script" not in drawn.lower()


@given(st.text("*_~`<>&! ab\n"))
def test_what_people_write_has_no_marks_in_this_drawing_either(text: str) -> None:
    drawn = mrkdwn(escape(text))
    assert not any(f"<{tag}" in drawn for tag in ("strong", "em", "a ", "span", "blockquote"))


def test_what_this_drawing_does_not_know_is_named() -> None:
    drawn = message({"blocks": [{"type": "carousel"}, {"type": "divider"}]})
    assert "Slack draws carousel here." in drawn
    assert "sl-divider" in drawn


def test_a_picture_without_an_address_is_its_words() -> None:
    image = {"type": "image", "image_url": "file:///etc/passwd", "alt_text": "A <board>"}
    assert message({"blocks": [image]}) == '<div class="sl">A &lt;board&gt;</div>'


def test_buttons_work_and_links_open() -> None:
    shown = Buttons(
        (
            Press(verbatim("Join"), "x.join", style="primary"),
            Link(verbatim("Read"), "https://a.example"),
        )
    )
    drawn = message(blocks.message(Post(summary=verbatim("Hi"), blocks=(shown,)), Viewer()))
    assert 'class="sl-button sl-primary" name="coterie" value="{&#34;a&#34;' in drawn
    assert '<a class="sl-button" href="https://a.example"' in drawn


@pytest.mark.parametrize("name", sorted(POSTS))
def test_every_post_of_the_product_is_drawn_whole(name: str) -> None:
    assert "sl-unknown" not in message(blocks.message(POSTS[name], Viewer()))
