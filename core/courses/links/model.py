"""Which links are in a text, as people paste them."""

import re
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from core.courses.model import LINK
from core.courses.sending.links import links_in

MOST = 5
READ = 50_000
BARE = re.compile(r"(?<![\w@/.-])www\.(?=[\w-])", re.IGNORECASE)
LONG = re.compile(rf"https?://\S{{{LINK},}}", re.IGNORECASE)
OURS = re.compile(r"/(?:j/[A-Z0-9]{7}|[lm]/[^/]+\.[\w-]{32}(?:\.\w+)?)/?", re.IGNORECASE)


class Pasted(Struct, frozen=True, kw_only=True):
    """The links in a text, each once, in their order.

    `long`: there was one that is longer than any link of a course. `ours`: one leads to us.
    """

    urls: tuple[str, ...] = ()
    long: bool = False
    ours: bool = False

    @property
    def any(self) -> bool:
        """Whether there was a link at all."""
        return bool(self.urls) or self.long or self.ours


def pasted_in(text: str) -> Pasted:
    """The links that somebody wrote or pasted, also one that begins with www."""
    whole = BARE.sub("https://www.", text[:READ])
    short, long = LONG.subn(" ", whole)
    found = links_in(short)
    theirs = tuple(url for url in found if not ours(url))
    return Pasted(urls=theirs, long=bool(long), ours=len(theirs) < len(found))


def ours(url: str) -> bool:
    """Whether it leads to a page of ours that is meant for one person or one place.

    Where we are cannot be known here, but few other pages have such addresses.
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return False
    return OURS.fullmatch(path) is not None
