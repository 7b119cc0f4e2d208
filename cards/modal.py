"""Forms as Block Kit: the modal of Slack, and what is wrong with its values.

Each field is an input whose `block_id` and `action_id` are its name. People are picked from all of
Slack; those that are known here, as people of other platforms, stand in a list of their own:

    name              the list of known people where there are any (person ids), else the picker
    name + OTHERS     the picker beside that list (user ids)

`private_metadata` is `{"a": action, "k": args, "s": ""}` and what the platform adds, in JSON.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from cards import limits, parts
from cards.limits import Room, clip, fit
from cards.marks import UNSEEN, seen
from cards.mrkdwn import Draft, Json, inside, plain_text, section, value, weigh
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

OTHERS = "/others"
UNSET = " "  # Slack takes no choice whose value is empty
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def modal(form: Form, viewer: Viewer, carried: Mapping[str, object]) -> Json:
    """The Form as a view; `carried` is what the platform wants back, beside what the form does."""
    who = reader(form, viewer)
    kept = value({**parts.carried(form.action, form.args, ""), **carried})
    if len(kept) > limits.SLACK_METADATA:
        return sentence(parts.SHORTENED, form.title, who)

    def draw(room: Room) -> Json:
        return _view(form, Draft(who, room), kept)

    return fit(draw, weigh, limits.SLACK_VIEW_CHARS)


def errors(form: Form, viewer: Viewer) -> dict[str, str]:
    """What is wrong, by the block it stands under; what concerns all stands under the first."""
    who = reader(form, viewer)
    blocks = [field.name for field in form.fields[: limits.FIELDS] if _asks(field)]
    found: dict[str, list[str]] = {}
    for name, words in form.errors.items():
        at = name if name in blocks else next(iter(blocks), "")
        found.setdefault(at, []).append(seen(clip(line(words, who), limits.QUESTION)))
    return {name: " ".join(told) for name, told in found.items() if name}


def sentence(words: Phrase, title: Phrase, viewer: Viewer) -> Json:
    """A small view that says one thing."""
    draft = Draft(viewer, limits.ROOMS[0])
    told = draft.section(words) or section(MISSING)
    return {
        "type": "modal",
        "title": draft.label(title, limits.SLACK_TITLE),
        "close": draft.label(parts.CLOSE, limits.SLACK_TITLE),
        "blocks": told,
    }


def _view(form: Form, draft: Draft, kept: str) -> Json:
    view: Json = {
        "type": "modal",
        "callback_id": form.action[: limits.SLACK_ID],
        "title": draft.label(form.title, limits.SLACK_TITLE),
        "close": draft.label(parts.CANCEL, limits.SLACK_TITLE),
        "private_metadata": kept,
        "blocks": list(_blocks(form, draft)),
    }
    if any(block["type"] == "input" for block in view["blocks"]):
        view["submit"] = draft.label(form.submit, limits.SLACK_TITLE)
        if len(line(form.submit, draft.viewer)) > limits.SLACK_TITLE:
            view["blocks"] += draft.context(form.submit, limits.QUESTION)
    return view


def _blocks(form: Form, draft: Draft) -> Iterator[Json]:
    title = line(form.title, draft.viewer)
    if len(title) > limits.SLACK_TITLE:
        yield from section(f"*{inside(clip(title, limits.HEADING))}*")
    if form.intro is not None:
        yield from draft.section(form.intro)
    for field in form.fields[: limits.FIELDS]:
        yield from _field(field, draft)
    if len(form.fields) > limits.FIELDS:
        yield from draft.context(parts.SHORTENED)
    if not form.fields and form.intro is None:
        yield from draft.section(form.title) or section(MISSING)


def _asks(field: Field) -> bool:
    """Whether there is anything to fill in; a list without options is only words."""
    return not isinstance(field, ChoiceField) or bool(field.options)


def _field(field: Field, draft: Draft) -> Iterator[Json]:
    match field:
        case TextField():
            yield _input(field, draft, _text(field, draft), field.hint)
        case DateField():
            value = {"initial_date": field.value} if DATE.fullmatch(field.value) else {}
            yield _input(field, draft, {"type": "datepicker", **value})
        case ChoiceField():
            yield from _choice(field, draft)
        case PeopleField():
            yield from _people(field, draft)
        case ToggleField():
            yield _input(field, draft, _toggle(field, draft))
        case _:
            assert_never(field)


def _input(
    field: Field, draft: Draft, element: Json, hint: Phrase | None = None, *, needed: bool = True
) -> Json:
    """An input under its question."""
    required = needed and not isinstance(field, ToggleField) and field.required
    found: Json = {
        "type": "input",
        "block_id": field.name,
        "label": draft.label(field.label, limits.QUESTION),
        "optional": not required,
        "element": {**element, "action_id": field.name},
    }
    if hint is not None:
        found["hint"] = draft.label(hint, limits.HINT)
    return found


def _text(field: TextField, draft: Draft) -> Json:
    most = min(field.limit, limits.SLACK_INPUT)
    found: Json = {"type": "plain_text_input", "multiline": field.lines, "max_length": most}
    typed = clip(clean(field.value), min(most, draft.room.typed))
    return found | {"initial_value": typed} if typed else found


def _toggle(field: ToggleField, draft: Draft) -> Json:
    yes = {"text": draft.label(parts.YES, limits.SLACK_OPTION), "value": "true"}
    found: Json = {"type": "checkboxes", "options": [yes]}
    return found | {"initial_options": [yes]} if field.value else found


def _choice(field: ChoiceField, draft: Draft) -> Iterator[Json]:
    offered, left = _offered(field, draft)
    if not offered:
        yield from draft.section(field.label, limits.QUESTION)
        yield from draft.context(parts.NOBODY)
        return
    yield _input(field, draft, _listed(field, offered, draft, all_shown=True))
    yield from draft.left_out(left)


def _people(field: PeopleField, draft: Draft) -> Iterator[Json]:
    """Those that are known here, where there are any, and whoever else is in Slack."""
    picker: Json = {"type": "multi_users_select" if field.several else "users_select"}
    offered, left = _offered(field, draft)
    if not offered:
        yield _input(field, draft, picker)
        return
    yield _input(field, draft, _listed(field, offered, draft, all_shown=False), needed=False)
    yield from draft.left_out(left)
    yield _others(field, draft, picker)


def _others(field: PeopleField, draft: Draft, picker: Json) -> Json:
    name = field.name + OTHERS
    return _input(field, draft, picker, needed=False) | {
        "block_id": name,
        "label": draft.label(parts.OTHERS, limits.QUESTION),
        "element": {**picker, "action_id": name},
    }


def _listed(
    field: ChoiceField | PeopleField, offered: Sequence[Json], draft: Draft, *, all_shown: bool
) -> Json:
    """All of them where they are few, else a list to open."""
    few = all_shown and len(offered) <= limits.SLACK_SHOWN
    chosen = _chosen(field, offered)
    found: Json = {"type": _kind(few=few, several=field.several), "options": offered}
    if not few:
        found["placeholder"] = draft.label(parts.CHOOSE, limits.HINT)
    if chosen and field.several:
        found["initial_options"] = chosen
    elif chosen:
        found["initial_option"] = chosen[0]
    return found


def _kind(*, few: bool, several: bool) -> str:
    if few:
        return "checkboxes" if several else "radio_buttons"
    return "multi_static_select" if several else "static_select"


def _chosen(field: ChoiceField | PeopleField, offered: Sequence[Json]) -> list[Json]:
    wanted = set(field.value.split(",")) if field.several else {field.value or UNSET}
    return [option for option in offered if option["value"] in wanted]


def _offered(field: ChoiceField | PeopleField, draft: Draft) -> tuple[list[Json], int]:
    """The options that Slack takes, those that are chosen among them, and how many are not."""
    most = min(limits.SLACK_OPTIONS, 4 * draft.room.rows)
    chosen = set(field.value.split(","))
    takes = [o for o in field.options if len(o.value) <= limits.SLACK_OPTION_VALUE]
    last = max(most - sum(option.value in chosen for option in takes[most:]), 0)
    kept = [o for n, o in enumerate(takes) if n < last or o.value in chosen][:most]
    return [_option(option, draft) for option in kept], len(field.options) - len(kept)


def _option(option: Option, draft: Draft) -> Json:
    told = clip(line(option.label, draft.viewer), limits.SLACK_OPTION)
    words = told if told.strip(UNSEEN) else option.value
    return {"text": plain_text(words), "value": option.value or UNSET}
