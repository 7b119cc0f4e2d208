"""Groups of the directory as an audience, where the directory lets us look."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import line
from core.engine.ports import Ask, Changes, Event, Job, Moment, Reader, Record

ORG = "org"
AGAIN = timedelta(days=1)
NAME = 120


class Directory(Record, frozen=True, kw_only=True):
    """Whether groups may be looked up (there is one record, `org`), as they last answered."""

    kind: ClassVar[str] = "directory"
    versioned: ClassVar[bool] = False

    asked: datetime
    open: bool = False


class Group(Struct, frozen=True):
    """A group that was found; size -1 where nobody says."""

    id: str = ""
    name: str = ""
    size: int = -1


async def permitted(read: Reader) -> bool:
    """Whether a group may be chosen as an audience."""
    found = await read.get(Directory, ORG)
    return found is not None and found.open


async def probe(moment: Moment) -> Changes:
    """Asks the directory, at most once a day, whether it lets us look."""
    was = await moment.read.get(Directory, ORG)
    if was is not None and moment.now - was.asked < AGAIN:
        return Changes()
    new = replace(was, asked=moment.now) if was else Directory(id=ORG, asked=moment.now)
    key = f"courses.directory/{moment.now:%Y%m%d%H%M%S}"
    work = Ask("groups", {"platform": "directory", "words": ""}, "courses.directory")
    return Changes(saves=(new,), jobs=(Job(key=key, work=work),))


async def probed(event: Event, moment: Moment) -> Changes:
    """It lets us, or it does not."""
    was = await moment.read.get(Directory, ORG) or Directory(id=ORG, asked=moment.now)
    new = replace(was, open=not event.error)
    return Changes() if new == was else Changes(saves=(new,))


def search(words: str, send: str, person: str, key: str) -> Job:
    """Looks for groups by their names."""
    question = {"platform": "directory", "words": line(words, NAME)}
    work = Ask("groups", {**question, "send": send, "person": person}, "courses.grouped")
    return Job(key=f"courses.grouped/{key}", work=work, weight="answer")


def groups_in(values: Mapping[str, str]) -> tuple[Group, ...]:
    """Those that were found."""
    try:
        found = msgspec.json.decode(values.get("groups", "") or "[]", type=tuple[Group, ...])
    except msgspec.DecodeError:
        return ()
    return tuple(replace(one, name=line(one.name, NAME) or one.id) for one in found if one.id)
