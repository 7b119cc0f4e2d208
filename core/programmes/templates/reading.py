"""The text of a file as plain maps and lists, every value with its line.

What could make a small file large, or run something, is refused before anything is built.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import yaml

from core.programmes.templates.model import Problem, Unclear

SIZE = 64_000
DEPTH = 6
PARTS = 6_000
WORDS = 300
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast


class Found(NamedTuple):
    """A value, and the line on which it begins."""

    value: "str | Mapping[str, Found] | Sequence[Found]"
    line: int

    @property
    def words(self) -> str | None:
        """What is written, if it is words."""
        return self.value if isinstance(self.value, str) else None

    @property
    def fields(self) -> "Mapping[str, Found] | None":
        """Values by name, if it is a map."""
        return self.value if isinstance(self.value, Mapping) else None

    @property
    def items(self) -> "Sequence[Found] | None":
        """One value after another, if it is a list."""
        return None if isinstance(self.value, str | Mapping) else self.value


def read(file: str, text: str) -> Found:
    """What a file holds. Raises Unclear."""
    if len(text) > SIZE:
        said = f"The file has {len(text):,} characters."
        raise Unclear([Problem(file, 1, said, f"Write at most {SIZE:,}, and 60 steps.")])
    try:
        _guard(file, text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = f"This is no YAML: {error.problem or error.context}."
        raise Unclear([Problem(file, mark.line + 1 if mark else 1, said, YAML)]) from None
    except yaml.YAMLError:
        said = "There is a character that no text file has."
        raise Unclear([Problem(file, 1, said, "Save the file as plain text in UTF-8.")]) from None
    if node is None:
        raise Unclear([Problem(file, 1, "The file is empty.", "Write name, about and steps.")])
    problems: list[Problem] = []
    found = _found(file, node, problems)
    if problems:
        raise Unclear(problems)
    return found


YAML = "Write two spaces before a field, and words with a colon in quotation marks."


def _guard(file: str, text: str) -> None:
    """Looks at the file piece by piece."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        depth += _deeper(event)
        wrong = _wrong(event, depth, count)
        if wrong:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise Unclear([Problem(file, line, *wrong)])


def _deeper(event: yaml.Event) -> int:
    if isinstance(event, yaml.CollectionStartEvent):
        return 1
    return -1 if isinstance(event, yaml.CollectionEndEvent) else 0


def _wrong(event: yaml.Event, depth: int, count: int) -> tuple[str, str] | None:
    if isinstance(event, yaml.AliasEvent):
        return f"*{event.anchor} repeats another part.", "Write the part out."
    if depth > DEPTH:
        return "Lists and maps stand too deep in each other.", "Write steps as one plain list."
    if count > PARTS:
        return "There is too much in this file.", "Write at most 60 steps."
    tag = getattr(event, "tag", None)
    if tag:
        return f"{tag} is more than words.", "Leave out what begins with an exclamation mark."
    return None


def _found(file: str, node: yaml.Node, problems: list[Problem]) -> Found:
    line = node.start_mark.line + 1
    match node:
        case yaml.MappingNode():
            return Found(dict(_fields(file, node, problems)), line)
        case yaml.SequenceNode():
            return Found([_found(file, item, problems) for item in node.value], line)
        case _:
            return Found(str(node.value), line)


def _fields(
    file: str, node: yaml.MappingNode, problems: list[Problem]
) -> Iterator[tuple[str, Found]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)[:WORDS]
        if name in seen:
            said = f"{name} is there already, on line {seen[name]}."
            problems.append(Problem(file, line, said, "Leave one of them out."))
        seen.setdefault(name, line)
        yield name, _found(file, value, problems)
