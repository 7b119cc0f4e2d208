"""What we say about what we keep."""

from collections.abc import Sequence

from core.message import Buttons, Facts, Heading, Phrase, Post, Press, Text, say, verbatim
from core.people.hours.posts import sourced
from core.people.model import Person
from core.people.posts import ASKED, SETTINGS, listed

EXPORT = Press(say("people.export.button", "Give me a copy"), "people.export")
ERASE = Press(say("people.erase.button", "Erase me…"), "people.erase")
ACCOUNTS = Press(say("accounts.button", "My accounts"), "accounts.mine")
KEEP = Press(say("people.keep.button", "Keep everything"), "people.privacy")
ERASE_NOW = Press(say("people.erase_now.button", "Erase me"), "people.erase_now", {}, "danger")


def privacy(person: Person, manager: str = "") -> Post:
    """What we keep, in plain words; `manager` is the name behind the account of theirs."""
    rows = (
        (say("people.name", "Name"), known(person.name)),
        (say("people.email", "E-mail"), known(person.email)),
        *_work(person, manager),
        (say("people.accounts", "Accounts"), _accounts(person)),
        (say("people.zone", "Time zone"), sourced(person.zone, person.zone_from)),
    )
    return Post(
        summary=say("people.privacy.summary", "What I keep about you"),
        purpose=ASKED,
        blocks=(
            Heading(say("people.privacy.title", "What I keep about you")),
            Facts(rows),
            Text(
                say(
                    "people.privacy.text",
                    "Also your settings, your cohorts, what you answered there and the last"
                    " messages I sent unasked. Your organisation runs me itself: nothing leaves"
                    " it, and managers have no view of you.",
                )
            ),
            Buttons((EXPORT, ERASE, SETTINGS, ACCOUNTS)),
        ),
    )


def copy(part: str, number: int, of: int) -> Post:
    """One part of all that we keep, as JSON."""
    title = say("people.export.title", "All I keep about you")
    if of > 1:
        title = say("people.export.part", "All I keep about you, {n} of {of}", n=number, of=of)
    return Post(
        summary=say("people.export.summary", "A copy of what I keep about you"),
        purpose=ASKED,
        blocks=(Heading(title), Text(verbatim(part))),
    )


def erase() -> Post:
    """The question before everything is erased."""
    return Post(
        summary=say("people.erase.summary", "Erase everything about you?"),
        purpose=ASKED,
        blocks=(
            Heading(say("people.erase.title", "Erase everything about you?")),
            Text(
                say(
                    "people.erase.text",
                    "Your name, accounts and settings go at once, you leave your cohorts, and"
                    " what you answered disappears from their cards. Messages you wrote"
                    " yourself stay where they are. This can’t be undone.",
                )
            ),
            Buttons((KEEP, ERASE_NOW)),
        ),
    )


def erased(reference: str) -> Post:
    """It is done."""
    return Post(
        summary=say("people.erased.summary", "Everything about you is erased"),
        purpose=ASKED,
        blocks=(Heading(say("people.erased.title", "Done")), Text(erased_line(reference))),
    )


def erased_line(reference: str) -> Phrase:
    """It is done, in one sentence."""
    return say(
        "people.erased",
        "Everything I kept about you is erased; your reference is {reference}. If you write to"
        " me again, we start afresh.",
        reference=reference,
    )


def known(value: str) -> Phrase:
    """A value, or that we have none."""
    return verbatim(value) if value else say("people.unknown", "not known")


def _work(person: Person, manager: str) -> Sequence[tuple[Phrase, Phrase]]:
    """What their platform says of their job, as far as it does."""
    rows = []
    if person.title:
        rows.append((say("people.title", "Job title"), verbatim(person.title)))
    if person.manager:
        unmet = say("people.manager.account", "an account that I have not met")
        rows.append((say("people.manager", "Manager"), verbatim(manager) if manager else unmet))
    return rows


def _accounts(person: Person) -> Phrase:
    platforms = dict.fromkeys(account.partition(":")[0] for account in person.accounts)
    return listed([verbatim(name.capitalize()) for name in platforms])
