"""What the documents promise to describe is described. Found in the code, not listed here."""

import inspect
import re
from functools import cache, partial
from pathlib import Path

import pytest

import app
import settings
from core import actions, words
from core.engine import errors
from teams.package import COMMANDS

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\]\(([^)#:]+)\)")
SETTINGS = [settings.PREFIX + name for name in (*settings.NOW, *settings.LATER)]
NOWHERE = "http://127.0.0.1:9"
TEN = (
    *("Event", "Record", "Handler", "Changes", "View"),
    *("Query", "Store", "Job", "Post", "Platform"),
)


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text()


def mentions(name: str, code: str) -> bool:
    """Whether a page holds this as code."""
    return f"`{code}`" in page(name)


async def routes(folder: Path) -> set[str]:
    """The paths of the service as developers run it, with every platform set up."""
    given = {
        "COTERIE_ENV": "development",
        "COTERIE_DATABASE": f"sqlite:///{folder / 'coterie.db'}",
        "COTERIE_SLACK_BOT_TOKEN": "xoxb-not-a-token",
        "COTERIE_SLACK_SIGNING_SECRET": "not-a-secret",
        "COTERIE_SLACK_API_URL": NOWHERE,
        "COTERIE_WORKPLACE_ACCESS_TOKEN": "not-a-token",
        "COTERIE_WORKPLACE_APP_SECRET": "not-a-secret",
        "COTERIE_WORKPLACE_VERIFY_TOKEN": "not-a-word",
        "COTERIE_WORKPLACE_GRAPH_URL": NOWHERE,
        "COTERIE_GO1_CLIENT_ID": "nobody",
        "COTERIE_GO1_CLIENT_SECRET": "not-a-secret",
        "COTERIE_GO1_WEBHOOK_SECRET": "not-a-secret",
        "COTERIE_API_TOKENS": "ada@example.com=not-a-token-at-all",
    }
    built = await app.build(settings.Settings.from_env(given))
    found = {route.resource.canonical for route in built.router.routes() if route.resource}
    await built.cleanup()
    return found


def described(route: str) -> bool:
    """By its own path, or by that of its family."""
    family = "/" + route.split("/")[1]
    return mentions("README.md", route) or mentions("README.md", f"{family}/…")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_in_the_readme(setting: str) -> None:
    assert mentions("README.md", setting)


def test_the_example_file_knows_every_setting_and_no_other() -> None:
    named = set(re.findall(r"^(COTERIE_\w+)=", page("deploy/env.example"), re.MULTILINE))
    assert named == set(SETTINGS)


def test_the_example_file_is_a_valid_start() -> None:
    lines = (line for line in page("deploy/env.example").splitlines() if line.startswith("COTERIE"))
    given = dict(line.split("=", 1) for line in lines)
    with pytest.raises(settings.Misconfigured, match="TEAMS_APP_ID") as told:
        settings.Settings.from_env(given)
    assert len(str(told.value).splitlines()) == 1


async def test_every_route_is_in_the_readme_and_no_other(tmp_path: Path) -> None:
    found = await routes(tmp_path)
    listed = re.findall(r"^\| `(/[^`…]*)`", page("README.md"), re.MULTILINE)
    assert [route for route in sorted(found) if not described(route)] == []
    assert [route for route in listed if route not in found] == []


@pytest.mark.parametrize("word", words.WORDS)
def test_every_word_that_people_can_write_is_in_the_readme(word: str) -> None:
    assert mentions("README.md", word)


@pytest.mark.parametrize("scope", COMMANDS)
def test_every_command_of_the_teams_menu_is_a_word(scope: str) -> None:
    assert [title for title, _ in COMMANDS[scope] if title not in words.WORDS] == []


@pytest.mark.parametrize(
    "command",
    [
        *("serve", "worker", "doctor", "package teams", "package slack", "move COHORT"),
        *("export --to WHERE", "import FILE"),
    ],
)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert mentions("README.md", f"python app.py {command}")


def test_the_command_line_has_no_other_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        app.main(["--help"])
    (listed,) = re.findall(r"\{([\w,]+)\}", capsys.readouterr().out.partition("\n")[0])
    commands = ["serve", "worker", "doctor", "package", "move", "export", "import"]
    assert listed.split(",") == commands


def test_every_error_says_what_to_do_next() -> None:
    ours = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if of_ours(kind)]
    assert len(ours) > 5
    assert [kind.__name__ for kind in ours if not mentions("CONTRIBUTING.md", kind.__name__)] == []


def of_ours(kind: type) -> bool:
    return kind.__module__ == errors.__name__ and issubclass(kind, Exception)


@pytest.mark.parametrize("event", actions.HAPPENINGS)
def test_every_event_that_no_button_causes_is_in_contributing(event: str) -> None:
    assert mentions("CONTRIBUTING.md", event)


@pytest.mark.parametrize("name", actions.ACTIONS)
def test_every_action_says_in_a_line_what_it_does(name: str) -> None:
    handler = actions.ACTIONS[name].handler
    told = inspect.getdoc(handler.func if isinstance(handler, partial) else handler)
    assert told
    assert told.splitlines()[0].endswith((".", "?"))


@pytest.mark.parametrize("word", TEN)
@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_ten_words_are_explained(word: str, name: str) -> None:
    assert f"\n| {word} | " in page(name)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_inside_the_house_leads_somewhere(name: str) -> None:
    assert [link for link in LINK.findall(page(name)) if not (ROOT / link).exists()] == []


def test_decisions_are_short_and_numbered_in_order() -> None:
    found = sorted((ROOT / "deploy" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{n:04}" for n in range(1, len(found) + 1)]
    assert [path.name for path in found if path.read_text().count("\n") > 40] == []
