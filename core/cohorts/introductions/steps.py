"""Rounds that a programme begins: introductions once, ice-breakers later on."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from core.cohorts.introductions.handlers import begun, closing, latest
from core.cohorts.introductions.model import (
    LASTS,
    NUDGE,
    Introduction,
    Round,
    Style,
    Wish,
    answer_id,
)
from core.cohorts.introductions.posts import about
from core.cohorts.introductions.questions import MEETING, THEMES
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Event, Moment
from core.message import Button, OpenForm, say
from core.programmes.model import Check, Kind, Options

JUST_NOW = timedelta(days=1)
LONGEST = 14


async def run(style: Style, event: Event, moment: Moment) -> Changes:
    """Opens a round, unless somebody has just opened one; an older one closes for it."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None:
        return Changes()
    last = await latest(moment, cohort)
    ended = Changes()
    if last is not None and last.state == "open":
        if moment.now - last.opened < JUST_NOW:
            return Changes()
        ended = closing(event, cohort, last)
    theme = event.args.get("theme") or USUAL[style]
    wish = Wish(style=style, theme=theme, days=lasts(event.args))
    return ended + begun(event, moment, cohort, last, wish)


def lasts(options: Options) -> int:
    """For how many days a round is open."""
    days = options.get("days", "")
    return int(days) if days else LASTS.days


async def late(style: Style, moment: Moment, cohort: str, person: str) -> Button | None:
    """Somebody who comes late answers as long as the round is open."""
    rounds = (await moment.read.find(Round, cohort=cohort, limit=1)).items
    if not rounds or rounds[0].state == "closed" or rounds[0].style != style:
        return None
    if await moment.read.get(Introduction, answer_id(rounds[0].id, person)):
        return None
    return OpenForm(
        say("introductions.late", "Answer the round"), "introductions.answer", about(rounds[0])
    )


def _days(value: str) -> bool:
    return value in ("", *map(str, range(1, LONGEST + 1)))


def _theme(value: str) -> bool:
    return value == "" or value in THEMES


USUAL: Mapping[Style, str] = {"introduction": MEETING, "icebreaker": "light"}
OPTIONS: Mapping[str, Check] = {"theme": _theme, "days": _days}
STEPS: Mapping[str, Kind] = {
    "introductions": Kind(
        run=partial(run, "introduction"),
        options=OPTIONS,
        active=1,
        silent=2,
        days=lambda options: (NUDGE.days,),
        late=partial(late, "introduction"),
    ),
    "icebreaker": Kind(
        run=partial(run, "icebreaker"),
        options=OPTIONS,
        active=1,
        silent=1,
        late=partial(late, "icebreaker"),
    ),
}
