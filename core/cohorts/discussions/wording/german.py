"""German: what makes a question closed, and how it is opened.

The verb moves to the end, so the words of the question stay as they were.
"""

import re
from typing import Literal

from core.cohorts.discussions.wording.lists import these

Found = tuple[Literal["closed", "choice", "leading"], str]

ANY = "Welche Erfahrungen habt ihr damit?"
COMMON = these(
    "ist sind der das und nicht ihr du wir euch habt hast kann könnt soll sollte sollten gibt "
    "es ein eine einen für mit bei wie warum welche welcher wer oder sie auf zu den dem des im "
    "vom zum ja doch mal schon euer eure dein deine macht findet denkt würdet wollt willst mögt "
    "braucht werdet wird haben hat sein jemand man ich was wann wo euren deinen diese dieser "
    "dieses nutzt klappt geht hier alle so als wenn dass ob lieber die neue neuen neues noch "
    "nur auch sehr einer eines am aus nach seit über unter"
)
OPEN = (
    "was|wie|wer|wen|wem|wessen|wann|wo|woher|wohin|womit|wodurch|wofür|woran|worauf|worin|worüber|"
    "wovon|wozu|wobei|weshalb|warum|wieso|weswegen|welche[rsnm]?|wieviele?|inwiefern|inwieweit|"
    "wonach|woraus|worum|wovor|wogegen|was"
)
PREPOSITION = (
    "in|an|auf|aus|bei|für|mit|nach|seit|von|vor|zu|über|unter|durch|gegen|um|bis|ab|wegen|während"
)
OPENING = re.compile(rf"(?:(?:{PREPOSITION}) )?(?:{OPEN})\b", re.IGNORECASE)
FILLER = re.compile(
    r"(?:(?:und|aber|also|nun|hallo|hi|liebe alle|hallo zusammen|ihr lieben|team|alle|mal ehrlich|"
    r"ehrlich|kurze frage|frage|eine frage|na|ach|so|sagt mal|sag mal)\b[,:;–-]?\s+)+",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"(?:wenn|falls|nachdem|bevor|als|weil|obwohl|während|sobald|seit|seitdem|da)\b[^,]*,\s*",
    re.IGNORECASE,
)
TAG = re.compile(
    r",\s*(?:oder(?: nicht| doch)?|nicht wahr|richtig|stimmt'?s?|ne|gell|ja|nein|nicht|okay|ok)$",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    rf"(?:,|;|:|–|\bund|\bwenn ja,?) *(?:und |wenn ja,? )*(?:(?:{PREPOSITION}) )?(?:{OPEN})\b",
    re.IGNORECASE,
)
TELLING = re.compile(
    r"(?:könnt|könntet|kannst|könntest|mögt|magst|würdet|würdest|wollt|willst|kann|könnte)\b.*"
    r"\b(?:erzählen|beschreiben|erklären|teilen|zeigen|nennen|schildern|berichten|empfehlen)$",
    re.IGNORECASE,
)
SUBJECT = "ihr|du|wir|sie|er|es|man|ich|das|dies|alle"
SOMEBODY = r"(?:schon |denn )?(?:jemand|irgendwer|irgendjemand|wer)(?: von euch| hier)?"
VERBS = (
    "ist|sind|seid|bist|war|waren|wart|hat|haben|habt|hast|hatte|hatten|hattet|kann|können|könnt|"
    "kannst|könnte|könnten|könntet|soll|sollen|sollt|sollte|sollten|solltet|muss|müssen|müsst|"
    "darf|dürfen|dürft|will|wollen|wollt|wird|werden|werdet|würde|würden|würdet|gibt|gab|braucht|"
    "brauchen|hilft|helfen|geht|gehen|funktioniert|funktionieren|klappt|klappen|macht|machen|reicht|"
    "reichen|lohnt|stimmt|passt|passen|liegt|bringt|bringen|fehlt|fehlen|hält|halten|mag|mögen|"
    "kennt|kennen|weiß|wissen|läuft|laufen|taugt|gilt"
)
FIRST = re.compile(rf"({VERBS}|\w+(?:t|st|en|e|ln|rn)(?= (?:{SUBJECT})\b)) (.+)$", re.IGNORECASE)
ANYONE = re.compile(rf"{SOMEBODY} (.+)", re.IGNORECASE)
BETTER = re.compile(r"was \w+ (?:\w+ )?(?:besser|lieber)\b.*\boder\b", re.IGNORECASE)
CHOOSES = re.compile(r"\b(?:lieber|besser|eher)\b.*\boder\b", re.IGNORECASE)
THINKS = re.compile(
    r"(?:findet|finden|findest|glaubt|glaubst|glauben|meint|meinst|denkt|denkst|denken) "
    rf"(?:{SUBJECT})(?: auch| nicht| nicht auch)*,? *(?:dass )?(.+)",
    re.IGNORECASE,
)
DONE = re.compile(
    r"(?:\w*ge\w{2,}(?:t|en)|\w+iert|(?:be|ver|er|ent|zer|über|unter|miss)\w{2,}(?:t|en)|gewesen)$",
    re.IGNORECASE,
)
APART = these(
    "ab an auf aus bei ein mit nach vor weg zu zurück um los her hin statt teil durch fest "
    "weiter zusammen"
)
WHICH = {"einen": "welchen", "eine": "welche", "ein": "welches", "einer": "welcher"}
FEW = 7
DOES = frozenset(("ihr", "du", "wir", "man"))
STATES = re.compile(
    rf"(?:{VERBS})$|(?:find|glaub|mein|denk|mögt|magst|wisst|weißt|kennt|kennst|freut|freust|möcht)",
    re.IGNORECASE,
)


