"""Posts in Slack: what stands where, what is escaped, and what Slack takes."""

import re
from html import unescape

import orjson
import pytest
from hypothesis import given

from cards import blocks, limits
from cards.mrkdwn import escape, mrkdwn
from cards.words import clean
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Bold,
    Bullets,
    Buttons,
    Facts,
    Heading,
    Image,
    Italic,
    Link,
    Mention,
    OpenForm,
    Phrase,
    Post,
    Press,
    Progress,
    Quote,
    Ranking,
    Text,
    Video,
    say,
    verbatim,
)
from tests.cards import strategies as any_
from tests.cards.blocks_checker import message as message_faults
from tests.cards.blocks_checker import view as view_faults

READER = Viewer(person="ada", locale="en", zone="Europe/Berlin")
ADA = Mention("ada", "Ada Ash", "slack:T1:U0ADA")
TYPED = str.maketrans("\u2217\u223c\u02cb\u02cd", "*~`_")
# liberal: whatever might be read as bold, slanted, struck or code
LIVE = re.compile(r"(?<![A-Za-z0-9])([*_~])(?=\S)(?:[^\n]*?\S)??\1(?![A-Za-z0-9])|`")


def post(*shown: object, **more: object) -> Post:
    return Post(summary=verbatim("Something new"), blocks=shown, **more)  # type: ignore[arg-type] # blocks


def drawn(*shown: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = blocks.message(post(*shown), READER)["blocks"]
    return found


def words(*shown: object) -> list[str]:
    return [one["text"]["text"] for one in drawn(*shown) if "text" in one]  # type: ignore[index] # JSON


@given(any_.posts, any_.viewers)
def test_any_post_is_a_message_that_slack_takes(shown: Post, viewer: Viewer) -> None:
    assert message_faults(blocks.message(shown, viewer)) == []


@given(any_.posts, any_.viewers, any_.phrases)
def test_any_note_is_a_message_that_slack_takes(shown: Post, viewer: Viewer, note: Phrase) -> None:
    assert message_faults(blocks.ephemeral(shown, viewer, note)) == []
    assert message_faults(blocks.said(note, viewer)) == []


@given(any_.posts, any_.viewers)
def test_any_post_is_a_home_tab_that_slack_takes(shown: Post, viewer: Viewer) -> None:
    assert view_faults(blocks.home(shown, viewer)) == []


@given(any_.posts, any_.viewers)
def test_any_post_unfurls_with_links_only(shown: Post, viewer: Viewer) -> None:
    unfurled = blocks.unfurl(shown, viewer)
    assert message_faults({"text": "x", **unfurled}) == []
    assert b'"value"' not in orjson.dumps(unfurled)


@given(any_.written)
def test_what_a_person_wrote_reads_as_they_wrote_it(written: str) -> None:
    text = clean(written)
    safe = escape(text)
    assert not LIVE.search(safe)
    assert not set("<>") & set(safe)
    shown = unescape(safe).translate(TYPED).replace("\u200b", "")
    assert "".join(shown.split()) == "".join(text.translate(TYPED).replace("\u200b", "").split())


@pytest.mark.parametrize(
    "typed",
    ["<!channel>", "<!here|here>", "<@U0ADA>", "<#C1|x>", "<!subteam^S1>", "<https://evil|bank>"],
)
def test_nobody_calls_or_links_by_writing_as_slack_does(typed: str) -> None:
    for text in words(
        Text(verbatim(typed)), Text(say("", "{x}", x=Bold(typed))), Quote(typed, ADA_SAID)
    ):
        assert "<" not in text
        assert "&lt;" in text


ADA_SAID = say("", "{who}", who=ADA)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("*loud*", "\u2217loud\u2217"),
        ("_so_", "\u02cdso\u02cd"),
        ("~no~", "\u223cno\u223c"),
        ("`x` ```y```", "\u02cbx\u02cb \u02cb\u02cb\u02cby\u02cb\u02cb\u02cb"),
        ("2 * 3 ~ 6", "2 * 3 ~ 6"),
        ("snake_case_name", "snake_case_name"),
        ("> said", "\u200b&gt; said"),
        ("a\n> said", "a\n\u200b&gt; said"),
        ("a && b <3 &amp;", "a &amp;&amp; b &lt;3 &amp;amp;"),
        ("plain: words, (really)!", "plain: words, (really)!"),
    ],
)
def test_marks_that_people_type_stay_signs(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        (Bold("loud"), "*loud*"),
        (Bold(" loud "), " *loud* "),
        (Bold("a*b* <c>"), "*a\u2217b\u2217 &lt;c&gt;*"),
        (Bold(""), ""),
        (Italic("so\nso"), "_so so_"),
        (Anchor("here|<there>", "https://a.example/?a=1&b"), "<https://a.example/?a=1&amp;b|here\u2223&lt;there&gt;>"),
        (Mention("ada", "Ada", "slack:T1:U0ADA"), "<@U0ADA>"),
        (Mention("ada", "Ada", "slack:T1:U0> <!here"), "*Ada*"),
        (Mention("ada", "Ada", "teams:t:29:1"), "*Ada*"),
        (Mention("ada", "Ada_*"), "*Ada\u02cd\u2217*"),
    ],
)  # fmt: skip
def test_our_own_marks_are_slacks(run: Bold, shown: str) -> None:
    assert mrkdwn((run,)) == shown


