"""The whole service on the wire of MongoDB: it starts, takes turns, and finds them again."""

import asyncio
from pathlib import Path
from typing import Any

from tests.contracts import on_mongo
from tests.process import PATIENCE, Service, serving

OWN = {"Sec-Fetch-Site": "same-origin"}
HELP = {"person": "sky", "place": "chat-sky", "text": "help"}


async def told(service: Service, count: int) -> list[dict[str, Any]]:
    """What stands in the private chat, once there are so many messages."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with service.session.get(f"{service.url}/sandbox/state?look=browser") as answer:
                state = await answer.json()
            found = [one for one in state["messages"] if one["place"] == "chat-sky"]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.1)


async def say(service: Service) -> None:
    async with service.session.post(f"{service.url}/sandbox/say", json=HELP, headers=OWN) as answer:
        assert answer.status == 200, await answer.text()


async def test_the_service_runs_on_it_and_finds_all_again_after_a_restart(tmp_path: Path) -> None:
    with on_mongo.process(tmp_path / "data") as server:
        settings = {
            "COTERIE_ENV": "development",
            "COTERIE_DATABASE": on_mongo.named(server, "coterie"),
            "COTERIE_SECRET": "the same for all processes",
        }
        async with serving(tmp_path, settings) as service:
            assert "coterie_partitions_held 64" in (await service.get("/metrics"))[1]
            await say(service)
            before = await told(service, 2)
            assert (await service.stop())[0] == 0, service.said()
        async with serving(tmp_path, settings) as service:
            assert await told(service, 2) == before
            await say(service)
            assert [one["by"] for one in await told(service, 4)] == ["sky", "", "sky", ""]
    assert "Traceback" not in service.said()
