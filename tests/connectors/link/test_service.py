"""The whole service: why links were not read is counted where whoever runs it looks."""

from pathlib import Path

import aiohttp
from aiohttp import web

from app import build
from settings import Settings


async def test_connections_for_links_are_counted(tmp_path: Path) -> None:
    told = {"COTERIE_ENV": "development", "COTERIE_DATABASE": f"sqlite:///{tmp_path}/coterie.db"}
    runner = web.AppRunner(await build(Settings.from_env(told)))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/metrics") as answer,
        ):
            metrics = await answer.text()
    finally:
        await runner.cleanup()
    assert "# TYPE coterie_link_fetches_total counter" in metrics
