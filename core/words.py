"""The words that people type: typing one is pressing the button of an action of the index."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

WORDS: Mapping[str, str] = {
    "help": "people.help",
    "hilfe": "people.help",
    "hi": "people.help",
    "hello": "people.help",
    "hallo": "people.help",
    "start": "people.help",
    "status": "people.status",
    "stand": "people.status",
    "why": "people.why",
    "warum": "people.why",
    "wieso": "people.why",
    "thanks": "people.thanks",
    "thank you": "people.thanks",
    "danke": "people.thanks",
    "settings": "people.settings",
    "hours": "people.settings",
    "language": "people.settings",
    "einstellungen": "people.settings",
    "sprache": "people.settings",
    "pause": "people.pause",
    "snooze": "people.pause",
    "resume": "people.resume",
    "weiter": "people.resume",
    "stop": "people.stop",
    "stopp": "people.stop",
    "privacy": "people.privacy",
    "datenschutz": "people.privacy",
    "export": "people.export",
    "accounts": "accounts.mine",
    "konten": "accounts.mine",
    "link": "accounts.link",
    "verbinden": "accounts.link",
    "erase": "people.erase",
    "delete": "people.erase",
    "löschen": "people.erase",
    "cohort new": "cohorts.create",
    "new cohort": "cohorts.create",
    "neue kohorte": "cohorts.create",
    "cohort": "cohorts.mine",
    "cohorts": "cohorts.mine",
    "kohorten": "cohorts.mine",
    "cohort here": "spaces.here",
    "cohort away": "spaces.away",
    "desk": "cohorts.desk",
    "me": "members.mine",
    "ich": "members.mine",
    "join": "members.code",
    "beitreten": "members.code",
    "leave": "members.leave",
    "verlassen": "members.leave",
    "agreement": "agreement.look",
    "vereinbarung": "agreement.look",
    "introduction": "introductions.answer",
    "workshop": "workshops.look",
    "workshops": "workshops.look",
    "here": "workshops.here",
    "hier": "workshops.here",
    "circle": "circles.mine",
    "kreis": "circles.mine",
    "discussions": "discussions.list",
    "diskussionen": "discussions.list",
    "discuss": "discussions.start",
    "diskutieren": "discussions.start",
    "vorstellung": "introductions.answer",
    "roleplay": "roleplay.mine",
    "rollenspiel": "roleplay.mine",
    "flag": "moderation.flag",
    "melden": "moderation.flag",
    "flagged": "moderation.flagged",
    "challenge": "challenges.name",
    "ask": "challenges.name",
    "herausforderung": "challenges.name",
    "challenges": "challenges.list",
    "herausforderungen": "challenges.list",
    "search": "challenges.search",
    "suche": "challenges.search",
    "feedback": "challenges.example",
    "programme": "programmes.look",
    "calendar": "programmes.look",
    "programm": "programmes.look",
    "kalender": "programmes.look",
    "promise": "commitments.make",
    "commit": "commitments.make",
    "vorhaben": "commitments.make",
    "partner": "pairs.mine",
    "buddy": "pairs.mine",
    "gegenüber": "pairs.mine",
    "apart": "pairs.keeping",
    "getrennt": "pairs.keeping",
    "send": "courses.send",
    "senden": "courses.send",
    "find": "courses.find",
    "finden": "courses.find",
    "courses": "courses.mine",
    "kurse": "courses.mine",
    "celebrate": "celebrations.make",
    "feiern": "celebrations.make",
    "celebrations": "celebrations.look",
    "erfolge": "celebrations.look",
    "points": "courses.points",
    "punkte": "courses.points",
    "sends": "courses.list",
    "versand": "courses.list",
    "checkin": "checkins.look",
    "check-in": "checkins.look",
    "zwischenstand": "checkins.look",
}
MORE: Mapping[str, int] = {  # words that take more: a day, a code, a name; so many words of it
    "search": 12,
    "suche": 12,
    "find": 12,
    "finden": 12,
    "pause": 2,
    "join": 3,
    "here": 1,
    "hier": 1,
    "beitreten": 3,
    "link": 3,
    "verbinden": 3,
    "cohort here": 15,
    "discussions": 8,
    "diskussionen": 8,
    "cohort new": 15,
    "new cohort": 15,
}
LINKED = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def read_word(text: str) -> tuple[str, str] | None:
    """The action that a text names, and what comes with it, however it is written.

    Where a link is in it, it is about the link, whatever word stands before it.
    """
    if LINKED.search(text, 0, 300):
        return None
    words = [word for word in map(_bare, text[:300].split()) if word]
    line = " ".join(words).casefold()
    if not line or line in WORDS:
        return (WORDS.get(line, "people.help"), "")
    for word, most in MORE.items():
        more = words[len(word.split()) :]
        if line.startswith(f"{word} ") and len(more) <= most:
            return (WORDS[word], " ".join(more))
    return None


def nearest(text: str) -> str | None:
    """The word that somebody probably meant."""
    typed = " ".join(map(_bare, text[:40].casefold().split()))
    return next(iter(get_close_matches(typed, WORDS, 1, 0.7)), None)


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word)
