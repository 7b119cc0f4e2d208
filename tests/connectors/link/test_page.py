"""What a card says of a page, from whatever the page says of itself."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.link.page import read
from connectors.catalogues.link.says import Says
from core.courses.model import SUMMARY, TITLE

URL = "https://learn.example/courses/12"
COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "name": "Better handovers",
    "description": "<p>Fewer surprises &amp; <b>calmer</b> shifts.</p>",
    "image": "/cover.png",
    "timeRequired": "PT1H30M",
    "provider": {"@type": "Organization", "name": "Example Academy"},
    "inLanguage": "en_GB",
}
TOLD = Says(
    title="Better handovers",
    summary="Fewer surprises & calmer shifts.",
    image="https://learn.example/cover.png",
    minutes=90,
    provider="Example Academy",
    language="en-GB",
    kind="course",
)


def page(*linked: object, head: str = "", body: str = "") -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{one if isinstance(one, str) else json.dumps(one)}'
        "</script>"
        for one in linked
    )
    return f"<!doctype html><html lang=en><head>{head}{scripts}</head><body>{body}</body></html>"


def says(page: str, url: str = URL) -> Says:
    told = read(page, url, url)
    assert told is not None
    return told


@pytest.mark.parametrize(
    "linked",
    [
        COURSE,
        [COURSE],
        {"@graph": [{"@type": "WebSite", "name": "No"}, COURSE]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": COURSE}]},
        {"@type": "ItemList", "itemListElement": COURSE},
        {"@type": "WebPage", "name": "No", "mainEntity": COURSE},
        COURSE | {"@type": ["Product", "Course"]},
        COURSE | {"@type": "https://schema.org/Course"},
        COURSE | {"@type": "schema:Course"},
        COURSE | {"url": f"{URL}/?from=here", "image": [{"url": "/cover.png"}]},
        COURSE
        | {"image": {"@type": "ImageObject", "contentUrl": "https://learn.example/cover.png"}},
        COURSE | {"inLanguage": {"@type": "Language", "name": "English", "alternateName": "en-gb"}},
        COURSE | {"provider": None, "publisher": "Example Academy"},
        COURSE | {"provider": ["", {"name": "Example Academy"}]},
        COURSE | {"timeRequired": None, "courseWorkload": "PT90M"},
        COURSE | {"timeRequired": "soon", "hasCourseInstance": [{"courseWorkload": "PT1.5H"}]},
        COURSE | {"timeRequired": "", "courseSchedule": {"repeatCount": "3", "duration": "PT30M"}},
        COURSE
        | {
            "timeRequired": "P4W",
            "hasCourseInstance": {"courseSchedule": {"repeatCount": 9, "duration": "PT10M"}},
        },
        "<!--\n" + json.dumps(COURSE) + "\n-->",
        "//<![CDATA[\n" + json.dumps(COURSE) + "\n//]]>",
        json.dumps(COURSE) + ";",
        json.dumps(COURSE).replace("Fewer", "Fewer\n"),
    ],
)
def test_a_course_is_read_in_every_shape(linked: object) -> None:
    assert says(page("{broken", linked, [])) == TOLD


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("VideoObject", "video"),
        ("LearningResource", "resource"),
        ("BlogPosting", "article"),
        ("PodcastEpisode", "podcast"),
        ("Event", "event"),
    ],
)
def test_other_things_to_learn_from_are_read_as_well(name: str, kind: str) -> None:
    thing = {"@type": name, "headline": "How to listen", "duration": "PT12M3S"}
    told = Says(title="How to listen", minutes=12, language="en", kind=kind)
    assert says(page(thing)) == told


def test_a_course_comes_before_the_video_that_shows_it() -> None:
    video = {"@type": "VideoObject", "name": "Trailer", "duration": "PT1M"}
    assert says(page(video, COURSE)).title == "Better handovers"


def test_a_list_of_courses_is_none_of_them() -> None:
    items = [{"@type": "ListItem", "item": COURSE | {"name": f"Course {n}"}} for n in range(3)]
    listed = {"@type": "ItemList", "itemListElement": items}
    assert says(page(listed, head="<title>All courses</title>")).title == "All courses"


def test_of_several_courses_it_is_the_one_of_this_page() -> None:
    other = COURSE | {"name": "Another", "url": "https://learn.example/courses/13"}
    items = [other, COURSE | {"url": URL}]
    assert says(page(other, items)).title == "Better handovers"
    assert says(page({"@type": "ItemList", "itemListElement": items})).title == "Better handovers"


def test_previews_fill_what_is_missing() -> None:
    head = """
        <title>Listening | Example</title>
        <meta property="og:title" content="Listening &amp; asking">
        <meta property="og:title" content="Another">
        <META CONTENT='About “listening”.' NAME=twitter:description>
        <meta property=og:image content="http://learn.example/a.png">
        <meta property="og:image:secure_url" content="//cdn.example/a.png"/>
        <meta property="og:site_name" content="Example Academy">
        <meta property="og:locale" content="de_DE">
        <meta property="og:type" content="video.other">
        <meta property="og:video:duration" content="721">
    """
    assert says(page(head=head)) == Says(
        title="Listening & asking",
        summary="About “listening”.",
        image="https://cdn.example/a.png",
        minutes=12,
        provider="Example Academy",
        language="de-DE",
        kind="video",
    )


def test_a_plain_page_has_a_title_and_perhaps_a_description() -> None:
    head = (
        "<title>\n Handovers &ndash;\n the basics </title><meta name=description content='Short.'>"
    )
    told = Says(title="Handovers – the basics", summary="Short.", language="en")
    assert says(page(head=head)) == told
    assert says("") == Says()
    assert says("just words") == Says()


@pytest.mark.parametrize(
    ("meta", "minutes"),
    [
        ('<meta itemprop="duration" content="PT12M3S">', 12),
        ('<meta itemprop="duration" content="PT1H2M40S">', 63),
        ('<meta itemprop="duration" content="P0DT0H0M20S">', 1),
        ('<meta name="twitter:data1" content="1h 5m">', 65),
        ('<meta name="twitter:data2" content="5 minutes">', 5),
        ('<meta name="twitter:data2" content="7 Minuten">', 7),
        ('<meta name="twitter:data1" content="12:34">', 13),
        ('<meta name="twitter:data1" content="$ 12">', 0),
        ('<meta property="og:video:duration" content="-5">', 0),
        ('<meta property="og:video:duration" content="1e400">', 0),
        ('<meta property="og:video:duration" content="nan">', 0),
        ('<meta itemprop="duration" content="PT99999999999H">', 0),
        ('<meta itemprop="duration" content="P5D">', 0),
    ],
)
def test_how_long_it_takes(meta: str, minutes: int) -> None:
    assert says(page(head=meta)).minutes == minutes


@pytest.mark.parametrize(
    "address",
    [
        "http://learn.example/a.png",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "https://127.0.0.1/a.png",
        "https://printer.local/a.png",
        "https://ada:word@learn.example/a.png",
        "https://learn.example:8443/a.png",
        "https://learn.example/" + "x" * 3000,
        "https://[::1/a.png",
    ],
)
def test_a_picture_that_is_not_for_everybody_is_left_out(address: str) -> None:
    assert says(page(COURSE | {"image": address})).image == ""


def test_texts_are_plain_and_short() -> None:
    told = says(
        page(COURSE | {"name": "<b>Long</b> \u202e\ud800 " * 200, "description": "word " * 500})
    )
    assert len(told.title) <= TITLE
    assert len(told.summary) <= SUMMARY
    assert "<" not in told.title
    assert told.title.isprintable()
    assert told.summary.endswith("…")


def test_scripts_and_comments_are_no_part_of_it() -> None:
    body = """<!-- <title>One</title> --><script>"<title>Two</title>"</script>
        <svg><title>Three</title></svg><textarea><title>Four</title></textarea>
        <script>document.write('<meta property="og:title" content="Five">')</script>"""
    assert says(body + "<title>Six</title>").title == "Six"


@pytest.mark.parametrize(
    "moved",
    [
        "https://login.idp.example/authorize?client_id=1",
        "https://learn.example/login/index.php",
        "https://learn.example/users/sign_in".replace("_", "-"),
        "https://consent.video.example/m?continue=x",
    ],
)
def test_a_page_to_log_in_is_not_the_course(moved: str) -> None:
    door = page(head="<title>Sign in to your account</title>")
    assert read(door, moved, URL) is None
    assert read(door, moved, moved) is not None


def test_a_page_that_asks_for_a_password_and_says_nothing_else_is_locked() -> None:
    form = "<form><input name=p type=PASSWORD></form>"
    greeting = page(head="<meta property=og:title content='Example Academy'>", body=form)
    assert read(greeting, "https://learn.example/", URL) is None
    assert says(greeting).title == "Example Academy"
    assert read(page(head="<title>Welcome</title>", body=form), URL, URL) is None
    assert says(page(COURSE, body=form)).title == "Better handovers"


def deep(begin: str, end: str, times: int = 450) -> str:
    inner = begin * times + '"x"' + end * times
    return f'{{"@type":"Course","name":{inner},"image":{inner},"inLanguage":{inner}}}'


BAD: dict[str, Callable[[], str]] = {
    "metas": lambda: "<meta property='og:title' content='x'>" * 13_000,
    "bare metas": lambda: "<meta " * 85_000,
    "open quotes": lambda: '<meta a="' * 55_000,
    "one long name": lambda: "<meta " + "a" * 500_000 + ">",
    "many names": lambda: "<meta " + "a " * 250_000 + ">",
    "many values": lambda: "<meta " + "a=1 " * 125_000 + ">",
    "equals": lambda: "<meta " + "=" * 500_000 + ">",
    "spaces": lambda: "<meta a" + " " * 500_000 + "b>",
    "deep": lambda: "<div>" * 100_000,
    "comments": lambda: "<!-- -->" * 64_000,
    "open comments": lambda: "<!--" * 128_000,
    "titles": lambda: "<title>" * 70_000,
    "scripts": lambda: "<script></script>" * 30_000,
    "open scripts": lambda: "<script " * 60_000,
    "entities": lambda: "<title>" + "&#9" * 160_000,
    "long number": lambda: "<meta name=description content='&#" + "9" * 400_000 + ";'>",
    "deep data": lambda: page("[" * 500_000),
    "deep things": lambda: page('{"@graph":' * 20_000 + "1" + "}" * 20_000),
    "wide data": lambda: page("[" + "{}," * 160_000 + "{}]"),
    "big number": lambda: page('{"@type":"Course","name":' + "9" * 400_000 + "}"),
    "many types": lambda: page({"@type": ["x"] * 50_000 + ["Course"], "name": "x"}),
    "deep text": lambda: page({"@type": "Course", "name": "<div>" * 90_000}),
    "wide text": lambda: page({"@type": "Course", "name": "<p " + "a" * 400_000}),
    "attributes": lambda: page({"@type": "Course", "description": "<p " + "a " * 200_000 + ">"}),
    "deep names": lambda: page(deep('{"name":', "}")),
    "deep lists": lambda: page(deep("[", "]")),
    "deep pictures": lambda: page(deep('{"url":[', "]}")),
    "nulls": lambda: "\0" * 500_000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_page_that_means_no_good_is_read_in_no_time(name: str) -> None:
    bad = BAD[name]()
    began = time.process_time()
    read(bad, URL, URL)
    assert time.process_time() - began < 1


KEYS = """
    @type @graph @id name headline description image url provider inLanguage item duration
    timeRequired courseWorkload courseSchedule repeatCount hasCourseInstance mainEntity
    itemListElement thumbnailUrl publisher abstract
"""
things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner | st.sampled_from(["Course", "VideoObject", "PT5M", "https://x.example/"]),
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(things, st.text(max_size=100), st.text(max_size=60))
def test_whatever_a_page_says_a_card_can_show_it(linked: object, text: str, url: str) -> None:
    metas = f'<meta property="og:image" content="{text}"><base href="{text}">{text}'
    for thing in (linked, {"@type": "Course", "name": linked, "image": linked, "url": linked}):
        told = read(page(thing, head=metas), url, URL) or Says()
        assert len(told.title) <= TITLE
        assert len(told.summary) <= SUMMARY
        assert 0 <= told.minutes <= 10_000
        assert not told.image or told.image.startswith("https://")
        assert json.dumps(told.title).encode()


def test_a_title_that_speaks_of_tags_keeps_them() -> None:
    head = "<title>The &lt;details> element &amp; you</title>"
    assert says(page(head=head)).title == "The <details> element & you"
