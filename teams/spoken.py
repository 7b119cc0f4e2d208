"""What people typed, as Teams writes it down, turned back into plain words."""

import html
import re

from teams.activity import Activity
from teams.scene import MENTIONS

TAGS = re.compile(r"<[^<>]*>")
BREAKS = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)
SPACES = re.compile(r"[ \t]{2,}")


def spoken(activity: Activity) -> tuple[str, bool]:
    """The words without the mention of the bot, and whether there was one.

    A mention is taken out by the text that its entity has, never by a name: people have names
    that are words.
    """
    text, mentioned = activity.text or "", False
    bot = activity.recipient.id if activity.recipient else None
    for entity in (activity.entities or ())[:MENTIONS]:
        who = entity.mentioned
        if entity.type != "mention" or who is None or not entity.text:
            continue
        mine = bool(who.id) and who.id == bot
        mentioned = mentioned or mine
        text = text.replace(entity.text, "" if mine else who.name or "", 1)
    return plain(text, activity.text_format == "xml"), mentioned


def plain(text: str, marked_up: bool) -> str:
    """What is read of a text that may be marked up."""
    if marked_up:
        text = TAGS.sub("", BREAKS.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return SPACES.sub(" ", text.replace("\xa0", " ")).strip()
