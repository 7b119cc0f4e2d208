from typing import Any

import pytest

from cards import adaptive, limits
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Block,
    Bold,
    Bullets,
    Buttons,
    Facts,
    Heading,
    Italic,
    Link,
    Mention,
    OpenForm,
    Phrase,
    Post,
    Press,
    Progress,
    Quote,
    Text,
    Value,
    say,
    verbatim,
)

READER = Viewer(person="ada")
ADA = Mention("ada", "Ada", "teams:tenant:29:ada:x")


def card(*blocks: Block, note: Phrase | None = None, slot: str = "") -> dict[str, Any]:
    return adaptive.card(Post(summary=verbatim("x"), blocks=blocks, slot=slot), READER, note)


def markdown(words: str, **args: Value) -> str:
    return str(card(Text(say("", words, **args)))["body"][0]["text"])


def test_a_press_carries_its_action_and_slot_also_for_clients_without_execute() -> None:
    press = Press(verbatim("Join"), "sample.join", {"cohort": "c1"}, "primary")
    data = {"coterie": {"a": "sample.join", "k": {"cohort": "c1"}, "s": "cohort/c1"}}
    look = {"title": "Join", "style": "positive", "data": data}

    drawn = card(Buttons((press,)), slot="cohort/c1")

    assert drawn["actions"] == [
        {
            "type": "Action.Execute",
            "verb": "sample.join",
            **look,
            "fallback": {"type": "Action.Submit", **look},
        }
    ]


def test_a_button_for_a_form_asks_teams_for_a_dialog() -> None:
    drawn = card(Buttons((OpenForm(verbatim("Ask"), "sample.ask"),)))
    assert drawn["actions"] == [
        {
            "type": "Action.Submit",
            "title": "Ask",
            "data": {
                "coterie": {"a": "sample.ask", "k": {}, "s": ""},
                "msteams": {"type": "task/fetch"},
            },
        }
    ]


def test_a_link_that_is_none_is_told_instead_of_drawn() -> None:
    drawn = card(Buttons((Link(verbatim("Open"), "javascript:alert(1)"),)))
    assert "actions" not in drawn
    assert drawn["body"][0]["text"] == "Open"


def test_a_seventh_button_is_counted_and_not_drawn() -> None:
    buttons = tuple(Press(verbatim(str(n)), "sample.n") for n in range(8))
    drawn = card(Buttons(buttons))
    assert len(drawn["actions"]) == limits.BUTTONS
    assert drawn["body"][0]["text"] == "and 2 more"


def test_buttons_in_the_middle_stand_in_the_middle() -> None:
    drawn = card(Buttons((Press(verbatim("Join"), "sample.join"),)), Text(verbatim("After")))
    assert [element["type"] for element in drawn["body"]] == ["ActionSet", "TextBlock"]


def test_a_mention_says_whom_it_calls_in_exactly_the_words_of_the_text() -> None:
    drawn = card(Text(say("", "Hi {you} and {you}", you=ADA)))
    assert drawn["body"][0]["text"] == "Hi <at>Ada</at> and <at>Ada</at>"
    assert drawn["msteams"]["entities"] == [
        {
            "type": "mention",
            "text": "<at>Ada</at>",
            "mentioned": {"id": "29:ada:x", "name": "Ada"},
        }
    ]


@pytest.mark.parametrize("account", ["", "slack:team:ada"])
def test_someone_teams_does_not_know_is_called_in_bold_only(account: str) -> None:
    drawn = card(Text(say("", "Hi {you}", you=Mention("ada", "Ada", account))))
    assert drawn["body"][0]["text"] == "Hi **Ada**"
    assert "msteams" not in drawn


def test_two_people_of_one_name_are_never_mistaken_for_each_other() -> None:
    other = Mention("other", "Ada", "teams:tenant:29:other")
    drawn = card(Text(say("", "{a} and {b}", a=ADA, b=other)))
    assert drawn["body"][0]["text"] == "<at>Ada</at> and **Ada**"
    assert len(drawn["msteams"]["entities"]) == 1


