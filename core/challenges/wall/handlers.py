"""Seeing what a cohort works on, knowing it too, and searching it."""

from collections.abc import Iterable, Sequence

from core.challenges.cards import cards, own_slot
from core.challenges.finding import JOIN_FIRST, known, seen, whole
from core.challenges.likeness.model import words_of
from core.challenges.model import IDEAS, OPEN, TOO, Challenge, Idea, Too, matching, pair_id
from core.challenges.posts import GONE, NEWEST, asker_of, at_home, may_see, named
from core.challenges.wall import lists, posts
from core.challenges.wall.posts import Seen
from core.cohorts.access import for_anyone, for_members, opened_form, privately, redrawn, refused
from core.cohorts.model import Cohort, belongs, line, subject
from core.engine.ports import Card, Changes, Event, Moment, Tally, ToPerson, Viewer, show
from core.message import Post
from core.people.model import Person

# --- views --------------------------------------------------------------------------------------


async def card_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """A challenge with its newest ideas, for everyone in the cohort."""
    one, cohort = await whole(moment, subject(slot))
    if one is None or cohort is None or one.state == "hidden":
        return None
    if not await may_see(moment, cohort, viewer):
        return None
    return at_home(posts.card(await looked_at(moment, one)), cohort, viewer)


async def own_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The card of whoever asked; nobody else sees it."""
    one, _ = await whole(moment, subject(slot))
    if one is None or one.owner != viewer.person:
        return None
    return posts.mine(await looked_at(moment, one, like=True))


async def wall_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The newest open ones."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not await may_see(moment, cohort, viewer):
        return None
    page = await moment.read.find(Challenge, cohort=cohort.id, state="open", limit=posts.PAGE)
    newest = await in_brief(moment, page.items[: posts.PAGE])
    open = await moment.read.tally(OPEN, cohort.id)
    return at_home(posts.wall(cohort, newest, max(open, len(newest))), cohort, viewer)


async def looked_at(moment: Moment, one: Challenge, *, like: bool = False) -> Seen:
    """All that a card tells: as much to look up for ten ideas as for ten thousand."""
    read = moment.read
    newest = (await read.find(Idea, stands=one.id, limit=NEWEST)).items[:NEWEST]
    best = await read.get(Idea, one.best) if one.best else None
    told = await named(moment, (best,)) if best else ()
    alike = [await read.get(Challenge, id) for id in one.like] if like else []
    return Seen(
        challenge=one,
        asker=await asker_of(moment, one),
        ideas=await read.tally(IDEAS, one.id),
        too=await read.tally(TOO, one.id),
        newest=await named(moment, newest),
        best=told[0] if told else None,
        like=tuple(
            [(it, await asker_of(moment, it)) for it in alike if it and it.state != "hidden"]
        ),
    )


async def in_brief(moment: Moment, ones: Iterable[Challenge]) -> Sequence[Seen]:
    """What a line tells of each."""
    return [
        Seen(
            challenge=one,
            asker=await asker_of(moment, one),
            ideas=await moment.read.tally(IDEAS, one.id),
            too=await moment.read.tally(TOO, one.id),
        )
        for one in ones
    ]


# --- looking ------------------------------------------------------------------------------------


@for_anyone
@seen
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge) -> Changes:
    """One challenge, all of it, to one reader."""
    return privately(event, me, posts.look(await looked_at(moment, one)))


@for_anyone
async def listing(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """All challenges, by how they stand, page by page."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    after, state = event.args.get("after", ""), event.args.get("state", "open")
    if state not in lists.STATES:
        return refused(GONE)
    try:
        page = await moment.read.find(
            Challenge, cohort=cohort.id, state=state, after=after, limit=posts.PAGE
        )
    except ValueError:
        return refused(GONE)
    card = lists.listed(cohort, await in_brief(moment, page.items), state, page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


@for_anyone
async def mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """My own newest challenge, with its moves."""
    page = await moment.read.find(Challenge, cohort=cohort.id, owner=me.id, limit=1)
    if not page.items:
        return refused(GONE)
    return privately(event, me, posts.mine(await looked_at(moment, page.items[0], like=True)))


@for_anyone
async def search(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The newest challenges that say any of these words, solved ones first."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    typed = event.text if event.source == "message" else event.values.get("words", "")
    text = line(typed, lists.SOUGHT)
    if not text:
        return Changes(reply=opened_form(lists.search_form(cohort)))
    page = await moment.read.find(Challenge, cohort=cohort.id, limit=lists.SEARCHED)
    hits = matching(words_of(text), page.items)[: posts.PAGE]
    card = lists.found(text, await in_brief(moment, hits), len(page.items))
    return privately(event, me, card)


# --- knowing it too -------------------------------------------------------------------------------


@for_members
@known
async def me_too(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Counts once for each person; pressed again, it is taken back.

    Who asks without a name is counted like everybody: a refusal in the open would tell on them.
    """
    if one.owner == me.id and not one.nameless:
        return refused(posts.YOURS)
    was = await moment.read.get(Too, pair_id(one.id, me.id))
    by = -1 if was else 1
    own = show(ToPerson(one.owner), own_slot(one.id))
    changes = Changes(
        tallies=(Tally(board=TOO, subject=one.id, by=by),), jobs=(*cards(cohort, one), own)
    )
    if was:
        return redrawn(changes + Changes(deletes=(was,)), posts.NOT_TOO)
    new = Too(id=pair_id(one.id, me.id), challenge=one.id, cohort=one.cohort, person=me.id)
    return redrawn(changes + Changes(saves=(new,)), posts.TOO)
