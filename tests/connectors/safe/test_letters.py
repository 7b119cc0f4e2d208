"""Letters survive whatever charset a page claims to be in."""

import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http.safe_body import Body, letters

WORDS = "Übergaben für Anfänger"


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (WORDS.encode(), "utf-8", WORDS),
        (WORDS.encode(), None, WORDS),
        (WORDS.encode(), "iso-8859-1", WORDS),
        (WORDS.encode("cp1252"), "utf-8", WORDS),
        (WORDS.encode("cp1252"), None, WORDS),
        (WORDS.encode("latin-1"), "ISO-8859-1", WORDS),
        ("“Ja”".encode("cp1252"), "iso-8859-1", "“Ja”"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Привет".encode("cp1251"), "windows-1251", "Привет"),
        ("こんにちは".encode("shift_jis"), "Shift_JIS", "こんにちは"),
        ("こんにちは".encode("iso-2022-jp"), "iso-2022-jp", "こんにちは"),
        ("你好".encode("gb18030"), "gbk", "你好"),
        (WORDS.encode("utf-16"), None, WORDS),
        (WORDS.encode("utf-16-be"), "utf-16be", WORDS),
        (b"\xef\xbb\xbf" + WORDS.encode(), "koi8-r", WORDS),
        (b'<meta charset="koi8-r">' + "да".encode("koi8-r"), None, '<meta charset="koi8-r">да'),
    ],
)
def test_a_text_is_read_as_it_was_meant(data: bytes, declared: str | None, text: str) -> None:
    assert letters(data, declared) == text


def test_a_text_that_was_cut_within_a_letter_loses_no_other() -> None:
    assert letters("Größe".encode()[:4], "utf-8") == "Grö"


@given(
    data=st.binary(max_size=400),
    declared=st.text(max_size=20)
    | st.sampled_from(
        ["punycode", "idna", "zip", "unicode_escape", "rot13", "mbcs", "utf-7", "\0"]
    ),
)
def test_no_charset_stops_it(data: bytes, declared: str) -> None:
    assert isinstance(letters(data, declared), str)


def test_a_charset_that_is_slow_by_design_is_not_used() -> None:
    began = time.process_time()
    letters(b"a" * 500_000 + b"-\xff", "punycode")
    assert time.process_time() - began < 0.5


@given(
    data=st.binary(max_size=3000),
    most=st.integers(1, 2000),
    size=st.integers(1, 500),
    coding=st.sampled_from(["", "identity", "gzip", "x-gzip", "deflate"]),
)
def test_a_body_never_grows_beyond_its_limit(
    data: bytes, most: int, size: int, coding: str
) -> None:
    sent = {"deflate": zlib.compress(data)}.get(coding, data)
    if coding.endswith("gzip"):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        sent = packer.compress(data) + packer.flush()
    body = Body(coding, most)
    for place in range(0, len(sent), size):
        if not body.take(sent[place : place + size]):
            break
    assert len(body.data) <= most
    assert data.startswith(bytes(body.data))
    assert body.data == data or not body.whole
