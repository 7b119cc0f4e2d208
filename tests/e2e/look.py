"""The Playground's own page in a browser: what Brook sees, and where she clicks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Page, Route, async_playwright, expect

from teams.compose import SEARCH, WORDS
from tests.e2e.house import ARTIFACTS, CHROMIUM, FLAGS
from tests.e2e.playground import GROUP, PERSONAL, TEAM, Play

TITLES = {PERSONAL: "Personal Chat", GROUP: "Better handovers", TEAM: "General"}
SIZE = {"width": 1400, "height": 1400}


@dataclass(frozen=True)
class Look:
    """Brook's page. Opening a place for the first time installs Coterie there."""

    page: Page

    async def open(self, place: str) -> None:
        """Goes to a place."""
        await self.page.get_by_text(TITLES[place], exact=True).first.click()

    async def reads(self, words: str) -> None:
        """Waits until some words stand there."""
        await expect(self.page.get_by_text(words).last).to_be_visible()

    async def click(self, label: str) -> None:
        """Presses the newest button with this label."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def finds(self, words: str, title: str) -> None:
        """Searches beside the box to write in, and puts the card that is found into it."""
        page = self.page
        await page.get_by_role("button", name="Trigger Message Extension App").click()
        await page.get_by_text("Search Command").click()
        await page.get_by_role("button", name="Specify Command ID or Parameter").click()
        await page.get_by_placeholder("Command ID").fill(SEARCH)
        await page.get_by_placeholder("Parameter name").fill(WORDS)
        await page.get_by_placeholder("Enter a search term").fill(words)
        await page.get_by_text(title, exact=True).last.click()

    async def post(self) -> None:
        """Sends what stands in the box."""
        await self.page.get_by_role("button", name="Send Message").click()

    async def keep(self, name: str) -> None:
        """Keeps a picture of it."""
        await self.page.screenshot(path=ARTIFACTS / "playground" / f"{name}.png")


@asynccontextmanager
async def looking(play: Play) -> AsyncIterator[Look]:
    """A browser on the Playground, without its log and without the internet."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport=SIZE)  # type: ignore[arg-type] # a ViewportSize
        await page.route(lambda url: not url.startswith(play.url), _nowhere)
        await page.goto(play.url)
        await expect(page.get_by_text("Personal Chat", exact=True)).to_be_visible()
        yield Look(page)
        await browser.close()


@asynccontextmanager
async def surfing() -> AsyncIterator[Page]:
    """Somebody's own browser, which finds nothing but what runs on this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        await page.route(lambda url: not url.startswith("http://127.0.0.1"), _nowhere)
        yield page
        await browser.close()


async def _nowhere(route: Route) -> None:
    await route.abort()
