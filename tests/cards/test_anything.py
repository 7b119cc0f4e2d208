"""Whatever people write and whatever a handler shows: it fits, it is valid, it stays words."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import orjson
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cards import adaptive, html, limits
from cards.markdown import APART, escape
from cards.plain import plain, summary
from cards.words import clean
from core.engine.ports import Viewer
from core.message import Form, Mention, Post, Quote, Text, say, verbatim
from tests.cards import strategies as any_
from tests.cards.checker import problems, texts

READ = MarkdownIt("commonmark").enable(["strikethrough", "table"])
OURS = {"paragraph", "text", "inline", "softbreak", "strong", "em", "link", "html_inline"}
LISTS = {"bullet_list", "ordered_list", "list_item"}
VOID = {"img", "input", "br"}
TAGS = set(
    re.findall(
        r"\w+",
        "article p h3 h4 dl div dt dd ul ol li figure a span strong em progress blockquote footer "
        "form button label legend fieldset select option textarea img input br",
    )
)
READER = Viewer(person="p")


@given(any_.posts, any_.viewers)
def test_any_post_is_a_card_that_teams_takes(post: Post, viewer: Viewer) -> None:
    activity = adaptive.activity(post, viewer)
    assert problems(activity["attachments"][0]["content"]) == []
    assert len(activity["summary"]) <= limits.SUMMARY
    assert len(orjson.dumps(activity).decode().encode("utf-16-le")) < limits.ACTIVITY_UTF16


@given(any_.posts, any_.viewers)
def test_any_post_unfurls_with_links_only(post: Post, viewer: Viewer) -> None:
    card = adaptive.unfurl(post, viewer)
    assert problems(card) == []
    assert b"Action.Execute" not in orjson.dumps(card)
    assert b"coterie" not in orjson.dumps(card)


@given(any_.forms, any_.viewers)
def test_any_form_is_a_dialog_that_teams_takes(form: Form, viewer: Viewer) -> None:
    value = adaptive.task(form, viewer)["task"]["value"]
    assert problems(value["card"]["content"], most=limits.DIALOG_BYTES) == []
    assert 0 < len(value["title"]) <= limits.TITLE


@given(any_.posts, any_.forms, any_.viewers)
def test_any_page_is_well_formed_and_has_only_our_tags(
    post: Post, form: Form, viewer: Viewer
) -> None:
    for page in (html.post(post, viewer), html.form(form, viewer)):
        assert len(page.encode()) <= limits.PAGE_BYTES
        assert Reader(page).faults == []


@given(any_.posts, any_.viewers)
def test_any_post_has_plain_words(post: Post, viewer: Viewer) -> None:
    assert "\n" not in summary(post, viewer)
    assert isinstance(plain(post, viewer), str)


@given(any_.posts)
def test_markdown_of_a_card_is_only_what_we_wrote(post: Post) -> None:
    for text in texts(adaptive.card(post, READER)):
        kinds = set(kinds_of(READ.parse(text)))
        lists = LISTS if "\r" in text or re.match(r"(-|1\.) ", text) else set()
        assert kinds <= OURS | lists


@given(any_.written)
def test_what_a_person_wrote_reads_as_they_wrote_it(written: str) -> None:
    text = clean(written)
    for token in READ.parse(escape(text)):
        assert {child.type for child in token.children or []} <= {"text", "softbreak"}
    assert squeezed(shown(escape(text))) == squeezed(text)


@given(any_.written)
def test_nobody_can_call_somebody_by_writing_their_tag(written: str) -> None:
    ada = Mention("ada", "Ada", "teams:t:29:ada")
    said = say("", "{who} {text}", who=ada, text=written)
    card = adaptive.card(
        Post(summary=said, blocks=(Text(said), Quote(written, verbatim(written)))), READER
    )
    assert "".join(texts(card)).count("<at>") == 1


def kinds_of(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        yield re.sub(r"_(open|close)$", "", token.type)
        yield from kinds_of(token.children or [])


def shown(markdown: str) -> str:
    return "".join(c.content for t in READ.parse(markdown) for c in t.children or [])


def squeezed(text: str) -> str:
    """Only what can be seen of it."""
    return "".join(text.replace(APART, "").split())


class Reader(HTMLParser):
    """Reads a page as a strict browser would and keeps what is wrong with it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.feed(page)
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}> is not ours")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.judge(name, value or "")

    def judge(self, name: str, value: str) -> None:
        if name.startswith("on") or name == "style":
            self.faults.append(f"{name} in a page")
        if name in {"href", "src"} and not value.startswith(("https://", "http://")):
            self.faults.append(f"an address that is none: {value}")
        if name == "id" and value in self.ids:
            self.faults.append(f"id {value} used twice")
        if name == "id":
            self.ids.add(value)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")
