"""The index of the product: what can happen, and which function decides or shows it.

Each slice names its buttons, timers, places and cards in its `index.py`. Here they are added up,
with what belongs to all of them: a person's own cards, the facilitator's desk, `me`.
"""

from collections.abc import Mapping
from functools import partial

from core.challenges import index as challenge_index
from core.challenges.roleplay import index as roleplay_index
from core.cohorts import handlers as cohorts
from core.cohorts import index as cohort_index
from core.cohorts import posts as cohort_posts
from core.cohorts.circles import index as circle_index
from core.cohorts.closing import index as closing_index
from core.cohorts.closing.after import handlers as after
from core.cohorts.closing.after.posts import report_view
from core.cohorts.desk import posts as desk
from core.cohorts.discussions import index as discussion_index
from core.cohorts.members import handlers as members
from core.cohorts.members import posts as mine
from core.cohorts.personal import handlers as personal
from core.cohorts.spaces.handlers import wiping
from core.cohorts.workshops import index as workshop_index
from core.courses.after import index as after_index
from core.courses.assigning import index as assigning_index
from core.courses.audience import index as audience_index
from core.courses.groups import index as group_index
from core.courses.learning import index as learning_index
from core.courses.links import index as link_index
from core.courses.paths import index as path_index
from core.courses.points import index as point_index
from core.courses.requests import index as request_index
from core.courses.sending import index as sending_index
from core.engine.ports import Record
from core.message import Button
from core.moderation.index import moderation
from core.pairs import index as pair_index
from core.pairs.commitments import index as commitment_index
from core.people.accounts import handlers as accounts
from core.people.accounts import merging
from core.people.accounts.model import Code, Missed
from core.people.guide import handlers as guide
from core.people.handlers import changed, thanked
from core.people.home import handlers as home
from core.people.hours import handlers as hours
from core.people.model import Account, Eraser, Explainer, Exporter, Merger, Person, Teller, Twins
from core.people.privacy import handlers as privacy
from core.people.questions import handlers as questions
from core.people.questions.model import Session
from core.programmes import index as programme_index
from core.programmes.model import Kind
from core.recognition.celebrations import index as celebration_index
from core.slices import Action, Follower, Happening, Listener, Query, Slice, View, merged

STAGES: tuple[Slice, ...] = (
    cohort_index.SLICE,
    discussion_index.SLICE,
    circle_index.SLICE,
    celebration_index.SLICE,
    challenge_index.SLICE,
    pair_index.SLICE,
    commitment_index.SLICE,
    closing_index.SLICE,
    roleplay_index.SLICE,
    workshop_index.SLICE,
    link_index.SLICE,
    audience_index.SLICE,
    sending_index.SLICE,
    learning_index.SLICE,
    after_index.SLICE,
    assigning_index.SLICE,
    path_index.SLICE,
    group_index.SLICE,
    point_index.SLICE,
    request_index.SLICE,
    programme_index.SLICE,
)
STEPS: Mapping[str, Kind] = merged(it.steps for it in STAGES)
SLICES: tuple[Slice, ...] = (
    *STAGES,
    moderation(merged(it.contributions for it in STAGES)),
    programme_index.knowing(STEPS),
)

# --- what people hang on to: for status, a copy, erasing, help ------------------------------------

TELLERS: tuple[Teller, ...] = tuple(tell for it in SLICES for tell in it.tellers)
WHYS: tuple[Explainer, ...] = tuple(explain for it in SLICES for explain in it.whys)
EXPORTS: Mapping[str, Exporter] = {
    "person": privacy.exported,
    "accounts": merging.exported,
    **merged(it.exports for it in SLICES),
    "questions": questions.exported,
}
ERASERS: tuple[Eraser, ...] = (
    *(forget for it in SLICES for forget in it.erasers),
    questions.forget,
    merging.forget,
    privacy.forget,
)
MERGERS: tuple[Merger, ...] = (
    *(carry for it in SLICES for carry in it.mergers),
    merging.dropped(questions.forget),
    merging.carried,
)
OFFERS: tuple[Button, ...] = (cohort_posts.start_button(), cohort_posts.LIST)

BEGINNINGS: tuple[Button, ...] = (cohort_posts.start_button(), cohort_posts.CODE)
HOME: tuple[home.Section, ...] = (personal.at_home,)
_DESK = tuple(corner for it in SLICES for corner in it.desk)
_MINE = tuple(corner for it in SLICES for corner in it.mine)
DESK: View = partial(desk.desk_view, _DESK)
DESK_MORE: View = partial(desk.more_view, _DESK)
MINE: View = partial(mine.mine_view, _MINE)
MINE_MORE: View = partial(mine.more_view, _MINE)

