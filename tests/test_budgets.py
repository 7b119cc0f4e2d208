"""The sizes at which code stays readable. Split by idea, not to please a number."""

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOCKS = ("unittest.mock", "mocker", "monkeypatch.setattr")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Source:
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def is_test(self) -> bool:
        return self.path.parts[0] == "tests"

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def classes(self) -> Iterator[ast.ClassDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    def comments(self) -> int:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return sum(token.type == tokenize.COMMENT for token in tokens)


@cache
def sources() -> tuple[Source, ...]:
    """All Python of ours, in no folder that a tool made."""
    found = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.py")))
    return tuple(read(path) for path in found if not made_by_a_tool(path))


def made_by_a_tool(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)


def read(path: Path) -> Source:
    text = (ROOT / path).read_text()
    return Source(path=path, text=text, tree=ast.parse(text))


def product() -> list[Source]:
    return [source for source in sources() if not source.is_test]


def length(node: Function | ast.ClassDef) -> int:
    """Lines of a definition, its docstring not counted."""
    told = 0 if ast.get_docstring(node) is None else span(node.body[0])
    return span(node) - told


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_file_is_one_idea() -> None:
    most = {False: 400, True: 500}
    long = [f"{s.path}: {s.lines} lines" for s in sources() if s.lines > most[s.is_test]]
    assert not long, "\n".join(long)


def test_a_class_can_be_read_in_one_go() -> None:
    sizes = [(f"{s.path} {node.name}", length(node)) for s in sources() for node in s.classes()]
    long = [f"{where}: {lines} lines" for where, lines in sizes if lines > 150]
    assert not long, "\n".join(long)


def test_functions_are_short() -> None:
    lengths = [length(node) for source in product() for node in source.functions()]
    assert statistics.median(lengths) <= 7
    assert statistics.quantiles(lengths, n=10)[-1] <= 20


def test_code_needs_few_comments() -> None:
    talkative = [str(s.path) for s in product() if s.lines > 50 and s.comments() > 0.06 * s.lines]
    assert talkative == []


def test_fakes_stand_in_for_vendors_and_nothing_stands_in_for_us() -> None:
    tests = [s for s in sources() if s.is_test and s.path.name != Path(__file__).name]
    assert [(str(s.path), mock) for s in tests for mock in MOCKS if mock in s.text] == []


def test_annotations_are_what_they_say() -> None:
    assert [str(s.path) for s in product() if "from __future__" in s.text] == []


def test_totals_are_told_but_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    core = sum(s.lines for s in product() if s.path.parts[0] in {"core", "cards"})
    whole = sum(s.lines for s in product())
    tests = sum(s.lines for s in sources() if s.is_test)
    with capsys.disabled():
        sys.stdout.write(f"\nlines: core and cards {core}, all of ours {whole}, tests {tests}\n")
    assert 0 < core <= whole
