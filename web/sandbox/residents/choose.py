"""Which button somebody presses, and what they write: pure, and the same for the same dice."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from core.cohorts.introductions.questions import QUESTIONS
from core.message import (
    ChoiceField,
    DateField,
    Field,
    Form,
    PeopleField,
    Post,
    TextField,
    ToggleField,
    choices,
)
from web.sandbox.residents.lines import ANY, LINES
from web.sandbox.residents.model import Intent
from web.sandbox.residents.rounds import ROUNDS
from web.sandbox.residents.tempers import TEMPERS
from web.sandbox.residents.topics import TOPICS, Topic

LIKES: Mapping[str, float] = {
    "agreement.agree": 9,
    "agreement.suggest": 0.6,
    "agreement.not_for_me": 0.3,
    "introductions.answer": 9,
    "introductions.skip": 0.6,
    "working_on.name": 7,
    "working_on.later": 1,
    "discussions.answer": 9,
    "challenges.name": 4,
    "challenges.later": 1,
    "challenges.idea": 6,
    "challenges.too": 2,
    "challenges.help": 1,
    "challenges.pass": 2,
    "challenges.choose": 6,
    "challenges.worked": 3,
    "challenges.lesson": 3,
    "challenges.leave": 3,
    "workshops.sign": 5,
    "workshops.here": 9,
    "workshops.complete": 20,
    "workshops.catch_up": 5,
    "workshops.leave": 6,
    "commitments.make": 9,
    "commitments.skip": 1,
    "checkins.answer": 5,
    "checkins.line": 3,
    "checkins.five": 3,
    "checkins.question": 1,
    "checkins.reply": 5,
    "checkins.go_on": 3,
    "roleplay.start": 5,
    "roleplay.keep": 6,
    "followups.answer": 5,
    "followups.recall": 5,
    "courses.done": 6,
    "courses.later": 1,
    "courses.reflect": 5,
    "closing.answer": 8,
    "closing.thank": 2,
}
ALONE: Mapping[str, float] = {"pairs.yes": 9, "pairs.met": 5, "pairs.approve": 20}
NEVER = (  # what would end the story or begin another, is the visitor's, or only looks
    "leave",
    "left",
    "erase",
    "stop",
    "drop",
    "change",
    "example",
    "cancel",
    "pause",
    "swap",
    ".no",
    ".end",
    "look",
    "mine",
    "people.",
    "accounts.",
    "cohorts.",
    "spaces.",
    "members.",
    "moving.",
    "moderation.",
    "programmes.",
    "questions.",
)
PREFERRED: Mapping[str, Mapping[str, float]] = {
    "choice": {"room": 5, "online": 3, "no": 1},
    "answer": {"kept": 5, "partly": 3, "not_yet": 2, "useless": 0.2},
    "use": {"yes": 4, "a_bit": 3, "not_yet": 2},
    "how": {"worked": 4, "bit": 3, "not": 2, "yet": 0.5},
    "leave": {"named": 2, "nameless": 3, "no": 0.5},
    "who": {"named": 4, "nameless": 1},
}
PICKS: Mapping[str, tuple[str, ...]] = {
    "sight": ("pair", "group", "group", "me", "named"),
    "quote": ("named", "nameless", "no"),
    "again": ("yes", "yes", "maybe"),
    "who": ("named", "named", "nameless"),
    "shared": ("partner", "me"),
}
PROMISE = timedelta(days=24)
TOPIC_FIELDS: Mapping[tuple[str, str], Callable[[Topic], str]] = {
    ("working_on.name", "text"): lambda topic: topic.situation,
    ("challenges.name", "situation"): lambda topic: topic.situation,
    ("challenges.name", "tried"): lambda topic: topic.tried,
    ("challenges.name", "wish"): lambda topic: topic.wish,
    ("challenges.lesson", "lesson"): lambda topic: topic.lesson,
    ("commitments.make", "when"): lambda topic: topic.when,
    ("commitments.make", "then"): lambda topic: topic.then,
}
LOOKED_AT = {"me", "home", "desk", "settings", "programme", "accounts", "silent", "case", "appeal"}
WORKS_ON: Mapping[str, Topic] = dict(
    zip((key for key, one in TEMPERS.items() if one.learns), TOPICS, strict=False)
)
Moves = tuple[tuple[str, Mapping[str, str]], ...]
SINGLE = {"challenges.name", "working_on.name", "commitments.make"}
OWN = {
    ("introductions.answer", "text"),
    ("discussions.answer", "text"),
    ("closing.answer", "kept"),
    ("workshops.leave", "takes"),
    ("courses.reflect", "text"),
}
ABOUT = {"cohort", "round", "discussion", "challenge", "workshop", "commitment", "n", "step", "day"}


def moves(post: Post, *, private: bool) -> Moves:
    """The buttons of a card that somebody who lives here may press, with what they carry."""
    if post.slot.partition("/")[0] in LOOKED_AT:
        return ()
    found: list[tuple[str, Mapping[str, str]]] = []
    for n, button in enumerate(choices(post)):
        known = button.action in LIKES or button.action in ALONE
        if known or (private and n == 0 and _harmless(button.action)):
            found.append((button.action, button.args))
    if post.slot.startswith("workshop-day/"):  # nobody is there on the day before
        found = [one for one in found if one[0] != "workshops.here"]
    return tuple(found)


def picked(offered: Moves, dice: Random) -> int:
    """Which of them."""
    weights = [LIKES.get(name, ALONE.get(name, 1)) * _liking(args) for name, args in offered]
    return dice.choices(range(len(offered)), weights)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody before a form: what they have `seen`, what was `said` already, what is theirs."""

    seen: str
    topic: Topic | None
    said: Collection[str]
    dice: Random
    now: datetime

    def filled(self, form: Form) -> dict[str, str] | None:
        """What they write; None where they have nothing to say."""
        values = {field.name: self._value(form.action, field) for field in form.fields}
        if None in values.values():
            return None
        return {name: value or "" for name, value in values.items()}

    def _value(self, action: str, field: Field) -> str | None:
        match field:
            case TextField():
                return self._words(action, field)
            case ChoiceField():
                return self._choice(field)
            case DateField(value=value, required=required):
                return value or (f"{(self.now + PROMISE).date()}" if required else "")
            case PeopleField(options=options, value=value):
                return value or (self.dice.choice(options).value if options else "")
            case ToggleField(value=on):
                return "true" if on else "false"

    def _choice(self, field: ChoiceField) -> str:
        offered = [option.value for option in field.options]
        liked = [one for one in PICKS.get(field.name, ()) if one in offered]
        first = offered[0] if offered and field.required else ""
        return self.dice.choice(liked) if liked else field.value or first

    def _words(self, action: str, field: TextField) -> str | None:
        mine = TOPIC_FIELDS.get((action, field.name))
        if mine:
            return mine(self.topic) if self.topic else None
        if field.value:  # they have answered already, or it is a proposal
            return None if (action, field.name) in OWN else field.value
        pool = [line for line in _pool(action, field, self.seen) if line not in self.said]
        if pool:
            return self.dice.choice(pool)[: field.limit]
        return None if field.required else ""


