"""The REST API: what a program may do in the name of a person. Without tokens it is not there."""

from collections.abc import Mapping

from aiohttp import web

from core.engine.ports import Asker, Clock, Reader, Takes
from web.api.access import Gate
from web.api.house import House
from web.api.routes import Api


def add(
    app: web.Application,
    *,
    engine: Takes,
    reader: Reader,
    clock: Clock,
    asks: Mapping[str, Asker],
    org: str,
    tokens: Mapping[str, str],
) -> None:
    """Serves /api/v1 to whoever has one of the tokens."""
    house = House(org=org, engine=engine, reader=reader, clock=clock, asks=asks)
    app.add_routes(Api(house, Gate(tokens, reader)).routes())
