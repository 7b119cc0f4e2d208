"""Who we are in Workplace, and whether it is still there."""

import asyncio

import pytest

from core.engine.errors import Unreachable
from core.engine.ports import Viewer
from core.message import Post, Text, verbatim
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_world import COMMUNITY, PAGE, Human
from tests.workplace.bot import Bot, serving, until
from workplace.scene import private
from workplace.standing import NOT_YET, Known

HI = Post(summary=verbatim("Hi"), blocks=(Text(verbatim("Hi")),))
ADA = Human("Ada Example")


async def test_we_ask_until_we_are_told(graph: FakeGraph) -> None:
    graph.fail(502, html=True)
    async with serving(graph, graph.config(), known=False) as bot:
        asking = asyncio.create_task(bot.standing.run())
        await until(lambda: len(graph.calls) == 1)
        await until(lambda: bot.standing.why != NOT_YET)
        assert bot.standing.missing()[0].startswith(NOT_YET)
        await until(lambda: bot.standing.known is not None)
        asking.cancel()

    assert bot.standing.known == Known(PAGE, "Coterie", COMMUNITY)
    assert bot.standing.missing() == []


async def test_nobody_without_an_id_is_believed(graph: FakeGraph) -> None:
    async with serving(graph, graph.config(), known=False) as bot:
        bot.client.usage.close(60, asyncio.get_running_loop().time())
        await bot.standing.look()
        assert "pause" in bot.standing.missing()[0]
        assert (await graph.meta.push(graph.meta.message(ADA, "help")))[0].status == 503


async def test_read_only_is_said_until_a_message_gets_through(graph: FakeGraph, bot: Bot) -> None:
    graph.world.join(ADA)
    graph.read_only = True
    payload = bot.platform.render(HI, Viewer())
    with pytest.raises(Unreachable):
        await bot.platform.send(private(ADA.account), payload, key="k")
    await bot.standing.look()
    assert "read-only" in bot.standing.missing()[0]

    graph.read_only = False
    await bot.platform.send(private(ADA.account), payload, key="k")
    await bot.standing.look()
    assert bot.standing.missing() == []


async def test_what_was_known_is_kept_while_workplace_is_slow(graph: FakeGraph, bot: Bot) -> None:
    graph.fail(502, html=True)
    await bot.standing.look()
    assert bot.standing.known == Known(PAGE, "Coterie", COMMUNITY)
    assert bot.standing.missing() == []