def _pool(action: str, field: TextField, seen: str) -> tuple[str, ...]:
    if action == "introductions.answer":
        keys = [asked.key for asked in QUESTIONS if asked.words in seen]
        return tuple(line for key in keys for line in ROUNDS.get(key, ())) or ANY
    if action == "challenges.idea" and field.name == "text":
        ideas = [idea for topic in TOPICS if topic.mark in seen for idea in topic.ideas]
        return tuple(ideas) or tuple(LINES[action, "text"])
    usual = tuple(ANY) if field.required else ()
    return tuple(LINES.get((action, field.name), usual))


def topic_of(person: str) -> Topic | None:
    """What this one works on, if they work on something."""
    return WORKS_ON.get(person)


def meant(intent: Intent) -> str:
    """What an intent is about, so that nobody does the same twice."""
    if intent.action in SINGLE:
        return f"{intent.person}/{intent.action}"
    about = "/".join(value for key, value in sorted(intent.args.items()) if key in ABOUT)
    return f"{intent.person}/{intent.action}/{about}"


def marks(intent: Intent) -> tuple[str, ...]:
    """What is true once somebody did it."""
    if intent.action == "members.left":
        return (gone(intent.person),)
    if intent.action == "workshops.sign" and intent.args.get("choice") != "no":
        return (coming(intent.person),)
    return ()


def gone(person: str) -> str:
    """The mark of who has left."""
    return f"{person}/gone"


def coming(person: str) -> str:
    """The mark of who said that they come to a workshop."""
    return f"{person}/coming"


def _liking(args: Mapping[str, str]) -> float:
    return next((table.get(args[key], 1) for key, table in PREFERRED.items() if key in args), 1.0)


def _harmless(action: str) -> bool:
    return not any(part in action for part in NEVER)
