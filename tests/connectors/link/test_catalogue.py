"""A link becomes a course, or a word that says why not."""

import asyncio
import gzip
import json

import pytest

from connectors.catalogues.link.catalogue import LinkCatalogue
from connectors.catalogues.link.remembered import BAD, GOOD, STALE
from connectors.catalogues.port import NoCourse
from connectors.http.safe import Safe
from core.courses.model import LINK, Course, link_id, packed
from tests.connectors.link.conftest import Hand
from tests.fakes.websites import FakeWebsites, Site, Trick

PAGE = "<html lang=en><title>Better handovers</title>"
WATCH = "/watch?v=abcdefghijk"


def page(title: str, minutes: int, **more: object) -> str:
    told = {"@type": "Course", "name": title, "timeRequired": f"PT{minutes}M", **more}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


async def why(link: LinkCatalogue, url: str) -> str:
    with pytest.raises(NoCourse) as told:
        await link.resolve(url)
    return told.value.trouble


async def test_a_page_becomes_a_course(web: FakeWebsites, link: LinkCatalogue) -> None:
    web["/course"] = page("Better handovers", 12, inLanguage="en", description="Calmer shifts.")
    url = web.at("/course", "learn.example")
    assert await link.resolve(url) == Course(
        catalogue="link",
        id=link_id(url),
        url=url,
        title="Better handovers",
        summary="Calmer shifts.",
        minutes=12,
        provider="learn.example",
        language="en",
        kind="course",
    )