def test_a_name_cannot_end_its_own_mention() -> None:
    drawn = card(Text(say("", "{you}", you=Mention("a", "</at> [A*](x)", "teams:t:29:a"))))
    assert drawn["body"][0]["text"] == "<at>/at A (x)</at>"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("**a** _b_ `c`", r"\*\*a\*\* \_b\_ \`c\`"),
        ("snake_case 2 * 3 (so) a-b <3 & [c]", "snake_case 2 * 3 (so) a-b <3 & [c]"),
        ("[a](b)", "[a]\u200b(b)"),
        ("<at>Ada</at>", "<\u200bat>Ada<\u200b/at>"),
        ("&lt;", "&\u200blt;"),
        ("{{DATE(x)}} ${y}", "{\u200b{DATE(x)}} $\u200b{y}"),
        ("# a\n- b\n1. c\n\n> d", "\u200b# a\n\n\u200b- b\n\n\u200b1. c\n\n\u200b> d"),
        ("    a", "a"),
        ("a\\*", "a\\\u200b\\*"),
    ],
)
def test_what_a_person_wrote_is_never_markup(written: str, safe: str) -> None:
    assert markdown("{text}", text=written) == safe


def test_words_and_arguments_together_make_no_list_either() -> None:
    assert markdown("{n}. {text}", n=1, text="one") == "\u200b1. one"
    assert markdown("{n} (so)", n="[a]") == "[a] (so)"
    assert markdown("{n}(so)", n="[a]") == "[a]\u200b(so)"


def test_marks_stand_where_markdown_understands_them() -> None:
    assert markdown("{a}, {b}", a=Bold("so"), b=Italic("this")) == "**so**, _this_"
    assert markdown("a{b}c", b=Italic("b")) == "abc"
    assert markdown("a{b}c", b=Bold("b")) == "a**b**c"
    assert markdown("a{b}c", b=Bold("(b)")) == "a(b)c"
    assert markdown("{a}{b}", a=Bold("a"), b=Bold("b")) == "**a**b"
    assert markdown("a{b}c", b=Bold(" b ")) == "a **b** c"


def test_a_link_after_an_exclamation_mark_is_no_picture() -> None:
    link = Anchor("this]", "https://example.com/(a)")
    assert markdown("Look!{it}", it=link) == "Look!\u200b[this]](https://example.com/%28a%29)"


def test_the_purpose_comes_first_then_the_heading() -> None:
    post = Post(
        summary=verbatim("x"),
        purpose=verbatim("Why"),
        blocks=(Heading(verbatim("What")), Heading(verbatim("More"))),
    )
    look = [(e["text"], e.get("size"), e.get("style")) for e in adaptive.card(post, READER)["body"]]
    assert look == [
        ("Why", "Small", None),
        ("What", "Large", "heading"),
        ("More", "Medium", "heading"),
    ]


def test_a_note_about_the_press_stands_above_everything() -> None:
    drawn = card(Text(verbatim("Card")), note=verbatim("You joined."))
    assert drawn["body"][0]["items"][0]["text"] == "You joined."


def test_a_progress_is_words_and_a_bar_of_its_share() -> None:
    words, bar = card(Progress(verbatim("Joined"), 5, 4))["body"]
    assert [c["items"][0]["text"] for c in words["columns"]] == ["Joined", "5 of 4"]
    assert [c["width"] for c in bar["columns"]] == [100]


def test_a_progress_that_tells_its_figures_does_not_hear_them_again() -> None:
    words, _ = card(Progress(verbatim("3 of 4 agreed"), 3, 4))["body"]
    assert len(words["columns"]) == 1


def test_what_says_nothing_is_not_drawn() -> None:
    drawn = card(Text(verbatim("")), Quote("", verbatim("")), Facts(()), Bullets(()))
    assert [element["text"] for element in drawn["body"]] == ["x"]


def test_a_message_has_its_summary_for_the_toast() -> None:
    summary = say("", "{text}", text="Long words " * 20)
    activity = adaptive.activity(Post(summary=summary, blocks=()), READER)
    assert activity["type"] == "message"
    assert len(activity["summary"]) <= 80
    assert activity["summary"].endswith("…")
    assert activity["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"


def test_a_pasted_link_unfurls_to_an_older_card_without_buttons_that_act() -> None:
    link = Link(verbatim("Open"), "https://example.com")
    post = Post(
        summary=verbatim("x"),
        blocks=(Heading(verbatim("A")), Buttons((Press(verbatim("Join"), "sample.join"), link))),
    )
    drawn = adaptive.unfurl(post, READER)
    assert drawn["version"] == "1.3"
    assert [action["type"] for action in drawn["actions"]] == ["Action.OpenUrl"]
    assert "style" not in drawn["body"][0]


def test_a_long_card_is_cut_where_it_is_longest_and_says_so() -> None:
    lines = tuple(verbatim(f"Line {n}, {'long ' * 20}") for n in range(100))
    drawn = card(Text(verbatim("é" * 9000)), Bullets(lines), Text(verbatim("Short.")))
    text, listed, left, short = (element["text"] for element in drawn["body"])
    assert text.endswith("…")
    assert left == f"and {100 - listed.count('- ')} more"
    assert short == "Short."
