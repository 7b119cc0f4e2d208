"""Point reads, gathered: what many ask for at the same moment is one look into the database."""

import asyncio
from collections.abc import Sequence

from connectors.stores.mongo.wire import Collection, Document

MORE = 101


class Points:
    """Finds documents of one collection by a field, whoever asks."""

    def __init__(self, where: Collection, field: str, *others: str) -> None:
        self._where = where
        self._field = field
        self._fields = dict.fromkeys((field, *others), 1)
        self._asked: dict[str, asyncio.Future[list[Document]]] = {}
        self._looking: set[asyncio.Task[None]] = set()

    async def of(self, value: str) -> list[Document]:
        """All that have this value there."""
        asked = self._asked.get(value)
        if asked is None:
            if not self._asked:
                asyncio.get_running_loop().call_soon(self._look)
            asked = self._asked[value] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(asked)

    def _look(self) -> None:
        asked, self._asked = self._asked, {}
        task = asyncio.create_task(self._answer(asked))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _answer(self, asked: dict[str, asyncio.Future[list[Document]]]) -> None:
        try:
            rows = await self._rows(list(asked))
        except Exception as error:  # noqa: BLE001 - it is told to everybody who asked
            for one in asked.values():
                one.set_exception(error)
                one.exception()  # perhaps nobody waits any more
            return
        told: dict[str, list[Document]] = {value: [] for value in asked}
        for row in rows:
            told[row[self._field]].append(row)
        for value, one in asked.items():
            one.set_result(told[value])

    async def _rows(self, values: Sequence[str]) -> list[Document]:
        if len(values) == 1 and self._field == "_id":
            row = await self._where.find_one({"_id": values[0]}, self._fields)
            return [row] if row else []
        wanted = {self._field: {"$in": list(values)}}
        rows = self._where.find(wanted, self._fields, batch_size=len(values) + MORE)
        return await rows.to_list(None)
