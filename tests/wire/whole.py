"""The whole product behind one platform, before people and places that have their ids for good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from connectors.catalogues.demo import Demo, Register
from connectors.catalogues.questions import Questions
from connectors.stores.sqlite import SqliteStore
from core.courses.model import Course
from core.engine.ports import Product
from core.product import PRODUCT
from tests.contracts.hearing import Clock, Engine

HOME = "https://learn.example.org"
COURSE = Course(
    catalogue="demo",
    id="feedback-that-lands",
    url="/demo/feedback-that-lands",
    title="Feedback that lands",
    provider="Example Academy",
    minutes=12,
    summary="How to open a difficult talk, and stop before it becomes a lecture.",
)


class Whole(Engine):
    """The engine with the real product."""

    @property
    def product(self) -> Product:
        return PRODUCT


@asynccontextmanager
async def whole(folder: Path) -> AsyncIterator[Whole]:
    """An engine that runs, at a time that stands still, with courses that nobody made."""
    kinds = PRODUCT.records
    async with SqliteStore(folder / "wire.db", records=kinds, ranked=PRODUCT.ranked) as store:
        engine = Whole(store, Clock())
        demo = Demo(HOME, Register(engine.clock.now()), (COURSE,))
        engine.asks.update(Questions((demo,)).askers())
        engine.intake.connect(engine.worker, engine.asks)
        running = [asyncio.create_task(work) for work in (engine.intake.run(), engine.worker.run())]
        yield engine
        await engine.worker.stop(1.0)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
