"""The story of a first cohort, played in a browser as a newcomer would."""

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.house import barriers, browsing, free_port, picture, serving

pytestmark = pytest.mark.e2e
expect.set_options(timeout=20_000)  # a card that changes often is redrawn after up to 15 seconds
WIDE: ViewportSize = {"width": 1440, "height": 900}
EIGHT_WEEKS = 120.0  # seconds; a minute on a machine that has nothing else to do
HANDHELD: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as url:
        yield url


@pytest.fixture
def page(browser: Browser, house: str) -> Iterator[Page]:
    """The sandbox on a desk; anything in the browser's console is a fault."""
    yield from visit(browser, house)


def visit(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{url}/sandbox")
    expect(page.locator("#left .phone-top .avatar")).to_have_text("RR")
    yield page
    context.close()
    assert complaints == []


# --- what people do ---------------------------------------------------------------------------


def be(page: Page, side: str, person: str, place: str) -> Locator:
    """This screen is this person's, and shows this place."""
    phone = page.locator(f"#{side}")
    phone.locator("[data-person]").select_option(person)
    phone.locator(f'[data-place="{place}"]').click()
    return phone


def press(phone: Locator, action: str) -> None:
    """Presses the last button of this action that this screen shows."""
    phone.locator(f'button[data-action="{action}"]').last.click()


def write(phone: Locator, text: str) -> None:
    phone.locator("textarea").fill(text)
    phone.locator("textarea").press("Enter")


def choose(page: Page, field: str, label: str) -> None:
    page.locator(f'#form select[name="{field}"]').select_option(label=label)


def submit(page: Page) -> None:
    page.locator("#form .form > button").click()


def start_a_cohort(page: Page, moderator: str = "Sunny Brooks (moderator)") -> None:
    robin = be(page, "left", "robin", "channel")
    press(robin, "cohorts.create")
    page.locator('#form [name="name"]').fill("Better handovers")
    page.locator('#form [name="purpose"]').fill("Fewer surprises at shift change")
    first = date.today() + timedelta(days=3)  # noqa: DTZ011 - the day on this machine
    page.locator('#form [name="first"]').fill(first.isoformat())
    page.locator('#form [name="last"]').fill((first + timedelta(days=40)).isoformat())
    choose(page, "moderator", moderator)
    submit(page)
    expect(page.locator("#form")).not_to_be_visible()


def join(page: Page, side: str, person: str) -> Locator:
    phone = be(page, side, person, "channel")
    press(phone, "members.join")
    return phone


def an_hour_later(page: Page) -> None:
    """What is redrawn often is drawn ever less often: this is when it comes at the latest."""
    page.get_by_role("button", name="+1 hour").click()
    expect(page.locator(".moves")).not_to_have_attribute("aria-busy", "true")


def card(phone: Locator, slot: str) -> Locator:
    """The message that shows this thing: there is only ever one."""
    return phone.locator(f".message:has(.post[data-slot^='{slot}/'])")


# --- the story --------------------------------------------------------------------------------


def test_a_cohort_from_install_to_answered_introductions(page: Page) -> None:
    robin = be(page, "left", "robin", "channel")
    expect(robin.locator(".post").first).to_contain_text("Coterie")
    picture(page, "01-installed")

    start_a_cohort(page)
    people_join(page)
    they_agree(page)
    they_introduce_themselves(page)


def people_join(page: Page) -> None:
    robin = be(page, "left", "robin", "channel")
    join(page, "right", "sky")
    join(page, "right", "misty")
    expect(card(robin, "welcome")).to_have_count(1)
    expect(card(robin, "welcome")).to_contain_text(re.compile(r"Joined\s*2"))
    expect(card(robin, "welcome").locator(".edited")).to_be_visible()
    picture(page, "02-joined")


def they_agree(page: Page) -> None:
    robin = be(page, "left", "robin", "chat-robin")
    press(robin, "agreement.draft")
    picture(page, "03-agreement-form")
    submit(page)
    sky = be(page, "right", "sky", "channel")
    press(sky, "agreement.suggest")
    page.locator('#form [name="text"]').fill("We say it when a handover went well.")
    submit(page)
    an_hour_later(page)
    expect(card(sky, "agreement")).to_contain_text("when a handover went well")

    press(robin, "agreement.close")
    an_hour_later(page)
    press(sky, "agreement.agree")
    press(be(page, "right", "misty", "channel"), "agreement.not_for_me")
    an_hour_later(page)
    expect(card(sky, "agreement")).to_contain_text("1 of 2 agreed")
    picture(page, "04-agreed")


def they_introduce_themselves(page: Page) -> None:
    robin = be(page, "left", "robin", "chat-robin")
    press(robin, "introductions.open")
    submit(page)
    sky = be(page, "right", "sky", "channel")
    press(sky, "introductions.answer")
    page.locator('#form [name="text"]').fill("Write it down before you leave, not after.")
    submit(page)
    an_hour_later(page)
    expect(card(sky, "intro")).to_contain_text("before you leave")

    misty = be(page, "right", "misty", "channel")
    misty.locator(".thread:has([data-slot^='intro/']) [data-reply]").click()
    write(misty, "Ask twice when the night was long.")
    an_hour_later(page)
    expect(card(misty, "intro")).to_contain_text("when the night was long")
    be(page, "left", "robin", "channel")
    picture(page, "05-introduced")


# --- everything else --------------------------------------------------------------------------


def test_each_person_chooses_how_to_look_at_a_card(page: Page) -> None:
    robin, sky = be(page, "left", "robin", "channel"), be(page, "right", "sky", "channel")
    robin.get_by_role("button", name="Teams").click()
    expect(robin.locator(".ac")).to_be_visible()
    expect(sky.locator(".post")).to_be_visible()
    sky.get_by_role("button", name="Lock screen").click()
    expect(sky.locator(".lock")).to_contain_text("Coterie is here")
    picture(page, "06-looks")

    robin.locator(".ac").get_by_role("button", name="Start a cohort").click()
    expect(page.locator("#form")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#look").select_option("json")
    expect(robin.locator(".json")).to_contain_text('"type": "AdaptiveCard"')


def test_a_card_works_in_every_look(page: Page) -> None:
    robin = be(page, "left", "robin", "channel")
    for look, button in (("Slack", ".sl-button"), ("Workplace", ".wp-number")):
        robin.get_by_role("button", name=look).click()
        robin.locator(button).first.click()
        expect(page.locator("#form")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#form")).to_be_hidden()


def test_a_form_says_what_is_wrong_and_keeps_what_was_written(page: Page) -> None:
    press(be(page, "left", "robin", "channel"), "cohorts.create")
    page.locator('#form [name="name"]').fill("Better handovers")
    page.locator('#form [name="purpose"]').fill("Fewer surprises")
    page.locator('#form [name="first"]').fill("2027-03-10")
    page.locator('#form [name="last"]').fill("2027-03-01")
    choose(page, "moderator", "Sunny Brooks (moderator)")
    submit(page)

    expect(page.locator("#form .error")).to_be_visible()
    expect(page.locator('#form [name="last"]')).to_be_focused()
    expect(page.locator('#form [name="name"]')).to_have_value("Better handovers")
    moderator = page.locator('#form select[name="moderator"] option:checked')
    expect(moderator).to_have_text("Sunny Brooks (moderator)")
    picture(page, "07-form-errors")
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(
    browser: Browser, house: str, scheme: Literal["light", "dark"]
) -> None:
    for page in visit(browser, house):
        page.emulate_media(color_scheme=scheme)
        start_a_cohort(page)
        join(page, "right", "sky")
        expect(card(page.locator("#left"), "welcome")).to_be_visible()
        for look in ("browser", "teams", "slack", "workplace", "lock", "json"):
            page.locator("#look").select_option(look)
            expect(page.locator(f"#right .card-{look}").last).to_be_visible()
            picture(page, f"08-{scheme}-{look}")
            assert barriers(page) == []
        page.locator("#look").select_option("browser")
        press(be(page, "left", "robin", "chat-robin"), "agreement.draft")
        expect(page.locator("#form")).to_be_visible()
        assert barriers(page) == []


def test_it_can_be_used_without_a_mouse(page: Page) -> None:
    page.locator("body").press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#left [data-person]"))
    tab_to(page, page.locator('#left [data-place="channel"]'))
    page.keyboard.press("Enter")
    start = page.locator('#left button[data-action="cohorts.create"]')
    expect(start).to_be_visible()
    tab_to(page, start)
    page.keyboard.press("Enter")
    expect(page.locator('#form [name="name"]')).to_be_focused()

    page.keyboard.press("Escape")
    expect(page.locator("#form")).not_to_be_visible()
    expect(start).to_be_focused()
    tab_to(page, page.locator("#text-left"))
    page.keyboard.type("help")
    page.keyboard.press("Enter")
    expect(page.locator("#left .post")).to_have_count(2)


def tab_to(page: Page, there: Locator) -> None:
    """Presses Tab until the focus is there."""
    for _ in range(40):
        if there.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not get to {there}")


def test_on_a_phone_one_screen_is_shown_at_a_time(page: Page) -> None:
    start_a_cohort(page)
    page.set_viewport_size(HANDHELD)
    for tab, shown in (("guide", "#guide"), ("right", "#right"), ("left", "#left")):
        page.locator(f'.tabs [data-tab="{tab}"]').click()
        expect(page.locator(shown)).to_be_visible()
        picture(page, f"09-phone-{tab}")
        assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= HANDHELD["width"]


def test_a_join_code_leads_to_a_page_that_says_how(page: Page, house: str) -> None:
    start_a_cohort(page)
    desk = card(be(page, "left", "robin", "chat-robin"), "desk")
    code = desk.locator(".facts > div", has_text="code").locator("dd").inner_text()

    page.goto(f"{house}/j/{code}")
    expect(page.get_by_role("heading")).to_have_text("You are invited to Better handovers")
    expect(page.get_by_text(f"join {code}")).to_be_visible()
    picture(page, "12-join")
    assert barriers(page) == []


def test_silence_is_answered_with_one_reminder_and_then_with_silence(page: Page) -> None:
    start_a_cohort(page)
    join(page, "right", "misty")
    robin = be(page, "left", "robin", "chat-robin")
    press(robin, "agreement.draft")
    submit(page)
    press(robin, "agreement.close")
    page.locator(".next summary").click()
    expect(page.locator("#next")).to_contain_text("One reminder")
    picture(page, "10-what-comes-next")

    misty = be(page, "right", "misty", "chat-misty")
    page.get_by_role("button", name="To the end").click()
    expect(page.locator(".moves")).not_to_have_attribute("aria-busy", "true")
    picture(page, "11-after-silence")
    expect(misty.locator(".post[data-slot^='agreement-remind/']")).to_have_count(1)
    expect(page.locator("#next-first")).to_have_text("nothing is planned")


def test_eight_weeks_go_by_in_a_minute_and_can_be_looked_at(page: Page) -> None:
    started = time.monotonic()
    page.get_by_text("Run eight weeks in a minute").click()
    page.get_by_role("button", name="Run the eight weeks").click()
    expect(page.locator("body")).to_have_attribute("data-show", "running")
    expect(page.locator("#show-week")).to_have_text("Week 2 of 8")
    expect(page.locator("#weekly")).to_contain_text("Week 2 of 8")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-show", "stopped")
    stands = page.locator("#show-count").inner_text()
    picture(page, "13-stopped")
    assert barriers(page) == []
    assert page.locator("#show-count").inner_text() == stands

    page.get_by_role("button", name="Go on").click()
    expect(page.locator("body")).to_have_attribute("data-show", "done", timeout=150_000)
    assert time.monotonic() - started < EIGHT_WEEKS
    see_the_twelve(page)
    see_what_happened(page)


def see_the_twelve(page: Page) -> None:
    page.get_by_role("button", name="The twelve").click()
    twelve = page.locator("#people > li")
    expect(twelve).to_have_count(12)
    expect(twelve.filter(has_text="Clay Stone")).to_contain_text("Has left the cohort")
    expect(twelve.filter(has_text="Misty Vale")).to_contain_text("is quiet")
    picture(page, "14-the-twelve")
    assert barriers(page) == []
    page.get_by_role("button", name="Misty Vale: Second screen").click()
    misty = page.locator("#right")
    expect(misty.locator(".post[data-slot^='silent/']")).to_have_count(1)
    expect(card(page.locator("#left"), "closing-report")).to_have_count(1)
    picture(page, "15-after-eight-weeks")
    assert barriers(page) == []


def see_what_happened(page: Page) -> None:
    page.set_viewport_size(HANDHELD)
    page.get_by_role("button", name="What happened").click()
    lines = page.locator("#lines")
    expect(lines).to_contain_text("To Robin: What came of the cohort")
    expect(lines).to_contain_text("three messages had no answer, so Coterie is quiet")
    picture(page, "16-what-happened")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= HANDHELD["width"]


def test_whoever_looks_on_takes_over_by_pressing(page: Page) -> None:
    page.get_by_text("Write something nasty").click()
    page.get_by_role("button", name="Run to the second week").click()
    expect(page.locator("body")).to_have_attribute("data-show", "running")
    expect(page.locator("body")).to_have_attribute("data-show", "stopped", timeout=60_000)

    jasper = be(page, "left", "jasper", "channel")
    press(jasper, "discussions.answer")
    page.locator('#form [name="text"]').fill("Whoever wrote that is a fool.")
    submit(page)
    sky = be(page, "right", "sky", "chat-sky")
    write(sky, "flag")
    press(sky, "moderation.flag")
    unkind = "Jasper Lake: Whoever wrote that is a fool."
    page.locator('#form [name="what"]').select_option(label=unkind)
    page.locator('#form [name="line"]').select_option("0")
    submit(page)
    expect(page.locator("#form")).not_to_be_visible()

    sunny = be(page, "right", "sunny", "chat-sunny")
    press(sunny, "moderation.hide")
    page.locator('#form [name="reason"]').fill("We speak kindly here.")
    submit(page)
    press(be(page, "left", "jasper", "chat-jasper"), "moderation.appeal")
    page.locator('#form [name="plea"]').fill("I was tired. I am sorry.")
    submit(page)
    robin = be(page, "right", "robin", "chat-robin")
    expect(card(robin, "appeal")).to_be_visible()
    picture(page, "17-appeal")
    page.get_by_role("button", name="The twelve").click()
    mine = page.locator("#people > li").filter(has_text="Jasper Lake")
    expect(mine.get_by_role("button", name="I play")).to_have_attribute("aria-pressed", "true")


def test_what_happened_survives_a_restart_and_one_button_starts_over(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    with serving(tmp_path, port) as url:
        for page in visit(browser, url):
            start_a_cohort(page)
            expect(card(page.locator("#left"), "welcome")).to_be_visible()
    with serving(tmp_path, port) as url:
        for page in visit(browser, url):
            left = be(page, "left", "robin", "channel")
            expect(card(left, "welcome")).to_be_visible()
            page.locator("#reset").click()
            page.locator("#sure-yes").click()
            expect(card(left, "welcome")).to_have_count(0)
            expect(left.locator(".post")).to_have_count(1)
            expect(page.locator("#next-first")).to_have_text("nothing is planned")