def doubt(clause: str) -> Found | None:
    """Why a question is closed, and an open one."""
    asked = _bare(clause)
    if BETTER.match(asked):
        return "choice", f"wovon hängt es ab: {_options(asked)}?"
    if any((OPENING.match(asked), TELLING.match(asked), GOES_ON.search(asked))):
        return None
    tag = TAG.search(asked)
    asked = asked[: tag.start()] if tag else asked
    first = FIRST.match(asked)
    if first is None and tag:
        return "leading", f"was spricht für und was gegen diesen Satz: {asked}?"
    return _verb_first(asked, first, led=tag is not None) if first else _without_a_verb(asked)


def _verb_first(asked: str, first: re.Match[str], *, led: bool) -> Found:
    if re.match(r"\w+ (?:\w+ )?nicht\b", asked, re.IGNORECASE):
        led = True
        asked = re.sub(r"\bnicht (?:auch )?", "", f"{asked} ", count=1, flags=re.IGNORECASE)
        first = FIRST.match(asked.strip()) or first
    found = _better(first[1].lower(), first[2])
    return ("leading", found[1]) if led else found


def _bare(clause: str) -> str:
    """Without what stands before the question itself."""
    asked = FILLER.sub("", clause, count=1) if FILLER.match(clause) else clause
    before = BEFORE.match(asked)
    if before and FIRST.match(asked[before.end() :]):
        asked = asked[before.end() :]
    return asked.removesuffix(" oder nicht").strip(" ,")


def _without_a_verb(asked: str) -> Found | None:
    short = len(asked.split()) <= FEW
    if re.search(r"\boder\b", asked, re.IGNORECASE) and short:
        return "choice", f"wovon hängt es ab: {asked}?"
    if re.match(r"ob ", asked, re.IGNORECASE):
        return "closed", f"was spricht dafür, dass {asked[3:]}, und was dagegen?"
    if re.match(r"(?:noch |schon )?(?:jemand|irgendwer|irgendjemand)\b", asked, re.IGNORECASE):
        return "closed", f"welche Erfahrungen habt ihr damit: {asked}?"
    return None


def _options(asked: str) -> str:
    """What there is to choose from."""
    return re.split(r"[,:]\s*|\b(?:besser|lieber)\b\s*", asked, maxsplit=1)[-1].strip(" ,:")


def _better(verb: str, rest: str) -> Found:
    chosen = f"{verb} {rest}"
    if CHOOSES.search(chosen) or (verb.startswith("soll") and " oder " in rest):
        return "choice", f"wovon hängt es ab, ob {_at_the_end(verb, rest)}?"
    thinks = THINKS.match(chosen)
    if thinks:
        return "closed", _opinion(verb, rest, thinks[1])
    anyone = ANYONE.match(rest)
    if anyone:
        return "closed", _who(verb, anyone[1])
    there = re.match(r"(?:es|ihr|du|wir) (?:denn |schon |noch |etwa )?(.+)", rest, re.IGNORECASE)
    has = verb in ("habt", "hast", "haben", "gibt", "gab")
    if has and there and not DONE.search(rest):
        return "closed", _which(verb, rest.split(maxsplit=1)[0], there[1])
    return "closed", _whether(verb, rest)


def _opinion(verb: str, rest: str, what: str) -> str:
    if "dass " in rest or "," in rest:
        return f"was spricht dafür, dass {what}, und was dagegen?"
    words = what.split()
    if verb.startswith("find") and len(words) > 1:
        return f"wie {verb} {rest.split(maxsplit=1)[0]} {' '.join(words[:-1])}, und warum?"
    return f"was spricht für und was gegen diesen Satz: {what}?"


def _who(verb: str, rest: str) -> str:
    if verb in ("hat", "ist", "hatte", "war") and DONE.search(rest):
        return f"wer {verb} {rest}, und was ist passiert?"
    return f"wer {verb} {rest}, und wie ist es damit?"


def _which(verb: str, subject: str, what: str) -> str:
    """“Habt ihr Ideen für …” becomes “Welche Ideen für … habt ihr”."""
    article, _, thing = what.partition(" ")
    which = WHICH.get(article.lower())
    named = f"{which} {thing}" if which and thing else f"welche {what}"
    head, comma, tail = named.partition(",")
    if re.match(r"(?:etwas|jemand|das|den|die|der)\b", what, re.IGNORECASE):
        return _whether(verb, f"{subject} {what}")
    return f"{head} {verb} {subject}{comma}{tail}?"


def _whether(verb: str, rest: str) -> str:
    subject, _, does = rest.partition(" ")
    if verb in ("habt", "hast", "haben", "hat") and DONE.search(rest) and subject.lower() in DOES:
        return f"was ist passiert, als {_at_the_end(verb, rest)}?"
    if subject.lower() in DOES and does and not STATES.match(verb):
        return f"was passiert, wenn {_at_the_end(verb, rest)}?"
    return f"was spricht dafür, dass {_at_the_end(verb, rest)}, und was dagegen?"


def _at_the_end(verb: str, rest: str) -> str:
    """As a clause: the verb last, before what follows a comma, joined with what it lost."""
    clause, comma, after = rest.partition(",")
    words = clause.split()
    if len(words) > 1 and words[-1].lower() in APART:
        words[-1] += verb
    else:
        words.append(verb)
    if words[0].lower() in SUBJECT.split("|"):
        words[0] = words[0].lower()
    return f"{' '.join(words)}{comma}{after}"
