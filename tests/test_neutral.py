"""The product knows no platform: only the renderers and the platforms' own folders name one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLATFORM = re.compile(
    r"\b(ms)?teams?:|\b(microsoft|msteams|slack|workplace|facebook)\b", re.IGNORECASE
)
NAME = re.compile(r"(^|_)(msteams|slack|workplace|sandbox)(_|$)", re.IGNORECASE)
SHARED = ("catalogue", "html", "html_form", "page", "parts", "plain", "words", "marks", "bars")
FILES = [
    *sorted((ROOT / "core").rglob("*.py")),
    *(ROOT / "cards" / f"{name}.py" for name in SHARED),
]


def spoken(tree: ast.Module) -> Iterator[str]:
    """The names and texts of a module, without its docstrings and its examples."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    shown = {id(inner) for node in tree.body if example(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in told | shown:
            continue
        match node:
            case ast.Constant(str() as text) if PLATFORM.search(text):
                yield text
            case ast.Name(name) | ast.Attribute(_, name) if NAME.search(name):
                yield name


def example(node: ast.stmt) -> bool:
    """Whether this is fictional: it feeds goldens, previews and docs."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return any(name.startswith("_") or name in {"EXAMPLES", "ADA"} for name in names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_product_names_no_platform(path: Path) -> None:
    assert list(spoken(ast.parse(path.read_text()))) == []


def test_a_platform_that_is_named_is_found() -> None:
    named = 'X = account.startswith("slack:")\nY = settings.slack_token\n'
    assert set(spoken(ast.parse(named))) == {"slack:", "slack_token"}
