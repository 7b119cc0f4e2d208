"""Templates: those that come along are in order, a wrong one says where, and what instead."""

import re
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actions import STEPS
from core.programmes.calendar import busiest
from core.programmes.model import Kind
from core.programmes.templates.checks import template
from core.programmes.templates.model import Unclear
from core.programmes.templates.reading import SIZE
from core.programmes.templates.shipped import ORDER, shipped, text_of
from tests.programmes.kinds import KINDS

GOOD = """
name: Two steps
about: A beginning and an end.
steps:
  - id: hello
    kind: message
    stage: 1
    title: Hello
    options:
      purpose: So that you know.
      text: This is how it goes.
  - id: talk
    kind: discussion
    stage: 2
    title: A talk
    after: hello
    days: 7
    on: tuesday
    at: "14:00"
    options:
      question: What helps?
      purpose: So that it helps.
"""


def problems(text: str) -> list[str]:
    with pytest.raises(Unclear) as wrong:
        template("mine.yml", text, KINDS)
    return [str(problem) for problem in wrong.value.problems]


def swapped(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_template_is_read_as_it_is_written() -> None:
    made = template("mine.yml", GOOD, KINDS)
    hello, talk = made.steps
    assert (made.id, made.name) == ("mine", "Two steps")
    assert (hello.after, hello.days, hello.at) == ("start", 0, "10:00")
    assert (talk.after, talk.days, talk.on, talk.at) == ("hello", 7, 1, "14:00")
    assert talk.options == {"question": "What helps?", "purpose": "So that it helps."}


@pytest.mark.parametrize("id", ORDER)
def test_what_comes_with_the_product_is_in_order(id: str) -> None:
    assert template(f"{id}.yml", text_of(id), KINDS) == shipped()[id]


@pytest.mark.parametrize("id", ORDER)
def test_what_comes_with_the_product_is_made_of_steps_that_it_can_do(id: str) -> None:
    assert template(f"{id}.yml", text_of(id), STEPS) == shipped()[id]


@pytest.mark.parametrize("kinds", [STEPS, KINDS], ids=["real", "heavy"])
@pytest.mark.parametrize("id", ORDER)
def test_nobody_gets_more_than_three_messages_a_week_or_six_without_an_answer(
    id: str, kinds: Mapping[str, Kind]
) -> None:
    told = busiest(shipped()[id].steps, kinds)
    assert 0 < told.busiest <= 3
    assert 0 < told.silent <= 6


@pytest.mark.parametrize("id", ORDER)
def test_every_programme_has_three_stages_and_enough_for_latecomers(id: str) -> None:
    steps = shipped()[id].steps
    assert {step.stage for step in steps} == {1, 2, 3}
    assert sum(step.catch_up for step in steps) >= 3


@pytest.mark.parametrize("id", ORDER)
def test_a_message_of_a_template_is_short(id: str) -> None:
    for step in shipped()[id].steps:
        if step.kind == "message":
            said = f"{step.title} {step.options['purpose']} {step.options['text']}"
            assert len(said.split()) <= 60


@pytest.mark.parametrize("id", ORDER)
def test_nothing_after_the_pairs_begins_before_there_are_pairs(id: str) -> None:
    checks = [step for step in shipped()[id].steps if step.kind == "checkins"]
    assert all(step.gate == "pairs" for step in checks)


@pytest.mark.parametrize(
    ("old", "new", "line", "said", "instead"),
    [
        ("kind: message", "kind: mesage", 5, "no kind of step “mesage”", "Write message."),
        ("kind: message", "kind: zzz", 5, "no kind of step “zzz”", "Write one of: agreement,"),
        ("on: tuesday", "on: thusday", 18, "“thusday” is no weekday", "Write thursday."),
        ("on: tuesday", "on: 2026-02-30", 18, "is no weekday", "Write one of: friday,"),
        ('at: "14:00"', 'at: "25:00"', 19, "no time “25:00”", 'Write a time like "10:00".'),
        ('at: "14:00"', 'at: "03:00"', 19, "outside working hours", "from 07:00 to 20:00"),
        ("days: 7", "days: seven", 17, "cannot be days", "whole number from -60 to 366"),
        ("days: 7", "days: 99999999999999", 17, "cannot be days", "-60 to 366"),
        ("days: 7", "days: -61", 17, "cannot be days", "-60 to 366"),
        ("days: 7", "days: 1.5", 17, "cannot be days", "-60 to 366"),
        ("days: 7", "days: [7]", 17, "days is one thing only", "Write days: and words after it."),
        ("stage: 2", "stage: 4", 14, "cannot be a stage", "from 1 to 3"),
        ("after: hello", "after: helo", 12, "no step “helo”", "Write hello."),
        ("id: talk", "id: hello", 12, "Two steps have the id hello", "Write hello-2"),
        ("id: talk", "id: A Talk", 12, "is no id", "small letters"),
        ("id: talk", "id: start", 12, "start is the first day", "Write another id."),
        ("title: A talk", "titel: A talk", 15, "“titel” is no field here", "Write title."),
        ("    title: A talk\n", "", 12, "title is missing", "Write title: and what it is."),
        ("title: A talk", 'title: ""', 15, "0 characters", "Write 1 to 60."),
        (
            "      question: What",
            "      qestion: What",
            12,
            "no option “qestion”",
            "Write question.",
        ),
        (
            "      text: This is how it goes.\n",
            "",
            5,
            "cannot be text",
            "Write text: below options.",
        ),
        ("after: hello", "gate: pair\n    after: hello", 16, "“pair”", "Write pairs."),
        ("after: hello", "audience: all\n    after: hello", 16, "“all”", "facilitator, members"),
        ("after: hello", "catch_up: maybe\n    after: hello", 16, "neither yes nor no", "true"),
        ("after: hello", "opens: 61\n    after: hello", 16, "before it takes place", "0 to 60"),
        ("after: hello", "audience: facilitator\n    after: hello", 12, "Only a message", "Leave"),
        ("name: Two steps\n", "", 2, "name is missing", "Write name: and what it is."),
        ("about:", "abut:", 3, "“abut” is no field here", "Write about."),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_to_write_instead(
    old: str, new: str, line: int, said: str, instead: str
) -> None:
    found = [problem for problem in problems(swapped(old, new)) if said in problem]
    assert len(found) == 1
    assert found[0].startswith("mine.yml, line ")
    assert instead in found[0]
    assert abs(int(re.findall(r"line (\d+)", found[0])[0]) - line) <= 1


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = swapped("days: 7", "days: x").replace("stage: 1", "stage: 9")
    assert len(problems(text)) == 2


def test_steps_that_wait_for_each_other_are_named() -> None:
    text = swapped("stage: 1", "stage: 1\n    after: talk\n    days: 1")
    (found,) = problems(text)
    assert "These wait for each other: hello → talk → hello." in found
    assert "Let one of them come after start." in found


def test_a_step_does_not_wait_for_itself() -> None:
    assert "talk → talk" in problems(swapped("after: hello", "after: talk"))[0]


def test_a_step_does_not_begin_before_what_it_comes_after() -> None:
    text = swapped('    days: 7\n    on: tuesday\n    at: "14:00"', '    at: "09:00"')
    (found,) = problems(text)
    assert "talk would begin before hello, on the same day." in found
    assert "Write a time from 10:00 on, or days: 1." in found


def many(count: int) -> str:
    step = "- {{id: s{0}, kind: agreement, stage: 1, title: T}}\n"
    return "name: N\nabout: A\nsteps:\n" + "".join(step.format(n) for n in range(count))


def test_ten_thousand_steps_are_too_many() -> None:
    (found,) = problems(many(10_000))
    assert "Write at most 64,000, and 60 steps." in found


def test_sixty_one_steps_are_too_many() -> None:
    (found,) = problems(many(61))
    assert "There are 61 steps. Write at most 60." in found


def test_a_programme_that_would_write_too_often_is_refused() -> None:
    steps = "".join(
        f"  - {{id: s{n}, kind: agreement, stage: 1, title: T, options: {{days: 1}}}}\n"
        for n in range(4)
    )
    (found,) = problems(f"name: N\nabout: A\nsteps:\n{steps}")
    assert "In one week a member would get 4 private messages." in found


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("- one", "Here has to be a map of fields."),
        ("just words", "Here has to be a map of fields."),
        ("steps: 3", "There are no steps."),
        ("steps: {a: b}", "There are no steps."),
        ("name: A\nabout: B\nsteps: [1]", "Here has to be a map of fields."),
        ("name: [", "no YAML"),
        ("name: 'x", "no YAML"),
        ("\tname: x", "no YAML"),
        ("name: a\nname: b", "name is there already, on line 1."),
        ("name: \x00", "no text file has"),
        (BOMB, "*a repeats another part."),
        ("name: !!python/object:os.system x", "is more than words."),
        ("[" * 500, "too deep"),
        ("{a: " * 200 + "}" * 200, "too deep"),
        ("--- a\n--- b", "no YAML"),
        ("x" * (SIZE + 1), "64,001 characters"),
        ("a: [" + "x," * 7000 + "x]", "too much in this file"),
    ],
)
def test_a_file_that_is_no_template_is_a_sentence(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(text))


@given(st.text(max_size=400))
def test_whatever_a_file_holds_it_is_refused_with_a_line(text: str) -> None:
    assert all(re.match(r"mine\.yml, line \d+: ", problem) for problem in problems(text))


@given(st.data())
def test_a_template_with_any_line_broken_never_breaks_the_reader(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.text(max_size=30))
    with suppress(Unclear):
        assert len(template("mine.yml", "\n".join(lines), KINDS).steps) == 2
