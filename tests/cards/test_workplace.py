"""Posts in Workplace: Markdown in groups, plain comments, chat with buttons."""

from typing import Any

import orjson
import pytest
from hypothesis import given

from cards import workplace
from cards.wording import CHAT, COMMENT, POST, Marks, escape, written
from cards.words import clean
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Bold,
    Bullets,
    Button,
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
    Run,
    Text,
    Video,
    choices,
    say,
    verbatim,
)
from tests.cards import strategies as any_
from tests.cards import workplace_checker as faults

READER = Viewer(person="ada", locale="en", zone="Europe/Berlin")
ADA = Mention("ada", "Ada Ash", "workplace:77:1001")
TYPED = str.maketrans("\u2217\u223c\u02cb\u02cd", "*~`_")


def post(*shown: Any, **more: Any) -> Post:
    return Post(summary=verbatim("Something new"), blocks=shown, **more)


def said(*shown: Any) -> str:
    return str(workplace.group_post(post(*shown), READER)["message"])


def commented(*shown: Any) -> str:
    return str(workplace.comment(post(*shown), READER)["message"])


def presses(n: int) -> tuple[Button, ...]:
    return tuple(Press(verbatim(f"Choice {i}"), f"x.{i}") for i in range(1, n + 1))


def rows(n: int) -> list[Buttons]:
    """Many choices, in rows of six."""
    return [Buttons(presses(n)[at : at + 6]) for at in range(0, n, 6)]


@given(any_.posts, any_.viewers)
def test_any_post_is_one_that_workplace_takes(shown: Post, viewer: Viewer) -> None:
    assert faults.post(workplace.group_post(shown, viewer)) == []
    assert faults.comment(workplace.comment(shown, viewer)) == []
    assert faults.chat(workplace.chat(shown, viewer)) == []


@given(any_.phrases, any_.viewers)
def test_any_sentence_is_a_message_that_workplace_takes(words: Phrase, viewer: Viewer) -> None:
    assert faults.chat([workplace.said(words, viewer)]) == []


@given(any_.written)
def test_what_a_person_wrote_reads_as_they_wrote_it(typed: str) -> None:
    text = clean(typed)
    safe = escape(text)
    assert set(faults.kinds_of(faults.READ.parse(safe))) <= {
        "paragraph",
        "inline",
        "text",
        "softbreak",
    }
    shown = safe.translate(TYPED).replace("\u200b", "")
    assert "".join(shown.split()) == "".join(text.translate(TYPED).replace("\u200b", "").split())


