from typing import Any

from cards import adaptive
from core.engine.ports import Viewer
from core.message import (
    ChoiceField,
    DateField,
    Field,
    Form,
    Option,
    PeopleField,
    TextField,
    ToggleField,
    say,
    verbatim,
)

READER = Viewer(person="ada")
ADA = Option("ada", verbatim("Ada_ *"))


def form(*fields: Field, **errors: str) -> Form:
    return Form(
        title=verbatim("Ask"),
        action="sample.ask",
        args={"cohort": "c1"},
        submit=verbatim("Send"),
        fields=fields,
        errors={name: verbatim(error) for name, error in errors.items()},
    )


def drawn(*fields: Field, **errors: str) -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = adaptive.form(form(*fields, **errors), READER)["body"]
    return body


def test_a_dialog_has_a_title_and_brings_back_its_action_beside_what_was_typed() -> None:
    value = adaptive.task(form(), READER)["task"]["value"]
    assert (value["title"], value["height"], value["width"]) == ("Ask", "small", "medium")
    assert value["card"]["content"]["actions"] == [
        {
            "type": "Action.Submit",
            "title": "Send",
            "style": "positive",
            "data": {"coterie": {"a": "sample.ask", "k": {"cohort": "c1"}, "s": ""}},
        }
    ]


def test_a_field_says_what_it_needs_and_keeps_what_was_typed() -> None:
    field = TextField(
        name="why", label=verbatim("Why?"), hint=verbatim("Short"), lines=True, limit=9, value="123"
    )
    assert drawn(field) == [
        {
            "type": "Input.Text",
            "id": "why",
            "label": "Why?",
            "isRequired": True,
            "errorMessage": "Please fill this in.",
            "maxLength": 9,
            "isMultiline": True,
            "placeholder": "Short",
            "value": "123",
        }
    ]


def test_an_error_stands_above_its_field_and_one_without_a_field_at_the_top() -> None:
    one, two = (
        TextField(name="one", label=verbatim("1")),
        TextField(name="two", label=verbatim("2")),
    )
    seen = [e.get("text") or e["id"] for e in drawn(one, two, two="Shorter, please.", all="Late.")]
    assert seen == ["Late.", "one", "Shorter, please.", "two"]


def test_few_options_are_shown_more_are_listed_many_are_searched() -> None:
    def look(n: int, several: bool = False) -> str:
        offered = tuple(Option(str(n), verbatim(str(n))) for n in range(n))
        field = ChoiceField(name="x", label=verbatim("x"), options=offered, several=several)
        return str(drawn(field)[0]["style"])

    assert [look(5), look(6), look(6, several=True), look(31)] == [
        "expanded",
        "compact",
        "expanded",
        "filtered",
    ]


def test_options_beside_a_box_hold_no_markdown_and_others_stay_as_they_are() -> None:
    field = ChoiceField(name="x", label=verbatim("x"), options=(ADA,))
    assert drawn(field)[0]["choices"] == [
        {"title": "Ada\N{MODIFIER LETTER LOW MACRON} \N{ASTERISK OPERATOR}", "value": "ada"}
    ]
    many = ChoiceField(name="x", label=verbatim("x"), options=(ADA,) * 6)
    assert drawn(many)[0]["choices"][0] == {"title": "Ada_ *", "value": "ada"}


def test_an_option_for_nothing_can_be_chosen_too() -> None:
    options = (Option("", verbatim("As on my device")), Option("de", verbatim("Deutsch")))
    (choice,) = drawn(ChoiceField(name="x", label=verbatim("x"), options=options))
    assert choice["value"] == " "
    assert [c["value"] for c in choice["choices"]] == [" ", "de"]


def test_too_many_options_say_how_many_are_left_out() -> None:
    options = tuple(Option(str(n), verbatim(f"Somebody {n}")) for n in range(900))
    field = PeopleField(name="x", label=verbatim("x"), options=options, several=True, value="899")
    choice, left = drawn(field)
    assert choice["isMultiSelect"]
    assert choice["choices"][-1]["value"] == "899"
    assert left["text"] == f"and {900 - len(choice['choices'])} more"


def test_without_people_to_choose_from_teams_searches_the_organisation() -> None:
    (people,) = drawn(PeopleField(name="who", label=verbatim("Who?")))
    assert people["choices.data"] == {
        "type": "Data.Query",
        "dataset": "graph.microsoft.com/users",
    }


def test_a_toggle_comes_back_as_true_or_false() -> None:
    (toggle,) = drawn(ToggleField(name="sure", label=verbatim("Sure?"), value=True))
    assert (toggle["valueOn"], toggle["valueOff"], toggle["value"]) == ("true", "false", "true")


def test_a_day_that_is_none_is_not_shown_again() -> None:
    wrong = DateField(name="on", label=verbatim("When?"), value="soon")
    right = DateField(name="by", label=verbatim("When?"), value="2026-03-03", required=False)
    assert [day.get("value") for day in drawn(wrong, right)] == [None, "2026-03-03"]


def test_a_form_of_a_shared_place_is_in_its_language() -> None:
    field = TextField(name="n", label=say("", "{n}", n=12345), required=False)
    asked = Form(
        title=verbatim("x"), action="a", submit=verbatim("x"), fields=(field,), locale="de"
    )
    assert adaptive.form(asked, READER)["body"][0]["label"] == "12.345"
