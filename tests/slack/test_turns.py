"""Full turns: the product, its engine and a store, with people who use Slack."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import Asker, Platform
from core.engine.worker import Worker
from core.people.model import Person
from core.product import PRODUCT
from slack.ask import Questions
from slack.send import WINDOWS
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_world import BOT, Channel, Human, Json, Message, Window, stamp
from tests.slack.app import App, installed, serving


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@dataclass
class House:
    """The product behind the app."""

    slack: FakeSlack
    app: App
    store: SqliteStore
    worker: Worker
    clock: Clock

    async def later(self) -> None:
        """A minute goes by."""
        self.clock.time += timedelta(minutes=1)
        self.worker.wake()
        await self.settled()

    async def settled(self) -> None:
        """All that is due is done."""
        async with asyncio.timeout(15):
            await self.worker.idle()

    async def people(self) -> dict[str, Person]:
        """Those we know, by name."""
        page = await self.store.reader("main").find(Person)
        return {person.name: person for person in page.items}

    def window(self) -> Window:
        """The form that opened last."""
        return self.slack.kept.windows[-1]

    def last(self, place: Channel) -> Message:
        """The newest message of ours in a place."""
        return [one for one in self.slack.sent if one.channel == place.id][-1]


@pytest.fixture
async def house(slack: FakeSlack, ada: Human, bo: Human, tmp_path: Path) -> AsyncIterator[House]:
    slack.limits.enforced = False
    async with (
        SqliteStore(tmp_path / "t.db", records=PRODUCT.records, ranked=PRODUCT.ranked) as store,
        installed(slack) as app,
    ):
        app.platform.windows, app.platform.rate, app.platform.ceiling = (), 1e6, 1e6
        clock = Clock()
        intake = Intake(store, PRODUCT, clock)
        platforms: dict[str, Platform] = {"slack": app.platform}
        asks: dict[str, Asker] = dict(Questions(app.workspace).askers())
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms=platforms, asks=asks)
        intake.connect(worker, asks)
        running = [asyncio.create_task(work) for work in (intake.run(), worker.run())]
        async with serving(slack, intake, app):
            yield House(slack, app, store, worker, clock)
        await worker.stop(1.0)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def started(house: House, ada: Human, bo: Human, room: Channel) -> Message:
    """A cohort in a room; answers its welcome."""
    slack = house.slack
    await slack.deliver(
        {"type": "member_joined_channel", "user": BOT, "channel": room.id, "event_ts": stamp()}
    )
    await slack.commands(ada, room, "cohort new")
    values = {"name": "Better handovers", "purpose": "Fewer surprises"}
    answer = await slack.submits(ada, house.window(), values | leads(ada, bo))
    assert b"errors" not in answer.body, answer.body
    await house.settled()
    return next(one for one in slack.sent if one.channel == room.id and list(joins(one)))


def leads(ada: Human, bo: Human) -> dict[str, str]:
    """When a cohort goes on, and who leads it: picked from all of Slack, or from a list."""
    days = {"first": "2026-03-09", "last": "2026-04-17"}
    people = {"facilitator": bo.id, "moderator": ada.id}
    return days | people | {f"{name}/others": id for name, id in people.items()}


def joins(message: Message) -> Iterator[Json]:
    """The buttons by which one joins."""
    return (one for one in message.buttons() if one["action_id"].startswith("members.join"))


async def test_help_is_answered_in_private_with_a_name(
    slack: FakeSlack, house: House, ada: Human
) -> None:
    chat = slack.world.chat(ada)
    await slack.says(ada, chat, "help")
    await house.settled()

    (answer,) = slack.sent
    assert (answer.channel, answer.thread) == (chat.id, "")
    ada_ = (await house.people())["Ada Example"]
    assert (ada_.email, ada_.zone, ada_.locale) == ("ada@example.com", "Europe/London", "en-GB")


async def test_a_command_that_nobody_saw_is_answered_to_who_typed_it(
    slack: FakeSlack, house: House, bo: Human, room: Channel
) -> None:
    answer = await slack.commands(bo, room, "setings")
    await house.settled()

    assert answer.json["response_type"] == "ephemeral"
    assert "Meintest du" in answer.json["text"]
    assert slack.sent == []


async def test_a_mention_that_is_told_twice_is_answered_once_below_it(
    slack: FakeSlack, house: House, ada: Human, room: Channel
) -> None:
    await slack.says(ada, room, f"<@{BOT}> help", ts="1772442000.000001")
    await house.settled()

    (answer,) = slack.sent
    assert (answer.channel, answer.thread) == (room.id, "1772442000.000001")


async def test_coming_into_a_channel_is_greeted_once(
    slack: FakeSlack, house: House, room: Channel
) -> None:
    joined = {"type": "member_joined_channel", "user": BOT, "channel": room.id}
    for _ in range(2):
        await slack.deliver({**joined, "event_ts": stamp()})
    await house.settled()

    assert [one.channel for one in slack.sent] == [room.id]


async def test_a_cohort_starts_from_a_command_and_people_join_by_a_press(
    slack: FakeSlack, house: House, ada: Human, bo: Human, room: Channel
) -> None:
    welcome = await started(house, ada, bo, room)
    join = next(joins(welcome))
    before = welcome.edits
    for human in (ada, bo):
        answer = await slack.interact(slack.press(human, welcome, join))
        assert answer.status == 200
    await house.later()

    assert welcome.edits > before
    assert set(await house.people()) == {"Ada Example", "Bo Sample"}
    ephemeral = [one for one in slack.kept.answers if not one.payload.get("replace_original")]
    assert len(ephemeral) == 2


async def test_the_home_tab_shows_where_somebody_stands(
    slack: FakeSlack, house: House, ada: Human
) -> None:
    await slack.opens_home(ada, slack.world.chat(ada))
    await house.settled()

    assert slack.kept.homes[ada.id]["type"] == "home"
    assert slack.sent == []


async def test_a_press_at_home_is_answered_in_private(
    slack: FakeSlack, house: House, ada: Human
) -> None:
    await slack.opens_home(ada, slack.world.chat(ada))
    await house.settled()
    home = Message("", "", "", slack.kept.homes[ada.id])
    button = next(one for one in home.buttons() if "value" in one)
    box = {"container": {"type": "view", "view_id": "V1"}, "view": {"id": "V1", "type": "home"}}
    press = slack.acting("block_actions", ada) | box
    answer = await slack.interact(press | {"actions": [button | {"action_ts": stamp()}]})
    await house.later()

    assert answer.status == 200
    assert slack.kept.windows or slack.sent
    assert {one.channel for one in slack.sent} <= {slack.world.chat(ada).id}


async def test_a_shortcut_is_answered_in_the_chat_with_us_even_if_there_was_none(
    slack: FakeSlack, house: House, ada: Human
) -> None:
    await slack.shortcut(ada, "help")
    await slack.shortcut(ada, "start_cohort")
    await house.settled()

    assert [one.channel for one in slack.sent] == [slack.world.chat(ada).id]
    assert len(slack.kept.windows) == 1


async def test_one_message_a_second_and_channel_earns_no_429(
    slack: FakeSlack, house: House, ada: Human, room: Channel
) -> None:
    slack.limits.enforced = True
    house.app.platform.windows = WINDOWS
    others = [slack.world.channel(ada, name=f"room-{n}") for n in range(4)]
    for place in (room, room, *others):
        await slack.says(ada, place, f"<@{BOT}> help")
    while len(slack.sent) < 6:
        await house.later()

    assert slack.limits.refused == 0


async def test_a_link_that_says_nothing_yet_gets_no_card(
    slack: FakeSlack, house: House, ada: Human, room: Channel
) -> None:
    links = [{"domain": "example.com", "url": "https://example.com/l/1"}]
    told = {"type": "link_shared", "user": ada.id, "channel": room.id, "links": links}
    answer = await slack.deliver(told | {"message_ts": stamp(), "event_ts": stamp()})

    assert (answer.status, slack.kept.unfurls) == (200, [])


async def test_settings_are_changed_in_a_form_with_its_errors(
    slack: FakeSlack, house: House, ada: Human
) -> None:
    await slack.commands(ada, slack.world.chat(ada), "settings")
    await house.settled()
    if not slack.kept.windows:
        card = house.last(slack.world.chat(ada))
        opening = next(one for one in card.buttons() if "change" in one["action_id"])
        await slack.interact(slack.press(ada, card, opening))
    metadata = orjson.loads(house.window().view["private_metadata"])
    answer = await slack.submits(ada, house.window(), {})

    assert metadata["a"].startswith("people.")
    assert answer.status == 200


async def test_a_change_of_who_somebody_is_reaches_whom_we_know_and_nobody_else(
    slack: FakeSlack, house: House, ada: Human, bo: Human
) -> None:
    await slack.says(ada, slack.world.chat(ada), "help")
    for human in (ada, bo):
        human.tz = "Asia/Tokyo"
        await slack.deliver({"type": "user_change", "user": human.shown(), "event_ts": stamp()})
    await house.settled()

    assert {name: one.zone for name, one in (await house.people()).items()} == {
        "Ada Example": "Asia/Tokyo"
    }


async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    slack: FakeSlack, house: House, ada: Human
) -> None:
    slack.fail(status=502, accepted=True, method="chat.postMessage")
    await slack.says(ada, slack.world.chat(ada), "help")
    await house.settled()

    assert len(slack.sent) == 1


async def test_a_token_that_is_revoked_in_the_middle_loses_nothing_and_is_not_hammered(
    slack: FakeSlack, house: House, ada: Human, bo: Human
) -> None:
    await slack.says(bo, slack.world.chat(bo), "help")
    await house.settled()
    slack.revoked, before = True, len(slack.kept.calls)
    for n in range(12):
        await slack.says((ada, bo)[n % 2], slack.world.chat((ada, bo)[n % 2]), "help")
        await house.settled()
    kept = [due for due in await house.store.jobs("main") if due.job.weight == "answer"]

    assert len(kept) == 12
    assert {(due.state, due.tries) for due in kept} == {("planned", 0)}
    assert house.worker.counts["blocked"] == house.worker.counts["failed"] == 0
    assert len(slack.kept.calls) - before <= 2


async def test_what_people_typed_calls_nobody_in_either_direction(
    slack: FakeSlack, house: House, ada: Human, bo: Human, room: Channel
) -> None:
    await slack.commands(ada, room, "cohort new")
    values = {
        "name": "<!channel> <@U0BO> *x*",
        "purpose": "<https://evil.example|win> & more",
    }
    await slack.submits(ada, house.window(), values | leads(ada, bo))
    await house.settled()

    sent = "\n".join(text for one in slack.sent for text in marked(one.payload))
    assert slack.sent
    assert not any(bad in sent for bad in ("<!channel", "<@U0BO>", "<https://evil"))


def marked(value: Any) -> Iterator[str]:
    """All texts in which marks mean something, and what stands on lock screens."""
    if isinstance(value, list):
        for one in value:
            yield from marked(one)
    elif isinstance(value, dict) and value.get("type") != "plain_text":
        yield from (one for one in (value.get("text"),) if isinstance(one, str))
        for one in value.values():
            yield from marked(one)
