"""A cohort on two platforms with everything running: what really stands in each place."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.cohorts.introductions.model import Round
from core.cohorts.model import Cohort
from core.engine.intake import Intake
from core.engine.ports import Actor, Address, Event, Origin, Payload, Shown, Viewer
from core.engine.worker import Worker
from core.message import Post
from core.people.accounts.model import code_in, digest
from core.people.model import by_account
from core.product import PRODUCT
from tests.cohorts.story import CEM, GIVEN, TEAM, chat, words
from tests.engine.machine import Chat, Clock
from tests.people.world import ADA, BO

DAYS = replace(TEAM, place="slack:t9:C1", team="", title="day-shift")
CODE = re.compile(r"link ([2-9A-Z]{4}-[2-9A-Z]{4})")
EVE = Actor(account="slack:t9:eve", name="Eve Sample")


class Window(Chat):
    """Shows all words of a message."""

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {"text": words(post)}

    def below(self, root: str) -> list[str]:
        """What stands in the thread of a message."""
        refs = (ref for ref, thread in self.threads.items() if thread == root)
        return [self.stands[ref] for ref in refs if ref in self.stands]


@dataclass
class Live:
    """Two platforms, one cohort."""

    store: SqliteStore
    intake: Intake
    worker: Worker
    teams: Window
    slack: Window
    clock: Clock
    count: int = 0

    async def happens(self, source: str, name: str, by: Actor, at: Origin, **rest: object) -> None:
        self.count += 1
        base = Event(id=f"e{self.count}", org="main", source="press", name=name, by=by, origin=at)
        places = (at.place, by.account)
        known = tuple(Address(id=one, ref={"conversation": one}) for one in places)
        event = replace(base, source=source, learned=known, **rest)
        await self.intake.submit(event)
        for _ in range(3):
            async with asyncio.timeout(10):
                await self.worker.idle()
            self.clock.forward(minutes=2)

    async def root(self, place: str) -> str:
        """The message that shows the round in a place."""
        (round,) = (await self.store.reader("main").find(Round)).items
        shown = await self.store.reader("main").get(Shown, f"{place}|intro/{round.id}")
        assert shown is not None
        return shown.ref

    async def cohort(self) -> Cohort:
        return (await self.store.reader("main").find(Cohort)).items[0]


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    clock, teams, slack = Clock(), Window("teams"), Window("slack")
    platforms = {"teams": teams, "slack": slack}
    async with SqliteStore(tmp_path / "test.db", records=PRODUCT.records) as store:
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms=platforms, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        yield Live(store, intake, worker, teams, slack, clock)
        await worker.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def introduced(live: Live) -> None:
    """Cem on one platform, Eve on the other; a round of introductions is open."""
    for actor in (ADA, BO):
        await live.happens("press", "people.thanks", actor, chat(actor))
    read = live.store.reader("main")
    ada, bo = [await by_account(read, actor.account) for actor in (ADA, BO)]
    assert ada
    assert bo
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
    await live.happens("form", "cohorts.create", ADA, TEAM, values=values, args={"draft": "1"})
    here = "cohort here Better handovers"
    await live.happens("message", "message", ADA, DAYS, text=here, mentioned=True)
    args = {"cohort": (await live.cohort()).id}
    await live.happens("press", "members.join", CEM, TEAM, args=args)
    await live.happens("press", "members.join", EVE, DAYS, args=args)
    await live.happens("form", "introductions.open", ADA, TEAM, values={"days": "5"}, args=args)


async def says(live: Live, text: str, name: str = "message", **more: object) -> None:
    """Eve writes below the card in her place."""
    at = replace(DAYS, thread=await live.root(DAYS.place), message="eve-1")
    await live.happens("message", name, EVE, at, text=text, **more)


async def test_a_reply_on_one_platform_lives_and_dies_on_the_other(live: Live) -> None:
    await introduced(live)
    there, here = await live.root(TEAM.place), await live.root(DAYS.place)
    await says(live, "I fix night trains.")
    (line,) = live.teams.below(there)
    assert "night trains" in line
    assert "Eve Sample, in day-shift (Slack)" in line
    assert live.slack.below(here) == []
    assert "night trains" in live.teams.stands[there]
    assert "night trains" in live.slack.stands[here]
    await says(live, "I fix day trains.", "message.edited")
    (line,) = live.teams.below(there)
    assert "day trains" in line
    await says(live, "", "message.deleted")
    assert live.teams.below(there) == []
    assert "trains" not in live.teams.stands[there]


async def test_a_change_of_mind_between_form_and_reply_shows_each_answer_once(live: Live) -> None:
    await introduced(live)
    there, here = await live.root(TEAM.place), await live.root(DAYS.place)
    args = {"cohort": (await live.cohort()).id}
    for text in ("Form one.", "Form two."):
        values = {"text": text}
        await live.happens("form", "introductions.answer", EVE, DAYS, values=values, args=args)
    await says(live, "Reply one.", mentioned=True)
    assert [line for line in live.slack.below(here) if "Form" in line] == []
    (line,) = live.teams.below(there)
    assert "Reply one." in line
    values = {"text": "Form three."}
    await live.happens("form", "introductions.answer", EVE, DAYS, values=values, args=args)
    for window, root in ((live.teams, there), (live.slack, here)):
        (line,) = [one for one in window.below(root) if "one" in one or "three" in one]
        assert "Form three." in line


async def test_connecting_by_code_is_told_to_both_accounts_where_they_are(live: Live) -> None:
    await introduced(live)
    await live.happens("message", "message", CEM, chat(CEM), text="link")
    (code,) = [found[1] for text in live.teams.stands.values() if (found := CODE.search(text))]
    await live.happens("message", "message", EVE, chat(EVE), text=f"link {code}")
    assert "Cem Sample" in live.slack.sent[-1][1]
    args = {"code": digest(code_in(code))}
    await live.happens("press", "accounts.confirm", EVE, chat(EVE), args=args)
    for window, place in ((live.teams, CEM.account), (live.slack, f"{EVE.account}-chat")):
        texts = [text for where, text in window.sent if where == place]
        assert "account on Slack is connected" in texts[-1]
    read = live.store.reader("main")
    assert await read.tally("cohorts.member", (await live.cohort()).id) == 1
    assert await by_account(read, CEM.account) == await by_account(read, EVE.account)


async def test_whom_we_know_by_e_mail_is_told_once_where_they_are(live: Live) -> None:
    elsewhere = replace(ADA, account="slack:t9:ada")
    await live.happens("press", "people.thanks", ADA, chat(ADA))
    for _ in range(2):
        await live.happens("press", "people.thanks", elsewhere, chat(elsewhere))
    told = [text for _, text in (*live.teams.sent, *live.slack.sent) if "I know you" in text]
    assert len(told) == 1
    assert "Teams" in told[0]
    assert "That’s not me" in told[0]