REPORT: View = partial(report_view, tuple(tell for it in SLICES for tell in it.report))

# --- what is kept --------------------------------------------------------------------------------

RECORDS: tuple[type[Record], ...] = (
    Person,
    Account,
    Twins,
    Code,
    Missed,
    Session,
    *(record for it in SLICES for record in it.records),
)

# --- buttons and forms ----------------------------------------------------------------------------

ACTIONS: Mapping[str, Action] = {
    "people.help": Action(partial(guide.guide, OFFERS)),
    "people.status": Action(partial(guide.status, TELLERS, personal.choices)),
    "people.why": Action(partial(guide.why, WHYS)),
    "people.thanks": Action(thanked),
    "people.settings": Action(hours.settings),
    "people.change": Action(hours.change),
    "people.pause": Action(hours.pause),
    "people.pause_until": Action(hours.pause_until),
    "people.resume": Action(hours.resume),
    "people.stay": Action(hours.stay),
    "people.later": Action(hours.later),
    "people.stop": Action(hours.stop),
    "people.privacy": Action(privacy.privacy),
    "people.export": Action(partial(privacy.export, EXPORTS)),
    "people.erase": Action(privacy.erase),
    "people.erase_now": Action(partial(privacy.erase_now, ERASERS)),
    "accounts.mine": Action(accounts.mine),
    "accounts.home": Action(accounts.home),
    "accounts.separate": Action(accounts.separate),
    "accounts.link": Action(accounts.link),
    "accounts.confirm": Action(partial(accounts.confirm, MERGERS, TELLERS)),
    "accounts.decline": Action(accounts.decline),
    "accounts.join": Action(partial(accounts.join, MERGERS, TELLERS)),
    "accounts.apart": Action(accounts.apart),
    "questions.pick": Action(questions.pick),
    "cohorts.desk": Action(cohorts.desk(DESK)),
    "cohorts.more": Action(cohorts.desk(DESK_MORE, "desk-more")),
    "members.mine": Action(members.mine(MINE)),
    "members.more": Action(members.mine(MINE_MORE, "me-more")),
    "closing.report": Action(after.report(REPORT)),
    **merged(it.actions for it in SLICES),
}

# --- what else happens ----------------------------------------------------------------------------

_HAPPENINGS: Mapping[str, tuple[Happening, ...]] = {
    "home.opened": (home.opened,),
    "place.added": (guide.hello,),
    "people.changed": (changed,),
}
HAPPENINGS: Mapping[str, tuple[Happening, ...]] = {
    name: (
        *_HAPPENINGS.get(name, ()),
        *(happening for it in SLICES for happening in it.happenings.get(name, ())),
    )
    for name in dict.fromkeys((*_HAPPENINGS, *(name for it in SLICES for name in it.happenings)))
}
LISTENERS: tuple[Listener, ...] = tuple(  # for messages that are no word
    listen for it in SLICES for listen in it.listeners
)
FOLLOWERS: Mapping[type[Record], tuple[Follower, ...]] = {
    kind: tuple(it.follows[kind] for it in SLICES if kind in it.follows)
    for kind in dict.fromkeys(kind for it in SLICES for kind in it.follows)
}
TIMERS: Mapping[str, Happening] = {
    "people.silent": hours.silent,
    "people.unshown": privacy.unshown,
    "accounts.over": accounts.over,
    "cohorts.wipe": wiping(RECORDS),
    "accounts.merge": partial(merging.merge, MERGERS, ERASERS),
    "questions.over": questions.over,
    **merged(it.timers for it in SLICES),
}
ANSWERS: Mapping[str, Happening] = merged(it.answers for it in SLICES)

# --- what can be seen, by the first part of a slot ------------------------------------------------

VIEWS: Mapping[str, View] = {
    "home": partial(home.home_view, HOME, BEGINNINGS),
    "settings": hours.settings_view,
    "pause": hours.pause_view,
    "silent": hours.silent_view,
    "accounts": accounts.mine_view,
    "joined": accounts.joined_view,
    "twins": partial(accounts.twins_view, TELLERS),
    "desk": DESK,
    "desk-more": DESK_MORE,
    "me": MINE,
    "me-more": MINE_MORE,
    "closing-report": REPORT,
    **merged(it.views for it in SLICES),
}
TURNS: Mapping[str, str] = merged(it.turns for it in SLICES)
QUERIES: Mapping[str, Query] = merged(it.queries for it in SLICES)
