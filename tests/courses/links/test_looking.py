"""What is looked up while somebody waits: previews of links, and courses by words."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from core.courses.links.posts import GUESTS, SAMPLED
from core.courses.model import Course, packed
from core.engine.errors import RetryLater
from core.engine.ports import Actor, Answer, Asker, Done, Preview, Reader, Reply, Results
from core.message import Buttons, Link, Post, plain
from core.product import query
from tests.cohorts.story import CEM, Story, asks, buttons, chat, words

URL = SAMPLED.url


def catalogue(*courses: Course, error: str = "", cursor: str = "") -> Mapping[str, Asker]:
    """Catalogues that have these courses and no others."""

    async def resolve(asked: Mapping[str, str], read: Reader) -> Answer:
        course = next((one for one in courses if one.url == asked["url"]), None)
        if course is None or error:
            return Answer(error=error or "nowhere")
        return Answer(values={"course": packed(course)})

    async def search(asked: Mapping[str, str], read: Reader) -> Answer:
        if error:
            return Answer(error=error)
        found = [one for one in courses if asked["words"].casefold() in one.title.casefold()]
        return Answer(values={"courses": packed(found)}, cursor=cursor)

    return {"catalogues.resolve": resolve, "catalogues.search": search}


async def looked(life: Story, name: str, asks: Mapping[str, Asker], **args: str) -> Reply | None:
    event = replace(life.event("message", name, CEM), args=args)
    return await query(event, life.moment(), asks)


def post_of(reply: Reply | None) -> Post:
    assert isinstance(reply, Preview)
    return reply.post


async def test_a_link_to_a_course_has_a_preview(life: Story) -> None:
    post = post_of(await looked(life, "link.preview", catalogue(SAMPLED), url=URL))
    assert plain(post.summary) == "Feedback that lands"
    assert "Example Learning, 1 h 12 min" in words(post)
    assert "three sentences" in words(post)


async def test_a_preview_has_links_only_and_no_slot(life: Story) -> None:
    post = post_of(await looked(life, "link.preview", catalogue(SAMPLED), url=URL))
    assert post.slot == ""
    assert [(type(one), one.url) for one in buttons(post)] == [(Link, URL)]  # type: ignore[union-attr]


async def test_a_preview_is_the_same_for_everybody(life: Story) -> None:
    first = await looked(life, "link.preview", catalogue(SAMPLED), url=URL)
    event = replace(life.event("message", "link.preview", None, None), args={"url": URL})
    assert await query(event, life.moment(), catalogue(SAMPLED)) == first


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://elsewhere.example/",
        "javascript:alert(1)",
        f" {URL}",
        f"{URL} {URL}",
        f"{URL}\0",
        f"{URL}/{'x' * 100_000}",
        "https://coterie.example.org/j/7KQ4MWX",
        "https://[half",
    ],
)
async def test_what_is_no_course_has_no_preview(life: Story, url: str) -> None:
    assert await looked(life, "link.preview", catalogue(SAMPLED), url=url) is None


async def test_a_course_that_is_gone_has_no_preview(life: Story) -> None:
    gone = catalogue(replace(SAMPLED, retired=True))
    assert await looked(life, "link.preview", gone, url=URL) is None


async def test_without_catalogues_nothing_has_a_preview(life: Story) -> None:
    assert await looked(life, "link.preview", {}, url=URL) is None


# --- searching ------------------------------------------------------------------------------------


async def test_courses_are_found_by_words(life: Story) -> None:
    other = replace(SAMPLED, id="x", title="Handovers", url="https://learn.example.org/x")
    asks = catalogue(SAMPLED, other, cursor="10")
    found = await looked(life, "courses.search", asks, words="  feed\0back ".replace("\0", ""))
    assert isinstance(found, Results)
    assert [plain(one.summary) for one in found.items] == ["Feedback that lands"]
    assert found.cursor == "10"
    assert all(isinstance(one.blocks[-1], Buttons) for one in found.items)


async def test_no_words_show_all_there_are(life: Story) -> None:
    found = await looked(life, "courses.search", catalogue(SAMPLED))
    assert isinstance(found, Results)
    assert len(found.items) == 1


@pytest.mark.parametrize(
    ("asks", "sentence"),
    [
        (catalogue(SAMPLED), "No course has these words"),
        (catalogue(error="off"), "no catalogue to search"),
        (catalogue(error="slow"), "take long"),
        ({}, "no catalogue to search"),
    ],
)
async def test_where_nothing_is_found_a_sentence_says_why(
    life: Story, asks: Mapping[str, Asker], sentence: str
) -> None:
    reply = await looked(life, "courses.search", asks, words="zebra \0 crossing")
    assert isinstance(reply, Done)
    assert sentence in plain(reply.phrase)


async def test_a_provider_without_time_is_no_error(life: Story) -> None:
    async def busy(asked: Mapping[str, str], read: Reader) -> Answer:
        raise RetryLater(7.0)

    asks = {"catalogues.resolve": busy, "catalogues.search": busy}
    assert isinstance(await looked(life, "courses.search", asks, words="x"), Done)
    assert await looked(life, "link.preview", asks, url=URL) is None


async def test_a_provider_that_talks_nonsense_is_no_error(life: Story) -> None:
    async def odd(asked: Mapping[str, str], read: Reader) -> Answer:
        return Answer(values={"course": "[]", "courses": "{"})

    asks = {"catalogues.resolve": odd, "catalogues.search": odd}
    assert isinstance(await looked(life, "courses.search", asks, words="x" * 9000), Done)
    assert await looked(life, "link.preview", asks, url=URL) is None


async def test_a_guest_sees_nothing_of_what_the_organisation_has(life: Story) -> None:
    fay = Actor(account="slack:t2:fay", name="Fay Example", guest=True)
    for known in (False, True):
        event = life.event("message", "link.preview", fay)
        seen = replace(event, args={"url": URL})
        assert await query(seen, life.moment(), catalogue(SAMPLED)) is None
        words = replace(event, name="courses.search", args={"words": "feedback"})
        assert await query(words, life.moment(), catalogue(SAMPLED)) == Done(GUESTS)
        await life.press("people.help", fay, chat(fay))
        fay = replace(fay, guest=known)
    changes = await life.write("find feedback", fay, chat(fay))
    assert asks(changes, "search") == []
