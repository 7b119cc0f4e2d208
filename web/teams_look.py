"""An Adaptive Card as Teams draws it, from the very JSON that Teams would get."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import orjson
from markupsafe import Markup, escape

Native = Mapping[str, Any]

_INLINE = re.compile(
    r"\\(?P<bare>[^\w\s]|_)"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])+)\]\((?P<url>https?://[^\s()]+)\)"
    r"|\*\*(?=\S)(?P<bold>.+?)(?<=\S)\*\*"
    r"|(?<!\w)_(?=\S)(?P<italic>.+?)(?<=\S)_(?!\w)"
    r"|<at>(?P<mention>[^<]+)</at>"
)
_LINES = re.compile(r"\r\n|\r|\n\n|\n")
_ITEM = re.compile(r"^(?:- |(?P<number>\d+)\. )(?P<words>.*)$")
_SAFE = re.compile(r"https?://", re.IGNORECASE)


def card(native: Native) -> Markup:
    """The card; what this drawing does not know is named, not left out."""
    inner = _elements(native.get("body", []))
    actions = _actions(native.get("actions", []))
    return Markup('<div class="ac">{}{}</div>').format(inner, actions)


def markdown(text: str) -> Markup:
    """The Markdown that cards know: strong, slanted, links, lists and mentions."""
    lines = [(_ITEM.match(line), line) for line in _LINES.split(text) if line]
    blocks = [
        _list([found for found, _ in group if found]) if listed else _paragraphs(group)
        for listed, group in groupby(lines, key=lambda pair: bool(pair[0]))
    ]
    return Markup().join(blocks)


def _paragraphs(lines: Iterable[tuple[object, str]]) -> Markup:
    return Markup().join(Markup("<p>{}</p>").format(_inline(line)) for _, line in lines)


def _list(items: Sequence[re.Match[str]]) -> Markup:
    tag = "ol" if items[0]["number"] else "ul"
    rows = Markup().join(Markup("<li>{}</li>").format(_inline(item["words"])) for item in items)
    return Markup("<{}>{}</{}>").format(tag, rows, tag)


def _inline(text: str) -> Markup:
    pieces, at = [], 0
    for found in _INLINE.finditer(text):
        pieces += [escape(text[at : found.start()]), _marked(found)]
        at = found.end()
    return Markup().join([*pieces, escape(text[at:])])


def _marked(found: re.Match[str]) -> Markup:
    kind, inside = str(found.lastgroup), str(found[found.lastgroup or 0])
    match kind:
        case "url":
            label = _inline(found["label"])
            return Markup('<a href="{}" rel="noopener" target="_blank">{}</a>').format(
                inside, label
            )
        case "bold":
            return Markup("<strong>{}</strong>").format(_inline(inside))
        case "italic":
            return Markup("<em>{}</em>").format(_inline(inside))
        case "mention":
            return Markup('<span class="ac-mention">{}</span>').format(inside)
        case _:
            return escape(inside)


# --- elements ---------------------------------------------------------------------------------


def _elements(elements: Sequence[Native]) -> Markup:
    return Markup().join(_element(element) for element in elements)


def _element(element: Native) -> Markup:
    draw = ELEMENTS.get(str(element.get("type")), _unknown)
    extra = " ac-apart" if element.get("separator") else ""
    space = str(element.get("spacing", "default")).lower()
    return Markup('<div class="ac-item ac-space-{}{}">{}</div>').format(space, extra, draw(element))


def _text(element: Native) -> Markup:
    heading = element.get("style") == "heading"
    marks = {
        f"ac-size-{str(element.get('size', 'default')).lower()}": True,
        f"ac-weight-{str(element.get('weight', 'default')).lower()}": True,
        f"ac-color-{str(element.get('color', 'default')).lower()}": True,
        "ac-subtle": bool(element.get("isSubtle")),
        "ac-heading": heading,
    }
    names = " ".join(name for name, on in marks.items() if on)
    role = Markup(' role="heading" aria-level="3"') if heading else Markup()
    words = markdown(str(element.get("text", "")))
    return Markup('<div class="{}"{}>{}</div>').format(names, role, words)


def _rich(element: Native) -> Markup:
    return Markup("<p>{}</p>").format(Markup().join(map(_run, element.get("inlines", []))))


def _run(run: Native | str) -> Markup:
    if isinstance(run, str):
        return escape(run)
    words = escape(str(run.get("text", "")))
    if run.get("weight", "").lower() == "bolder":
        words = Markup("<strong>{}</strong>").format(words)
    return Markup("<em>{}</em>").format(words) if run.get("italic") else words


def _facts(element: Native) -> Markup:
    rows = (
        Markup("<dt>{}</dt><dd>{}</dd>").format(_inline(fact["title"]), markdown(fact["value"]))
        for fact in element.get("facts", [])
    )
    return Markup('<dl class="ac-facts">{}</dl>').format(Markup().join(rows))


def _image(element: Native) -> Markup:
    url = str(element.get("url", ""))
    if not _SAFE.match(url) and not url.startswith("data:image/"):
        return _unknown(element)
    alt = str(element.get("altText", ""))
    return Markup('<img class="ac-image" src="{}" alt="{}" loading="lazy">').format(url, alt)


def _container(element: Native) -> Markup:
    style = str(element.get("style", "default")).lower()
    inner = _elements(element.get("items", []))
    return Markup('<div class="ac-container ac-style-{}">{}</div>').format(style, inner)


def _columns(element: Native) -> Markup:
    columns = Markup().join(map(_column, element.get("columns", [])))
    return Markup('<div class="ac-columns">{}</div>').format(columns)


def _column(column: Native) -> Markup:
    width = str(column.get("width", "stretch"))
    grow = min(100, int(width)) if width.isdigit() else 0
    name = f"ac-grow-{grow}" if grow else f"ac-{width if width == 'auto' else 'stretch'}"
    return Markup('<div class="{} ac-style-{}">{}</div>').format(
        name, str(column.get("style", "default")).lower(), _elements(column.get("items", []))
    )


def _action_set(element: Native) -> Markup:
    return _actions(element.get("actions", []))


def _unknown(element: Native) -> Markup:
    kind = element.get("type", "something")
    return Markup('<p class="ac-unknown">Teams draws {} here.</p>').format(kind)


# --- actions ----------------------------------------------------------------------------------


def _actions(actions: Sequence[Native]) -> Markup:
    if not actions:
        return Markup()
    buttons = Markup().join(map(_action, actions))
    return Markup('<div class="ac-actions">{}</div>').format(buttons)


def _action(action: Native) -> Markup:
    title, url = str(action.get("title", "")), str(action.get("url", ""))
    if action.get("type") == "Action.OpenUrl" and _SAFE.match(url):
        return Markup(
            '<a class="ac-button" href="{}" rel="noopener" target="_blank">{}</a>'
        ).format(url, title)
    data = action.get("data")
    told = data.get("coterie", {}) if isinstance(data, Mapping) else {}
    style = str(action.get("style", "default")).lower()
    button = Markup(
        '<button type="button" class="ac-button ac-action-{}" name="coterie" value="{}">{}</button>'
    )
    return button.format(style, orjson.dumps(told).decode(), title)


ELEMENTS: Mapping[str, Callable[[Native], Markup]] = {
    "TextBlock": _text,
    "RichTextBlock": _rich,
    "FactSet": _facts,
    "Image": _image,
    "Container": _container,
    "ColumnSet": _columns,
    "ActionSet": _action_set,
}
