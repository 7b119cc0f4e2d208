"""Every card and form of this slice, as fictional people would see it: for goldens and previews."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from core.engine.ports import Diary, Told
from core.message import Buttons, Form, Italic, OpenForm, Post, Press, Text, say
from core.people import posts
from core.people.guide import posts as guide
from core.people.home import posts as home
from core.people.hours import posts as hours
from core.people.model import Person
from core.people.privacy import posts as privacy

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ADA = Person(
    id="ada",
    name="Ada Example",
    email="ada@example.org",
    accounts=("teams:contoso:ada", "slack:contoso:U01"),
    zone="Europe/Berlin",
    zone_from="platform",
    locale="en",
    locale_from="own",
    country="DE",
)
AWAY = replace(ADA, paused_until=MONDAY + timedelta(days=13, hours=14, minutes=30))
STOPPED = replace(ADA, stopped=True)
NOBODY = Person(id="nobody")
LINES = (
    say("example.line", "{cohort}: the agreement is open", cohort=Italic("Better handovers")),
    say("example.next", "Next: introductions"),
)
SECTION = (
    Text(say("example.line", "{cohort}: the agreement is open", cohort=Italic("Better handovers"))),
    Text(say("example.next", "Next: introductions")),
    Buttons((Press(say("example.open", "Open"), "members.mine", {"cohort": "sample"}),)),
)
WHICH = tuple(
    Press(say("", "{name}", name=name), "members.mine", {"cohort": "sample"})
    for name in ("Better handovers", "First weeks")
)
OFFERS = (OpenForm(say("example.start", "Start a cohort"), "cohorts.create", {}, "primary"),)
DIARY = Diary(
    id="ada",
    told=(
        Told(
            at=MONDAY,
            summary=say("example.told", "An agreement waits for you"),
            purpose=say("example.purpose", "So that everyone knows how you work together."),
        ),
        Told(at=MONDAY - timedelta(days=3), summary=say("example.older", "A question for you")),
    ),
)

EXAMPLES: Mapping[str, Post | Form] = {
    "people.hello": guide.hello(ADA),
    "people.hello-nameless": guide.hello(NOBODY),
    "people.help": guide.help_here((), ADA),
    "people.help-open": guide.help_in_the_open(()),
    "people.home": home.home(ADA, SECTION, OFFERS),
    "people.home-empty": home.home(NOBODY, (), OFFERS),
    "people.near-miss": guide.near_miss("pause", "people.pause"),
    "people.not-understood": guide.not_understood(),
    "people.status": guide.status(ADA, LINES),
    "people.status-which": guide.status(ADA, LINES, WHICH),
    "people.status-none": guide.status(AWAY, ()),
    "people.why": guide.why(ADA, DIARY, 2),
    "people.why-nothing": guide.why(ADA, None, 0),
    "people.settings": hours.settings(ADA, "settings/ada/1"),
    "people.settings-unknown": hours.settings(NOBODY, "settings/nobody/1"),
    "people.settings-form": hours.settings_form(ADA),
    "people.pause": hours.pause(ADA, "pause/ada/1"),
    "people.paused": hours.pause(AWAY, "pause/ada/1"),
    "people.pause-form": hours.pause_form("2026-01-01", ["until"]),
    "people.silent": hours.silence(ADA, 3, "silent/ada/7"),
    "people.silent-goes-on": hours.silence(ADA, 0, "silent/ada/7"),
    "people.silent-stopped": hours.silence(STOPPED, 3, "silent/ada/7"),
    "people.privacy": privacy.privacy(ADA),
    "people.privacy-job": privacy.privacy(
        replace(ADA, title="Shift lead", manager="teams:contoso:bo"), "Bo Example"
    ),
    "people.copy": privacy.copy('{\n  "name": "Ada Example"\n}', 1, 2),
    "people.erase": privacy.erase(),
    "people.erased": privacy.erased("4F2A91C0"),
    "people.marked": posts.marked(guide.near_miss("pause", "people.pause")),
    "people.bundle": posts.bundle(
        (guide.hello(ADA), hours.silence(ADA, 3), guide.why(ADA, DIARY, 2))
    ),
}
