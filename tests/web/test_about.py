"""The front page, where the links of the app package lead."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from teams.package import Plan, manifest
from web import about, pages

HOME = "https://coterie.example.org"
PLAN = Plan(app_id="11111111-2222-3333-4444-555555555555", public_url=HOME)


async def shown(*, sandbox: bool) -> str:
    app = web.Application()
    about.add(app, sandbox=sandbox)
    pages.add_static(app)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/")
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize("link", ["websiteUrl", "privacyUrl", "termsOfUseUrl"])
async def test_every_link_of_the_app_package_leads_somewhere(link: str) -> None:
    path, _, part = manifest(PLAN)["developer"][link].removeprefix(HOME).partition("#")
    assert path == "/"
    assert not part or f'id="{part}"' in await shown(sandbox=False)


async def test_the_sandbox_is_offered_only_where_there_is_one() -> None:
    assert "/sandbox" in await shown(sandbox=True)
    assert "/sandbox" not in await shown(sandbox=False)
