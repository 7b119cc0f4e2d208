"""Forms as HTML; `cards.html` says what the class names promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from markupsafe import Markup

from cards import limits, parts
from cards.limits import Room, clip, fit
from cards.page import Page, carried, join, weigh
from cards.words import clean, reader
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
    say,
)

REQUIRED = say("cards.required", "(needed)")
OPTIONAL = say("cards.optional", "(if you like)")
LISTED_TO = 5
CHECKED = {True: Markup(" checked"), False: Markup()}
SELECTED = {True: Markup(" selected"), False: Markup()}


def form(asked: Form, viewer: Viewer, scope: str = "") -> Markup:
    """The Form; `scope` keeps its ids apart from those of others on the same page."""
    who = reader(asked, viewer)

    def draw(room: Room) -> Markup:
        return _form(asked, Page(who, room, scope=scope))

    return fit(draw, weigh, limits.PAGE_BYTES)


def _form(asked: Form, page: Page) -> Markup:
    title = Markup('<h3 class="form-title">{}</h3>').format(page.words(asked.title, limits.HEADING))
    drawn = [title]
    if asked.intro is not None:
        drawn.append(page.paragraph("intro", asked.intro))
    fields = asked.fields[: limits.FIELDS]
    names = {field.name for field in fields}
    general = (error for name, error in asked.errors.items() if name not in names)
    drawn.extend(page.paragraph("form-error", error) for error in general)
    drawn.extend(_field(field, asked, page) for field in fields)
    if len(asked.fields) > limits.FIELDS:
        drawn.append(page.paragraph("more", parts.SHORTENED))
    whole = Markup(
        '<form class="form" method="post" data-action="{}">'
        '<input type="hidden" name="coterie" value="{}">{}'
        '<button class="button primary">{}</button></form>'
    )
    value = carried(asked.action, asked.args, "")
    return whole.format(asked.action, value, join(drawn), page.label(asked.submit))


@dataclass(slots=True)
class Asked:
    """A field while it is drawn: its id, what is wrong with it, and whether it is needed."""

    field: Field
    id: str
    error: Phrase | None
    required: bool

    def tied(self, *notes: str) -> Markup:
        """The attributes that tie an input to its hint and its error, and say what it needs."""
        told = [note for note in notes if note] + (["error"] if self.error else [])
        ids = " ".join(f"{self.id}-{note}" for note in told)
        described = Markup(' aria-describedby="{}"').format(ids) if ids else Markup()
        invalid = Markup(' aria-invalid="true"') if self.error else Markup()
        return described + invalid + (Markup(" required") if self.required else Markup())


def _field(field: Field, asked: Form, page: Page) -> Markup:
    error = asked.errors.get(field.name)
    required = not isinstance(field, ToggleField) and field.required
    shown = Asked(field, f"{page.scope}{asked.action}-{field.name}", error, required)
    match field:
        case TextField():
            return _labelled(shown, page, _text(field, shown, page), field.hint)
        case DateField():
            return _labelled(shown, page, _input(shown, "date", clean(field.value)))
        case ChoiceField() | PeopleField():
            return _choice(field, shown, page)
        case ToggleField():
            return _toggle(field, shown, page)
        case _:
            assert_never(field)


def _labelled(shown: Asked, page: Page, drawn: Markup, hint: Phrase | None = None) -> Markup:
    label = Markup('<label for="{}">{}</label>').format(shown.id, _question(shown, page))
    return _box(shown, page, label, drawn, hint)


def _box(
    shown: Asked, page: Page, label: Markup, drawn: Markup, hint: Phrase | None = None
) -> Markup:
    box = Markup('<div class="field{}">{}{}{}{}</div>')
    notes = _note("hint", hint, shown, page), _note("error", shown.error, shown, page)
    return box.format(" invalid" if shown.error else "", label, *notes, drawn)


def _note(look: str, words: Phrase | None, shown: Asked, page: Page) -> Markup:
    if words is None:
        return Markup()
    note = Markup('<p class="{0}" id="{1}-{0}">{2}</p>')
    return note.format(look, shown.id, page.words(words, limits.QUESTION))


def _question(shown: Asked, page: Page) -> Markup:
    """The label, and in words whether an answer is needed."""
    look, words = ("required", REQUIRED) if shown.required else ("optional", OPTIONAL)
    told = Markup('{} <span class="{}">{}</span>')
    label = page.label(shown.field.label, limits.QUESTION)
    return told.format(label, look, page.label(words))


def _text(field: TextField, shown: Asked, page: Page) -> Markup:
    value = clip(clean(field.value), min(field.limit, page.room.typed))
    hint = "hint" if field.hint else ""
    if not field.lines:
        return _input(shown, "text", value, hint=hint, most=field.limit)
    area = Markup('<textarea id="{}" name="{}" rows="4" maxlength="{}"{}>\n{}</textarea>')
    return area.format(shown.id, field.name, field.limit, shown.tied(hint), value)


def _input(shown: Asked, kind: str, value: str, *, hint: str = "", most: int = 0) -> Markup:
    length = Markup(' maxlength="{}"').format(most) if most else Markup()
    drawn = Markup('<input type="{}" id="{}" name="{}" value="{}"{}{}>')
    return drawn.format(kind, shown.id, shown.field.name, value, length, shown.tied(hint))


def _toggle(field: ToggleField, shown: Asked, page: Page) -> Markup:
    drawn = Markup(
        '<div class="choice"><input type="checkbox" id="{0}" name="{1}" value="true"{2}{3}>'
        '<label for="{0}">{4}</label></div>'
    )
    label = page.label(field.label, limits.QUESTION)
    inner = drawn.format(shown.id, field.name, CHECKED[field.value], shown.tied(), label)
    return _box(shown, page, Markup(), inner)


def _choice(field: ChoiceField | PeopleField, shown: Asked, page: Page) -> Markup:
    """A list to pick from, or where they are few or several may be picked, all of them."""
    options, left = limits.options(field.options, field.value, page.room)
    if not options:
        return _box(shown, page, _question(shown, page), page.paragraph("more", parts.NOBODY))
    chosen = frozenset(field.value.split(",") if field.several else [field.value])
    if len(options) > LISTED_TO and not field.several:
        drawn = _select(options, chosen, shown, page)
        return _labelled(shown, page, drawn + page.left_out(left))
    kind = "checkbox" if field.several else "radio"
    rows = _ticks(options, chosen, shown, page, kind)
    group = Markup('<fieldset class="field{}"{}><legend>{}</legend>{}{}{}</fieldset>')
    return group.format(
        " invalid" if shown.error else "",
        Asked(field, shown.id, shown.error, required=False).tied(),
        _question(shown, page),
        _note("error", shown.error, shown, page),
        rows,
        page.left_out(left),
    )


def _ticks(
    options: Sequence[Option], chosen: frozenset[str], shown: Asked, page: Page, kind: str
) -> Markup:
    needed = Markup(" required") if shown.required and kind == "radio" else Markup()
    row = Markup(
        '<div class="choice"><input type="{0}" id="{1}" name="{2}" value="{3}"{4}{5}>'
        '<label for="{1}">{6}</label></div>'
    )
    return join(
        row.format(
            kind,
            f"{shown.id}-{at}",
            shown.field.name,
            option.value,
            CHECKED[option.value in chosen],
            needed,
            page.label(option.label, limits.QUESTION),
        )
        for at, option in enumerate(options)
    )


def _select(options: Sequence[Option], chosen: frozenset[str], shown: Asked, page: Page) -> Markup:
    none = Markup('<option value="">{}</option>').format(page.label(parts.CHOOSE))
    row = Markup('<option value="{}"{}>{}</option>')
    rows = (row.format(o.value, SELECTED[o.value in chosen], page.label(o.label)) for o in options)
    drawn = Markup('<select id="{}" name="{}"{}>{}</select>')
    return drawn.format(shown.id, shown.field.name, shown.tied(), join([none, *rows]))
