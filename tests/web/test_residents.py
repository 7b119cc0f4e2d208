"""Twelve people live through eight weeks by themselves, and whoever looks on may take over."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cards import words
from core.engine.gate import week_of
from core.engine.ports import Job
from core.message import choices
from core.product import PRODUCT
from tests.web.theatre import Body, Theatre, theatre
from web.sandbox.model import PLAYERS, Screen, key_of
from web.sandbox.residents.tempers import TEMPERS

REAL = replace(PRODUCT, words=words.spoken)
PATIENCE = 180
BUDGET, MOST_SILENT = 3, 6


@dataclass(frozen=True)
class Told:
    """A message in somebody's private chat, with the job that sent it."""

    screen: Screen
    job: Job | None

    @property
    def person(self) -> str:
        return key_of(self.screen.place).removeprefix("chat-")

    @property
    def at(self) -> datetime:
        return self.screen.at

    @property
    def sort(self) -> str:
        return self.screen.post.slot.partition("/")[0] if self.screen.post else ""

    @property
    def unasked(self) -> bool:
        return self.job is not None and self.job.weight == "nudge"


@dataclass(frozen=True)
class Weeks:
    """What eight weeks left behind."""

    show: Body
    private: list[Told]
    channel: list[Screen]

    def to(self, person: str) -> list[Told]:
        return [one for one in self.private if one.person == person]

    def person(self, key: str) -> Body:
        return person(self.show, key)


def person(show: Body, key: str) -> Body:
    found: Body = next(one for one in show["people"] if one["key"] == key)
    return found


async def ran(play: Theatre, goal: str = "end", mine: tuple[str, ...] = ()) -> Body:
    """Lets the weeks go by up to a day; answers how it stands then."""
    await play.get("state")
    show = await play.post("run", {"goal": goal, "mine": mine})
    async with asyncio.timeout(PATIENCE):
        while show["state"] == "running":
            await asyncio.sleep(0.05)
            show = await play.get("show?all=1")
    return show


async def lived(path: Path, mine: tuple[str, ...] = ()) -> Weeks:
    async with theatre(path, REAL) as play:
        show = await ran(play, mine=mine)
        screens = [one for one in play.wall.all() if not one.by]
        found = {one.key: await play.store.job("main", one.key) for one in screens if one.key}
        jobs = {key: due.job for key, due in found.items() if due}
        chats = [one for one in screens if ":chat-" in one.place]
        private = [Told(one, jobs.get(one.key)) for one in chats]
        return Weeks(show, private, [one for one in screens if one.place.endswith(":channel")])


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    """Eight weeks in which the visitor is Sky, and answers nothing."""
    return asyncio.run(lived(tmp_path_factory.mktemp("weeks") / "db", mine=("sky",)))


# --- eight weeks -------------------------------------------------------------------------------


def test_the_weeks_go_by_and_each_lives_in_their_own_way(weeks: Weeks) -> None:
    show = weeks.show

    assert (show["state"], show["week"], show["weeks"], show["done"]) == ("done", 8, 8, 1.0)
    assert set(TEMPERS) == set(PLAYERS)
    assert len(TEMPERS) == 12
    assert all(weeks.person(key)["did"] >= 15 for key in ("coral", "heath", "ivy", "dale"))
    assert 1 < weeks.person("forest")["did"] < 12
    assert weeks.person("misty")["did"] == 1
    assert weeks.person("clay")["how"] == "Has left the cohort"


def test_the_stages_take_place_with_what_people_wrote(weeks: Weeks) -> None:
    sorts = Counter(
        one.post.slot.partition("/")[0] for one in weeks.channel if one.post and one.post.slot
    )

    assert {"welcome", "agreement", "intro", "discussion", "challenge", "workshop"} <= set(sorts)
    assert sorts["challenge"] >= 4
    assert {"commit-ask", "checkin"} <= {one.sort for one in weeks.private}


def test_nobody_gets_more_than_their_budget_in_any_week(weeks: Weeks) -> None:
    counted = Counter(
        (one.person, week_of(PLAYERS[one.person].zone, one.at))
        for one in weeks.private
        if one.unasked
    )

    assert max(counted.values()) == BUDGET


def test_who_answers_nothing_is_asked_how_to_go_on_and_left_in_peace(weeks: Weeks) -> None:
    for key in ("sky", "misty"):
        asked = next(one for one in weeks.to(key) if one.sort == "silent")
        later = [one for one in weeks.to(key) if one.at > asked.at and one.unasked]

        assert later == []
        assert len([one for one in weeks.to(key) if one.sort != "me"]) <= MOST_SILENT
        assert "is quiet" in weeks.person(key)["how"]


def test_who_is_played_by_hand_does_nothing_but_join(weeks: Weeks) -> None:
    assert (weeks.person("sky")["mine"], weeks.person("sky")["did"]) == (True, 1)


def test_who_left_hears_nothing_that_was_not_theirs(weeks: Weeks) -> None:
    joined = [one for one in weeks.to("clay") if one.sort != "me"]

    assert max(one.at for one in joined) < min(one.at for one in joined) + timedelta(days=40)


