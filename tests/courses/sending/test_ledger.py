"""At every moment of a send, whatever goes wrong, everybody it is for is in exactly one figure."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import pytest

from core.courses.model import Send
from core.courses.sending.figures import Figures, figures
from core.engine.errors import NotAllowed, Rejected, RetryLater, Uncertain, Unreachable
from core.engine.ports import Moment
from tests.courses.sending.office import Office, office

ALL = 410
FATES: tuple[Exception | None, ...] = (
    None,
    None,
    None,
    Unreachable("blocked", state="blocked"),
    Unreachable("never met us"),
    NotAllowed("no permission"),
    Rejected("a fault of ours"),
    Uncertain("no answer"),
    RetryLater(3.0, "429", "tenant"),
    RetryLater(1.0, "412"),
)


class Stormy(dict[str, Exception]):
    """Whose messages come to what: to each account its own, and to some after a while."""

    def __init__(self) -> None:
        super().__init__()
        self._order: Iterator[int] = count()
        self._fates: dict[str, Exception | None] = {}

    def __contains__(self, account: object) -> bool:
        who = str(account)
        if who.endswith("ada"):
            return False
        fate = self._fates.setdefault(who, FATES[next(self._order) % len(FATES)])
        if isinstance(fate, RetryLater):
            self._fates[who] = None
        if fate is not None:
            self[who] = fate
        return fate is not None


class Watcher:
    """Looks at the figures again and again."""

    def __init__(self, life: Office, id: str) -> None:
        self._life, self._id = life, id
        self.seen: list[Figures] = []

    async def run(self) -> None:
        while True:
            it = await self._life.send(self._id)
            self.seen.append(await now(self._life, it))
            await asyncio.sleep(0)


async def now(life: Office, it: Send) -> Figures:
    return await figures(Moment(life.read, life.clock.now(), "test"), it)


@pytest.mark.parametrize("taken_back", [False, True])
async def test_the_figures_of_a_send_add_up_at_every_moment(
    taken_back: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with office(tmp_path_factory.mktemp("office")) as life:
        await life.team(f"p{n}" for n in range(ALL))
        it = await life.plans(await life.drafts())
        await life.goes(it, number=str(ALL))
        life.chat.lost = Stormy()
        watcher = Watcher(life, it.id)
        watching = asyncio.create_task(watcher.run())
        await life.moves(seconds=62)
        for turn in range(6):
            await life.passes(seconds=30)
            if taken_back and turn == 1:
                await life.submit("courses.take", id=it.id, sure="yes")
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        last = await now(life, await life.send(it.id))
    sums = {told.all for told in watcher.seen}
    parts = {told.arrived + told.coming + told.held + told.lost for told in watcher.seen}
    moments = {tuple(sorted(told.by.items())) for told in watcher.seen}
    assert sums == {ALL}
    assert parts == {ALL} or taken_back
    assert len(moments) > 10
    assert last.coming == 0
    assert {"blocked", "failed", "not_installed", "unconfirmed"} <= last.by.keys() or taken_back
