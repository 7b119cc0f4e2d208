"""A chat of their own for a pair, where their platform makes one for them."""

from msgspec.structs import replace

from core.engine.ports import Ask, Changes, Event, Job, Moment
from core.pairs.model import Pair
from core.pairs.partners.telling import shown_to
from core.people.model import alive, ways


async def ask_for_chat(moment: Moment, pair: Pair) -> tuple[Job, ...]:
    """Asks for one, if all have an account in the same workspace."""
    people = [await alive(moment.read, one) for one in pair.people]
    accounts = [ways(person) if person else () for person in people]
    spaces = [{_space(account) for account in each} for each in accounts]
    shared = set.intersection(*spaces) if spaces else set()
    if not shared or not accounts[0]:
        return ()
    where = next(_space(account) for account in accounts[0] if _space(account) in shared)
    there = [next(one for one in each if _space(one) == where) for each in accounts]
    question = {"place": there[0], "people": ",".join(there), "pair": pair.id}
    work = Ask(port="make_chat", question=question, then="pairs.chat_made")
    return (Job(key=f"pair-chat/{pair.id}", work=work),)


async def chat_made(event: Event, moment: Moment) -> Changes:
    """Their card says where it is; where there is none, it stays as it was."""
    pair = await moment.read.get(Pair, event.args.get("pair", ""))
    place = event.values.get("place", "")
    if pair is None or pair.state == "ended" or not place or pair.chat:
        return Changes()
    new = replace(pair, chat=place)
    return Changes(saves=(new,), jobs=await shown_to(moment, new, new.people))


def _space(account: str) -> str:
    return account.rpartition(":")[0]
