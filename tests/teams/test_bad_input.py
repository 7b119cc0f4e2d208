"""Bad input, end to end: the whole service, a Teams of our own, and people who press anything."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from aiohttp import web

import app
from core.actions import ACTIONS, VIEWS
from settings import Settings
from tests.fakes.activities import (
    Conversation,
    Human,
    Json,
    added,
    asked,
    carries,
    pressed,
    submitted,
)
from tests.fakes.connector import Delivered, FakeTeams, Message

ADA, BO, CEM, EVE = (Human(f"{name} Example") for name in ("Ada", "Bo", "Cem", "Eve"))
NASTY = ("", "\x00", "🙂" * 300, "../../x", "a/b/c/d", "-1", "9" * 30, "null", "{name}", "𒐫" * 99)
KEYS = ("cohort", "round", "id", "rev", "number", "after", "draft", "weeks", "code", "choice")
FIELDS = (
    *("name", "purpose", "first", "last", "zone", "facilitator", "moderator", "where", "guests"),
    *("people", "lines", "about", "text", "own", "days", "back", "sight", "reason", "until"),
)


@dataclass
class House:
    """The running service, and what people do with it."""

    teams: FakeTeams
    team: Conversation

    async def press(self, by: Human, where: Conversation, data: Json, **more: str) -> Delivered:
        return await self.teams.deliver(pressed(by, where, data, **more))

    async def hand_in(
        self, by: Human, action: str, values: Json, where: Conversation | None = None, **args: str
    ) -> Delivered:
        told = asked(by, where or self.team, carries(action, **args) | values, "task/submit")
        return await self.teams.deliver(told)

    async def sees(self, words: str, where: Conversation | None = None) -> Message:
        """A message with these words, as soon as it stands there."""
        place = (where or self.team).id
        async with asyncio.timeout(10):
            while True:
                for message in reversed(self.teams.sent):
                    if message.conversation == place and words in str(message.activity):
                        return message
                await asyncio.sleep(0.01)

    def button(self, action: str) -> Json:
        """What a button carries, on the newest card that has it."""
        found = [data for message in self.teams.sent for data in carried(message.activity, action)]
        return found[-1]


def carried(value: object, action: str) -> Iterator[Json]:
    if isinstance(value, dict):
        mine = value.get("coterie")
        if isinstance(mine, dict) and mine.get("a") == action:
            yield {"coterie": mine}
        for inner in value.values():
            yield from carried(inner, action)
    elif isinstance(value, list):
        for inner in value:
            yield from carried(inner, action)


def given(**other: str) -> Json:
    """A form to start a cohort, well filled in."""
    today = datetime.now(UTC).date()  # noqa: TID251 - the service runs by the real clock
    return {
        "name": "Better handovers",
        "purpose": "Fewer surprises at shift change",
        "first": str(today + timedelta(days=1)),
        "last": str(today + timedelta(days=40)),
        "zone": "Europe/Lisbon",
        "facilitator": ADA.aad,
        "moderator": BO.aad,
        "where": "here",
        "guests": "true",
        **other,
    }


@pytest.fixture
async def house(teams: FakeTeams, tmp_path: Path) -> AsyncIterator[House]:
    database = f"sqlite:///{tmp_path / 'coterie.db'}"
    built = await app.build(Settings(env="production", database=database, teams=teams.config()))
    runner = web.AppRunner(built, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.bot = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    made = House(teams, teams.chats.channel(ADA, BO, CEM))
    await teams.deliver(added(made.team, by=ADA))
    for human in (ADA, BO, CEM):
        await made.press(human, made.team, carries("people.thanks"))
    try:
        yield made
    finally:
        await runner.cleanup()


@pytest.fixture
async def cohort(house: House) -> str:
    """Ada's cohort in the channel, which she and Bo have joined."""
    await house.hand_in(ADA, "cohorts.create", given())
    await house.sees("Fewer surprises at shift change")
    join = house.button("members.join")
    for human in (ADA, BO):
        await house.press(human, house.team, join)
    cohort = str(join["coterie"]["k"]["cohort"])
    waits = {"title": "Invited, no answer", "value": "1"}
    async with asyncio.timeout(10):  # until Teams has said who else is there: Cem
        shown = ""
        while str(waits) not in shown:
            shown = str((await desk(house, cohort)).json)
    return cohort