def test_nobody_repeats_what_was_said(weeks: Weeks) -> None:
    said = [line["words"].partition("“")[2] for line in weeks.show["lines"]]
    counted = Counter(one for one in said if one)

    assert len(counted) > 20
    assert [one for one, times in counted.items() if times > 1] == []


# --- the same again, and taking over -------------------------------------------------------------


async def test_the_same_seed_has_the_same_people_act_at_the_same_time(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        async with theatre(tmp_path / name, REAL) as play:
            told.append(await ran(play, "talk"))

    one, two = ([(it["at"], it["sort"], it["who"]) for it in run["lines"]] for run in told)
    assert one == two


async def test_it_can_be_interrupted_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with theatre(tmp_path / "db", REAL) as play:
        await play.get("state")
        await play.post("run", {})
        said = {"person": "ivy", "place": "chat-ivy", "text": "help"}
        await play.post("say", said)
        stopped = await play.get("show")
        time = play.clock.now()

    async with theatre(tmp_path / "db", REAL) as play:
        again = await play.get("show")
        stands = play.clock.now()
        after = await ran(play, "talk")

    assert (stopped["state"], again["state"]) == ("stopped", "stopped")
    assert person(again, "ivy")["mine"] is True
    assert (stands >= time, after["week"]) == (True, 2)
    assert person(after, "coral")["did"] > 1


async def test_somebody_taken_over_is_handed_back(tmp_path: Path) -> None:
    async with theatre(tmp_path / "db", REAL) as play:
        await ran(play, "talk", mine=("coral",))
        mine = person(await play.get("show"), "coral")
        await play.post("hand", {"person": "coral", "mine": False})
        after = person(await ran(play, "workshop"), "coral")

    assert (mine["did"], after["mine"], after["did"] > 1) == (1, False, True)


async def test_a_workshop_called_off_the_day_before_is_told_and_then_nothing_more(
    tmp_path: Path,
) -> None:
    async with theatre(tmp_path / "db", REAL) as play:
        await ran(play, "workshop")
        await call_it_off(play)
        told = [one["words"] for one in (await play.get("show?all=1"))["lines"]]
        await play.post("clock", {"by": "day"})
        await play.post("clock", {"by": "hour"})
        after = [one["words"] for one in (await play.get("show?all=1"))["lines"]]

    assert [one for one in told if "has moved or is called off" in one]
    quiet = "No longer needed, nothing is sent: a reminder of a workshop"
    assert [one for one in after if one.startswith(quiet)]
    assert not [one for one in after if one.startswith("To") and "begins within the hour" in one]


async def call_it_off(play: Theatre) -> None:
    await play.post("say", {"person": "robin", "place": "chat-robin", "text": "workshop"})
    await pressed(play, "workshops.open")
    values = {"reason": "The trainer is ill."}
    await pressed(play, "workshops.cancel", values)
    await pressed(play, "workshops.confirm")
    await play.worker.idle()
    await asyncio.sleep(0.3)  # what came of it is told beside


async def pressed(play: Theatre, action: str, values: Body | None = None) -> None:
    """As Robin, the last button of this kind in the private chat."""
    await play.worker.idle()
    chat = [one for one in play.wall.all() if one.place.endswith(":chat-robin") and one.post]
    for screen in reversed(chat):
        args = carried(screen, action)
        if args is not None:
            message = {"place": "chat-robin", "id": screen.id}
            more: Body = {"args": dict(args)} | ({"values": values} if values else {})
            await play.press(message, action, by="robin", **more)
            return
    raise AssertionError(f"nothing to press: {action}")


def carried(screen: Screen, action: str) -> Mapping[str, str] | None:
    """What such a button of a message carries; None where there is none."""
    buttons = choices(screen.post) if screen.post else ()
    return next((one.args for one in buttons if one.action == action), None)


async def test_when_the_others_stand_still_the_clock_moves_alone(tmp_path: Path) -> None:
    async with theatre(tmp_path / "db", REAL) as play:
        before = await ran(play, "talk")
        await play.post("lively", {"on": False})
        await play.post("clock", {"by": "day"})
        after = await play.get("show")

    assert (after["lively"], after["acts"]) == (False, before["acts"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("run", {"goal": "never"}),
        ("run", {"mine": ["nobody"]}),
        ("run", {"mine": ["sky"] * 13}),
        ("hand", {"person": "sky"}),
        ("hand", []),
        ("lively", {"on": "perhaps"}),
    ],
)
async def test_nonsense_about_the_show_is_answered_with_a_sentence(
    play: Theatre, path: str, body: object
) -> None:
    assert (await play.post(path, body, status=400))["words"]


async def test_a_day_that_has_passed_cannot_be_run_to(tmp_path: Path) -> None:
    async with theatre(tmp_path / "db", REAL) as play:
        await ran(play, "talk")
        told = await play.post("run", {"goal": "talk"}, status=400)

    assert "has passed" in told["words"]