async def test_a_name_that_looks_like_another_is_shown_as_what_it_is(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web["/"] = "<p>Hello"
    found = await link.resolve(web.at("/", "аpple.example"))  # noqa: RUF001 - a Cyrillic a
    assert (found.title, found.provider) == ("xn--pple-43d.example", "xn--pple-43d.example")
    assert found.url == web.at("/", "аpple.example")  # noqa: RUF001


async def test_a_page_without_a_title_is_known_by_its_host(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web["/course"] = "<p>Hello"
    assert (await link.resolve(web.at("/course", "www.learn.example"))).title == "learn.example"


@pytest.mark.parametrize(
    "pasted",
    [
        "/course?unit=3&utm_source=mail&utm_campaign=x",
        "/course?fbclid=1&unit=3&gclid=2",
        "/course?unit=3#chapter-2",
        "/course?UTM_MEDIUM=a&unit=3&",
    ],
)
async def test_how_somebody_came_by_a_link_makes_no_other_course(
    web: FakeWebsites, link: LinkCatalogue, pasted: str
) -> None:
    web["/course?unit=3"] = PAGE
    found = await link.resolve(web.at(pasted))
    assert found.url == web.at(pasted)
    assert found.id == (await link.resolve(web.at("/course?unit=3"))).id


async def test_places_within_one_program_are_courses_of_their_own(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web["/"] = PAGE
    one, other = [await link.resolve(web.at(f"/#/course/{n}")) for n in (1, 2)]
    assert one.id != other.id


@pytest.mark.parametrize(
    ("site", "trouble"),
    [
        (Site(status=401), "refused"),
        (Site("<h1>Unauthorized", status=401), "refused"),
        (Site(status=403), "refused"),
        (Site(status=404), "gone"),
        (Site(status=410), "gone"),
        (Site(status=429), "busy"),
        (Site(status=503), "busy"),
        (Site("Traceback: secret", status=500), "busy"),
        (Site(b"%PDF", kind="application/pdf"), "unreadable"),
        (Site(b"\x1f\x8b" + b"no gzip" * 9, headers={"Content-Encoding": "gzip"}), "unreadable"),
        (Site(headers={"Content-Encoding": "br"}), "unreadable"),
        (Site(PAGE, trick="cut"), "unreadable"),
        (Site(status=302, headers={"Location": "/course"}), "unreadable"),
        (Site(status=302, headers={"Location": "http://10.0.0.1/"}), "private"),
        (Site("<title>Log in</title><input type=password>"), "refused"),
    ],
)
async def test_what_cannot_be_read_is_told_in_a_word(
    web: FakeWebsites, link: LinkCatalogue, site: Site, trouble: str
) -> None:
    web["/course"] = site
    assert await why(link, web.at("/course")) == trouble


@pytest.mark.parametrize("trick", ["hangs", "drips"])
async def test_nobody_waits_long_for_a_slow_site(web: FakeWebsites, trick: Trick) -> None:
    web["/course"] = Site(PAGE, trick=trick)
    impatient = LinkCatalogue(Safe(web.rule, seconds=0.3))
    assert await why(impatient, web.at("/course")) == "slow"
    await impatient.close()


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("http://192.168.0.10/wiki", "private"),
        ("http://2130706433/", "private"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://intranet/course", "private"),
        ("https://wiki.corp/course", "private"),
        ("http://nobody.example/", "nowhere"),
        ("mailto:ada@example.com", "nowhere"),
        ("https://", "nowhere"),
        ("https://ada:word@learn.example/", "nowhere"),
        ("https://learn.example:8443/", "nowhere"),
        ("not a link", "nowhere"),
        ("", "nowhere"),
        ("https://learn.example/" + "x" * LINK, "nowhere"),
        ("https://\udcff.example/\ud800", "nowhere"),
    ],
)
async def test_a_link_that_is_not_followed(
    web: FakeWebsites, link: LinkCatalogue, url: str, trouble: str
) -> None:
    web.names.known["nobody.example"] = []
    assert await why(link, url) == trouble
    assert web.asked == []


async def test_a_private_link_is_a_link_all_the_same(link: LinkCatalogue) -> None:
    assert link.knows("https://intranet/course")
    assert not link.knows("mailto:ada@example.com")
    assert not link.knows("")


async def test_a_long_way_to_where_one_logs_in_is_a_login_all_the_same(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web.moves("/course/12", web.at(f"/saml2?SAMLRequest={'x' * 3000}", "idp.example"))
    web["/saml2"] = "<title>Sign in to your account</title>"
    assert await why(link, web.at("/course/12")) == "refused"


async def test_a_course_behind_a_login_is_not_called_log_in(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web.moves("/course/12", "/login?next=/course/12")
    web["/login"] = "<title>Log in to the site</title>"
    assert await why(link, web.at("/course/12")) == "refused"


@pytest.mark.parametrize("trick", ["endless", "bomb"])
async def test_of_a_page_without_end_its_beginning_is_read(
    web: FakeWebsites, link: LinkCatalogue, trick: Trick
) -> None:
    web["/course"] = Site(PAGE, trick=trick)
    assert (await link.resolve(web.at("/course"))).title == "Better handovers"


@pytest.mark.parametrize(
    ("charset", "claimed"),
    [("cp1252", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-16", "utf-8"), ("cp1252", "punycode")],
)
async def test_a_page_in_another_charset_than_it_says_is_read_all_the_same(
    web: FakeWebsites, link: LinkCatalogue, charset: str, claimed: str
) -> None:
    data = "<title>Übergaben für Anfänger</title>".encode(charset)
    web["/course"] = Site(data, kind=f"text/html; charset={claimed}")
    assert (await link.resolve(web.at("/course"))).title == "Übergaben für Anfänger"


async def test_a_large_page_is_read_aside(web: FakeWebsites, link: LinkCatalogue) -> None:
    body = gzip.compress((PAGE + "<p>words</p>" * 30_000).encode())
    web["/course"] = Site(body, headers={"Content-Encoding": "gzip"})
    assert (await link.resolve(web.at("/course"))).title == "Better handovers"


# Services


async def test_a_video_has_its_title_from_the_service_and_its_minutes_from_the_page(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    url = web.at(WATCH, "www.youtube.com")
    image = "https://i.example/abc.jpg"
    web.oembed.show(url, "Listening", provider_name="YouTube", thumbnail_url=image)
    web[WATCH] = f"{PAGE}<meta itemprop=duration content=PT12M3S>"
    found = await link.resolve(url)
    assert (found.title, found.minutes, found.provider) == ("Listening", 12, "YouTube")
    assert (found.image, found.kind, found.language) == (image, "video", "")
    assert "script" not in packed(found)


async def test_a_service_that_tells_the_length_is_all_that_is_asked(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    url = web.at("/76979871", "vimeo.com")
    web.oembed.show(url, "A film", duration=721)
    found = await link.resolve(url)
    assert (found.title, found.minutes, found.provider) == ("A film", 12, "Vimeo")
    assert [asked.path.partition("?")[0] for asked in web.asked] == ["/oembed/Vimeo"]


@pytest.mark.parametrize("path", ["/76979871", "/channels/staff/76979871", "/event/12/embed"])
async def test_a_silent_service_leaves_the_page(
    web: FakeWebsites, link: LinkCatalogue, path: str
) -> None:
    url = web.at(path, "vimeo.com")
    web.oembed.statuses[url] = 403
    web[path] = page("A film", 9)
    found = await link.resolve(url)
    assert (found.title, found.minutes) == ("A film", 9)


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"[]", b"{", b'{"title": 5}', b"[" * 50_000, b'{"title":"' + b"x" * 600_000],
)
async def test_a_service_that_talks_nonsense_leaves_the_page(
    web: FakeWebsites, link: LinkCatalogue, answer: bytes
) -> None:
    url = web.at(WATCH, "www.youtube.com")
    web.oembed.raw[url] = answer
    web[WATCH] = page("Listening", 9)
    assert (await link.resolve(url)).title == "Listening"


async def test_a_video_that_is_not_there_is_gone_whatever_the_page_says(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web[WATCH] = "<title>Videos for everybody</title>"
    assert await why(link, web.at(WATCH, "www.youtube.com")) == "gone"


async def test_a_service_that_answers_no_more_leaves_a_page_that_says_enough(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web["/talks/listening"] = page("Listening", 9)
    found = await link.resolve(web.at("/talks/listening", "www.ted.com"))
    assert (found.title, found.minutes) == ("Listening", 9)


async def test_a_question_about_cookies_is_not_the_video(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    url = web.at(WATCH, "www.youtube.com")
    web.oembed.show(url, "Listening")
    web.moves(WATCH, web.at("/m", "consent.youtube.com"))
    web["/m"] = "<title>Before you go on</title><meta name=description content=Cookies>"
    found = await link.resolve(url)
    assert (found.title, found.summary) == ("Listening", "")


async def test_services_are_asked_for_what_they_show_and_nothing_else(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    for path in ("/about", "/feed/subscriptions", "/@somebody"):
        web[path] = PAGE
        await link.resolve(web.at(path, "www.youtube.com"))
    web["/watch"] = PAGE
    await link.resolve(web.at("/watch", "youtube.com.example"))
    assert web.oembed.asked == []


# What is remembered


async def test_a_link_is_read_once_however_many_paste_it(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web.latency = 0.05
    web["/course"] = PAGE
    pasted = [web.at(f"/course?utm_source={n}") for n in range(50)]
    found = await asyncio.gather(*map(link.resolve, pasted))
    assert [one.url for one in found] == pasted
    assert len({one.id for one in found}) == len(web.asked) == 1


async def test_who_goes_away_takes_nothing_from_the_others(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web.latency = 0.1
    web["/course"] = PAGE
    first, second = (asyncio.create_task(link.resolve(web.at("/course"))) for _ in range(2))
    await asyncio.sleep(0.02)
    first.cancel()
    assert (await second).title == "Better handovers"
    assert len(web.asked) == 1


async def test_after_an_hour_it_is_read_again(
    web: FakeWebsites, link: LinkCatalogue, clock: Hand
) -> None:
    web["/course"] = PAGE
    url = web.at("/course")
    await link.resolve(url)
    web["/course"] = "<title>Best handovers</title>"
    clock.now += GOOD - 1
    assert (await link.resolve(url)).title == "Better handovers"
    clock.now += 2
    assert (await link.resolve(url)).title == "Best handovers"


async def test_a_failure_is_forgotten_after_five_minutes(
    web: FakeWebsites, link: LinkCatalogue, clock: Hand
) -> None:
    url = web.at("/course")
    assert await why(link, url) == "gone"
    web["/course"] = PAGE
    clock.now += BAD - 1
    assert await why(link, url) == "gone"
    clock.now += 2
    assert (await link.resolve(url)).title == "Better handovers"


async def test_a_site_that_is_down_keeps_what_it_said_for_a_day(
    web: FakeWebsites, link: LinkCatalogue, clock: Hand
) -> None:
    web["/course"] = PAGE
    url = web.at("/course")
    await link.resolve(url)
    web["/course"] = Site(status=500)
    clock.now += GOOD + 1
    for _ in range(3):
        assert (await link.resolve(url)).title == "Better handovers"
    assert len(web.asked) == 2
    clock.now += STALE
    assert await why(link, url) == "busy"


async def test_a_page_that_was_taken_away_is_not_kept(
    web: FakeWebsites, link: LinkCatalogue, clock: Hand
) -> None:
    web["/course"] = PAGE
    url = web.at("/course")
    await link.resolve(url)
    web["/course"] = Site(status=410)
    clock.now += GOOD + 1
    assert await why(link, url) == "gone"


async def test_what_it_cannot_do_it_says(link: LinkCatalogue) -> None:
    calls = [
        link.search("words"),
        link.enrol("1", "ada@example.com", None),
        link.progress(""),
        link.groups(),
        link.group("1"),
        link.add("1", "ada@example.com"),
    ]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert [getattr(one, "trouble", "") for one in told] == ["off"] * len(calls)


async def test_a_trouble_tells_neither_the_address_nor_the_answer(
    web: FakeWebsites, link: LinkCatalogue
) -> None:
    web["/course"] = Site("Traceback: word", status=500)
    with pytest.raises(NoCourse) as told:
        await link.resolve(web.at("/course?token=word", "learn.example"))
    assert str(told.value) == "busy: status 500"