async def desk(house: House, cohort: str) -> Delivered:
    """The facilitator's card as it is now."""
    return await house.press(ADA, house.teams.chats.chat(ADA), carries("x", f"desk/{cohort}"))


async def opened(house: House, cohort: str) -> str:
    """A round of introductions with Bo's answer in it."""
    await house.hand_in(ADA, "introductions.open", {}, cohort=cohort)
    await house.sees("introductions.answer")
    round = str(house.button("introductions.answer")["coterie"]["k"]["round"])
    mine = {"text": "I grow beans."}
    await house.hand_in(BO, "introductions.answer", mine, cohort=cohort, round=round)
    await house.sees(mine["text"])
    slot = f"intro/{round}"
    async with asyncio.timeout(10):  # until it is known where the card stands
        look = ""
        while "AdaptiveCard" not in look:
            look = str((await house.press(EVE, house.team, carries("x", slot), trigger=AUTO)).json)
    return round


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


# --- the same again -----------------------------------------------------------------------------


async def test_ten_joins_at_once_are_one_and_ten_equal_answers(house: House, cohort: str) -> None:
    join = pressed(CEM, house.team, house.button("members.join"))
    answers = await house.teams.redeliver(join, 10)
    answers.append(await house.teams.deliver(join))

    assert {(one.status, one.body) for one in answers} == {(200, answers[0].body)}


async def test_the_same_press_under_a_new_id_counts_once(house: House, cohort: str) -> None:
    join = pressed(CEM, house.team, house.button("members.join"))
    first = await house.teams.deliver(join)
    again = await house.teams.deliver_anew(join)

    assert (first.status, again.status) == (200, 200)
    assert again.json["statusCode"] == 200
    look = await house.press(ADA, house.team, carries("x", f"welcome/{cohort}"), trigger=AUTO)
    assert "'value': '3'" in str(look.json)


# --- what is not theirs -------------------------------------------------------------------------

AUTO = "automatic"


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("cohorts.change", given(name="Mine now")),
        ("cohorts.cancel", {"reason": "Because I can."}),
        ("introductions.open", {}),
        ("agreement.draft", {"lines": "Eve is always right."}),
        ("introductions.answer", {"text": "I am Bo."}),
    ],
)
async def test_a_private_form_in_other_hands_gets_a_sentence_and_changes_nothing(
    house: House, cohort: str, action: str, values: Json
) -> None:
    round = await opened(house, cohort)
    before = await desk(house, cohort)
    for where in (house.team, house.teams.chats.chat(EVE)):
        answer = await house.hand_in(
            EVE, action, values, where, cohort=cohort, round=round, id=cohort, rev="1"
        )
        assert answer.status == 200
        assert answer.json["task"]["type"] == "message"
        assert len(answer.json["task"]["value"]) > 10
    assert (await desk(house, cohort)).json == before.json


async def test_a_stranger_sees_no_card_by_naming_it(house: House, cohort: str) -> None:
    round = await opened(house, cohort)
    chat, group = house.teams.chats.chat(EVE), house.teams.chats.group(EVE)
    for kind in VIEWS:
        told: list[Json] = []
        for slot in (f"{kind}/{cohort}", f"{kind}/{round}", f"{kind}/{cohort}/1"):
            late = carries("introductions.swap", slot, id=round, rev="0")
            for where in (chat, group):
                told += [
                    pressed(EVE, where, carries("people.help", slot), trigger=AUTO),
                    pressed(EVE, where, carries("people.thanks", slot)),
                    pressed(EVE, where, late),
                    submitted(EVE, where, late),
                ]
        answers = await asyncio.gather(*map(house.teams.deliver, told))
        seen = " ".join(one.body.decode() for one in answers)
        assert {one.status for one in answers} == {200}
        assert "beans" not in seen
        if kind != "welcome":  # which is an invitation
            assert "AdaptiveCard" not in seen
    said = [one for one in house.teams.sent if one.conversation in (chat.id, group.id)]
    assert "beans" not in str([one.activity for one in said])
    others = [str(one.activity) for one in said if "members.join" not in str(one.activity)]
    assert "coterie" not in str(others)


