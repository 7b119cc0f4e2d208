"""How the demo cohort begins: by the same buttons and forms that a person would use."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.cohorts.model import Cohort, cohort_id
from core.engine.ports import Open, Reply
from core.message import choices
from core.people import model as people
from web.sandbox import parse
from web.sandbox.agenda import Worker
from web.sandbox.model import CHANNEL, FACILITATOR, PLAYERS, Screen
from web.sandbox.play import Play
from web.sandbox.residents.acts import Actors
from web.sandbox.residents.living import Residents
from web.sandbox.residents.model import Intent, Tale
from web.sandbox.residents.tempers import TEMPERS

WEEKS = timedelta(weeks=8)
LAST = timedelta(days=60)
APART = timedelta(minutes=7)
MODERATOR = "sunny"
HOME = f"chat-{FACILITATOR.key}"
NAME, PURPOSE = "Better handovers", "Fewer surprises at shift change"


class Opening:
    """Robin starts a cohort with a programme; the others are about to join."""

    def __init__(self, play: Play, residents: Residents, worker: Worker) -> None:
        self._play, self._residents, self._worker = play, residents, worker
        self._actors = Actors(play)

    async def begin(self, seed: int = 1) -> Tale:
        """A new demo cohort, on a fresh stage where another cohort lives in the channel."""
        await self._worker.idle()
        if self._find("members.join", CHANNEL.key):
            await self._play.start_over()
            await self._worker.idle()
        monday = next_monday(self._play.wall.clock.now())
        cohort = await self._create(monday)
        await self._programme(cohort, monday)
        stage = await self._play.stage()
        tale = Tale(
            tenant=stage.tenant,
            cohort=cohort.id,
            first=monday,
            end=monday + WEEKS,
            seed=seed,
            intents=(*self._joins(), *_fates(cohort.id, monday)),
        )
        await self._residents.move_in(tale)
        return tale

    async def _create(self, monday: datetime) -> Cohort:
        stage = await self._play.stage()
        first = monday.astimezone(ZoneInfo(FACILITATOR.zone)).date()
        values = {
            "name": NAME,
            "purpose": PURPOSE,
            "first": first.isoformat(),
            "last": (first + LAST).isoformat(),
            "zone": FACILITATOR.zone,
            "facilitator": FACILITATOR.actor(stage.tenant).account,
            "moderator": PLAYERS[MODERATOR].actor(stage.tenant).account,
            "guests": "true",
            "where": "here",
        }
        form = await self._presses("cohorts.create", {}, self._find("cohorts.create", CHANNEL.key))
        if not isinstance(form, Open):
            raise parse.Malformed("The cohort could not be started.")
        screen = self._find("cohorts.create", CHANNEL.key)
        await self._presses("cohorts.create", form.form.args, screen, values)
        await self._worker.idle()
        me = await people.by_account(self._residents.read, FACILITATOR.actor(stage.tenant).account)
        id = cohort_id(me.id if me else "", form.form.args.get("draft", ""))
        found = await self._residents.read.get(Cohort, id)
        if found is None:
            raise parse.Malformed("The cohort could not be started.")
        return found

    async def _programme(self, cohort: Cohort, monday: datetime) -> None:
        first = monday.astimezone(ZoneInfo(cohort.zone)).date().isoformat()
        values = {"template": "three-stages", "first": first, "days": "0,1,2,3,4", "country": ""}
        await self._presses("programmes.choose", {"cohort": cohort.id}, None, values)
        await self._worker.idle()
        card = self._find("programmes.start", HOME)
        if card is None or card.post is None:
            raise parse.Malformed("The programme could not be started.")
        start = next(one for one in choices(card.post) if one.action == "programmes.start")
        await self._presses("programmes.start", start.args, card)
        await self._worker.idle()

    async def _presses(
        self,
        action: str,
        args: Mapping[str, str],
        screen: Screen | None,
        values: Mapping[str, str] | None = None,
    ) -> Reply | None:
        now = self._play.wall.clock.now()
        intent = Intent(at=now, person=FACILITATOR.key, action=action)
        return await self._actors.press(intent, args, screen, values)

    def _joins(self) -> tuple[Intent, ...]:
        welcome, now = self._find("members.join", CHANNEL.key), self._play.wall.clock.now()
        return tuple(
            Intent(
                at=now + n * APART,
                person=key,
                action="members.join",
                message=welcome.id,
                args=_args(welcome, "members.join") or {},
            )
            for n, key in enumerate(TEMPERS, 1)
            if welcome and key != FACILITATOR.key
        )

    def _find(self, action: str, place: str) -> Screen | None:
        """The last message of this place that has such a button."""
        stage = self._play.wall.all()
        here = (one for one in reversed(stage) if one.place.endswith(f":{place}") and one.post)
        return next((one for one in here if _args(one, action) is not None), None)


def _args(screen: Screen, action: str) -> Mapping[str, str] | None:
    post = screen.post
    found = [one.args for one in choices(post) if one.action == action] if post else []
    return next(iter(found), None)


def _fates(cohort: str, monday: datetime) -> tuple[Intent, ...]:
    return tuple(
        Intent(
            at=monday + fate.after,
            person=key,
            action=fate.action,
            args={**fate.args, "cohort": cohort},
        )
        for key, temper in TEMPERS.items()
        for fate in temper.fates
    )


def next_monday(now: datetime) -> datetime:
    """The first Monday after today, at midnight where the facilitator is."""
    here = ZoneInfo(FACILITATOR.zone)
    today = now.astimezone(here).date()
    monday = today + timedelta(days=7 - today.weekday())
    return datetime.combine(monday, time(), here).astimezone(now.tzinfo)