def test_marks_stand_only_where_slack_understands_them() -> None:
    assert mrkdwn(("Hi ", Bold("you"), ", come")) == "Hi *you*, come"
    assert mrkdwn(("in", Bold("side"))) == "inside"
    assert mrkdwn((Bold("a"), "b")) == "ab"
    assert mrkdwn((Bold("a"), Bold("b"))) == "ab"
    assert mrkdwn((Italic("a"), " b")) == "_a_ b"


def test_the_purpose_stands_first_and_small_and_the_summary_is_the_notification() -> None:
    shown = post(Heading(verbatim("Title")), purpose=verbatim("For Thursday."))
    told = blocks.message(shown, READER)
    assert told["text"] == "Something new"
    assert [block["type"] for block in told["blocks"]] == ["context", "header"]


def test_a_note_stands_above_the_card_as_it_is_now() -> None:
    told = blocks.message(post(Text(verbatim("Now"))), READER, verbatim("Already answered."))
    assert [block["type"] for block in told["blocks"]] == ["section", "divider", "section"]


def test_what_only_who_asked_sees_replaces_nothing() -> None:
    told = blocks.said(verbatim("Thank you."), READER)
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert blocks.ephemeral(post(), READER)["response_type"] == "ephemeral"


def test_short_facts_stand_side_by_side_and_long_ones_on_lines() -> None:
    rows = tuple((verbatim(f"n{n}"), verbatim("v")) for n in range(12))
    assert [len(block["fields"]) for block in drawn(Facts(rows))] == [10, 2]  # type: ignore[arg-type] # JSON
    assert words(Facts(((verbatim("Why"), verbatim("so " * 30)),))) == ["*Why*  " + ("so " * 30)]


def test_a_list_of_any_length_is_cut_between_its_lines() -> None:
    items = tuple(verbatim("wör " * 30) for _ in range(40))
    for text in words(Bullets(items)):
        assert text.startswith("• wör")
        assert len(text) <= limits.SLACK_TEXT


def test_a_ranking_shares_places_and_a_progress_has_figures() -> None:
    rows = tuple((verbatim(name), n) for name, n in (("Ada", 9), ("Bo", 9), ("Cem", 1)))
    assert words(Ranking(rows)) == ["1. Ada · *9*\n1. Bo · *9*\n3. Cem · *1*"]
    assert words(Progress(verbatim("Done"), 3, 4)) == ["Done  *3 of 4*\n▓▓▓▓▓▓▓▓░░ 75%"]
    assert words(Progress(verbatim("Done"), 3, 0)) == ["Done  *3 of 0*"]
    assert words(Progress(verbatim("9 of 4"), 9, 4)) == ["9 of 4\n▓▓▓▓▓▓▓▓▓▓ 100%"]


def test_every_line_of_a_quote_is_quoted() -> None:
    assert words(Quote("One.\n\nTwo.", verbatim("Bo"))) == ["> One.\n> Two."]
    assert words(Quote(" ", verbatim("Bo"))) == []


def test_pictures_have_words_and_films_a_length() -> None:
    picture = {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "A board"}
    assert drawn(Image("https://a.example/x.png", verbatim("A board"))) == [picture]
    assert drawn(Image("data:x", verbatim("A board")))[0]["type"] == "context"
    film = Video("https://a.example/x", verbatim("Film"), 12)
    assert words(film) == ["<https://a.example/x|Film>\nVideo, 12 min"]
    assert words(Video("javascript:x", verbatim("Film"))) == ["Film"]


def test_a_button_carries_what_it_does() -> None:
    shown = post(
        Buttons(
            (
                Press(verbatim("Join"), "cohorts.join", {"c": "1"}, "primary"),
                OpenForm(verbatim("Answer"), "cohorts.join", style="danger"),
                Link(verbatim("Read"), "https://a.example"),
                Link(verbatim("Nothing"), "javascript:x"),
            )
        ),
        slot="cohort/1",
    )
    said, actions = blocks.message(shown, READER)["blocks"]
    assert said["elements"][0]["text"] == "Nothing"
    join, answer, read = actions["elements"]
    assert orjson.loads(join["value"]) == {"a": "cohorts.join", "k": {"c": "1"}, "s": "cohort/1"}
    assert [join["action_id"], answer["action_id"]] == ["cohorts.join.1", "cohorts.join.2"]
    assert [join["style"], answer["style"]] == ["primary", "danger"]
    assert read["url"] == "https://a.example"
    assert "value" not in read


def test_a_message_that_is_too_long_says_so_and_keeps_its_way_out() -> None:
    much = [Text(verbatim("All of it matters. " * 100))] * 60
    out = Buttons((Press(verbatim("Out"), "x.out"),))
    told = blocks.message(post(*much, out), READER)
    assert message_faults(told) == []
    assert told["blocks"][-1]["type"] == "actions"
    assert "There is more" in told["blocks"][-2]["elements"][0]["text"]


def test_an_empty_post_says_its_summary() -> None:
    assert words() == ["Something new"]


def test_what_cannot_be_seen_is_an_ellipsis() -> None:
    unseen = verbatim("\u200b")
    told = blocks.message(
        Post(summary=unseen, blocks=(Image("https://a.example", unseen),)), READER
    )
    assert (told["text"], told["blocks"][0]["alt_text"]) == ("…", "…")
    assert blocks.said(unseen, READER)["text"] == "…"
