"""Where there are no buttons, or none any more: their numbers and their words press them."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from core.engine.ports import Changes, Choices, Done, Event, Moment
from core.message import OpenForm, Press
from core.people.handlers import alone
from core.people.questions import posts
from core.people.questions.reading import LONGEST_LABEL, bare, begins, number_in

FIGURES = re.compile(r"[\W_]*\d[\d\W_]*")
"""Numbers and nothing else: meant as a choice, never as somebody’s words."""


async def chosen(event: Event, moment: Moment) -> Event | Changes | None:
    """The press that is meant; a sentence when there is no such choice."""
    for above in _above(event):
        found = await moment.read.get(Choices, above)
        meant = _chosen(event, moment, found) if found and found.buttons else None
        if meant is not None:
            return meant
    return None


def _above(event: Event) -> Iterator[str]:
    """What somebody may be answering."""
    if event.origin is None or len(event.text) > LONGEST_LABEL:
        return
    if event.origin.thread:
        yield f"{event.origin.place}|{event.origin.thread}"
    elif alone(event):
        yield f"{event.origin.place}|"
        if event.by is not None:
            yield f"{event.by.account}|"


def _chosen(event: Event, moment: Moment, found: Choices) -> Event | Changes | None:
    numbered = not found.id.endswith("|")
    if not (numbered and FIGURES.fullmatch(event.text.strip())):
        named = _named(event, moment, found)
        return _pressed(event, found, named) if named else None
    number = number_in(event.text) or 0
    if 1 <= number <= len(found.buttons):
        return _pressed(event, found, found.buttons[number - 1])
    asked = event.mentioned or alone(event)
    return Changes(reply=Done(posts.out_of_range(len(found.buttons))) if asked else None)


def _named(event: Event, moment: Moment, found: Choices) -> Press | OpenForm | None:
    """The only button with these words."""
    said = bare(event.text)
    labels = [
        {bare(moment.words(button.label, it)) for it in {"en", found.locale or "en"}}
        for button in found.buttons
    ]
    same = [n for n, those in enumerate(labels) if said and said in those]
    if not same and " " in said:  # a button may have been too narrow for all of its words
        same = [n for n, those in enumerate(labels) if any(begins(one, said) for one in those)]
    return found.buttons[same[0]] if len(same) == 1 else None


def _pressed(event: Event, found: Choices, button: Press | OpenForm) -> Event:
    return replace(
        event,
        source="press",
        name=button.action,
        args=button.args,
        origin=replace(event.origin, slot=found.slot) if event.origin else None,
        text="",
    )
