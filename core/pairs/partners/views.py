"""Pairs as they stand now: the card of a pair, whether they met, and what comes after one."""

from core.cohorts.model import Cohort, awake, belongs
from core.cohorts.words import name_of
from core.engine.ports import Moment, Viewer
from core.message import OpenForm, Phrase, Post, Press, Reach, say
from core.pairs.model import Pair, coffee_of, others, pair_of, standing_of
from core.pairs.partners import leaving, posts
from core.pairs.partners.telling import reachable
from core.pairs.words import because, names
from core.people.model import Person, alive, ways
from core.slices import Corner


async def pair_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """A pair, to one of its people."""
    pair = await moment.read.get(Pair, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, pair.cohort) if pair else None
    if pair is None or cohort is None or viewer.person not in pair.people:
        return None
    if not await belongs(moment.read, cohort, viewer.person):
        return None
    if pair.state == "ended":
        return posts.ended(cohort, pair)
    return posts.card(await seen(moment, cohort, pair, viewer.person))


async def seen(moment: Moment, cohort: Cohort, pair: Pair, me: str) -> posts.Seen:
    """What one of them sees of it."""
    reader = await alive(moment.read, me)
    people = [await alive(moment.read, one) for one in others(pair, me)]
    here = [person for person in people if person is not None]
    zone = (reader.zone if reader else "") or cohort.zone
    return posts.Seen(
        cohort=cohort,
        pair=pair,
        me=me,
        name=reader.name if reader else "",
        others=tuple([await name_of(moment, one) for one in others(pair, me)]),
        why=because(pair.reasons, zone, moment.now),
        chat=_way("chat", reader, here, cohort, pair.chat),
        meeting=_way("meeting", reader, here, cohort, ""),
    )


def _way(
    how: str, me: Person | None, here: list[Person], cohort: Cohort, chat: str
) -> Reach | None:
    """The way from the platform where they read us to the others, as far as it is known."""
    if me is None or not here:
        return None
    text = posts.hello(cohort) if how == "chat" else posts.talk(cohort)
    mine = {account.rpartition(":")[0] for account in ways(me)}
    accounts = tuple(
        account for one in here for account in ways(one) if account.rpartition(":")[0] in mine
    )
    mails = tuple(one.email for one in here)
    return Reach("chat" if how == "chat" else "meeting", accounts, text, mails, chat)


async def met_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Whether they met, to one of them while it goes on."""
    pair = await moment.read.get(Pair, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, pair.cohort) if pair else None
    if pair is None or cohort is None or viewer.person not in pair.people:
        return None
    if pair.state == "ended" or not awake(cohort, moment.now):
        return None
    them = tuple([await name_of(moment, one) for one in others(pair, viewer.person)])
    return posts.asked(cohort, pair, them, pair.met.get(viewer.person, ""))


async def pairless_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What somebody without a partner, or whose partner is away, may choose."""
    cohort = await moment.read.get(Cohort, [*slot.split("/"), ""][1])
    if cohort is None or not awake(cohort, moment.now):
        return None
    if not await belongs(moment.read, cohort, viewer.person):
        return None
    standing = await standing_of(moment.read, cohort.id, viewer.person)
    pair = await pair_of(moment.read, cohort.id, viewer.person)
    if pair is not None and not await somebody_away(moment, pair, viewer.person):
        return posts.card(await seen(moment, cohort, pair, viewer.person))
    return leaving.choices(cohort, standing, slot, away=pair is not None)


async def somebody_away(moment: Moment, pair: Pair, me: str) -> bool:
    """Whether one of the others is not there for a while."""
    people = [await alive(moment.read, one) for one in others(pair, me)]
    for one in people:
        if one is None or is_away(one, moment) or not await reachable(moment, one):
            return True
    return False


def is_away(person: Person, moment: Moment) -> bool:
    """Whether nobody can count on them for a while."""
    paused = person.paused_until
    return person.stopped or (paused is not None and paused > moment.now)


async def my_corner(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """Whom I am with, and where to see it."""
    pair = await pair_of(moment.read, cohort.id, person)
    coffee = await coffee_of(moment.read, cohort.id, person)
    if pair is None and coffee is None:
        return None
    lines = [await _line(moment, one, person) for one in (pair, coffee) if one is not None]
    label = say("pairs.mine", "My partner")
    return Corner(tuple(lines), (Press(label, "pairs.mine", {"cohort": cohort.id}),))


async def _line(moment: Moment, pair: Pair, me: str) -> Phrase:
    them = names([await name_of(moment, one) for one in others(pair, me)])
    if pair.style == "coffee":
        return say("pairs.mine.coffee", "A coffee with {them}.", them=them)
    return say("pairs.mine.pair", "Your partner: {them}.", them=them)


async def late(moment: Moment, cohort: str, person: str) -> OpenForm | Press | None:
    """Who joins after the pairs were made may ask for somebody."""
    if await pair_of(moment.read, cohort, person) is not None:
        return None
    return Press(say("pairs.late", "Find me a partner"), "pairs.new", {"cohort": cohort})
