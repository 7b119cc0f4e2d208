from datetime import UTC, date, datetime

import pytest

from cards import words
from cards.words import line, reader, runs, text, web
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Bold,
    Day,
    Italic,
    Mention,
    Phrase,
    Post,
    Value,
    When,
    say,
    verbatim,
)

READER = Viewer(person="ada", locale="en", zone="Europe/Berlin")
MOMENT = When(datetime(2026, 3, 3, 14, 0, tzinfo=UTC))


def told(value: Value, viewer: Viewer = READER) -> str:
    return text(say("", "{it}", it=value), viewer)


def test_words_are_cut_only_where_their_markup_changes() -> None:
    phrase = say(
        "",
        "Hi {you}, {n} of {what} in {where}.",
        you="Ada",
        n=say("", "{m} lines", m=3),
        what=Italic(say("", "the {thing}", thing="draft")),
        where=Anchor("here", "https://example.com"),
    )
    assert runs(phrase, READER) == (
        "Hi Ada, 3 lines of ",
        Italic("the draft"),
        " in ",
        Anchor("here", "https://example.com"),
        ".",
    )


def test_what_a_person_wrote_is_never_read_as_words_with_places() -> None:
    assert text(verbatim("{text} {name}"), READER) == "{text} {name}"


def test_a_missing_argument_is_seen_and_breaks_nothing() -> None:
    assert text(say("", "Hi {name}."), READER) == "Hi …."
    assert line(say("", "Hi {name}."), READER) == "Hi …."


def test_a_link_that_is_none_is_only_its_words() -> None:
    assert runs(say("", "{a}", a=Anchor("here", "javascript:alert(1)")), READER) == ("here",)


def test_a_mention_in_bold_is_only_a_bold_name() -> None:
    loud = Bold(say("", "{who}", who=Mention("ada", "Ada")))
    assert runs(say("", "{a}", a=loud), READER) == (Bold("Ada"),)


@pytest.mark.parametrize(
    ("locale", "on", "at"),
    [
        ("en", "3 March 2026", "Tue 3 Mar, 15:00"),
        ("de-DE", "3. März 2026", "Di., 3. März, 15:00"),
        ("nonsense", "3 March 2026", "Tue 3 Mar, 15:00"),
    ],
)
def test_dates_are_in_the_readers_language_and_zone(locale: str, on: str, at: str) -> None:
    viewer = Viewer(person="ada", locale=locale, zone="Europe/Berlin")
    assert told(Day(date(2026, 3, 3)), viewer) == on
    assert told(MOMENT, viewer) == at


def test_a_shared_place_says_whose_clock_it_means() -> None:
    assert told(MOMENT, Viewer(zone="America/New_York")) == "Tue 3 Mar, 09:00 (New York)"
    assert told(MOMENT, Viewer(zone="nowhere")) == "Tue 3 Mar, 14:00 (UTC)"


def test_the_last_moment_of_the_calendar_can_be_told_everywhere() -> None:
    last = When(datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    assert told(last, Viewer(person="ada", zone="Pacific/Auckland")) == "Fri 31 Dec, 23:59"


def test_a_post_of_a_shared_place_is_in_the_language_and_zone_of_the_place() -> None:
    post = Post(summary=say("", "x"), blocks=(), locale="de", zone="Europe/Berlin")
    assert reader(post, READER) == Viewer(locale="de", zone="Europe/Berlin")
    assert reader(Post(summary=say("", "x"), blocks=()), READER) is READER


def test_numbers_are_grouped_where_they_are_long_and_years_are_not() -> None:
    assert [told(2026), told(-3), told(12345)] == ["2026", "-3", "12,345"]
    assert told(12345, Viewer(locale="de")) == "12.345"


def test_what_cannot_be_seen_is_left_out() -> None:
    assert told("a\x00b\u202ec\ud800d\ne") == "abcd\ne"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("https://example.com/a_(b)?c=[d]", "https://example.com/a_%28b%29?c=%5Bd%5D"),
        (" HTTP://example.com ", "HTTP://example.com"),
        ("https://example.com@evil.example/", ""),
        ("https://example.com\\@evil.example", ""),
        ("javascript:alert(1)", ""),
        ("//example.com", ""),
        ("https://", ""),
        ("https://example.com/a b", ""),
        ("https://example.com/\u202e", ""),
        ("https://example.com/" + "x" * 2000, ""),
    ],
)
def test_only_addresses_of_the_web_pass(given: str, safe: str) -> None:
    assert web(given) == safe


def test_words_are_cut_at_their_places_once() -> None:
    words.template.cache_clear()
    for name in ("Ada", "Bo", "Cem"):
        runs(Phrase("", "Hi {name}", {"name": name}), READER)
    assert words.template.cache_info().misses == 1
