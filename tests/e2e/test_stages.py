"""The three stages as members live them, in Teams, Slack and Workplace at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.contracts.on_slack import Slack
from tests.contracts.on_teams import ADA, BO, Teams
from tests.contracts.on_workplace import Workplace
from tests.contracts.side import Stands
from tests.contracts.slack_view import block_of
from tests.e2e.cohort import PLATFORMS, SKIP, TODAY, fills, join, lead, replies, start
from tests.e2e.town import Town, town
from tests.fakes.activities import asked, chosen, written
from tests.fakes.slack_client import chosen as in_menu

pytestmark = pytest.mark.e2e

QUESTION = "What helps you to hand over well?"
WHY = "So that nights get quieter."
TALK = "A handover in three lines"
WORKSHOP = {
    "title": TALK,
    "purpose": "Try a handover that nobody has to ask back about",
    "day": (TODAY + timedelta(days=21)).isoformat(),
    "time": "14:00",
    "minutes": "90",
    "mode": "room",
    "place": "Room 2.14",
    "link": "",
    "capacity": "2",
}
SAID = {
    "teams": "A list on the wall.",
    "slack": "A quiet minute before it begins.",
    "workplace": "Somebody who asks back.",
}
CARD = "What would you try?"
STUCK = "Notes from the night shift get lost on the way to the morning."
IDEAS = {"teams": "A photo of the board.", "workplace": "Ring the bell when you leave."}
WHEN, THEN = "a shift ends late", "write three lines before I leave"
HARSH = {"slack": "You lot are lazy.", "teams": "You lot are slow."}
RUDE = "Whoever needs notes should look for another job."


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as made:
        yield made


async def begun(here: Town) -> None:
    """A cohort of four, each somewhere else."""
    desk = await start(here)
    await join(here, desk.words.partition("Join code\n")[2].partition("\n")[0])


def bo(here: Town, name: str) -> str:
    return here.sides[name].names.bo


async def presses(here: Town, name: str, on: Stands, label: str, *, private: bool = False) -> None:
    """Bo presses a button."""
    await here.presses(name, bo(here, name), on, label, private=private)


async def writes(here: Town, name: str, words: str, *, thread: str = "") -> None:
    """Bo writes to Coterie alone, or in a thread."""
    side = here.sides[name]
    told = side.says(bo(here, name), words, private=not thread, thread=thread)
    await here.tells(told)


# --- stage 1 ------------------------------------------------------------------------------------


async def test_people_talk_and_meet_wherever_they_are(here: Town) -> None:
    await begun(here)
    await discuss(here)
    await sign_up(here)


async def discuss(here: Town) -> None:
    """Ada asks; they answer by a dialog, by a reply, question by question; all read all of it."""
    await lead(here, "Start a discussion", values={"question": QUESTION, "own": WHY})
    cards = {name: await here.place(name).shows(QUESTION) for name in PLATFORMS}
    await fills(here, "teams", cards["teams"], "Answer", {"text": SAID["teams"]})
    await writes(here, "slack", SAID["slack"], thread=cards["slack"].ref)
    await fills(here, "workplace", cards["workplace"], "Answer", {"text": SAID["workplace"]})
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        for words in SAID.values():
            await here.place(name).shows(words)


async def sign_up(here: Town) -> None:
    """Two seats for three: one waits, one gives up, and who waited gets the seat."""
    await lead(here, "Plan a workshop", values=WORKSHOP)
    cards = {name: await here.place(name).shows(TALK) for name in PLATFORMS}
    for name in PLATFORMS:
        await presses(here, name, cards[name], "I’m coming")
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await here.place(name).shows("2 of 2 seats")
        await here.place(name).shows("Waiting for a seat")
    await presses(here, "slack", cards["slack"], "I can’t")
    await here.brings(here.alone("workplace", bo(here, "workplace")), "it is yours")
    for name in PLATFORMS:
        await here.place(name).shows("2 of 2 seats", gone="Waiting for a seat")


# --- stage 2 ------------------------------------------------------------------------------------


async def test_a_challenge_is_named_on_one_platform_and_solved_on_others(here: Town) -> None:
    await begun(here)
    await name_it(here)
    await have_ideas(here)
    await choose(here)
    await take_away(here)
    await flag_by_menu(here)


async def name_it(here: Town) -> None:
    """In a modal, where a word in a chat brings its button."""
    await writes(here, "slack", "challenge")
    asked = await here.alone("slack", bo(here, "slack")).shows("Name a challenge")
    values = {"situation": STUCK, "tried": "", "wish": "That one page is enough.", "who": "named"}
    await fills(here, "slack", asked, "Name a challenge", values, private=True)
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await here.place(name).shows(CARD)


async def have_ideas(here: Town) -> None:
    """One knows it too; ideas come by a reply in the thread, and question by question."""
    cards = {name: await here.place(name).shows(CARD) for name in PLATFORMS}
    await presses(here, "workplace", cards["workplace"], "I know this too")
    await writes(here, "teams", IDEAS["teams"], thread=cards["teams"].ref)
    await fills(
        here, "workplace", cards["workplace"], "I have an idea", {"text": IDEAS["workplace"]}
    )
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        for words in IDEAS.values():
            await here.place(name).shows(words)


async def choose(here: Town) -> None:
    """Who asked says what helps most, and what comes next."""
    card = await here.place("slack").shows(CARD)
    await presses(here, "slack", card, "See all ideas")
    every = await here.alone("slack", bo(here, "slack")).shows("All ideas")
    await fills(here, "slack", every, "Choose 1", {"step": "From Monday on."}, private=True)
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await here.place(name).shows("Helps most")
        await here.place(name).shows("From Monday on.")


# --- safe ---------------------------------------------------------------------------------------


async def take_away(here: Town) -> None:
    """Somebody writes rudely; it is flagged, hidden, and both sides hear why."""
    await fills(
        here,
        "workplace",
        await here.place("workplace").shows(CARD),
        "I have an idea",
        {"text": RUDE},
    )
    await here.sandbox.an_hour_later()
    await here.place("slack").shows(RUDE)
    await writes(here, "slack", "flag")
    asked = await here.alone("slack", bo(here, "slack")).shows("Tell the moderator")
    opened = await here.presses(
        "slack", bo(here, "slack"), asked, "Tell the moderator", private=True
    )
    assert opened.form
    what = next(
        value for value in option_values(opened.form.native.view) if value.startswith("ideas|")
    )
    await here.sends_off("slack", bo(here, "slack"), opened, {"what": what, "words": "It hurts."})
    await decide(here)


def option_values(view: object) -> list[str]:
    """All values that can be chosen in a modal, in their order."""
    if isinstance(view, list):
        return [value for one in view for value in option_values(one)]
    if not isinstance(view, dict):
        return []
    own = [view["value"]] if "text" in view and isinstance(view.get("value"), str) else []
    return own + [value for one in view.values() for value in option_values(one)]


async def decide(here: Town) -> None:
    """The moderator hides it; it leaves every card, and both sides hear of it."""
    judge = bo(here, "teams")
    case = await here.alone("teams", judge).shows(RUDE)
    assert "It hurts." in case.words
    opened = await here.presses("teams", judge, case, "Hide it", private=True)
    await here.sends_off("teams", judge, opened, {"reason": "It judges people."})
    await here.brings(here.alone("workplace", bo(here, "workplace")), "It judges people.")
    await here.brings(here.alone("slack", bo(here, "slack")), "took it away")
    for name in PLATFORMS:
        await here.place(name).shows(STUCK, gone=RUDE)


async def flag_by_menu(here: Town) -> None:
    """What somebody wrote in the chat itself is flagged by the menu of the message."""
    slack, teams = cast(Slack, here.sides["slack"]), cast(Teams, here.sides["teams"])
    wrote = {"user": slack.ada.id, "ts": "1772442000.000100", "text": HARSH["slack"]}
    await slack.fake.interact(in_menu(slack.fake, slack.bo, slack.channel, wrote, "flag_message"))
    window = slack.fake.kept.windows[-1]
    await slack.fake.submits(slack.bo, window, {block_of(window, "words"): "Please not here."})
    told = chosen(BO, teams.channel, written(ADA, f"<p>{HARSH['teams']}</p>"))
    form = (await teams.fake.deliver(told)).json["task"]["value"]["card"]["content"]
    data = form["actions"][0]["data"] | {"line": "other", "words": "Nor here."}
    told = asked(BO, teams.channel, data, "composeExtension/submitAction")
    assert "Thank you" in (await teams.fake.deliver(told)).json["task"]["value"]
    for words in HARSH.values():
        case = await here.brings(here.alone("teams", bo(here, "teams")), words)
        assert "I can’t remove it" in case.words


# --- stage 3, and the end -----------------------------------------------------------------------

PROMISE = {"when": WHEN, "then": THEN, "until": (TODAY + timedelta(days=40)).isoformat()}
LINKS = {"slack": "app.slack.com/client/", "workplace": "work.workplace.com/chat/t/"}


@pytest.mark.parametrize("name", ["slack", "workplace"])
async def test_two_keep_each_other_to_what_they_promised(name: str, here: Town) -> None:
    await start(here, [name])
    ada = here.sides["teams"].names.ada
    await here.presses("teams", ada, await here.place("teams").shows("Join"), "Join")
    await presses(here, name, await here.place(name).shows("Join"), "Join")
    await pair_up(here, name)
    await promise(here, name)
    await check_in(here, name)
    await play(here, name)
    await look_back(here, name)


async def pair_up(here: Town, name: str) -> None:
    """Drawn, looked at, sent; each has a way to the other where they are."""
    ada = here.sides["teams"].names.ada
    await lead(here, "Draw pairs", form=False)
    proposal = await here.alone("teams", ada).shows("A proposal for")
    await here.presses("teams", ada, proposal, "Send it", private=True)
    card = await here.brings(here.alone(name, bo(here, name)), "meet Ada")
    assert "Say hello" in str(shown(here, name, card))
    assert LINKS[name] in str(shown(here, name, card))
    await presses(here, name, card, "Good match", private=True)


def shown(here: Town, name: str, on: Stands) -> object:
    """A message as the platform was given it, with the addresses of its links."""
    if name == "slack":
        sent = cast(Slack, here.sides[name]).fake.sent
        return next(one.payload for one in sent if one.ts == on.ref)
    said = cast(Workplace, here.sides[name]).graph.world.said
    return next(one.message for one in said if one.id == on.ref)


async def promise(here: Town, name: str) -> None:
    """In a modal, or question by question; the partner reads it."""
    values = {**PROMISE, "sight": "pair" if name == "slack" else "my partner", "hinder": SKIP}
    alone = here.alone(name, bo(here, name))
    known = {one.ref for one in alone.look()}
    await writes(here, name, "promise")
    if here.sides[name].facts.dialogs:
        asked = await alone.shows("One small thing to try")
        await fills(here, name, asked, "One small thing to try", values, private=True)
    else:
        await replies(here, name, known, [*values.values()])
    await alone.shows("You promised")
    await here.brings(here.alone("teams", here.sides["teams"].names.ada), THEN)


async def check_in(here: Town, name: str) -> None:
    """On Thursday Bo is asked in their own words; Ada hears, and gives a high five."""
    ada = here.sides["teams"].names.ada
    alone = here.alone(name, bo(here, name))
    asked = await here.brings(alone, "Every answer is useful.", "day")
    await presses(here, name, asked, "Kept", private=True)
    told = await here.brings(here.alone("teams", ada), "says: Kept")
    await here.presses("teams", ada, told, "High five", private=True)
    await here.brings(alone, "gives you a high five")


async def play(here: Town, name: str) -> None:
    """A scene to play, now that there are pairs."""
    await lead(here, "Role-play")
    scene = await here.brings(here.alone(name, bo(here, name)), "With Ada")
    await presses(here, name, scene, "We’re together: start the clock", private=True)
    await here.alone("teams", here.sides["teams"].names.ada).shows("Round 1 of 2")


async def look_back(here: Town, name: str) -> None:
    """Kept, changed, next; and what came of it."""
    await lead(here, "Closing round", form=False)
    card = await here.place(name).shows("Look back")
    kept = {"kept": "Three lines.", "changed": SKIP, "next": SKIP, "quote": "", "again": ""}
    told = ("Yes, with my name", "Yes") if name == "workplace" else ("named", "yes")
    await fills(here, name, card, "Look back", {**kept, "quote": told[0], "again": told[1]})
    await here.sandbox.an_hour_later()
    await here.place(name).shows("Looked back so far: 1")
