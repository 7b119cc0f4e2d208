"""The first door of the sandbox: a course link is sent, and everyone accounted for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.house import barriers, browsing, picture, serving
from tests.e2e.test_sandbox import card, press, submit, visit

pytestmark = pytest.mark.e2e
TITLE = "Feedback that lands"
LOOKS = ("teams", "slack", "workplace", "lock")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with serving(tmp_path) as url:
        yield from visit(browser, url)


def test_a_link_is_sent_opened_and_done_and_everyone_is_accounted_for(page: Page) -> None:
    gather(page)
    send(page)
    learn(page)
    see_it_add_up(page)
    assert barriers(page) == []


def gather(page: Page) -> None:
    """The cohort that it takes."""
    page.get_by_role("button", name="Gather a cohort").click()
    expect(page.locator("body")).to_have_attribute("data-show", "stopped")


def send(page: Page) -> None:
    """Robin takes a link that is at hand, looks at it, sends it, and the minute goes by."""
    robin = page.locator("#left")
    page.get_by_role("button", name=TITLE).click()
    robin.locator("textarea").press("Enter")
    desk = card(robin, "send")
    expect(desk).to_contain_text(TITLE)
    press(robin, "courses.plan")
    submit(page)
    press(robin, "courses.me_first")
    expect(card(robin, "course")).to_contain_text(TITLE)
    press(robin, "courses.go")
    expect(desk).to_contain_text("Undo")
    page.get_by_role("button", name="+1 hour").click()


def learn(page: Page) -> None:
    """Sky looks at it in every way, opens it, finishes it, and says so."""
    page.get_by_role("button", name="Be Sky").click()
    sky = page.locator("#right")
    found = card(sky, "course")
    expect(found).to_contain_text(TITLE)
    picture(page, "18-a-course")
    with page.expect_popup() as opened:
        found.get_by_role("link", name="Open", exact=True).click()
    opened.value.wait_for_url("**/demo/feedback-that-lands")
    opened.value.close()
    press(sky, "courses.done")
    expect(found).to_contain_text("Done, as you say.")
    for look in LOOKS:
        message = sky.locator(".message").last
        message.locator(f"[data-look={look}]").click()
        expect(message.locator(f"[data-look={look}]")).to_have_attribute("aria-pressed", "true")


def see_it_add_up(page: Page) -> None:
    """One has opened it, one says that it is done, and nobody is missing."""
    page.get_by_role("button", name="+1 hour").click()
    desk = card(page.locator("#left"), "send")
    expect(desk).to_contain_text("11 of 11")
    expect(desk).to_contain_text("1 of 11")
    picture(page, "19-accounted-for")
