"""A question that yes or no would answer is offered back, better; an open one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cohorts.discussions.wording.lists import these
from core.cohorts.discussions.wording.model import LIMIT, doubted, warning
from core.cohorts.introductions.questions import QUESTIONS
from core.message import plain

CLOSED = {
    "Do you use checklists at handover?": "What happens when you use checklists at handover?",
    "Do you like the new rota?": "What do you like about the new rota?",
    "Did you try the new form?": "What was it like to try the new form?",
    "Have you tried the new form?": "Who has tried the new form, and what happened?",
    "Has anyone used the board?": "Who has used the board, and what happened?",
    "Is there a better way to hand over?": "What would a better way to hand over look like?",
    "Are there any tools for this?": "Which tools for this come to mind?",
    "Is the new rota fair?": "What works well about the new rota, and what does not?",
    "Is it working?": "What shows that it is working, and what does not?",
    "Are you coming to the workshop?": "What speaks for coming to the workshop, and what against?",
    "Can we finish on time?": "What would help us finish on time?",
    "Would you recommend it to a friend?": "What would make you recommend it to a friend?",
    "Should we change the rota?": "What happens if we change the rota?",
    "Should managers join the workshop?": "What works well about managers, and what does not?",
    "Does the new checklist help at night?": (
        "What works well about the new checklist, and what does not?"
    ),
    "Do you have any ideas for nights?": "What ideas for nights do you have?",
    "Any ideas for Monday?": "What ideas for Monday do you have?",
    "Ever handed over by phone?": "Who has ever handed over by phone, and what happened?",
    "You use checklists?": "What is it like when you use checklists?",
    "Do you agree?": "What do you think, and why?",
    "Hi all, do you write things down?": "What happens when you write things down?",
    "When a shift ends late, do you write notes?": "What happens when you write notes?",
    "Do people read the notes": "What happens when people read the notes?",
    "Nutzt ihr Checklisten bei der Übergabe?": (
        "Was passiert, wenn ihr Checklisten bei der Übergabe nutzt?"
    ),
    "Habt ihr das neue Formular ausprobiert?": (
        "Was ist passiert, als ihr das neue Formular ausprobiert habt?"
    ),
    "Habt ihr Ideen für die Nachtschicht?": "Welche Ideen für die Nachtschicht habt ihr?",
    "Habt ihr einen Tipp für mich?": "Welchen Tipp für mich habt ihr?",
    "Gibt es einen besseren Weg, das zu tun?": "Welchen besseren Weg gibt es, das zu tun?",
    "Ist der neue Plan fair?": ("Was spricht dafür, dass der neue Plan fair ist, und was dagegen?"),
    "Sollte die Nachtschicht früher anfangen?": (
        "Was spricht dafür, dass die Nachtschicht früher anfangen sollte, und was dagegen?"
    ),
    "Probiert ihr das aus?": "Was passiert, wenn ihr das ausprobiert?",
    "Hat jemand das Formular ausprobiert?": (
        "Wer hat das Formular ausprobiert, und was ist passiert?"
    ),
    "Findet ihr den Plan gut?": "Wie findet ihr den Plan, und warum?",
    "Funktioniert die neue Tafel?": (
        "Was spricht dafür, dass die neue Tafel funktioniert, und was dagegen?"
    ),
    "Glaubst du, dass es klappt?": "Was spricht dafür, dass es klappt, und was dagegen?",
}
CHOICE = {
    "Do you prefer mornings or evenings?": (
        "What does it depend on whether you prefer mornings or evenings?"
    ),
    "Is it better to write or to call?": (
        "What does it depend on whether it is better to write or to call?"
    ),
    "Tea or coffee?": "What does it depend on: tea or coffee?",
    "Should we meet online or in the office?": (
        "What does it depend on whether we meet online or in the office?"
    ),
    "Which do you prefer, mail or chat?": "What does it depend on: mail or chat?",
    "Arbeitet ihr lieber früh oder spät?": (
        "Wovon hängt es ab, ob ihr lieber früh oder spät arbeitet?"
    ),
    "Was ist besser, Mail oder Chat?": "Wovon hängt es ab: Mail oder Chat?",
    "Tee oder Kaffee für die Nacht?": "Wovon hängt es ab: Tee oder Kaffee für die Nacht?",
}
LEADING = {
    "The new rota is better, isn’t it?": (
        "What speaks for and against this: the new rota is better?"
    ),
    "You all use the form, right?": "What speaks for and against this: you all use the form?",
    "Don’t you think that the rota is unfair?": (
        "What speaks for and against this: the rota is unfair?"
    ),
    "Shouldn't we talk more?": "What happens if we talk more?",
    "Isn't this too much?": "What shows that this is too much, and what does not?",
    "Der neue Plan ist besser, oder?": (
        "Was spricht für und was gegen diesen Satz: Der neue Plan ist besser?"
    ),
    "Findet ihr nicht auch, dass wir zu viel reden?": (
        "Was spricht dafür, dass wir zu viel reden, und was dagegen?"
    ),
}
DOUBTED = {**CLOSED, **CHOICE, **LEADING}
OPEN = (
    "What helps you at handover?",
    "Which of these would you keep?",
    "How do you start a shift?",
    "How come the board stays empty?",
    "What's your trick for quiet nights?",
    "Why don’t we write things down?",
    "Who taught you that?",
    "Where do notes get lost, and why?",
    "In what way did it change your day?",
    "With whom do you talk about it?",
    "At which point did you stop?",
    "For how long does it take, and what then?",
    "When you are stuck, what do you try first?",
    "If one thing could be simpler, which one?",
    "So, what happened next?",
    "Hi all, what works for you?",
    "We changed the rota. How did it go?",
    "Do you use checklists? What has worked?",
    "Do you use checklists, and if so, which?",
    "Have you tried it, and what happened?",
    "Can you tell us how you begin?",
    "Could you describe your first week?",
    "Can anyone recommend a tool?",
    "Do you know why notes get lost?",
    "Do you remember what helped?",
    "Tell us about your best handover.",
    "Handovers at night",
    "One thing I would keep: the board.",
    "What do you do when a nurse or a doctor asks?",
    "Which is the one thing you would change or keep?",
    "What did you do, then?",
    "Was hilft euch bei der Übergabe?",
    "Welche Notizen lest ihr wirklich?",
    "Wie beginnt ihr eine Schicht?",
    "Warum bleibt die Tafel leer?",
    "Mit wem sprecht ihr darüber?",
    "Bei welcher Aufgabe kommt ihr ins Stocken?",
    "Seit wann macht ihr das so, und warum?",
    "Woran merkt ihr, dass es klappt?",
    "Wenn ihr feststeckt: was versucht ihr zuerst?",
    "Wenn ab Montag eine Sache einfacher wäre, welche?",
    "Hallo zusammen, was klappt bei euch?",
    "Wir haben den Plan geändert. Wie läuft es?",
    "Nutzt ihr Checklisten, und wenn ja, welche?",
    "Könnt ihr erzählen, wie ihr anfangt?",
    "Kannst du deine erste Woche beschreiben?",
    "Wisst ihr, warum Notizen verloren gehen?",
    "Erzählt von eurer besten Übergabe.",
    "Was macht ihr, wenn jemand oder etwas fehlt?",
    "Inwiefern hat euch das geholfen?",
)


def why(question: str) -> str:
    found = doubted(question)
    return found.kind if found else ""


@pytest.mark.parametrize("question", CLOSED)
def test_yes_or_no_would_answer_it(question: str) -> None:
    assert why(question) == "closed"


@pytest.mark.parametrize("question", CHOICE)
def test_it_leaves_only_two_answers(question: str) -> None:
    assert why(question) == "choice"


@pytest.mark.parametrize("question", LEADING)
def test_it_says_which_answer_it_hopes_for(question: str) -> None:
    assert why(question) == "leading"


@pytest.mark.parametrize("question", DOUBTED)
def test_a_better_one_is_made_of_the_same_words(question: str) -> None:
    found = doubted(question)
    assert found is not None
    assert found.better == DOUBTED[question]
    assert found.better in plain(warning(found))


@pytest.mark.parametrize("question", OPEN)
def test_an_open_question_raises_no_alarm(question: str) -> None:
    assert doubted(question) is None


@pytest.mark.parametrize("question", [asked.words for asked in QUESTIONS])
def test_our_own_questions_are_open(question: str) -> None:
    assert doubted(question) is None


WORDS = st.sampled_from(
    sorted(
        these(
            "do you we is are have the a new rota nights or and not what when to any there isn't "
            "right , ihr habt ist der plan gut oder lieber nicht wenn gibt es dass auch was ? . : "
            "- ( ’"
        )
    )
)


@given(st.text() | st.lists(WORDS, max_size=30).map(" ".join))
def test_what_is_offered_is_never_doubted_itself(text: str) -> None:
    found = doubted(text)
    if found is not None:
        assert doubted(found.better) is None
        assert 0 < len(found.better) <= LIMIT
        assert found.better.endswith("?")


@given(st.text(min_size=1000, max_size=5000))
def test_a_huge_text_is_read_in_no_time(text: str) -> None:
    doubted(text * 20)


@pytest.mark.parametrize("text", ["", "?", "???", " \n ", "\x00", "5?", "🙂?", "is ?", "do you"])
def test_what_is_no_question_is_left_alone_or_answered_calmly(text: str) -> None:
    found = doubted(text)
    assert found is None or found.better
