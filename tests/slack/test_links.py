"""Links in Slack: by the menu of a message, a shortcut, a command, and pasted for all to see."""

import asyncio
from typing import Any

import pytest

from core.courses.links.posts import SAMPLED, preview
from core.engine.ports import Done, Event, Open, Preview, Reply
from core.message import Form, TextField, say, verbatim
from slack.interaction import LINK
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_client import chosen
from tests.fakes.slack_world import Channel, Human, Json
from tests.slack.app import App

TS = "1772442000.000100"
URL = SAMPLED.url
FORM = Form(
    title=verbatim("Send a course link"),
    action="courses.send",
    fields=(TextField(name="url", label=verbatim("Link")),),
    submit=verbatim("Go on"),
)


def shared(by: Human, room: Channel, *urls: Any) -> Json:
    """Links that somebody pasted."""
    return {
        "type": "link_shared",
        "user": by.id,
        "channel": room.id,
        "message_ts": TS,
        "unfurl_id": "C1.2",
        "source": "conversations_history",
        "links": [{"domain": "learn.example.org", "url": url} for url in urls],
        "event_ts": TS,
    }


async def test_the_menu_of_a_message_takes_its_link(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    app.engine.replies["courses.from_message"] = Done(say("test.coming", "It is on its way."))
    about = {"user": bo.id, "ts": TS, "team": bo.team, "text": f"See <{URL}|Feedback that lands>!"}
    await slack.interact(chosen(slack, ada, room, about, LINK))

    event = app.event
    assert (event.source, event.name) == ("press", "courses.from_message")
    assert event.text == f"See Feedback that lands ({URL})!"
    assert "It is on its way." in slack.kept.answers[-1].payload["text"]


async def test_the_shortcut_opens_the_form_for_a_link(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    app.engine.replies["courses.send"] = Open(FORM)
    await slack.shortcut(ada, "send_course")

    (window,) = slack.kept.windows
    assert window.view["title"]["text"] == "Send a course link"
    assert app.event.origin is not None
    assert app.event.origin.private


async def test_a_command_takes_a_link_as_it_was_typed(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    await slack.commands(ada, room, f"send <{URL}?a=1&amp;b=2>")
    assert (app.event.text, app.event.mentioned) == (f"send {URL}?a=1&b=2", True)


async def test_pasted_links_get_cards_that_slack_takes(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    app.engine.replies["link.preview"] = Preview(preview(SAMPLED))
    urls = [f"{URL}?n={n}&amp;x" for n in range(3)]
    await slack.deliver(shared(ada, room, *urls))

    (unfurled,) = slack.kept.unfurls
    assert [*unfurled["unfurls"]] == urls
    said = str(unfurled["unfurls"][urls[0]])
    assert "Feedback that lands" in said
    assert "action_id': 'link" in said
    assert "courses." not in said


async def test_of_very_many_links_a_few_are_looked_at(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    urls = [f"https://learn.example.org/{n}" for n in range(10_000)]
    answer = await slack.deliver(shared(ada, room, *urls))
    assert answer.status == 200
    assert len(app.engine.asked) == 5


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "x" * 100_000, "\0", "https://[half"])
async def test_any_link_may_be_told(
    slack: FakeSlack, app: App, ada: Human, room: Channel, url: str
) -> None:
    answer = await slack.deliver(shared(ada, room, url))
    assert (answer.status, slack.kept.unfurls) == (200, [])


async def test_a_provider_that_is_slow_keeps_nobody_waiting(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    class Slow:
        async def query(self, event: Event) -> Reply | None:
            await asyncio.sleep(0 if "quick" in event.args["url"] else 60)
            return Preview(preview(SAMPLED))

    app.engine.query = Slow().query  # type: ignore[method-assign]
    answer = await slack.deliver(shared(ada, room, f"{URL}/quick", f"{URL}/slow"))

    assert answer.status == 200
    (unfurled,) = slack.kept.unfurls
    assert [*unfurled["unfurls"]] == [f"{URL}/quick"]
    assert app.counts["links.too_slow"] == 1


async def test_links_of_another_workspace_are_refused(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    app.engine.replies["link.preview"] = Preview(preview(SAMPLED))
    answer = await slack.deliver(shared(ada, room, URL), team="T0ELSEWHERE")
    assert answer.status == 403
    assert (app.engine.asked, slack.kept.unfurls) == ([], [])