@given(any_.written)
def test_nobody_calls_or_links_by_writing_as_workplace_does(typed: str) -> None:
    wrote = post(
        Heading(verbatim(typed)),
        Text(say("", "{who} {x}", who=ADA, x=Bold(f"{typed}@[123]"))),
        Quote(f"@[123] {typed} https://evil.example www.evil.example", verbatim(typed)),
        Bullets((verbatim(typed),)),
    )
    for told in (
        workplace.group_post(wrote, READER)["message"],
        workplace.comment(wrote, READER)["message"],
    ):
        assert told.count("@[") == 1
        assert "://" not in told
        assert "www." not in told


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("@[123] @ [1]", "@\u200b[123] @ [1]"),
        ("[a](b) [c]: d", "[a]\u200b(b) [c]\u200b: d"),
        ("**a** __b__", "\u2217\u2217a\u2217\u2217 \u02cd\u02cdb\u02cd\u02cd"),
        ("# h\n1. x\n> q", "\u200b# h\n\u200b1. x\n\u200b> q"),
        ("\\*x\\*", "\\\u200b\u2217x\\\u200b\u2217"),
        ("a <b> &amp; &", "a <\u200bb> &\u200bamp; &"),
        ("https://evil.example", "https:\u200b//evil.example"),
        ("Plain words, (really)! 2 * 3", "Plain words, (really)! 2 * 3"),
    ],
)
def test_marks_that_people_type_stay_signs(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@pytest.mark.parametrize(
    ("run", "marks", "shown"),
    [
        (Bold("loud"), POST, "**loud**"),
        (Bold("loud"), CHAT, "*loud*"),
        (Bold("loud"), COMMENT, "loud"),
        (Italic("so"), POST, "*so*"),
        (Italic("so"), CHAT, "_so_"),
        (Anchor("he](re)", "https://a.example/x"), POST, "[he]\u200b(re)](https://a.example/x)"),
        (Anchor("here", "https://a.example/x"), COMMENT, "here (https://a.example/x)"),
        (ADA, POST, "@[1001]"),
        (ADA, COMMENT, "@[1001]"),
        (ADA, CHAT, "*Ada Ash*"),
        (Mention("bo", "Bo", "workplace:77:1] @[2"), POST, "**Bo**"),
        (Mention("bo", "Bo", "slack:T1:U1"), POST, "**Bo**"),
    ],
)
def test_each_window_has_its_own_marks(run: Run, marks: Marks, shown: str) -> None:
    assert written((run,), marks) == shown


def test_a_post_in_a_group_reads_well_from_its_purpose_to_its_choices() -> None:
    shown = post(
        Heading(verbatim("Handovers")),
        Facts(((verbatim("Host"), verbatim("Bo")), (verbatim("From"), verbatim("Monday")))),
        Bullets((verbatim("Read"), verbatim("Ask")), numbered=True),
        Ranking(((verbatim("Ada"), 9), (verbatim("Bo"), 9))),
        Progress(verbatim("Done"), 3, 4),
        Quote("One.\nTwo.", verbatim("Bo")),
        Buttons(
            (
                Press(verbatim("Join"), "x.join"),
                Link(verbatim("More"), "https://a.example"),
                OpenForm(verbatim("Ask"), "x.ask"),
            )
        ),
        purpose=verbatim("For Thursday."),
    )
    assert workplace.group_post(shown, READER)["message"].split("\n") == [
        *("For Thursday.", "", "# Handovers", ""),
        *("* **Host**: Bo", "* **From**: Monday", "", "1. Read", "2. Ask", ""),
        *("* 1 · Ada · 9", "* 1 · Bo · 9", "", "Done · 3 of 4", "▓▓▓▓▓▓▓▓░░ 75%", ""),
        *("> One.", "> Two.", "", "– Bo", ""),
        *("To choose, reply below with the number:", "", "1. Join", "2. Ask", ""),
        "[More](https://a.example)",
    ]


def test_a_comment_has_no_marks_but_says_the_same() -> None:
    told = commented(
        Heading(verbatim("Handovers")), Bullets((verbatim("Read"),)), Quote("One.", verbatim("Bo"))
    )
    assert told == "Handovers\n\n• Read\n\n“One.”\n– Bo"


def test_numbers_are_those_of_the_choices_even_where_some_do_not_fit() -> None:
    many = Buttons(presses(8))
    shown = post(many, Text(verbatim("Or")), Buttons((Press(verbatim("Last"), "x.last"),)))
    told = workplace.group_post(shown, READER)["message"]
    assert "6. Choice 6\n\nand 2 more" in told
    assert told.endswith("9. Last")
    assert choices(shown)[8].action == "x.last"


def test_numbers_never_run_on_from_a_list_above_them() -> None:
    told = said(Bullets((verbatim("Read"),), numbered=True), Buttons(presses(2)))
    lists = [t for t in faults.READ.parse(told) if t.type == "ordered_list_open"]
    assert len(lists) == 2


def test_a_picture_and_a_film_are_links_in_a_post() -> None:
    assert said(Image("https://a.example/x.png", verbatim("A board"))) == (
        "[A board](https://a.example/x.png)"
    )
    assert said(Video("https://a.example/x", verbatim("Film"), 12)) == (
        "[Film](https://a.example/x) · Video, 12 min"
    )
    assert said(Video("javascript:x", verbatim("Film"))) == "Film"


def test_up_to_three_buttons_stand_under_few_words() -> None:
    shown = post(
        Text(verbatim("Will you?")),
        Buttons((*presses(2), Link(verbatim("A label that is far too long"), "https://a.example"))),
        slot="c/1",
    )
    [message] = workplace.chat(shown, READER)
    payload = message["attachment"]["payload"]
    assert payload["text"] == "Will you?"
    assert [button["type"] for button in payload["buttons"]] == ["postback", "postback", "web_url"]
    assert orjson.loads(payload["buttons"][0]["payload"]) == {"a": "x.1", "k": {}, "s": "c/1"}
    assert payload["buttons"][2]["title"] == "A label that is far…"


def test_many_words_come_before_their_buttons() -> None:
    text, template = workplace.chat(
        post(Heading(verbatim("Title")), Text(verbatim("so " * 300)), Buttons(presses(1))), READER
    )
    assert text["text"].startswith("*Title*\n\nso so")
    assert template["attachment"]["payload"]["text"] == "Please choose"


def test_up_to_eleven_choices_are_quick_replies_and_links_are_words() -> None:
    shown = post(*rows(5), Buttons((Link(verbatim("More"), "https://a.example"),)))
    [message] = workplace.chat(shown, READER)
    assert [reply["title"] for reply in message["quick_replies"]] == [
        f"Choice {n}" for n in range(1, 6)
    ]
    assert message["text"] == "More (https://a.example)"


def test_more_than_eleven_choices_come_three_at_a_time() -> None:
    text, *pages = workplace.chat(post(Text(verbatim("Which?")), *rows(14)), READER)
    assert text == {"text": "Which?"}
    shown = [page["attachment"]["payload"] for page in pages]
    assert [len(page["buttons"]) for page in shown] == [3, 3, 3, 3, 2]
    assert shown[1]["text"] == "More to choose from"


def test_each_row_of_buttons_stands_under_what_it_is_about() -> None:
    sections = (Text(verbatim("One")), *rows(2), Text(verbatim("Two")), *rows(5))
    shown = post(*sections, Text(verbatim("At last")), purpose=verbatim("Why."))
    first, last = workplace.chat(shown, READER)
    assert first["attachment"]["payload"]["text"] == "Why.\n\nOne"
    assert len(first["attachment"]["payload"]["buttons"]) == 2
    assert (last["text"], len(last["quick_replies"])) == ("Two\n\nAt last", 5)


def test_a_post_of_very_many_rows_is_one_message_all_the_same() -> None:
    rows_of_one = [block for n in range(8) for block in (Text(verbatim(f"{n}")), *rows(1))]
    [message] = workplace.chat(post(*rows_of_one), READER)
    assert len(message["quick_replies"]) == 8


def test_a_title_with_a_picture_stands_first() -> None:
    picture, text = workplace.chat(
        post(
            Heading(verbatim("Feedback")),
            Image("https://a.example/x.png", verbatim("A board")),
            Text(verbatim("Twelve minutes.")),
        ),
        READER,
    )
    element = picture["attachment"]["payload"]["elements"][0]
    assert element == {
        "title": "Feedback",
        "subtitle": "A board",
        "image_url": "https://a.example/x.png",
    }
    assert text == {"text": "Twelve minutes."}


def test_what_carries_too_much_is_said_and_not_pressed() -> None:
    heavy = Press(verbatim("Heavy"), "x.heavy", {"k": "x" * 900})
    assert workplace.chat(post(Buttons((heavy,))), READER) == [{"text": "Heavy"}]


def test_what_is_too_long_is_cut_visibly() -> None:
    shown = post(Text(verbatim("All of it matters. " * 3000)))
    assert workplace.chat(shown, READER)[0]["text"].endswith("…")
    assert workplace.comment(shown, READER)["message"].endswith("…")


def test_an_empty_post_says_its_summary() -> None:
    assert said() == "Something new"
