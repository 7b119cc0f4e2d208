"""The Dockerfile, read as Docker reads it, and the tree that it makes."""

import json
import re
import shutil
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
CACHES = shutil.ignore_patterns("__pycache__")


class Line(NamedTuple):
    """One instruction; `words` is all that follows it."""

    stage: int
    name: str
    words: str


@cache
def lines() -> tuple[Line, ...]:
    """The instructions in their order, each with the number of its stage."""
    text = re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE.read_text()).replace("\\\n", " ")
    found: list[Line] = []
    stage = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, words = line.partition(" ")
        stage += name == "FROM"
        found.append(Line(stage, name, words.strip()))
    return tuple(found)


def said(name: str) -> list[str]:
    """What follows an instruction in the last stage, each time it is given."""
    return [line.words for line in lines() if (line.stage, line.name) == (last(), name)]


def last() -> int:
    """The stage that becomes the image."""
    return lines()[-1].stage


def command(name: str) -> list[str]:
    """The words of ENTRYPOINT, CMD or HEALTHCHECK: a JSON list, so that no shell is between."""
    (one,) = said(name)
    words: list[str] = json.loads(one[one.index("[") :])
    return words


def environment() -> dict[str, str]:
    """What ENV sets."""
    (one,) = said("ENV")
    return dict(word.split("=", 1) for word in one.split())


def sources() -> list[tuple[Path, Path]]:
    """What is copied from the repository into /app, and where to, both without their roots."""
    copied = [line.words.split() for line in lines() if line.name == "COPY" and line.stage == 1]
    return [
        (Path(source), Path(target) / ("" if source.endswith("/") else source))
        for *found, target in copied
        for source in found
        if not target.startswith("/")
    ]


def lay_out(folder: Path) -> None:
    """Makes /app in this folder."""
    for source, target in sources():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target, ignore=CACHES)
        else:
            shutil.copy2(ROOT / source, folder / target)


def sent(path: Path) -> bool:
    """Whether .dockerignore lets Docker see this path of the repository: the last rule counts."""
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    seen = True
    for rule in filter(None, (rule.partition("#")[0].strip() for rule in rules)):
        if _matches(rule.removeprefix("!").strip("/"), path):
            seen = rule.startswith("!")
    return seen


def _matches(pattern: str, path: Path) -> bool:
    """A rule means a path and all below it; `**/` means at any depth."""
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern.removeprefix("**/")) for part in path.parts)
    return fnmatch(path.parts[0], pattern)
