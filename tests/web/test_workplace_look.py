from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import workplace
from cards.wording import escape
from core.engine.ports import Viewer
from core.message import Buttons, Heading, Image, Link, Post, Press, Text, verbatim
from web.sandbox import draw
from web.workplace_look import chat, markdown, post

NEW = ' rel="noopener" target="_blank"'


def shown(*blocks: Heading | Text | Image | Buttons) -> Post:
    return Post(summary=verbatim("Hi"), blocks=blocks)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("**strong** and *slanted*", "<p><strong>strong</strong> and <em>slanted</em></p>"),
        ("# Big", '<div class="wp-heading-1" role="heading" aria-level="3">Big</div>'),
        ("## Less", '<div class="wp-heading-2" role="heading" aria-level="4">Less</div>'),
        ("* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> a\n> b", '<blockquote class="wp-quote">a<br>b</blockquote>'),
        ("@[1001]", '<p><span class="wp-mention">@1001</span></p>'),
        (
            "[read](https://a.example)",
            '<p><a href="https://a.example" rel="noopener" target="_blank">read</a></p>',
        ),
        (
            "at https://a.example now",
            f'<p>at <a href="https://a.example"{NEW}>https://a.example</a> now</p>',
        ),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
    ],
)
def test_markdown_is_drawn_as_workplace_knew_it(text: str, drawn: str) -> None:
    assert markdown(text) == drawn


@given(st.text())
def test_no_text_becomes_markup_of_its_own(text: str) -> None:
    drawn = markdown(text)
    for tag in ("p", "strong", "em", "blockquote", "a", "span", "ul", "ol", "li", "div"):
        drawn = drawn.replace(f"</{tag}>", "")
    assert "</" not in drawn
    assert "<script" not in drawn.lower()


@given(st.text("*_~`<>&@[]()#1.- ab:/\n"))
def test_what_people_write_has_no_marks_in_this_drawing_either(text: str) -> None:
    drawn = markdown(escape(text))
    assert not any(f"<{tag}" in drawn for tag in ("strong", "em", "a ", "span", "ul", "ol", "div"))


def test_the_numbers_under_a_post_work_and_say_what_they_mean() -> None:
    native = workplace.group_post(shown(Text(verbatim("Will you?"))), Viewer())
    drawn = post(native, [("Join", '{"a":"x.join"}')])
    assert 'value="{&#34;a&#34;:&#34;x.join&#34;}" aria-label="Reply 1: Join">1</button>' in drawn
    assert "wp-comments" not in post(native)


def test_buttons_of_a_chat_work_and_links_open() -> None:
    row = Buttons((Press(verbatim("Join"), "x.join"), Link(verbatim("Read"), "https://a.example")))
    drawn = chat(workplace.chat(shown(Text(verbatim("Will you?")), row), Viewer()))
    assert 'class="wp-button" name="coterie" value="{&#34;a&#34;:&#34;x.join&#34;' in drawn
    assert '<a class="wp-button" href="https://a.example"' in drawn


def test_quick_replies_work() -> None:
    row = Buttons(tuple(Press(verbatim(f"Choice {n}"), "x.join") for n in range(4)))
    drawn = chat(workplace.chat(shown(Text(verbatim("Which?\n\nOne.")), row), Viewer()))
    assert drawn.count('class="wp-reply" name="coterie"') == 4


def test_a_title_with_its_picture_is_drawn_as_one() -> None:
    picture = Image("https://a.example/x.png", verbatim("A board"))
    drawn = chat(workplace.chat(shown(Heading(verbatim("Feedback")), picture), Viewer()))
    assert '<img class="wp-image" src="https://a.example/x.png" alt="" loading="lazy">' in drawn
    assert "<b>Feedback</b><span>A board</span>" in drawn


def test_a_card_is_a_chat_in_private_and_elsewhere_a_post_with_numbers() -> None:
    row = Buttons((Press(verbatim("Join"), "x.join"), Press(verbatim("Not now"), "x.no")))
    asked, at = shown(Text(verbatim("Will you?")), row), datetime(2026, 3, 3, tzinfo=UTC)
    private = draw.card(asked, Viewer(), "workplace", at, private=True)
    public = draw.card(asked, Viewer(), "workplace", at, private=False)
    assert private.count('class="wp-button"') == 2
    assert 'aria-label="Reply 2: Not now">2</button>' in public
