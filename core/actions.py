"""The index of the product: what can happen, and which function decides or shows it.

A reader finds every button, word, timer, place event and card here, and from here its handler.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from core.cohorts import handlers as cohorts
from core.cohorts import posts as cohort_posts
from core.cohorts.agreement import handlers as agreement
from core.cohorts.agreement import posts as agreement_posts
from core.cohorts.agreement.model import Agreement, Closed, Consent, Suggestion
from core.cohorts.desk import posts as desk
from core.cohorts.introductions import handlers as introductions
from core.cohorts.introductions import posts as introduction_posts
from core.cohorts.introductions import replies
from core.cohorts.introductions.model import Introduction, Round
from core.cohorts.invitations import handlers as invitations
from core.cohorts.invitations import posts as invitation_posts
from core.cohorts.members import handlers as members
from core.cohorts.members import posts as member_posts
from core.cohorts.model import Cohort, Membership, Space, Tries
from core.cohorts.moving import arrival, history
from core.cohorts.moving import handlers as moving
from core.cohorts.moving import posts as moving_posts
from core.cohorts.moving.model import Move, Passage
from core.cohorts.personal import handlers as personal
from core.cohorts.personal import merging as carrying
from core.cohorts.spaces import handlers as spaces
from core.cohorts.spaces import posts as space_posts
from core.cohorts.working_on import handlers as working_on
from core.cohorts.working_on import posts as working_posts
from core.cohorts.working_on.model import WorkingOn
from core.engine.ports import (
    Changes,
    Event,
    Moment,
    Record,
    Viewer,
)
from core.message import Button, Form, Post
from core.people import examples as people
from core.people.accounts import handlers as accounts
from core.people.accounts import merging
from core.people.accounts import posts as account_posts
from core.people.accounts.model import Code, Missed
from core.people.guide import handlers as guide
from core.people.handlers import changed, thanked
from core.people.home import handlers as home
from core.people.hours import handlers as hours
from core.people.model import (
    Account,
    Eraser,
    Exporter,
    Merger,
    Person,
    Teller,
    Twins,
)
from core.people.privacy import handlers as privacy
from core.people.questions import handlers as questions
from core.people.questions import posts as question_posts
from core.people.questions.model import Session

Handler = Callable[[Event, Moment, Person], Awaitable[Changes]]
Happening = Callable[[Event, Moment], Awaitable[Changes]]
Listener = Callable[[Event, Moment, Person], Awaitable[Changes | None]]
View = Callable[[Moment, str, Viewer], Awaitable[Post | None]]


@dataclass(frozen=True, slots=True)
class Action:
    """What a button or a form does.

    With `at`, it is meant for a record as it stood when the button was drawn: `args["id"]` names
    the record and `args["rev"]` its version; a late press gets the current view instead.
    """

    handler: Handler
    at: type[Record] | None = None


# --- what people hang on to: for status, a copy, erasing, help ------------------------------------

TELLERS: tuple[Teller, ...] = (personal.tell,)
EXPORTS: Mapping[str, Exporter] = {
    "person": privacy.exported,
    "accounts": merging.exported,
    "cohorts": personal.exported,
    "moves": moving.exported,
    "questions": questions.exported,
}
ERASERS: tuple[Eraser, ...] = (
    personal.forget,
    moving.forget,
    questions.forget,
    merging.forget,
    privacy.forget,
)
MERGERS: tuple[Merger, ...] = (
    carrying.merged,
    moving.carried,
    merging.dropped(questions.forget),
    merging.carried,
)
OFFERS: tuple[Button, ...] = (cohort_posts.start_button(), cohort_posts.LIST)

BEGINNINGS: tuple[Button, ...] = (cohort_posts.start_button(), cohort_posts.CODE)
HOME: tuple[home.Section, ...] = (personal.at_home,)

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
    "cohorts.create": Action(cohorts.create),
    "cohorts.change": Action(cohorts.change, at=Cohort),
    "cohorts.pause": Action(cohorts.pause, at=Cohort),
    "cohorts.resume": Action(cohorts.resume, at=Cohort),
    "cohorts.cancel": Action(cohorts.cancel),
    "cohorts.mine": Action(cohorts.mine),
    "cohorts.desk": Action(cohorts.desk),
    "spaces.here": Action(arrival.following(spaces.here)),
    "spaces.offered": Action(arrival.following(spaces.offered)),
    "spaces.away": Action(spaces.away),
    "invitations.ask": Action(invitations.ask),
    "members.join": Action(members.join),
    "members.decline": Action(members.decline),
    "members.code": Action(members.code),
    "members.look": Action(members.look),
    "members.mine": Action(members.mine),
    "members.leave": Action(members.leave),
    "members.left": Action(members.left),
    "members.stay": Action(members.stay),
    "agreement.draft": Action(agreement.draft),
    "agreement.suggest": Action(agreement.suggest),
    "agreement.suggestions": Action(agreement.suggestions),
    "agreement.take": Action(agreement.take, at=Suggestion),
    "agreement.leave": Action(agreement.leave, at=Suggestion),
    "agreement.close": Action(agreement.close, at=Agreement),
    "agreement.agree": Action(agreement.agree),
    "agreement.not_for_me": Action(agreement.not_for_me),
    "agreement.look": Action(agreement.look),
    "agreement.history": Action(agreement.history),
    "introductions.open": Action(introductions.open_round),
    "introductions.swap": Action(introductions.swap, at=Round),
    "introductions.close": Action(introductions.close, at=Round),
    "introductions.answer": Action(introductions.answer),
    "introductions.skip": Action(introductions.skip),
    "introductions.withdraw": Action(introductions.withdraw),
    "introductions.all": Action(introductions.everyone),
    "working_on.name": Action(working_on.name),
    "working_on.later": Action(working_on.postpone),
    "working_on.skip": Action(working_on.skip),
    "working_on.list": Action(working_on.shared),
}

# --- what else happens ----------------------------------------------------------------------------

LISTENERS: tuple[Listener, ...] = (replies.replied,)  # for messages that are no word
HAPPENINGS: Mapping[str, tuple[Happening, ...]] = {
    "message.edited": (replies.edited,),
    "message.deleted": (replies.deleted,),
    "home.opened": (home.opened,),
    "place.added": (guide.hello, spaces.came),
    "place.removed": (spaces.went,),
    "place.renamed": (spaces.renamed,),
    "people.added": (invitations.arrived,),
    "people.removed": (invitations.departed,),
    "people.changed": (changed,),
}
TIMERS: Mapping[str, Happening] = {
    "people.silent": hours.silent,
    "accounts.over": accounts.over,
    "accounts.merge": partial(merging.merge, MERGERS, ERASERS),
    "questions.over": questions.over,
    "cohorts.tell_cancelled": cohorts.tell_cancelled,
    "cohorts.arrived": invitations.arrived,
    "cohorts.departed": invitations.departed,
    "cohorts.forget": spaces.forget,
    "cohorts.wipe": spaces.wipe,
    "moving.look": moving.look,
    "moving.found": moving.found,
    "moving.missed": moving.missed,
    "moving.begin": moving.begin,
    "moving.cancel": moving.cancel,
    "moving.walk": moving.walk,
    "moving.settle": arrival.settle,
    "moving.invite": arrival.invite,
    "moving.history": history.history,
    "agreement.ripe": agreement.ripen,
    "agreement.ask": agreement.ask,
    "agreement.remind": agreement.remind,
    "introductions.ask": introductions.ask,
    "introductions.nudge": introductions.nudge,
    "introductions.end": introductions.end,
    "working_on.ask": working_on.ask,
}
ANSWERS: Mapping[str, Happening] = {
    "cohorts.channel_made": spaces.channel_made,
    "cohorts.listed": invitations.listed,
    "moving.made": arrival.made,
    "moving.invited": arrival.invited,
}

# --- what can be seen, by the first part of a slot ------------------------------------------------

VIEWS: Mapping[str, View] = {
    "home": partial(home.home_view, HOME, BEGINNINGS),
    "settings": hours.settings_view,
    "pause": hours.pause_view,
    "silent": hours.silent_view,
    "accounts": accounts.mine_view,
    "joined": accounts.joined_view,
    "twins": partial(accounts.twins_view, TELLERS),
    "desk": desk.desk_view,
    "welcome": member_posts.welcome_view,
    "me": member_posts.mine_view,
    "agreement": agreement_posts.agreement_view,
    "agreement-ask": agreement_posts.asking_view,
    "agreement-remind": agreement_posts.asking_view,
    "suggestions": agreement_posts.suggestions_view,
    "intro": introduction_posts.round_view,
    "intro-ask": introduction_posts.asking_view,
    "intro-nudge": introduction_posts.asking_view,
    "answer": introduction_posts.answer_view,
    "working-on": working_posts.asking_view,
}

RECORDS: tuple[type[Record], ...] = (
    Person,
    Account,
    Twins,
    Code,
    Missed,
    Session,
    Cohort,
    Space,
    Membership,
    Tries,
    Move,
    Passage,
    Agreement,
    Closed,
    Suggestion,
    Consent,
    Round,
    Introduction,
    WorkingOn,
)
EXAMPLES: Mapping[str, Post | Form] = {
    **people.EXAMPLES,
    **account_posts.EXAMPLES,
    **question_posts.EXAMPLES,
    **cohort_posts.EXAMPLES,
    **space_posts.EXAMPLES,
    **invitation_posts.EXAMPLES,
    **member_posts.EXAMPLES,
    **moving_posts.EXAMPLES,
    **desk.EXAMPLES,
    **agreement_posts.EXAMPLES,
    **introduction_posts.EXAMPLES,
    **working_posts.EXAMPLES,
}
