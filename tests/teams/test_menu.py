"""The menu of a message in Teams: what somebody says about what somebody else wrote."""

from typing import Any

import pytest

from core.engine.ports import Actor, Address, Done, Open
from core.message import Form, TextField, say, verbatim
from tests.fakes.activities import TENANT, Human, Json, asked, carries, chosen, written
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot

ADA, BO = Human("Ada Example"), Human("Bo Sample")
WHY = TextField(name="words", label=verbatim("In your words"))
FORM = Form(
    title=verbatim("Tell the moderator"),
    action="moderation.flag",
    args={"case": "7"},
    fields=(WHY,),
    submit=verbatim("Send"),
)


async def flagged(teams: FakeTeams, bot: Bot, wrote: Json, where: str = "channel") -> Json:
    """What Teams is answered when Ada chooses it in the menu of a message."""
    bot.engine.replies["moderation.flag"] = Open(FORM)
    place = teams.chats.channel(ADA, BO) if where == "channel" else teams.chats.chat(ADA)
    answer = await teams.deliver(chosen(ADA, place, wrote))
    assert answer.status == 200
    told: Json = answer.json
    return told


async def test_the_form_opens_with_the_message_its_words_and_its_author(
    teams: FakeTeams, bot: Bot
) -> None:
    wrote = written(BO, "<div>You are <b>slow</b> &amp; dull.</div>")
    told = await flagged(teams, bot, wrote)

    assert told["task"]["type"] == "continue"
    event = bot.event
    assert (event.source, event.name, event.text) == (
        "press",
        "moderation.flag",
        "You are slow & dull.",
    )
    assert event.people == (Actor(account=BO.account, name="Bo Sample"),)
    assert event.origin is not None
    assert event.origin.message == wrote["id"]
    assert (event.inline, event.opener) == (True, "task")
    assert event.by is not None
    assert event.by.account == ADA.account


async def test_the_form_comes_back_and_is_answered_with_a_sentence(
    teams: FakeTeams, bot: Bot
) -> None:
    bot.engine.replies["moderation.flag"] = Done(say("test.thanks", "Thank you."))
    data = carries("moderation.flag", case="7") | {"words": "It hurts."}
    told = asked(ADA, teams.chats.channel(ADA), data, "composeExtension/submitAction")
    answer = await teams.deliver(told)

    assert answer.json == {"task": {"type": "message", "value": "Thank you."}}
    event = bot.event
    assert (event.source, dict(event.args), dict(event.values)) == (
        "form",
        {"case": "7"},
        {"words": "It hurts."},
    )


async def test_a_chat_that_coterie_is_not_in_is_never_written_to(
    teams: FakeTeams, bot: Bot
) -> None:
    await flagged(teams, bot, written(BO, "Hush."), "chat of two")

    event = bot.event
    assert event.origin is not None
    assert not event.origin.private
    ref = {"service": teams.service_url, "bot": f"28:{teams.issuer.app_id}", "user": ADA.id}
    assert event.learned == (Address(id=ADA.account, ref=ref),)


async def test_what_a_program_wrote_has_no_author(teams: FakeTeams, bot: Bot) -> None:
    wrote = written(BO, "I am a bot.") | {
        "from": {"user": None, "application": {"id": "28:x", "displayName": "Bot"}}
    }
    await flagged(teams, bot, wrote)
    assert bot.event.people == ()


@pytest.mark.parametrize(
    "wrote",
    [
        None,
        {},
        {"id": None, "from": None, "body": None},
        {"body": {"content": "<" * 5000, "contentType": "html"}},
        {"from": {"user": {"id": "../../x", "displayName": "Bo"}}},
        {"from": {"user": {"id": f"{BO.aad}\n", "displayName": "Bo"}}},
    ],
)
async def test_half_a_message_still_opens_the_form(teams: FakeTeams, bot: Bot, wrote: Any) -> None:
    answer = await teams.deliver(chosen(ADA, teams.chats.channel(ADA), wrote))
    assert answer.status in {200, 400}
    assert all(event.people == () for event in bot.engine.events)


@pytest.mark.parametrize(
    "wrote",
    [
        "words",
        [],
        {"id": 7},
        {"id": "x" * 2000},
        {"id": "a\u0000b"},
        {"from": {"user": []}},
        {"body": {"content": {"deep": 1}}},
    ],
)
async def test_nonsense_is_refused_and_nothing_happens(
    teams: FakeTeams, bot: Bot, wrote: Any
) -> None:
    answer = await teams.deliver(chosen(ADA, teams.chats.channel(ADA), wrote))
    assert answer.status == 400
    assert bot.engine.events == []


async def test_a_command_of_another_time_is_told_so(teams: FakeTeams, bot: Bot) -> None:
    told = chosen(ADA, teams.chats.channel(ADA), written(BO, "Hm."), command="cohorts.erase")
    answer = await teams.deliver(told)

    assert "earlier" in answer.body.decode()
    assert bot.engine.events == []


async def test_it_is_the_same_however_often_it_is_told(teams: FakeTeams, bot: Bot) -> None:
    told = chosen(ADA, teams.chats.channel(ADA), written(BO, "Hm."))
    for _ in range(2):
        await teams.deliver(told)

    first, again = bot.engine.events
    assert first.id == again.id
    assert first.id.startswith(f"teams/{TENANT}/")
