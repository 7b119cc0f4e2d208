"""The compose box of Teams: courses that are looked for, links that are pasted, what is sent."""

import json
from typing import Any

import pytest

from core.courses.links.posts import SAMPLED, preview
from core.engine.ports import Done, Open, Preview, Results
from core.message import Buttons, Form, Post, Press, TextField, say, verbatim
from tests.cards.checker import problems
from tests.fakes.activities import (
    Human,
    Json,
    activity,
    asked,
    carries,
    chosen,
    invoke,
    pasted,
    searched,
    written,
)
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot

ADA, BO = Human("Ada Example"), Human("Bo Sample")
COURSE = preview(SAMPLED)
URL = SAMPLED.url
LINK = TextField(name="url", label=verbatim("The link"))
FORM = Form(
    title=verbatim("Send a course link"),
    action="courses.send",
    fields=(LINK,),
    submit=verbatim("Go on"),
)


async def told(teams: FakeTeams, one: Json) -> Json:
    answer = await teams.deliver(one)
    assert answer.status == 200
    found: Json = answer.json["composeExtension"]
    return found


# --- searching ------------------------------------------------------------------------------------


async def test_what_is_found_is_a_list_of_cards_with_small_pictures(
    teams: FakeTeams, bot: Bot
) -> None:
    bot.engine.replies["courses.search"] = Results((COURSE, COURSE))
    found = await told(teams, searched(ADA, teams.chats.channel(ADA), "feedback"))

    assert (found["type"], found["attachmentLayout"], len(found["attachments"])) == (
        "result",
        "list",
        2,
    )
    (event,) = bot.engine.asked
    assert (event.name, dict(event.args)) == ("courses.search", {"words": "feedback"})
    assert bot.engine.events == []
    assert found["attachments"][0]["preview"] == {
        "contentType": "application/vnd.microsoft.card.thumbnail",
        "content": {
            "title": "Feedback that lands",
            "text": "From Example Learning, 1 h 12 min · How to say what bothers you so that it"
            " helps: three sentences, and a question back.",
            "images": [{"url": SAMPLED.image, "alt": "Feedback that lands"}],
        },
    }


async def test_a_card_that_somebody_inserts_carries_links_only(teams: FakeTeams, bot: Bot) -> None:
    act = Press(say("test.go", "Send it"), "courses.go")
    post = Post(summary=COURSE.summary, blocks=(Buttons((act,)), *COURSE.blocks))
    bot.engine.replies["courses.search"] = Results((post,))
    found = await told(teams, searched(ADA, teams.chats.chat(ADA), "feedback"))

    card = found["attachments"][0]["content"]
    assert card["version"] == "1.3"
    assert problems(card) == []
    assert [(one["type"], one["url"]) for one in card["actions"]] == [("Action.OpenUrl", URL)]


async def test_opening_the_search_shows_what_there_is(teams: FakeTeams, bot: Bot) -> None:
    bot.engine.replies["courses.search"] = Results((COURSE,))
    found = await told(teams, searched(ADA, teams.chats.chat(ADA), None))
    assert len(found["attachments"]) == 1
    assert dict(bot.engine.asked[0].args) == {"words": ""}


async def test_where_nothing_is_found_a_sentence_says_so(teams: FakeTeams, bot: Bot) -> None:
    bot.engine.replies["courses.search"] = Done(say("test.none", "No course has these words."))
    found = await told(teams, searched(ADA, teams.chats.chat(ADA), "zebra"))
    assert found == {"type": "message", "text": "No course has these words."}


async def test_a_search_that_takes_too_long_is_a_sentence_and_no_error(
    teams: FakeTeams, bot: Bot
) -> None:
    found = await told(teams, searched(ADA, teams.chats.chat(ADA), "slow"))
    assert found["type"] == "message"
    assert "try again" in found["text"]


@pytest.mark.parametrize(
    "more",
    [
        {"queryOptions": {"skip": 25, "count": 25}},
        {"commandId": "cohorts.erase"},
        {"commandId": None},
    ],
)
async def test_what_there_is_no_more_of_is_an_empty_list(
    teams: FakeTeams, bot: Bot, more: Json
) -> None:
    bot.engine.replies["courses.search"] = Results((COURSE,))
    found = await told(teams, searched(ADA, teams.chats.chat(ADA), "feedback", **more))
    assert (found["type"], found["attachments"]) == ("result", [])
    assert bot.engine.asked == []


