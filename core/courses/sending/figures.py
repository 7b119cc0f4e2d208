"""What became of a send: everybody it was for, each in one figure, and all of them add up."""

from typing import get_args

from msgspec import Struct

from core.courses.audience.model import STRANGER, Count, count_id
from core.courses.model import ARRIVED, Send
from core.engine.ports import Moment, State

LOOKS = 5
LOST: tuple[State, ...] = ("blocked", "not_installed", "skipped", "expired", "failed")


class Figures(Struct, frozen=True, kw_only=True):
    """How many stand how: `by` counts those who were brought it by state, in the engine's words.

    `strangers` are addresses that belong to nobody, `ahead` those whose turn is yet to come.
    `all` counts whoever joined later as well.
    """

    by: dict[str, int]
    strangers: int = 0
    ahead: int = 0

    @property
    def all(self) -> int:
        """Everybody."""
        return sum(self.by.values()) + self.strangers + self.ahead

    @property
    def arrived(self) -> int:
        """Who has it."""
        return self._sum(ARRIVED)

    @property
    def coming(self) -> int:
        """Who gets it as soon as the platforms allow."""
        return self.by.get("planned", 0) + self.by.get("claimed", 0) + self.ahead

    @property
    def held(self) -> int:
        """Who gets it later, when it suits them."""
        return self.by.get("held", 0) + self.by.get("waiting_install", 0)

    @property
    def lost(self) -> int:
        """Who could not be reached."""
        return self._sum(LOST) + self.strangers

    def _sum(self, states: tuple[State, ...]) -> int:
        return sum(self.by.get(state, 0) for state in states)


async def figures(moment: Moment, it: Send) -> Figures:
    """How a send stands now.

    While it goes, somebody may move from one figure to another between two looks, and be in both
    or in none. What two looks in a row see alike was so at one moment.
    """
    found = await _seen(moment, it)
    for _ in range(LOOKS):
        before, found = found, await _seen(moment, it)
        if found == before:
            break
    return found


async def _seen(moment: Moment, it: Send) -> Figures:
    count = await moment.read.get(Count, count_id(it)) or Count(id="", send=it.id)
    states: tuple[State, ...] = get_args(State)
    by = {state: await moment.read.tally(f"delivery.{state}", it.id) for state in states}
    strangers = 0 if it.open else count.cannot.get(STRANGER, 0)
    ahead = 0 if it.open else count.all - strangers - count.brought
    return Figures(
        by={state: n for state, n in by.items() if n},
        strangers=strangers,
        ahead=max(0, ahead),
    )
