"""The people picker of the sandbox: a form offers everybody who plays."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.engine.ports import Reader
from core.message import Form, Option, PeopleField, Phrase, verbatim
from core.people import model as people
from web.sandbox.model import PLAYERS, Player


async def offer(form: Form, read: Reader, tenant: str) -> Form:
    """The form, with all players to pick from where it asks for people."""
    if not any(isinstance(field, PeopleField) for field in form.fields):
        return form
    ids = {player.key: await _id(player, read, tenant) for player in PLAYERS.values()}
    fields = tuple(
        _with(field, ids, tenant) if isinstance(field, PeopleField) else field
        for field in form.fields
    )
    return replace(form, fields=fields)


async def _id(player: Player, read: Reader, tenant: str) -> str:
    """A person's id once we have met, the account before."""
    account = player.actor(tenant).account
    known = await people.by_account(read, account)
    return known.id if known else account


def _with(field: PeopleField, ids: Mapping[str, str], tenant: str) -> PeopleField:
    """The players, and whoever is picked already; others played in earlier generations."""
    met = {PLAYERS[key].actor(tenant).account: id for key, id in ids.items()}
    picked = [met.get(value, value) for value in field.value.split(",")]
    ours = tuple(Option(id, _label(PLAYERS[key])) for key, id in ids.items())
    others = (o for o in field.options if o.value in picked and o.value not in ids.values())
    return replace(field, options=(*ours, *others), value=",".join(picked))


def _label(player: Player) -> Phrase:
    return verbatim(f"{player.name} ({player.part.lower()})")