@pytest.mark.parametrize(
    "more",
    [
        {"parameters": "words"},
        {"parameters": [["words"]]},
        {"parameters": [{"name": "words", "value": {"deep": 1}}]},
        {"parameters": [{"name": "words", "value": 7}]},
        {"queryOptions": {"skip": "many"}},
        {"queryOptions": []},
        {"commandId": 7},
    ],
)
async def test_a_forged_search_is_refused(teams: FakeTeams, bot: Bot, more: Json) -> None:
    forged = searched(ADA, teams.chats.chat(ADA), "x", **more)
    assert (await teams.deliver(forged)).status == 400
    assert bot.engine.asked == []


@pytest.mark.parametrize("words", ["", "\0", "x" * 20_000, "<script>", "🦓" * 500, "\ud83e"])
async def test_any_words_may_be_looked_for(teams: FakeTeams, bot: Bot, words: str) -> None:
    answer = await teams.deliver(searched(ADA, teams.chats.chat(ADA), words))
    assert answer.status in {200, 400}


async def test_nobody_looks_for_nothing(teams: FakeTeams, bot: Bot) -> None:
    one = searched(ADA, teams.chats.chat(ADA), "x") | {"from": {}}
    assert (await teams.deliver(one)).status == 400


# --- links ----------------------------------------------------------------------------------------


async def test_a_pasted_link_to_a_course_gets_a_card(teams: FakeTeams, bot: Bot) -> None:
    bot.engine.replies["link.preview"] = Preview(COURSE)
    found = await told(teams, pasted(ADA, teams.chats.channel(ADA), URL))

    (one,) = found["attachments"]
    assert problems(one["content"]) == []
    assert one["preview"]["content"]["title"] == "Feedback that lands"
    (event,) = bot.engine.asked
    assert (event.name, dict(event.args)) == ("link.preview", {"url": URL})
    assert bot.engine.events == []


@pytest.mark.parametrize("url", [URL, "", None, "javascript:alert(1)", "x" * 100_000])
async def test_a_link_that_says_nothing_gets_none(
    teams: FakeTeams, bot: Bot, url: str | None
) -> None:
    found = await told(teams, pasted(ADA, teams.chats.channel(ADA), url))
    assert (found["type"], found["attachments"]) == ("result", [])


@pytest.mark.parametrize("url", [7, {}, [URL], True])
async def test_a_forged_link_is_refused(teams: FakeTeams, bot: Bot, url: Any) -> None:
    assert (await teams.deliver(pasted(ADA, teams.chats.channel(ADA), url))).status == 400


@pytest.mark.parametrize(
    "name", ["selectItem", "anonymousQueryLink", "querySettingUrl", "onCardButtonClicked"]
)
async def test_what_else_the_compose_box_tells_changes_nothing(
    teams: FakeTeams, bot: Bot, name: str
) -> None:
    one = invoke(ADA, teams.chats.chat(ADA), f"composeExtension/{name}", {"url": URL})
    answer = await teams.deliver(one)
    assert (answer.status, answer.json) == (200, {})
    assert (bot.engine.asked, bot.engine.events) == ([], [])


# --- sending --------------------------------------------------------------------------------------


async def test_the_box_opens_the_form_for_a_link(teams: FakeTeams, bot: Bot) -> None:
    bot.engine.replies["courses.send"] = Open(FORM)
    value = {"commandId": "sendCourse", "commandContext": "compose", "requestId": "1"}
    place = teams.chats.channel(ADA)
    answer = await teams.deliver(invoke(ADA, place, "composeExtension/fetchTask", value))

    assert answer.json["task"]["value"]["title"] == "Send a course link"
    assert (bot.event.source, bot.event.name, bot.event.text) == ("press", "courses.send", "")
    assert bot.event.origin is not None
    assert not bot.event.origin.private


async def test_the_form_comes_back_with_the_link(teams: FakeTeams, bot: Bot) -> None:
    bot.engine.replies["courses.send"] = Done(say("test.coming", "It is on its way to you."))
    data = carries("courses.send") | {"url": URL}
    place = teams.chats.channel(ADA)
    answer = await teams.deliver(asked(ADA, place, data, "composeExtension/submitAction"))

    assert answer.json == {"task": {"type": "message", "value": "It is on its way to you."}}
    assert (bot.event.source, dict(bot.event.values)) == ("form", {"url": URL})


