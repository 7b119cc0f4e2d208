"""Sends: asked for, looked at, let go and stopped; what may be is decided by the product."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from msgspec.structs import replace

from core.cohorts.model import Cohort, runs
from core.courses.model import Send, answers_for
from core.courses.requests.model import Request
from core.courses.sending.sentences import LEADS_ONLY
from core.engine.ports import Done, Event, Invalid, Reply
from core.message import plain
from web.api import asked, shown
from web.api.access import Caller
from web.api.house import AT, House
from web.api.problems import Problem, Wrong, answered

LOOKS = 0.05
NO_SEND = "There is no such send, or it is not yours to see."

Do = Callable[[web.Request, Caller], Awaitable[web.Response]]


class Sends:
    """Those of the person who asks."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def begin(self, request: web.Request, me: Caller) -> web.Response:
        """Asks for a send; it goes on by itself, and what is known of it by now is the answer."""
        key = asked.key_of(request)
        wanted = await asked.read(request, asked.Asked)
        digest = asked.digest(wanted)
        values = await asyncio.to_thread(asked.values_of, wanted)  # it may be a long list
        event = Event(
            id=f"api/{me.person.id}/{key}/{digest[:16]}",
            org=self._house.org,
            source="form",
            name="courses.request",
            by=me.actor,
            args={"key": key, "digest": digest},
            values=values,
        )
        reply = await self._house.engine.submit(event)
        id = f"{me.person.id}/{key}"
        found = await self._house.reader.get(Request, id)
        if found is None:
            raise _refused(reply)
        if found.digest != digest:
            raise Problem(409, "Something else was asked for under this Idempotency-Key.")
        await self._settled(id)
        it = await self._house.reader.get(Send, found.send)
        if it is None:
            raise Problem(404, NO_SEND)
        there = {"Location": f"{AT}/sends/{it.id}"}
        return answered(await shown.send(self._house.moment(), it), 202, there)

    async def _settled(self, id: str) -> None:
        """Waits a little while it is read and counted."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._house.settles
        while loop.time() < until:
            found = await self._house.reader.get(Request, id)
            if found is None or found.stage not in ("reading", "counting"):
                return
            await asyncio.sleep(LOOKS)

    async def sends(self, request: web.Request, me: Caller) -> web.Response:
        """Those that this person sends, or all of a cohort that they run; the newest first."""
        after, limit = asked.page(request)
        read = self._house.reader
        wanted: dict[str, str] = {"by": me.person.id}
        if "cohort" in request.query:
            led = await read.get(Cohort, request.query["cohort"])
            if led is None or not runs(led, me.person.id):
                raise Problem(404, "There is no such cohort, or it is not yours.")
            wanted = {"cohort": led.id}
        try:
            page = await read.find(Send, after=after, limit=limit, **wanted)
        except ValueError:
            raise asked.invalid("cursor", "This is no cursor of ours.") from None
        moment = self._house.moment()
        items = [await shown.send(moment, one) for one in page.items]
        return answered({"items": items, "cursor": page.cursor})

    async def send(self, request: web.Request, me: Caller) -> web.Response:
        """One of them."""
        it = await self._mine(request, me)
        return answered(await shown.send(self._house.moment(), it))

    async def _mine(self, request: web.Request, me: Caller) -> Send:
        """The send that is meant, for whoever answers for it. Raises Problem."""
        it = await self._house.reader.get(Send, request.match_info["id"])
        cohort = await self._house.reader.get(Cohort, it.cohort) if it else None
        if it is None or not answers_for(it, cohort, me.person.id):
            raise Problem(404, NO_SEND)
        return it

    def doing(self, verb: str) -> Do:
        """Does to a send what a button of its card does."""

        async def done(request: web.Request, me: Caller) -> web.Response:
            it = await self._mine(request, me)
            said = await asked.read(request, asked.Number) if request.can_read_body else None
            number = said.number if said else None
            event = Event(
                id=f"api/{me.person.id}/{it.id}/{it.version}/{verb}/{number or ''}",
                org=self._house.org,
                source="form",
                name=f"courses.{verb}",
                by=me.actor,
                args={"id": it.id, "rev": str(it.version), "sure": "yes"},
                values={"number": str(number or "")},
            )
            reply = await self._house.engine.submit(event)
            now = await self._house.reader.get(Send, it.id)
            if now is not None and now.version == it.version:
                raise _refused(reply, 409)
            return answered(await shown.send(self._house.moment(), now or _gone(it)))

        return done


def _refused(reply: Reply | None, status: int = 422) -> Problem:
    """What the product said no with."""
    match reply:
        case Done(phrase) if phrase == LEADS_ONLY:
            return Problem(403, plain(phrase))
        case Done(phrase):
            return Problem(status, plain(phrase))
        case Invalid(form) if form.errors:
            wrong = [Wrong(name, plain(said)) for name, said in form.errors.items()]
            return Problem(422, wrong[0].detail, wrong=wrong)
        case _:
            return Problem(status, "It stands otherwise by now. Nothing was changed.")


def _gone(it: Send) -> Send:
    """A draft that was put away, as it was last."""
    return replace(it, state="taken")
