"""One course has one address, however somebody came by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.link.address import alike, canonical


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://learn.example/a?utm_source=x", "https://learn.example/a"),
        ("https://learn.example/a?b=1&gclid=2&c=3", "https://learn.example/a?b=1&c=3"),
        ("https://learn.example/a?b=utm_source", "https://learn.example/a?b=utm_source"),
        ("https://learn.example/a?b=1&b=2&empty=", "https://learn.example/a?b=1&b=2&empty="),
        ("HTTPS://Learn.Example:443/A", "https://learn.example/A"),
        ("http://learn.example:80", "http://learn.example/"),
        ("https://learn.example/a#part-2", "https://learn.example/a"),
        ("https://learn.example/#/course/2", "https://learn.example/#/course/2"),
        ("https://learn.example/#!course/2", "https://learn.example/#!course/2"),
        ("  https://learn.example/a  ", "https://learn.example/a"),
    ],
)
def test_what_is_kept_of_an_address(pasted: str, kept: str) -> None:
    assert canonical(pasted) == kept


@given(st.text(max_size=80) | st.text(max_size=60).map("https://learn.example/{}".format))
def test_any_text_has_one_form(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def test_addresses_of_one_page_are_alike() -> None:
    assert alike("https://www.learn.example/a/?b=1", "http://learn.example/a#c")
    assert not alike("https://learn.example/a", "https://learn.example/b")
    assert not alike("https://learn.example/a", "https://[")
