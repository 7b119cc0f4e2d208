"""Every golden in the renderer that Teams is built from, and in a browser's own."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.e2e.render.host import THEMES, config, style

E2E = Path(__file__).parents[1]
GOLDENS = E2E.parent / "cards" / "golden"
PICTURES = E2E / "artifacts" / "cards"
RENDERER = E2E / "node_modules/adaptivecards/dist/adaptivecards.min.js"
AXE = E2E / "node_modules/axe-core/axe.min.js"
JUDGE = (Path(__file__).parent / "judge.js").read_text()
DRAW = (Path(__file__).parent / "draw.js").read_text()
SHEET = 8000  # pixels
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240"><rect width="640" \
height="240" fill="#8ab"/></svg>'

# The directory search of Teams is younger than the schema version that Teams takes.
PEOPLE_SEARCH = (
    "An Input.ChoiceSet must have at least one choice defined.",
    'Property "choices.data" is supported in version 1.6, but you are using version 1.5.',
)

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


def cards() -> dict[str, Any]:
    """The goldens by name, as file names can have it."""
    found = sorted((GOLDENS / "adaptive").rglob("*.json"))
    return {named(path): json.loads(path.read_text()) for path in found}


def named(path: Path) -> str:
    return path.name.removesuffix(path.suffix)


def strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from strings(inner)


def stand_in(route: Route) -> None:
    """Nothing leaves the machine: pictures are a plain one, all else is not there."""
    if route.request.resource_type == "image":
        route.fulfill(body=PICTURE, content_type="image/svg+xml")
    else:
        route.abort()


def opened(browser: Browser, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 600})
    page.route(re.compile("^https?:"), stand_in)
    return page


def sheets(page: Page, name: str) -> None:
    """Pictures of all of it, many cards on each: one for every card takes minutes."""
    size = page.evaluate("({width: innerWidth, height: document.documentElement.scrollHeight})")
    for number, top in enumerate(range(0, size["height"], SHEET)):
        page.screenshot(
            path=PICTURES / f"{name}.{number:02}.png",
            full_page=True,
            clip={
                "x": 0,
                "y": top,
                "width": size["width"],
                "height": min(SHEET, size["height"] - top),
            },
        )


@pytest.mark.parametrize("width", [400, 600])
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_real_renderer_has_nothing_to_say_about_any_card(
    browser: Browser, theme: str, width: int
) -> None:
    page = opened(browser, width)
    shown = cards()
    read = MarkdownIt("commonmark")
    told = {text: read.render(text) for text in set(strings(shown))}
    page.set_content(f"<!doctype html><style>{style(THEMES[theme])}</style>")
    page.add_script_tag(path=RENDERER)

    faults = page.evaluate(DRAW, {"cards": shown, "config": config(THEMES[theme]), "told": told})

    sheets(page, f"{theme}.{width}")
    page.close()
    assert [fault for fault in faults if not fault.endswith(PEOPLE_SEARCH)] == []


def test_the_browser_finds_no_barrier_in_any_page(browser: Browser) -> None:
    page = opened(browser, 400)
    page.set_content(
        "<!doctype html><html lang=en><title>Cards</title><main><h1>Cards</h1><h2>All</h2>"
        "<div></div></main>"
    )
    page.add_script_tag(path=AXE)
    pages = {named(path): path.read_text() for path in sorted((GOLDENS / "html").rglob("*.html"))}

    faults = page.evaluate(JUDGE, pages)

    page.close()
    assert faults == []
