"""Forms as Adaptive Cards, and the dialog of Teams around them."""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from cards import limits, parts
from cards.limits import Room, clip, fit
from cards.markdown import tame
from cards.sheet import Json, Sheet, attached, carried, said, weigh
from cards.words import MISSING, clean, line, reader
from core.engine.ports import Viewer
from core.message import (
    ChoiceField,
    DateField,
    Field,
    Form,
    Option,
    PeopleField,
    Phrase,
    TextField,
    ToggleField,
)

USERS = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
HEIGHTS = {"small": 2, "medium": 5}
EXPANDED_TO = 5
COMPACT_TO = 30
UNSET = " "  # clients take no choice whose value is empty


def form(asked: Form, viewer: Viewer) -> Json:
    """The Form as a card with inputs: what was typed, and what is wrong with it, in place."""
    who = reader(asked, viewer)

    def draw(room: Room) -> Json:
        return _form(asked, Sheet(who, room))

    return fit(draw, weigh, limits.DIALOG_BYTES)


def task(asked: Form, viewer: Viewer) -> Json:
    """The Form as the dialog that Teams opens, or shows again."""
    value = {
        "title": clip(line(asked.title, reader(asked, viewer)), limits.TITLE) or MISSING,
        "height": _height(asked),
        "width": "medium",
        "card": attached(form(asked, viewer)),
    }
    return {"task": {"type": "continue", "value": value}}


def _height(asked: Form) -> str:
    rows = sum(3 if isinstance(f, TextField) and f.lines else 1 for f in asked.fields)
    return next((height for height, most in HEIGHTS.items() if rows <= most), "large")


def _form(asked: Form, sheet: Sheet) -> Json:
    body: list[Json] = [] if asked.intro is None else [sheet.text(asked.intro)]
    fields = asked.fields[: limits.FIELDS]
    names = {field.name for field in fields}
    for name, error in asked.errors.items():
        if name not in names:
            body.append(_error(error, sheet))
    for field in fields:
        if field.name in asked.errors:
            body.append(_error(asked.errors[field.name], sheet))
        body.extend(_field(field, sheet))
    if len(asked.fields) > limits.FIELDS:
        body.append(sheet.text(parts.SHORTENED, isSubtle=True))
    return sheet.finished(said(body), [_submit(asked, sheet)])


def _submit(asked: Form, sheet: Sheet) -> Json:
    return {
        "type": "Action.Submit",
        "title": clip(line(asked.submit, sheet.viewer), limits.LABEL) or MISSING,
        "style": "positive",
        "data": carried(asked.action, asked.args, sheet.slot),
    }


def _error(words: Phrase, sheet: Sheet) -> Json:
    return sheet.text(words, limits.QUESTION, color="Attention", weight="Bolder")


def _field(field: Field, sheet: Sheet) -> Iterator[Json]:
    match field:
        case TextField():
            yield _text(field, sheet)
        case ChoiceField() | PeopleField():
            yield from _choice(field, sheet)
        case DateField():
            value = {"value": field.value} if DATE.fullmatch(field.value) else {}
            yield {"type": "Input.Date", **_asked(field, sheet), **value}
        case ToggleField():
            yield _toggle(field, sheet)
        case _:
            assert_never(field)


def _asked(field: TextField | ChoiceField | DateField | PeopleField, sheet: Sheet) -> Json:
    """What all inputs with a label have."""
    found: Json = {"id": field.name, "label": _label(field.label, sheet)}
    if field.required:
        found |= {"isRequired": True, "errorMessage": line(parts.NEEDED, sheet.viewer)}
    return found


def _label(words: Phrase, sheet: Sheet) -> str:
    return clip(line(words, sheet.viewer), limits.QUESTION) or MISSING


def _text(field: TextField, sheet: Sheet) -> Json:
    found: Json = {"type": "Input.Text", **_asked(field, sheet), "maxLength": field.limit}
    if field.lines:
        found["isMultiline"] = True
    if field.hint is not None:
        found["placeholder"] = clip(line(field.hint, sheet.viewer), limits.HINT)
    if field.value:
        found["value"] = clip(clean(field.value), min(field.limit, sheet.room.typed))
    return found


def _toggle(field: ToggleField, sheet: Sheet) -> Json:
    return {
        "type": "Input.Toggle",
        "id": field.name,
        "title": tame(_label(field.label, sheet)),
        "valueOn": "true",
        "valueOff": "false",
        "value": "true" if field.value else "false",
        "wrap": True,
    }


def _choice(field: ChoiceField | PeopleField, sheet: Sheet) -> Iterator[Json]:
    """A list; where it is long, one to type into; for people, also everyone Teams can find."""
    shown, left = limits.options(field.options, field.value, sheet.room)
    people = isinstance(field, PeopleField)
    look = "filtered" if people else _look(field, len(shown))
    found: Json = {
        "type": "Input.ChoiceSet",
        **_asked(field, sheet),
        "style": look,
        "placeholder": line(parts.CHOOSE, sheet.viewer),
        "choices": _choices(shown, sheet, tamed=look == "expanded"),
        "wrap": True,
    }
    if people:
        found["choices.data"] = USERS
    yield found | _chosen(field)
    yield from _left_out(left, sheet)


def _look(field: ChoiceField | PeopleField, options: int) -> str:
    if options > COMPACT_TO or not options:
        return "filtered"
    return "expanded" if field.several or options <= EXPANDED_TO else "compact"


def _chosen(field: ChoiceField | PeopleField) -> Json:
    found: Json = {"isMultiSelect": True} if field.several else {}
    unset = UNSET if any(not option.value for option in field.options) else ""
    value = clean(field.value) or unset
    return found | {"value": value} if value else found


def _choices(options: Sequence[Option], sheet: Sheet, *, tamed: bool) -> list[Json]:
    labels = (clip(line(option.label, sheet.viewer), limits.QUESTION) for option in options)
    return [
        {"title": (tame(label) if tamed else label) or MISSING, "value": option.value or UNSET}
        for label, option in zip(labels, options, strict=True)
    ]


def _left_out(options: int, sheet: Sheet) -> Iterator[Json]:
    if options:
        yield sheet.text(parts.more(options), isSubtle=True, spacing="Small")
