"""The image holds what the service needs and nothing else, and runs as nobody in particular."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import settings
from tests.deploy import recipe
from tests.deploy.recipe import ROOT, command, environment, last, lay_out, lines, said, sources

KNOWN = {settings.PREFIX + name for name in (*settings.NOW, *settings.LATER)}
IMPORTED = re.compile(r"^ *(?:from|import) (\w+)", re.MULTILINE)
TOOLS = re.compile(r"\b(apt|apt-get|pip|gcc|make|git|curl|wget)\b")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What would be /app."""
    folder = tmp_path_factory.mktemp("app")
    lay_out(folder)
    return folder


def modules(tree: Path) -> Iterator[tuple[Path, str]]:
    """Every module that some file of this tree imports, by its first name."""
    for path in sorted(tree.rglob("*.py")):
        yield from ((path, name) for name in IMPORTED.findall(path.read_text()))


def ours(name: str) -> bool:
    return (ROOT / f"{name}.py").exists() or (ROOT / name / "__init__.py").exists()


def test_all_that_is_copied_is_there_and_reaches_docker() -> None:
    missing = [source for source, _ in sources() if not (ROOT / source).exists()]
    unseen = [source for source, _ in sources() if not recipe.sent(source)]
    assert (missing, unseen) == ([], [])
    assert len(sources()) > 10


def test_whatever_the_code_imports_of_ours_is_in_it(tree: Path) -> None:
    wanted = {(path.relative_to(tree), name) for path, name in modules(tree) if ours(name)}
    there = {path.stem for path in tree.glob("*.py")} | {p.name for p in tree.iterdir()}
    assert len(wanted) > 500
    assert sorted((path, name) for path, name in wanted if name not in there) == []


def test_every_package_and_all_the_words_are_in_it(tree: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {*project["tool"]["importlinter"]["root_packages"], "locales"}
    assert {path.name for path in tree.iterdir() if path.is_dir()} == wanted
    for name in wanted:
        assert held(tree / name) == held(ROOT / name)


def held(folder: Path) -> set[Path]:
    """The files of a folder, caches left out."""
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    "path",
    [".env", "deploy/.env", ".git/config", "var/coterie.db", "tests/conftest.py", "README.md"],
)
def test_data_secrets_and_tests_never_reach_docker(path: str) -> None:
    assert not recipe.sent(Path(path))
    assert not recipe.sent(Path("core/.env"))
    assert recipe.sent(Path("core/engine/ports.py"))


def test_it_runs_as_a_user_without_a_name_and_owns_its_data_alone() -> None:
    (user,) = said("USER")
    uid, gid = map(int, user.split(":"))
    assert uid >= 10_000
    assert gid >= 10_000
    assert said("RUN") == [f"install -d -o {uid} -g {gid} /data"]
    assert said("VOLUME") == ["/data"]


def test_nothing_that_builds_or_fetches_is_left_in_it() -> None:
    final = [line.words for line in lines() if line.stage == last()]
    assert [words for words in final if TOOLS.search(words)] == []
    copied = [words.split() for words in said("COPY")]
    assert [words[0] for words in copied] == ["--from=build"] * len(copied)


def test_only_what_the_lock_names_is_installed_to_the_byte() -> None:
    (install,) = [line.words for line in lines() if "pip" in line.words.split()]
    assert {"--require-hashes", "--only-binary=:all:", "/requirements.lock"} <= set(install.split())


def test_the_lock_holds_all_that_the_product_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=;\[ ]", line)[0].lower() for line in project["dependencies"]}
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert wanted - {name.lower() for name in locked} == set()


def test_both_stages_stand_on_the_python_that_the_product_is_tested_with() -> None:
    images = [line.words.split()[0] for line in lines() if line.name == "FROM"]
    assert set(images) == {"python:3.11-slim-bookworm"}


def test_its_settings_are_settings_and_keep_everything_in_the_volume() -> None:
    given = {name: value for name, value in environment().items() if name.startswith("COTERIE_")}
    assert given.keys() <= KNOWN
    read = settings.Settings.from_env({**given, "COTERIE_ENV": "development"})
    assert read.sqlite == Path("/data/coterie.db")
    assert said("EXPOSE") == [str(read.port)]


def test_signals_reach_the_service_itself() -> None:
    assert command("ENTRYPOINT") == ["python", "app.py"]
    assert command("CMD") == ["serve"]
