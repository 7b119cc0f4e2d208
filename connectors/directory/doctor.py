"""Whether groups of the directory may be an audience, and who could allow it."""

import msgspec

from connectors.directory.client import READ_GROUPS, READ_USERS, Graph
from connectors.directory.graph import CAST, Groups, Users
from core.checks import Check, ok
from core.engine.errors import DeliveryError, NotAllowed

OFF = (
    "Off. An Entra admin can allow {missing} for the app in Graph; then a course link may go to a"
    " group of the directory."
)


async def checks(graph: Graph, url: str) -> list[Check]:
    """Looks; that it is not allowed is no fault."""
    name = "directory"
    try:
        found = await graph.get(f"{url}/v1.0/groups?$select=id&$top=1")
        groups = msgspec.json.decode(found, type=Groups).value
        if groups and not await _reads(graph, f"{url}/v1.0/groups/{groups[0].id}"):
            return [ok(name, OFF.format(missing=READ_USERS))]
    except NotAllowed:
        return [ok(name, OFF.format(missing=f"{READ_GROUPS} and {READ_USERS}"))]
    except (DeliveryError, ValueError) as error:
        todo = "See whether this machine reaches Graph; all else works without it."
        return [Check(name=name, state="warn", said=f"It does not answer: {error}.", todo=todo)]
    return [ok(name, "Groups of the directory may be an audience.")]


async def _reads(graph: Graph, group: str) -> bool:
    """Whether we are told who is enabled."""
    asked = "$select=id,accountEnabled&$top=1&$count=true"
    users = msgspec.json.decode(await graph.get(f"{group}/{CAST}?{asked}"), type=Users).value
    return all(user.account_enabled is not None for user in users)
