"""A chat in the browser with fictional people: a platform like any other, on the same engine."""

from web.sandbox import model
from web.sandbox.ask import ASKERS
from web.sandbox.residents.model import RECORDS as STORIES
from web.sandbox.routes import add
from web.sandbox.send import Sandbox
from web.sandbox.wall import Wall

RECORDS = (*model.RECORDS, *STORIES)

__all__ = ["ASKERS", "RECORDS", "Sandbox", "Wall", "add"]
