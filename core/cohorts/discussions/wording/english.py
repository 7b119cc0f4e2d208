"""English: what makes a question closed, and how it is opened."""

import re
from typing import Literal

from core.cohorts.discussions.wording.lists import these

Found = tuple[Literal["closed", "choice", "leading"], str]

ANY = "What is your experience with this?"
COMMON = these(
    "the is are was were do does did you we they of to what how which who why or and have has "
    "can could would should will it there this that your our with for at any anyone anybody be "
    "i"
)
DO, BE = "do|does|did", "is|are|was|were|am"
HAVE, MODAL = "have|has|had", "can|could|will|would|should|shall|may|might|must"
PRONOUN = "you|we|they|i|it|he|she|this|that|these|those|people|everyone|everybody"
SOMEBODY = "anyone|anybody|someone|somebody|any of you|some of you|one of you"
THINGS = these("it this that these those he she")
THEM = {"we": "us", "they": "them", "i": "me", "he": "him", "she": "her"}
OPEN = "what|which|who|whom|whose|when|where|why|how"
OPENING = re.compile(rf"(?:(?:{OPEN})\b(?!ever)|(?:{OPEN})'s\b)", re.IGNORECASE)
PREPOSITION = re.compile(
    rf"(?:in|at|on|to|for|from|by|with|about|of|under|after|before|since|until|through|during)"
    rf" (?:{OPEN})\b",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"(?:(?:so|and|but|well|also|now|okay|ok|hi|hello|hey|team|all|everyone|folks|quick question|"
    r"a question|question|honestly|just curious|curious|or|then|dear all|hi all|hello all|"
    r"hi everyone)\b[,:;–-]?\s+)+",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"(?:when|if|while|since|after|before|although|because|as|once|whenever|given)\b[^,]*,\s*",
    re.IGNORECASE,
)
TAG = re.compile(
    r",?\s*(?:,\s*(?:right|correct|no|yes|okay|ok|or|or not|or what|agreed?|true)|"
    rf"\b(?:{DO}|{BE}|{HAVE}|{MODAL}|won|ca|sha)n?'?t (?:it|you|we|they|he|she|there|i|this|that)|"
    rf",\s*(?:{DO}|{BE}|{HAVE}|{MODAL}) (?:it|you|we|they|he|she|there|i))$",
    re.IGNORECASE,
)
NEGATED = re.compile(rf"({DO}|{BE}|{HAVE}|{MODAL}|wo|ca)n't\b", re.IGNORECASE)
SHORT = {"any": "what {} do you have?", "ever": "who has ever {}, and what happened?"}
FEW = 6
FULL = {"wo": "will", "ca": "can"}
FIRST = re.compile(rf"({DO}|{BE}|{HAVE}|{MODAL}) (.+)$", re.IGNORECASE)
GOES_ON = re.compile(rf"(?:,|;|:|–|-|\band|\bif so) *(?:and |if so,? )*(?:{OPEN})\b", re.IGNORECASE)
TELLING = re.compile(
    r"(?:can|could|would|will) (?:you|anyone|anybody|somebody|someone|we)(?: all| please)* "
    r"(?:tell|describe|explain|share|show|give|name|walk|say|help|think of|list)\b"
    r"|(?:can|could) (?:you|anyone|anybody|somebody|someone) (?:suggest|recommend)\b"
    rf"|(?:do|does|would|can) (?:{PRONOUN}|{SOMEBODY})(?: all| still)? "
    rf"(?:know|remember|recall|see|say|tell|understand)\b.*\b(?:{OPEN})\b",
    re.IGNORECASE,
)
PREFER = re.compile(
    r"\b(?:better|prefer|rather|sooner|choose|more|instead)\b.*\bor\b", re.IGNORECASE
)
WHICH = re.compile(
    r"(?:which|what)(?: one)?(?:'s| is| are| do you| would you| works| suits)"
    r"(?: you)?(?: like| think is)? ?(?:better|prefer|rather|best)\b.*\bor\b",
    re.IGNORECASE,
)
ANYONE = re.compile(rf"({SOMEBODY})\b(?: here| else)? ?(.*)", re.IGNORECASE)
SUBJECT = re.compile(
    rf"({PRONOUN})(?: all| ever| really| already| still| also)* (.+)", re.IGNORECASE
)
DETERMINER = these("the a an our your my their his her its some all both every each no")
STOPS = these(
    "in on at of for with by from to too so as still already really not never always often "
    "worth clear good fair better best right wrong easy hard ready useful helpful important "
    "enough healthy possible necessary okay fine happy safe true going than over under because "
    "when while"
)
PLAIN = these(
    "help use need work start make take get go come join know want like have be feel run keep "
    "change improve do give write read meet talk try stay learn matter count share fit save"
)
QUALITY = these(
    "new old next last first second third current whole good bad big small weekly daily monthly "
    "short long same other early late night day shift team"
)


