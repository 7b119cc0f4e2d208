"""What Coterie asks the sandbox: who is in a place. Nobody lets it make channels here."""

from collections.abc import Mapping

from core.engine.ports import Answer, Asker, Reader
from web.sandbox.model import PLAYERS, ROOMS, key_of, sees, tenant_of

NO_CHANNEL = "The sandbox has only the channel that you see. Start the cohort there."


async def members(question: Mapping[str, str], read: Reader) -> Answer:
    """Everybody who is in a place."""
    tenant, room = tenant_of(question["place"]), ROOMS.get(key_of(question["place"]))
    there = [player for player in PLAYERS.values() if room and sees(player, room)]
    return Answer(
        people=tuple(player.actor(tenant) for player in there),
        learned=tuple(player.address(tenant) for player in there),
    )


async def make_channel(question: Mapping[str, str], read: Reader) -> Answer:
    """As in most organisations: the owner has to do it."""
    return Answer(error=NO_CHANNEL)


ASKERS: Mapping[str, Asker] = {"sandbox.members": members, "sandbox.make_channel": make_channel}
