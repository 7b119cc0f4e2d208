"""What people, places and cohorts are called, wherever any slice speaks of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from core.cohorts.model import Cohort, Space
from core.engine.ports import Moment, Record
from core.message import Day, Mention, Phrase, Value, say
from core.people.model import alive

ASKED = say("cohorts.asked", "You asked.")
UNMET = "a colleague"

SAMPLE = Cohort(
    id="sample",
    version=1,
    name="Better handovers",
    purpose="Fewer surprises at shift change",
    first=date(2027, 3, 1),
    last=date(2027, 4, 9),
    zone="Europe/Berlin",
    owner="ada",
    facilitator="ada",
    moderator="bo",
    code="7KQ4MWX",
)
SAMPLED = datetime(2027, 3, 1, 9, tzinfo=UTC)


def at(record: Record, **args: str) -> Mapping[str, str]:
    """The args of a button that is meant for the record as it stands now."""
    return {**args, "id": record.id, "rev": str(record.version)}


def called(name: str) -> Value:
    """A person’s name, or words for somebody who has gone."""
    return name or say("cohorts.someone", "someone who has left")


def calling(person: str, name: str) -> Value:
    """The same, and they hear of it: for a line that stands once and asks for them."""
    return Mention(person, name) if name and name != UNMET else called(name)


async def overheard(moment: Moment, cohort: Cohort) -> tuple[str, ...]:
    """The places where the cohort meets and we are told what does not mention us."""
    spaces = [await moment.read.get(Space, id) for id in cohort.spaces]
    return tuple(space.id for space in spaces if space and space.overheard)


async def name_of(moment: Moment, person: str) -> str:
    """What a person is called; "" for nobody. Whom a people picker named we have yet to meet."""
    found = await alive(moment.read, person)
    return (found.name or UNMET) if found else ""


async def title_of(moment: Moment, cohort: Cohort, place: str) -> str:
    """What a place is called, with its platform where the cohort lives on several."""
    space = await moment.read.get(Space, place) if place else None
    title = space.title if space else ""
    platform = place.partition(":")[0].capitalize()
    several = len({one.partition(":")[0] for one in cohort.spaces}) > 1
    return f"{title} ({platform})" if title and several else title or platform


def dates(cohort: Cohort) -> Phrase:
    """From when to when."""
    return say("cohorts.dates", "{first} to {last}", first=Day(cohort.first), last=Day(cohort.last))