def doubt(clause: str) -> Found | None:
    """Why a question is closed, and an open one."""
    asked = _bare(clause)
    if WHICH.match(asked):
        return "choice", f"what does it depend on: {_options(asked)}?"
    if _is_open(asked):
        return None
    tag = TAG.search(asked)
    if tag and not FIRST.match(asked):
        return "leading", f"what speaks for and against this: {_low(asked[: tag.start()])}?"
    led = NEGATED.match(asked)
    if led:
        asked = FULL.get(led[1].lower(), led[1]) + asked[led.end() :]
    better = _better(asked[: tag.start()] if tag else asked)
    return ("leading", better[1]) if better and (led or tag) else better


def _is_open(asked: str) -> bool:
    return any(
        (
            OPENING.match(asked),
            PREPOSITION.match(asked),
            TELLING.match(asked),
            GOES_ON.search(asked),
        )
    )


def _bare(clause: str) -> str:
    """Without what stands before the question itself."""
    asked = FILLER.sub("", clause, count=1) if FILLER.match(clause) else clause
    before = BEFORE.match(asked)
    if before and FIRST.match(asked[before.end() :]):
        asked = asked[before.end() :]
    return asked.removesuffix(" or not").strip(" ,")


def _better(asked: str) -> Found | None:
    first = FIRST.match(asked)
    if first:
        return _inverted(first[1].lower(), first[2])
    word, _, rest = asked.partition(" ")
    anyone = ANYONE.match(asked)
    if word.lower() in SHORT and rest:
        return "closed", SHORT[word.lower()].format(rest)
    if anyone:
        return "closed", f"what is your experience with this: {anyone[2] or 'it'}?"
    if re.search(r"\bor\b", asked) and len(asked.split()) <= FEW:
        return "choice", f"what does it depend on: {asked[0].lower()}{asked[1:]}?"
    return _stated(asked)


def _stated(asked: str) -> Found | None:
    """“You use checklists?” asks by its mark alone."""
    said = SUBJECT.match(asked)
    if said is None or re.search(rf"\b(?:{OPEN})\b", asked, re.IGNORECASE):
        return None
    if said[1].lower() in ("you", "we", "they"):
        return "closed", f"what is it like when {asked[0].lower()}{asked[1:]}?"
    return "closed", f"what speaks for and against this: {_low(asked)}?"


def _inverted(aux: str, rest: str) -> Found:
    """A question that begins with its verb."""
    if PREFER.search(f"{aux} {rest}") or (aux in ("should", "shall") and " or " in rest):
        return "choice", _depends(aux, rest)
    anyone = ANYONE.match(rest)
    if anyone and anyone[2]:
        return "closed", _who(aux, anyone[2])
    if aux in BE.split("|"):
        return "closed", _being(aux, rest)
    said = SUBJECT.match(rest)
    return "closed", _doing(aux, said[1].lower(), said[2]) if said else _about(rest, plain=True)


def _doing(aux: str, subject: str, does: str) -> str:
    if aux in HAVE.split("|"):
        return _having(aux, subject, does)
    return _did(aux, subject, does) if aux in DO.split("|") else _may(aux, subject, does)


def _depends(aux: str, rest: str) -> str:
    said = SUBJECT.match(rest)
    if said and aux in ("do", "should", "shall", "can", "could", "would", "will"):
        return f"what does it depend on whether {_name(said[1])} {said[2]}?"
    if said and aux in BE.split("|"):
        return f"what does it depend on whether {_name(said[1])} {aux} {said[2]}?"
    return f"what does it depend on: {rest}?"


def _options(asked: str) -> str:
    """What there is to choose from."""
    return re.split(r"[,:]\s*|\b(?:better|prefer|rather|best)\b\s*", asked, maxsplit=1)[-1].strip(
        " ,:"
    )


def _who(aux: str, does: str) -> str:
    if aux in ("has", "have", "had"):
        many = re.match(
            r"(?:any|an?|some) (.+)|(questions|ideas|experience\b.*|thoughts\b.*)", does
        )
        if many:
            return f"what {many[1] or many[2]} do you have?"
        return f"who has {does}, and what happened?"
    if aux in BE.split("|"):
        return f"who is {does}, and how is it going?"
    if aux == "did":
        return f"what was it like to {does}?"
    return (
        f"what happens when you {does}?" if aux in ("do", "does") else f"who {aux} {does}, and how?"
    )


