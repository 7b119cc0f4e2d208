"""As an operator would: the service stops, everything moves, the service starts elsewhere."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from typing import Any

from tests.contracts import on_mongo
from tests.process import PATIENCE, ROOT, Service, serving

OWN = {"Sec-Fetch-Site": "same-origin"}
DEVELOPMENT = {"COTERIE_ENV": "development", "COTERIE_PUBLIC_URL": ""}
Body = dict[str, Any]


async def post(service: Service, path: str, body: object) -> Body:
    where = f"{service.url}/sandbox/{path}"
    async with service.session.post(where, json=body, headers=OWN) as answer:
        assert answer.status == 200, await answer.text()
        told: Body = await answer.json()
        return told


async def state(service: Service, path: str = "state?look=browser") -> Body:
    async with service.session.get(f"{service.url}/sandbox/{path}") as answer:
        told: Body = await answer.json()
        return told


async def live(service: Service) -> None:
    """Twelve people found a cohort."""
    await state(service)
    show = await post(service, "run", {"goal": "team", "mine": []})
    async with asyncio.timeout(3 * PATIENCE):
        while show["state"] == "running":
            await asyncio.sleep(0.2)
            show = await state(service, "show?all=1")


async def types(code: int, *words: str, **settings: str) -> str:
    """`python app.py …`, which ends with this code; answers what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "app.py", *words),
        cwd=ROOT,
        env={"PATH": os.defpath, **settings},
        stdout=PIPE,
        stderr=STDOUT,
    )
    async with asyncio.timeout(4 * PATIENCE):
        said = (await process.communicate())[0].decode()
    assert process.returncode == code, said
    return said


async def test_a_cohort_lives_on_in_mongodb_and_then_on_a_file_again(tmp_path: Path) -> None:
    first = {**DEVELOPMENT, "COTERIE_DATABASE": f"sqlite:///{tmp_path / 'var' / 'coterie.db'}"}
    with on_mongo.process(tmp_path / "data") as server:
        there = on_mongo.named(server, "coterie")
        async with serving(tmp_path, first) as service:
            await live(service)
            before = await state(service)
            assert "Stop it" in await types(2, "export", "--to", there, **first)
        assert len(before["messages"]) > 10
        said = await types(0, "export", "--to", there, **first)
        secret = (tmp_path / "var" / "secret").read_text()
        assert "Set COTERIE_SECRET" in said
        assert secret not in said
        second = {**DEVELOPMENT, "COTERIE_DATABASE": there, "COTERIE_SECRET": secret}
        async with serving(tmp_path, second) as service:
            assert await state(service) == before
            await post(service, "say", {"person": "sky", "place": "chat-sky", "text": "help"})
            after = await answered(service, len(before["messages"]) + 2)
        file = str(tmp_path / "all.jsonl.gz")
        await types(0, "export", "--to", file, **second)
    third = {**second, "COTERIE_DATABASE": f"sqlite:///{tmp_path / 'back' / 'coterie.db'}"}
    await types(0, "import", file, **third)
    async with serving(tmp_path, third) as service:
        assert await state(service) == after


async def answered(service: Service, count: int) -> Body:
    """What stands there once there are so many messages."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await state(service)
            if len(found["messages"]) >= count:
                return found
            await asyncio.sleep(0.1)
