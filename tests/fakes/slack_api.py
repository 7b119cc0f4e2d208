"""The methods of Slack's Web API that Coterie calls, each with what Slack would not take."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.slack_blocks import wrong_message, wrong_view
from tests.fakes.slack_world import BOT, BOT_ID, TEAM, Channel, Json, Wrong

if TYPE_CHECKING:
    from tests.fakes.slack import FakeSlack

Method = Callable[["FakeSlack", Json], Json]


def auth_test(slack: "FakeSlack", asked: Json) -> Json:
    """Who we are."""
    url = "https://coterie-test.slack.com/"
    return {"team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID, "url": url}


def post(slack: "FakeSlack", asked: Json) -> Json:
    """A new message, perhaps in a thread."""
    place = slack.world.find(asked["channel"])
    wrong = wrong_message(asked)
    if wrong:
        raise Wrong(wrong)
    thread = str(asked.get("thread_ts", ""))
    made = slack.world.posted(place, thread, asked)
    return {"channel": place.id, "ts": made.ts, "message": {"text": asked.get("text", "")}}


def update(slack: "FakeSlack", asked: Json) -> Json:
    """A message of ours becomes another."""
    if asked["channel"].startswith("U"):
        raise Wrong("channel_not_found")
    place = slack.world.find(asked["channel"])
    message = slack.world.message(place.id, asked["ts"])
    wrong = wrong_message(asked)
    if wrong:
        raise Wrong(wrong)
    message.payload = message.payload | asked
    message.edits += 1
    return {"channel": place.id, "ts": message.ts}


def delete(slack: "FakeSlack", asked: Json) -> Json:
    """A message of ours goes."""
    place = slack.world.find(asked["channel"])
    slack.world.message(place.id, asked["ts"]).deleted = True
    return {"channel": place.id, "ts": asked["ts"]}


def unfurl(slack: "FakeSlack", asked: Json) -> Json:
    """Cards for links."""
    slack.kept.unfurls.append(asked)
    return {}


def open_chat(slack: "FakeSlack", asked: Json) -> Json:
    """The chat with somebody, always the same one."""
    users = asked["users"].split(",")
    people = [slack.world.person(id) for id in users]
    if len(people) == 1:
        return {"channel": {"id": slack.world.chat(people[0]).id}}
    id = f"G{'-'.join(sorted(users))}"
    return {"channel": {"id": slack.world.channels.setdefault(id, Channel(id, "", people)).id}}


def info(slack: "FakeSlack", asked: Json) -> Json:
    """What a channel is."""
    place = slack.world.channels.get(asked["channel"])
    if place is None or (place.id.startswith("G") and not place.there):
        raise Wrong("channel_not_found")
    return {"channel": place.shown()}


def members(slack: "FakeSlack", asked: Json) -> Json:
    """A page of who is there; we are too."""
    place = slack.world.channels.get(asked["channel"])
    if place is None or not place.there:
        raise Wrong("channel_not_found")
    ids = [*(human.id for human in place.people), BOT]
    return _page("members", ids, asked)


def make(slack: "FakeSlack", asked: Json) -> Json:
    """A new channel, with us in it."""
    name = asked["name"]
    if not 0 < len(name) <= 80 or name != name.lower() or " " in name:
        raise Wrong("invalid_name_specials")
    if any(place.name == name for place in slack.world.channels.values()):
        raise Wrong("name_taken")
    return {"channel": {"id": slack.world.channel(name=name).id, "name": name}}


def invite(slack: "FakeSlack", asked: Json) -> Json:
    """People come into a channel."""
    place = slack.world.find(asked["channel"])
    for id in asked["users"].split(","):
        human = slack.world.person(id)
        if human in place.people:
            raise Wrong("already_in_channel")
        place.people.append(human)
        slack.kept.invited.append((place.id, id))
    return {"channel": place.shown()}


def history(slack: "FakeSlack", asked: Json) -> Json:
    """What the bot wrote, newest first; in a channel without what is in threads."""
    place, thread = slack.world.find(asked["channel"]), asked.get("ts", "")
    there = [one for one in slack.sent if one.channel == place.id]
    shown = [one for one in there if (thread in {one.thread, one.ts} if thread else not one.thread)]
    rows = [
        {
            "ts": one.ts,
            "user": BOT,
            "bot_id": BOT_ID,
            "text": one.payload.get("text", ""),
            "reply_count": sum(other.thread == one.ts for other in there),
            **(
                {"metadata": one.payload.get("metadata")} if "include_all_metadata" in asked else {}
            ),
        }
        for one in reversed(shown)
    ]
    return _page("messages", rows, asked)


def user(slack: "FakeSlack", asked: Json) -> Json:
    """Somebody."""
    human = slack.world.people.get(asked["user"])
    if human is None:
        raise Wrong("user_not_found")
    return {"user": human.shown()}


def users(slack: "FakeSlack", asked: Json) -> Json:
    """A page of everybody."""
    return _page("members", [human.shown() for human in slack.world.people.values()], asked)


def lookup(slack: "FakeSlack", asked: Json) -> Json:
    """Whoever has this address."""
    for human in slack.world.people.values():
        if human.shown()["profile"]["email"] == asked["email"] and not human.deleted:
            return {"user": human.shown()}
    raise Wrong("users_not_found")


def open_view(slack: "FakeSlack", asked: Json) -> Json:
    """A modal before somebody."""
    wrong = wrong_view(asked["view"])
    if wrong:
        raise Wrong(wrong)
    made = slack.open_window(asked["trigger_id"], asked["view"])
    return {"view": {"id": made.id}}


def publish(slack: "FakeSlack", asked: Json) -> Json:
    """Somebody's home tab."""
    wrong = wrong_view(asked["view"])
    if wrong:
        raise Wrong(wrong)
    slack.world.person(asked["user_id"])
    slack.kept.homes[asked["user_id"]] = asked["view"]
    return {"view": {}}


def _page(name: str, rows: list[Any], asked: Json) -> Json:
    start, size = int(asked.get("cursor") or 0), min(int(asked.get("limit") or 100), 1000)
    after = str(start + size) if start + size < len(rows) else ""
    return {name: rows[start : start + size], "response_metadata": {"next_cursor": after}}


METHODS: Mapping[str, Method] = {
    "auth.test": auth_test,
    "chat.delete": delete,
    "chat.postMessage": post,
    "chat.unfurl": unfurl,
    "chat.update": update,
    "conversations.create": make,
    "conversations.history": history,
    "conversations.info": info,
    "conversations.invite": invite,
    "conversations.members": members,
    "conversations.open": open_chat,
    "conversations.replies": history,
    "users.info": user,
    "users.list": users,
    "users.lookupByEmail": lookup,
    "views.open": open_view,
    "views.publish": publish,
}
