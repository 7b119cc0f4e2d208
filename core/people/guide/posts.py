"""What we say to somebody who asks where they are and what they can do."""

from collections.abc import Sequence

from core.engine.ports import Diary, Told
from core.message import (
    Block,
    Bold,
    Bullets,
    Button,
    Buttons,
    Heading,
    Phrase,
    Post,
    Press,
    Text,
    When,
    say,
)
from core.people.hours.posts import quiet, switch
from core.people.model import Person
from core.people.posts import ASKED, CHANGE, HELP, MOST_BUTTONS, PRIVACY, SETTINGS, STATUS

SHOWN = 3


def hello(person: Person) -> Post:
    """The first words in a private chat."""
    named = say("people.hello", "Hi {name}, I’m Coterie.", name=person.name)
    nameless = say("people.hello.nameless", "Hi, I’m Coterie.")
    return Post(
        summary=say("people.hello.summary", "Coterie: learning with the people you work with"),
        purpose=say("people.hello.why", "I have just been added here."),
        blocks=(
            Heading(named if person.name else nameless),
            Text(
                say(
                    "people.hello.text",
                    "With me you learn from colleagues: you meet, solve something real and keep"
                    " small promises. Unasked I write at most {n} times a week, within your"
                    " hours, and stop when you say so.",
                    n=person.budget,
                )
            ),
            Buttons((HELP, SETTINGS, PRIVACY)),
        ),
    )


def help_here(offers: Sequence[Button], person: Person) -> Post:
    """What can be asked in a private chat."""
    words = (
        ("status", say("people.help.status", "your cohorts, and what comes next")),
        ("courses", say("people.help.courses", "what waits for you")),
        ("send", say("people.help.send", "a course link to others")),
        ("settings", say("people.help.settings", "your hours, language and time zone")),
        ("pause", say("people.help.pause", "nothing from me for a while")),
        ("why", say("people.help.why", "why you got a message")),
        ("privacy", say("people.help.privacy", "see, copy or erase your data")),
    )
    return Post(
        summary=say("people.help.summary", "What I can do for you"),
        purpose=ASKED,
        blocks=(
            Heading(say("people.help.title", "What can I do for you?")),
            Text(say("people.help.text", "Press a button, or write one of these words:")),
            Bullets(tuple(_word(word, what) for word, what in words)),
            Buttons((*offers, STATUS, switch(person), PRIVACY)[:MOST_BUTTONS]),
        ),
    )


def help_in_the_open(offers: Sequence[Button]) -> Post:
    """What can be asked where others read along."""
    return Post(
        summary=say("people.help.summary", "What I can do for you"),
        purpose=ASKED,
        blocks=(
            Heading(say("people.help.open", "What can I do here?")),
            Text(
                say(
                    "people.help.open.text",
                    "Mention me with a word, like {status} or {agreement}. What concerns only"
                    " you I answer in our private chat, where nobody else reads it.",
                    status=Bold("status"),
                    agreement=Bold("agreement"),
                )
            ),
            Buttons((*offers, STATUS, PRIVACY)[:MOST_BUTTONS]),
        ),
    )


def near_miss(word: str, action: str) -> Post:
    """A guess at a mistyped word."""
    yes = Press(say("people.guess.yes", "Yes"), action, style="primary")
    return Post(
        summary=say("people.guess.summary", "Did you mean {word}?", word=word),
        purpose=say("people.guess.why", "I don’t know that word."),
        blocks=(
            Text(say("people.guess", "Did you mean {word}?", word=Bold(word))),
            Buttons((yes, HELP)),
        ),
    )


def not_understood() -> Post:
    """An answer to anything else."""
    return Post(
        summary=say("people.lost.summary", "I only know a few words"),
        purpose=say("people.lost.why", "You wrote to me."),
        blocks=(
            Text(
                say(
                    "people.lost",
                    "I only know a few words, and this was none of them. Write {help} to see them.",
                    help=Bold("help"),
                )
            ),
            Buttons((HELP, STATUS)),
        ),
    )


def status(person: Person, lines: Sequence[Phrase], which: Sequence[Button] = ()) -> Post:
    """Where somebody stands, and what comes next; `which`: each of several that may be meant."""
    none = say(
        "people.status.none",
        "You are in no cohort yet. If somebody gave you a code, write {join} and the code.",
        join=Bold("join"),
    )
    body: Block = Bullets(tuple(lines)) if lines else Text(none)
    meant = Text(say("people.status.which", "Which one do you mean?"))
    return Post(
        summary=say("people.status.summary", "Your cohorts, and what comes next"),
        purpose=ASKED,
        blocks=(
            Heading(say("people.status.title", "Where you are")),
            body,
            *((meant, Buttons(tuple(which[:MOST_BUTTONS]))) if which else ()),
            *quiet(person),
            Buttons((switch(person), SETTINGS)),
        ),
    )


def why(person: Person, diary: Diary | None, week: int, matches: Sequence[Phrase] = ()) -> Post:
    """The last messages that nobody asked for, each with its reason, and the rule behind them.

    `matches`: why somebody is together with whom they are, or with nobody.
    """
    told = diary.told[:SHOWN] if diary else ()
    nothing = Text(say("people.why.nothing", "I haven’t written to you without being asked."))
    return Post(
        summary=say("people.why.summary", "Why I wrote to you"),
        purpose=ASKED,
        blocks=(
            Heading(say("people.why.title", "Why I wrote to you")),
            Bullets(tuple(_told(one) for one in told)) if told else nothing,
            *((Bullets(tuple(matches)),) if matches else ()),
            Text(
                say(
                    "people.why.rule",
                    "This week: {n} of at most {budget}, within your hours. After three without"
                    " an answer I ask once, then stay quiet.",
                    n=week,
                    budget=person.budget,
                )
            ),
            Buttons((CHANGE, switch(person), PRIVACY)),
        ),
    )


def _told(one: Told) -> Phrase:
    line = say("people.why.line", "{when}: {what}.", when=When(one.at), what=one.summary)
    if one.purpose is None:
        return line
    return say("people.why.reason", "{line} {purpose}", line=line, purpose=one.purpose)


def _word(word: str, what: Phrase) -> Phrase:
    return say("people.help.word", "{word}: {what}", word=Bold(word), what=what)