@pytest.mark.parametrize(
    "content",
    [
        f"<p>Worth it: {URL}</p>",
        f'<p>Worth it: <a href="{URL}" title="x">Feedback that lands</a></p>',
        f"<p><a title='x' href='{URL}'>Feedback that lands</a></p>",
    ],
)
async def test_a_link_in_a_message_is_taken_by_its_menu(
    teams: FakeTeams, bot: Bot, content: str
) -> None:
    wrote = written(BO, content)
    await teams.deliver(chosen(ADA, teams.chats.channel(ADA), wrote, command="sendMessageLink"))
    assert (bot.event.source, bot.event.name) == ("press", "courses.from_message")
    assert URL in bot.event.text


CARD: Json = {
    "type": "AdaptiveCard",
    "body": [{"type": "Image", "url": "https://learn.example.org/feedback.png"}],
    "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": URL}],
}


async def test_the_link_of_a_card_in_a_message_is_taken_by_its_menu(
    teams: FakeTeams, bot: Bot
) -> None:
    kind = "application/vnd.microsoft.card.adaptive"
    card = {"id": "1", "contentType": kind, "content": json.dumps(CARD)}
    wrote = written(BO, '<attachment id="1"></attachment>') | {"attachments": [card]}
    await teams.deliver(chosen(ADA, teams.chats.channel(ADA), wrote, command="sendMessageLink"))
    assert bot.event.text == URL


INSERTED = """
<span class="inline-compose-card" itemid="0" itemtype="http://schema.skype.com/InputExtension">
  <span content="0" itemprop="cardId"></span>
</span>
"""


@pytest.mark.parametrize(
    ("text", "heard"), [("", URL), (INSERTED, URL), (f"This one {INSERTED}", f"This one\n{URL}")]
)
async def test_a_card_that_is_posted_to_coterie_says_its_link(
    teams: FakeTeams, bot: Bot, text: str, heard: str
) -> None:
    kind = "application/vnd.microsoft.card.adaptive"
    attached = [{"contentType": kind, "content": CARD}, {"contentType": "text/html"}]
    place = teams.chats.chat(ADA)
    await teams.deliver(activity("message", ADA, place, text=text, attachments=attached))
    assert bot.event.text == heard


async def test_a_link_behind_a_title_is_heard(teams: FakeTeams, bot: Bot) -> None:
    copy = f'<p>See <a href="{URL}?a=1&amp;b=2">Feedback that lands</a></p>'
    attached = [{"contentType": "text/html", "content": copy}]
    place = teams.chats.chat(ADA)
    words = "See Feedback that lands"
    await teams.deliver(activity("message", ADA, place, text=words, attachments=attached))
    assert bot.event.text == f"{words}\n{URL}?a=1&b=2"


async def test_a_link_that_is_seen_is_heard_once(teams: FakeTeams, bot: Bot) -> None:
    attached = [{"contentType": "text/html", "content": f'<a href="{URL}/">{URL}</a>'}]
    await teams.deliver(
        activity("message", ADA, teams.chats.chat(ADA), text=URL, attachments=attached)
    )
    assert bot.event.text == URL


@pytest.mark.parametrize(
    "content",
    [
        7,
        None,
        [],
        {"actions": "x"},
        {"actions": [7]},
        {"actions": [{"url": 7}]},
        "{",
        "<a " * 25_000,
        "<a href=" * 10_000,
        {"actions": [{"url": "javascript:alert(1)"}] * 1000},
    ],
    ids=[f"odd-{n}" for n in range(10)],
)
async def test_odd_cards_are_only_cards(teams: FakeTeams, bot: Bot, content: Any) -> None:
    kind = "application/vnd.microsoft.card.adaptive"
    kinds = ({"contentType": one, "content": content} for one in (kind, "text/html"))
    told = activity("message", ADA, teams.chats.chat(ADA), text="hm", attachments=[*kinds])
    answer = await teams.deliver(told)
    assert answer.status == 200
    assert bot.event.text.startswith("hm")
