"""The routes of the API, and who may come in by them."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from core.engine.errors import Overloaded, StoreError
from web.api.access import PER_STRANGER, Gate
from web.api.house import AT, House
from web.api.looking import Looking
from web.api.openapi import DOCUMENT
from web.api.problems import Problem, answered
from web.api.sends import Do, Sends

VERBS = ("go", "undo", "stop", "take", "drop")
NOWHERE = "There is nothing at this address, or not with this method."

Route = Callable[[web.Request], Awaitable[web.Response]]


class Api:
    """What programs may do, each in the name of a person."""

    def __init__(self, house: House, gate: Gate) -> None:
        self._gate, self._sends, self._looking = gate, Sends(house), Looking(house)

    def routes(self) -> list[web.RouteDef]:
        """All of them; what is asked for beside them is not there."""
        sends, known = self._sends, self._known
        return [
            web.get(f"{AT}/openapi.json", self._open(_document)),
            web.post(f"{AT}/sends", known(sends.begin)),
            web.get(f"{AT}/sends", known(sends.sends)),
            web.get(f"{AT}/sends/{{id}}", known(sends.send)),
            *(web.post(f"{AT}/sends/{{id}}/{verb}", known(sends.doing(verb))) for verb in VERBS),
            web.get(f"{AT}/cohorts", known(self._looking.cohorts)),
            web.get(f"{AT}/courses", known(self._looking.courses)),
            web.route("*", f"{AT}/{{rest:.*}}", self._open(_nowhere)),
        ]

    def _known(self, do: Do) -> Route:
        """For whoever has a token."""

        async def handled(request: web.Request) -> web.Response:
            return await do(request, await self._gate.caller(request))

        return _guarded(handled)

    def _open(self, do: Route) -> Route:
        """For anybody, at a stranger’s pace."""

        async def handled(request: web.Request) -> web.Response:
            self._gate.pace(f"open {request.remote}", PER_STRANGER)
            return await do(request)

        return _guarded(handled)


async def _document(request: web.Request) -> web.Response:
    return answered(DOCUMENT)


async def _nowhere(request: web.Request) -> web.Response:
    raise Problem(404, NOWHERE)


def _guarded(do: Route) -> Route:
    """Whatever goes wrong is told in the same shape."""

    async def handled(request: web.Request) -> web.Response:
        try:
            return await do(request)
        except Problem as problem:
            return problem.response()
        except (Overloaded, StoreError) as error:
            wait = {"Retry-After": str(getattr(error, "after", 2))}
            return Problem(503, "Too much is waiting. Please try again.", headers=wait).response()

    return handled
