"""Links that somebody sees: the answer is the preview, at once and for them alone."""

import orjson

from core.engine.ports import Preview, Say
from core.message import Heading, Post, Text, verbatim
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_meta import Happening, delivery
from tests.fakes.graph_world import Human
from tests.workplace.bot import Bot

ADA, BO = Human("Ada Example"), Human("Bo Sample")
URL = "https://go1.example/feedback"
COURSE = Post(
    summary=verbatim("Feedback that lands"),
    blocks=(Heading(verbatim("Feedback that lands")), Text(verbatim("12 minutes"))),
)


async def seen(graph: FakeGraph, *links: tuple[Human, str]) -> object:
    rows = [one for human, url in links for one in graph.meta.link(human, url)]
    (answer,) = await graph.meta.push(rows)
    assert answer.status == 200
    return orjson.loads(answer.body)


async def test_a_course_has_a_preview(graph: FakeGraph, bot: Bot) -> None:
    bot.engine.replies["link.preview"] = Preview(COURSE)
    found = {
        "link": URL,
        "title": "Feedback that lands",
        "description": "Feedback that lands\n\n12 minutes",
        "privacy": "organization",
    }
    assert await seen(graph, (ADA, URL)) == {"data": [found]}


async def test_each_viewer_is_asked_for(graph: FakeGraph, bot: Bot) -> None:
    assert await seen(graph, (ADA, URL), (BO, URL)) == {"data": []}
    assert [event.by and event.by.account for event in bot.engine.asked] == [
        ADA.account,
        BO.account,
    ]
    assert {event.args["url"] for event in bot.engine.asked} == {URL}
    assert bot.engine.events == []


async def test_what_is_no_preview_is_none(graph: FakeGraph, bot: Bot) -> None:
    bot.engine.replies["link.preview"] = Say(COURSE)
    assert await seen(graph, (ADA, URL)) == {"data": []}


async def test_broken_links_lose_no_other(graph: FakeGraph, bot: Bot) -> None:
    bot.engine.replies["link.preview"] = Preview(COURSE)
    rows = [
        Happening("link", "", "preview", {"link": URL}),
        Happening("link", "", "collection", {"link": URL}),
        Happening("link", "", "preview", {"user": {"id": []}, "link": URL}),
        *graph.meta.link(ADA, URL),
    ]
    answer = await graph.meta.deliver(delivery("link", rows))
    assert len(orjson.loads(answer.body)["data"]) == 1
    assert bot.counts == {"broken": 2, "unknown_topic": 1, "link.preview": 1}
