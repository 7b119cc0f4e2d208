"""What somebody types finds the course that they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.finder import Finder
from core.courses.model import Course

COURSES = (
    "Feedback that lands",
    "Giving feedback in difficult conversations",
    "Python for data people",
    "Advanced C++",
    "Übergaben ohne Lücken",
    "Konfliktgespräche führen",
    "日本語入門コース",
    "التواصل الفعال في الفريق",
    "हिन्दी में लिखना",
    "การสื่อสารในทีม",
    "Управление временем",
    "Straßenverkehr für alle",
)


def course(n: int, title: str, *, summary: str = "", provider: str = "") -> Course:
    return Course(
        catalogue="test",
        id=str(n),
        url=f"https://example.org/{n}",
        title=title,
        summary=summary,
        provider=provider,
    )


FINDER = Finder([course(n, title) for n, title in enumerate(COURSES)])


def titles(words: str, finder: Finder = FINDER, known: tuple[str, ...] = COURSES) -> list[str]:
    return [known[place] for place in finder.find(words).tolist()]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("feedback", "Feedback that lands"),
        ("FEEDBACK LANDS", "Feedback that lands"),
        ("difficult conversations", "Giving feedback in difficult conversations"),
        ("conv", "Giving feedback in difficult conversations"),
        ("dificult", "Giving feedback in difficult conversations"),
        ("dificult conversatons", "Giving feedback in difficult conversations"),
        ("dificu", "Giving feedback in difficult conversations"),
        ("pyhton", "Python for data people"),
        ("c++", "Advanced C++"),
        ("ubergaben", "Übergaben ohne Lücken"),
        ("übergaben", "Übergaben ohne Lücken"),
        ("gespräche", "Konfliktgespräche führen"),
        ("入門", "日本語入門コース"),
        ("التواصل", "التواصل الفعال في الفريق"),
        ("हिन्दी", "हिन्दी में लिखना"),
        ("สื่อสาร", "การสื่อสารในทีม"),
        ("управление", "Управление временем"),
        ("strassenverkehr", "Straßenverkehr für alle"),
        ("Straßenverkehr", "Straßenverkehr für alle"),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed: str, meant: str) -> None:
    assert titles(typed)[0] == meant


def test_whole_words_come_before_beginnings_and_these_before_what_is_within() -> None:
    known = ("Misleading signs", "Leadership", "How to lead", "Lead time", "Something else")

    assert titles("lead", Finder([course(n, t) for n, t in enumerate(known)]), known) == [
        "Lead time",
        "How to lead",
        "Leadership",
        "Misleading signs",
    ]


def test_a_title_counts_more_than_a_summary() -> None:
    found = Finder([course(0, "A long walk", summary="About trust"), course(1, "Trusting each")])

    assert found.find("trust").tolist() == [1, 0]


def test_a_provider_is_found_by_its_name() -> None:
    found = Finder([course(0, "One", provider="Hilltop Academy"), course(1, "Two", provider="X")])

    assert found.find("hilltop").tolist() == [0]


def test_whoever_has_all_words_comes_first() -> None:
    known = ("Python", "Excel", "From Excel to Python", "Cooking")

    found = titles("excel python", Finder([course(n, t) for n, t in enumerate(known)]), known)

    assert found[0] == "From Excel to Python"
    assert "Cooking" not in found


def test_common_words_alone_find_nothing() -> None:
    known = tuple(f"The art of number{n}" for n in range(50))

    assert titles("the xylophone", Finder([course(n, t) for n, t in enumerate(known)]), known) == []


@pytest.mark.parametrize("words", ["", "   ", "???", "🦊", "xylophone", "zz", "\x00", "_"])
def test_what_nobody_has_finds_nothing(words: str) -> None:
    assert titles(words) == []


def test_among_equals_the_order_stays() -> None:
    found = Finder([course(n, "The same title") for n in range(30)])

    assert found.find("same").tolist() == list(range(30))


def test_nothing_is_found_among_nothing() -> None:
    assert Finder([]).find("feedback").tolist() == []


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=300))
def test_whatever_is_typed_each_course_is_found_at_most_once(known: list[str], words: str) -> None:
    found = Finder([course(n, title) for n, title in enumerate(known)]).find(words).tolist()

    assert len(found) == len(set(found))
    assert set(found) <= set(range(len(known)))


@given(st.sampled_from(COURSES))
def test_a_course_is_found_by_its_whole_title(title: str) -> None:
    assert titles(title)[0] == title
