"""The whole service with Go1 beside it: what comes by the webhook is committed, and counted."""

from pathlib import Path

import aiohttp
from aiohttp import web

from app import build
from settings import Settings
from tests.fakes.go1 import CLIENT, SECRET, FakeGo1
from tests.fakes.go1_hook import HOOK


def settings(go1: FakeGo1, home: Path) -> Settings:
    """What the operator decides."""
    return Settings.from_env(
        {
            "COTERIE_ENV": "development",
            "COTERIE_DATABASE": f"sqlite:///{home}/coterie.db",
            "COTERIE_GO1_CLIENT_ID": CLIENT,
            "COTERIE_GO1_CLIENT_SECRET": SECRET,
            "COTERIE_GO1_WEBHOOK_SECRET": HOOK,
            "COTERIE_GO1_URL": go1.address,
            "COTERIE_GO1_AUTH_URL": go1.address,
            "COTERIE_GO1_PORTAL_URL": go1.config.portal_url,
        }
    )


async def test_go1_reaches_the_service_by_its_webhook(
    go1: FakeGo1, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    runner = web.AppRunner(await build(settings(go1, tmp_path)))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    go1.bot = f"http://127.0.0.1:{runner.addresses[0][1]}"
    row = go1.completes(go1.account("ada@example.com"), go1.course("Better handovers"))
    try:
        told = [await go1.tells(row), await go1.delivers(b"{}", secret="another")]
        async with session.get(f"{go1.bot}/metrics") as answer:
            metrics = await answer.text()
    finally:
        await runner.cleanup()
    assert told == [200, 401]
    assert 'coterie_received_total{door="go1",kind="enrollment.complete"} 1.0' in metrics
    assert 'coterie_received_total{door="go1",kind="refused.forged"} 1.0' in metrics
