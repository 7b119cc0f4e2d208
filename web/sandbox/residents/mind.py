"""How residents make up their minds: what they notice, whether they answer, how, and when."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from core.engine.gate import opening
from core.engine.ports import Rhythm
from web.sandbox.model import FACILITATOR, PLAYERS, ROOMS, Screen, key_of
from web.sandbox.residents.choose import Moves, coming, gone, moves, picked
from web.sandbox.residents.model import Intent, Tale
from web.sandbox.residents.tempers import TEMPERS
from web.sandbox.wall import Wall

WAITS = (15, 40, 75, 150, 260)
DAYS = (1600, 2900, 4300)
WAIT: Mapping[str, tuple[int, ...]] = {
    "workshops.here": (8, 14, 22),  # it counts for an hour only
    "challenges.choose": DAYS,
    "challenges.worked": DAYS,
}
EAGER = {"workshops.sign", "agreement.agree", "introductions.answer", "closing.answer"}


class Mind:
    """What they have read; the same reading stirs them once."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._seen: dict[str, tuple[int, frozenset[str]]] = {}

    def read_all(self) -> None:
        """What hangs there now, they know."""
        self._seen = {screen.id: _known(screen) for screen in self._wall.all()}

    def stirred(self, tale: Tale, screen: Screen) -> list[Intent]:
        """Who means to do something about a message that is new, or offers something new."""
        edits, known = self._seen.get(screen.id, (-1, frozenset()))
        if edits == screen.edits:
            return []
        offered = _offered(screen)
        names = frozenset(name for name, _ in offered)
        self._seen[screen.id] = (screen.edits, known | names)
        fresh = tuple(one for one in offered if one[0] not in known and _akin(one[0], known))
        minds = (self._mind(tale, screen, who, fresh) for who in _readers(screen))
        return [intent for mind in minds for intent in mind]

    def _which(self, screen: Screen) -> str:
        """A message by its sort and number in its place: the same on any day."""
        sort = _sort(screen)
        alike = (one for one in self._wall.all() if one.place == screen.place and one.n <= screen.n)
        return f"{key_of(screen.place)}/{sort}/{sum(_sort(one) == sort for one in alike)}"

    def _mind(self, tale: Tale, screen: Screen, who: str, fresh: Moves) -> list[Intent]:
        if who in tale.hands or gone(who) in tale.done:
            return []
        fresh = tuple(one for one in fresh if _makes_sense(who, one[0], tale))
        names = sorted(name for name, _ in fresh)
        dice = Random(f"{tale.seed}/{self._which(screen)}/{who}/{names}")
        if not fresh or dice.random() >= _chance(who, screen, fresh):
            return []
        name, args = fresh[picked(fresh, dice)]
        wait = timedelta(minutes=dice.choice(WAIT.get(name, WAITS)))
        at = opening(Rhythm(zone=PLAYERS[who].zone), self._wall.clock.now() + wait)
        return [Intent(at=at, person=who, action=name, message=screen.id, args=args)]


def _chance(who: str, screen: Screen, fresh: Moves) -> float:
    temper = TEMPERS[who]
    private = ROOMS[key_of(screen.place)].kind == "chat"
    eager = any(name in EAGER for name, _ in fresh) and temper.joins_in > 0
    return temper.answers if private or eager else temper.joins_in


def _akin(name: str, known: frozenset[str]) -> bool:
    """Whether a button belongs to what a card was about: a question turns into other things."""
    return not known or name.partition(".")[0] in {one.partition(".")[0] for one in known}


def _makes_sense(who: str, name: str, tale: Tale) -> bool:
    if name == "workshops.here":
        return coming(who) in tale.done
    return not (name == "workshops.sign" and who == FACILITATOR.key)


def _offered(screen: Screen) -> Moves:
    if screen.post is None or screen.by:
        return ()
    return moves(screen.post, private=ROOMS[key_of(screen.place)].kind == "chat")


def _sort(screen: Screen) -> str:
    return screen.post.slot.partition("/")[0] if screen.post else ""


def _known(screen: Screen) -> tuple[int, frozenset[str]]:
    return screen.edits, frozenset(name for name, _ in _offered(screen))


def _readers(screen: Screen) -> list[str]:
    room = ROOMS[key_of(screen.place)]
    if room.kind == "chat":
        return [room.key.removeprefix("chat-")]
    return [key for key, temper in TEMPERS.items() if temper.joins_in]
