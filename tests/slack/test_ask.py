"""What Coterie asks Slack, and what it makes of the answers."""

import pytest

from core.engine.errors import RetryLater
from core.engine.ports import Address, Answer, Page, R
from slack import ask
from slack.ask import channel_name
from slack.package import SCOPES, scopes
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_world import TEAM, Channel, Human
from tests.slack.app import App, installed


class Addresses:
    """A reader that knows some places."""

    def __init__(self, *places: Channel) -> None:
        self._places = {one.place: one for one in places}

    async def get(self, kind: type[R], id: str) -> R | None:
        place = self._places.get(id)
        found = place and Address(id=id, ref={"conversation": place.id})
        return found if isinstance(found, kind) else None

    async def find(
        self, kind: type[R], *, after: str = "", limit: int = 200, **equals: str
    ) -> Page[R]:
        return Page()

    async def tally(self, board: str, subject: str) -> int:
        return 0

    async def counted(self, once: str) -> bool:
        return False

    async def top(self, board: str, n: int) -> list[tuple[str, int]]:
        return []


async def test_the_people_of_a_place_come_in_pages_without_programs(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    slack.limits.enforced = False
    robot = slack.world.human("Robot", is_bot=True)
    gone = slack.world.human("Gone", deleted=True)
    guest = slack.world.human("Guest", restricted=True)
    room.people += [robot, gone, guest, *(slack.world.human(f"P {n}") for n in range(120))]
    question = {"place": room.place}
    first = await app.questions.members(question, Addresses(room))
    second = await app.questions.members(question | {"cursor": first.cursor}, Addresses(room))

    assert [one.name for one in first.people[:3]] == ["Ada Example", "Bo Sample", "Guest"]
    assert (first.people[0].email, first.people[0].title) == ("ada@example.com", "Nurse")
    assert (first.people[1].zone, first.people[1].locale) == ("Europe/Berlin", "de-DE")
    assert (first.people[2].guest, first.people[2].email) == (True, "")
    assert first.learned[0] == Address(id=ada.account, ref={"user": ada.id})
    assert (len(first.people) + len(second.people), second.cursor) == (123, "")


async def test_what_slack_does_not_say_about_a_place_is_said_in_a_sentence(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    members = app.questions.members
    unknown = await members({"place": "slack:T:C1"}, Addresses())
    room.there = False
    gone = await members({"place": room.place}, Addresses(room))
    slack.fail("something_new")
    refused = await members({"place": room.place}, Addresses(room))

    assert [one.error for one in (unknown, gone, refused)] == [
        ask.UNKNOWN,
        ask.NOT_THERE,
        ask.NO_ROSTER,
    ]


async def test_a_busy_slack_is_asked_again(slack: FakeSlack, app: App, room: Channel) -> None:
    slack.fail("ratelimited", 429, after=8)
    with pytest.raises(RetryLater) as raised:
        await app.questions.members({"place": room.place}, Addresses(room))

    assert raised.value.after == 8.0


async def test_an_e_mail_leads_to_its_person(slack: FakeSlack, app: App, ada: Human) -> None:
    lookup = app.questions.lookup
    found = await lookup({"platform": "slack", "email": " ada@example.com "}, Addresses())
    nobody = await lookup({"platform": "slack", "email": "x@example.com"}, Addresses())
    robot = slack.world.human("Robot", email="robot@example.com", is_bot=True)
    program = await lookup({"platform": "slack", "email": robot.email}, Addresses())

    assert [one.account for one in found.people] == [ada.account]
    assert found.learned == (Address(id=ada.account, ref={"user": ada.id}),)
    assert (nobody, program) == (Answer(), Answer())


async def test_a_channel_is_made_and_its_people_invited(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    people = f"{ada.account},{bo.account},teams:t:x"
    question = {"place": room.place, "name": "Better Handovers!", "people": people}
    made = await app.questions.make_channel(question, Addresses(room))

    place = made.values["place"]
    assert (made.values["title"], made.values["team"]) == ("better-handovers", TEAM)
    assert made.learned == (Address(id=place, ref={"conversation": place.rpartition(":")[2]}),)
    assert [user for _, user in slack.kept.invited] == [ada.id, bo.id]


async def test_a_channel_that_cannot_be_made_is_said_in_a_sentence(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    make = app.questions.make_channel
    taken = await make({"name": "handovers"}, Addresses())
    slack.scopes = SCOPES
    refused = await make({"name": "others"}, Addresses())
    slack.scopes = scopes(make_channels=True)
    slack.fail("something_new")
    odd = await make({"name": "others"}, Addresses())
    slack.fail(status=502)
    doubt = await make({"name": "others"}, Addresses())

    assert [one.error for one in (taken, refused, odd, doubt)] == [
        ask.NAME_TAKEN,
        ask.NOT_ALLOWED,
        ask.NO_CHANNEL,
        ask.NO_CHANNEL,
    ]


async def test_people_are_invited_and_those_who_are_there_stay(
    slack: FakeSlack, app: App, ada: Human, bo: Human
) -> None:
    place = slack.world.channel(ada)
    invite = app.questions.invite
    fine = await invite({"place": place.place, "people": bo.account}, Addresses(place))
    there = await invite({"place": place.place, "people": ada.account}, Addresses(place))
    gone = slack.world.human("Gone", deleted=True)
    wrong = await invite({"place": place.place, "people": gone.account}, Addresses(place))
    unknown = await invite({"place": "slack:T:C", "people": ada.account}, Addresses())

    errors = [one.error for one in (fine, there, wrong, unknown)]
    assert errors == ["", "", ask.NOT_INVITED, ask.UNKNOWN]


@pytest.mark.parametrize("kind", ["C", "G"])
@pytest.mark.parametrize("make_channels", [True, False])
async def test_an_app_that_makes_channels_also_brings_their_people_in(
    slack: FakeSlack, app: App, ada: Human, kind: str, make_channels: bool
) -> None:
    slack.scopes = scopes(make_channels=make_channels)
    place = slack.world.new(Channel(f"{kind}0NIGHTS", "nights"))
    question = {"place": place.place, "people": ada.account}
    answer = await app.questions.invite(question, Addresses(place))

    assert answer.error == ("" if make_channels else ask.NOT_INVITED)
    assert place.people == ([ada] if make_channels else [])


async def test_a_few_people_have_one_chat_with_us(
    slack: FakeSlack, app: App, ada: Human, bo: Human
) -> None:
    make, people = app.questions.make_chat, f"{ada.account},{bo.account}"
    first = await make({"platform": "slack", "people": people}, Addresses())
    again = await make({"platform": "slack", "people": people}, Addresses())
    gone = slack.world.human("Gone", deleted=True)
    refused = await make({"platform": "slack", "people": gone.account}, Addresses())

    assert first == again
    assert first.learned[0].id == first.values["place"]
    assert refused.error == ask.NO_CHAT


async def test_before_we_know_who_we_are_questions_wait(slack: FakeSlack, room: Channel) -> None:
    async with installed(slack, ready=False) as app:
        with pytest.raises(RetryLater):
            await app.questions.members({"place": room.place}, Addresses(room))


@pytest.mark.parametrize(
    ("wished", "name"),
    [
        ("Better Handovers!", "better-handovers"),
        ("  Übergabe / Nacht  ", "übergabe-nacht"),
        ("a" * 200, "a" * 80),
        ("???", "cohort"),
        ("夜勤", "夜勤"),
    ],
)
def test_a_channel_gets_a_name_as_near_as_slack_lets_us(wished: str, name: str) -> None:
    assert channel_name(wished) == name


def test_all_questions_have_their_names(app: App) -> None:
    assert [*app.questions.askers()] == [
        "slack.members",
        "slack.lookup",
        "slack.make_channel",
        "slack.invite",
        "slack.make_chat",
    ]
