"""The sandbox's first door: a cohort gathers, a link of the built-in catalogue is at hand."""

import re
from pathlib import Path

from connectors.catalogues.fictional import COURSES
from core.cohorts.model import Membership
from core.courses.model import DECLARED, Send
from tests.web.test_residents import REAL, pressed, ran
from tests.web.theatre import Theatre, theatre
from web.sandbox.model import key_of

OFFERED = re.compile(r'data-go=\'[^\']*"text": "(/demo/[a-z-]+)"')


async def test_the_links_at_hand_are_those_of_the_built_in_catalogue(play: Theatre) -> None:
    async with play.client.get("/sandbox") as response:
        offered = OFFERED.findall(await response.text())
    assert len(offered) == 3
    assert set(offered) <= {course.url for course in COURSES if not course.retired}


async def test_sending_a_link_is_the_first_door_and_it_is_open(play: Theatre) -> None:
    async with play.client.get("/sandbox") as response:
        page = await response.text()
    doors = re.findall(r'<details class="door"([^>]*)>.*?<span>([^<]+)<small>', page, re.DOTALL)
    assert [name for _, name in doors][:3] == [
        "Send a course link",
        "Run eight weeks in a minute",
        "Be a learner",
    ]
    assert ["open" in more for more, _ in doors] == [True] + [False] * (len(doors) - 1)


async def test_on_the_first_morning_people_have_gathered_and_a_link_is_taken(
    tmp_path: Path,
) -> None:
    async with theatre(tmp_path / "db", REAL) as play:
        show = await ran(play, "team")
        link = "https://learn.example.org/demo/better-handovers"
        await play.post("say", {"person": "robin", "place": "chat-robin", "text": link})
        await play.post("clock", {"by": "hour"})
        cards = [one for one in play.wall.all() if one.post and one.post.slot.startswith("send/")]
        joined = (await play.wall.reader.find(Membership, state="member")).items

        plan = {"title": "Better handovers", "purpose": "For Thursday.", "question": "What for?"}
        to = {"to": f"cohort:{joined[0].cohort}", "open": "false"}
        await pressed(play, "courses.plan", plan | to)
        await play.post("clock", {"by": "hour"})
        await pressed(play, "courses.go")
        await play.post("clock", {"by": "day"})
        (sent,) = (await play.wall.reader.find(Send)).items
        done = await play.wall.reader.tally(DECLARED, f"{sent.id}/0")
        told = [one["words"] for one in (await play.get("show?all=1"))["lines"]]

    assert show["state"] == "stopped"
    assert len(joined) >= 9
    assert [key_of(card.place) for card in cards] == ["chat-robin"]
    assert 1 <= done < len(joined)
    assert [words for words in told if words.endswith("A course link")]
    assert not [words for words in told if "provider is asked" in words]
