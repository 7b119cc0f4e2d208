"""A form that is being answered, field by field."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.engine.ports import Event, Job, Moment, Origin, Raise, Reader, Record
from core.message import ChoiceField, Field, Form, PeopleField, ToggleField

QUIET = timedelta(minutes=30)
MOST_BUTTONS = 6

Command = Literal["cancel", "back", "skip", "keep", "help"]
COMMANDS: Mapping[str, Command] = {
    "help": "help",
    "hilfe": "help",
    "?": "help",
    "cancel": "cancel",
    "stop": "cancel",
    "abbrechen": "cancel",
    "stopp": "cancel",
    "back": "back",
    "zurück": "back",
    "skip": "skip",
    "überspringen": "skip",
    "ueberspringen": "skip",
    "abbruch": "cancel",
    "zurueck": "back",
    "keep": "keep",
    "keep it": "keep",
    "behalten": "keep",
}


class Session(Record, frozen=True, kw_only=True):
    """The form that a person (its id) is being asked. `left` names the fields to ask, `at` one.

    `asked` is its own id; `account` is whom we ask, `origin` where the form was called for;
    `steps` counts what was said; `doubted` is what may have been a command and no answer.
    """

    kind: ClassVar[str] = "session"

    form: Form
    asked: str
    left: tuple[str, ...]
    since: datetime
    touched: datetime
    account: str = ""
    origin: Origin | None = None
    at: int = 0
    steps: int = 0
    doubted: str = ""
    answers: Mapping[str, str] = {}

    @property
    def field(self) -> Field:
        """The question that is open."""
        return next(field for field in self.form.fields if field.name == self.left[self.at])

    @property
    def wrong(self) -> bool:
        """Whether the answer before this one could not be taken."""
        return self.field.name in self.form.errors and self.field.name not in self.answers

    @property
    def given(self) -> str:
        """What was answered before, or was filled in already."""
        return self.answers.get(self.field.name, prefilled(self.field))

    @property
    def keeps(self) -> bool:
        """Whether there is something to keep; an empty choice is one, if it is offered."""
        return not self.wrong and (bool(self.given) or accepts(self.field, self.given))

    @property
    def finished(self) -> bool:
        """Whether all is answered."""
        return self.at >= len(self.left)


def opened(event: Event, moment: Moment, person: str, form: Form) -> Session:
    """A new session: all fields of a form, or those that were not in order."""
    names = tuple(field.name for field in form.fields)
    wrong = tuple(name for name in names if name in form.errors)
    again = {k: v for k, v in event.values.items() if k not in wrong} if form.errors else {}
    return Session(
        id=person,
        form=form,
        asked=moment.id("questions", person)[:12],
        left=wrong or names,
        since=moment.now,
        touched=moment.now,
        account=event.by.account if event.by else "",
        origin=event.origin,
        answers=again,
    )


def answered(session: Session, value: str, now: datetime) -> Session:
    """The next question."""
    answers = {**session.answers, session.field.name: value}
    return replace(touched(session, now), answers=answers, at=session.at + 1)


def back(session: Session, now: datetime) -> Session:
    """The question before."""
    return replace(touched(session, now), at=max(session.at - 1, 0))


def touched(session: Session, now: datetime) -> Session:
    """The session, with half an hour more."""
    return replace(session, touched=now, steps=session.steps + 1, doubted="")


def stale(session: Session, now: datetime) -> bool:
    """Whether nobody has answered for half an hour."""
    return now >= session.touched + QUIET


def filled_in(session: Session, event: Event) -> Event:
    """What a dialog would have sent; the same whoever asks how often."""
    values = {field.name: prefilled(field) for field in session.form.fields}
    return Event(
        id=f"form/{session.id}/{session.asked}",
        org=event.org,
        source="form",
        name=session.form.action,
        by=event.by,
        origin=session.origin,
        opener=event.opener,
        args=session.form.args,
        values={**values, **session.answers},
    )


def alarm(session: Session, org: str) -> Job:
    """Rings when nobody has answered for half an hour."""
    event = Event(
        id=f"timer/questions/{session.id}/{session.asked}/{session.steps}",
        org=org,
        source="timer",
        name="questions.over",
        args={"person": session.id, "asked": session.asked, "steps": str(session.steps)},
    )
    key, due = f"questions/{session.id}", session.touched + QUIET
    return Job(key=key, work=Raise(event), due=due, plan="replace")


def prefilled(field: Field) -> str:
    """What a field already says."""
    if isinstance(field, ToggleField):
        return "true" if field.value else "false"
    return field.value


def optional(field: Field) -> bool:
    """Whether it may stay empty."""
    return not isinstance(field, ToggleField) and not field.required


def accepts(field: Field, value: str) -> bool:
    """Whether a button may say so: ids in a button are never more than what was offered."""
    match field:
        case ChoiceField() | PeopleField():
            return value in {option.value for option in field.options}
        case ToggleField():
            return value in ("true", "false")
        case _:
            return False


async def busy(read: Reader, person: str) -> datetime | None:
    """Until when a person is in the middle of answering."""
    session = await read.get(Session, person)
    return session.touched + QUIET if session else None
