"""Where a join code or its QR leads: which cohort it is, and how to join it."""

import time
from collections import OrderedDict
from urllib.parse import quote

from aiohttp import web

from cards import words
from core.cohorts.model import CODE, Cohort, code_in
from core.engine.ports import Reader
from web.pages import page

PER_MINUTE = 60
MINUTE = 60.0
REMEMBERED = 10_000
CHAT = "https://teams.microsoft.com/l/chat/0/0?users=28:{app}&message={text}"


def add(app: web.Application, *, reader: Reader, teams_app: str, sandbox: bool) -> None:
    """Serves `/j/{code}`."""
    app.router.add_get("/j/{code}", Door(reader, teams_app, sandbox=sandbox).show)


class Door:
    """Tells a code's cohort by name and dates; who is in it stays inside."""

    def __init__(self, reader: Reader, teams_app: str, *, sandbox: bool) -> None:
        self._reader, self._teams_app, self._sandbox = reader, teams_app, sandbox
        self._asked: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def show(self, request: web.Request) -> web.Response:
        """The invitation, or a sentence that there is none."""
        if self._too_often(request.remote or ""):
            return page("join.html", status=429, cohort=None, slow=True)
        code = request.match_info["code"]
        cohort = await self._cohort(code) if len(code) <= 2 * CODE else None
        if cohort is None:
            return page("join.html", status=404, cohort=None, slow=False)
        text = f"join {cohort.code}"
        chat = CHAT.format(app=quote(self._teams_app), text=quote(text))
        return page(
            "join.html",
            cohort=cohort,
            first=words.day(cohort.first, "en"),
            last=words.day(cohort.last, "en"),
            chat=chat if self._teams_app else "",
            sandbox=self._sandbox,
        )

    async def _cohort(self, code: str) -> Cohort | None:
        """The cohort that can still be joined by this code."""
        found = (await self._reader.find(Cohort, code=code_in(code), limit=1)).items
        return found[0] if found and found[0].stage != "cancelled" else None

    def _too_often(self, remote: str) -> bool:
        """Whether somebody tries more codes in a minute than people do."""
        now = time.monotonic()
        since, times = self._asked.pop(remote, (now, 0))
        since, times = (now, 1) if now - since >= MINUTE else (since, times + 1)
        self._asked[remote] = (since, times)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return times > PER_MINUTE
