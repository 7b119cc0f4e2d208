"""Which links are in what people write."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.courses.links.model import ours, pasted_in
from core.courses.model import LINK
from core.words import read_word

GO1 = "https://go1.example/play/7"
SIGN = "k3Jx_" * 6 + "ab"


@pytest.mark.parametrize(
    "text",
    [
        GO1,
        f"  {GO1}\n",
        f"Have a look at {GO1}.",
        f"({GO1})",
        f"Worth it ({GO1}), isn’t it?",
        f"“{GO1}”",
        f"<{GO1}>",
        f"Feedback that lands ({GO1})",
        f"[Feedback that lands]({GO1})",
        f"send {GO1}",
        f"{GO1}, {GO1}; {GO1}!",
    ],
)
def test_a_link_is_found_without_what_stands_around_it(text: str) -> None:
    assert pasted_in(text).urls == (GO1,)
    assert read_word(text) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("www.example.org/a", "https://www.example.org/a"),
        (
            "https://en.example.org/wiki/Feedback_(talk)",
            "https://en.example.org/wiki/Feedback_(talk)",
        ),
        ("https://bücher.example/kurs", "https://bücher.example/kurs"),
        ("http://intranet/course?a=1&b=2#c", "http://intranet/course?a=1&b=2#c"),
        ("https://learn.example.org:8443/x", "https://learn.example.org:8443/x"),
    ],
)
def test_a_link_may_look_unusual(text: str, url: str) -> None:
    assert pasted_in(text).urls == (url,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "What is a good course?",
        "javascript:alert(1)",
        "data:text/html,<b>x</b>",
        "file:///etc/passwd",
        "https://",
        "http://[half",
        "https://:80/",
        "mail ada@www.example.org",
        "https:/example.org",
    ],
)
def test_what_is_no_link_of_a_page_is_none(text: str) -> None:
    assert not pasted_in(text).any


def test_a_link_longer_than_any_course_has_is_noticed() -> None:
    found = pasted_in(f"https://example.org/{'x' * LINK} and {GO1}")
    assert (found.urls, found.long) == ((GO1,), True)


@pytest.mark.parametrize(
    "path", ["/j/7KQ4MWX", f"/l/s1-p1.{SIGN}", f"/m/w1.{SIGN}.ics", f"/l/s1-p1.{SIGN}/"]
)
def test_a_link_to_ourselves_is_known_by_its_look(path: str) -> None:
    found = pasted_in(f"https://coterie.example.org{path}")
    assert (found.urls, found.ours) == ((), True)


@pytest.mark.parametrize(
    "url",
    [
        "https://zoom.example/j/91234567890",
        "https://example.org/m/about",
        "https://example.org/l/leadership.html",
        "https://youtu.be/abcdefghijk",
        "https://coterie.example.org/demo/feedback",
    ],
)
def test_other_pages_are_not_taken_for_ours(url: str) -> None:
    assert not ours(url)


@given(st.text())
def test_whatever_is_written_is_read_without_harm(text: str) -> None:
    found = pasted_in(text)
    assert all(url.startswith(("http://", "https://")) for url in map(str.lower, found.urls))
    assert pasted_in("\n".join(found.urls)).urls == found.urls


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"https://example.org/{n}" for n in range(10_000)),
        f"https://example.org/{'x' * 100_000}",
        f"https://example.org/{')' * 100_000}",
        "https://" * 20_000,
        "www." * 30_000,
        f"https://example.org/l/{'.' * 1900}",
        "(" * 100_000,
    ],
    ids=["many", "long", "brackets", "schemes", "www", "dots", "no link"],
)
def test_a_huge_message_is_read_at_once(text: str) -> None:
    began = time.process_time()
    pasted_in(text)
    assert time.process_time() - began < 0.5
