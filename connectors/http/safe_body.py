"""A body of at most so many bytes, however it was packed; and the letters in it."""

import codecs
import re
import zlib

PLAIN = frozenset({"", "identity"})
PACKED = frozenset({"gzip", "x-gzip", "deflate"})
GZIP, ZLIB, RAW = 31, 15, -15
METHOD, DEFLATED = 0x0F, 8  # the first byte of a deflated stream that has a head

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([a-z0-9_-]{2,20})", re.IGNORECASE)
HEAD = 2048
# Python knows charsets that are slow by design (punycode) or none (zip); these are the web’s.
KNOWN = re.compile(
    r"utf-?(8|16(-?[lb]e)?)|us-ascii|latin-?1|iso-?8859-?\d{1,2}|windows-?125\d|cp125\d|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|euc-?(jp|kr)|shift[_-]?jis|iso-2022-jp|macintosh"
)
LOOK_ALIKE = ("utf-16", "iso2022")  # written so, a text passes for UTF-8 and is none
WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252"}  # as browsers read them


class Body:
    """Takes in what comes until it is full; a bomb is never inflated beyond that.

    `whole`: all of it is there. Raises zlib.error for what cannot be unpacked.
    """

    __slots__ = ("_coding", "_inflate", "_most", "_read", "data", "whole")

    def __init__(self, coding: str, most: int) -> None:
        self.data, self.whole = bytearray(), True
        self._coding, self._most, self._read = coding, most, 0
        self._inflate = zlib.decompressobj(GZIP) if coding.endswith("gzip") else None

    def take(self, chunk: bytes) -> bool:
        """Whether there is room for more."""
        self._read += len(chunk)
        room = self._most + 1 - len(self.data)
        self.data += chunk[:room] if self._coding in PLAIN else self._inflated(chunk, room)
        if len(self.data) > self._most or self._read > self._most:
            self.whole = False
            del self.data[self._most :]
        return self.whole

    def _inflated(self, chunk: bytes, room: int) -> bytes:
        if self._inflate is None:
            headed = chunk[:1] and chunk[0] & METHOD == DEFLATED
            self._inflate = zlib.decompressobj(ZLIB if headed else RAW)
        return self._inflate.decompress(chunk, room)


def letters(data: bytes, declared: str | None) -> str:
    """The text that it is, whatever charset it claims to be in: nothing fails, at worst it is odd.

    What is UTF-8 to the last letter is UTF-8, even if somebody says otherwise.
    """
    for mark, charset in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    charset = _charset(declared) or _charset(_told(data))
    if not charset.startswith(LOOK_ALIKE):
        try:
            return codecs.getincrementaldecoder("utf-8")("strict").decode(data)
        except UnicodeDecodeError:
            charset = "" if charset == "utf-8" else charset
    return data.decode(charset or "cp1252", "replace")


def _told(data: bytes) -> str | None:
    found = DECLARED.search(data, 0, HEAD)
    return found[1].decode("ascii") if found else None


def _charset(name: str | None) -> str:
    """One that Python knows by this name and the web uses; else none."""
    name = (name or "").strip("\"' ").lower()
    if not KNOWN.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return WIDER.get(found, found)
