"""A reply as a message, for platforms whose HTTP answer carries none."""

import msgspec

from core.engine.ports import (
    Card,
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Open,
    Preview,
    Reply,
    Results,
    Say,
    ToOrigin,
)
from core.message import Block, Buttons, Form, OpenForm, Post, Text


def outward(event: Event, changes: Changes) -> Changes:
    """The changes with the reply as a job of weight `answer` to where the event happened.

    What is said is a message everywhere; other replies only where the platform's answer takes none.
    A command that nobody else saw is answered where nobody else sees it.
    """
    if event.inline and (not isinstance(changes.reply, Say) or aside(event, changes.reply.post)):
        return changes
    post = spoken(event, changes.reply)
    if post is None or event.origin is None or _overheard(event, changes.reply):
        return changes
    target = ToOrigin(event.origin.place, event.origin.thread, event.origin.message)
    job = Job(key=f"answer/{event.id}", work=Deliver(target, post), weight="answer")
    return msgspec.structs.replace(changes, jobs=(*changes.jobs, job))


def aside(event: Event, post: Post) -> bool:
    """Whether this answers a command in the open, and is no card that others may use."""
    alone = event.origin is None or event.origin.private
    return event.inline and event.source == "message" and not alone and not post.slot


def _overheard(event: Event, reply: Reply | None) -> bool:
    """Whether a word to who pressed would be read by everyone around."""
    pressed = event.source in {"press", "form"}
    alone = event.origin is not None and event.origin.private
    return pressed and not alone and isinstance(reply, Done | Invalid)


def spoken(event: Event, reply: Reply | None) -> Post | None:
    """The reply as a Post; a form becomes one button that opens it."""
    match reply:
        case Say(post) | Card(post):
            return post
        case Done(phrase):
            return Post(summary=phrase, blocks=(Text(phrase),))
        case Open(form, again):
            button = again or OpenForm(form.title, event.name, event.args, "primary")
            words = Text(form.intro or form.title)
            return _formed(form, words, Buttons((button,)))
        case Invalid(form):
            button = OpenForm(form.title, event.name, event.args)
            errors = tuple(Text(error) for error in form.errors.values())
            return _formed(form, *errors, Buttons((button,)))
        case Results() | Preview() | None:
            return None


def _formed(form: Form, *blocks: Block) -> Post:
    """A message in the language of the form that it stands for."""
    return Post(summary=form.title, blocks=blocks, locale=form.locale, zone=form.zone)
