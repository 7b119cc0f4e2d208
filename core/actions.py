"""The index of the product: what can happen, and which function decides or shows it.

Each slice names its buttons, timers, places and cards in its `index.py`. Here they are added up,
with what belongs to all of them: a person's own cards, the facilitator's desk, `me`.
"""

from collections.abc import Mapping
from functools import partial

from core.cohorts import handlers as cohorts
from core.cohorts import index as cohort_index
from core.cohorts import posts as cohort_posts
from core.cohorts.desk.posts import desk_view
from core.cohorts.members import handlers as members
from core.cohorts.members.posts import mine_view
from core.cohorts.personal import handlers as personal
from core.engine.ports import Record
from core.message import Button, Form, Post
from core.moderation.index import moderation
from core.people import examples as people
from core.people.accounts import handlers as accounts
from core.people.accounts import merging
from core.people.accounts import posts as account_posts
from core.people.accounts.model import Code, Missed
from core.people.guide import handlers as guide
from core.people.handlers import changed, thanked
from core.people.home import handlers as home
from core.people.hours import handlers as hours
from core.people.model import Account, Eraser, Exporter, Merger, Person, Teller, Twins
from core.people.privacy import handlers as privacy
from core.people.questions import handlers as questions
from core.people.questions import posts as question_posts
from core.people.questions.model import Session
from core.programmes.model import Kind
from core.slices import Action, Follower, Happening, Listener, Slice, View, merged

STAGES: tuple[Slice, ...] = (cohort_index.SLICE,)
SLICES: tuple[Slice, ...] = (*STAGES, moderation(merged(it.contributions for it in STAGES)))

# --- what people hang on to: for status, a copy, erasing, help ------------------------------------

TELLERS: tuple[Teller, ...] = tuple(tell for it in SLICES for tell in it.tellers)
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
DESK: View = partial(desk_view, tuple(corner for it in SLICES for corner in it.desk))
MINE: View = partial(mine_view, tuple(corner for it in SLICES for corner in it.mine))

# --- buttons and forms ----------------------------------------------------------------------------

ACTIONS: Mapping[str, Action] = {
    "people.help": Action(partial(guide.guide, OFFERS)),
    "people.status": Action(partial(guide.status, TELLERS)),
    "people.why": Action(guide.why),
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
    "members.mine": Action(members.mine(MINE)),
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
    "accounts.over": accounts.over,
    "accounts.merge": partial(merging.merge, MERGERS, ERASERS),
    "questions.over": questions.over,
    **merged(it.timers for it in SLICES),
}
ANSWERS: Mapping[str, Happening] = merged(it.answers for it in SLICES)
STEPS: Mapping[str, Kind] = merged(it.steps for it in SLICES)

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
    "me": MINE,
    **merged(it.views for it in SLICES),
}
TURNS: Mapping[str, str] = merged(it.turns for it in SLICES)

RECORDS: tuple[type[Record], ...] = (
    Person,
    Account,
    Twins,
    Code,
    Missed,
    Session,
    *(record for it in SLICES for record in it.records),
)
EXAMPLES: Mapping[str, Post | Form] = {
    **people.EXAMPLES,
    **account_posts.EXAMPLES,
    **question_posts.EXAMPLES,
    **merged(it.examples for it in SLICES),
}
