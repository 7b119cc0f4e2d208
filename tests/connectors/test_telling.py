"""What providers say of a course, made fit for a card."""

import subprocess
import sys

import pytest

from connectors.catalogues.telling import line, plain

HEAVY = {"selectolax", "numpy", "rapidfuzz", "aiolimiter", "icalendar"}


def test_letters_that_nobody_can_write_are_dropped() -> None:
    assert line("Tr\ud800ust \udfff now", 99).encode() == b"Tr ust now"


@pytest.mark.parametrize("odd", ["<p>", "<a><b>", "<p><b>", "&amp;"])
def test_of_a_long_description_only_the_beginning_is_read(odd: str) -> None:
    assert "end" not in plain(odd * 2_000 + "end", 9_999)


def test_what_few_need_is_not_there_before_somebody_needs_it() -> None:
    code = "import sys, connectors.catalogues.opened; print(*sys.modules)"
    told = subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603 - our own
    assert not HEAVY & set(told.split())
