"""Forms in Slack: what is asked how, what comes back, and what is wrong with it."""

from typing import Any

import orjson
from hypothesis import given

from cards.modal import OTHERS, errors, modal, sentence
from core.engine.ports import Viewer
from core.message import (
    ChoiceField,
    DateField,
    Form,
    Option,
    PeopleField,
    Phrase,
    TextField,
    ToggleField,
    verbatim,
)
from tests.cards import strategies as any_
from tests.cards.blocks_checker import view as faults

READER = Viewer(person="ada", locale="en", zone="Europe/Berlin")


def asked(*fields: Any, **more: Any) -> Form:
    return Form(
        title=verbatim("A form"), action="x.do", fields=fields, submit=verbatim("Send"), **more
    )


def element(field: Any) -> dict[str, Any]:
    drawn: dict[str, Any] = modal(asked(field), READER, {})["blocks"][0]["element"]
    return drawn


def options(n: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{i}", verbatim(f"Option {i}")) for i in range(n))


@given(any_.forms, any_.viewers)
def test_any_form_is_a_modal_that_slack_takes(form: Form, viewer: Viewer) -> None:
    view = modal(form, viewer, {"p": "slack:T1:C1", "m": "1.2"})
    assert faults(view) == []
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    assert set(errors(form, viewer)) <= inputs or not view.get("submit")


@given(any_.phrases, any_.phrases, any_.viewers)
def test_any_sentence_is_a_view_that_slack_takes(words: Phrase, title: Phrase, v: Viewer) -> None:
    assert faults(sentence(words, title, v)) == []


def test_what_the_form_does_travels_with_what_the_platform_wants_back() -> None:
    view = modal(asked(args={"c": "1"}), READER, {"s": "cohort/1", "p": "place"})
    carried = {"a": "x.do", "k": {"c": "1"}, "s": "cohort/1", "p": "place"}
    assert orjson.loads(view["private_metadata"]) == carried
    assert view["callback_id"] == "x.do"


def test_a_form_that_carries_too_much_says_so_and_sends_nothing() -> None:
    view = modal(
        asked(TextField(name="a", label=verbatim("A")), args={"c": "x" * 4000}), READER, {}
    )
    assert "submit" not in view
    assert "There is more" in view["blocks"][0]["text"]["text"]


def test_a_long_title_stands_in_full_below_the_short_one() -> None:
    form = Form(
        title=verbatim("Everything about handovers"), action="x", fields=(), submit=verbatim("S")
    )
    view = modal(form, READER, {})
    assert view["title"]["text"] == "Everything about handov…"
    assert view["blocks"][0]["text"]["text"] == "*Everything about handovers*"


def test_a_long_word_for_sending_stands_in_full_above_it() -> None:
    field = TextField(name="a", label=verbatim("A"))
    form = Form(
        title=verbatim("F"),
        action="x",
        fields=(field,),
        submit=verbatim("Cancel it and tell all of them"),
    )
    view = modal(form, READER, {})
    assert view["submit"]["text"] == "Cancel it and tell all…"
    assert view["blocks"][-1]["elements"][0]["text"] == "Cancel it and tell all of them"


def test_words_are_asked_on_a_line_or_several_with_their_limit_and_hint() -> None:
    field = TextField(
        name="why",
        label=verbatim("Why?"),
        hint=verbatim("Short."),
        lines=True,
        limit=9000,
        value="x",
    )
    block = modal(asked(field), READER, {})["blocks"][0]
    assert (block["block_id"], block["hint"]["text"], block["optional"]) == ("why", "Short.", False)
    wanted = {"multiline": True, "max_length": 3000, "initial_value": "x", "action_id": "why"}
    assert block["element"] == {"type": "plain_text_input", **wanted}


def test_few_options_are_all_shown_and_many_stand_in_a_list() -> None:
    label = verbatim("Which?")
    few = ChoiceField(name="c", label=label, options=options(10), value="o3")
    many = ChoiceField(name="c", label=label, options=options(11), value="o3")
    assert element(few)["type"] == "radio_buttons"
    assert element(few)["initial_option"]["value"] == "o3"
    assert element(many)["type"] == "static_select"


def test_several_may_be_ticked_or_picked() -> None:
    label = verbatim("Which?")
    few = ChoiceField(name="c", label=label, options=options(3), value="o0,o2", several=True)
    many = ChoiceField(name="c", label=label, options=options(30), several=True)
    assert [o["value"] for o in element(few)["initial_options"]] == ["o0", "o2"]
    assert element(few)["type"] == "checkboxes"
    assert element(many)["type"] == "multi_static_select"


def test_a_choice_of_hundreds_keeps_what_is_chosen_and_says_how_many_are_left_out() -> None:
    field = ChoiceField(name="c", label=verbatim("?"), options=options(300), value="o299")
    drawn, left = modal(asked(field), READER, {})["blocks"]
    assert len(drawn["element"]["options"]) == 100
    assert drawn["element"]["initial_option"]["value"] == "o299"
    assert left["elements"][0]["text"] == "and 200 more"


def test_a_choice_without_options_is_said_and_not_asked() -> None:
    view = modal(asked(ChoiceField(name="c", label=verbatim("Who?"), options=())), READER, {})
    assert [block["type"] for block in view["blocks"]] == ["section", "context"]
    assert "submit" not in view


def test_an_empty_choice_is_one_that_slack_takes() -> None:
    offered = (Option("", verbatim("Nobody")), Option("a", verbatim("Ada")))
    field = ChoiceField(name="c", label=verbatim("Who?"), options=offered)
    assert element(field)["initial_option"]["value"] == " "


def test_people_are_those_known_here_and_whoever_else_is_in_slack() -> None:
    known = PeopleField(name="who", label=verbatim("Who?"), options=options(2), value="o1")
    first, second = modal(asked(known), READER, {})["blocks"]
    assert (first["block_id"], first["element"]["type"]) == ("who", "static_select")
    assert (second["block_id"], second["element"]["type"]) == ("who" + OTHERS, "users_select")
    assert (first["optional"], second["optional"]) == (True, True)
    anyone = PeopleField(name="who", label=verbatim("Who?"), several=True)
    assert element(anyone) == {"type": "multi_users_select", "action_id": "who"}


def test_a_day_is_prefilled_only_with_a_day() -> None:
    assert element(DateField(name="d", label=verbatim("D"), value="2026-03-03")) == {
        "type": "datepicker",
        "initial_date": "2026-03-03",
        "action_id": "d",
    }
    assert "initial_date" not in element(DateField(name="d", label=verbatim("D"), value="soon"))


def test_yes_or_no_is_a_box_to_tick() -> None:
    drawn = element(ToggleField(name="t", label=verbatim("Open?"), value=True))
    assert drawn["initial_options"] == drawn["options"]
    assert drawn["options"][0]["text"]["text"] == "Yes"


def test_what_is_wrong_stands_under_its_field_and_the_rest_under_the_first() -> None:
    nobody = ChoiceField(name="none", label=verbatim("N"), options=())
    fields = nobody, *(TextField(name=name, label=verbatim(name)) for name in "ab")
    wrong = {"b": verbatim("Too long."), "": verbatim("Too late."), "a": verbatim("Too short.")}
    told = errors(asked(*fields, errors=wrong), READER)
    assert told == {"b": "Too long.", "a": "Too late. Too short."}
    assert errors(asked(errors=wrong), READER) == {}
