"""Celebrations as they stand now."""

from msgspec.structs import replace

from core.cohorts.model import Cohort, belongs, subject
from core.cohorts.words import name_of
from core.engine.ports import Moment, Viewer
from core.message import Post
from core.recognition.celebrations import posts
from core.recognition.celebrations.model import FIVES, Celebration
from core.slices import Corner

LATEST = 8


async def card_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """One of them, for all to see; nothing once it was taken back or hidden."""
    one = await moment.read.get(Celebration, subject(slot))
    cohort = await moment.read.get(Cohort, one.cohort) if one else None
    if one is None or cohort is None or one.shown != "yes" or cohort.stage == "cancelled":
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    return replace(posts.card(cohort, await _told(moment, one)), slot=slot)


async def latest_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The latest of a cohort, the newest first."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not await belongs(moment.read, cohort, viewer.person):
        return None
    page = await moment.read.find(Celebration, cohort=cohort.id, shown="yes", limit=LATEST)
    return posts.latest(cohort, [await _told(moment, one) for one in page.items], slot)


async def _told(moment: Moment, one: Celebration) -> posts.Told:
    return posts.Told(
        one=one,
        by=await name_of(moment, one.by),
        to=await name_of(moment, one.to) if one.to else "",
        fives=await moment.read.tally(FIVES, one.id),
    )


async def my_corner(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """Where a member tells what went well."""
    return Corner(buttons=(posts.celebrate_button(cohort),))
