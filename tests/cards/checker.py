"""A strict judge of Adaptive Cards, over the models that Microsoft generates for Teams.

`problems(card)` names every fault with its path: unknown types and properties, wrong values,
inputs without id or label, pictures without words, mentions whose text is not there, markup that
is not ours, a version that does not know an element, and cards that are too big.
"""

import inspect
import re
import typing
from collections import Counter
from collections.abc import Iterator, Mapping

import orjson
from microsoft_teams.cards import core as models
from pydantic import BaseModel, ValidationError

Node = dict[str, typing.Any]

FREE = {"data", "value", "choices.data"}
EVERYWHERE = {"$schema", "id", "requires", "fallback"}
SINCE_1_5 = {("TextBlock", "style"), ("Table", ""), ("Action.Execute", "")}
TAG = re.compile(r"<at>([^<]*)</at>")


def problems(card: Node, *, most: int = 24 * 1024) -> list[str]:
    """All that is wrong with a card; nothing is best."""
    found = [*_top(card, most), *_mentions(card)]
    for path, node in nodes(card, "$"):
        found += [f"{path}: {fault}" for fault in _node(node, str(card.get("version")))]
    ids = Counter(node["id"] for _, node in nodes(card, "$") if "id" in node)
    return found + [f"$: id {id!r} used {n} times" for id, n in ids.items() if n > 1]


def nodes(part: object, path: str) -> Iterator[tuple[str, Node]]:
    """Everything with a type, wherever it stands; what only travels through is left alone."""
    if isinstance(part, list):
        for n, item in enumerate(part):
            yield from nodes(item, f"{path}[{n}]")
    elif isinstance(part, dict):
        if "type" in part:
            yield path, part
        for key, item in part.items():
            if key not in FREE:
                yield from nodes(item, f"{path}.{key}")


def texts(card: Node) -> list[str]:
    """Every string that clients read as Markdown."""
    found = [n["text"] for _, n in nodes(card, "$") if n["type"] == "TextBlock"]
    sets = [n["facts"] for _, n in nodes(card, "$") if n["type"] == "FactSet"]
    return found + [fact[side] for facts in sets for fact in facts for side in ("title", "value")]


def _models() -> Mapping[str, type[BaseModel]]:
    known: dict[str, type[BaseModel]] = {}
    for _, model in inspect.getmembers(models, inspect.isclass):
        if issubclass(model, BaseModel) and "type" in model.model_fields:
            for name in typing.get_args(model.model_fields["type"].annotation):
                known[str(name)] = model
    return known


MODELS = _models()


def _properties(model: type[BaseModel]) -> set[str]:
    generator = model.model_config.get("alias_generator")
    alias = getattr(generator, "serialization_alias", None) or str
    return EVERYWHERE | {
        field.serialization_alias or alias(name) for name, field in model.model_fields.items()
    }


def _top(card: Node, most: int) -> Iterator[str]:
    size = len(orjson.dumps(card))
    if card.get("type") != "AdaptiveCard" or card.get("version") not in {"1.3", "1.5"}:
        yield "$: not an Adaptive Card of a version that Teams takes"
    if size > most:
        yield f"$: {size} bytes are more than {most}"
    if len(card.get("actions", [])) > 6:
        yield "$: more than six buttons"
    if not card.get("body"):
        yield "$: nothing to see"


def _mentions(card: Node) -> Iterator[str]:
    said = {name for text in texts(card) for name in TAG.findall(text)}
    entities = card.get("msteams", {}).get("entities", [])
    meant = [entity["mentioned"]["name"] for entity in entities]
    if said != set(meant) or len(meant) != len(set(meant)):
        yield f"$: mentions in the text {sorted(said)} are not those declared {sorted(meant)}"
    for entity in entities:
        if entity["text"] != f"<at>{entity['mentioned']['name']}</at>":
            yield f"$: {entity['text']!r} will not match"


def _node(node: Node, version: str) -> Iterator[str]:
    kind = node["type"]
    model = MODELS.get(kind)
    if model is None:
        yield f"unknown type {kind!r}"
        return
    yield from (f"{kind} has no {name!r}" for name in sorted(set(node) - _properties(model)))
    yield from _wrong(node, model)
    if version == "1.3":
        late = {key for key in ("", *node) if (kind, key) in SINCE_1_5}
        yield from (f"{kind} {name} came after 1.3" for name in sorted(late))
    yield from _unreadable(node, kind)


def _wrong(node: Node, model: type[BaseModel]) -> Iterator[str]:
    try:
        model.model_validate(node)
    except ValidationError as error:
        for fault in error.errors():
            yield f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def _unreadable(node: Node, kind: str) -> Iterator[str]:
    if kind == "Image" and not node.get("altText"):
        yield "a picture without words"
    if kind == "TextBlock" and not (node.get("wrap") and node.get("text", "").strip()):
        yield "a text that does not wrap or says nothing"
    if kind.startswith("Input.") and not (node.get("label") or node.get("title")):
        yield "an input without a label"
    if kind.startswith("Input.") and not node.get("id"):
        yield "an input without an id"
    if kind.startswith("Action.") and not node.get("title", "").strip():
        yield "a button without words"
    url = node.get("url", "https://")
    if not url.startswith(("https://", "http://")):
        yield f"an address that is none: {url!r}"