def _being(aux: str, rest: str) -> str:
    there = re.match(r"there (?:any |some )?(.+)", rest, re.IGNORECASE)
    if there:
        single = re.match(r"there (?:an?|the)\b", rest, re.IGNORECASE) or aux in ("is", "was")
        return f"what would {there[1]} look like?" if single else f"which {there[1]} come to mind?"
    said = SUBJECT.match(rest)
    if said is None:
        return _about(rest)
    subject, what = said[1].lower(), said[2]
    if subject == "you" and what.split()[0].endswith("ing"):
        return f"what speaks for {what}, and what against?"
    if subject == "you":
        return f"what makes you {what}, and what is missing?"
    return f"what shows that {_name(subject)} {aux} {what}, and what does not?"


def _having(aux: str, subject: str, does: str) -> str:
    many = re.match(r"(?:got )?(?:any|an?|some|the|enough) (.+)", does, re.IGNORECASE)
    if many:
        return f"what is your experience with {many[1]}?"
    if subject in ("you", "we", "people", "everyone", "everybody"):
        return f"who has {does}, and what happened?"
    return f"what shows that {_name(subject)} {aux} {does}, and what does not?"


def _did(aux: str, subject: str, does: str) -> str:
    verb, _, rest = does.partition(" ")
    felt = _felt(aux, subject, verb.lower(), rest)
    if felt:
        return felt
    if subject in THINGS:
        return f"what would you say about this: {_name(subject)} {aux} {does}?"
    if aux == "did":
        return f"what was it like to {does}?"
    return f"what happens when {_name(subject)} {does}?"


def _felt(aux: str, subject: str, verb: str, rest: str) -> str:
    """What somebody thinks or has, "" for what they do."""
    thing = re.sub(r"^(?:that|about|with|of|in|to) ", "", rest)
    found = ""
    match verb:
        case "like" | "enjoy" | "love" | "hate" | "dislike" if rest:
            found = f"what {aux} {_name(subject)} {verb} about {thing}?"
        case "want" | "expect" if rest:
            found = f"what {aux} {_name(subject)} {verb} from {thing}?"
        case "think" | "believe" | "feel" | "find" | "agree" if rest:
            found = f"what speaks for and against this: {thing}?"
        case "think" | "agree" | "mind" | "care":
            found = "what do you think, and why?"
        case "have" if re.match(r"(?:any|some) ", rest):
            found = f"what {rest.partition(' ')[2]} {aux} {_name(subject)} have?"
        case "have" | "need" | "know" | "get" if rest:
            bare = re.sub(r"^(?:any|some|an?|the|your|enough) ", "", thing)
            found = f"what is your experience with {bare}?"
    return found


def _may(aux: str, subject: str, does: str) -> str:
    if subject in THINGS:
        return f"what speaks for and against this: {subject} {aux} {does}?"
    if aux == "would" and subject in ("you", "they", "people"):
        return f"what would make {THEM.get(subject, subject)} {does}?"
    if aux in ("can", "could", "will", "would", "may", "might"):
        return f"what would help {THEM.get(subject, subject)} {does}?"
    return f"what happens if {_name(subject)} {does}?"


def _low(said: str) -> str:
    """As it stands inside a sentence."""
    first = said.partition(" ")[0].lower()
    inside = first in DETERMINER or first in PRONOUN.split("|")
    return (said[:1].lower() + said[1:] if inside and first != "i" else said).strip(" ,")


def _name(subject: str) -> str:
    return "I" if subject.lower() == "i" else subject.lower()


def _about(rest: str, *, plain: bool = False) -> str:
    """What works well about the thing that the question begins with."""
    words = rest.strip(" ,").split()
    return f"what works well about {' '.join(_thing(words, plain=plain))}, and what does not?"


def _thing(words: list[str], *, plain: bool) -> list[str]:
    """The words that name it: up to what is said of it, as far as that shows."""
    start = 1 if words[0].lower() in DETERMINER else 0
    if plain:
        for n, word in enumerate(words[start + 1 :], start + 1):
            if word.lower() in PLAIN:
                return words[:n]
        while start < len(words) - 1 and words[start].lower() in QUALITY:
            start += 1
        return words[: start + 1]
    for n, word in enumerate(words[start + 1 :], start + 1):
        if _ends(word.strip(",").lower()):
            return [*words[: n - 1], words[n - 1].strip(",")]
    return words[:-1] if len(words) > start + 1 else words


def _ends(word: str) -> bool:
    told = word.endswith(("ing", "ly", "ed")) or word in DETERMINER
    return told or word in STOPS
