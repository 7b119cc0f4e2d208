"""Every card of programmes with fictional people: for goldens, previews and docs."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Viewer
from core.message import Form, Post, Press, say
from core.programmes import forms, notices, posts
from core.programmes.anchors.model import Shift, title_of
from core.programmes.calendar import Ground, Load
from core.programmes.model import Plan
from core.programmes.posts import Seen
from core.programmes.progress import drawn_up
from core.programmes.templates.shipped import shipped

_SAMPLE = Cohort(
    id="sample",
    version=1,
    name="Better handovers",
    purpose="Fewer surprises at shift change",
    first=date(2026, 3, 9),
    last=date(2026, 4, 17),
    zone="Europe/Berlin",
    owner="ada",
    facilitator="ada",
    moderator="bo",
    code="7KQ4MWX",
)
_AT = datetime(2026, 3, 9, 9, tzinfo=UTC)


def sample() -> Plan:
    """A programme that begins with the cohort."""
    ground = Ground(_SAMPLE.zone, country="DE")
    made = shipped()["three-stages"]
    return replace(drawn_up(_SAMPLE.id, made, _SAMPLE.first, ground, "1"), version=1)


def examples() -> dict[str, Post | Form]:
    """All of them."""
    plan, who = sample(), Viewer(zone="Europe/Berlin")
    one, two = plan.steps[:2]
    running = replace(plan, state="running")
    ada = Seen(zone="Asia/Tokyo", name="Ada Example", person="ada")
    move = Press(say("programmes.look", "The programme"), "programmes.look", {"cohort": "sample"})
    shift = Shift(title_of(two), two.at, two.at + timedelta(days=1))
    return {
        "programmes.draft": posts.overview(plan, _SAMPLE, Load(17, 3, 4)),
        "programmes.stage": posts.stage(plan, 1, ada, who),
        "programmes.leading": posts.stage(running, 3, Seen(zone="Europe/Berlin", leads=True), who),
        "programmes.moving": posts.moving(running, one, _AT + timedelta(days=7), (shift,)),
        "programmes.skipping": posts.leaving_out(running, one, (two,)),
        "programmes.ending": posts.ending(running, 9),
        "programmes.missed": notices.missed(running, (one, two)),
        "programmes.unknown": notices.unknown(running, one),
        "programmes.late": notices.catching_up(_SAMPLE, (move,)),
        "programmes.caught-up": notices.catching_up(_SAMPLE, ()),
        **forms.examples(_SAMPLE, plan),
    }