async def test_what_stands_in_a_place_is_drawn_for_whoever_looks_there(
    house: House, cohort: str
) -> None:
    round = await opened(house, cohort)
    look = await house.press(EVE, house.team, carries("x", f"intro/{round}"), trigger=AUTO)
    assert "AdaptiveCard" in str(look.json)


# --- too late, and absurd -----------------------------------------------------------------------


async def test_a_late_press_gets_the_card_as_it_is_now_and_a_sentence(
    house: House, cohort: str
) -> None:
    chat = house.teams.chats.chat(ADA)
    await house.sees("cohorts.pause", chat)
    pause = house.button("cohorts.pause")
    first = await house.press(ADA, chat, pause)
    late = await house.press(ADA, chat, pause)

    assert first.json["statusCode"] == late.json["statusCode"] == 200
    assert "moved on" in str(late.json)
    assert "cohorts.resume" in str(late.json)


async def test_an_answer_after_the_round_is_closed_is_told_so(house: House, cohort: str) -> None:
    round = await opened(house, cohort)
    await house.press(ADA, house.team, carries("introductions.close", cohort=cohort, round=round))
    late = await house.hand_in(
        ADA, "introductions.answer", {"text": "Late."}, cohort=cohort, round=round
    )
    assert late.status == 200
    assert "Late." not in str([one.activity for one in house.teams.sent])


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": ""},
        given(name=""),
        given(name="x" * 5000),
        given(first="yesterday"),
        given(first="9999-12-31", last="0001-01-01"),
        given(zone="Mars/Olympus"),
        given(facilitator=EVE.aad.replace("-", "")),
        given(moderator="teams:t1:nobody"),
        given(name=7),  # type: ignore[arg-type] # somebody's own client
        given(first=True),  # type: ignore[arg-type] # somebody's own client
    ],
)
async def test_an_absurd_form_comes_back_with_a_reason_and_starts_nothing(
    house: House, values: Json, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await house.hand_in(ADA, "cohorts.create", values)

    assert answer.status == 200
    assert answer.json["task"]["type"] == "continue" or values.get("name") == 7
    assert errors(caplog) == []


async def test_a_newcomers_absurd_form_is_answered_the_same_again(house: House) -> None:
    told = asked(EVE, house.team, carries("cohorts.create") | given(name=""), "task/submit")
    answers = [await house.teams.deliver(told) for _ in range(2)]
    assert answers[0].json["task"]["type"] == "continue"
    assert answers[0].body == answers[1].body


@pytest.mark.parametrize("value", [{"a": 1}, [1], {"coterie": {}}])
async def test_a_field_that_is_no_field_is_refused(house: House, value: object) -> None:
    answer = await house.hand_in(ADA, "cohorts.create", given() | {"name": value})
    assert answer.status == 400


async def test_no_press_and_no_form_makes_the_service_stumble(
    house: House, cohort: str, caplog: pytest.LogCaptureFixture
) -> None:
    places, slots = cycle((house.team, house.teams.chats.chat(CEM))), cycle(sorted(VIEWS))
    for name in ACTIONS:
        told: list[Json] = []
        for nasty in NASTY:
            args = dict.fromkeys(KEYS, nasty) | {"cohort": cohort, "id": cohort}
            data = {"coterie": {"a": name, "k": args, "s": f"{next(slots)}/{nasty}"}}
            filled = data | dict.fromkeys(FIELDS, nasty)
            where = next(places)
            told += [pressed(CEM, where, data), asked(CEM, where, filled, "task/submit")]
        answers = await asyncio.gather(*map(house.teams.deliver, told))
        assert {one.status for one in answers} <= {200, 400}
    assert errors(caplog) == []


async def test_no_name_of_a_card_makes_the_service_stumble(
    house: House, cohort: str, caplog: pytest.LogCaptureFixture
) -> None:
    for kind in VIEWS:
        for nasty in (*NASTY, cohort):
            for slot in (f"{kind}/{nasty}", f"{kind}/{nasty}/{nasty}", kind):
                answer = await house.press(CEM, house.team, carries("x", slot), trigger=AUTO)
                assert answer.status == 200
    assert errors(caplog) == []
