"""What is wrong with a MongoDB, and what to do about it. Nothing is changed in it."""

from datetime import UTC, datetime

from pymongo.errors import ConfigurationError, PyMongoError
from pymongo.uri_parser import parse_uri

from connectors.stores.mongo import queue
from connectors.stores.mongo.schema import DECLARED, FORMAT, MIGRATIONS
from connectors.stores.mongo.wire import Database, connected
from core.checks import Check, clock, fail, ok, warn

SECONDS = 3.0
ADDRESS = "Start it, or correct COTERIE_DATABASE; the firewall and the password may be to blame."
ALONE = "This server is no member of a replica set, and has no transactions."
TOGETHER = "Start it with --replSet and run rs.initiate() once; a set of one is enough."


async def checks(uri: str, now: datetime) -> list[Check]:
    """Looks at it, for seconds at most."""
    try:
        client = connected(uri, SECONDS)
    except (ConfigurationError, ValueError) as error:
        return [fail("database", f"COTERIE_DATABASE cannot be read: {error}.", ADDRESS)]
    try:
        return await _looked(client.get_default_database(), _where(uri), now)
    except PyMongoError as error:
        said = f"{_where(uri)} does not answer: {str(error).partition(',')[0]}."
        return [fail("database", said, ADDRESS)]
    finally:
        client.close()


async def _looked(db: Database, where: str, now: datetime) -> list[Check]:
    hello = await db.command("hello")
    told = hello["localTime"].replace(tzinfo=UTC)
    if not ("setName" in hello or hello.get("msg") == "isdbgrid"):
        return [fail("database", f"{where} answers. {ALONE}", TOGETHER)]
    return [ok("database", f"{where} answers."), await _content(db), clock("its clock", now, told)]


async def _content(db: Database) -> Check:
    """Whether what lies there is ours, and whole."""
    name = "its content"
    row = await db[DECLARED].find_one({"_id": FORMAT})
    if row is None:
        return ok(name, "Nothing is in it yet; the first start makes what is needed.")
    if row["number"] > len(MIGRATIONS):
        said = "A newer Coterie has written it."
        return fail(name, said, "Update Coterie, or restore an older copy.")
    there = await db[queue.JOBS].index_information()
    missing = [index for index in queue.NAMES if index not in there]
    if missing:
        said = f"The jobs have lost an index: {', '.join(missing)}."
        return warn(name, said, "Restore it from a backup, or everything becomes slow.")
    return ok(name, f"Ours, in format {row['number']}.")


def _where(uri: str) -> str:
    """The servers, without any password."""
    return ", ".join(f"{host}:{port}" for host, port in parse_uri(uri, validate=False)["nodelist"])
