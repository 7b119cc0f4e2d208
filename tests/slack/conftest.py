"""An app before a Slack of our own, in which Ada and Bo work."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_world import Channel, Human
from tests.slack.app import App, installed


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
def ada(slack: FakeSlack) -> Human:
    return slack.world.human("Ada Example", email="ada@example.com", title="Nurse")


@pytest.fixture
def bo(slack: FakeSlack) -> Human:
    return slack.world.human("Bo Sample", tz="Europe/Berlin", locale="de-DE")


@pytest.fixture
def room(slack: FakeSlack, ada: Human, bo: Human) -> Channel:
    return slack.world.channel(ada, bo)


@pytest.fixture
async def app(slack: FakeSlack, ada: Human, bo: Human) -> AsyncIterator[App]:
    async with installed(slack) as made:
        yield made
