"""A chat in the browser with fictional people: a platform like any other, on the same engine."""

from web.sandbox.ask import ASKERS
from web.sandbox.model import RECORDS
from web.sandbox.routes import add
from web.sandbox.send import Sandbox
from web.sandbox.wall import Wall

__all__ = ["ASKERS", "RECORDS", "Sandbox", "Wall", "add"]
