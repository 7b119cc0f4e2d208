"""A form where no dialog can open: asked in private, question by question."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cards import adaptive
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Commit, Media, Moment, Viewer
from core.examples import EXAMPLES
from core.message import (
    Buttons,
    ChoiceField,
    DateField,
    Form,
    Option,
    PeopleField,
    Phrase,
    TextField,
    ToggleField,
    plain,
    verbatim,
)
from core.people.questions.days import day_in
from core.people.questions.model import Session, answered, filled_in, opened
from core.people.questions.posts import question
from core.people.questions.reading import Hearer, number_in, read
from tests.cards.checker import problems
from tests.people.asking import ADA, BO, GROUP, Talk, chat, talking

TODAY = date(2026, 3, 2)  # a Monday
HEARER = Hearer(plain, "en", TODAY)
PLACES = (
    Option("here", verbatim("In this conversation")),
    Option("channel", verbatim("In a channel made for it")),
    Option("later", verbatim("I’ll choose a place later")),
)
WHERE = ChoiceField(name="where", label=verbatim("Where?"), options=PLACES)
DAYS = ChoiceField(name="days", label=verbatim("Days"), options=PLACES, several=True)
HOURS = tuple(Option(str(hour), verbatim(f"{hour}:00")) for hour in range(24))
START = ChoiceField(name="start", label=verbatim("From"), options=HOURS)
GUESTS = ToggleField(name="guests", label=verbatim("Guests?"))
NAME = TextField(name="name", label=verbatim("Name"), limit=10)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as it:
        await it.writes("hi", BO)
        yield it


async def almost(talk: Talk) -> None:
    """All answers but the last, where it lives."""
    for words in ("cohort new", "Better handovers", "Fewer surprises", "9 March", "17.4."):
        await talk.writes(words)
    for words in ("keep", "Ada Example", "bo@x.org", "ja"):
        await talk.writes(words)


# --- from the first question to the last --------------------------------------------------------


async def test_a_form_is_asked_field_by_field_and_done_at_the_end(talk: Talk) -> None:
    await almost(talk)
    assert "It is set up" in await talk.writes("1")
    found = (await talk.read.find(Cohort)).items[0]
    assert (found.name, found.first, found.last) == (
        "Better handovers",
        date(2026, 3, 9),
        date(2026, 4, 17),
    )
    assert found.moderator == (await talk.person(BO)).id
    assert await talk.session() is None


async def test_each_question_says_how_far_one_is(talk: Talk) -> None:
    assert "question 1 of 9" in await talk.writes("cohort new")
    assert "question 2 of 9" in await talk.writes("Better handovers")


async def test_what_is_not_in_order_is_asked_again_and_nothing_else(talk: Talk) -> None:
    for words in ("cohort new", "Hi", "Fewer surprises", "9 March", "1 March 2026", "keep"):
        await talk.writes(words)
    for words in ("Ada", "Bo", "yes"):
        await talk.writes(words)
    again = await talk.writes("1")
    assert "A name has 3 to 60 characters." in again
    assert "question 1 of 2" in again
    assert "So far" not in again
    assert "comes after the first day" in await talk.writes("Better handovers")
    assert "It is set up" in await talk.writes("17 April")


async def test_options_are_buttons_that_answer(talk: Talk) -> None:
    await almost(talk)
    assert "It is set up" in await talk.hits("I’ll choose a place later")


async def test_called_for_in_the_open_it_is_asked_in_private(talk: Talk) -> None:
    said = await talk.writes("cohort new", origin=GROUP, mentioned=True)
    assert "I’ve sent you the questions in our own chat." in said
    assert "question 1 of" in said
    assert set(talk.places(2)) == {GROUP.place, ADA.account}


async def test_pressed_in_the_open_it_is_asked_in_private_without_a_word_to_all(talk: Talk) -> None:
    said = await talk.presses("cohorts.create", origin=GROUP)
    assert "question 1 of" in said
    assert talk.places(1) == [ADA.account]
    assert "own chat" not in said


async def test_what_was_called_for_in_a_place_happens_there(talk: Talk) -> None:
    await talk.presses("cohorts.create", origin=GROUP)
    for words in ("Better handovers", "Fewer surprises", "9 March", "17 April"):
        await talk.writes(words)
    for words in ("keep", "keep", "Bo", "no"):
        await talk.writes(words)
    said = await talk.writes("In this conversation")
    assert "It is set up" in said
    assert (await talk.read.find(Cohort)).items[0].spaces == (GROUP.place,)


async def test_whoever_keeps_all_their_settings_changes_none(talk: Talk) -> None:
    await talk.writes("hi")
    before = await talk.person()
    await talk.presses("people.change")
    for words in ("keep", "keep", "keep", "skip", "keep", "skip"):
        await talk.writes(words)
    assert "Saved." in await talk.writes("behalten")
    assert replace(await talk.person(), version=0) == replace(before, version=0)


@pytest.mark.parametrize("name", [n for n, shown in EXAMPLES.items() if isinstance(shown, Form)])
async def test_every_form_of_the_product_can_be_asked(talk: Talk, name: str) -> None:
    form = EXAMPLES[name]
    assert isinstance(form, Form)
    moment = Moment(talk.read, talk.clock.now(), name)
    session = opened(talk.event("press", form.action, ADA, chat(ADA)), moment, "ada", form)
    while not session.finished:
        post = question(session)
        assert all(len(b.buttons) <= 6 for b in post.blocks if isinstance(b, Buttons))
        assert problems(adaptive.card(post, Viewer())) == []
        session = answered(session, session.given, talk.clock.now())
    assert set(filled_in(session, talk.event("press", "x", ADA, chat(ADA))).values) >= {
        field.name for field in form.fields
    }


# --- ways around a question -----------------------------------------------------------------------


async def test_cancel_always_works(talk: Talk) -> None:
    await almost(talk)
    assert "Cancelled. Nothing was saved." in await talk.writes("Cancel!")
    assert await talk.session() is None
    assert "Where you are" in await talk.writes("status")


async def test_back_asks_the_question_before_with_what_was_said(talk: Talk) -> None:
    await talk.writes("cohort new")
    await talk.writes("Better handovers")
    assert "So far: Better handovers" in await talk.writes("zurück")
    assert "question 2 of 9" in await talk.hits("Keep it")


async def test_before_the_first_question_there_is_none(talk: Talk) -> None:
    await talk.writes("cohort new")
    assert "This is the first question already." in await talk.writes("back")


async def test_what_is_needed_is_not_skipped(talk: Talk) -> None:
    await talk.writes("cohort new")
    said = await talk.writes("skip")
    assert "This one is needed" in said
    assert "Skip" not in talk.labels()


async def test_what_is_not_needed_may_stay_empty(talk: Talk) -> None:
    await talk.presses("people.change")
    while "Skip" not in talk.labels():
        await talk.writes("keep")
    before = await talk.session()
    assert "question" in await talk.writes("skip")
    after = await talk.session()
    assert before is not None
    assert after is not None
    assert after.answers[before.field.name] == ""


# --- time, and other forms ------------------------------------------------------------------------


async def test_after_half_an_hour_the_questions_are_put_away(talk: Talk) -> None:
    await talk.writes("cohort new")
    assert await talk.later(minutes=29) == ""
    assert "nothing was saved" in await talk.later(minutes=2)
    assert talk.labels() == ["Start a cohort"]
    assert await talk.session() is None
    assert "question 1 of 9" in await talk.hits("Start a cohort")


async def test_every_answer_gives_half_an_hour_more(talk: Talk) -> None:
    await talk.writes("cohort new")
    await talk.later(minutes=20)
    await talk.writes("Better handovers")
    assert await talk.later(minutes=20) == ""
    assert "question 3 of 9" in await talk.writes("Fewer surprises")
    assert "nothing was saved" in await talk.later(minutes=31)


async def test_another_form_puts_the_first_one_aside(talk: Talk) -> None:
    await talk.writes("cohort new")
    said = await talk.presses("people.change")
    assert "I’ve put Start a cohort aside; nothing was saved." in said
    assert "nothing was saved" in await talk.later(minutes=31)
    assert await talk.later(minutes=31) == ""


# --- what is late, and what is not theirs ---------------------------------------------------------


async def test_a_late_press_changes_nothing_and_says_so(talk: Talk) -> None:
    await almost(talk)
    old = talk.button("Cancel")
    await talk.writes("1")
    assert "no longer open" in await talk.presses(old.action, old.args)


async def test_a_button_of_an_earlier_question_answers_no_other(talk: Talk) -> None:
    await talk.writes("cohort new")
    old = talk.button("Cancel")
    await talk.writes("Better handovers")
    assert "no longer open" in await talk.presses(old.action, old.args)
    assert await talk.session() is not None


async def test_nobody_answers_for_somebody_else(talk: Talk) -> None:
    await almost(talk)
    button = talk.button("I’ll choose a place later")
    assert "no longer open" in await talk.presses(button.action, button.args, BO)
    assert await talk.session() is not None


async def test_a_forged_choice_is_none(talk: Talk) -> None:
    await almost(talk)
    button = talk.button("I’ll choose a place later")
    forged = {**button.args, "v": "everywhere"}
    assert "no longer open" in await talk.presses(button.action, forged)


async def test_editing_an_answered_message_changes_no_answer(talk: Talk) -> None:
    await talk.writes("cohort new")
    await talk.writes("Better handovers")
    await talk.happens("message", "message.edited", ADA, chat(ADA), text="Worse handovers")
    session = await talk.session()
    assert session is not None
    assert session.answers == {"name": "Better handovers"}


async def test_what_is_said_in_a_group_answers_nothing(talk: Talk) -> None:
    await talk.writes("cohort new")
    await talk.writes("Better handovers", origin=GROUP)
    await talk.writes("status", origin=GROUP, mentioned=True)
    session = await talk.session()
    assert session is not None
    assert session.answers == {}


async def test_handing_in_twice_happens_once(talk: Talk) -> None:
    await almost(talk)
    session = await talk.session()
    assert session is not None
    event = talk.event("message", "message", ADA, chat(ADA))
    done = replace(session, answers={**session.answers, "where": "later"})
    assert filled_in(done, event).id == filled_in(done, replace(event, id="again")).id
    await talk.writes("1")
    await talk.submit(filled_in(done, event))
    assert len((await talk.read.find(Cohort)).items) == 1


async def test_a_photo_is_no_answer_in_words(talk: Talk) -> None:
    await talk.writes("cohort new")
    photo = Media(name="a.png", mime="image/png", size=1, handle="h")
    assert "in words" in await talk.writes("", media=(photo,))


async def test_somebody_who_is_mentioned_is_picked(talk: Talk) -> None:
    for words in ("cohort new", "Better handovers", "Fewer surprises", "9 March", "17.4.", "keep"):
        await talk.writes(words)
    await talk.writes("@Bo", people=(BO,))
    session = await talk.session()
    assert session is not None
    assert session.answers["facilitator"] == (await talk.person(BO)).id


async def test_an_address_that_nobody_has_is_answered_kindly(talk: Talk) -> None:
    for words in ("cohort new", "Better handovers", "Fewer surprises", "9 March", "17.4.", "keep"):
        await talk.writes(words)
    assert "Nobody I know has that address." in await talk.writes("no@x.org")


async def test_who_erases_themselves_takes_their_answers_along(talk: Talk) -> None:
    await talk.writes("cohort new")
    await talk.writes("Better handovers")
    ada = await talk.person()
    assert "Better handovers" in await talk.presses("people.export")
    await talk.presses("people.erase_now")
    assert await talk.read.get(Session, ada.id) is None
    assert await talk.later(minutes=31) == ""


async def test_two_answers_at_once_answer_two_questions(talk: Talk) -> None:
    await talk.writes("cohort new")
    said = [talk.event("message", "message", ADA, chat(ADA)) for _ in range(2)]
    first, second = replace(said[0], text="Calm nights"), replace(said[1], text="Less noise")
    await asyncio.gather(talk.submit(first), talk.submit(second), talk.submit(first))
    session = await talk.session()
    assert session is not None
    assert session.answers == {"name": "Calm nights", "purpose": "Less noise"}


@pytest.mark.parametrize("text", ["x" * 100_000, "\ud800\ud800", "\x00", "{label}", "<!channel>"])
async def test_whatever_is_answered_does_no_harm(talk: Talk, text: str) -> None:
    await talk.writes("cohort new")
    assert "question" in await talk.writes(text)
    assert "Cancelled" in await talk.writes("cancel")


async def test_what_is_written_on_another_platform_is_no_answer(talk: Talk) -> None:
    await talk.writes("cohort new")
    session = await talk.session()
    assert session is not None
    other = replace(session, version=session.version, account="elsewhere:t1:ada")
    commit = Commit(org="main", event="", at=talk.clock.now(), changes=Changes(saves=(other,)))
    await talk.store.commit([commit])
    assert "Where you are" in await talk.writes("status")
    assert await talk.session() is not None


# --- in another language --------------------------------------------------------------------------


async def test_choices_are_understood_in_the_readers_language(talk: Talk) -> None:
    german = replace(ADA, locale="de")
    for words in ("cohort new", "Übergaben", "Ruhe", "9. März", "17. April", "behalten"):
        await talk.writes(words, german)
    for words in ("Ada Example", "Bo Sample", "nein"):
        await talk.writes(words, german)
    assert "It is set up" in await talk.writes("den ort wähle ich später", german)


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-09", "2026-03-09"),
        ("9 March", "2026-03-09"),
        ("9th of march 2027", "2027-03-09"),
        ("March 9, 2027", "2027-03-09"),
        ("9. März", "2026-03-09"),
        ("3.3.", "2026-03-03"),
        ("3.3", "2026-03-03"),
        ("1.3.", "2027-03-01"),
        ("3.3.27", "2027-03-03"),
        ("4/3", "2026-03-04"),
        ("tomorrow", "2026-03-03"),
        ("morgen", "2026-03-03"),
        ("Monday", "2026-03-09"),
        ("Fr.", "2026-03-06"),
        ("29 feb", "2028-02-29"),
        ("am 3. März", "2026-03-03"),
        ("ab dem 9.3.", "2026-03-09"),
        ("on the 9th of March", "2026-03-09"),
        ("am Freitag", "2026-03-06"),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, day: str) -> None:
    assert day_in(text, "de", TODAY) == date.fromisoformat(day)


def test_figures_are_read_as_the_language_orders_them() -> None:
    assert day_in("4/3", "en-US", TODAY) == date(2026, 4, 3)
    assert day_in("4/3", "en", TODAY) == date(2026, 3, 4)
    assert day_in("4.3.", "en-US", TODAY) == date(2026, 3, 4)
    assert day_in("4/3", "no such language", TODAY) == date(2026, 3, 4)


@pytest.mark.parametrize("text", ["", "31.2.", "0.0.", "99 March", "soon", "2026-13-01", "x" * 99])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_in(text, "en", TODAY) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", "channel"),
        ("#2", "channel"),
        ("(2)", "channel"),
        ("in A channel made for it.", "channel"),
        ("I'll choose a place later", "later"),
        ("in this", "here"),
    ],
)
def test_a_choice_is_read_by_number_or_by_its_words(text: str, value: str) -> None:
    assert read(WHERE, text, HEARER) == value


def test_a_near_miss_is_answered_with_what_was_probably_meant() -> None:
    found = read(WHERE, "in this conversatoin", HEARER)
    assert isinstance(found, Phrase)
    assert "Did you mean In this conversation?" in plain(found)


@pytest.mark.parametrize("text", ["0", "4", "99999", "elsewhere", "in"])
def test_what_is_no_choice_is_none(text: str) -> None:
    assert isinstance(read(WHERE, text, HEARER), Phrase)


@pytest.mark.parametrize("text", ["1, 3", "1 and 3", "3;1;3", "In this conversation, 3"])
def test_several_are_read_together(text: str) -> None:
    found = read(DAYS, text, HEARER)
    assert isinstance(found, str)
    assert set(found.split(",")) == {"here", "later"}


def test_where_the_choices_are_figures_a_number_is_what_it_says() -> None:
    assert read(START, "9", HEARER) == "9"
    assert read(START, "9:00", HEARER) == "9"
    assert isinstance(read(START, "25", HEARER), Phrase)


@pytest.mark.parametrize(("text", "value"), [("Ja", "true"), ("no!", "false"), ("1", "true")])
def test_yes_and_no_are_read_in_both_languages(text: str, value: str) -> None:
    assert read(GUESTS, text, HEARER) == value
    assert isinstance(read(GUESTS, "perhaps", HEARER), Phrase)


def test_what_is_too_long_is_not_cut() -> None:
    found = read(NAME, "x" * 11, HEARER)
    assert isinstance(found, Phrase)
    assert "11 characters, and 10 fit" in plain(found)


@pytest.mark.parametrize("text", ["1", "1.", "#1", "(1)", " 1 "])
def test_a_number_is_read_with_its_signs(text: str) -> None:
    assert number_in(text) == 1


@pytest.mark.parametrize("text", ["", "one", "1 and 2", "1.5", "12345", "1" * 5000])
def test_anything_else_is_no_number(text: str) -> None:
    assert number_in(text) is None


ANY = (
    WHERE,
    DAYS,
    START,
    GUESTS,
    NAME,
    DateField(name="d", label=verbatim("d")),
    PeopleField(name="p", label=verbatim("p"), options=PLACES, several=True),
)


@given(st.text(), st.sampled_from(ANY))
def test_whatever_is_written_is_read_without_harm(text: str, field: ChoiceField) -> None:
    assert isinstance(read(field, text, HEARER), str | Phrase)
